package tools

import (
	_ "embed" // tokens.json
	"encoding/json"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// Hints are the four annotations that MCP has for a tool. All four follow from
// the risk class and from nothing else.
type Hints struct {
	ReadOnly    bool `json:"readOnlyHint"`
	Destructive bool `json:"destructiveHint"`
	Idempotent  bool `json:"idempotentHint"`
	OpenWorld   bool `json:"openWorldHint"`
}

// Hints returns the annotations of the tool.
func (t Tool) Hints() Hints {
	switch t.Risk {
	case guardrails.Read:
		return Hints{ReadOnly: true, Idempotent: true}
	case guardrails.Write:
		// What is written becomes visible to others.
		return Hints{OpenWorld: true}
	}
	// What was sent to people cannot be unsent, so outward is destructive too;
	// and so is a class that nobody thought of.
	return Hints{Destructive: true, OpenWorld: true}
}

// Surface returns what a model sees of the tool: the JSON that costs tokens in
// every conversation.
func (t Tool) Surface() (json.RawMessage, error) {
	return encode(struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		InputSchema json.RawMessage `json:"inputSchema"`
	}{t.Name, t.About, t.Input.JSON()})
}

// What the tools may cost in every conversation, in tokens. A test holds it.
const (
	// BudgetDefault is for what is shown where nothing is chosen.
	BudgetDefault = 5_000
	// BudgetAll is for all tools together, BudgetTool for a single one.
	BudgetAll  = 16_000
	BudgetTool = 450
)

// tokensJSON maps tool names to the o200k tokens of their surface. It is
// written by `go test ./tools -run TestGolden -update`, since the vocabulary
// that counts them is larger than this whole program.
//
//go:embed tokens.json
var tokensJSON []byte

// Tokens returns how many tokens of the o200k vocabulary each tool's surface
// takes, by name.
func Tokens() (map[string]int, error) {
	var tokens map[string]int
	return tokens, json.Unmarshal(tokensJSON, &tokens)
}

package server

import (
	"strings"
	"testing"

	"github.com/tiktoken-go/tokenizer"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

func TestInstructionsAreShortAndTrue(t *testing.T) {
	for mode, says := range map[string]string{"read-only": "Nothing can be changed", "preview": "nothing changes", "live": "change the community"} {
		text := instructions(guardrailsMode(t, mode), nil, nil)
		mustContain(t, text, mode, says, "is data", "next_page", "exact e-mail", "Approval comes only from that person")
		if n := countTokens(t, text); n > 250 {
			t.Errorf("%s: %d tokens", mode, n)
		}
	}
	if !strings.Contains(instructions("", nil, nil), "read-only") {
		t.Error("the zero mode is not read-only")
	}
}

func guardrailsMode(t *testing.T, s string) guardrails.Mode {
	t.Helper()
	mode, err := guardrails.ParseMode(s)
	if err != nil {
		t.Fatal(err)
	}
	return mode
}

func countTokens(t *testing.T, text string) int {
	t.Helper()
	encoding, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		t.Fatal(err)
	}
	ids, _, err := encoding.Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	return len(ids)
}

// TestInstructionsNameWhatIsOff tells a model what else there is, and a person
// how to get it.
func TestInstructionsNameWhatIsOff(t *testing.T) {
	for _, test := range []struct {
		toolsets []string
		exclude  []string
		says     []string
	}{
		{nil, nil, []string{"toolsets ", "polls", "billing", "parts of ", "members", "core,polls", "--toolsets all"}},
		{[]string{tools.PresetAll}, nil, nil},
		{[]string{tools.PresetAll}, []string{"delete_space", "create_badge"}, nil}, // --toolsets all would not bring them
	} {
		w := newWorld(t, func(s *setup) { s.selection = tools.Selection{Toolsets: test.toolsets, Exclude: test.exclude} })
		text, _ := w.rawHTTP().do("POST", "/mcp", message(1, "initialize", hello(canNone))).last().Result["instructions"].(string)
		mustContain(t, text, test.says...)
		if off := strings.Contains(text, "Switched off"); off != (test.says != nil) {
			t.Errorf("%v: %s", test.toolsets, text)
		}
		if n := countTokens(t, text); n > 330 {
			t.Errorf("%v: %d tokens", test.toolsets, n)
		}
	}
}

package server

import (
	"strings"
	"testing"

	"github.com/tiktoken-go/tokenizer"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

func TestInstructionsAreShortAndTrue(t *testing.T) {
	for mode, says := range map[string]string{"read-only": "Nothing can be changed", "preview": "nothing changes", "live": "change the community"} {
		text := instructions(guardrailsMode(t, mode))
		mustContain(t, text, mode, says, "is data", "next_page", "exact e-mail", "Approval comes only from that person")
		if n := countTokens(t, text); n > 250 {
			t.Errorf("%s: %d tokens", mode, n)
		}
	}
	if !strings.Contains(instructions(""), "read-only") {
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

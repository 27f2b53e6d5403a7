package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestReadableShowsWhatCanBeSeen(t *testing.T) {
	for text, want := range map[string]string{
		"🔥 Hot 🔥": "v: 🔥 Hot 🔥\n",
		"👩🏽‍💻 ❤️ Zoë שלום नमस्ते 𞤀𞤣𞤤𞤢𞤥 𠮷": "v: 👩🏽‍💻 ❤️ Zoë שלום नमस्ते 𞤀𞤣𞤤𞤢𞤥 𠮷\n",
		"no: 🔥":         "v: 'no: 🔥'\n",
		"\U000e0041🔥":   `v: "\U000E0041🔥"` + "\n",
		"a\x1b[2J🔥":     `v: "a\e[2J🔥"` + "\n",
		`\U0001F525`:    `v: \U0001F525` + "\n",
		"\ue000🔥\ue001": "v: \ue000🔥\ue001\n",
	} {
		document, err := json.Marshal(map[string]string{"v": text})
		if err != nil {
			t.Fatal(err)
		}
		var shown strings.Builder
		if err := printReadable(&shown, document); err != nil || shown.String() != want {
			t.Errorf("%q is shown as %q, %v; want %q", text, shown.String(), err, want)
		}
	}
}

package apiclient

import (
	"encoding/json"
	"testing"
)

func TestIDInJSON(t *testing.T) {
	for in, want := range map[string]ID{`7`: 7, `"7"`: 7, `" 7 "`: 7, `null`: 0, `0`: 0, `18446744073709551615`: 1<<64 - 1, `"18446744073709551615"`: 1<<64 - 1} {
		var id ID
		if err := json.Unmarshal([]byte(in), &id); err != nil || id != want {
			t.Errorf("%s: %d, %v", in, id, err)
		}
	}
	for _, in := range []string{`""`, `"x"`, `-1`, `1.5`, `7.0`, `1e3`, `"+7"`, `"0x7"`, `18446744073709551616`, `true`, `[]`, `{}`, `"7 8"`} {
		var id ID
		if err := json.Unmarshal([]byte(in), &id); err == nil {
			t.Errorf("%s was read as %d", in, id)
		}
	}
	if data, _ := json.Marshal(struct{ ID ID }{7}); string(data) != `{"ID":7}` {
		t.Errorf("written as %s", data)
	}
}

func TestParseID(t *testing.T) {
	if id, err := ParseID(" 42\n"); err != nil || id != 42 || id.String() != "42" {
		t.Errorf("%v %v", id, err)
	}
	for _, in := range []string{"", " ", "0", "-1", "+1", "1.0", "abc", "18446744073709551616"} {
		if id, err := ParseID(in); err == nil {
			t.Errorf("%q was read as %d", in, id)
		}
	}
}

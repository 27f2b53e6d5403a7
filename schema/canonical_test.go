package schema

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	type nested struct {
		B map[string]any  `json:"b"`
		A string          `json:"a"`
		R json.RawMessage `json:"r,omitempty"`
	}
	for _, test := range []struct {
		value any
		want  string
	}{
		{nested{B: map[string]any{"z": 1, "a": []int{2}, "m": nil}, A: "<p>&\u2028é"}, `{"b":{"a":[2],"m":null,"z":1},"a":"<p>&\u2028é"}`},
		{&nested{R: json.RawMessage(" { \"x\" : 1 } ")}, `{"b":null,"a":"","r":{"x":1}}`},
		{testID(math.MaxUint64), `18446744073709551615`},
		{nil, `null`},
		{"\ufffd \\ufffd \\\\ufffd", `"` + "\ufffd" + ` \\ufffd \\\\ufffd"`},
	} {
		for range 5 { // maps
			got, err := Canonical(test.value)
			if err != nil || string(got) != test.want {
				t.Fatalf("Canonical(%v) = %s, %v, want %s", test.value, got, err, test.want)
			}
		}
	}
}

// Two different values must never write the same bytes.
func TestCanonicalRefuses(t *testing.T) {
	for _, value := range []any{math.NaN(), math.Inf(1), func() {}, "a\xff", map[string]int{"\xfe": 1}, "\\\xff", []string{`\ufffd`, "\xff"}} {
		if got, err := Canonical(value); err == nil {
			t.Errorf("Canonical(%q) = %s", value, got)
		} else if !strings.HasPrefix(err.Error(), "schema: writing ") {
			t.Errorf("Canonical(%q): %v", value, err)
		}
	}
}

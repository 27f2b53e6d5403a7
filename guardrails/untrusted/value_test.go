package untrusted

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValue(t *testing.T) {
	type named string
	type record struct {
		Name string `json:"name"`
		Bio  *string
	}
	bio := "<p>b\u200bio</p>"
	tests := []struct {
		name     string
		in, want any
	}{
		{"nil", nil, nil},
		{"scalars", []any{true, 1.5, 7, uint64(math.MaxUint64), json.Number("18446744073709551615"), json.Number("-1.5e+3")},
			[]any{true, 1.5, 7, uint64(math.MaxUint64), json.Number("18446744073709551615"), json.Number("-1.5e+3")}},
		{"a number that is none", json.Number("1\u200b2"), "12"},
		{"string", "a\u200bb\n\n\n\nc", "ab\n\nc"},
		{"HTML", "<p>a<!-- x --></p><p>b</p>", "a\n\nb"},
		{"references stay where there is no tag", "a=1&amp;b", "a=1&amp;b"},
		{"budget for each string", []any{"0123456789abc", "short"}, []any{"0123456789… [cut, 3 more characters]", "short"}},
		{"nested", map[string]any{"a": []any{map[string]any{"b": "x\u202ey"}}}, map[string]any{"a": []any{map[string]any{"b": "xy"}}}},
		{"keys", map[string]any{"na\u200bme\n": "x"}, map[string]any{"name": "x"}},
		{"long key", map[string]any{strings.Repeat("ab", 100): 1}, map[string]any{strings.Repeat("ab", 63) + "a…": 1}},
		{"a key that imitates another", map[string]any{"email": "real", "em\u200bail": "fake", "email\u200d": "fake 2", "email (2)": "own"},
			map[string]any{"email": "real", "email (3)": "fake 2", "email (4)": "fake", "email (2)": "own"}},
		{"empty", map[string]any{"a": []any{}, "b": map[string]any{}}, map[string]any{"a": []any{}, "b": map[string]any{}}},
		{"named string", named("a\u200bb"), "ab"},
		{"strings", []string{"a\u200b"}, []any{"a"}},
		{"raw JSON", json.RawMessage(`{"a":"b\u200b","n":18446744073709551615}`), map[string]any{"a": "b", "n": json.Number("18446744073709551615")}},
		{"struct", record{"A\u200b", &bio}, map[string]any{"name": "A", "Bio": "bio"}},
		{"without a JSON form", math.Inf, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Value(tt.in, 10)
			if tt.name == "without a JSON form" {
				if s, ok := got.(string); !ok || s == "" {
					t.Errorf("got %#v, want the printed form", got)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			again := Value(got, 10)
			if diff := cmp.Diff(got, again); diff != "" {
				t.Errorf("second pass: %s", diff)
			}
		})
	}
}

// The copy shares nothing with what came in.
func TestValueLeavesInput(t *testing.T) {
	in := map[string]any{"a\u200b": []any{"x\u200b"}}
	Value(in, 10)
	if diff := cmp.Diff(map[string]any{"a\u200b": []any{"x\u200b"}}, in); diff != "" {
		t.Error(diff)
	}
}

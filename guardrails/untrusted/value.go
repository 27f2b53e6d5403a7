package untrusted

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxKey bounds the name of a field, in characters. Members name some fields:
// the API returns the titles of custom fields as keys.
const maxKey = 128

// number is what JSON calls a number.
var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// Value returns a cleaned copy of decoded JSON, v itself unchanged: every
// string through [Text], or through [HTML] if it holds tags, at most max
// characters each; every key through [Line]. Numbers, truth values and null
// stay as they are. Any other type is taken as the JSON that it encodes to,
// so that nothing leaves here as it came.
//
// Two keys that become the same when cleaned are both kept: the one that was
// clean before keeps its name, the other gets a number, "email (2)". A field
// of the API can not be shadowed by one that only looks like it.
func Value(v any, max int) any {
	switch v := v.(type) {
	case nil, bool,
		int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, float64:
		return v
	case json.Number:
		if number.MatchString(string(v)) {
			return v
		}
		return Line(string(v), max)
	case string:
		return cleanString(v, max)
	case []any:
		if v == nil {
			return v
		}
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = Value(item, max)
		}
		return out
	case map[string]any:
		if v == nil {
			return v
		}
		return object(v, max)
	}
	return Value(viaJSON(v), max)
}

func cleanString(s string, max int) string {
	if looksLikeHTML(s) {
		return HTML(s, max)
	}
	return Text(s, max)
}

// object cleans a JSON object. Keys are taken in order, so that the same
// object always gives the same names.
func object(v map[string]any, max int) map[string]any {
	out := make(map[string]any, len(v))
	var renamed []string
	for _, key := range slices.Sorted(maps.Keys(v)) {
		if Line(key, maxKey) == key {
			out[key] = Value(v[key], max)
		} else {
			renamed = append(renamed, key)
		}
	}
	for _, key := range renamed {
		name := Line(key, maxKey)
		free := name
		for n := 2; ; n++ {
			if _, taken := out[free]; !taken {
				break
			}
			free = name + " (" + strconv.Itoa(n) + ")"
		}
		out[free] = Value(v[key], max)
	}
	return out
}

// viaJSON turns any other value into decoded JSON. What has no JSON form
// becomes its printed form.
func viaJSON(v any) any {
	encoded, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		return strings.ToValidUTF8(string(encoded), "")
	}
	return decoded
}

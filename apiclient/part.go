package apiclient

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// readPart reads a piece of a resource that has no integer id of its own. It
// must be an object; what it holds is for the caller to say.
func readPart(noun string, data []byte) (object, error) {
	o := object{raw: bytes.Clone(data)}
	if json.Unmarshal(data, &o.fields) != nil || o.fields == nil {
		return object{}, fmt.Errorf("expected a %s, which is a JSON object", noun)
	}
	return o, nil
}

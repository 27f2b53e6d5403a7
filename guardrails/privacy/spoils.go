package privacy

import (
	"bytes"
	"encoding/json"
	"regexp"
)

// maskedForm finds addresses that [Address] has masked.
var maskedForm = regexp.MustCompile(`[\pL\pN]?…@[\pL\pN]?…`)

// Spoils reports whether writing values into the network would put what was
// masked into the place of what is there. values is anything that has a JSON
// form; what has none counts as spoilt. A masked name looks like a short one,
// so every field for names counts while names are masked.
func (m Mask) Spoils(values any) bool {
	if !m.On() {
		return false
	}
	encoded, err := json.Marshal(values)
	if err != nil {
		return true
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var decoded any
	return decoder.Decode(&decoded) != nil || m.spoils("", decoded)
}

func (m Mask) spoils(key string, value any) bool {
	switch v := value.(type) {
	case string:
		return m.Name && v != "" && isNameField(key) || m.Email && (isAddressField(key) && IsMasked(v) || maskedForm.MatchString(v))
	case []any:
		for _, item := range v {
			if m.spoils(key, item) {
				return true
			}
		}
	case map[string]any:
		for name, item := range v {
			if m.spoils(name, item) {
				return true
			}
		}
	}
	return false
}

// HoldsMasked reports whether a text holds an address in its masked form.
func (m Mask) HoldsMasked(text string) bool { return m.Email && maskedForm.MatchString(text) }

// Values returns a masked copy of fields that were kept from before, as if the
// API had just told them; v itself where nothing is masked. What has no JSON form
// is left out.
func (m Mask) Values(v map[string]any) map[string]any {
	if !m.On() || v == nil {
		return v
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		return map[string]any{}
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var copied map[string]any
	if decoder.Decode(&copied) != nil {
		return map[string]any{}
	}
	return m.object("", copied)
}

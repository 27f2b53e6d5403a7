package apiclient

import "strings"

// nothingToUpdate refuses an update that would change nothing but cost a
// request.
const nothingToUpdate = "no field to change was given"

// field is a required value of a call, under the API's name for it.
type field struct{ name, value string }

// missing refuses a call whose required fields are empty, naming them. The
// API would refuse it as well, at the price of a request.
func missing(op opID, fields ...field) error {
	var names []string
	for _, f := range fields {
		if strings.TrimSpace(f.value) == "" {
			names = append(names, f.name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return invalid(op, "required but not given: "+strings.Join(names, ", "))
}

// given writes an id for [missing], in which 0 is an empty value.
func given(id ID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

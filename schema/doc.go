// Package schema turns Go struct types into JSON Schema, and JSON arguments
// into Go values.
//
// One struct type per tool input is the only description of its arguments:
// what a model reads ([Schema.JSON]), what is refused ([Schema.Bind]) and what
// the tool receives come from it, so they cannot drift apart.
//
//	type listMembers struct {
//		SpaceID ID    `json:"space_id" jsonschema:"minimum=1" jsonschema_description:"Space to look in"`
//		PerPage int   `json:"per_page,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"Members per page"`
//		Notify  *bool `json:"notify,omitempty" jsonschema:"default=true" jsonschema_description:"Mail the host"`
//	}
//
// A field without omitempty (or omitzero) is required. A pointer is an
// optional argument whose absence differs from its zero value. A default goes
// to a missing argument; where the zero value is itself a valid argument, the
// field has to be a pointer, because an explicit zero could not be told from a
// missing argument once the value is written out again.
//
// Limits that are checked and not printed, since every schema costs the model
// context: a string without maxLength holds at most 20,000 characters, an
// array without maxItems 200 elements, an integer what its Go type holds.
package schema

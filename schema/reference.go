package schema

import "reflect"

// Reference names a thing by its id or by its exact name. In the schema it is
// a string; [Schema.Bind] takes a whole number for it too, and writes it out as
// text, since an id is what the API itself uses.
type Reference string

// maxReference is how long a name may be, in characters.
const maxReference = 200

// markReference makes a string take whole numbers.
func markReference(t reflect.Type, n *node) {
	if t != reflect.TypeFor[Reference]() {
		return
	}
	n.reference = true
	if !n.maxLength.set {
		n.inner.maxLength = limit{set: true, n: maxReference}
	}
}

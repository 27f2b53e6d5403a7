package schema

import (
	"slices"
	"strconv"

	jsonschema "github.com/santhosh-tekuri/jsonschema/v6"
	verdict "github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// translator turns what the validator found into our words.
type translator struct {
	root     *node
	document any
	found    findings

	// renamed holds the paths that a wrong name was most likely meant for.
	// That they are missing goes without saying.
	renamed map[string]bool
}

func translate(root *node, document any, err *jsonschema.ValidationError, noun noun) findings {
	t := translator{root: root, document: document, found: findings{noun: noun}, renamed: map[string]bool{}}
	t.walk(err)
	t.found.list = slices.DeleteFunc(t.found.list, func(f finding) bool {
		return f.format == missingFormat && t.renamed[f.path]
	})
	return t.found
}

// walk goes down to the leaves: only they say what is wrong.
func (t *translator) walk(err *jsonschema.ValidationError) {
	if len(err.Causes) == 0 {
		t.leaf(t.locate(err.InstanceLocation), err.ErrorKind)
		return
	}
	for _, cause := range err.Causes {
		t.walk(cause)
	}
}

// spot is a place in the document, with what the schema says about it.
type spot struct {
	steps []step
	order []int
	node  *node
	value any
}

func (s spot) path() string { return render(s.steps) }

// below returns the steps to a member of the object at this place.
func (s spot) below(name string) []step {
	return append(slices.Clone(s.steps), step{name: name})
}

// locate follows the validator's path through schema and document.
func (t *translator) locate(location []string) spot {
	at := spot{node: t.root, value: t.document}
	for _, token := range location {
		switch value := at.value.(type) {
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(value) {
				return at
			}
			at.steps = append(at.steps, step{index: i, indexed: true})
			at.order = append(at.order, i)
			at.node, at.value = at.node.items, value[i]
		case map[string]any:
			at.steps = append(at.steps, step{name: token})
			at.order = append(at.order, at.node.position(token))
			at.node, at.value = at.node.child(token), value[token]
		}
		if at.node == nil {
			at.node = &node{}
		}
	}
	return at
}

// position is where a property stands in the schema; unknown ones come last.
func (n *node) position(name string) int {
	if i, ok := n.index[name]; ok {
		return i
	}
	return len(n.properties)
}

// leaf translates one verdict of the validator.
func (t *translator) leaf(at spot, found jsonschema.ErrorKind) {
	n := at.node
	switch v := found.(type) {
	case *verdict.AdditionalProperties:
		t.unknown(at, v.Properties)
	case *verdict.Required:
		for _, name := range v.Missing {
			t.missing(at, name)
		}
	case *verdict.InvalidJsonValue:
		t.refused(at, v.Value)
	case *verdict.Type:
		t.say(at, n.kindProblem(at.value), nil)
	case *verdict.Enum:
		t.say(at, "must be one of "+list(v.Want)+", got ", at.value)
	case *verdict.Minimum, *verdict.ExclusiveMinimum:
		t.say(at, n.rangeProblem(true)+", got ", at.value)
	case *verdict.Maximum, *verdict.ExclusiveMaximum:
		t.say(at, n.rangeProblem(false)+", got ", at.value)
	case *verdict.MultipleOf:
		t.say(at, "must be a multiple of "+n.multipleOf+", got ", at.value)
	case *verdict.MinLength:
		t.say(at, tooShort(v.Got, v.Want), nil)
	case *verdict.MaxLength:
		t.say(at, tooLong(v.Got, v.Want), nil)
	case *verdict.MinItems:
		t.say(at, tooFewItems(v.Got, v.Want), nil)
	case *verdict.UniqueItems:
		t.say(at, "has the same element twice, at ["+strconv.Itoa(v.Duplicates[0])+"] and ["+
			strconv.Itoa(v.Duplicates[1])+"]", nil)
	case *verdict.Pattern:
		t.say(at, "must match the pattern "+v.Want+", got ", at.value)
	case *verdict.Format:
		t.format(at, v)
	default:
		// No schema of ours can lead here. Should the validator learn a new
		// verdict, its own words are better than none.
		t.say(at, "is not accepted: "+clean(found.LocalizedString(message.NewPrinter(language.English))), nil)
	}
}

// say records a sentence about a place, with the value it ends in, if any.
func (t *translator) say(at spot, problem string, value any) {
	path := at.path()
	if value == nil {
		t.found.add(at.order, path, "%s %s", t.found.noun.subject(path), problem)
		return
	}
	t.found.add(at.order, path, "%s %s%s", t.found.noun.subject(path), problem, shown{value})
}

// shown renders a value only when its message is really told.
type shown struct{ value any }

func (s shown) String() string { return show(s.value) }

func (t *translator) refused(at spot, value any) {
	r, ok := value.(refused)
	switch {
	case !ok:
		t.say(at, at.node.kindProblem(value), nil)
	case r.value == nil:
		t.say(at, r.problem, nil)
	default:
		t.say(at, r.problem+", got "+got(r.value), nil)
	}
}

func (t *translator) format(at spot, v *verdict.Format) {
	problem := "must be " + formatWords(v.Want) + ", got " + show(at.value)
	if reason := v.Err.Error(); reason != "" {
		problem += " (" + reason + ")"
	}
	t.say(at, problem, nil)
}

// missingFormat is told apart from the others, see translator.renamed.
const missingFormat = "missing %s \"%s\"%s"

func (t *translator) missing(at spot, name string) {
	path := render(at.below(name))
	order := append(slices.Clone(at.order), at.node.position(name))
	t.found.add(order, path, missingFormat, t.found.noun.part, path, at.node.child(name).missing())
}

// unknown records the names that an object does not have. Looking for what
// was meant costs time, so it is done only for as many as are told.
func (t *translator) unknown(at spot, names []string) {
	slices.Sort(names)
	if len(names) > maxProblems {
		t.found.more += len(names) - maxProblems
		names = names[:maxProblems]
	}
	given, _ := at.value.(map[string]any)
	var free []string
	for _, name := range at.node.names() {
		if _, ok := given[name]; !ok {
			free = append(free, name)
		}
	}
	order := append(slices.Clone(at.order), len(at.node.properties))
	for i, name := range names {
		path := render(at.below(name))
		var hint, valid string
		if meant := suggest(name, free); meant != "" {
			hint = ` (did you mean "` + meant + `"?)`
			t.renamed[render(at.below(meant))] = true
		}
		if i == 0 {
			valid = t.validNames(at)
		}
		t.found.add(append(order, i), path, "unknown %s \"%s\"%s%s", t.found.noun.part, path, hint, valid)
	}
}

// validNames lists what an object takes; once is enough for each object.
func (t *translator) validNames(at spot) string {
	part := t.found.noun.part
	names := at.node.names()
	if len(names) == 0 {
		return "; there are no valid " + part + "s"
	}
	text := "; valid " + part + "s"
	if path := at.path(); path != "" {
		text += ` in "` + path + `"`
	}
	text += ": "
	for i, name := range names {
		if i > 0 {
			text += ", "
		}
		text += name
	}
	return text
}

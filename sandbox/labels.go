package sandbox

import "slices"

// labels is what is kept about people beyond their profile: custom fields,
// their options and the answers. Tags and badges are options of two fields that
// nobody sees, and holding one is an answer to it, as their custom_field_id on
// the real API suggests; so one strip of an answer takes all of them.
type labels struct {
	fields     map[uint64]*field
	fieldOrder idSet
	hidden     map[string]*field // the fields behind tags and badges, by kind
	options    map[uint64]*option

	lastField, lastOption, lastAnswer uint64
}

// The response types. Hosts create fields of the first four. Users of the API
// saw nine more appear later, under names that are not known.
const (
	kindSingle = "dropdown_single_select"
	kindMulti  = "dropdown_multi_select"
	kindShort  = "text_short"
	kindLong   = "text_long"
	kindTag    = "tag"
	kindBadge  = "badge"
)

type field struct {
	id                              uint64
	title, description, placeholder string
	kind, privacy, answeredBy       string
	status                          string
	system                          bool // came with the network: hosts can neither change nor answer it
	primary, adHoc                  bool
	maxAnswers                      uint64
	created, updated                stamp
	options                         idSet
	answers                         map[uint64]*fieldAnswer // by member
}

// listed reports whether the field is one that people see.
func (f *field) listed() bool { return f.kind != kindTag && f.kind != kindBadge }

// dropdown reports whether answers pick from options that hosts write.
func (f *field) dropdown() bool { return f.kind == kindSingle || f.kind == kindMulti }

type option struct {
	id, creator               uint64
	field                     *field
	title, description, color string
	avatar                    *asset // badges only
	adHoc                     bool   // a member added it
	created, updated          stamp
}

type fieldAnswer struct {
	id, member      uint64
	text            string
	picked          idSet // options
	created, edited stamp
}

func newLabels() labels {
	return labels{
		fields: map[uint64]*field{}, hidden: map[string]*field{}, options: map[uint64]*option{},
		lastField: firstField, lastOption: firstOption, lastAnswer: firstAnswer,
	}
}

func (l *labels) addField(f *field) *field {
	l.lastField++
	f.id, f.answers = l.lastField, map[uint64]*fieldAnswer{}
	l.fields[f.id] = f
	l.fieldOrder.add(f.id)
	return f
}

func (l *labels) addOption(o *option) *option {
	l.lastOption++
	o.id = l.lastOption
	l.options[o.id] = o
	o.field.options.add(o.id)
	return o
}

// answerTo returns a member's answer to a field, a new and empty one if needed.
func (l *labels) answerTo(f *field, member uint64, now stamp) *fieldAnswer {
	given := f.answers[member]
	if given == nil {
		l.lastAnswer++
		given = &fieldAnswer{id: l.lastAnswer, member: member, created: now}
		f.answers[member] = given
	}
	given.edited = now
	return given
}

// pick adds an option to what a member holds.
func (l *labels) pick(o *option, member uint64, now stamp) {
	l.answerTo(o.field, member, now).picked.add(o.id)
}

// unpick takes an option from a member. An answer that picks nothing is none.
func (l *labels) unpick(o *option, member uint64, now stamp) {
	given := o.field.answers[member]
	if given == nil || !given.picked.has(o.id) {
		return
	}
	given.picked.remove(o.id)
	given.edited = now
	if len(given.picked) == 0 {
		delete(o.field.answers, member)
	}
}

// deleteOption strips an option from everybody who holds it.
func (l *labels) deleteOption(o *option, now stamp) {
	for member := range o.field.answers {
		l.unpick(o, member, now)
	}
	delete(l.options, o.id)
	o.field.options.remove(o.id)
}

// deleteField takes the options and all answers along.
func (l *labels) deleteField(f *field) {
	for _, id := range f.options {
		delete(l.options, id)
	}
	delete(l.fields, f.id)
	l.fieldOrder.remove(f.id)
}

// forget drops everything a member answered or holds: it does not come back
// when they do.
func (l *labels) forget(member uint64) {
	for _, f := range l.fields {
		delete(f.answers, member)
	}
}

// holds reports whether a member holds an option.
func (o *option) holds(member uint64) bool {
	given := o.field.answers[member]
	return given != nil && given.picked.has(o.id)
}

// held returns what a member picked of a field, by id.
func (f *field) held(member uint64) []uint64 {
	if given := f.answers[member]; given != nil {
		return slices.Clone(given.picked)
	}
	return nil
}

// tally counts the holders of each option of a field.
func (f *field) tally() map[uint64]uint64 {
	out := make(map[uint64]uint64, len(f.options))
	for _, given := range f.answers {
		for _, id := range given.picked {
			out[id]++
		}
	}
	return out
}

// optionOf returns an option of one field, or nil.
func (l *labels) optionOf(f *field, id uint64) *option {
	if o := l.options[id]; o != nil && o.field == f {
		return o
	}
	return nil
}

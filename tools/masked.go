package tools

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/privacy"
)

// masking returns the networks with what is masked in the answers of their
// clients. The masking itself is the clients' (see [privacy.Mask.Answer]); the
// tools have to know of it where a masked value is of no use or would do harm.
func (n networks) masking(m privacy.Mask) networks {
	masking := slices.Clone(n)
	for i := range masking {
		masking[i].mask = m
	}
	return masking
}

// choosable refuses to choose members by parts of what is masked. Nothing would
// be given away, since there is only the masked form to look in, but nothing
// true would be found either.
func (c *Call) choosable(name, email, location string) error {
	for _, filter := range []struct {
		masked            bool
		value, name, what string
	}{
		{c.mask.Name, name, "name", "names are"},
		{c.mask.Email, email, "email", "e-mail addresses are"},
		{c.mask.Location, location, "location", "locations are"},
	} {
		if filter.masked && filter.value != "" {
			return problem(filter.name, fmt.Sprintf("argument %q: %s masked on this server, so nobody can be chosen by parts of them. Who has a person's whole address can use find_member_by_email", filter.name, filter.what))
		}
	}
	return nil
}

// aboutMask tells of data that leaves in its masked form; empty for none.
func (c *Call) aboutMask() []guardrails.Fact {
	if !c.mask.On() {
		return nil
	}
	return []guardrails.Fact{guardrails.Field("masked", c.mask.String())}
}

// maskNote says the same in a result.
func (c *Call) maskNote() string {
	if !c.mask.On() {
		return ""
	}
	return "Masked on this server, and so in what went out: " + c.mask.String() + "."
}

// cannotReturn says that there is no way back from a change, since a mask keeps it from
// being undone.
const cannotReturn = "What is there now is masked on this server, so this cannot be undone from here."

// retype asks a person for a member's name, and for the number where the name
// is masked.
func (c *Call) retype(m *apiclient.Member) *guardrails.Retype {
	if c.mask.Name {
		return guardrails.RetypeID("the member", uint64(m.ID))
	}
	return guardrails.RetypeName("the member", m.FullName(), uint64(m.ID))
}

// unmasked refuses to write what only stands for an address: it would replace
// the address.
func (e Env) unmasked(tool Tool, arguments json.RawMessage) error {
	if tool.Risk.Acts() && e.mask.HoldsMasked(unescaped(arguments)) {
		return &Obstacle{Message: tool.Name + ": the arguments hold a masked e-mail address (such as a…@e…). It stands for one that this server does not show, and would be written in its place. Leave that text as it is, or let a person change it who sees the address."}
	}
	return nil
}

// unescaped returns JSON in which no character is written as its number.
func unescaped(arguments json.RawMessage) string {
	var value any
	if decode(arguments, &value) != nil {
		return string(arguments)
	}
	encoded, err := encode(value)
	if err != nil {
		return string(arguments)
	}
	return string(encoded)
}

// hasAddress reports whether a shown address can be the one that was given. Of
// a masked one only the masked form can be compared.
func (c *Call) hasAddress(shown, given string) bool {
	shown, given = strings.TrimSpace(shown), strings.TrimSpace(given)
	if c.mask.Email {
		given = privacy.Address(given)
	}
	return strings.EqualFold(shown, given)
}

// protection is an address as the gate compares it: a masked one is nobody's.
func protection(m apiclient.Member) guardrails.Person {
	person := guardrails.Person{ID: uint64(m.ID), Email: m.Email}
	if privacy.IsMasked(person.Email) {
		person.Email = ""
	}
	return person
}

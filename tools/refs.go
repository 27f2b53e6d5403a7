package tools

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/schema"
)

// Resolver is implemented by inputs that name things by their names. Resolve
// puts ids in the place of names, before anything else is looked up. People
// are never named so: a name fits two of them too easily.
type Resolver interface {
	Resolve(ctx context.Context, c *Call) error
}

// idOf returns the id that a resolved reference holds.
func idOf(ref schema.Reference) apiclient.ID {
	id, _ := numeric(ref)
	return id
}

func numeric(ref schema.Reference) (apiclient.ID, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(string(ref)), 10, 64)
	return apiclient.ID(n), err == nil && n > 0
}

// kindOfThing is what a reference of one argument can name.
type kindOfThing[T any] struct {
	argument string
	// one and many are its names; list is the tool that lists it.
	one, many, list string
	all             func(ctx context.Context, c *Call) iter.Seq2[T, error]
	id              func(T) apiclient.ID
	name            func(T) string
}

// resolve replaces an exact name by the id of the one thing that has it. An id
// stays as it is, and costs no request. No match and several matches are
// errors that tell the candidates.
func (k kindOfThing[T]) resolve(ctx context.Context, c *Call, ref *schema.Reference) error {
	if _, isID := numeric(*ref); isID || *ref == "" {
		return nil
	}
	wanted := plainName(string(*ref))
	key := k.argument + " " + wanted
	if id, known := c.named[key]; known { // a list of many mostly names one thing
		*ref = id
		return nil
	}
	var exact, similar []T
	for thing, err := range k.all(ctx, c) {
		if err != nil {
			return err
		}
		switch name := plainName(k.name(thing)); {
		case name == wanted:
			exact = append(exact, thing)
		case strings.EqualFold(name, wanted):
			similar = append(similar, thing)
		}
	}
	switch {
	case len(exact) == 1:
		*ref = schema.Reference(fmt.Sprint(k.id(exact[0])))
		if c.named == nil {
			c.named = map[string]schema.Reference{}
		}
		c.named[key] = *ref
		return nil
	case len(exact) > 1:
		return problem(k.argument, fmt.Sprintf("argument %q: %d %s are called %s: %s; give the id of the one that is meant", k.argument, len(exact), k.many, quoted(wanted), k.candidates(exact)))
	case len(similar) > 0:
		return problem(k.argument, fmt.Sprintf("argument %q: no %s is called exactly %s; similar: %s", k.argument, k.one, quoted(wanted), k.candidates(similar)))
	}
	return problem(k.argument, fmt.Sprintf("argument %q: no %s is called %s; %s has names and ids", k.argument, k.one, quoted(wanted), k.list))
}

// maxCandidates is how many things an error lists.
const maxCandidates = 10

func (k kindOfThing[T]) candidates(things []T) string {
	var texts []string
	for i, thing := range things {
		if i == maxCandidates {
			texts = append(texts, "and more")
			break
		}
		texts = append(texts, fmt.Sprintf("%d (%s)", k.id(thing), quoted(k.name(thing))))
	}
	return strings.Join(texts, ", ")
}

// plainName is the form in which names are compared: exact but for the ways
// in which Unicode writes one text, and white space around it.
func plainName(name string) string { return norm.NFC.String(strings.TrimSpace(name)) }

func quoted(name string) string { return strconv.Quote(line(name)) }

func collectionThing() kindOfThing[apiclient.Collection] {
	return kindOfThing[apiclient.Collection]{
		argument: "collection_id", one: "collection", many: "collections", list: "list_collections",
		all: func(ctx context.Context, c *Call) iter.Seq2[apiclient.Collection, error] {
			return c.API.Collections().All(ctx, apiclient.ListOptions{})
		},
		id: func(c apiclient.Collection) apiclient.ID { return c.ID }, name: func(c apiclient.Collection) string { return c.Name },
	}
}

func spaceThing() kindOfThing[apiclient.Space] {
	return kindOfThing[apiclient.Space]{
		argument: "space_id", one: "space", many: "spaces", list: "list_spaces",
		all: func(ctx context.Context, c *Call) iter.Seq2[apiclient.Space, error] {
			return c.API.Spaces().All(ctx, apiclient.ListOptions{})
		},
		id: func(s apiclient.Space) apiclient.ID { return s.ID }, name: func(s apiclient.Space) string { return s.Name },
	}
}

package guardrails

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

// Protector knows who must not be banned, deleted, removed or demoted.
type Protector struct {
	// Owner returns the person to whom the network's key belongs. An error
	// means that it is unknown, and then everybody counts as protected.
	Owner func(ctx context.Context, network string) (Person, error)
	// IDs and Emails list more people, by member id and e-mail address.
	IDs    []uint64
	Emails []string
	// IDOf returns the id of the member with an address, 0 when there is none.
	// The address that the API shows may be masked, and a member may change
	// their own; the id stays. An error means that it is unknown, and then
	// everybody counts as protected. Nil compares addresses alone.
	IDOf func(ctx context.Context, network, email string) (uint64, error)
	// Tags and Badges protect whoever bears one of them, by id or title (see
	// [Fitting]). They need MarksOf and Named, and are asked about only where
	// there are any.
	Tags, Badges []string
	// MarksOf returns all tags or badges of a member. An error means that they
	// are unknown, and then the member counts as protected.
	MarksOf func(ctx context.Context, network string, member uint64, kind string) ([]Mark, error)
	// Named returns a mark with its title.
	Named func(ctx context.Context, network string, mark Mark) (Mark, error)
	// Marks returns all tags or badges of a network. It is asked once, so that
	// the log can tell which of the lists fit none; nil tells nothing.
	Marks func(ctx context.Context, network, kind string) ([]Mark, error)

	notices *notices
}

// check returns a refusal when the preview takes something from somebody who
// is protected, or would give or take the protection itself: whom nobody can
// touch from here, is for the operator to say.
func (p Protector) check(ctx context.Context, network string, preview Preview) error {
	if err := p.checkMarks(ctx, network, preview.Marks); err != nil {
		return err
	}
	people := preview.Loses
	if len(people) == 0 {
		return nil
	}
	owner, err := p.Owner(ctx, network)
	if err != nil {
		return fmt.Errorf("find out to whom the key belongs, so that this person is protected: %w", err)
	}
	for _, person := range people {
		if sameAddress(person.Email, owner.Email) || person.ID == owner.ID {
			return refuse(CodeProtected, "Member %d owns the API key that this server uses, and is protected: they cannot be banned, deleted, removed, demoted or given another address from here. Nothing was done.", person.ID)
		}
		listed, err := p.listsPerson(ctx, network, person)
		if err != nil {
			return fmt.Errorf("find out whom the operator protects, so that this person is protected: %w", err)
		}
		if listed {
			return refuse(CodeProtected, "Member %d is on the operator's list of protected people. Nothing was done. Only the operator can change that list (protected, in the configuration).", person.ID)
		}
		if err := p.checkBearer(ctx, network, person); err != nil {
			return err
		}
	}
	return nil
}

// checkBearer refuses when a person bears a mark that protects.
func (p Protector) checkBearer(ctx context.Context, network string, person Person) error {
	for _, kind := range []string{Tag, Badge} {
		if len(p.listed(kind)) == 0 {
			continue
		}
		marks, err := p.marksOf(ctx, network, person, kind)
		if err != nil {
			return fmt.Errorf("find out which %ss this person has, some of which protect, so that this person is protected: %w", kind, err)
		}
		p.noticeMarks(ctx, network, kind, marks)
		for _, mark := range marks {
			if p.lists(mark) {
				return refuse(CodeProtected, "Member %d has the %s %d, which protects whoever has it. Nothing was done. Only the operator can change that (protected, in the configuration).", person.ID, kind, mark.ID)
			}
		}
	}
	return nil
}

func (p Protector) marksOf(ctx context.Context, network string, person Person, kind string) ([]Mark, error) {
	if person.ID == 0 || p.MarksOf == nil {
		return nil, errors.New("it cannot be looked up")
	}
	return p.MarksOf(ctx, network, person.ID, kind)
}

// checkMarks refuses to give protection, and to take it away.
func (p Protector) checkMarks(ctx context.Context, network string, marks []Mark) error {
	for _, mark := range marks {
		if len(p.listed(mark.Kind)) == 0 {
			continue
		}
		if mark.Title == "" && !p.lists(mark) {
			var err error
			if mark, err = p.named(ctx, network, mark); err != nil {
				return fmt.Errorf("find out whether this %s protects people, so that it stays: %w", mark.Kind, err)
			}
		}
		if p.lists(mark) {
			which := fmt.Sprintf("The %s %d", mark.Kind, mark.ID)
			if mark.ID == 0 {
				which = "A " + mark.Kind + " called " + quoted(untrusted.Line(mark.Title, maxTitle))
			}
			return refuse(CodeProtected, "%s protects whoever has it, so from here it is neither given to anybody nor taken off anybody, and neither made nor deleted nor renamed. Nothing was done. The operator can do it in the community itself, or change what protects (protected, in the configuration).", which)
		}
	}
	return nil
}

func (p Protector) named(ctx context.Context, network string, mark Mark) (Mark, error) {
	if p.Named == nil {
		return mark, errors.New("it cannot be looked up")
	}
	named, err := p.Named(ctx, network, mark)
	if err != nil {
		return mark, err
	}
	return named, nil
}

func (p Protector) listed(kind string) []string {
	if kind == Badge {
		return p.Badges
	}
	return p.Tags
}

// lists reports whether a mark protects.
func (p Protector) lists(mark Mark) bool {
	return slices.ContainsFunc(p.listed(mark.Kind), mark.is)
}

// is reports whether a word of the operator's list means the mark.
func (m Mark) is(word string) bool {
	return strings.TrimSpace(word) == fmt.Sprint(m.ID) || plainTitle(word) == plainTitle(m.Title)
}

func (p Protector) listsPerson(ctx context.Context, network string, person Person) (bool, error) {
	if slices.Contains(p.IDs, person.ID) {
		return true, nil
	}
	for _, email := range p.Emails {
		listed := sameAddress(email, person.Email)
		if p.IDOf != nil {
			id, err := p.IDOf(ctx, network, email)
			if err != nil && !listed {
				return false, err
			}
			listed = listed || id == person.ID
			if !listed && id == 0 {
				p.noticeAddress(network, email)
			}
		}
		if listed {
			return true, nil
		}
	}
	return false, nil
}

func sameAddress(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	return a != "" && strings.EqualFold(a, b)
}

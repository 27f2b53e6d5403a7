package guardrails

import (
	"context"
	"fmt"
	"slices"
	"strings"
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
}

// check returns a refusal when one of the people is protected.
func (p Protector) check(ctx context.Context, network string, people []Person) error {
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
		listed, err := p.lists(ctx, network, person)
		if err != nil {
			return fmt.Errorf("find out whom the operator protects, so that this person is protected: %w", err)
		}
		if listed {
			return refuse(CodeProtected, "Member %d is on the operator's list of protected people. Nothing was done. Only the operator can change that list (protected, in the configuration).", person.ID)
		}
	}
	return nil
}

func (p Protector) lists(ctx context.Context, network string, person Person) (bool, error) {
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

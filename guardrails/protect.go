package guardrails

import (
	"context"
	"fmt"
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
		if p.lists(person) {
			return refuse(CodeProtected, "Member %d is on the operator's list of protected people. Nothing was done. Only the operator can change that list (protected, in the configuration).", person.ID)
		}
	}
	return nil
}

func (p Protector) lists(person Person) bool {
	for _, id := range p.IDs {
		if id == person.ID {
			return true
		}
	}
	for _, email := range p.Emails {
		if sameAddress(email, person.Email) {
			return true
		}
	}
	return false
}

func sameAddress(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	return a != "" && strings.EqualFold(a, b)
}

package guardrails_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
)

// attack is one case of the suite.
type attack struct {
	name string
	try  func(s *siege)
}

// attackGroup are cases that share a house.
type attackGroup struct {
	name    string
	attacks []attack
}

func attackGroups() []attackGroup {
	return []attackGroup{
		{"forged", forgedAttacks()},
		{"tampered", tamperedAttacks()},
		{"replayed", replayedAttacks()},
		{"expired", expiredAttacks()},
		{"crossed", crossedAttacks()},
		{"alike", alikeAttacks()},
		{"swapped", swappedAttacks()},
		{"lists", listAttacks()},
		{"retyped", retypeAttacks()},
		{"bypass", bypassAttacks()},
		{"quiet", quietAttacks()},
		{"limits", limitAttacks()},
		{"protected", protectedAttacks()},
		{"injection", injectionAttacks()},
		{"paths", pathAttacks()},
		{"pending", pendingAttacks()},
		{"floods", floodAttacks()},
		{"races", raceAttacks()},
		{"audit", auditAttacks()},
		{"secrets", secretAttacks()},
		{"undo", undoAttacks()},
	}
}

// leastAttacks is how many cases the suite has at least. Together with those of
// package server there are more.
const leastAttacks = 150

// TestAttacks is the attack suite of the gate. Each case tries to get something
// done that nobody approved, and each checks that the communities saw no
// change and that the answers say so.
func TestAttacks(t *testing.T) {
	var ran atomic.Int32
	groups := attackGroups()
	t.Run("all", func(t *testing.T) {
		for _, group := range groups {
			t.Run(group.name, func(t *testing.T) {
				t.Parallel()
				s := newSiege(t)
				for _, a := range group.attacks {
					t.Run(a.name, func(t *testing.T) {
						s.under(t, a.try)
						ran.Add(1)
					})
				}
			})
		}
	})
	if part := flag.Lookup("test.run").Value.String(); strings.Contains(part, "/") || flag.Lookup("test.skip").Value.String() != "" {
		return
	}
	if ran.Load() < leastAttacks {
		t.Errorf("%d cases ran, want %d at least", ran.Load(), leastAttacks)
	}
	page, err := os.ReadFile("../docs/attacks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range groups {
		if row := fmt.Sprintf("| `%s` | %d |", group.name, len(group.attacks)); !strings.Contains(string(page), row) {
			t.Errorf("docs/attacks.md lacks the row %s", row)
		}
	}
}

package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// checkPolicy looks at what the settings say of people. Where a person could
// not be read, that is the mistake to mend first.
func (l *loader) checkPolicy() {
	if l.peopleWrong {
		return
	}
	c, roles := l.c, l.c.Roles()
	var missing []string
	if len(c.callers) == 0 {
		missing = append(missing, "callers")
	}
	if len(c.approvers) == 0 {
		missing = append(missing, "approvers")
	}
	for _, rule := range c.Policy.Rules {
		l.knownRoles("policy.rules.role", rule.Source, rule.Roles, roles)
		if rule.Is == TwoPeople && len(missing) > 0 {
			l.invalid("policy.rules.is", rule.Source, fmt.Errorf("%s needs at least one caller, who asks, and one approver, who agrees; there is nobody under %s", TwoPeople, strings.Join(missing, " and ")))
		}
	}
	const refresh = "directory.refresh_roles"
	l.knownRoles(refresh, c.Source(refresh), c.Directory.RefreshRoles, roles)
}

// Roles returns the roles that somebody can have.
func (c *Config) Roles() []string {
	roles := []string{LocalRole}
	for _, caller := range c.callers {
		if !slices.Contains(roles, caller.Role) {
			roles = append(roles, caller.Role)
		}
	}
	return roles
}

func (l *loader) knownRoles(setting, source string, roles, known []string) {
	for _, role := range roles {
		if !slices.Contains(known, role) {
			l.invalid(setting, source, oneOf(role, "the role of a caller", known))
		}
	}
}

// checkRequests refuses a stop that could never come.
func (l *loader) checkRequests() {
	const key = "requests.stop_at"
	if r := l.c.Requests; r.StopAt > 0 && r.MonthlyAllowance == 0 && !l.has("requests.monthly_allowance") {
		l.invalid(key, l.c.Source(key), errors.New("it is a percentage of an allowance that is not known, so it would never stop anything; set requests.monthly_allowance too"))
	}
}

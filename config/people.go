package config

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// leastSecret is how many characters a token or secret of a person has at
// least. Others may try them, over HTTP.
const leastSecret = 16

// Caller is somebody who may use the server over HTTP, with a bearer token of
// their own.
type Caller struct {
	// Name is the operator's name for them, in lower case, and never a word for
	// whoever needs no token, like "local" or "stdio".
	Name string
	// Role is what the policy calls them, never [LocalRole].
	Role string

	token credential
}

// ResolveToken reads the bearer token as [Profile.ResolveToken] does, and
// refuses one of fewer than 16 characters. Use [Config.ResolveCallers] to tell
// callers apart.
func (c Caller) ResolveToken(ctx context.Context) (Secret, error) { return c.token.resolve(ctx) }

// Approver is a person who may settle approvals on the page of the HTTP
// server. Their secret opens nothing else.
type Approver struct {
	// Name is the operator's name for them, in lower case, and never a word for
	// whoever needs no token, like "local" or "stdio".
	Name string

	secret credential
}

// ResolveSecret reads the secret as [Caller.ResolveToken] reads a token.
func (a Approver) ResolveSecret(ctx context.Context) (Secret, error) { return a.secret.resolve(ctx) }

// Callers returns who may use the server over HTTP, sorted by name. Empty,
// nobody signs in, and the server is for loopback alone.
func (c *Config) Callers() []Caller { return slices.Clone(c.callers) }

// Approvers returns who may settle approvals on the page, sorted by name.
func (c *Config) Approvers() []Approver { return slices.Clone(c.approvers) }

// A credential says where a person's token or secret is. It is found in the
// same ways as the key of a network.
type credential struct {
	owner  string
	source tokenSource
	env    func(string) (string, bool)
}

func (c credential) resolve(ctx context.Context) (Secret, error) {
	p := Profile{Name: c.owner, token: c.source, env: c.env}
	secret, err := p.ResolveToken(ctx)
	if err == nil && len(secret.Reveal()) < leastSecret {
		return Secret{}, p.noToken(fmt.Sprintf("the key in the %s is too short; use at least %d characters that nobody can guess (`openssl rand -hex 24` makes some)", p.TokenSource(), leastSecret))
	}
	return secret, err
}

// Names of people are in lower case, so that no two differ by case alone: who
// approves must not be who asked.
var personForm = regexp.MustCompile(`^[a-z][a-z0-9._-]{0,63}$`)

// nameless are what those are called who need no token: the ways in which they
// come.
var nameless = []string{LocalRole, "stdio", "terminal", "loopback", "loopback-sse"}

// person understands the name of a caller or an approver.
func person(s string) (string, error) {
	switch {
	case !personForm.MatchString(s) || keyLike.MatchString(s):
		return "", fmt.Errorf("%s cannot be the name of a person; use lower-case letters, digits, '.', '_' and '-', like maria", shown(s))
	case slices.Contains(nameless, s):
		return "", fmt.Errorf("%s stands for whoever needs no token; use another name", s)
	}
	return s, nil
}

// callerRole understands the role of a caller.
func callerRole(s string) (string, error) {
	if s == LocalRole {
		return "", errors.New("local is the role of whoever needs no token; use another word, like moderator")
	}
	return roleWord(s)
}

// callers reads the group of the file.
func (l *loader) callers(f field, path string) {
	l.people("callers", f, path, func(setting, name string, entry field) {
		caller := Caller{Name: name, Role: DefaultRole}
		caller.token = l.credential(setting, "token", []string{"role", "token"}, entry, path, func(member field) bool {
			if member.name != "role" {
				return false
			}
			l.member(setting, member, func(r raw) error { return setText(&caller.Role, r, callerRole) })
			l.c.sources[setting+".role"] = member.at
			return true
		})
		l.c.callers = append(l.c.callers, caller)
	})
	slices.SortFunc(l.c.callers, func(a, b Caller) int { return cmp.Compare(a.Name, b.Name) })
}

// approvers reads the group of the file.
func (l *loader) approvers(f field, path string) {
	l.people("approvers", f, path, func(setting, name string, entry field) {
		secret := l.credential(setting, "secret", []string{"secret"}, entry, path, func(field) bool { return false })
		l.c.approvers = append(l.c.approvers, Approver{Name: name, secret: secret})
	})
	slices.SortFunc(l.c.approvers, func(a, b Approver) int { return cmp.Compare(a.Name, b.Name) })
}

// people reads the entries of a group of people.
func (l *loader) people(group string, f field, path string, read func(setting, name string, entry field)) {
	before := len(l.problems)
	for _, entry := range l.fields(group, f.value, path) {
		name, err := person(entry.name)
		if err != nil {
			l.invalid(group, entry.at, err)
			continue
		}
		read(group+"."+name, name, entry)
	}
	l.peopleWrong = l.peopleWrong || len(l.problems) > before
}

// credential reads a person's entry: where the token or secret is, which they
// cannot do without, and what other takes.
func (l *loader) credential(setting, key string, keys []string, entry field, path string, other func(field) bool) credential {
	c := credential{owner: setting, env: l.env}
	before := len(l.problems)
	for _, member := range l.fields(setting, entry.value, path) {
		switch {
		case member.name == key:
			c.source = l.fileToken(setting+"."+key, member, path)
			l.c.sources[setting+"."+key] = member.at
		case !other(member):
			l.unknown(setting, member, keys)
		}
	}
	if c.source.kind == "" && len(l.problems) == before {
		l.invalid(setting+"."+key, entry.at, fmt.Errorf("there is no %s; say where it is, as %s", key, tokenForms))
	}
	return c
}

package config

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
)

// Credentials tell who presents a token or a secret. They can be printed: what
// they know is behind a function, as with [Secret]. The zero value knows
// nobody.
type Credentials[T Caller | Approver] struct {
	find func(presented string) (T, bool)
}

// Find returns whose credential is presented, exactly as it is written. It
// takes the same time whoever it is, and however much of it is right.
func (c Credentials[T]) Find(presented string) (T, bool) {
	if c.find == nil {
		var nobody T
		return nobody, false
	}
	return c.find(presented)
}

// ResolveCallers reads the tokens of all callers, as [Caller.ResolveToken]
// does. Each token has to be of one caller only, and no approver's secret:
// otherwise an assistant that holds it could approve what it asks for. The
// secrets of the approvers are read for that too. The error is an [*Error] of
// kind [NoToken] with all that is wrong, and never contains a token.
func (c *Config) ResolveCallers(ctx context.Context) (Credentials[Caller], error) {
	callers, _, err := c.resolvePeople(ctx)
	return callers, err
}

// ResolveApprovers reads the secrets of all approvers; see
// [Config.ResolveCallers].
func (c *Config) ResolveApprovers(ctx context.Context) (Credentials[Approver], error) {
	_, approvers, err := c.resolvePeople(ctx)
	return approvers, err
}

type digest = [sha256.Size]byte

func (c *Config) resolvePeople(ctx context.Context) (Credentials[Caller], Credentials[Approver], error) {
	r := resolver{ctx: ctx, settings: map[digest]string{}}
	callers := make([]digest, len(c.callers))
	for i, caller := range c.callers {
		callers[i] = r.digest(caller.token)
	}
	approvers := make([]digest, len(c.approvers))
	for i, approver := range c.approvers {
		approvers[i] = r.digest(approver.secret)
	}
	if len(r.problems) > 0 {
		return Credentials[Caller]{}, Credentials[Approver]{}, &Error{Problems: r.problems}
	}
	return newCredentials(c.Callers(), callers), newCredentials(c.Approvers(), approvers), nil
}

// A resolver reads credentials and remembers which setting each is from.
type resolver struct {
	ctx      context.Context
	settings map[digest]string
	problems []Problem
}

func (r *resolver) digest(c credential) digest {
	secret, err := c.resolve(r.ctx)
	var wrong *Error
	if errors.As(err, &wrong) {
		r.problems = append(r.problems, wrong.Problems...)
		return digest{}
	}
	sum := sha256.Sum256([]byte(secret.Reveal()))
	if other, taken := r.settings[sum]; taken {
		r.problems = append(r.problems, Problem{Kind: NoToken, Setting: c.source.setting, Source: c.source.at,
			Message: fmt.Sprintf("it is the same as %s; give every caller and every approver one of their own (`openssl rand -hex 24` makes one)", other)})
		return digest{}
	}
	r.settings[sum] = c.source.setting
	return sum
}

// newCredentials compares digests, which are all of one length, and goes on
// after a match.
func newCredentials[T Caller | Approver](people []T, digests []digest) Credentials[T] {
	return Credentials[T]{find: func(presented string) (T, bool) {
		sum := sha256.Sum256([]byte(presented))
		found, index := 0, 0
		for i := range digests {
			same := subtle.ConstantTimeCompare(sum[:], digests[i][:])
			found |= same
			index = subtle.ConstantTimeSelect(same, i, index)
		}
		if found == 0 {
			var nobody T
			return nobody, false
		}
		return people[index], true
	}}
}

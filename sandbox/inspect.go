package sandbox

import "slices"

// MemberState is a person as the sandbox knows them, including what the API
// does not show.
type MemberState struct {
	ID        uint64
	Email     string
	FirstName string
	LastName  string
	Role      string   // in the network: "host", "moderator" or "contributor"
	Limited   bool     // belongs to single spaces only
	Standing  string   // "active", "removed", "banned" or "deleted"
	BanReason string   // as given with the ban
	Spaces    []uint64 // ids of the spaces they are in, rising
}

// MemberByID returns a person, whatever their standing. False when the id was
// never given out.
func (s *Sandbox) MemberByID(id uint64) (MemberState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p := s.community.members[id]
	if p == nil {
		return MemberState{}, false
	}
	return MemberState{
		ID: p.id, Email: p.email, FirstName: p.first, LastName: p.last, Role: p.role, Limited: p.limited,
		Standing: string(p.standing), BanReason: p.banReason, Spaces: s.community.spacesOf(id),
	}, true
}

// Members counts the member list.
func (s *Sandbox) Members() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.community.roster)
}

// IsBanned reports whether a person was banned.
func (s *Sandbox) IsBanned(id uint64) bool {
	state, known := s.MemberByID(id)
	return known && state.Standing == string(standingBanned)
}

// Spaces returns the ids of all spaces, rising.
func (s *Sandbox) Spaces() []uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.community.spaceOrder)
}

// SpaceMembers returns the ids of a space's members, rising; nil when there is
// no such space.
func (s *Sandbox) SpaceMembers(spaceID uint64) []uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if sp := s.community.spaces[spaceID]; sp != nil {
		return slices.Clone(sp.members)
	}
	return nil
}

// SpaceRole returns a member's role in a space, "" when they are not in it.
func (s *Sandbox) SpaceRole(spaceID, userID uint64) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	sp := s.community.spaces[spaceID]
	if sp == nil || !sp.members.has(userID) {
		return ""
	}
	return sp.roleOf(userID)
}

// PostState is a post as the sandbox knows it.
type PostState struct {
	ID          uint64
	SpaceID     uint64
	AuthorID    uint64
	Title       string
	Description string // HTML as it was given
	Comments    int    // visible ones
}

// PostByID returns a post that can be seen. False when it never existed, was
// deleted, or its author is banned or out of the network.
func (s *Sandbox) PostByID(id uint64) (PostState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, err := s.community.post(id)
	if err != nil {
		return PostState{}, false
	}
	state := PostState{ID: p.id, SpaceID: p.space, AuthorID: p.author.id, Title: p.title, Description: p.description}
	for _, c := range s.community.threads[id] {
		if c.author.visible() {
			state.Comments++
		}
	}
	return state, true
}

// EventExists reports whether an event can be seen.
func (s *Sandbox) EventExists(id uint64) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, err := s.community.event(id)
	return err == nil
}

// Outbox returns what the network sent to people since the start, oldest
// first.
func (s *Sandbox) Outbox() []Notice {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.community.outbox)
}

// Notable returns the ids of the people and places that tests and demos need.
func (s *Sandbox) Notable() Notable {
	n := s.community.notable // never changes after the seeding
	n.Spammers = slices.Clone(n.Spammers)
	return n
}

// SetMemberName renames a person behind the client's back, as if they had
// edited their profile. False when there is no such active member. The same
// holds for the other setters; none counts as a change.
func (s *Sandbox) SetMemberName(id uint64, first, last string) bool {
	return s.edit(id, func(p *profile) { p.first, p.last = first, last })
}

// SetMemberRole changes a person's role in the network behind the client's
// back.
func (s *Sandbox) SetMemberRole(id uint64, role string) bool {
	return s.edit(id, func(p *profile) { p.role = role })
}

// SetMemberEmail changes a person's address behind the client's back.
func (s *Sandbox) SetMemberEmail(id uint64, email string) bool {
	return s.edit(id, func(p *profile) { p.email = email })
}

// DropMember removes a person from the network behind the client's back.
func (s *Sandbox) DropMember(id uint64) bool {
	now := stampOf(s.now())
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.community.active(id)
	if p == nil {
		return false
	}
	s.community.withdraw(p, standingRemoved, false, now)
	return true
}

// SetPost rewrites title and body of a post behind the client's back. False
// when there is no such visible post.
func (s *Sandbox) SetPost(id uint64, title, description string) bool {
	now := stampOf(s.now())
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.community.post(id)
	if err != nil {
		return false
	}
	p.title, p.description, p.updated, p.untitled = title, description, now, false
	return true
}

func (s *Sandbox) edit(id uint64, change func(*profile)) bool {
	now := stampOf(s.now())
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.community.active(id)
	if p == nil {
		return false
	}
	want := p.profile()
	change(&want)
	s.community.write(p, want)
	p.updated = now
	return true
}

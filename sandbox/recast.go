package sandbox

// Persona is what tells who somebody is.
type Persona struct {
	Email, First, Last, Location, TimeZone, Bio string
}

// Recast gives everybody another persona by their id, those who left and those
// who were invited included (by the id of the invitation; only its address and
// names are taken). Like the setters it does not count as a change.
func (s *Sandbox) Recast(persona func(id uint64) Persona) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, p := range s.community.members {
		as := persona(id)
		want := p.profile()
		want.email, want.first, want.last = as.Email, as.First, as.Last
		s.community.write(p, want)
		p.location, p.timeZone, p.bio = as.Location, as.TimeZone, as.Bio
	}
	for id, i := range s.community.invites {
		as := persona(id)
		i.email, i.first, i.last = as.Email, as.First, as.Last
	}
}

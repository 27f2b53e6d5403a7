package tools

// LimitKeptMembers makes the memory for members smaller.
func (c *Catalogue) LimitKeptMembers(n int) {
	c.o.Networks[0].kept.members.(*memberMemory).limit = n
}

// KeptMembers counts what is kept of members.
func (c *Catalogue) KeptMembers() int {
	m := c.o.Networks[0].kept.members.(*memberMemory)
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, s := range m.shelves {
		n += s.size()
	}
	return n
}

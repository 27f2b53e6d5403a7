package tools

import "github.com/mcp-mighty/mcp-mighty/guardrails"

// Admits returns nil for a tool that the caller may call and is shown, and
// otherwise the refusal that a call of theirs would get. The gate decides.
func (c *Catalogue) Admits(tool Tool, caller guardrails.Caller) error {
	return c.o.Gate.Admits(c.action(tool), caller)
}

// permits reports whether the policy ever lets a caller call a tool.
func (c *Catalogue) permits(tool Tool, caller guardrails.Caller) bool {
	return c.o.Gate.Permits(c.action(tool), caller) == nil
}

// SwitchedOff returns the toolsets of which no tool is on, and those of which
// some tools are on and some were not chosen. Tools that the operator excluded,
// or that the policy does not let the caller call, do not count, so that nobody
// asks for what they will not get.
func (c *Catalogue) SwitchedOff(caller guardrails.Caller) (whole, parts []string) {
	on, off := map[string]bool{}, map[string]bool{}
	for _, tool := range c.tools {
		switch {
		case c.excluded[tool.Name], !c.permits(tool, caller):
		case c.off[tool.Name] == "":
			on[tool.Toolset] = true
		default:
			off[tool.Toolset] = true
		}
	}
	for _, name := range c.Toolsets() {
		switch {
		case off[name] && on[name]:
			parts = append(parts, name)
		case off[name]:
			whole = append(whole, name)
		}
	}
	return whole, parts
}

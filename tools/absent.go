package tools

import (
	"fmt"
	"slices"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// setAside takes out of the catalogue the tools of what is not configured.
// They are in no list and in no toolset; only a call by name is told why.
func (c *Catalogue) setAside() {
	if c.o.Workspace != nil {
		return
	}
	ofWorkspace := func(t Tool) bool { return t.Toolset == workspaceToolset }
	for _, tool := range c.tools {
		if ofWorkspace(tool) {
			c.absent = append(c.absent, tool)
		}
	}
	c.tools = slices.DeleteFunc(c.tools, ofWorkspace)
}

// Absent returns the tools that are not there because what they are about is
// not configured. They are known so that calls of them can be answered.
func (c *Catalogue) Absent() []Tool { return c.absent }

// Names returns what policies know all tools by, also those that are switched
// off or absent: a policy holds whatever is chosen and configured later.
func (c *Catalogue) Names() []guardrails.Name {
	var names []guardrails.Name
	for _, tool := range slices.Concat(c.tools, c.absent) {
		names = append(names, tool.name())
	}
	return names
}

// Missing says in a sentence why a tool that exists is not there; "" for any
// other name.
func (c *Catalogue) Missing(name string) string {
	if c.isAbsent(name) {
		return fmt.Sprintf("The tool %q %s", name, absentWorkspace)
	}
	return ""
}

func (c *Catalogue) isAbsent(name string) bool {
	return slices.ContainsFunc(c.absent, func(t Tool) bool { return t.Name == name })
}

// envs returns what a tool works on: the networks, or the workspace alone.
func (c *Catalogue) envs(tool Tool) networks {
	if tool.Toolset == workspaceToolset {
		return networks{{Network: workspaceName, Now: c.o.Networks[0].Now, workspace: c.o.Workspace, mask: c.o.Mask, answerBytes: answerBytes(c.o.AnswerTokens)}}
	}
	return c.o.Networks
}

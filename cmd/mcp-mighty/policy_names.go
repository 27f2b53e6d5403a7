package main

import (
	"slices"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// checkPolicy refuses a policy that speaks of a tool or toolset that does not
// exist, or has a rule or limit that is for none: it would quietly protect
// nothing.
func checkPolicy(policy config.Policy, roles []string, catalogue *tools.Catalogue) error {
	if err := checkPolicyNames(policy, catalogue); err != nil {
		return err
	}
	if err := guardrails.Idle(policy, catalogue.Names(), roles); err != nil {
		return usagef("%w", err)
	}
	return nil
}

func checkPolicyNames(policy config.Policy, catalogue *tools.Catalogue) error {
	var names []string
	for _, tool := range catalogue.All() {
		names = append(names, tool.Name)
	}
	toolsets := catalogue.Toolsets()
	// What is not configured may be spoken of; a rule for it waits.
	known := slices.Clone(names)
	knownSets := slices.Clone(toolsets)
	for _, tool := range catalogue.Absent() {
		known, knownSets = append(known, tool.Name), append(knownSets, tool.Toolset)
	}
	check := func(source, setting string, tools, sets []string) error {
		for _, name := range tools {
			if !slices.Contains(known, name) {
				return usagef("%s: %s.tool: there is no tool %q%s; `mcp-mighty tools` lists them", source, setting, name, config.DidYouMean(name, names))
			}
		}
		for _, name := range sets {
			if !slices.Contains(knownSets, name) {
				return usagef("%s: %s.toolset: there is no toolset %q%s; `mcp-mighty tools` lists them", source, setting, name, config.DidYouMean(name, toolsets))
			}
		}
		return nil
	}
	for _, rule := range policy.Rules {
		if err := check(rule.Source, "policy.rules", rule.Tools, rule.Toolsets); err != nil {
			return err
		}
	}
	for _, limit := range policy.Limits {
		if err := check(limit.Source, "policy.limits", limit.Tools, limit.Toolsets); err != nil {
			return err
		}
	}
	return nil
}

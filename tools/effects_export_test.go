package tools

import (
	"maps"
	"slices"
)

// ToolsWithEffects names the tools that change what the directory keeps.
func ToolsWithEffects() []string { return slices.Sorted(maps.Keys(effects())) }

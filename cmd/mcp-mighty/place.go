package main

import (
	"regexp"
	"runtime"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// place is what other commands of this program need to find the same state
// directory, as it is typed in a shell; "" where they find it by themselves: a
// person's terminal knows the default configuration file, and neither this
// program's flags nor its environment.
func place(c *config.Config) string {
	source := c.Source("state_dir")
	byItself := source == "default" || c.File != "" && strings.HasPrefix(source, c.File)
	if byItself && !c.Named {
		return ""
	}
	return "--state-dir " + shellQuoted(c.StateDir)
}

// harmless are the words that no shell takes apart.
var harmless = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// again are the flags with which a command reaches the same configuration and
// the same state.
func (f *settingsFlags) again() string { return again(f.given, f.config, f.stateDir) }

func (f *stateFlags) again() string { return again(f.given, f.config, f.stateDir) }

func again(given func(flag string) bool, config, stateDir string) string {
	flags := ""
	if given("config") {
		flags += " --config " + shellQuoted(config)
	}
	if given("state-dir") {
		flags += " --state-dir " + shellQuoted(stateDir)
	}
	return flags
}

// shellQuoted writes a path as one word of a shell.
func shellQuoted(path string) string {
	switch {
	case runtime.GOOS == "windows":
		return `"` + path + `"` // which no path has in it
	case harmless.MatchString(path):
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

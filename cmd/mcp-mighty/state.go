package main

import (
	"fmt"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// stateFlags are the flags of commands that work on the state directory alone,
// beside a running server.
type stateFlags struct {
	config, stateDir string
	given            func(name string) bool
}

func (f *stateFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "configuration file (default: mcp-mighty/config.yaml in the user's configuration directory)")
	flags.StringVar(&f.stateDir, "state-dir", "", stateDirUsage)
	f.given = flags.Changed
}

// stateDirUsage is the help of --state-dir.
const stateDirUsage = "directory of the audit trail, the approvals and the member directory (default: mcp-mighty in the user's state directory)"

// withState opens the state directory for a command, and closes it after. None
// of these commands begins one: a directory that was mistyped would look like
// one in which nothing ever happened.
func (p *program) withState(f *stateFlags, use func(s *store.SQLite) error) error {
	overrides := config.Overrides{}
	if f.given("state-dir") {
		overrides.StateDir = &f.stateDir
	}
	loaded, err := config.Load(config.LoadOptions{Path: f.config, PathSet: f.given("config"), Env: p.env, Flags: overrides})
	if err != nil {
		return usagef("%w", err)
	}
	if !store.Exists(loaded.StateDir) {
		return noState(loaded.StateDir)
	}
	s := store.NewSQLite(loaded.StateDir)
	defer func() { _ = s.Close() }()
	return use(s)
}

func noState(dir string) error {
	return fmt.Errorf("there is no state in %s: no server has kept any there. If yours keeps it elsewhere, name the place with --state-dir or --config", dir)
}

// desk is where this program's user settles approvals.
func desk(s *store.SQLite) guardrails.Desk {
	return guardrails.Desk{Store: s, Key: s.SigningKey, Now: time.Now}
}

// osUser names who runs this program, "" if the system does not say.
func osUser() string {
	current, err := user.Current()
	if err != nil {
		return ""
	}
	return current.Username
}

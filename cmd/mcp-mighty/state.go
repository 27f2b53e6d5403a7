package main

import (
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
	flags.StringVar(&f.stateDir, "state-dir", "", "directory of the journal and the signing key")
	f.given = flags.Changed
}

// withState opens the state directory for a command, and closes it after.
func (p *program) withState(f *stateFlags, use func(s *store.SQLite) error) error {
	overrides := config.Overrides{}
	if f.given("state-dir") {
		overrides.StateDir = &f.stateDir
	}
	loaded, err := config.Load(config.LoadOptions{Path: f.config, PathSet: f.given("config"), Env: p.env, Flags: overrides})
	if err != nil {
		return usagef("%w", err)
	}
	s := store.NewSQLite(loaded.StateDir)
	defer func() { _ = s.Close() }()
	return use(s)
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

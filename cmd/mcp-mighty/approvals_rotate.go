package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/store"
)

func (p *program) approvalsRotateCommand() *cobra.Command {
	var state stateFlags
	cmd := &cobra.Command{
		Use:   "rotate-key",
		Short: "Replace the key that signs approvals",
		Long: `Replaces the key that signs questions and approvals, for running servers too.
What waits, or was approved and has not run yet, has to be asked for again. The
audit trail has a key of its own, stays whole, and records this.`,
		Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withState(&state, func(s *store.SQLite) error {
				event := store.Event{At: time.Now(), Kind: "rotated", Approver: osUser(), Channel: channelTerminal}
				if err := s.RotateSigningKey(cmd.Context(), event); err != nil {
					return err
				}
				_, err := fmt.Fprintln(p.files.out, "The key is a new one. What waited has to be asked for again.")
				return err
			})
		},
	}
	state.register(cmd)
	return cmd
}

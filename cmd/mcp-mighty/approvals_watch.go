package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

func (p *program) approvalsWatchCommand() *cobra.Command {
	var (
		state    stateFlags
		output   outputFlag
		interval time.Duration
	)
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Show what waits as it comes, until interrupted",
		Args:  exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if interval < 10*time.Millisecond {
				return usagef("--interval must be at least 10ms")
			}
			return p.withState(&state, func(s *store.SQLite) error {
				return watch(cmd.Context(), desk(s), interval, func(paper guardrails.Paper) error {
					return p.announce(paper, output.json(), state.again())
				})
			})
		},
	}
	state.register(cmd)
	output.register(cmd)
	cmd.Flags().DurationVar(&interval, "interval", time.Second, "how often to look")
	return cmd
}

// watch announces each waiting approval once.
func watch(ctx context.Context, desk guardrails.Desk, interval time.Duration, announce func(guardrails.Paper) error) error {
	shown := map[string]bool{}
	for {
		papers, err := desk.Papers(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		current := map[string]bool{}
		for _, paper := range papers {
			current[paper.Code] = true
			if shown[paper.Code] || paper.Status != store.Waiting {
				continue
			}
			if err := announce(paper); err != nil {
				return err
			}
		}
		shown = current // what is gone does not come back
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(interval):
		}
	}
}

// announce prints an approval, as one JSON document in a line or as text with
// the commands that settle it, which flags lead to the same state.
func (p *program) announce(paper guardrails.Paper, asJSON bool, flags string) error {
	if asJSON {
		return json.NewEncoder(p.files.out).Encode(paper)
	}
	if err := printPaper(p.files.out, paper); err != nil {
		return err
	}
	how := "mcp-mighty approvals approve " + paper.Code + flags
	if paper.TwoPeople { // which that command refuses
		how = "approve it on the approvals page, where approvers sign in by name"
	}
	_, err := fmt.Fprintf(p.files.out, "\nTo settle it: %s, or mcp-mighty approvals reject %s%s\n\n", how, paper.Code, flags)
	return err
}

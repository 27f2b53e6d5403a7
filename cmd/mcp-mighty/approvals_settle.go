package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// channelTerminal is how the audit trail calls this way of settling.
const channelTerminal = "terminal"

func (p *program) approvalsApproveCommand() *cobra.Command {
	var state stateFlags
	cmd := &cobra.Command{
		Use:   "approve CODE",
		Short: "Let an action run, once, when the assistant calls it again",
		Long: `Shows the whole question and asks for a word that is new each time, or for the
worst for a name or a number. It needs a terminal: a pipe is not a person.`,
		Args: exactly(1, "the code of an approval"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !isTerminal(p.files.in) || !isTerminal(p.files.err) {
				return usagef("approving needs a person at a terminal; run `mcp-mighty approvals approve %s%s` in one, without redirecting it", guardrails.Field("", args[0]).Shown(), state.again())
			}
			return p.withState(&state, func(s *store.SQLite) error { return p.approve(cmd.Context(), s, args[0], state.again()) })
		},
	}
	state.register(cmd)
	return cmd
}

// approve asks the person at the terminal. flags lead other commands to the
// same state.
func (p *program) approve(ctx context.Context, s *store.SQLite, code, flags string) error {
	desk, by := desk(s), guardrails.Settler{Name: osUser(), Channel: channelTerminal}
	paper, err := desk.Paper(ctx, code)
	switch {
	case err != nil:
		return noPaper(s, code, err)
	case paper.Void:
		return errors.Join(guardrails.ErrVoid, desk.Attempted(ctx, code, by, guardrails.ErrVoid))
	case paper.Status != store.Waiting:
		return noPaper(s, code, guardrails.ErrNoPaper)
	case paper.TwoPeople:
		// The system's names for people are not the callers': the two could be
		// one person.
		return errors.Join(fmt.Errorf("%w. Approve it on the approvals page, where approvers sign in by name", guardrails.ErrNamedPerson),
			desk.Attempted(ctx, code, by, guardrails.ErrNamedPerson))
	}
	t := terminal{in: p.files.in, out: p.files.err}
	fmt.Fprintf(t.out, "Approval %s, good for another %s\n", paper.Code, left(paper))
	if paper.Document.Note != "" {
		fmt.Fprintln(t.out, paper.Document.Note)
	}
	fmt.Fprintln(t.out)
	answer := t.ask(ctx, paper.Document)
	if answer.Decision != guardrails.Approved {
		err := errors.New("nothing was approved; it waits on. To refuse it: mcp-mighty approvals reject " + paper.Code + flags)
		if answer.Decision == guardrails.Declined { // something was typed, and it was not the word
			err = errors.Join(err, desk.Attempted(ctx, paper.Code, by, guardrails.ErrMistyped))
		}
		return err
	}
	if err := desk.Approve(ctx, paper.Code, by, answer.Typed); err != nil {
		return noPaper(s, code, err)
	}
	_, err = fmt.Fprintf(p.files.out, "Approved. %s runs once, when the assistant calls it again.\n", paper.Document.Tool)
	return err
}

func isTerminal(file io.Writer) bool {
	f, is := file.(*os.File)
	return is && term.IsTerminal(int(f.Fd()))
}

func (p *program) approvalsRejectCommand() *cobra.Command {
	var (
		state  stateFlags
		reason string
	)
	cmd := &cobra.Command{
		Use:   "reject CODE",
		Short: "Refuse an action, also one that was approved and has not run yet",
		Args:  exactly(1, "the code of an approval"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withState(&state, func(s *store.SQLite) error {
				by := guardrails.Settler{Name: osUser(), Channel: channelTerminal}
				if err := desk(s).Reject(cmd.Context(), args[0], by, reason); err != nil {
					return noPaper(s, args[0], err)
				}
				_, err := fmt.Fprintln(p.files.out, "Rejected. Nothing was done.")
				return err
			})
		},
	}
	state.register(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the assistant to read")
	return cmd
}

func (p *program) approvalsReopenCommand() *cobra.Command {
	var state stateFlags
	cmd := &cobra.Command{
		Use:   "reopen CODE",
		Short: "Take a rejection back, so that the assistant can ask anew",
		Long: `Approves nothing: when the assistant calls again, the question is put anew,
under a new code. It needs a terminal: a pipe is not a person.`,
		Args: exactly(1, "the code of an approval"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !isTerminal(p.files.in) || !isTerminal(p.files.err) {
				return usagef("taking a rejection back needs a person at a terminal; run `mcp-mighty approvals reopen %s%s` in one, without redirecting it", guardrails.Field("", args[0]).Shown(), state.again())
			}
			return p.withState(&state, func(s *store.SQLite) error {
				by := guardrails.Settler{Name: osUser(), Channel: channelTerminal}
				if err := desk(s).Reopen(cmd.Context(), args[0], by); err != nil {
					return noPaper(s, args[0], err)
				}
				_, err := fmt.Fprintln(p.files.out, "Reopened. Nothing is approved; the assistant can ask anew.")
				return err
			})
		},
	}
	state.register(cmd)
	return cmd
}

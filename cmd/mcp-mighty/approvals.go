package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

func (p *program) approvalsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "approvals",
		Short: "See and settle what waits for a person's approval",
		Long: `What an assistant's program cannot ask, or what the policy wants approved away
from it, waits here until a person approves or rejects it. It works from any
terminal of the user whose server runs, while it runs.

  mcp-mighty approvals list
  mcp-mighty approvals approve K7QM-2XPA
  mcp-mighty approvals reject K7QM-2XPA --reason "ask Maria first"

The same call stays rejected until the time that "list" shows is up, or until
somebody takes the rejection back, and the assistant can ask anew:

  mcp-mighty approvals reopen K7QM-2XPA`,
		Args: aSubcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.approvalsListCommand(), p.approvalsShowCommand(), p.approvalsApproveCommand(), p.approvalsRejectCommand(), p.approvalsReopenCommand(),
		p.approvalsWatchCommand(), p.approvalsRotateCommand())
	return cmd
}

func (p *program) approvalsListCommand() *cobra.Command {
	var (
		state  stateFlags
		output outputFlag
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List what waits, and what was settled and is not used yet",
		Args:  exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withState(&state, func(s *store.SQLite) error {
				papers, err := desk(s).Papers(cmd.Context())
				if err != nil {
					return err
				}
				if output.json() {
					return printJSON(p.files.out, papers)
				}
				if len(papers) == 0 {
					_, err := fmt.Fprintf(p.files.out, "Nothing waits for approval in %s.\n", s.Dir())
					return err
				}
				return printPapers(p.files.out, papers)
			})
		},
	}
	state.register(cmd)
	output.register(cmd)
	return cmd
}

func printPapers(out io.Writer, papers []guardrails.Paper) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CODE\tSTATUS\tLEFT\tTOOL\tASKED FOR BY\tWHAT")
	for _, paper := range papers {
		if paper.Void { // what it says is not to be trusted, and not to be shown
			fmt.Fprintf(table, "%s\tvoid\t%s\t\t\tIt was altered, or its key was replaced since.\n", paper.Code, left(paper))
			continue
		}
		what := strings.TrimSpace(paper.Document.Action + " " + paper.Document.Told())
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", paper.Code, paper.Status, left(paper), paper.Document.Tool, paper.Document.Asker, what)
	}
	return table.Flush()
}

// left is how long an approval is still good for.
func left(paper guardrails.Paper) string {
	return time.Until(paper.Expires).Round(time.Second).String()
}

func (p *program) approvalsShowCommand() *cobra.Command {
	var (
		state  stateFlags
		output outputFlag
	)
	cmd := &cobra.Command{
		Use:   "show CODE",
		Short: "Show one approval in full",
		Args:  exactly(1, "the code of an approval"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withState(&state, func(s *store.SQLite) error {
				paper, err := desk(s).Paper(cmd.Context(), args[0])
				if err != nil {
					return noPaper(s, args[0], err)
				}
				if output.json() {
					return printJSON(p.files.out, paper)
				}
				return printPaper(p.files.out, paper)
			})
		},
	}
	state.register(cmd)
	output.register(cmd)
	return cmd
}

// printPaper shows all that there is to know before deciding.
func printPaper(out io.Writer, paper guardrails.Paper) error {
	d := paper.Document
	if paper.Void {
		_, err := fmt.Fprintf(out, "Approval %s was altered, or its key was replaced since. It cannot be approved.\n", paper.Code)
		return err
	}
	fmt.Fprintf(out, "Approval %s, %s, good for another %s\n", paper.Code, paper.Status, left(paper))
	if d.Note != "" {
		fmt.Fprintln(out, d.Note)
	}
	if paper.TwoPeople {
		fmt.Fprintln(out, "It needs another person than the one who asks.")
	}
	if paper.Status != store.Waiting {
		fmt.Fprintf(out, "Settled by %s on the %s.\n", guardrails.Field("", paper.By).Shown(), paper.Channel)
	}
	if paper.Reason != "" {
		fmt.Fprintf(out, "Reason: %s\n", guardrails.Quote("", paper.Reason).Shown())
	}
	_, err := fmt.Fprintf(out, "\n%s\n", d.Text())
	return err
}

// noPaper says which code an error is about, and where it was looked for.
func noPaper(s *store.SQLite, code string, err error) error {
	if errors.Is(err, guardrails.ErrNoPaper) {
		return fmt.Errorf("%s: %w (looked in the state directory %s); `mcp-mighty approvals list` shows what waits there", guardrails.Quote("", code).Shown(), err, s.Dir())
	}
	return err
}

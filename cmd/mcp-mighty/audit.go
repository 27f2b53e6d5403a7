package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

func (p *program) auditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Read and verify the audit trail",
		Long: `Every call that asked to change something is in the audit trail, with every
refusal and every approval: when, who asked, what was shown, who decided, how it
ended. Of attempts to approve that failed each approval has ten. The records are
chained: one that is edited, dropped or moved is found.`,
		Args: aSubcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.auditListCommand(), p.auditShowCommand(), p.auditVerifyCommand(), p.auditExportCommand())
	return cmd
}

// auditLine is a record as JSON.
type auditLine struct {
	Seq int64     `json:"seq"`
	At  time.Time `json:"at"`
	store.Event
	MAC string `json:"mac"`
}

func asLine(r store.Record) auditLine { return auditLine{r.Seq, r.Event.At.UTC(), r.Event, r.MAC} }

func (p *program) auditListCommand() *cobra.Command {
	var (
		state  stateFlags
		output outputFlag
		limit  int
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the newest records, newest first",
		Args:  exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return usagef("--limit must be at least 1")
			}
			return p.withState(&state, func(s *store.SQLite) error {
				newest, wrong := newestRecords(cmd.Context(), s, limit)
				var err error
				if output.json() {
					err = printJSON(p.files.out, newest)
				} else {
					err = printAudit(p.files.out, newest)
				}
				return errors.Join(err, tampered(wrong))
			})
		},
	}
	state.register(cmd)
	output.register(cmd)
	cmd.Flags().IntVar(&limit, "limit", 20, "how many")
	return cmd
}

// newestRecords returns the newest records, as far as the trail is whole.
func newestRecords(ctx context.Context, s *store.SQLite, limit int) ([]auditLine, error) {
	newest := make([]auditLine, 0, min(limit, 1000))
	_, _, err := s.Trail(ctx, func(r store.Record) error {
		if len(newest) == limit {
			newest = append(newest[:0], newest[1:]...)
		}
		newest = append(newest, asLine(r))
		return nil
	})
	slices.Reverse(newest)
	return newest, err
}

// tampered adds to an error what it means for the records that were shown.
func tampered(err error) error {
	var wrong *store.Tampered
	if errors.As(err, &wrong) {
		return fmt.Errorf("the trail is not as it was written. %w. What stands before it is as it was written", err)
	}
	return err
}

func printAudit(out io.Writer, lines []auditLine) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SEQ\tTIME\tWHAT\tTOOL\tWHO\tHOW IT WENT")
	for _, line := range lines {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", line.Seq, line.At.Format(time.RFC3339), line.Kind, line.Tool, whoOf(line.Event), outcomeOf(line.Event))
	}
	return table.Flush()
}

// whoOf is who asked; of what happens to an approval, who did that.
func whoOf(e store.Event) string { return cmp.Or(e.Principal, e.Approver) }

// outcomeOf says in a few words how it went.
func outcomeOf(e store.Event) string {
	var words []string
	for _, word := range []string{e.Decision, e.Outcome, e.Note} {
		if word != "" {
			words = append(words, word)
		}
	}
	if e.Approver != "" && e.Principal != "" {
		words = append(words, "by "+e.Approver)
	}
	if e.Reason != "" {
		words = append(words, guardrails.Quote("", e.Reason).Shown())
	}
	return strings.Join(words, ", ")
}

func (p *program) auditShowCommand() *cobra.Command {
	var (
		state  stateFlags
		output outputFlag
	)
	cmd := &cobra.Command{
		Use:   "show SEQ",
		Short: "Show one record in full",
		Args:  exactly(1, "the number of a record"),
		RunE: func(cmd *cobra.Command, args []string) error {
			wanted, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil || wanted < 1 {
				return usagef("the number of a record is a whole number from 1, got %q", args[0])
			}
			return p.withState(&state, func(s *store.SQLite) error {
				var found *auditLine
				newest, _, err := s.Trail(cmd.Context(), func(r store.Record) error {
					if r.Seq == wanted {
						line := asLine(r)
						found = &line
					}
					return nil
				})
				switch {
				case found == nil && err != nil:
					return tampered(err)
				case found == nil:
					return fmt.Errorf("there is no record %d: the newest is %d, and old ones are removed after the time that audit.retention says", wanted, newest)
				case output.json():
					return errors.Join(printJSON(p.files.out, found), tampered(err))
				}
				encoded, jsonErr := json.Marshal(found)
				if jsonErr != nil {
					return jsonErr
				}
				return errors.Join(printReadable(p.files.out, encoded), tampered(err))
			})
		},
	}
	state.register(cmd)
	output.register(cmd)
	return cmd
}

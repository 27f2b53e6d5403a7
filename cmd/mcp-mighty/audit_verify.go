package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/store"
)

func (p *program) auditVerifyCommand() *cobra.Command {
	var (
		state  stateFlags
		expect string
	)
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that no record was edited, dropped or moved",
		Long: `Checks the whole trail and prints the number and the seal of its newest record.
Keep those somewhere else, and --expect SEQ:SEAL later also finds a trail that
was put back to an earlier state or made anew. The exit status is 1 when the
trail is not as it was written.`,
		Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			seq, mac, err := parseExpected(expect)
			if err != nil {
				return err
			}
			return p.withState(&state, func(s *store.SQLite) error {
				first, met := int64(0), seq == 0
				newest, seal, err := s.Trail(cmd.Context(), func(r store.Record) error {
					if first == 0 {
						first = r.Seq
					}
					met = met || r.Seq == seq && r.MAC == mac
					return nil
				})
				switch {
				case err != nil:
					return tampered(err)
				case !met && seq < first:
					return fmt.Errorf("record %d is older than the trail, which begins with %d; keep a newer seal", seq, first)
				case !met:
					return fmt.Errorf("the trail is whole in itself, but is not the one with record %d and that seal; it was put back or made anew", seq)
				}
				_, err = fmt.Fprintf(p.files.out, "The trail is whole. Records %d to %d; the newest has the seal\n%d:%s\n", first, newest, newest, seal)
				return err
			})
		},
	}
	state.register(cmd)
	cmd.Flags().StringVar(&expect, "expect", "", "number and seal of a record, as an earlier verify printed them")
	return cmd
}

func parseExpected(text string) (seq int64, mac string, err error) {
	if text == "" {
		return 0, "", nil
	}
	number, mac, found := strings.Cut(text, ":")
	seq, err = strconv.ParseInt(number, 10, 64)
	if !found || err != nil || seq < 1 || mac == "" {
		return 0, "", usagef("--expect takes NUMBER:SEAL, as verify prints them")
	}
	return seq, mac, nil
}

func (p *program) auditExportCommand() *cobra.Command {
	var state stateFlags
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write all records to stdout, one JSON document in each line, oldest first",
		Args:  exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withState(&state, func(s *store.SQLite) error {
				encoder := json.NewEncoder(p.files.out)
				encoder.SetEscapeHTML(false)
				_, _, err := s.Trail(cmd.Context(), func(r store.Record) error { return encoder.Encode(asLine(r)) })
				return tampered(err)
			})
		},
	}
	state.register(cmd)
	return cmd
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

func (p *program) callCommand() *cobra.Command {
	var (
		settings settingsFlags
		output   outputFlag
		document string
	)
	cmd := &cobra.Command{
		Use:   "call TOOL [KEY=VALUE...]",
		Short: "Run one tool in the terminal",
		Long: `Runs one tool, whichever toolset it is in, through the same gate as an
assistant's calls. What needs approval is asked here; when this is not a
terminal, or the policy wants it elsewhere, it waits for "mcp-mighty approvals",
and the same call then runs it.

  mcp-mighty call get_member member_id=7
  mcp-mighty call list_posts space_id=3 per_page=5 --output json
  mcp-mighty call create_post --json '{"space_id": 3, "title": "Hello"}' --mode live

Lists are written as JSON: space_ids=[1,2]. The exit status is 0 when the tool
did all that was asked, or in preview mode said what it would do; 1 when it did
not: it failed, was refused or declined, waits for approval, or was done in part
only; 2 when the call could not be understood.`,
		Args: toolAndArguments(&document),
		RunE: func(cmd *cobra.Command, args []string) error {
			settings.everyTool = true // what an assistant is shown is no matter here
			app, err := p.assemble(settings)
			if err != nil {
				return err
			}
			defer app.close()
			tool, exists := app.catalogue.Lookup(args[0])
			if !exists {
				return noTool(app.catalogue, args[0])
			}
			if err := app.ready(); err != nil {
				return err
			}
			arguments := json.RawMessage(document)
			if document == "" {
				if arguments, err = pairs(tool, args[1:]); err != nil {
					return err
				}
			}
			answer := app.catalogue.Call(cmd.Context(), tool.Name, guardrails.Request{
				Caller:    guardrails.Caller{Principal: "terminal", Client: "mcp-mighty/" + programVersion()},
				Arguments: arguments,
				Approver:  terminal{in: p.files.in, out: p.files.err},
			}, func(done, total int, message string) {
				fmt.Fprintf(p.files.err, "%d %s\n", done, message)
			})
			if answer.Problem != "" {
				if answer.Code == tools.CodeBadArguments {
					return usagef("%s", answer.Problem)
				}
				return errors.New(answer.Problem)
			}
			print := printReadable
			if output.json() {
				print = func(out io.Writer, document json.RawMessage) error { return printJSON(out, document) }
			}
			if err := print(p.files.out, answer.JSON); err != nil || answer.NotDone == "" {
				return err
			}
			return errors.New(answer.NotDone)
		},
	}
	settings.register(cmd)
	output.register(cmd)
	cmd.Flags().StringVar(&document, "json", "", "all arguments as one JSON object")
	return cmd
}

// toolAndArguments wants the name of a tool, and its arguments in one way.
func toolAndArguments(document *string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef("%s takes the name of a tool; `mcp-mighty tools` lists them", cmd.CommandPath())
		case len(args) > 1 && *document != "":
			return usagef("give the arguments as KEY=VALUE or with --json, not both")
		}
		return nil
	}
}

// pairs makes the arguments of KEY=VALUE words. A value is text, which the
// schema turns into a number where it wants one; only where it wants a list
// the value is read as JSON.
func pairs(tool tools.Tool, words []string) (json.RawMessage, error) {
	var wanted struct {
		Properties map[string]struct {
			Type string `json:"type"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(tool.Input.JSON(), &wanted); err != nil {
		return nil, fmt.Errorf("read the schema of %s: %w", tool.Name, err)
	}
	arguments := map[string]any{}
	for _, word := range words {
		key, value, found := strings.Cut(word, "=")
		if !found || key == "" {
			return nil, usagef("arguments are written KEY=VALUE, got %q", word)
		}
		if _, twice := arguments[key]; twice {
			return nil, usagef("argument %q is given twice", key)
		}
		arguments[key] = value
		if wanted.Properties[key].Type != "array" {
			continue
		}
		var list []any
		if err := json.Unmarshal([]byte(value), &list); err != nil {
			return nil, usagef("argument %q is a list, written as JSON: %s=[1,2]", key, key)
		}
		arguments[key] = json.RawMessage(value)
	}
	return json.Marshal(arguments)
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/schema"
)

func (p *program) policyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "See what the policy does",
		Args:  aSubcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.policyExplainCommand())
	return cmd
}

func (p *program) policyExplainCommand() *cobra.Command {
	var (
		settings settingsFlags
		output   outputFlag
		document string
		who      askerFlags
	)
	cmd := &cobra.Command{
		Use:   "explain TOOL [KEY=VALUE...]",
		Short: "Say what would happen to a call, and why",
		Long: `Says what would happen if an assistant called the tool, and which rule, limit or
setting decides. It makes no request to the Admin API and changes nothing.
Without arguments it speaks of the tool in general.

  mcp-mighty policy explain ban_member --mode live
  mcp-mighty policy explain bulk_ban_members --json '{"items":[{"member_id":7}]}' --role moderator`,
		Args: toolAndArguments(&document),
		RunE: func(cmd *cobra.Command, args []string) error {
			settings.reads = true
			app, err := p.assemble(settings)
			if err != nil {
				return err
			}
			defer app.close()
			tool, exists := app.catalogue.Lookup(args[0])
			if !exists {
				return noTool(app.catalogue, args[0])
			}
			caller, err := app.asker(who)
			if err != nil {
				return err
			}
			request := guardrails.Request{Caller: caller}
			switch {
			case document != "":
				request.Arguments = json.RawMessage(document)
			case len(args) > 1:
				if request.Arguments, err = pairs(tool, args[1:]); err != nil {
					return err
				}
			}
			explained, err := app.catalogue.Explain(cmd.Context(), tool, request)
			var wrong *schema.ArgumentError
			switch {
			case errors.As(err, &wrong):
				return usagef("%s: %w", tool.Name, err)
			case err != nil:
				return err
			case output.json():
				return printJSON(p.files.out, explained)
			}
			printExplanation(p.files.out, explained)
			return nil
		},
	}
	settings.register(cmd)
	output.register(cmd)
	cmd.Flags().StringVar(&document, "json", "", "all arguments as one JSON object")
	who.register(cmd)
	return cmd
}

// askerFlags say whose view is wanted.
type askerFlags struct{ role, caller string }

func (f *askerFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.role, "role", "", "role of the caller (default local, which needs no token)")
	cmd.Flags().StringVar(&f.caller, "caller", "", "name of a configured caller, whose role and limits count")
}

// asker is who asks: a configured caller, anybody of a role, or whoever needs
// no token.
func (a *app) asker(f askerFlags) (guardrails.Caller, error) {
	role, name := f.role, f.caller
	roles := a.config.Roles()
	for _, c := range a.config.Callers() {
		if name != "" && c.Name == name && (role == "" || role == c.Role) {
			return guardrails.Caller{Principal: c.Name, Role: c.Role}, nil
		}
	}
	switch {
	case name != "":
		return guardrails.Caller{}, usagef("--caller: no caller is called %q, or has another role", name)
	case role == "", role == config.LocalRole:
		return guardrails.Caller{Principal: "stdio", Role: config.LocalRole}, nil
	case !slices.Contains(roles, role):
		return guardrails.Caller{}, usagef("--role: nobody has the role %q%s; the roles are: %s", role, config.DidYouMean(role, roles), strings.Join(slices.Sorted(slices.Values(roles)), ", "))
	}
	return guardrails.Caller{Principal: "a " + role, Role: role}, nil
}

// plans says what the plans of the gate are in words.
var plans = map[guardrails.Plan]string{
	guardrails.WouldRun:     "It runs, without asking anybody.",
	guardrails.WouldPreview: "It says what it would do, and does nothing: the mode is preview.",
	guardrails.WouldAsk:     "A person is asked first, in the assistant's program; where that cannot ask, it waits in `mcp-mighty approvals`.",
	guardrails.WouldWait:    "It waits until a person approves it away from the assistant's program (`mcp-mighty approvals`).",
	guardrails.WouldDepend:  "It does what the tool does that undoes the action, and asks a person where that asks: its rules and limits hold too, and the strictest counts. With action_id=N this says what holds for one.",
	guardrails.WouldRefuse:  "It is refused.",
}

// forTwo is the plan of a call that takes two people. A terminal does not know
// people by the callers' names.
const forTwo = "It waits until another person than the one who asks approves it on the approvals page of the HTTP server; `mcp-mighty approvals` can only reject it."

func printExplanation(out io.Writer, e guardrails.Explanation) {
	plan := plans[e.Plan]
	if e.Plan == guardrails.WouldWait && e.Verdict == config.TwoPeople {
		plan = forTwo
	}
	if !e.Shown {
		plan += " The caller is not shown the tool."
	}
	fmt.Fprintf(out, "%s (%s, toolset %s), asked for by role %s, mode %s\n%s\n", e.Tool, e.Risk, e.Toolset, e.Role, e.Mode, plan)
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(out, "- %s: %s\n", label, text)
		}
	}
	line("refusal", e.Refusal)
	line("policy", fmt.Sprintf("%s; %s", e.Verdict, e.Why))
	for _, limit := range e.Limits {
		line("limit", fmt.Sprintf("%s; %d are taken, and this takes %d", limit.Rule, limit.Taken, limit.Takes))
	}
	if len(e.Limits) == 0 && e.Risk != guardrails.Read.String() && e.Plan != guardrails.WouldDepend {
		line("limit", "no limit")
	}
	line("quiet hours", e.Quiet)
	line("protected", e.Protected)
	line("undo", e.Undo)
}

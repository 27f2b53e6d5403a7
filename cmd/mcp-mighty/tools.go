package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

func (p *program) toolsCommand() *cobra.Command {
	var (
		settings settingsFlags
		output   outputFlag
		who      askerFlags
	)
	cmd := &cobra.Command{
		Use:   "tools [NAME]",
		Short: "Show the catalogue of tools, or one tool",
		Long: `Without a name: every tool with its title, toolset, risk, the tokens it costs in
each conversation (o200k, over name, description and input schema), and whether
the present settings show it to an assistant. With a name: what the assistant
reads about that tool, and its schemas.

A tool that the policy denies is not shown; where that depends on who asks,
--role or --caller says whose list it is. mcp-mighty policy explain says why.

Risk says what may happen: read changes nothing; write can be undone; outward
reaches people; destructive cannot be taken back or takes something away. The
last two ask a person first.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("mcp-mighty tools takes one name at most, got %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			app, err := p.assemble(settings)
			if err != nil {
				return err
			}
			defer app.close()
			caller, err := app.asker(who)
			if err != nil {
				return err
			}
			tokens, err := tools.Tokens()
			if err != nil {
				return err
			}
			if len(args) == 1 {
				tool, exists := app.catalogue.Lookup(args[0])
				if !exists {
					return noTool(app.catalogue, args[0])
				}
				return printTool(p.files.out, describeTool(app.catalogue, tool, caller, tokens), output.json())
			}
			var rows []toolDescription
			for _, tool := range app.catalogue.All() {
				row := describeTool(app.catalogue, tool, caller, tokens)
				row.Description, row.InputSchema, row.OutputSchema = "", nil, nil
				rows = append(rows, row)
			}
			return printTools(p.files.out, rows, caller, output.json())
		},
	}
	settings.register(cmd)
	output.register(cmd)
	who.register(cmd)
	return cmd
}

// noTool says that there is no tool of a name.
func noTool(catalogue *tools.Catalogue, name string) error {
	if why := catalogue.Missing(name); why != "" {
		return usagef("%s", why)
	}
	var names []string
	for _, tool := range catalogue.All() {
		names = append(names, tool.Name)
	}
	return usagef("there is no tool %q%s; `mcp-mighty tools` lists them", name, config.DidYouMean(name, names))
}

type toolDescription struct {
	Name         string          `json:"name"`
	Title        string          `json:"title"`
	Toolset      string          `json:"toolset"`
	Risk         string          `json:"risk"`
	Tokens       int             `json:"tokens"`
	Shown        bool            `json:"shown"`
	Description  string          `json:"description,omitempty"`
	InputSchema  json.RawMessage `json:"inputSchema,omitempty"`
	OutputSchema json.RawMessage `json:"outputSchema,omitempty"`
}

func describeTool(catalogue *tools.Catalogue, tool tools.Tool, caller guardrails.Caller, tokens map[string]int) toolDescription {
	return toolDescription{
		Name: tool.Name, Title: tool.Title, Toolset: tool.Toolset, Risk: tool.Risk.String(), Tokens: tokens[tool.Name],
		Shown: catalogue.Admits(tool, caller) == nil, Description: tool.About, InputSchema: tool.Input.JSON(), OutputSchema: tool.Output.JSON(),
	}
}

func printTools(out io.Writer, rows []toolDescription, to guardrails.Caller, asJSON bool) error {
	if asJSON {
		return printJSON(out, rows)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tTITLE\tTOOLSET\tRISK\tTOKENS\tSHOWN")
	shown, tokens, all := 0, 0, 0
	for _, row := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%s\n", row.Name, row.Title, row.Toolset, row.Risk, row.Tokens, yesNo(row.Shown))
		if all += row.Tokens; row.Shown {
			shown++
			tokens += row.Tokens
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%d tools take %d tokens (budget %d); %d of them are shown with these settings to role %s and take %d (the default preset's budget: %d)\n",
		len(rows), all, tools.BudgetAll, shown, to.Role, tokens, tools.BudgetDefault)
	return err
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func printTool(out io.Writer, tool toolDescription, asJSON bool) error {
	if asJSON {
		return printJSON(out, tool)
	}
	_, err := fmt.Fprintf(out, "%s: %s\ntoolset %s, risk %s, %d tokens, shown: %s\n\n%s\n\nInput:\n", tool.Name, tool.Title, tool.Toolset, tool.Risk, tool.Tokens, yesNo(tool.Shown), tool.Description)
	if err == nil {
		err = printJSON(out, tool.InputSchema)
	}
	if err == nil {
		_, err = fmt.Fprintln(out, "\nOutput:")
	}
	if err == nil {
		err = printJSON(out, tool.OutputSchema)
	}
	return err
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// addDirectory gives a network the local copy of its members that the operator
// wants. Masked members have a file of their own: a copy with their names is no
// place to look in once they are masked.
func (a *app) addDirectory(env *tools.Env) {
	var d *store.FileDirectory
	switch {
	case a.config.Directory.Keep == config.KeepOff, a.unchosen != nil && len(a.networks) == 0:
		return
	case a.config.Directory.Keep == config.KeepMemory, a.stateDir == inMemory:
		d = store.NewMemoryDirectory()
	default:
		d = a.directoryFile(*env)
	}
	a.closers = append(a.closers, func() { _ = d.Close() })
	env.Directory = d
}

func (a *app) directoryFile(env tools.Env) *store.FileDirectory {
	identity := env.Identity
	if identity == "" {
		identity = env.Network
	}
	form := ""
	if a.mask.On() {
		form = a.mask.String()
	}
	return store.NewDirectory(a.stateDir, identity, form)
}

func (p *program) directoryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "directory",
		Short: "Show, fill or empty the local directory of members",
		Long: `The directory is a copy of the member lists that searches, reports and exports
have read, so that they need not be paid for again. It holds names and addresses:
its file can be read by its owner alone, and directory.keep (MIGHTY_DIRECTORY_KEEP)
keeps it in memory or not at all.

  mcp-mighty directory status
  mcp-mighty directory refresh                     says what it would cost
  mcp-mighty directory refresh --max-requests 1100
  mcp-mighty directory clear`,
		Args: aSubcommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.directoryStatusCommand(), p.directoryRefreshCommand(), p.directoryClearCommand())
	return cmd
}

func (p *program) directoryStatusCommand() *cobra.Command {
	var settings settingsFlags
	cmd := &cobra.Command{
		Use: "status", Short: "Say how old, how complete and how large it is", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			app, err := p.assemble(settings)
			if err != nil {
				return err
			}
			defer app.close()
			if app.stateDir != inMemory && !store.AnyState(app.stateDir) {
				return noState(app.stateDir)
			}
			for _, env := range app.existing() {
				line, _, err := directoryLine(cmd, env)
				if err != nil {
					return err
				}
				fmt.Fprintf(p.files.out, "%s: %s\n", env.Network, line)
			}
			return nil
		},
	}
	settings.register(cmd)
	return cmd
}

// directoryLine describes a network's directory; healthy is false where its
// file cannot be used as it should.
func directoryLine(cmd *cobra.Command, env tools.Env) (line string, healthy bool, err error) {
	if env.Directory == nil {
		return "off: nothing is kept (directory.keep)", true, nil
	}
	status, err := env.Directory.Status(cmd.Context())
	if err != nil {
		return "", false, err
	}
	line = fmt.Sprintf("%d members (%d gone), %s; %d other lists; %d bytes", status.Members.Members, status.Gone,
		tools.DirectoryAge(status.Members, time.Now()), status.Lists, status.Bytes)
	switch {
	case status.Note != "":
		line += ". " + status.Note
	case status.Path == "":
		line += " in memory"
	default:
		line += " in " + status.Path
	}
	return line, status.Note == "", nil
}

func (p *program) directoryClearCommand() *cobra.Command {
	var settings settingsFlags
	cmd := &cobra.Command{
		Use: "clear", Short: "Delete everything it holds", Args: exactly(0, "no arguments"),
		Long: `Deletes everything that the directory holds, of all configured networks, also
where directory.keep is off or memory by now. What was deleted is overwritten in
the file, and the file is removed unless a running server has it open.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			app, err := p.assemble(settings)
			if err != nil {
				return err
			}
			defer app.close()
			if app.stateDir == inMemory {
				return usagef("the directory of the embedded sandbox is in memory and ends with each program")
			}
			// Of a mistyped place nobody is to read that it was cleared.
			if !store.AnyState(app.stateDir) {
				return noState(app.stateDir)
			}
			var problems error
			for _, env := range app.existing() {
				d := app.directoryFile(env)
				if err := errors.Join(d.Clear(cmd.Context()), d.Close()); err != nil {
					problems = errors.Join(problems, fmt.Errorf("network %s: %w", env.Network, err))
					continue
				}
				fmt.Fprintf(p.files.out, "%s: cleared\n", env.Network)
			}
			return problems
		},
	}
	settings.register(cmd)
	return cmd
}

func (p *program) directoryRefreshCommand() *cobra.Command {
	var (
		settings settingsFlags
		most     int
	)
	cmd := &cobra.Command{
		Use: "refresh", Short: "Read the member list of the network", Args: exactly(0, "no arguments"),
		Long: `Reads the member list of the network, with at most --max-requests requests, and goes
on where an earlier reading stopped. Without --max-requests it requests nothing and
says what a reading would cost. The exit status is 1 where the list was not read to
its end.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings.tools = append(settings.tools, "refresh_directory")
			app, err := p.assemble(settings)
			if err != nil {
				return err
			}
			defer app.close()
			if err := app.ready(); err != nil {
				return err
			}
			arguments, err := json.Marshal(map[string]int{"max_requests": most})
			if err != nil {
				return err
			}
			answer := app.catalogue.Call(cmd.Context(), "refresh_directory", guardrails.Request{
				Caller: guardrails.Caller{Principal: "terminal", Client: "mcp-mighty/" + programVersion()}, Arguments: arguments,
			}, func(done, _ int, message string) { fmt.Fprintf(p.files.err, "%d %s\n", done, message) })
			if answer.Problem != "" {
				return errors.New(answer.Problem)
			}
			// The flag is spelled otherwise than the argument that the notes name.
			if err := printReadable(p.files.out, bytes.ReplaceAll(answer.JSON, []byte("max_requests"), []byte("--max-requests"))); err != nil {
				return err
			}
			var result struct{ Complete bool }
			if err := json.Unmarshal(answer.JSON, &result); err != nil {
				return err
			}
			if most > 0 && !result.Complete {
				return failed(errors.New("not read to its end"))
			}
			return nil
		},
	}
	settings.register(cmd)
	cmd.Flags().IntVar(&most, "max-requests", 0, "requests to spend at most; 0 says what it would cost")
	return cmd
}

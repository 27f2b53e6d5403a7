// Command mcp-mighty lets an AI assistant run a Mighty Networks community
// through the Model Context Protocol.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // what was asked did not work
	exitUsage  = 2 // bad flags or configuration: nothing was tried
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, streams{os.Stdin, os.Stdout, os.Stderr}, os.LookupEnv, os.Args[1:])
	stop()
	os.Exit(code)
}

// streams are the program's three files. Stdin is a file because the terminal
// is asked for approvals only when it is one.
type streams struct {
	in  *os.File
	out io.Writer
	err io.Writer
}

// exitError ends the program with a status.
type exitError struct {
	error
	code int
	// said: the person has been told already.
	said bool
}

func (e exitError) Unwrap() error { return e.error }

// usagef is a mistake in how the program was called or configured.
func usagef(format string, args ...any) error {
	return exitError{error: fmt.Errorf(format, args...), code: exitUsage}
}

// failed ends the program after everything was said.
func failed(err error) error { return exitError{error: err, code: exitFailed, said: true} }

// run is the program without its process.
func run(ctx context.Context, files streams, env func(string) (string, bool), args []string) int {
	root := newRoot(files, env)
	root.SetArgs(args)
	wrong := helpKnows(root)
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = *wrong
	}
	if err == nil {
		return exitOK
	}
	exit := exitError{error: err, code: exitFailed}
	errors.As(err, &exit)
	if !exit.said {
		fmt.Fprintf(files.err, "mcp-mighty: %s\n", oneLine(err))
	}
	return exit.code
}

// oneLine keeps a message in one line, as every complaint of this program is.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

func newRoot(files streams, env func(string) (string, bool)) *cobra.Command {
	root := &cobra.Command{
		Use:   "mcp-mighty",
		Short: "Run a Mighty Networks community with an AI assistant",
		Long: `mcp-mighty is an MCP server for the Mighty Networks Admin API. An assistant
(Claude Desktop, an IDE, a bot) calls its tools; mcp-mighty calls the API.
Whatever cannot be taken back, or reaches people, waits until a person agrees.

Try it without a network of your own:
  mcp-mighty serve --sandbox --http 127.0.0.1:8765
  mcp-mighty call list_members --sandbox

Use your network (the key is made in its admin settings, under API Keys or
Integrations > Admin API; the plan must be Scale, Growth or Mighty Pro):
  export MIGHTY_NETWORK_ID=12345
  export MIGHTY_API_TOKEN=...
  mcp-mighty doctor
  mcp-mighty serve

It is read-only until --mode live (or MIGHTY_MODE=live) says otherwise.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          aSubcommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(files.in)
	root.SetOut(files.out)
	root.SetErr(files.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w; `%s --help` lists the flags", err, cmd.CommandPath())
	})
	p := &program{files: files, env: env}
	root.AddCommand(p.serveCommand(), p.callCommand(), p.toolsCommand(), p.sandboxCommand(), p.doctorCommand(), p.directoryCommand(), p.versionCommand(),
		p.approvalsCommand(), p.auditCommand(), p.policyCommand())
	return root
}

// program is what the subcommands share.
type program struct {
	files streams
	env   func(string) (string, bool)
}

// aSubcommand wants nothing but what names a subcommand, which cobra has taken
// away if there is one.
func aSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	return usagef("unknown command %q%s; `%s --help` lists the commands", args[0], config.DidYouMean(args[0], names), cmd.CommandPath())
}

// exactly wants a number of arguments and says so in this program's manner.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s takes %s, got %d; `%s --help` says more", cmd.CommandPath(), what, len(args), cmd.CommandPath())
		}
		return nil
	}
}

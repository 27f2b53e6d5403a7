package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/sandbox/workspace"
)

// sandboxFlags shape the emulated network of every command that has one.
type sandboxFlags struct {
	members int
	seed    uint64
	faults  []string
}

func (f *sandboxFlags) register(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.members, "members", 250, "members of the sandboxed community")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "seed of the sandboxed community; the same seed makes the same people")
	cmd.Flags().StringArrayVar(&f.faults, "fault", nil, `fault of the sandboxed API, such as "GET /members 500 times=2" or "POST /posts hang" (repeatable)`)
}

// start runs a sandbox on addr: an emulated network, and an emulated workspace.
func (f *sandboxFlags) start(addr string) (*emulated, error) {
	if f.members < 1 || f.members > 1_000_000 {
		return nil, usagef("--members must be between 1 and 1000000, got %d", f.members)
	}
	options := sandbox.Options{Members: f.members, Seed: f.seed}
	for _, spec := range f.faults {
		fault, err := sandbox.ParseFault(spec)
		if err != nil {
			return nil, usagef("--fault: %w", err)
		}
		options.Faults = append(options.Faults, fault)
	}
	e := &emulated{community: sandbox.New(options), workspace: workspace.New(workspace.Options{})}
	var err error
	if e.Server, err = sandbox.Start(addr, e); err != nil {
		return nil, fmt.Errorf("%w. An address is host:port, like 127.0.0.1:8766; if another program has it, end that or give another one (--listen)", err)
	}
	return e, nil
}

// emulated is both Admin APIs behind one address; their paths have nothing in
// common.
type emulated struct {
	*sandbox.Server
	community *sandbox.Sandbox
	workspace *workspace.Workspace
}

// ServeHTTP implements http.Handler.
func (e *emulated) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, workspace.Prefix) {
		e.workspace.ServeHTTP(w, r)
		return
	}
	e.community.ServeHTTP(w, r)
}

func (p *program) sandboxCommand() *cobra.Command {
	var (
		flags  sandboxFlags
		listen string
	)
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run the emulated Admin APIs on their own",
		Long: `Runs an emulator of the Admin API with a made-up community, and one of the
workspace API, in memory, until it is interrupted. It prints what to configure to
use them, and their keys, which open nothing but this sandbox.

A fault (of the community's API) is written METHOD PATH WHAT [OPTION...]:
  --fault "GET /members 500 times=2"        two failures, then all is well
  --fault "GET /members/* 429 retry-after=2"
  --fault "POST /posts hang"                no answer
  --fault "PATCH /members/* reset-after"    executed, but the answer is lost
  --fault "* /spaces truncate"              an answer that breaks off`,
		Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			e, err := flags.start(listen)
			if err != nil {
				return err
			}
			defer e.Close()
			_, err = fmt.Fprintf(p.files.out, "The sandbox listens on %s\nexport MIGHTY_API_URL=%s\nexport MIGHTY_NETWORK_ID=%d\nexport MIGHTY_API_TOKEN=%s\nexport MIGHTY_WORKSPACE_API_URL=%s\nexport MIGHTY_WORKSPACE_TOKEN=%s\n",
				e.URL, e.URL, e.community.NetworkID(), e.community.Token(), e.URL, e.workspace.Token())
			if err != nil {
				return err
			}
			<-cmd.Context().Done()
			return nil
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8766", "address to listen on")
	return cmd
}

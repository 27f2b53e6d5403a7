package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
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

// start runs a sandbox on addr.
func (f *sandboxFlags) start(addr string) (*sandbox.Sandbox, *sandbox.Server, error) {
	if f.members < 1 || f.members > 1_000_000 {
		return nil, nil, usagef("--members must be between 1 and 1000000, got %d", f.members)
	}
	options := sandbox.Options{Members: f.members, Seed: f.seed}
	for _, spec := range f.faults {
		fault, err := sandbox.ParseFault(spec)
		if err != nil {
			return nil, nil, usagef("--fault: %w", err)
		}
		options.Faults = append(options.Faults, fault)
	}
	s := sandbox.New(options)
	server, err := sandbox.Start(addr, s)
	if err != nil {
		return nil, nil, fmt.Errorf("start the sandbox: %w", err)
	}
	return s, server, nil
}

func (p *program) sandboxCommand() *cobra.Command {
	var (
		flags  sandboxFlags
		listen string
	)
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run the emulated Admin API on its own",
		Long: `Runs an emulator of the Admin API with a made-up community, in memory, until it
is interrupted. It prints what to configure to use it, and its key, which opens
nothing but this sandbox.

A fault is written METHOD PATH WHAT [OPTION...]:
  --fault "GET /members 500 times=2"        two failures, then all is well
  --fault "GET /members/* 429 retry-after=2"
  --fault "POST /posts hang"                no answer
  --fault "PATCH /members/* reset-after"    executed, but the answer is lost
  --fault "* /spaces truncate"              an answer that breaks off`,
		Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, server, err := flags.start(listen)
			if err != nil {
				return err
			}
			defer server.Close()
			_, err = fmt.Fprintf(p.files.out, "The sandbox listens on %s\nexport MIGHTY_API_URL=%s\nexport MIGHTY_NETWORK_ID=%d\nexport MIGHTY_API_TOKEN=%s\n",
				server.URL, strings.TrimSuffix(server.URL, "/"), s.NetworkID(), s.Token())
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

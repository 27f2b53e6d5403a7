package main

import (
	"context"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/server"
)

func (p *program) serveCommand() *cobra.Command {
	var settings settingsFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the tools to an assistant, over stdio or HTTP",
		Long: `Serves the tools over stdio, the way an assistant's program starts it, until
stdin ends. Logs go to stderr.

With --http ADDR it serves Streamable HTTP at /mcp, and the older HTTP+SSE at
/sse and /message, until it is interrupted. ADDR must be a loopback address,
unless a proxy brings TLS (http.behind_proxy in the configuration). When the
configuration names callers, every request needs the bearer token of one; when it
names approvers, they settle what waits for a person at /approvals. With
--sandbox that page is always there, and its secret goes to stderr.

It starts, and lists its tools, also while the API is down, or the network or
its key is missing or wrong; the first call then says what is wrong. A mistake in
the configuration, such as an unknown setting, stops the start.`,
		Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &door{sandbox: settings.sandbox}
			defer d.close()
			settings.page = d.open
			app, err := p.assemble(settings)
			if err != nil {
				return err
			}
			defer app.close()
			if err := app.ready(); err != nil {
				if app.unchosen != nil && len(app.networks) > 1 {
					return err // a choice between several, which no call can make
				}
				app.logger.Warn("no call can reach the network; each will say why", "error", err)
			}
			return p.serve(cmd.Context(), app, d)
		},
	}
	settings.register(cmd)
	cmd.Flags().StringVar(&settings.http, "http", "", "serve HTTP on this address, such as 127.0.0.1:8765, instead of stdio")
	return cmd
}

func (p *program) serve(ctx context.Context, app *app, d *door) error {
	h := app.config.HTTP
	options := server.Options{
		Catalogue: app.catalogue, Mode: app.mode, Version: programVersion(), Logger: app.logger,
		LegacyWait: app.config.Approval.LegacyWait, AllowedOrigins: h.AllowedOrigins, AllowedHosts: h.AllowedHosts,
		MaxBody: h.MaxBody, SessionIdle: h.SessionIdle,
	}
	if d.listener != nil {
		if err := d.letIn(ctx, app, &options); err != nil {
			return err
		}
	}
	s, err := server.New(options)
	if err != nil {
		return usagef("%w", err)
	}
	defer s.Close()
	defer app.keepHouse(ctx)()
	// Making the catalogue leaves as much behind as it keeps, and a server that
	// an assistant starts for the day should not hold on to it.
	debug.FreeOSMemory()
	if d.listener == nil {
		app.logger.Info("serving over stdio", "network", app.networks[0].Network, "mode", string(app.mode), "approvals", strings.TrimSpace("mcp-mighty approvals list "+app.place))
		return s.ServeStdio(ctx, p.files.in, p.files.out)
	}
	if s.Admits(d.listener) != nil {
		return usagef("--http: %w", server.ErrNotLoopback)
	}
	d.announce(p.files.err, app.logger)
	return s.Serve(ctx, d.listener)
}

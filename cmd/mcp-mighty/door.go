package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/server"
)

// door is the way in over HTTP. It is opened before the gate is built, whose
// answers name the approvals page.
type door struct {
	sandbox bool
	// listener is nil when nothing is served over HTTP.
	listener net.Listener
	// page is the address of the approvals page, "" without one.
	page string
	// visitor is the secret of whoever tries the sandbox, "" where approvers
	// are configured.
	visitor string
}

// open listens where the configuration says, and returns the address of the
// approvals page if there is one.
func (d *door) open(c *config.Config) (string, error) {
	if c.HTTP.Addr == "" {
		return "", nil
	}
	var err error
	if d.listener, err = net.Listen("tcp", c.HTTP.Addr); err != nil {
		return "", fmt.Errorf("%w. If another program has the address, end that or give another one (--http, http.addr)", err)
	}
	if len(c.Approvers()) == 0 {
		if !d.sandbox {
			return "", nil
		}
		d.visitor = rand.Text()
	}
	d.page = "http://" + d.listener.Addr().String() + "/approvals"
	if c.HTTP.BehindProxy && len(c.HTTP.AllowedHosts) > 0 {
		d.page = "https://" + c.HTTP.AllowedHosts[0] + "/approvals"
	}
	return d.page, nil
}

// close ends listening, if serving has not done that.
func (d *door) close() {
	if d.listener != nil {
		_ = d.listener.Close()
	}
}

// letIn says who may come in.
func (d *door) letIn(ctx context.Context, app *app, options *server.Options) error {
	c := app.config
	options.BehindProxy = c.HTTP.BehindProxy
	if len(c.Callers()) > 0 {
		callers, err := c.ResolveCallers(ctx)
		if err != nil {
			return usagef("%w", err)
		}
		options.Callers = callers.Find
	}
	if d.page == "" {
		return nil
	}
	options.Desk = guardrails.Desk{Store: app.store, Key: app.store.SigningKey, Now: time.Now}
	if d.visitor != "" {
		options.Approvers = d.findVisitor
		return nil
	}
	approvers, err := c.ResolveApprovers(ctx)
	if err != nil {
		return usagef("%w", err)
	}
	options.Approvers = approvers.Find
	return nil
}

// findVisitor knows whoever tries the sandbox.
func (d *door) findVisitor(secret string) (config.Approver, bool) {
	if subtle.ConstantTimeCompare([]byte(secret), []byte(d.visitor)) != 1 {
		return config.Approver{}, false
	}
	return config.Approver{Name: "visitor"}, true
}

// announce says where the approvals page is. The secret of the sandbox may be
// shown: it opens nothing real, and not beyond this run.
func (d *door) announce(out io.Writer, logger *slog.Logger) {
	switch {
	case d.visitor != "":
		fmt.Fprintf(out, "Approvals page: %s\nSign in with:   %s (for this sandbox, until it ends)\n", d.page, d.visitor)
	case d.page != "":
		logger.Info("approvals page", "url", d.page)
	}
}

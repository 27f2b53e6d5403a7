package server

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// maxRunning is how many calls run at the same time, over all transports.
// Calls that wait for a person do not count.
const maxRunning = 100

// Options configure a [Server].
type Options struct {
	// Catalogue has the tools and the gate before them. It is required.
	Catalogue *tools.Catalogue
	// Mode is what the instructions for the model say; the gate enforces it.
	Mode guardrails.Mode
	// Version of the program, as clients see it.
	Version string
	// Logger receives what the operator should know; nil discards it. It never
	// sees a session id, an argument or a result.
	Logger *slog.Logger

	// Callers finds whose bearer token it is. With it, the HTTP transports are
	// for callers only; nil means that nobody signs in, and that they are for
	// whoever uses this machine.
	Callers func(token string) (config.Caller, bool)
	// Approvers finds whose secret it is. With it, those people can settle at
	// /approvals what lies on Desk; without it there is no such page.
	Approvers func(secret string) (config.Approver, bool)
	Desk      guardrails.Desk
	// BehindProxy: a proxy in front of the server brings TLS, is the only way
	// to it, and appends the client's address to X-Forwarded-For. It allows
	// addresses other than loopback, and needs Callers.
	BehindProxy bool

	// LegacyWait is how long a person may take to answer a question that holds
	// up the call, as it does in the handshake era; 0 is two minutes.
	LegacyWait time.Duration
	// AllowedOrigins are web origins ("https://host:port") whose pages may use
	// the HTTP transports. Without it no page may but one that this server
	// would serve itself.
	AllowedOrigins []string
	// AllowedHosts are host names, with or without port, that a request may be
	// addressed to besides the loopback names; for a reverse proxy.
	AllowedHosts []string
	// MaxBody bounds the body of an HTTP request, in bytes; 0 is 1 MiB.
	MaxBody int64
	// SessionIdle is how long an HTTP session lives without a sign of its
	// client; 0 is 30 minutes.
	SessionIdle time.Duration
	// DrainTimeout is how long running calls may take to finish when the
	// server stops or its client has sent all; 0 is 20 seconds.
	DrainTimeout time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	set(&o.LegacyWait, 2*time.Minute)
	set(&o.SessionIdle, 30*time.Minute)
	set(&o.DrainTimeout, 20*time.Second)
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Server serves one catalogue. Use [New]. All methods may be called
// concurrently, and stdio and HTTP may be served at the same time.
type Server struct {
	o      Options
	mcp    *mcpserver.MCPServer
	slots  slots
	guard  guard
	limits limits
	shelf  shelf

	webOnce sync.Once
	web     *web
}

// New returns a server that is ready to serve. It starts nothing. An error
// names the option that is wrong.
func New(o Options) (*Server, error) {
	if o.Catalogue == nil {
		return nil, errors.New("server: no catalogue")
	}
	for name, n := range map[string]int64{
		"LegacyWait": int64(o.LegacyWait), "MaxBody": o.MaxBody,
		"SessionIdle": int64(o.SessionIdle), "DrainTimeout": int64(o.DrainTimeout),
	} {
		if n < 0 {
			return nil, fmt.Errorf("server: %s is negative", name)
		}
	}
	if o.BehindProxy && o.Callers == nil {
		return nil, errors.New("server: behind a proxy, without callers: everybody could use the community's key; name callers in the configuration")
	}
	if o.Approvers != nil && (o.Desk.Store == nil || o.Desk.Key == nil || o.Desk.Now == nil) {
		return nil, errors.New("server: approvers, without a desk")
	}
	o = o.withDefaults()
	guard, err := newGuard(o.AllowedOrigins, o.AllowedHosts)
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	s := &Server{o: o, slots: make(slots, maxRunning), guard: guard, limits: defaultLimits(), shelf: shelf{now: o.Now}}

	hooks := &mcpserver.Hooks{}
	hooks.AddOnRequestInitialization(s.checkShape)
	hooks.AddAfterInitialize(s.instructInHandshake)
	hooks.AddAfterDiscover(s.instruct)
	hooks.AddAfterListTools(s.hideTools)
	hooks.AddAfterListResourceTemplates(s.hideShelf)
	hooks.AddAfterSubscriptionsListen(settleListen)
	s.mcp = mcpserver.NewMCPServer("mcp-mighty", o.Version,
		mcpserver.WithTitle("Mighty Networks community administration"),
		// The list of each caller is fixed for the life of the process.
		mcpserver.WithToolCapabilities(false),
		mcpserver.WithResourceCapabilities(false, false),
		mcpserver.WithHooks(hooks),
		// Recovery is the outermost of the middlewares, so that nothing that
		// is ever added inside can let a panic's text out.
		mcpserver.WithToolHandlerMiddleware(s.recoverTool),
	)
	s.addTools()
	s.addResources()
	return s, nil
}

// Close ends what [Server.Handler] started: open streams, sessions and their
// housekeeping. [Server.Serve] calls it; who mounts the handler elsewhere does
// so after their own server has stopped. The handler is of no use afterwards.
func (s *Server) Close() {
	s.http().close()
	s.shelf.clear()
}

package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/workspace"
)

// maxSkew is how far the clock may be off before approvals, which expire after
// minutes, become unreliable between machines.
const maxSkew = 30 * time.Second

// doctorTimeout bounds the whole examination, and with --settle each look after
// an action.
const doctorTimeout = time.Minute

func (p *program) doctorCommand() *cobra.Command {
	var (
		settings settingsFlags
		settle   bool
		closing  []int64
	)
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check configuration, key, network, plan, clock and state, and say what to do",
		Long: `Checks everything that mcp-mighty needs and says what to do about what is wrong.
It makes one request to the Admin API (GET /me), one for each protected member
and for the tags and badges if any protect, where a workspace is configured one
to its API (GET /users), and changes nothing. The exit status is 0 when all is
well, 1 when something is wrong, 2 when the configuration cannot be read.

With --settle it also looks whether actions whose end is not known happened
after all, with the requests that this takes; it repeats none of them. Where a target does
not tell, look yourself; --close ID then says that you have, and the audit trail
that it was you.`,
		Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), doctorTimeout)
			defer cancel()
			dates := &dateReader{next: http.DefaultTransport}
			settings.transport = dates
			app, err := p.assemble(settings)
			if err != nil {
				return err
			}
			defer app.close()
			if (settle || len(closing) > 0) && app.stateDir != inMemory && !store.Exists(app.stateDir) {
				return noState(app.stateDir)
			}
			d := &doctor{program: p, app: app, dates: dates, settle: settle, closing: closing, flags: settings.again()}
			d.configuration()
			d.files()
			d.people(ctx)
			if d.network(ctx) {
				d.protected(ctx)
			}
			d.clock()
			d.workspace(ctx)
			whole := d.state(ctx)
			d.requests(ctx)
			d.directory(cmd)
			if whole {
				d.journal(cmd.Context()) // which looks after one action at a time
			}
			if d.problems > 0 {
				return failed(fmt.Errorf("%d problems", d.problems))
			}
			return nil
		},
	}
	settings.register(cmd)
	cmd.Flags().BoolVar(&settle, "settle", false, "look whether actions whose end is not known happened")
	cmd.Flags().Int64SliceVar(&closing, "close", nil, "close actions whose end is not known, by their ids: you have looked after them")
	return cmd
}

// doctor prints one line per check.
type doctor struct {
	program  *program
	app      *app
	dates    *dateReader
	settle   bool
	closing  []int64
	flags    string // those that lead to the configuration and the state
	problems int
}

func (d *doctor) ok(check, format string, args ...any) { d.say("ok", check, format, args...) }

func (d *doctor) wrong(check, format string, args ...any) {
	d.problems++
	d.say("WRONG", check, format, args...)
}

func (d *doctor) say(verdict, check, format string, args ...any) {
	fmt.Fprintf(d.program.files.out, "%-6s %-14s %s\n", verdict, check, fmt.Sprintf(format, args...))
}

func (d *doctor) configuration() {
	if d.app.unchosen != nil {
		d.wrong("configuration", "%s; %s", d.app.origin, d.app.unchosen)
	} else {
		d.ok("configuration", "%s; mode %s", d.app.origin, d.app.mode)
	}
	if d.app.mode == guardrails.Live {
		d.say("note", "mode", "tools may change things; what cannot be taken back asks a person first")
	}
}

// people checks the tokens and secrets of those whom the configuration names.
func (d *doctor) people(ctx context.Context) {
	c := d.app.config
	callers, approvers := len(c.Callers()), len(c.Approvers())
	if callers+approvers == 0 {
		return
	}
	if _, err := c.ResolveCallers(ctx); err != nil {
		d.wrong("people", "%s", err)
		return
	}
	d.ok("people", "%d callers and %d approvers, each with a secret of their own", callers, approvers)
}

// network checks key, network and plan with one request, and reports whether
// all is well.
func (d *doctor) network(ctx context.Context) bool {
	if d.app.unchosen != nil {
		d.say("skip", "network", "not asked without one")
		return false
	}
	client, err := d.app.networks[0].Client()
	if err != nil {
		d.wrong("key", "%s", strings.TrimSuffix(err.Error(), askDoctor))
		d.say("skip", "network", "not asked without a key")
		return false
	}
	me, err := client.Me().Get(ctx)
	if err == nil {
		d.ok("key", "it belongs to %s (member %d, admin: %s); what is posted here carries that name", untrusted.Line(me.User.FullName(), 80), me.User.ID, yesNo(me.Admin))
		d.ok("network", "%s (id %d, subdomain %s)", untrusted.Line(me.Network.Title, 80), me.Network.ID, untrusted.Line(me.Network.Subdomain, 80))
		d.ok("plan", "it has the Admin API")
		return true
	}
	check := "network"
	switch apiclient.KindOf(err) {
	case apiclient.KeyRejected:
		check = "key"
	case apiclient.NotAllowed:
		check = "plan"
	}
	d.wrong(check, "%s", advised(err))
	return false
}

// workspace checks the second Admin API, if it is configured.
func (d *doctor) workspace(ctx context.Context) {
	if d.app.workspace == nil {
		return
	}
	client, err := d.app.workspace()
	if err != nil {
		d.wrong("workspace", "%s", strings.TrimSuffix(err.Error(), askDoctor))
		return
	}
	page, err := client.ListUsers(ctx, workspace.ListOptions{Limit: 1})
	if err != nil {
		d.wrong("workspace", "%s", advised(err))
		return
	}
	d.ok("workspace", "its key works; it has %d users", page.Total)
}

// advised is an error with its advice, if it has some.
func advised(err error) string {
	text := err.Error()
	if advice, ok := err.(interface{ Advice() string }); ok {
		text += ". " + advice.Advice()
	}
	return text
}

// clock compares the machine's clock with the API's.
func (d *doctor) clock() {
	skew, known, answered := d.dates.skew()
	switch {
	case !answered:
		d.say("skip", "clock", "the API has not answered, so there is nothing to compare with")
	case !known:
		d.say("skip", "clock", "the API sent no date to compare with")
	case skew.Abs() > maxSkew:
		d.wrong("clock", "it is off by %s compared with the API; set the machine's time (NTP), or approvals may expire early or late", skew.Round(time.Second))
	default:
		d.ok("clock", "within %s of the API's", maxSkew)
	}
}

// directory says how the local copies of members are.
func (d *doctor) directory(cmd *cobra.Command) {
	for _, env := range d.app.existing() {
		line, healthy, err := directoryLine(cmd, env)
		switch {
		case err != nil:
			d.wrong("directory", "network %s: %s", env.Network, err)
		case !healthy:
			d.wrong("directory", "network %s: %s", env.Network, line)
		default:
			d.ok("directory", "network %s: %s", env.Network, line)
		}
	}
}

// dateReader notes how far the clock of the answering side is from ours.
type dateReader struct {
	next http.RoundTripper

	mu    sync.Mutex
	delta time.Duration
	known bool // delta is
	// answered: there was an answer, with a date or without.
	answered bool
}

// RoundTrip implements [http.RoundTripper].
func (r *dateReader) RoundTrip(request *http.Request) (*http.Response, error) {
	sent := time.Now()
	response, err := r.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answered = true
	if date, err := http.ParseTime(strings.TrimSpace(response.Header.Get("Date"))); err == nil {
		// The date was written somewhere between sending and receiving.
		r.delta, r.known = sent.Add(time.Since(sent)/2).Sub(date), true
	}
	return response, nil
}

func (r *dateReader) skew() (delta time.Duration, known, answered bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.delta, r.known, r.answered
}

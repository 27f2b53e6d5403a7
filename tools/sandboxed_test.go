package tools_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/privacy"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	emulated "github.com/mcp-mighty/mcp-mighty/sandbox/workspace"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
	"github.com/mcp-mighty/mcp-mighty/workspace"
)

// now is the time of all tests.
var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// sandboxed is the whole corridor below the transports: a catalogue and its
// gate, the client, and the sandbox over real HTTP.
type sandboxed struct {
	t         testing.TB
	sandbox   *sandbox.Sandbox
	workspace *emulated.Workspace
	journal   *store.SQLite
	usage     *store.SQLiteUsage
	catalogue *tools.Catalogue
	// seeded is the community as it was at first, for comparisons.
	seeded []string
	// past is an action that looks like one that was done; 0 for none yet.
	past int64
}

type setup struct {
	sandbox   sandbox.Options
	mode      guardrails.Mode
	selection tools.Selection
	protected []uint64
	policy    config.Policy
	// protectedEmails are addresses on the operator's list.
	protectedEmails []string
	// protectedTags and protectedBadges protect their bearers.
	protectedTags, protectedBadges []string
	// uploads is the folder of files to upload.
	uploads string
	// withoutWorkspace leaves the second Admin API unconfigured.
	withoutWorkspace bool
	// exportDir and crm are where members may go; by default a new folder, and
	// a CRM that takes all.
	exportDir  *string
	crm        *tools.CRM
	withoutCRM bool
	mask       privacy.Mask
	// client changes the options of the client of the API.
	client func(*apiclient.Options)
	// terms are those of the account of requests.
	terms apiclient.Terms
	// callTimeout bounds reads; 0 is the default.
	callTimeout time.Duration
	// directory is the local copy of the members; by default one in memory.
	// withoutDirectory keeps none.
	directory        store.Directory
	withoutDirectory bool
	rules            tools.DirectoryRules
	// front stands before both APIs; nil for nothing.
	front func(http.Handler) http.Handler
	// log receives everything that is logged.
	log io.Writer
	// journal is where the gate writes; nil for one in memory.
	journal *store.SQLite
	// usage is the account of requests; nil for one in memory.
	usage *store.SQLiteUsage
	// gateNow is the gate's clock; nil for one in which nobody hurries.
	gateNow func() time.Time
	// network is the configured one, where it is not the sandbox's.
	network string
	// answerTokens and bulkItems are the operator's bounds.
	answerTokens, bulkItems int
}

func newSandboxed(t testing.TB, change ...func(*setup)) *sandboxed {
	t.Helper()
	o := setup{mode: guardrails.Live, selection: tools.Selection{Toolsets: []string{tools.PresetAll}}, sandbox: sandbox.Options{Now: func() time.Time { return now }}}
	for _, c := range change {
		c(&o)
	}
	s := &sandboxed{t: t, sandbox: sandbox.New(o.sandbox), journal: o.journal}
	if s.journal == nil {
		s.journal = store.NewMemory()
	}
	if o.gateNow == nil {
		o.gateNow = unhurried()
	}
	if o.front == nil {
		o.front = func(h http.Handler) http.Handler { return h }
	}
	logger := slog.New(slog.DiscardHandler)
	if o.log != nil {
		logger = slog.New(slog.NewTextHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	server, err := sandbox.Start("127.0.0.1:0", o.front(s.sandbox))
	if err != nil {
		t.Fatal(err)
	}
	clientOptions := apiclient.Options{
		BaseURL: server.URL, Network: cmp.Or(o.network, fmt.Sprint(s.sandbox.NetworkID())), Token: config.NewSecret(s.sandbox.Token()), Version: "test", Mask: o.mask.Answer, Logger: logger,
	}
	if s.usage = o.usage; s.usage == nil {
		s.usage = store.NewMemoryUsage()
	}
	account := apiclient.NewAccount(s.usage, "harbour", o.terms)
	clientOptions.Account = account
	if o.client != nil {
		o.client(&clientOptions)
	}
	client, err := apiclient.New(clientOptions)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		_ = s.journal.Close()
		_ = s.usage.Close()
	})
	s.workspace = emulated.New(emulated.Options{Now: func() time.Time { return now }})
	users := workspaceClient(t, o.front(s.workspace), s.workspace.Token(), o.mask)
	env := tools.Env{
		Network: "harbour", Account: account, Now: func() time.Time { return now },
		Client: func() (*apiclient.Client, error) { return client, nil },
	}
	if !o.withoutDirectory {
		env.Directory = keptDirectory(t, o.directory)
	}
	gate, err := guardrails.New(guardrails.Options{
		Mode: o.mode, Policy: o.policy, Journal: s.journal, Key: s.journal.SigningKey, Now: o.gateNow, Logger: logger,
		Protector: guardrails.Protector{
			Owner: tools.Owner([]tools.Env{env}), IDs: o.protected, Emails: o.protectedEmails, IDOf: tools.IDByEmail([]tools.Env{env}),
			Tags: o.protectedTags, Badges: o.protectedBadges, MarksOf: tools.MarksOf([]tools.Env{env}), Named: tools.NamedMark([]tools.Env{env}), Marks: tools.Marks([]tools.Env{env}),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	options := tools.Options{Networks: []tools.Env{env}, Gate: gate, Journal: s.journal, Selection: o.selection, ExportDir: s.exportDir(o), CRM: s.crm(o), Mask: o.mask, Logger: logger}
	options.AnswerTokens, options.BulkItems = o.answerTokens, o.bulkItems
	options.UploadDir, options.CallTimeout, options.Directory = o.uploads, o.callTimeout, o.rules
	if !o.withoutWorkspace {
		options.Workspace = func() (*workspace.Client, error) { return users, nil }
	}
	s.catalogue, err = tools.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keptDirectory returns a directory, by default one in memory, that ends with
// the test.
func keptDirectory(t testing.TB, d store.Directory) store.Directory {
	if d == nil {
		d = store.NewMemoryDirectory()
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// person says yes or no to every question, and keeps them.
type person struct {
	decision guardrails.Decision
	asked    []guardrails.Question
}

func (p *person) Channel() string { return "test" }

func (p *person) CanAsk() bool { return true }

// Ask types what has to be typed, where the answer is yes.
func (p *person) Ask(_ context.Context, q guardrails.Question) (guardrails.Answer, error) {
	p.asked = append(p.asked, q)
	return answerTo(q, p.decision), nil
}

func answerTo(q guardrails.Question, decision guardrails.Decision) guardrails.Answer {
	answer := guardrails.Answer{Decision: decision}
	if retype := q.Preview.Retype; retype != nil && decision == guardrails.Approved {
		answer.Typed = retype.Value
	}
	return answer
}

// unhurried is a clock that moves on a second each time it is read, so that a
// person who says no has had time to read the question.
func unhurried() func() time.Time {
	var seconds atomic.Int64
	return func() time.Time { return now.Add(time.Duration(seconds.Add(1)) * time.Second) }
}

// call runs a tool; who is asked says yes.
func (s *sandboxed) call(tool string, arguments map[string]any) tools.Answer {
	s.t.Helper()
	return s.callAs(&person{decision: guardrails.Approved}, tool, arguments)
}

func (s *sandboxed) callAs(approver guardrails.Approver, tool string, arguments map[string]any) tools.Answer {
	s.t.Helper()
	encoded, err := json.Marshal(arguments)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.catalogue.Call(s.t.Context(), tool, guardrails.Request{
		Caller: guardrails.Caller{Principal: "test"}, Arguments: encoded, Approver: approver,
	}, nil)
}

// ok runs a tool that must succeed and returns its result.
func (s *sandboxed) ok(tool string, arguments map[string]any) map[string]any {
	s.t.Helper()
	answer := s.call(tool, arguments)
	if answer.Problem != "" || answer.JSON == nil {
		s.t.Fatalf("%s(%v): %s", tool, arguments, answer.Problem)
	}
	var result map[string]any
	if err := json.Unmarshal(answer.JSON, &result); err != nil {
		s.t.Fatal(err)
	}
	return result
}

// problem runs a tool that must fail and returns the answer.
func (s *sandboxed) problem(tool string, arguments map[string]any) tools.Answer {
	s.t.Helper()
	answer := s.call(tool, arguments)
	if answer.Problem == "" {
		s.t.Fatalf("%s(%v) succeeded: %s", tool, arguments, answer.JSON)
	}
	return answer
}

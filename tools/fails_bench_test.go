package tools_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	emulated "github.com/mcp-mighty/mcp-mighty/sandbox/workspace"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
	"github.com/mcp-mighty/mcp-mighty/workspace"
)

// bench is a served catalogue on which one case after the other is tried. A
// catalogue takes much longer to make than a community, so it stays, and the
// community behind it is replaced; only the address and the key are the same.
type bench struct {
	*sandboxed
	session  *sdk.ClientSession
	client   *apiclient.Client
	contacts *crmStub
	exports  string
	address  string
	// directory is the same for all catalogues.
	directory store.Directory

	community atomic.Pointer[sandbox.Sandbox]
	staff     atomic.Pointer[emulated.Workspace]
	users     *workspace.Client
	staffURL  string
	ticks     atomic.Int64
}

// now moves on a little whenever it is looked at, so that nothing is as fresh
// as it was in the case before.
func (b *bench) now() time.Time { return now.Add(time.Duration(b.ticks.Add(1)) * time.Microsecond) }

// noSleep is a wait that is over at once, so that reads are repeated without
// delay.
func noSleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{sandboxed: &sandboxed{t: t, journal: store.NewMemory()}, contacts: newCRMStub(t), exports: t.TempDir()}
	t.Cleanup(func() { _ = b.journal.Close() })
	b.address = b.serve(func(w http.ResponseWriter, r *http.Request) { b.community.Load().ServeHTTP(w, r) })
	b.staffURL = b.serve(func(w http.ResponseWriter, r *http.Request) { b.staff.Load().ServeHTTP(w, r) })
	b.freshCommunity()
	b.freshWorkspace()
	client, err := apiclient.New(apiclient.Options{
		BaseURL: b.address, Network: fmt.Sprint(b.sandbox.NetworkID()), Token: config.NewSecret(b.sandbox.Token()), Version: "test",
		Sleep: noSleep, Breaker: apiclient.BreakerSettings{Disabled: true}, // the cases know nothing of each other
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	b.client = client
	b.catalogue, b.session = b.another()
	return b
}

// another makes a catalogue that has learned nothing yet, and connects to it.
func (b *bench) another() (*tools.Catalogue, *sdk.ClientSession) {
	b.t.Helper()
	if b.directory == nil {
		b.directory = keptDirectory(b.t, nil)
	}
	env := tools.Env{Network: "harbour", Now: b.now, Client: func() (*apiclient.Client, error) { return b.client, nil }, Directory: b.directory}
	gate, err := guardrails.New(guardrails.Options{
		Mode: guardrails.Live, Journal: b.journal, Key: b.journal.SigningKey, Now: unhurried(),
		Protector: guardrails.Protector{Owner: func(ctx context.Context, network string) (guardrails.Person, error) {
			return tools.Owner([]tools.Env{env})(ctx, network) // a new one each time: it keeps what it learned
		}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.catalogue, err = tools.New(tools.Options{
		Networks: []tools.Env{env}, Gate: gate, Journal: b.journal, Selection: tools.Selection{Toolsets: []string{tools.PresetAll}},
		ExportDir: b.exports, CRM: b.contacts.client(b.t), Directory: tools.DirectoryRules{MaxAge: time.Nanosecond},
		Workspace: func() (*workspace.Client, error) { return b.users, nil },
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return b.catalogue, b.connect()
}

// serve serves until the test is over, and returns the address.
func (b *bench) serve(handler http.HandlerFunc) string {
	b.t.Helper()
	server, err := sandbox.Start("127.0.0.1:0", handler)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = server.Close() })
	return server.URL
}

// freshCommunity puts a new community in the place of the old one.
func (b *bench) freshCommunity() {
	b.sandbox = sandbox.New(sandbox.Options{Members: 120, Now: b.now}) // two pages of 100
	b.community.Store(b.sandbox)
}

// freshWorkspace puts a new workspace in the place of the old one, and a client
// of it that has not been refused yet.
func (b *bench) freshWorkspace(change ...func(*workspace.Options)) {
	b.t.Helper()
	b.workspace = emulated.New(emulated.Options{Now: b.now})
	b.staff.Store(b.workspace)
	if b.users != nil {
		b.users.Close()
	}
	o := workspace.Options{BaseURL: b.staffURL, Token: config.NewSecret(b.workspace.Token()), Now: b.now, Sleep: noSleep}
	for _, each := range change {
		each(&o)
	}
	var err error
	b.users, err = workspace.New(o)
	if err != nil {
		b.t.Fatal(err)
	}
}

// ask calls a tool and returns what the model reads, and whether it is an error.
func (b *bench) ask(tool string, arguments map[string]any) (text string, isError bool) {
	b.t.Helper()
	// A directory would answer in place of what fails.
	if err := b.directory.Clear(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	result, err := b.session.CallTool(b.t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		b.t.Fatalf("%s is no answer but a failure of the protocol: %v", tool, err)
	}
	return result.Content[0].(*sdk.TextContent).Text, result.IsError
}

// traces is everything that a call which was not done must leave alone.
type traces struct{ changes, notices, exported, contacts, users, invitations int }

func (b *bench) traces() traces {
	b.t.Helper()
	files, err := os.ReadDir(b.exports)
	if err != nil {
		b.t.Fatal(err)
	}
	return traces{
		b.sandbox.Changes(), len(b.sandbox.Outbox()), len(files), len(b.contacts.received()),
		len(b.workspace.Users()), len(b.workspace.Outbox()),
	}
}

// journalled returns the state of the newest entry since there were so many,
// "" when there is none.
func (b *bench) journalled(before int) (store.State, int) {
	b.t.Helper()
	entries, err := b.journal.Entries(b.t.Context(), store.Query{Limit: 1})
	if err != nil {
		b.t.Fatal(err)
	}
	if len(entries) == 0 || int(entries[0].ID) <= before {
		return "", before
	}
	return entries[0].State, int(entries[0].ID)
}

// clearExports removes the exported files.
func (b *bench) clearExports() {
	b.t.Helper()
	files, err := filepath.Glob(filepath.Join(b.exports, "*"))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			b.t.Fatal(err)
		}
	}
}

// notUnderRace leaves out a walk over all tools that the race detector makes
// ten times as slow and that does nothing at the same time which the others do
// not. Whoever runs the tests with the detector runs them without it too.
func notUnderRace(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("the run without the race detector does this")
	}
}

package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen at some time.
const patience = 15 * time.Second

// setup is what a test changes before its world is built.
type setup struct {
	options   Options
	sandbox   sandbox.Options
	selection tools.Selection
	policy    config.Policy
	page      string
}

// world is a server with everything below it, over real HTTP to the sandbox.
type world struct {
	t       *testing.T
	sandbox *sandbox.Sandbox
	server  *Server
	journal *store.SQLite
	log     *logBook
	http    *serving // set when it serves HTTP
	token   string   // what clients of libraries send, if anything
	// deskKey is the key on the approvals page, nil for the store's.
	deskKey func() ([]byte, error)
}

func newWorld(t *testing.T, change ...func(*setup)) *world {
	t.Helper()
	book := &logBook{}
	o := setup{
		options: Options{
			Mode: guardrails.Live, Version: "1.2.3", LegacyWait: patience,
			Logger: slog.New(slog.NewTextHandler(book, &slog.HandlerOptions{Level: slog.LevelDebug})),
		},
		sandbox:   sandbox.Options{Members: 40},
		selection: tools.Selection{Toolsets: []string{tools.PresetAll}},
	}
	for _, c := range change {
		c(&o)
	}
	community := sandbox.New(o.sandbox)
	api, err := sandbox.Start("127.0.0.1:0", community)
	if err != nil {
		t.Fatal(err)
	}
	upstream, err := apiclient.New(apiclient.Options{
		BaseURL: api.URL, Network: fmt.Sprint(community.NetworkID()), Token: config.NewSecret(community.Token()), Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	journal := store.NewMemory()
	w := &world{t: t, sandbox: community, journal: journal, log: book}
	t.Cleanup(func() {
		upstream.Close()
		if err := api.Close(); err != nil {
			t.Error(err)
		}
		_ = journal.Close()
	})
	env := tools.Env{Network: "harbour", Now: time.Now, Client: func() (*apiclient.Client, error) { return upstream, nil }}
	gate, err := guardrails.New(guardrails.Options{
		Mode: o.options.Mode, Journal: journal, Key: journal.SigningKey, Policy: o.policy, Page: o.page, Now: o.options.Now,
		Protector: guardrails.Protector{Owner: tools.Owner([]tools.Env{env})},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.options.Catalogue, err = tools.New(tools.Options{Networks: []tools.Env{env}, Gate: gate, Selection: o.selection})
	if err != nil {
		t.Fatal(err)
	}
	if o.options.Approvers != nil {
		key := func() ([]byte, error) {
			if w.deskKey != nil {
				return w.deskKey()
			}
			return journal.SigningKey()
		}
		o.options.Desk = guardrails.Desk{Store: journal, Key: key, Now: time.Now}
		if o.options.Now != nil {
			o.options.Desk.Now = o.options.Now
		}
	}
	s, err := New(o.options)
	if err != nil {
		t.Fatal(err)
	}
	w.server = s
	return w
}

func (w *world) logged(text string) bool { return strings.Contains(w.log.String(), text) }

// spammer is somebody whom nobody would miss.
func (w *world) spammer() uint64 { return w.sandbox.Notable().Spammers[0] }

// logBook keeps what was logged.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// serving is a running server. stop ends it and waits for its end.
type serving struct {
	url  string
	stop func() error
}

// serveHTTP serves on a free port until the test ends or stop is called.
func (w *world) serveHTTP() *serving {
	w.t.Helper()
	if w.http != nil {
		return w.http
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.server.Serve(ctx, l) }()
	s := &serving{url: "http://" + l.Addr().String()}
	s.stop = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			return fmt.Errorf("the server did not stop within %s", patience)
		}
	})
	w.t.Cleanup(func() {
		if err := s.stop(); err != nil {
			w.t.Error(err)
		}
	})
	w.http = s
	return s
}

// pipes is the client's end of a stdio server.
type pipes struct {
	*serving
	in  io.WriteCloser // the server's input
	out io.ReadCloser  // the server's output
}

// serveStdio serves over two pipes until the test ends or stop is called.
func (w *world) serveStdio() *pipes {
	w.t.Helper()
	serverIn, clientOut := io.Pipe()
	clientIn, serverOut := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		err := w.server.ServeStdio(ctx, serverIn, serverOut)
		_ = serverOut.Close()
		ended <- err
	}()
	p := &pipes{serving: &serving{}, in: clientOut, out: clientIn}
	p.stop = sync.OnceValue(func() error {
		cancel()
		_ = clientOut.Close()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			return fmt.Errorf("the server did not stop within %s", patience)
		}
	})
	w.t.Cleanup(func() {
		go func() { _, _ = io.Copy(io.Discard, clientIn) }()
		if err := p.stop(); err != nil {
			w.t.Error(err)
		}
		_ = clientIn.Close()
	})
	return p
}

// webClient returns an HTTP client whose connections end with the test.
func webClient(t *testing.T) *http.Client {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// signedIn returns an HTTP client that sends the world's token.
func (w *world) signedIn() *http.Client {
	client := webClient(w.t)
	if w.token != "" {
		client.Transport = bearing{client.Transport, w.token}
	}
	return client
}

// bearing sends a token with every request.
type bearing struct {
	next  http.RoundTripper
	token string
}

// RoundTrip implements [http.RoundTripper].
func (b bearing) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token)
	return b.next.RoundTrip(r)
}

// eventually waits for what must come true.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still not so after %s: %s", patience, what)
		}
	}
}

func mustContain(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in: %s", want, text)
		}
	}
}

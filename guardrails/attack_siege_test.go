package guardrails_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// siege is a house under attack, of real parts: the catalogue, the gate, a
// store on disk and the sandbox over HTTP. One house serves a group of cases:
// the catalogue takes long to make and stays, the community behind it and what
// the store holds are new for each case.
type siege struct {
	t *testing.T

	community *sandbox.Sandbox
	n         sandbox.Notable
	lake      *sandbox.Sandbox // a second network, to which nothing must ever happen
	journal   *store.SQLite
	gate      *guardrails.Gate
	catalogue *tools.Catalogue
	options   guardrails.Options

	served  atomic.Pointer[sandbox.Sandbox]
	envs    []tools.Env
	dir     string
	raw     *sql.DB // the same database, as somebody with another program sees it
	millis  atomic.Int64
	log     lockedBuffer
	secrets []string
	// others are further houses of the same street: other processes.
	others []*siege
	// next are houses in processes of their own, which reach the networks by
	// what is in reached and meet where met says.
	next    [2]*neighbour
	moveIn  sync.Once
	reached []reached
	met     atomic.Pointer[meeting]
	group   *testing.T // that all cases of the house are in

	mu      sync.Mutex
	changes int // what the case itself did rightfully
	heard   int // answers that said that nothing was done
}

var siegeStart = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

func (s *siege) now() time.Time {
	return siegeStart.Add(time.Duration(s.millis.Load()) * time.Millisecond)
}

// pass lets time go by.
func (s *siege) pass(d time.Duration) { s.millis.Add(d.Milliseconds()) }

func newSiege(t *testing.T, selection ...string) *siege {
	t.Helper()
	s := &siege{t: t, group: t, dir: t.TempDir()}
	s.renew()
	s.lake = sandbox.New(sandbox.Options{Members: sandbox.FullCast, Seed: 2, NetworkID: 77, Subdomain: "lake", Now: s.now})
	s.envs = []tools.Env{
		s.network("harbour", s.community, func(w http.ResponseWriter, r *http.Request) {
			s.met.Load().attend(r)
			s.served.Load().ServeHTTP(w, r)
		}),
		s.network("lake", s.lake, s.lake.ServeHTTP),
	}
	s.open(selection...)
	raw, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, "mcp-mighty.db")+"?_pragma=busy_timeout(5000)&_pragma=synchronous(OFF)")
	if err != nil {
		t.Fatal(err)
	}
	s.raw = raw
	t.Cleanup(func() { _ = raw.Close() })
	return s
}

// network serves a community and returns how tools reach it.
func (s *siege) network(name string, community *sandbox.Sandbox, handler http.HandlerFunc) tools.Env {
	server, err := sandbox.Start("127.0.0.1:0", handler)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = server.Close() })
	s.secrets = append(s.secrets, community.Token())
	s.reached = append(s.reached, reached{name, server.URL, fmt.Sprint(community.NetworkID()), community.Token()})
	return s.reach(s.reached[len(s.reached)-1], "test")
}

// reached is where a network is.
type reached struct{ Name, URL, ID, Token string }

// reach returns how tools reach a network; version is what they call
// themselves.
func (s *siege) reach(n reached, version string) tools.Env {
	client, err := apiclient.New(apiclient.Options{
		BaseURL: n.URL, Network: n.ID, Token: config.NewSecret(n.Token), Version: version,
		Retry: apiclient.RetrySettings{Base: time.Nanosecond, Ceiling: time.Nanosecond}, Breaker: apiclient.BreakerSettings{Disabled: true},
		Cache: apiclient.CacheSettings{Settings: time.Hour, Lists: time.Hour}, Now: s.now,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(client.Close)
	return tools.Env{Network: n.Name, Identity: n.URL + " " + n.Name, Now: s.now, Client: func() (*apiclient.Client, error) { return client, nil }}
}

// open makes the gate, the catalogue and a handle of the store.
func (s *siege) open(selection ...string) {
	s.t.Helper()
	s.journal = store.NewSQLite(s.dir)
	s.t.Cleanup(func() { _ = s.journal.Close() })
	if err := s.journal.Record(s.t.Context(), store.Event{At: s.now(), Kind: "opened"}); err != nil {
		s.t.Fatal(err)
	}
	key, err := s.journal.SigningKey()
	if err != nil {
		s.t.Fatal(err)
	}
	s.secrets = append(s.secrets, hex.EncodeToString(key))
	s.options = guardrails.Options{
		Mode: guardrails.Live, Journal: s.journal, Key: s.journal.SigningKey, Now: s.now,
		Policy: config.Policy{Limits: config.DefaultLimits()},
		Logger: slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Protector: guardrails.Protector{
			// New ones each time: they keep what they have learned.
			Owner: func(ctx context.Context, network string) (guardrails.Person, error) {
				return tools.Owner(s.envs)(ctx, network)
			},
			IDOf: func(ctx context.Context, network, email string) (uint64, error) {
				return tools.IDByEmail(s.envs)(ctx, network, email)
			},
			MarksOf: tools.MarksOf(s.envs), Named: tools.NamedMark(s.envs),
		},
	}
	if s.gate, err = guardrails.New(s.options); err != nil {
		s.t.Fatal(err)
	}
	if len(selection) == 0 {
		selection = []string{tools.PresetAll}
	}
	s.catalogue, err = tools.New(tools.Options{
		Networks: s.envs, Gate: s.gate, Journal: s.journal, Logger: s.options.Logger,
		Selection: tools.Selection{Toolsets: selection, Exclude: []string{"delete_space"}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// another is a second process on the same state directory.
func (s *siege) another() *siege {
	s.t.Helper()
	if len(s.others) == 0 {
		other := &siege{t: s.t, dir: s.dir, envs: s.envs}
		other.open()
		s.others = append(s.others, other)
	}
	other := s.others[0]
	other.t, other.community, other.n = s.t, s.community, s.n
	other.options.Now = s.now
	other.rules(nil)
	return other
}

// rules gives the house another gate, as a restart with other settings does.
func (s *siege) rules(change func(*guardrails.Options)) {
	s.t.Helper()
	o := s.options
	if change != nil {
		change(&o)
	}
	gate, err := guardrails.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	*s.gate = *gate
}

// renew puts a new community in the place of the old one.
func (s *siege) renew() {
	s.community = sandbox.New(sandbox.Options{Members: 40, Now: s.now})
	s.n = s.community.Notable()
	s.served.Store(s.community)
}

// under runs one case and checks what is left of it.
func (s *siege) under(t *testing.T, attack func(s *siege)) {
	former := s.t
	s.t, s.changes, s.heard = t, 0, 0
	defer func() { s.t = former }()
	s.pass(48 * time.Hour)
	s.renew()
	s.rules(nil)
	for _, table := range []string{"pending", "taken", "spent", "journal"} {
		s.sql("DELETE FROM " + table)
	}
	s.log.reset()
	attack(s)
	if s.heard == 0 {
		t.Error("the case heard no answer that says that nothing was done")
	}
	s.unharmed()
	for _, secret := range s.secrets {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log has a secret: %s", s.log.String())
		}
	}
}

// unharmed checks that the communities saw no change but those that the case
// made rightfully, and no attempt at one.
func (s *siege) unharmed() {
	s.t.Helper()
	attempts := 0
	for _, request := range append(s.community.Requests(), s.lake.Requests()...) {
		if request.Method != http.MethodGet {
			attempts++
		}
	}
	if changes := s.community.Changes() + s.lake.Changes(); changes != s.changes || attempts != s.changes {
		s.t.Errorf("the communities were changed %d times by %d requests; want %d", changes, attempts, s.changes)
	}
	if sent := len(s.community.Outbox()) + len(s.lake.Outbox()); s.changes == 0 && sent != 0 {
		s.t.Errorf("%d messages went out", sent)
	}
}

// sql is what somebody does who can write to the database.
func (s *siege) sql(statement string, args ...any) int64 {
	s.t.Helper()
	result, err := s.raw.ExecContext(s.t.Context(), statement, args...)
	if err != nil {
		s.t.Fatal(err)
	}
	n, _ := result.RowsAffected()
	return n
}

// call is one call: what is asked, by whom, with which answer.
type siegeCall struct {
	tool, arguments string
	caller          guardrails.Caller
	approver        guardrails.Approver
	evidence        *guardrails.Evidence
}

var assistant = guardrails.Caller{Principal: "ada", Role: "team", Client: "test/1"}

// banning is the call that most cases are about.
func (s *siege) banning() siegeCall { return s.calling("ban_member", s.member(s.victim())) }

func (s *siege) victim() uint64 { return s.n.Spammers[0] }

func (s *siege) member(id uint64) string { return fmt.Sprintf(`{"member_id":%d}`, id) }

// calling is a call by somebody whose client asks in its answer.
func (s *siege) calling(tool, arguments string) siegeCall {
	return siegeCall{tool: tool, arguments: arguments, caller: assistant, approver: &person{decision: guardrails.Deferred}}
}

// alone is the same call from a client that cannot ask.
func (c siegeCall) alone() siegeCall { c.approver = &person{absent: true}; return c }

// with is the same call with an answer.
func (c siegeCall) with(state string, answer guardrails.Answer) siegeCall {
	c.evidence = &guardrails.Evidence{State: state, Answer: answer}
	return c
}

// send makes a call. No answer may tell a secret.
func (s *siege) send(c siegeCall) tools.Answer {
	s.t.Helper()
	answer := s.catalogue.Call(s.t.Context(), c.tool, guardrails.Request{
		Caller: c.caller, Arguments: json.RawMessage(c.arguments), Approver: c.approver, Evidence: c.evidence,
	}, nil)
	told := answer.Problem + string(answer.JSON)
	for _, secret := range s.secrets {
		if strings.Contains(told, secret) {
			s.t.Errorf("the answer has a secret: %s", told)
		}
	}
	return answer
}

// ask makes a call that must lead to a question.
func (s *siege) ask(c siegeCall) *guardrails.Question {
	s.t.Helper()
	answer := s.send(c)
	if answer.Ask == nil {
		s.t.Fatalf("%s %s asks nothing: %s%s", c.tool, c.arguments, answer.Problem, answer.JSON)
	}
	return answer.Ask
}

// yes is the right answer to a question.
func (s *siege) yes(q *guardrails.Question) guardrails.Answer {
	answer := guardrails.Answer{Decision: guardrails.Approved}
	if q.Preview.Retype != nil {
		answer.Typed = q.Preview.Retype.Value
	}
	return answer
}

// approved is a call with the right answer to its question.
func (s *siege) approved(c siegeCall) siegeCall {
	s.t.Helper()
	q := s.ask(c)
	return c.with(q.State, s.yes(q))
}

// done makes a call that runs, rightfully.
func (s *siege) done(c siegeCall) {
	s.t.Helper()
	if answer := s.send(c); answer.JSON == nil || !strings.Contains(string(answer.JSON), `"status":"done"`) {
		s.t.Fatalf("%s %s should be done: %s%s", c.tool, c.arguments, answer.Problem, answer.JSON)
	}
	s.changes++
}

var saysNothing = regexp.MustCompile(`(?i)nothing was (done|changed)`)

// refused wants an answer that says that nothing was done, with one of the
// codes if there are any.
func (s *siege) refused(answer tools.Answer, codes ...guardrails.Code) {
	s.t.Helper()
	if !saysNothing.MatchString(answer.Problem) {
		s.t.Errorf("the answer does not say that nothing was done: %s%s", answer.Problem, answer.JSON)
		return
	}
	if len(codes) > 0 && !slices.Contains(codes, guardrails.Code(answer.Code)) {
		s.t.Errorf("refused with %s, want %s: %s", answer.Code, codes, answer.Problem)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard++
}

// refuses sends a call that must be refused.
func (s *siege) refuses(c siegeCall, codes ...guardrails.Code) {
	s.t.Helper()
	s.refused(s.send(c), codes...)
}

// askedAgain wants a new question, and the old answer to be worth nothing.
func (s *siege) askedAgain(c siegeCall, changed ...string) {
	s.t.Helper()
	answer := s.send(c)
	if answer.Ask == nil || !strings.Contains(answer.Ask.Text(), "Nothing happens unless you approve.") {
		s.t.Errorf("not asked again: %s%s", answer.Problem, answer.JSON)
		return
	}
	for _, want := range changed {
		if !slices.Contains(answer.Ask.Changed, want) {
			s.t.Errorf("the new question says that %q changed, want %q", answer.Ask.Changed, want)
		}
	}
	s.refuses(c, guardrails.CodeSpent)
}

// waits sends a call that must wait for a person elsewhere, and returns its
// code.
func (s *siege) waits(c siegeCall) string {
	s.t.Helper()
	return s.waiting(c, s.send(c))
}

// waiting wants an answer that says that a person is waited for.
func (s *siege) waiting(c siegeCall, answer tools.Answer) string {
	s.t.Helper()
	var view struct {
		Status, Message string
		Approval        struct{ Code string }
	}
	if answer.Problem != "" || json.Unmarshal(answer.JSON, &view) != nil || view.Status != "awaiting_approval" || !strings.Contains(view.Message, "Nothing was done") {
		s.t.Fatalf("%s does not wait: %s%s", c.tool, answer.Problem, answer.JSON)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard++
	return view.Approval.Code
}

// fault makes the API fail.
func (s *siege) fault(spec string) {
	s.t.Helper()
	fault, err := sandbox.ParseFault(spec)
	if err != nil {
		s.t.Fatal(err)
	}
	s.community.Inject(fault)
}

// auditKey is the key of the audit trail.
func (s *siege) auditKey() []byte {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "audit.key"))
	if err != nil {
		s.t.Fatal(err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		s.t.Fatal(err)
	}
	return key
}

// statusOf is what an answer says of itself; "" for a problem.
func statusOf(answer tools.Answer) string {
	var view struct{ Status string }
	_ = json.Unmarshal(answer.JSON, &view)
	return view.Status
}

// desk is where people settle approvals.
func (s *siege) desk() guardrails.Desk {
	return guardrails.Desk{Store: s.journal, Key: s.journal.SigningKey, Now: s.now}
}

var kirk = guardrails.Settler{Name: "kirk", Channel: "page"}

// agrees approves rightfully.
func (s *siege) agrees(code string) {
	s.t.Helper()
	if err := s.agree(code, kirk); err != nil {
		s.t.Fatal(err)
	}
}

// agree types what is asked for.
func (s *siege) agree(code string, by guardrails.Settler) error {
	s.t.Helper()
	paper, err := s.desk().Paper(s.t.Context(), code)
	if err != nil {
		return err
	}
	typed := ""
	if paper.Document.Retype != nil {
		typed = paper.Document.Retype.Value
	}
	return s.desk().Approve(s.t.Context(), code, by, typed)
}

// settledNothing wants an error of the desk.
func (s *siege) settledNothing(err, want error) {
	s.t.Helper()
	if err == nil || want != nil && err.Error() != want.Error() {
		s.t.Errorf("the desk said %v, want %v", err, want)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}
func (l *lockedBuffer) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }
func (l *lockedBuffer) reset()         { l.mu.Lock(); defer l.mu.Unlock(); l.b.Reset() }

// rotate replaces the signing key.
func (s *siege) rotate() {
	s.t.Helper()
	if err := s.journal.RotateSigningKey(s.t.Context(), store.Event{At: s.now(), Kind: "rotated"}); err != nil {
		s.t.Fatal(err)
	}
}

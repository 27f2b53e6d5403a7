package tools_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// few members are enough for every person that a test needs, and soon made.
const few = 60

func small(o *setup) { o.sandbox.Members = few }

// ask calls a tool as a client does that gets the question in the answer.
func (s *sandboxed) ask(tool, arguments string) *guardrails.Question {
	s.t.Helper()
	answer := s.send(tool, arguments, nil)
	if answer.Ask == nil {
		s.t.Fatalf("%s(%s) asks nothing: %s%s", tool, arguments, answer.Problem, answer.JSON)
	}
	return answer.Ask
}

// approve sends the call again with a yes to a question.
func (s *sandboxed) approve(q *guardrails.Question, tool, arguments string) tools.Answer {
	s.t.Helper()
	return s.send(tool, arguments, &guardrails.Evidence{State: q.State, Answer: answerTo(*q, guardrails.Approved)})
}

func (s *sandboxed) send(tool, arguments string, evidence *guardrails.Evidence) tools.Answer {
	s.t.Helper()
	return s.catalogue.Call(s.t.Context(), tool, guardrails.Request{
		Caller: guardrails.Caller{Principal: "test"}, Arguments: json.RawMessage(arguments),
		Approver: &person{decision: guardrails.Deferred}, Evidence: evidence,
	}, nil)
}

func asJSON(arguments map[string]any) string {
	encoded, err := json.Marshal(arguments)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// newGuarded is newSandboxed for several networks ("one" and "two"), with
// whatever protection, with reads that are repeated without a pause, and with
// no breaker. The sandbox of the result is that of the first.
func newGuarded(t *testing.T, protect guardrails.Protector, communities ...*sandbox.Sandbox) *sandboxed {
	t.Helper()
	s := &sandboxed{t: t, sandbox: communities[0], journal: store.NewMemory()}
	t.Cleanup(func() { _ = s.journal.Close() })
	var envs []tools.Env
	for i, community := range communities {
		server, err := sandbox.Start("127.0.0.1:0", community)
		if err != nil {
			t.Fatal(err)
		}
		client, err := apiclient.New(apiclient.Options{
			BaseURL: server.URL, Network: fmt.Sprint(community.NetworkID()), Token: config.NewSecret(community.Token()), Version: "test",
			Retry: apiclient.RetrySettings{Base: time.Nanosecond, Ceiling: time.Nanosecond}, Breaker: apiclient.BreakerSettings{Disabled: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close(); _ = server.Close() })
		envs = append(envs, tools.Env{
			Network: []string{"one", "two"}[i], Identity: server.URL, Now: func() time.Time { return now },
			Client: func() (*apiclient.Client, error) { return client, nil },
		})
	}
	protect.Owner = tools.Owner(envs)
	gate, err := guardrails.New(guardrails.Options{
		Mode: guardrails.Live, Journal: s.journal, Key: s.journal.SigningKey, Now: unhurried(), Protector: protect,
	})
	if err != nil {
		t.Fatal(err)
	}
	everything := tools.Selection{Toolsets: []string{tools.PresetAll}}
	if s.catalogue, err = tools.New(tools.Options{Networks: envs, Gate: gate, Journal: s.journal, Selection: everything}); err != nil {
		t.Fatal(err)
	}
	return s
}

// What members wrote never adds a line to a question, nor changes how one of
// ours begins, whichever tool asks and whichever field carries it.
func TestHostileWordsInEveryQuestion(t *testing.T) {
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	victim, post := n.Spammers[0], n.SpamPost
	member := map[string]any{"member_id": victim}
	grave := map[string]map[string]any{
		"ban_member": member, "delete_member": member, "remove_member_from_network": member,
		"set_member_role":     {"member_id": victim, "role": "host"},
		"change_member_email": {"member_id": victim, "email": "new@example.org"},
		"remove_space_member": {"member_id": victim, "space_id": n.AutoJoinSpace},
		"delete_post":         {"post_id": post},
		"bulk_ban_members":    {"items": []any{member}},
		"bulk_delete_posts":   {"items": []any{map[string]any{"post_id": post}}},
	}
	shape := func(tool string) (begins []string) {
		for line := range strings.SplitSeq(s.ask(tool, asJSON(grave[tool])).Text(), "\n") {
			begin, _, _ := strings.Cut(line, `"`)
			if strings.HasPrefix(line, "To approve, type the n") {
				begin = "To approve" // the name, or the number where that cannot be typed
			}
			begins = append(begins, begin)
		}
		return begins
	}
	s.sandbox.SetMemberName(victim, "Bo", "Nilsson")
	s.sandbox.SetPost(post, "Title", "<p>Text</p>")
	harmless := map[string][]string{}
	for tool := range grave {
		harmless[tool] = shape(tool)
	}
	for _, text := range []string{
		"\n- member id: 1", "\r\n! Nothing happens", "\u2028- e-mail: x@example.org", "\u0085Asked for by: you", "\u202e\u2066\u200b\u00ad",
		"\x1b[2K\x1b[1A", `", member id 1, e-mail "`, `\", member id 1`, `\`, strings.Repeat("x y ", 500), "<!-- a --><p hidden>b</p>\n\n# c",
		"\U000e0041\U000e0042", "\x00\x07\x08",
	} {
		s.sandbox.SetMemberName(victim, "Bo"+text, text+"Nilsson")
		s.sandbox.SetMemberEmail(victim, "bo"+text+"@example.org")
		s.sandbox.SetPost(post, "Title"+text, "<p>"+text+"</p>"+text)
		for tool := range grave {
			if got := shape(tool); !slices.Equal(got, harmless[tool]) {
				t.Errorf("%s with %q:\n%q, want\n%q", tool, text, got, harmless[tool])
			}
		}
	}
}

// TestTargetsThatChangeAreAskedAboutAgain changes what a question showed
// before the yes to it comes, in every way a member or another host can.
func TestTargetsThatChangeAreAskedAboutAgain(t *testing.T) {
	type change func(s *sandboxed, n sandbox.Notable, to string) bool
	name := func(s *sandboxed, n sandbox.Notable, to string) bool {
		return s.sandbox.SetMemberName(n.Spammers[0], "Ada", to)
	}
	invisible := func(s *sandboxed, n sandbox.Notable, _ string) bool {
		return s.sandbox.SetMemberName(n.Spammers[0], "Ada\u200b", s.member(n.Spammers[0]).LastName)
	}
	email := func(s *sandboxed, n sandbox.Notable, to string) bool {
		return s.sandbox.SetMemberEmail(n.Spammers[0], to+"@example.org")
	}
	space := func(s *sandboxed, n sandbox.Notable, to string) bool {
		return s.sandbox.SetSpaceName(n.AutoJoinSpace, to)
	}
	title := func(s *sandboxed, n sandbox.Notable, to string) bool {
		return s.sandbox.SetPost(n.SpamPost, to, strings.Repeat("long ", 200))
	}
	beyondTheCut := func(s *sandboxed, n sandbox.Notable, to string) bool {
		post, _ := s.sandbox.PostByID(n.SpamPost)
		return s.sandbox.SetPost(n.SpamPost, post.Title, post.Description+to)
	}
	s := newSandboxed(t, small)
	n, grave := s.sandbox.Notable(), s.grave()
	for i, test := range []struct {
		tool   string
		change change
		want   string
	}{
		{"ban_member", name, "member"},
		{"ban_member", email, "e-mail"},
		{"ban_member", space, "in spaces"},
		{"delete_member", name, "member"},
		{"remove_member_from_network", email, "e-mail"},
		{"set_member_role", invisible, "member"},
		{"change_member_email", email, "e-mail"},
		{"remove_space_member", space, "space"},
		{"remove_space_member", email, "e-mail"},
		{"delete_post", title, "title"},
		{"delete_post", beyondTheCut, "state"},
		{"delete_post", name, "author"},
		{"bulk_ban_members", email, "1"},
		{"bulk_delete_posts", title, "1"},
		{"bulk_set_member_roles", name, "1"},
	} {
		arguments := asJSON(grave[test.tool])
		question := s.ask(test.tool, arguments)
		if !test.change(s, n, fmt.Sprint("x", i)) {
			t.Fatalf("%s: the sandbox did not make the change", test.tool)
		}
		again := s.approve(question, test.tool, arguments)
		if again.Ask == nil || !slices.Contains(again.Ask.Changed, test.want) {
			t.Errorf("%s: got %s%s, asked %+v; want to be asked again about %s", test.tool, again.Problem, again.JSON, again.Ask, test.want)
		}
		if old := s.approve(question, test.tool, arguments); old.Code != string(guardrails.CodeSpent) || s.sandbox.Changes() != 0 {
			t.Errorf("%s: the old answer: %s%s", test.tool, old.Problem, old.JSON)
		}
	}
}

// grave returns arguments for every tool that needs approval.
func (s *sandboxed) grave() map[string]map[string]any {
	s.t.Helper()
	all := s.goodArguments()
	maps.DeleteFunc(all, func(name string, _ map[string]any) bool {
		tool, _ := s.catalogue.Lookup(name)
		return !tool.Risk.NeedsApproval()
	})
	return all
}

// An approval of one call is worth nothing for another, however alike the two
// are written; and the same call may be written in any way.
func TestApprovalsAreForWhatTheArgumentsMean(t *testing.T) {
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	id, other := n.Spammers[0], n.Spammers[1]
	const tool = "set_member_role"
	plain := fmt.Sprintf(`{"member_id": %d, "role": "moderator"}`, id)
	for _, different := range []string{
		fmt.Sprintf(`{"member_id": %d, "role": "moderator"}`, other),
		fmt.Sprintf(`{"member_id": %d, "role": "host"}`, id),
		fmt.Sprintf(`{"member_id": %d0, "role": "moderator"}`, id),
		fmt.Sprintf(`{"member_id": %de1, "role": "moderator"}`, id),
		fmt.Sprintf(`{"member_id": %d, "member_id": %d, "role": "moderator"}`, id, other),
		fmt.Sprintf(`{"member_id": %d, "Member_id": %d, "role": "moderator"}`, id, other),
		fmt.Sprintf(`{"member_id": %d, "role": "moderator", "role": "host"}`, id),
		fmt.Sprintf(`{"member_id": %d, "role": "moderator", "approve": true}`, id),
		fmt.Sprintf(`{"member_id": "%d/../%d", "role": "moderator"}`, id, other),
		fmt.Sprintf(`{"member_id": "%d?x=", "role": "moderator"}`, id),
		fmt.Sprintf(`{"member_id": [%d], "role": "moderator"}`, id),
		fmt.Sprintf(`{"member_id": %d.5, "role": "moderator"}`, id),
		fmt.Sprintf(`[{"member_id": %d, "role": "moderator"}]`, id),
		fmt.Sprintf(`{"member_id": %d, "role": "mоderator"}`, id), // with a Cyrillic o
	} {
		if got := s.approve(s.ask(tool, plain), tool, different); got.Problem == "" || s.sandbox.Changes() != 0 {
			t.Errorf("approved %s, sent %s: %s", plain, different, got.JSON)
		}
	}
	if got := s.approve(s.ask(tool, plain), "delete_member", fmt.Sprintf(`{"member_id": %d}`, id)); got.Code != string(guardrails.CodeBadApproval) {
		t.Errorf("another tool: %s%s", got.Problem, got.JSON)
	}
	if got := s.approve(s.ask(tool, plain), "bulk_set_member_roles", `{"items": [`+plain+`]}`); got.Code != string(guardrails.CodeBadApproval) {
		t.Errorf("a list of the same: %s%s", got.Problem, got.JSON)
	}
	for i, same := range []string{
		fmt.Sprintf(`{"role":"moderator","member_id":%d}`, id),
		fmt.Sprintf(`{"member_id": "%d", "role": "moderator"}`, id),
		fmt.Sprintf(`{"member_id": %d.0, "role": "moderator"}`, id),
		fmt.Sprintf(`{"member_id": %d0e-1, "role": "moderator"}`, id),
		fmt.Sprintf(`{"member_\u0069d": %d, "role": "\u006doderator"}`, id),
		fmt.Sprintf(`{"member_id": %d, "role": " Moderator "}`, id),
	} {
		if got := s.approve(s.ask(tool, plain), tool, same); got.Problem != "" || s.sandbox.Changes() != i+1 {
			t.Errorf("approved %s, sent %s: %s", plain, same, got.Problem)
		}
	}
}

// A list that was approved is that list: nothing more, nothing else, and in
// that order.
func TestBulkRunsTheListThatWasApproved(t *testing.T) {
	s := newSandboxed(t)
	ids := s.newcomers(3)
	write := func(ids ...uint64) string { return asJSON(list(ids, nil)) }
	const tool = "bulk_ban_members"
	for _, different := range [][]uint64{{ids[0], ids[2]}, {ids[1], ids[0]}, {ids[0]}, ids, {ids[0], ids[1], s.sandbox.OwnerID()}} {
		if got := s.approve(s.ask(tool, write(ids[0], ids[1])), tool, write(different...)); got.Code != string(guardrails.CodeBadApproval) {
			t.Errorf("approved %v, sent %v: %s%s", ids[:2], different, got.Problem, got.JSON)
		}
	}
	question := s.ask(tool, write(ids[0], ids[1]))
	s.sandbox.DropMember(ids[1])
	if got := s.approve(question, tool, write(ids[0], ids[1])); got.Problem == "" {
		t.Errorf("one of them has left: %s", got.JSON)
	}
	if n := s.sandbox.Changes(); n != 0 {
		t.Errorf("%d things changed", n)
	}
}

// Who leaves stops the rest of a list, and never what was begun.
func TestBulkStopsWhereItsCallerLeft(t *testing.T) {
	s := newSandboxed(t)
	ids := s.newcomers(6)
	ctx, leave := context.WithCancel(t.Context())
	answer := s.catalogue.Call(ctx, "bulk_ban_members", guardrails.Request{
		Caller: guardrails.Caller{Principal: "test"}, Arguments: json.RawMessage(asJSON(list(ids, nil))), Approver: &person{decision: guardrails.Approved},
	}, func(done, _ int, _ string) {
		if done == 2 {
			leave()
		}
	})
	if s.sandbox.Changes() != 2 || !s.sandbox.IsBanned(ids[1]) || !strings.Contains(string(answer.JSON), `"not_done":4`) {
		t.Errorf("%d were banned: %s%s; want 2, and 4 left alone", s.sandbox.Changes(), answer.Problem, answer.JSON)
	}
}

// A list of which nothing came to pass is not in the journal as done.
func TestBulkThatDoesNothingIsNotDone(t *testing.T) {
	s := newSandboxed(t)
	if err := s.inject("POST /spaces/*/members 422"); err != nil {
		t.Fatal(err)
	}
	s.ok("bulk_add_space_members", list(s.newcomers(2), map[string]any{"space_id": s.sandbox.Notable().PaidSpace}))
	if entries, err := s.journal.Entries(t.Context(), store.Query{Limit: 1}); err != nil || entries[0].State != store.NotDone {
		t.Errorf("the journal says %v, %v", entries, err)
	}
}

// A name means what it meant when the person was asked.
func TestASpaceThatTakesAnothersNameIsAskedAbout(t *testing.T) {
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	spaces := s.member(n.Spammers[0]).Spaces
	s.sandbox.SetSpaceName(spaces[0], "The Attic")
	arguments := asJSON(map[string]any{"space_id": "The Attic", "member_id": n.Spammers[0]})
	question := s.ask("remove_space_member", arguments)
	s.sandbox.SetSpaceName(spaces[0], "Elsewhere")
	s.sandbox.SetSpaceName(spaces[1], "The Attic")
	if got := s.approve(question, "remove_space_member", arguments); got.Ask == nil || !slices.Contains(got.Ask.Changed, "space id") || s.sandbox.Changes() != 0 {
		t.Errorf("%s%s; want to be asked again", got.Problem, got.JSON)
	}
}

// TestQuestionsSayWhatIsAtStake wants in each question what a person would
// regret not to have read.
func TestQuestionsSayWhatIsAtStake(t *testing.T) {
	s := newSandboxed(t, small)
	n := s.sandbox.Notable()
	who := s.member(n.Spammers[0])
	post, _ := s.sandbox.PostByID(n.SpamPost)
	author := s.member(post.AuthorID)
	space, _ := s.sandbox.SpaceByID(n.AutoJoinSpace)
	event := s.ok("get_event", map[string]any{"event_id": n.UpcomingEvent})
	person := []string{who.FirstName, who.Email, fmt.Sprint(who.ID), "joined"}
	member := func(more map[string]any) map[string]any {
		merged := map[string]any{"member_id": who.ID}
		maps.Copy(merged, more)
		return merged
	}
	for _, test := range []struct {
		tool      string
		arguments map[string]any
		want      []string
	}{
		{"ban_member", member(map[string]any{"reason": "sells boats"}), append(person, "for good", "no unban", "are deleted", "sells boats", space.Name)},
		{"delete_member", member(nil), append(person, "cannot be restored", space.Name)},
		{"remove_member_from_network", member(nil), append(person, "plans are left as they are", "do not come back")},
		{"remove_member_from_network", member(map[string]any{"cancel_plans": true}), append(person, "and cancel their plans", "cannot be resumed")},
		{"set_member_role", member(map[string]any{"role": "host"}), append(person, "new role: host", "a host of the whole network", "can do everything")},
		{"set_member_role", member(map[string]any{"role": "contributor"}), append(person, "new role: contributor", "cannot put it back")},
		{"change_member_email", member(map[string]any{"email": "thief@example.org"}), append(person, "thief@example.org", "take the account over")},
		{"remove_space_member", member(map[string]any{"space_id": space.ID}), append(person, space.Name, fmt.Sprint(space.ID), "lose access")},
		{"delete_post", map[string]any{"post_id": post.ID}, []string{fmt.Sprint(post.ID), "with its comments", "cannot be restored", "as a new post", author.FirstName, fmt.Sprint(author.ID), "text"}},
		{"delete_event", map[string]any{"event_id": n.UpcomingEvent}, []string{fmt.Sprint(n.UpcomingEvent), event["title"].(string), event["starts_at"].(string), "RSVPs", "cannot be restored"}},
		{"announce_post", map[string]any{"space_id": n.AutoJoinSpace, "title": "Storm", "description": "<p>Stay in.</p>"}, []string{"Storm", "Stay in.", space.Name, fmt.Sprint(space.ID), "notify", "cannot be called back"}},
		{"bulk_set_member_roles", map[string]any{"items": []any{member(map[string]any{"role": "host"}), member(map[string]any{"role": "moderator"})}},
			append(person, "these 2", "a host of", "a moderator of", "new role host", "new role moderator", "can do everything")},
	} {
		text := s.ask(test.tool, asJSON(test.arguments)).Text()
		for _, want := range test.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s(%v) does not say %q:\n%s", test.tool, test.arguments, want, text)
			}
		}
	}
}

// Without knowing whose key it is, the server spares everybody.
func TestNobodyIsHarmedWhileTheOwnerIsUnknown(t *testing.T) {
	s := newGuarded(t, guardrails.Protector{}, sandbox.New(sandbox.Options{Members: few}))
	victims := s.grave()
	for _, fault := range []string{
		"GET /me 500", "GET /me 404", "GET /me 401", "GET /me bot-wall", "GET /me truncate", "GET /me reset", "GET /me envelope shape=empty",
		`GET /me 200 body='{"user":{},"network":{}}'`, `GET /me 200 body='{"user":{"id":0,"email":""},"network":{"id":4242}}'`, "GET /me 200 body='[]'",
	} {
		if err := s.inject(fault); err != nil {
			t.Fatal(err)
		}
		for _, tool := range []string{"ban_member", "change_member_email", "bulk_remove_space_members"} {
			asked := &person{decision: guardrails.Approved}
			if answer := s.callAs(asked, tool, victims[tool]); !strings.Contains(answer.Problem, "/me: ") || answer.Code == "breaker_open" || len(asked.asked) != 0 || s.sandbox.Changes() != 0 {
				t.Errorf("%s under %s: %s%s, asked %d times; want the look-up's error", tool, fault, answer.Problem, answer.JSON, len(asked.asked))
			}
		}
		s.sandbox.ClearFaults()
	}
}

// A failure to find out who the owner is does not stay.
func TestTheOwnerIsLookedUpAgain(t *testing.T) {
	s := newGuarded(t, guardrails.Protector{}, sandbox.New(sandbox.Options{Members: few}))
	if err := s.inject("GET /me 404 times=1"); err != nil {
		t.Fatal(err)
	}
	victim := s.grave()["ban_member"]
	s.problem("ban_member", victim)
	if answer := s.call("ban_member", map[string]any{"member_id": s.sandbox.OwnerID()}); answer.Code != string(guardrails.CodeProtected) {
		t.Errorf("the owner: %s%s", answer.Problem, answer.JSON)
	}
	s.ok("ban_member", victim)
}

func TestProtectedByAddressInAnySpelling(t *testing.T) {
	community := sandbox.New(sandbox.Options{Members: few})
	n := community.Notable()
	mixed, _ := community.MemberByID(n.MixedCaseEmail)
	moderator, _ := community.MemberByID(n.Moderator)
	s := newGuarded(t, guardrails.Protector{Emails: []string{strings.ToUpper(moderator.Email), "  " + strings.ToLower(mixed.Email) + " "}}, community)
	for _, id := range []uint64{n.Moderator, n.MixedCaseEmail} {
		for tool, arguments := range map[string]map[string]any{
			"ban_member": {"member_id": id}, "set_member_role": {"member_id": id, "role": "contributor"},
			"change_member_email":       {"member_id": id, "email": "thief@example.org"},
			"remove_space_member":       {"member_id": id, "space_id": n.AutoJoinSpace},
			"bulk_ban_members":          {"items": []any{map[string]any{"member_id": n.Spammers[0]}, map[string]any{"member_id": id}}},
			"bulk_remove_space_members": {"items": []any{map[string]any{"member_id": id, "space_id": n.AutoJoinSpace}}},
		} {
			if answer := s.call(tool, arguments); answer.Code != string(guardrails.CodeProtected) || community.Changes() != 0 {
				t.Errorf("%s of member %d: %s%s", tool, id, answer.Problem, answer.JSON)
			}
		}
	}
}

// The owner of each network's own key is the one who is safe there.
func TestEachNetworkHasItsOwnOwner(t *testing.T) {
	one, two := sandbox.New(sandbox.Options{Members: few}), sandbox.New(sandbox.Options{Members: few, Seed: 7})
	if !two.SetMemberEmail(two.OwnerID(), "other.owner@example.org") || one.OwnerID() == two.OwnerID() {
		t.Fatal("the two networks have the same owner, so this shows nothing")
	}
	s := newGuarded(t, guardrails.Protector{}, one, two)
	both := map[string]*sandbox.Sandbox{"one": one, "two": two}
	for range 2 { // the second time from memory
		for network, community := range both {
			answer := s.call("ban_member", map[string]any{"network": network, "member_id": community.OwnerID()})
			if answer.Code != string(guardrails.CodeProtected) {
				t.Errorf("the owner of network %s: %s%s", network, answer.Problem, answer.JSON)
			}
		}
	}
	victim := two.Notable().Spammers[0]
	question := s.ask("ban_member", asJSON(map[string]any{"network": "two", "member_id": victim}))
	for _, elsewhere := range []string{`{"member_id": %d}`, `{"network": "one", "member_id": %d}`} {
		if got := s.approve(question, "ban_member", fmt.Sprintf(elsewhere, victim)); got.Code != string(guardrails.CodeBadApproval) {
			t.Errorf("an approval for network two, used as %s: %s%s", elsewhere, got.Problem, got.JSON)
		}
	}
	if s.ok("ban_member", map[string]any{"network": "two", "member_id": victim}); !two.IsBanned(victim) || one.Changes() != 0 {
		t.Error("the ban did not happen in the network that was named")
	}
}

// A look that does not show the change proves nothing, and neither does one
// that shows half of it.
func TestLostAnswersAreNotTakenForDone(t *testing.T) {
	s := newGuarded(t, guardrails.Protector{}, sandbox.New(sandbox.Options{Members: few}))
	good := s.goodArguments()
	// Two looks are for the question and the check after it.
	for _, test := range []struct{ tool, write, read string }{
		{"ban_member", "POST /spaces/*/members/*/ban reset", "GET /members/* 500 skip=2"},
		{"ban_member", "POST /spaces/*/members/*/ban reset", "GET /members/* 403 skip=2"},
		{"ban_member", "POST /spaces/*/members/*/ban reset", "GET /members/* bot-wall skip=2"},
		{"delete_member", "DELETE /members/* 502", "GET /members/* 401 skip=2"},
		{"delete_member", "DELETE /members/* 502", "GET /members/* 404 html skip=2"},
		{"delete_post", "DELETE /posts/* 500", "GET /posts/* 500 skip=2"},
		{"delete_event", "DELETE /events/* 504", "GET /events/* truncate skip=2"},
		{"remove_space_member", "DELETE /spaces/*/members/* reset", "GET /spaces/*/members/* envelope shape=empty skip=2"},
		{"remove_member_from_network", "DELETE /members/*/network_membership 500", "GET /members/* 429 skip=2"},
	} {
		for _, fault := range []string{test.write, test.read} {
			if err := s.inject(fault); err != nil {
				t.Fatal(err)
			}
		}
		s.leavesOpen(test.tool, good[test.tool])
		s.sandbox.ClearFaults()
	}
	n := s.sandbox.Notable()
	who, post := s.member(n.Spammers[0]), n.SpamPost
	present, _ := s.sandbox.PostByID(post)
	if err := s.inject("PATCH * reset"); err != nil {
		t.Fatal(err)
	}
	s.leavesOpen("update_member", map[string]any{"member_id": who.ID, "first_name": who.FirstName, "last_name": "Other"})
	s.leavesOpen("update_member", map[string]any{"member_id": who.ID, "first_name": "Other", "last_name": who.LastName})
	s.leavesOpen("update_post", map[string]any{"post_id": post, "title": present.Title, "description": "other"})
	s.leavesOpen("update_post", map[string]any{"post_id": post, "title": "other", "description": present.Description})
	s.leavesOpen("change_member_email", map[string]any{"member_id": who.ID, "email": "other@example.org"})
}

// leavesOpen calls a tool that cannot know what came of it, and wants it said
// and written down.
func (s *sandboxed) leavesOpen(tool string, arguments map[string]any) {
	s.t.Helper()
	answer := s.call(tool, arguments)
	entries, err := s.journal.Entries(s.t.Context(), store.Query{Limit: 1})
	if answer.Code != "outcome_unknown" || s.sandbox.Changes() != 0 || err != nil || entries[0].State != store.Unknown {
		s.t.Errorf("%s(%v): %s%s; the journal says %v, %v; want it open", tool, arguments, answer.Problem, answer.JSON, entries, err)
	}
}

// What a deed destroys is in the journal before it is gone.
func TestTheJournalKeepsWhatIsLost(t *testing.T) {
	s := newSandboxed(t)
	n, ids := s.sandbox.Notable(), s.newcomers(4)
	made := s.ok("create_post", map[string]any{"space_id": s.postSpace(), "title": "T", "description": "D"})["result"].(map[string]any)
	for _, test := range []struct {
		tool      string
		arguments map[string]any
		want      []string
	}{
		{"change_member_email", map[string]any{"member_id": ids[0], "email": "new@example.org"}, []string{"email"}},
		{"update_member", map[string]any{"member_id": ids[0], "first_name": "New"}, []string{"first_name"}},
		{"ban_member", map[string]any{"member_id": ids[1]}, []string{"email", "first_name", "last_name"}},
		{"delete_member", map[string]any{"member_id": ids[2]}, []string{"email", "first_name", "last_name"}},
		{"remove_member_from_network", map[string]any{"member_id": ids[3]}, []string{"email", "first_name", "last_name"}},
		{"update_post", map[string]any{"post_id": made["id"], "title": "New"}, []string{"title"}},
		{"delete_post", map[string]any{"post_id": made["id"]}, []string{"title", "description", "space_id"}},
		{"bulk_delete_posts", map[string]any{"items": []any{map[string]any{"post_id": n.SpamPost}}}, []string{"items"}},
		{"delete_event", map[string]any{"event_id": n.UpcomingEvent}, []string{"event"}},
	} {
		s.ok(test.tool, test.arguments)
		entries, err := s.journal.Entries(t.Context(), store.Query{Limit: 1})
		if err != nil || len(entries) != 1 {
			t.Fatalf("%s: %v, %v", test.tool, entries, err)
		}
		for _, name := range test.want {
			if value := entries[0].Before[name]; value == nil || value == "" {
				t.Errorf("after %s the journal has no %s: %v", test.tool, name, entries[0].Before)
			}
		}
	}
}

// An obstacle that is met half way is known to have changed nothing.
func TestAnObstacleLeavesNothingOpen(t *testing.T) {
	s := newSandboxed(t, small)
	id := s.sandbox.Notable().Spammers[0]
	for _, space := range s.member(id).Spaces {
		s.ok("remove_space_member", map[string]any{"space_id": space, "member_id": id})
	}
	s.problem("ban_member", map[string]any{"member_id": id})
	if open, err := s.journal.Entries(t.Context(), store.Query{Limit: 10, States: []store.State{store.Begun, store.Unknown}}); err != nil || len(open) != 0 {
		t.Errorf("the journal holds open %v, %v", open, err)
	}
}

// What has an outward side effect unless it is told otherwise is told so.
func TestQuietIsSaidAloud(t *testing.T) {
	s := newSandboxed(t, small)
	good := s.goodArguments()
	for _, test := range []struct{ tool, want string }{
		{"create_post", "notify=false"}, {"update_post", "notify=false"}, {"announce_post", "notify=true"},
		{"create_member", `"send_welcome_email":false`},
		{"remove_member_from_network", "cancel_plans=false"}, // last: the spammer's posts go with them
	} {
		s.ok(test.tool, good[test.tool])
		requests := s.sandbox.Requests()
		last := requests[len(requests)-1]
		if sent := last.Query.Encode() + string(last.Body); !strings.Contains(sent, test.want) {
			t.Errorf("%s sends %s %s, want %s in it", test.tool, last.Method, sent, test.want)
		}
	}
}

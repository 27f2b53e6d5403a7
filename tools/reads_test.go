package tools_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

func TestReads(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()

	network := s.ok("get_network", nil)
	if network["subdomain"] != s.sandbox.Subdomain() || network["title"] == "" {
		t.Errorf("get_network = %v", network)
	}
	me := s.ok("get_current_user", nil)
	if user := me["user"].(map[string]any); user["id"] != float64(n.Owner) || user["admin"] != true || user["name"] == nil {
		t.Errorf("get_current_user = %v", me)
	}
	member := s.ok("get_member", map[string]any{"member_id": fmt.Sprint(n.Moderator)})
	if member["id"] != float64(n.Moderator) || member["email"] == nil || member["created_at"] == nil {
		t.Errorf("get_member with a numeric string = %v", member)
	}
	post := s.ok("get_post", map[string]any{"post_id": n.LatestPost})
	if post["creator_id"] == nil || strings.ContainsAny(fmt.Sprint(post["description"]), "<>") {
		t.Errorf("get_post = %v; want readable text", post)
	}
	if event := s.ok("get_event", map[string]any{"event_id": n.WeeklyEvent}); event["recurrence_rule"] == nil {
		t.Errorf("get_event = %v; want its recurrence", event)
	}
	if space := s.ok("get_space", map[string]any{"space_id": n.PaidSpace}); space["name"] == "" {
		t.Errorf("get_space = %v", space)
	}
	for tool, arguments := range map[string]map[string]any{
		"list_members": nil, "list_spaces": nil, "list_events": nil, "list_posts": {"space_id": s.postSpace()},
		"list_space_members": {"space_id": n.AutoJoinSpace},
	} {
		if items := s.ok(tool, arguments)["items"].([]any); len(items) == 0 {
			t.Errorf("%s is empty", tool)
		}
	}
}

// postSpace returns a space that has posts.
func (s *sandboxed) postSpace() uint64 {
	post, _ := s.sandbox.PostByID(s.sandbox.Notable().LatestPost)
	return post.SpaceID
}

func TestListsLeadThroughAllPages(t *testing.T) {
	s := newSandboxed(t)
	seen := map[float64]bool{}
	page := 1.0
	for page != 0 {
		result := s.ok("list_members", map[string]any{"page": page, "per_page": 40})
		if result["page"] != page || result["per_page"] != 40.0 {
			t.Fatalf("asked for page %v, got %v of %v", page, result["page"], result["per_page"])
		}
		for _, item := range result["items"].([]any) {
			seen[item.(map[string]any)["id"].(float64)] = true
		}
		next, more := result["next_page"].(float64)
		if !more && result["next_page"] != nil {
			t.Fatalf("next_page = %v", result["next_page"])
		}
		page = next
	}
	if len(seen) != s.sandbox.Members() {
		t.Errorf("the pages held %d members, want %d", len(seen), s.sandbox.Members())
	}
}

func TestLongListIsCutWithTheWayOn(t *testing.T) {
	s := newSandboxed(t)
	seen := map[float64]bool{}
	cuts := 0
	for page, perPage := 1.0, 100.0; page != 0; {
		answer := s.call("list_posts", map[string]any{"page": page, "per_page": perPage, "detail": "full"})
		if len(answer.JSON) > 80_000 {
			t.Fatalf("an answer of %d bytes", len(answer.JSON))
		}
		var result struct {
			Items             []struct{ ID float64 }
			Page, Per_page    float64
			Next_page         float64
			Note              string
			OtherFieldsIgnore any
		}
		if err := json.Unmarshal(answer.JSON, &result); err != nil {
			t.Fatal(err)
		}
		for _, item := range result.Items {
			seen[item.ID] = true
		}
		if result.Note != "" {
			cuts++
		}
		page, perPage = result.Next_page, result.Per_page
	}
	all := map[float64]bool{}
	for page := 1.0; page != 0; {
		result := s.ok("list_posts", map[string]any{"page": page, "per_page": 100})
		for _, item := range result["items"].([]any) {
			all[item.(map[string]any)["id"].(float64)] = true
		}
		page, _ = result["next_page"].(float64)
	}
	if cuts == 0 || len(seen) != len(all) {
		t.Errorf("%d cuts, %d of %d posts seen; want cuts and no post lost", cuts, len(seen), len(all))
	}
}

func TestFullDetailKeepsUnknownFields(t *testing.T) {
	s := newSandboxed(t)
	id := s.sandbox.Notable().Moderator
	concise := s.ok("get_member", map[string]any{"member_id": id})
	all := s.ok("get_member", map[string]any{"member_id": id, "detail": "full"})
	if _, there := all["last_visited_at"]; !there || len(all) <= len(concise) {
		t.Errorf("full detail = %v; want also fields that this program does not know", all)
	}
	if _, there := concise["last_visited_at"]; there {
		t.Error("concise detail shows fields that it need not")
	}
	for name := range concise {
		if all[name] == nil {
			t.Errorf("full detail lacks %s", name)
		}
	}
}

func TestFindMemberByEmail(t *testing.T) {
	s := newSandboxed(t)
	member, _ := s.sandbox.MemberByID(s.sandbox.Notable().MixedCaseEmail)
	found := s.ok("find_member_by_email", map[string]any{"email": "  " + strings.ToUpper(member.Email) + " "})
	if found["found"] != true || found["member"].(map[string]any)["id"] != float64(member.ID) {
		t.Errorf("find_member_by_email = %v; want member %d", found, member.ID)
	}
	if missing := s.ok("find_member_by_email", map[string]any{"email": "nobody@nowhere.example"}); missing["found"] != false || missing["member"] != nil {
		t.Errorf("a miss = %v; want found: false", missing)
	}
}

func TestNetworkStats(t *testing.T) {
	s := newSandboxed(t)
	s.sandbox.ResetRequests()
	stats := s.ok("get_network_stats", nil)
	spent := float64(len(s.sandbox.Requests()))
	if stats["members"] != float64(s.sandbox.Members()) || stats["spaces"] != float64(len(s.sandbox.Spaces())) || stats["complete"] != true {
		t.Errorf("get_network_stats = %v", stats)
	}
	if stats["requests"] != spent || spent != 4 {
		t.Errorf("it says %v requests, the sandbox counted %v; want 4 (three pages of members, one of spaces)", stats["requests"], spent)
	}

	s = newSandboxed(t)
	s.sandbox.ResetRequests()
	partial := s.ok("get_network_stats", map[string]any{"max_requests": 2})
	if partial["complete"] != false || partial["members"] != 100.0 || len(s.sandbox.Requests()) != 2 {
		t.Errorf("with 2 requests: %v after %d; want the first 100 members, said to be incomplete", partial, len(s.sandbox.Requests()))
	}

	exact := newSandboxed(t, func(o *setup) { o.sandbox.Members = 100 })
	if stats := exact.ok("get_network_stats", map[string]any{"max_requests": 2}); stats["complete"] != true || stats["members"] != 100.0 {
		t.Errorf("a last page that is full: %v; want it to be complete", stats)
	}
}

func TestRequestsAreCounted(t *testing.T) {
	s := newSandboxed(t)
	if answer := s.call("get_member", map[string]any{"member_id": s.sandbox.Notable().Owner}); answer.Requests != 1 {
		t.Errorf("get_member took %d requests, want 1", answer.Requests)
	}
	if err := s.inject("GET /members/* status=500 times=1"); err != nil {
		t.Fatal(err)
	}
	if answer := s.call("get_member", map[string]any{"member_id": s.sandbox.Notable().Owner}); answer.Requests != 2 || answer.Problem != "" {
		t.Errorf("with one failure %d requests (%s), want the repetition counted", answer.Requests, answer.Problem)
	}
}

func (s *sandboxed) inject(spec string) error {
	fault, err := sandbox.ParseFault(spec)
	if err == nil {
		s.sandbox.Inject(fault)
	}
	return err
}

// TestMemberTextIsCleaned reads what hostile members wrote, through every read
// that shows it, and finds no character that a person would not see.
func TestMemberTextIsCleaned(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	for _, detail := range []string{"concise", "full"} {
		for _, answer := range []tools.Answer{
			s.call("get_member", map[string]any{"member_id": n.HiddenTextAuthor, "detail": detail}),
			s.call("get_member", map[string]any{"member_id": n.Impersonator, "detail": detail}),
			s.call("get_post", map[string]any{"post_id": n.HiddenTextPost, "detail": detail}),
			s.call("list_posts", map[string]any{"per_page": 100, "detail": detail}),
			s.call("list_members", map[string]any{"per_page": 100, "detail": detail}),
			s.call("list_events", map[string]any{"per_page": 100, "detail": detail}),
			s.call("get_current_user", map[string]any{"detail": detail}),
		} {
			if answer.Problem != "" {
				t.Fatal(answer.Problem)
			}
			text := string(answer.JSON)
			for _, r := range text {
				// Emoji need joiners and variation selectors; nothing else
				// invisible has business here.
				if r == '\u200d' || r == '\ufe0f' || r == '\u200c' {
					continue
				}
				if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || (unicode.IsControl(r) && r != '\n') {
					t.Errorf("%s shows %U", detail, r)
				}
			}
			for _, hidden := range []string{"<!--", "display:none", "<script", "<span"} {
				if strings.Contains(text, hidden) {
					t.Errorf("%s shows %s", detail, hidden)
				}
			}
		}
	}
}

func TestEmptyAndNullFields(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	if post := s.ok("get_post", map[string]any{"post_id": n.UntitledPost, "detail": "full"}); post["title"] != nil {
		t.Errorf("a post without a title shows %v", post["title"])
	}
	if member := s.ok("get_member", map[string]any{"member_id": n.HiddenEmail}); member["email"] != nil {
		t.Errorf("a member without an e-mail shows %v", member["email"])
	}
}

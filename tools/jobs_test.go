package tools_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/mcp-mighty/mcp-mighty/tools"
)

func TestMemberActivityReport(t *testing.T) {
	s := newClocked(t, tools.Options{}, 350)
	out := s.costs(4, "get_member_activity_report", args("days", 60))
	since := now.AddDate(0, 0, -60)
	joined, total, byZone := 0.0, 0.0, map[string]float64{}
	for page := 1.0; page != 0; {
		list := s.ok("list_members", args("page", page, "per_page", 100, "detail", "full"))
		for _, item := range list["items"].([]any) {
			member := item.(map[string]any)
			at, err := time.Parse(time.RFC3339, member["created_at"].(string))
			if err != nil {
				t.Fatal(err)
			}
			total++
			byZone[member["time_zone"].(string)]++
			if !at.Before(since) {
				joined++
			}
		}
		page, _ = list["next_page"].(float64)
	}
	if out["total"] != total || out["joined"] != joined || joined == 0 || out["complete"] != true || out["since"] != since.Format(time.RFC3339) {
		t.Errorf("the report says %v of %v, want %v of %v", out["joined"], out["total"], joined, total)
	}
	weeks := out["joined_by_week"].([]any)
	sum := 0.0
	for _, week := range weeks {
		sum += week.(map[string]any)["joined"].(float64)
	}
	last := weeks[len(weeks)-1].(map[string]any)
	if sum != joined || len(weeks) < 9 || len(weeks) > 10 || last["week"] != "2026-W44" || last["starts"] != "2026-10-26" {
		t.Errorf("the weeks are %v; want a sum of %v", weeks, joined)
	}
	zones := out["top_time_zones"].([]any)
	if len(zones) != 10 || len(out["top_locations"].([]any)) != 10 {
		t.Errorf("%d time zones", len(zones))
	}
	most := 0.0
	for _, n := range byZone {
		most = max(most, n)
	}
	if first := zones[0].(map[string]any); first["members"] != most || byZone[first["name"].(string)] != most {
		t.Errorf("the first time zone is %v, want one with %v", first, most)
	}

	// What was read before stands until it is read anew.
	again := s.costs(2, "get_member_activity_report", args("fresh", true, "max_requests", 2))
	if again["complete"] != true || again["total"] != total || !strings.Contains(again["note"].(string), "has come to page 3") {
		t.Errorf("a part of the list read anew: %v", again)
	}
	part := newClocked(t, tools.Options{}, 350).costs(2, "get_member_activity_report", args("max_requests", 2))
	if part["complete"] != false || part["total"] != 200.0 || !strings.Contains(part["note"].(string), "first 200 members") {
		t.Errorf("a part of the list: %v", part)
	}
}

func ids(items any) []uint64 {
	all := []uint64{}
	for _, item := range items.([]any) {
		all = append(all, uint64(item.(map[string]any)["id"].(float64)))
	}
	return slices.Sorted(slices.Values(all))
}

func TestMemberProfile(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	n := s.sandbox.Notable()
	s.sandbox.ResetRequests()
	for _, id := range []uint64{n.PaidMember, n.Moderator, n.Spammers[0]} {
		out := s.ok("get_member_profile", args("member_id", id))
		want := s.member(id)
		if got := out["member"].(map[string]any); got["id"] != float64(id) || got["email"] != want.Email {
			t.Errorf("the member is %v", got)
		}
		for part, want := range map[string][]uint64{
			"spaces": want.Spaces, "plans": s.sandbox.MemberPlans(id), "tags": s.sandbox.MemberTags(id), "badges": s.sandbox.MemberBadges(id),
		} {
			if got := ids(out[part]); !slices.Equal(got, want) && len(got)+len(want) > 0 {
				t.Errorf("%s of %d are %v, want %v", part, id, got, want)
			}
		}
		for _, item := range out["answers"].([]any) {
			answer := item.(map[string]any)
			state, there := s.sandbox.AnswerOf(uint64(answer["custom_field_id"].(float64)), id)
			if !there || answer["text"] == nil && answer["options"] == nil || answer["title"] == "" {
				t.Errorf("answer %v of %d, want %+v", answer, id, state)
			}
		}
		if out["failed"] != nil || out["requests"].(float64) > 40 {
			t.Errorf("failed %v after %v requests", out["failed"], out["requests"])
		}
	}
	// Reports against the spammer as such and against what they wrote, none of
	// them ignored.
	kinds := map[string]bool{}
	spammer := s.ok("get_member_profile", args("member_id", n.Spammers[0]))
	for _, item := range spammer["open_reports"].([]any) {
		report := item.(map[string]any)
		about := report["about"].(map[string]any)
		kinds[about["type"].(string)] = true
		if report["ignored_at"] != nil {
			t.Errorf("an ignored report: %v", report)
		}
		if post, known := s.sandbox.PostByID(uint64(about["id"].(float64))); known && post.AuthorID != n.Spammers[0] {
			t.Errorf("a report on somebody else's post: %v", report)
		}
	}
	if !kinds["post"] || !kinds["member"] {
		t.Errorf("the spammer's reports are %v", spammer["open_reports"])
	}
	if got := s.ok("get_member_profile", args("member_id", n.LimitedMember))["open_reports"].([]any); len(got) != 0 {
		t.Errorf("somebody whom nobody reported has %v", got)
	}
	if s.sandbox.Changes() != 0 {
		t.Error("a profile changed something")
	}
}

func TestMemberProfileNamesWhatFailed(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	id := s.sandbox.Notable().PaidMember
	for _, fault := range []string{"GET /members/*/plans status=403", "GET /members/*/tags status=403", "GET /custom_fields/*/members/*/answers status=403"} {
		if err := s.inject(fault); err != nil {
			t.Fatal(err)
		}
	}
	out := s.ok("get_member_profile", args("member_id", id))
	parts := ""
	for _, item := range out["failed"].([]any) {
		parts += item.(map[string]any)["part"].(string) + ";"
	}
	if !strings.Contains(parts, "plans;") || !strings.Contains(parts, "tags;") || !strings.Contains(parts, "answer to custom field") || strings.Contains(parts, "badges") {
		t.Errorf("what failed is %s", parts)
	}
	if len(out["spaces"].([]any)) == 0 || len(out["plans"].([]any)) != 0 {
		t.Errorf("the rest is %v", out)
	}
	s.sandbox.ResetRequests()
	if answer := s.problem("get_member_profile", args("member_id", 1)); answer.Code != "not_found" || answer.Requests != 1 {
		t.Errorf("nobody: %s after %d requests", answer.Problem, answer.Requests)
	}
}

func TestMemberProfileIsBounded(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	s.sandbox.ResetRequests()
	out := s.ok("get_member_profile", args("member_id", s.sandbox.Notable().Spammers[0], "max_requests", 15))
	if n := len(s.sandbox.Requests()); n > 15 || out["requests"] != float64(n) {
		t.Errorf("%d requests, it says %v", n, out["requests"])
	}
	if note, _ := out["note"].(string); !strings.Contains(note, "author was not looked up") {
		t.Errorf("what was cut is not said: %q", note)
	}
}

func TestModerationQueue(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	n := s.sandbox.Notable()
	out := s.ok("list_moderation_queue", args("per_page", 50, "max_requests", 200))
	items := out["items"].([]any)
	if out["total"] != float64(len(items)) || out["complete"] != true || out["open"].(float64) >= out["total"].(float64) || len(items) < 10 {
		t.Fatalf("the queue is %v", out)
	}
	wasOpen, last := true, ""
	onAuthor := map[float64]float64{}
	types := map[string]bool{}
	for _, item := range items {
		report := item.(map[string]any)
		open := report["ignored_at"] == nil
		at := report["created_at"].(string)
		if open && !wasOpen || open == wasOpen && last != "" && at > last {
			t.Errorf("%s (open %v) comes after %s (open %v)", at, open, last, wasOpen)
		}
		wasOpen, last = open, at
		about := report["about"].(map[string]any)
		types[about["type"].(string)] = true
		author, _ := report["author"].(map[string]any)
		if reporter := report["reporter"].(map[string]any); reporter["name"] == nil {
			t.Errorf("the reporter is %v", reporter)
		}
		switch about["type"] {
		case "post":
			post, there := s.sandbox.PostByID(uint64(about["id"].(float64)))
			if there && (author["id"] != float64(post.AuthorID) || about["text"] == nil) || !there && about["state"] != "gone" {
				t.Errorf("about %v by %v, want %+v", about, author, post)
			}
		case "comment":
			comment, _ := s.sandbox.CommentByID(uint64(about["id"].(float64)))
			if author["id"] != float64(comment.AuthorID) || about["text"] == nil || about["post_id"] != float64(comment.PostID) {
				t.Errorf("about %v by %v, want %+v", about, author, comment)
			}
		case "member":
			if author["id"] != about["id"] || about["title"] == nil {
				t.Errorf("about %v by %v", about, author)
			}
		}
		if author != nil {
			onAuthor[author["id"].(float64)]++
		}
	}
	if !types["post"] || !types["comment"] || !types["member"] {
		t.Errorf("reports are about %v", types)
	}
	// The newest on the spammer counts all the others on them.
	newest := ""
	for _, item := range items {
		report := item.(map[string]any)
		if author, _ := report["author"].(map[string]any); author["id"] == float64(n.Spammers[0]) && report["created_at"].(string) > newest {
			newest = report["created_at"].(string)
			if report["earlier_reports"] != onAuthor[float64(n.Spammers[0])]-1 {
				t.Errorf("earlier reports: %v of %v", report["earlier_reports"], onAuthor[float64(n.Spammers[0])])
			}
		}
	}
	seen := map[string]int{}
	for _, request := range s.sandbox.Requests() {
		if seen[request.Path]++; seen[request.Path] > 1 {
			t.Errorf("%s was asked for twice", request.Path)
		}
		if request.Method != "GET" {
			t.Errorf("%s %s", request.Method, request.Path)
		}
	}
	if out["requests"] != float64(len(s.sandbox.Requests())) || out["note"] != nil {
		t.Errorf("it says %v requests of %d; note %v", out["requests"], len(s.sandbox.Requests()), out["note"])
	}
}

func TestModerationQueueIsPagedAndBounded(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	seen := map[float64]bool{}
	total := 0.0
	for page := 1.0; page != 0; {
		out := s.ok("list_moderation_queue", args("page", page, "per_page", 4, "max_requests", 100))
		for _, item := range out["items"].([]any) {
			seen[item.(map[string]any)["id"].(float64)] = true
		}
		total = out["total"].(float64)
		page, _ = out["next_page"].(float64)
	}
	if float64(len(seen)) != total {
		t.Errorf("the pages held %d of %v reports", len(seen), total)
	}

	// With the roster at hand people's names cost nothing.
	fresh := newClocked(t, tools.Options{}, 250)
	fresh.sandbox.ResetRequests()
	fresh.ok("list_moderation_queue", args("max_requests", 100))
	alone := len(fresh.sandbox.Requests())
	fresh.ok("search_members", args("name", "x"))
	fresh.sandbox.ResetRequests()
	fresh.ok("list_moderation_queue", args("max_requests", 100))
	if with := len(fresh.sandbox.Requests()); with >= alone-8 {
		t.Errorf("with the roster it took %d requests, without %d", with, alone)
	}

	tight := newClocked(t, tools.Options{}, 250)
	out := tight.costs(4, "list_moderation_queue", args("max_requests", 4))
	note, _ := out["note"].(string)
	if !strings.Contains(note, "max_requests was spent") || !strings.Contains(note, "earlier_reports may be too low") {
		t.Errorf("what is missing is not said: %q", note)
	}
	if err := tight.inject("GET /posts/* status=500"); err != nil {
		t.Fatal(err)
	}
	broken := tight.ok("list_moderation_queue", nil)
	if note, _ := broken["note"].(string); !strings.Contains(note, "ended by an error") || len(broken["items"].([]any)) != 10 {
		t.Errorf("with posts failing: %v", broken)
	}
}

// TestJobsCleanMemberText finds nothing invisible in what the jobs show of
// hostile members and reports.
func TestJobsCleanMemberText(t *testing.T) {
	s := newClocked(t, tools.Options{}, 250)
	n := s.sandbox.Notable()
	for _, answer := range []tools.Answer{
		s.call("search_members", args("joined_after", "2000-01-01", "per_page", 100, "page", 2)),
		s.call("search_members", args("name", "ingrid solberg")),
		s.call("get_member_profile", args("member_id", n.HiddenTextAuthor, "detail", "full")),
		s.call("get_member_profile", args("member_id", n.Impersonator, "detail", "full")),
		s.call("list_moderation_queue", args("per_page", 50, "detail", "full", "max_requests", 200)),
		s.call("get_member_activity_report", nil),
	} {
		if answer.Problem != "" {
			t.Fatal(answer.Problem)
		}
		for _, r := range string(answer.JSON) {
			if r != '\u200d' && r != '\ufe0f' && r != '\u200c' && (unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && r != '\n') {
				t.Errorf("%U is shown in %.200s", r, answer.JSON)
			}
		}
	}
}

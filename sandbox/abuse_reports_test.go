package sandbox

import (
	"slices"
	"testing"
)

func TestAbuseReports(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	ids := a.ids("/abuse_reports?per_page=7")
	if len(ids) < 15 || !slices.IsSortedFunc(ids, func(x, y uint64) int { return int(y) - int(x) }) {
		t.Errorf("reports %v are not newest first", ids)
	}
	kinds, about := map[string]int{}, map[string]int{}
	against, gone, last := 0, 0, "9"
	for _, item := range a.want("GET", "/abuse_reports?per_page=100", "", 200, "").decode(t)["items"].([]any) {
		r := item.(map[string]any)
		kinds[r["report_type"].(string)]++
		about[r["targetable_type"].(string)]++
		id := a.number(r, "targetable_id")
		author := id
		switch r["targetable_type"] {
		case "Post":
			p, there := a.box.PostByID(id)
			if author = p.AuthorID; !there {
				gone++
			}
		case "Comment":
			c, there := a.box.CommentByID(id)
			if author = c.AuthorID; !there || id != n.ReportedComment {
				t.Errorf("report about comment %d", id)
			}
		}
		if author == n.ReportedMember {
			against++
		}
		if _, ignored := r["ignored_at"]; ignored != (r["ignored_by_id"] != nil) || a.number(r, "id") == n.IgnoredReport && !ignored {
			t.Errorf("ignored by halves: %v", r)
		}
		if reporter, _ := a.box.MemberByID(a.number(r, "member_id")); reporter.Standing != "active" || author == reporter.ID {
			t.Errorf("reported by %+v: %v", reporter, r)
		}
		if at := r["created_at"].(string); at > last {
			t.Errorf("filed at %s, and listed after %s", at, last)
		} else {
			last = at
		}
	}
	if kinds["spam"] == 0 || kinds["offensive"] == 0 || kinds["impersonation"] == 0 || kinds["other"] == 0 || len(kinds) != 4 {
		t.Errorf("kinds %v", kinds)
	}
	if about["Post"] == 0 || about["Comment"] == 0 || about["User"] == 0 || len(about) != 3 {
		t.Errorf("about %v", about)
	}
	if against < 4 || gone != 1 {
		t.Errorf("%d reports against one person, %d about something that is gone", against, gone)
	}
	a.want("POST", "/abuse_reports", `{}`, 404, "")

	// Deleting what was reported leaves the reports.
	a.want("DELETE", path("/posts/%d/", n.ReportedPost), "", 204, "")
	if got := a.ids("/abuse_reports"); !slices.Equal(got, ids) {
		t.Errorf("reports %v after deleting a post, %v before", got, ids)
	}
}

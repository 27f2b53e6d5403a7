package tools_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// exporting is a sandbox with a folder for exports.
func exporting(t testing.TB, change ...func(*setup)) (*sandboxed, string) {
	t.Helper()
	dir := t.TempDir()
	return newSandboxed(t, append(change, func(o *setup) { o.exportDir = &dir })...), dir
}

// exported runs export_members and returns its result and the file.
func (s *sandboxed) exported(dir string, arguments map[string]any) (map[string]any, []byte) {
	s.t.Helper()
	result := s.ok("export_members", arguments)["result"].(map[string]any)
	content, err := os.ReadFile(filepath.Join(dir, result["path"].(string)))
	if err != nil {
		s.t.Fatal(err)
	}
	if result["bytes"] != float64(len(content)) {
		s.t.Errorf("the file has %d bytes, the result says %v", len(content), result["bytes"])
	}
	return result, content
}

func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestExportCSV(t *testing.T) {
	s, dir := exporting(t)
	result, content := s.exported(dir, nil)
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"id", "first_name", "last_name", "email", "member_type", "location", "created_at"}; !slices.Equal(rows[0], want) {
		t.Errorf("columns %v, want %v", rows[0], want)
	}
	if len(rows) != 251 || result["rows"] != 250.0 || result["complete"] != true || result["requests"] != 3.0 {
		t.Errorf("%d lines, %v; want a line for each of 250 members in 3 requests", len(rows), result)
	}
	if got, want := names(t, dir), []string{"members-harbour-20261101T120000-000Z.csv"}; !slices.Equal(got, want) {
		t.Errorf("the folder holds %v, want %v", got, want)
	}
	if info, err := os.Stat(filepath.Join(dir, result["path"].(string))); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file's rights are %v, %v; want them for its owner alone", info.Mode(), err)
	}
	if s.sandbox.Changes() != 0 {
		t.Error("the export changed something")
	}
}

func TestExportNDJSONWithFieldsAndFilters(t *testing.T) {
	s, dir := exporting(t)
	all := []string{"id", "name", "first_name", "last_name", "email", "member_type", "role", "location", "time_zone", "bio", "avatar", "permalink",
		"categories", "ambassador_level", "referral_count", "created_at", "updated_at", "last_visited_at"}
	result, content := s.exported(dir, map[string]any{"format": "ndjson", "fields": all, "member_type": "limited", "file_name": "limited"})
	if result["path"] != "limited.ndjson" || result["rows"].(float64) < 1 {
		t.Fatalf("%v", result)
	}
	for line := range strings.Lines(string(content)) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if len(row) != len(all) || row["member_type"] != "limited" {
			t.Errorf("row %v", row)
		}
	}
	search := s.ok("search_members", map[string]any{"joined_after": "2026-01-01", "joined_before": "2026-10-01", "email": "example", "per_page": 1})
	result, _ = s.exported(dir, map[string]any{"joined_after": "2026-01-01", "joined_before": "2026-10-01", "email": "example", "file_name": "a"})
	if result["rows"] != search["total"] {
		t.Errorf("%v exported, search_members finds %v", result["rows"], search["total"])
	}
	for _, filter := range []map[string]any{{"name": "a"}, {"location": "a"}} {
		result, _ := s.exported(dir, map[string]any{"name": filter["name"], "location": filter["location"], "file_name": fmt.Sprint("f", len(names(t, dir)))})
		if found := s.ok("search_members", filter)["total"]; result["rows"] != found || found == 0.0 || found == 250.0 {
			t.Errorf("%v: %v exported, search_members finds %v", filter, result["rows"], found)
		}
	}
}

// TestExportChoosesAsTheSearchDoes exports by what members belong to and hold.
func TestExportChoosesAsTheSearchDoes(t *testing.T) {
	s, dir := exporting(t)
	n := s.sandbox.Notable()
	tag := fmt.Sprint(s.ok("get_tag", map[string]any{"tag_id": n.Tag})["title"])
	for i, filters := range []map[string]any{
		{"space_id": n.PaidSpace},
		{"plan_id": n.FreePlan},
		{"space_id": n.AutoJoinSpace, "plan_id": n.FreePlan},
		{"tag_id": tag, "joined_before": "2026-01-01"},
		{"badge_id": n.Badge, "space_id": n.AutoJoinSpace, "name": "e"},
	} {
		find := maps.Clone(filters)
		find["max_requests"], find["per_page"] = 1000, 100
		search := s.ok("search_members", find)
		export := maps.Clone(filters)
		export["fields"], export["file_name"] = []string{"id"}, fmt.Sprint("f", i)
		result, content := s.exported(dir, export)
		if result["rows"] != search["total"] || result["rows"] == 0.0 || result["rows"] == 250.0 || result["complete"] != true {
			t.Errorf("%v: %v exported, search_members finds %v", filters, result, search["total"])
		}
		for _, row := range rowsOf(search) {
			if !bytes.Contains(content, fmt.Appendf(nil, "\n%.0f\n", row["id"])) {
				t.Errorf("%v: %v is missing", filters, row)
			}
		}
	}
	// Asking every member for a tag costs more than may be spent.
	result, _ := s.exported(dir, map[string]any{"badge_id": n.Badge, "max_requests": 5, "file_name": "few"})
	if result["complete"] != false || result["requests"].(float64) > 6 {
		t.Errorf("%v", result)
	}
	asked := &person{decision: guardrails.Declined}
	s.callAs(asked, "export_members", map[string]any{"tag_id": tag})
	if text := fmt.Sprint(asked.asked); !strings.Contains(text, "only with tag") || !strings.Contains(text, tag) || strings.Contains(text, "all members") {
		t.Errorf("the person is asked %s", text)
	}
}

func TestExportRefusesWhatItCannotDo(t *testing.T) {
	s, dir := exporting(t)
	answer := s.problem("export_members", map[string]any{"fields": []string{"email", "passwrod"}})
	if answer.Code != tools.CodeBadArguments || !strings.Contains(answer.Problem, "passwrod") || !strings.Contains(answer.Problem, "last_visited_at") {
		t.Errorf("an unknown field: %s", answer.Problem)
	}
	s.problem("export_members", map[string]any{"fields": []string{"email", "email"}})
	for _, name := range []string{"../out", "a/b", `a\b`, "/etc/x", "..", ".", ".hidden", "a.csv", "a.", "C:x", "x\x00", "ä", "-x", " x", "x\n", "con:", strings.Repeat("x", 81)} {
		if answer := s.problem("export_members", map[string]any{"file_name": name}); answer.Code != tools.CodeBadArguments {
			t.Errorf("file name %q: %s", name, answer.Problem)
		}
	}
	if got := names(t, dir); len(got) != 0 || len(s.sandbox.Requests()) != 0 {
		t.Errorf("the folder holds %v after %d requests", got, len(s.sandbox.Requests()))
	}

	none := ""
	for _, missing := range []*string{&none, ptr(filepath.Join(dir, "nowhere"))} {
		s := newSandboxed(t, func(o *setup) { o.exportDir = missing })
		asked := &person{decision: guardrails.Approved}
		answer := s.callAs(asked, "export_members", nil)
		if answer.Code != "not_possible" || !strings.Contains(answer.Problem, "export.dir") || !strings.Contains(answer.Problem, "Nothing was done") || len(asked.asked) != 0 {
			t.Errorf("folder %q: %s %s", *missing, answer.Code, answer.Problem)
		}
		if strings.Contains(answer.Problem, dir) {
			t.Errorf("the answer shows a path: %s", answer.Problem)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestExportOverwritesNothingAndFollowsNoLink(t *testing.T) {
	s, dir := exporting(t)
	outside := filepath.Join(t.TempDir(), "outside.csv")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, from string) {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Skip("this system makes no links:", err)
		}
	}
	write(filepath.Join(dir, "there.csv"), "old")
	link(outside, "dangling.csv")
	link(outside, "partial.csv.partial")
	// Links that stay in the folder are no better.
	link("there.csv", "inside.csv.partial")
	link("missing.csv", "loose.csv")
	write(filepath.Join(dir, "running.csv.partial"), "old")
	existing := filepath.Join(t.TempDir(), "existing.csv")
	write(existing, "old")
	link(existing, "existing.csv")
	before := names(t, dir)
	for _, name := range []string{"there", "dangling", "existing", "partial", "inside", "loose", "running"} {
		if answer := s.problem("export_members", map[string]any{"file_name": name}); answer.Code != "not_possible" {
			t.Errorf("%s: %s", name, answer.Problem)
		}
	}
	if n := len(s.sandbox.Requests()); n != 0 {
		t.Errorf("%d requests were spent on files that cannot be", n)
	}
	for _, path := range []string{filepath.Join(dir, "there.csv"), filepath.Join(dir, "running.csv.partial"), existing} {
		if content, err := os.ReadFile(path); err != nil || string(content) != "old" {
			t.Errorf("%s holds %q, %v", path, content, err)
		}
	}
	if _, err := os.Lstat(outside); err == nil {
		t.Error("a link led out of the folder")
	}
	if got := names(t, dir); !slices.Equal(got, before) {
		t.Errorf("the folder holds %v, before it was %v", got, before)
	}
}

// A file that appears under the name while the export runs stays as it is.
func TestExportLosesARace(t *testing.T) {
	s, dir := exporting(t)
	path := filepath.Join(dir, "raced.csv")
	answer := s.progressing("export_members", map[string]any{"file_name": "raced"}, func(int) {
		if err := os.WriteFile(path, []byte("theirs"), 0o600); err != nil {
			t.Error(err)
		}
	})
	content, err := os.ReadFile(path)
	if answer.Code != "not_possible" || err != nil || string(content) != "theirs" {
		t.Errorf("%s%s; the file holds %.20q, %v", answer.Problem, answer.JSON, content, err)
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("the folder holds %v", got)
	}
}

// progressing runs a tool and tells of its progress.
func (s *sandboxed) progressing(tool string, arguments map[string]any, progress func(done int)) tools.Answer {
	s.t.Helper()
	return s.progressingIn(s.t.Context(), tool, arguments, progress)
}

func (s *sandboxed) progressingIn(ctx context.Context, tool string, arguments map[string]any, progress func(done int)) tools.Answer {
	s.t.Helper()
	encoded, err := json.Marshal(arguments)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.catalogue.Call(ctx, tool, guardrails.Request{
		Arguments: encoded, Approver: &person{decision: guardrails.Approved},
	}, func(done, _ int, _ string) { progress(done) })
}

func TestExportCleansCells(t *testing.T) {
	s, dir := exporting(t)
	hostile := []string{`=HYPERLINK("http://evil.example")`, "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\u200b=1+1", " =1", `"=1+1`, "＝1+1", "a;=1+1", "a;\"-1"}
	for i, name := range hostile {
		s.ok("create_member", map[string]any{"email": fmt.Sprintf("h%d@hostile.example", i), "first_name": name, "last_name": "x, \"y\"\nz\u202e\U000E0041"})
	}
	result, content := s.exported(dir, map[string]any{"email": "@hostile.example", "fields": []string{"first_name", "last_name", "name"}})
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil || len(rows) != len(hostile)+1 || result["rows"] != float64(len(hostile)) {
		t.Fatalf("%d rows, %v: %s", len(rows), err, content)
	}
	if lines := bytes.Count(content, []byte("\n")); lines != len(rows) {
		t.Errorf("%d lines for %d rows: a cell has a line break", lines, len(rows))
	}
	for i, row := range rows[1:] {
		for _, cell := range row {
			start := strings.TrimLeft(cell, " \"")
			if strings.ContainsRune("=+-@＝\t", []rune(start)[0]) || strings.Contains(cell, ";=") || strings.Contains(cell, ";\"-") {
				t.Errorf("%q became the cell %q, which is a formula", hostile[i], cell)
			}
			if strings.ContainsAny(cell, "\u200b\u202e\U000E0041\r\t") {
				t.Errorf("%q has what nobody sees", cell)
			}
		}
	}
	// Data formats are for programs, which take a text for a text.
	_, content = s.exported(dir, map[string]any{"email": "h0@hostile.example", "format": "ndjson", "fields": []string{"first_name"}})
	if want := `{"first_name":"=HYPERLINK(\"http://evil.example\")"}` + "\n"; string(content) != want {
		t.Errorf("%s, want %s", content, want)
	}
	// The community's own hostile people, with all that they wrote.
	_, content = s.exported(dir, map[string]any{"fields": []string{"id", "bio", "name"}, "file_name": "bios"})
	for _, r := range string(content) {
		if r == '\u200b' || r == '\u202e' || r >= 0xE0000 && r <= 0xE007F || r < ' ' && r != '\n' {
			t.Fatalf("the file has the character %U", r)
		}
	}
}

func TestExportAsksAPersonWhoSeesWhatGoesWhere(t *testing.T) {
	s, dir := exporting(t)
	asked := &person{decision: guardrails.Declined}
	answer := s.callAs(asked, "export_members", map[string]any{"fields": []string{"email", "bio"}, "max_requests": 7, "location": "Lisbon", "file_name": "lisbon"})
	if answer.Code != string(guardrails.CodeDeclined) || len(asked.asked) != 1 {
		t.Fatalf("%s, asked %d times", answer.Problem, len(asked.asked))
	}
	text := asked.asked[0].Text()
	for _, want := range []string{"700", "email, bio", dir, "lisbon.csv", "Lisbon", "personal data"} {
		if !strings.Contains(text, want) {
			t.Errorf("the question does not say %q:\n%s", want, text)
		}
	}
	if got := names(t, dir); len(got) != 0 {
		t.Errorf("declined, and the folder holds %v", got)
	}
}

func TestExportOfAPartSaysSo(t *testing.T) {
	s, dir := exporting(t)
	whole := s.ok("export_members", map[string]any{"max_requests": 2})
	result := whole["result"].(map[string]any)
	if whole["status"] != "partial" || result["complete"] != false || result["rows"] != 200.0 || result["requests"] != 2.0 || len(names(t, dir)) != 1 {
		t.Errorf("%v", whole)
	}
}

func TestExportLeavesNothingBehindWhenItFails(t *testing.T) {
	t.Run("the API fails", func(t *testing.T) {
		s, dir := exporting(t)
		s.sandboxFailsAfter(1)
		if answer := s.problem("export_members", nil); !strings.Contains(answer.Problem, "Nothing was done") {
			t.Errorf("%s", answer.Problem)
		}
		if got := names(t, dir); len(got) != 0 {
			t.Errorf("the folder holds %v", got)
		}
	})
	t.Run("the caller leaves", func(t *testing.T) {
		s, dir := exporting(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		answer := s.progressingIn(ctx, "export_members", nil, func(int) { cancel() })
		if got := names(t, dir); len(got) != 0 || answer.Problem == "" || len(s.sandbox.Requests()) != 1 {
			t.Errorf("%s%s after %d requests; the folder holds %v", answer.Problem, answer.JSON, len(s.sandbox.Requests()), got)
		}
	})
	t.Run("half a file has another name", func(t *testing.T) {
		s, dir := exporting(t)
		s.progressing("export_members", map[string]any{"file_name": "half"}, func(done int) {
			if got := names(t, dir); !slices.Equal(got, []string{"half.csv.partial"}) && done < 250 {
				t.Errorf("while it is written the folder holds %v", got)
			}
		})
		if got := names(t, dir); !slices.Equal(got, []string{"half.csv"}) {
			t.Errorf("at the end the folder holds %v", got)
		}
	})
}

// sandboxFailsAfter lets the list of members fail from a page on.
func (s *sandboxed) sandboxFailsAfter(pages int) {
	s.t.Helper()
	if err := s.inject(fmt.Sprintf("GET /members status=403 skip=%d", pages)); err != nil {
		s.t.Fatal(err)
	}
}

// TestExportOfManyNeedsLittleMemory exports a large community. What is measured
// is what is still needed after a collection, beyond what the sandbox needs to
// be such a community.
func TestExportOfManyNeedsLittleMemory(t *testing.T) {
	const members, mebibyte = manyMembers, 1 << 20
	start := time.Now()
	s, dir := exporting(t, func(o *setup) {
		o.sandbox, o.withoutDirectory = sandbox.Options{Members: members, Now: func() time.Time { return now }}, true
	})
	t.Logf("the community took %s", time.Since(start))
	used := func() int64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return int64(stats.HeapAlloc)
	}
	before, most, reports := used(), int64(0), 0
	answer := s.progressing("export_members", nil, func(int) {
		if reports++; reports%50 == 0 {
			most = max(most, used()-before)
		}
	})
	if answer.Problem != "" || reports != members/100 || !strings.Contains(string(answer.JSON), `"complete":true`) {
		t.Fatalf("%s%s after %d reports", answer.Problem, answer.JSON, reports)
	}
	file, err := os.Open(filepath.Join(dir, names(t, dir)[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := 0
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		lines++
	}
	t.Logf("%d members: %.1f MiB more on the heap, in %s", lines-1, float64(most)/mebibyte, time.Since(start))
	if lines != members+1 || most > 12*mebibyte {
		t.Errorf("%d lines, %.1f MiB more on the heap; want %d and less than 12", lines, float64(most)/mebibyte, members+1)
	}
}

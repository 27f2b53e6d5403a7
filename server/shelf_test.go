package server

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

// exported lets a caller export over modern HTTP, with approval, and returns
// the links to what they got.
func exported(t *testing.T, from *rawHTTP, arguments map[string]any) []string {
	t.Helper()
	call := callParams("export_members", arguments)
	asked := from.callModern("export_members", call, canForm).last()
	state, _ := asked.Result["requestState"].(string)
	if state == "" {
		t.Fatalf("no question: %+v", asked)
	}
	question, _ := json.Marshal(asked.Result["inputRequests"])
	mustContain(t, string(question), "resources that it can read")
	call["requestState"] = state
	call["inputResponses"] = map[string]any{approvalID: map[string]any{"action": "accept", "content": map[string]any{"approve": true}}}
	got := from.callModern("export_members", call, canForm).last()
	if got.isError() {
		t.Fatalf("export: %+v", got)
	}
	var links []string
	for _, each := range got.Result["content"].([]any) {
		if content := each.(map[string]any); content["type"] == "resource_link" {
			links = append(links, content["uri"].(string))
		}
	}
	if len(links) == 0 || !strings.Contains(got.text(), links[0]) {
		t.Fatalf("no links in %+v", got)
	}
	return links
}

// readAt reads a resource over modern HTTP. It returns its text, or the error.
func readAt(from *rawHTTP, uri string) (text, problem string) {
	from.t.Helper()
	got := from.do("POST", "/mcp", message(2, "resources/read", modern(map[string]any{"uri": uri}, canNone)), modernHeaders("resources/read", uri)).last()
	if contents, ok := got.Result["contents"].([]any); ok && len(contents) == 1 {
		return contents[0].(map[string]any)["text"].(string), ""
	}
	encoded, _ := json.Marshal(got)
	return "", string(encoded)
}

// TestAnExportIsForWhoMadeIt reads an export over HTTP as its owner, as another
// caller, under a guessed address, and too late.
func TestAnExportIsForWhoMadeIt(t *testing.T) {
	clock := newClock()
	w := newWorld(t, withTeam, func(s *setup) { s.options.Now, s.sandbox = clock.now, sandbox.Options{} })
	maria, bot := w.rawHTTP().as(t, mariasToken), w.rawHTTP().as(t, botsToken)
	links := exported(t, maria, map[string]any{"fields": []string{"id", "first_name", "bio"}})

	text, problem := readAt(maria, links[0])
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if problem != "" || err != nil || len(rows) < 200 || strings.Join(rows[0], ",") != "id,first_name,bio" {
		t.Fatalf("%d rows, %v, %.200s", len(rows), err, problem)
	}
	for _, r := range text {
		if r >= 0xE0000 && r <= 0xE007F || r >= 0x202A && r <= 0x202E || r == 0x200B {
			t.Errorf("what cannot be seen is in the resource: %U", r)
		}
	}
	if strings.Contains(text, "display:none") {
		t.Error("hidden HTML is in the resource")
	}

	if text, _ := readAt(bot, links[0]); text != "" {
		t.Errorf("another caller reads it: %.100s", text)
	}
	guessed := strings.Replace(links[0], links[0][len(shelfURI):len(shelfURI)+26], strings.Repeat("A", 26), 1)
	if text, _ := readAt(maria, guessed); text != "" {
		t.Errorf("a guessed address leads to %.100s", text)
	}
	list := maria.do("POST", "/mcp", message(3, "resources/list", modern(map[string]any{}, canNone)), modernHeaders("resources/list", "")).last()
	if listed, _ := json.Marshal(list); strings.Contains(string(listed), "exports/") || list.Result == nil {
		t.Errorf("the list of resources has %s", listed)
	}

	clock.wind(shelfLifetime)
	if text, problem := readAt(maria, links[0]); text != "" || !strings.Contains(problem, "15 minutes") {
		t.Errorf("after its time: %.100s%s", text, problem)
	}
	if n := len(w.server.shelf.exports); n != 0 || w.server.shelf.bytes != 0 {
		t.Errorf("%d exports of %d bytes stay in memory", n, w.server.shelf.bytes)
	}
	if strings.Contains(w.log.String(), links[0][len(shelfURI):len(shelfURI)+26]) {
		t.Error("the address is in the log")
	}
}

// TestTheOldestExportGoes holds an owner to a number of exports.
func TestTheOldestExportGoes(t *testing.T) {
	w := newWorld(t, withTeam)
	maria := w.rawHTTP().as(t, mariasToken)
	var first []string
	for range shelfExports + 1 {
		first = append(first, exported(t, maria, map[string]any{})[0])
	}
	for i, link := range first {
		if text, _ := readAt(maria, link); (text == "") != (i == 0) {
			t.Errorf("export %d of %d: %.60q", i+1, len(first), text)
		}
	}
}

// TestAnExportOfManyComesInParts holds each part to a size, and all rows to come.
func TestAnExportOfManyComesInParts(t *testing.T) {
	w := newWorld(t, withTeam, func(s *setup) { s.sandbox.Members = 6_000 })
	maria := w.rawHTTP().as(t, mariasToken)
	links := exported(t, maria, map[string]any{"format": "ndjson", "fields": []string{"id", "name", "email", "location", "permalink", "created_at", "bio"}})
	if len(links) < 2 {
		t.Fatalf("%d parts", len(links))
	}
	ids := map[uint64]bool{}
	for _, link := range links {
		text, problem := readAt(maria, link)
		if problem != "" || len(text) > 600<<10 {
			t.Fatalf("%d bytes, %.200s", len(text), problem)
		}
		for line := range strings.Lines(text) {
			var row struct{ ID uint64 }
			if err := json.Unmarshal([]byte(line), &row); err != nil || ids[row.ID] {
				t.Fatalf("%v, %d came twice: %v", err, row.ID, ids[row.ID])
			}
			ids[row.ID] = true
		}
	}
	if len(ids) != w.sandbox.Members() {
		t.Errorf("%d members came of %d", len(ids), w.sandbox.Members())
	}
}

// TestASessionsExportIsItsOwn reads over the handshake era, where a caller has
// sessions.
func TestASessionsExportIsItsOwn(t *testing.T) {
	w := newWorld(t)
	mine, other := w.rawHTTP(), w.rawHTTP()
	mine.open(canForm)
	other.open(canForm)
	links, _, err := (&ownShelf{&w.server.shelf, shelfOwner{principalHTTP, digestOf(mine.session)}}).Put([]tools.ExportPart{{Name: "a-1.csv", MIMEType: "text/csv", Text: []byte("id\n1\n")}})
	if err != nil {
		t.Fatal(err)
	}
	for who, from := range map[string]*rawHTTP{"mine": mine, "other": other} {
		got := from.do("POST", "/mcp", message(5, "resources/read", map[string]any{"uri": links[0].URI}), header("Mcp-Session-Id", from.session))
		if has := strings.Contains(got.body, `id\n1\n`); got.status != http.StatusOK || has != (who == "mine") {
			t.Errorf("%s: %d %s", who, got.status, got.body)
		}
	}
}

// TestTheShelfIsBounded refuses what there is no room for, and takes it again
// when there is.
func TestTheShelfIsBounded(t *testing.T) {
	clock := newClock()
	s := &shelf{now: clock.now}
	t.Cleanup(s.clear)
	large := []tools.ExportPart{{Name: "a-1.csv", Text: make([]byte, shelfRoom)}}
	put := func(i int) error {
		_, _, err := (&ownShelf{s, shelfOwner{principal: fmt.Sprint("caller ", i)}}).Put(large)
		return err
	}
	fit := shelfTotal / shelfRoom
	for i := range fit {
		if err := put(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := put(fit); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Errorf("one more: %v", err)
	}
	clock.wind(shelfLifetime + time.Second)
	s.sweepLater()
	if s.bytes != 0 || s.sweeper != nil {
		t.Errorf("%d bytes stay", s.bytes)
	}
	if err := put(0); err != nil {
		t.Error(err)
	}
}

// TestStdioExportsIntoTheFolder: who shares the disk gets a file, and here
// learns that no folder is set.
func TestStdioExportsIntoTheFolder(t *testing.T) {
	w := newWorld(t)
	lines := w.rawStdio()
	lines.open(canForm)
	lines.send(message(1, "tools/call", callParams("export_members", map[string]any{})))
	got := lines.next()
	mustContain(t, got.text(), "export.dir")
}

package tools_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/privacy"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
)

var maskAll = privacy.Mask{Email: true, Name: true, Location: true}

// secret begins every name, address and place of a disguised community, and
// no masked form of one holds it.
const secret = "quokka"

func disguise(id uint64) sandbox.Persona {
	return sandbox.Persona{
		Email: fmt.Sprintf("quokkamail%d@quokkahost%d.example", id, id), First: fmt.Sprintf("Quokkafirst%d", id), Last: fmt.Sprintf("Quokkalast%d", id),
		Location: fmt.Sprintf("Quokkatown%d, Quokkaland", id), TimeZone: "Quokka/Zone",
		Bio: fmt.Sprintf("<p>Mail quokkamail%d@quokkahost%d.example!</p>", id, id),
	}
}

// disguised is a community of which every name, address and place is known.
type disguised struct {
	*sandboxed
	log    *bytes.Buffer
	crm    *crmStub
	folder string
}

func newDisguised(t *testing.T, mask privacy.Mask) *disguised {
	t.Helper()
	d := &disguised{log: new(bytes.Buffer), crm: newCRMStub(t), folder: t.TempDir()}
	d.sandboxed = newSandboxed(t, small, func(o *setup) {
		o.mask, o.log, o.crm, o.exportDir, o.front = mask, d.log, d.crm.client(t), &d.folder, gossip
	})
	d.sandbox.Recast(disguise)
	return d
}

// gossip stands before the API: it answers what it refuses with somebody's
// address.
func gossip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Refuse") != "" || strings.Contains(r.URL.Path, "/777777") {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprint(w, `{"error":"Email quokkagossip@quokkahost.example has already been taken","errors":[{"detail":"ask quokkaother@quokkahost.example"},{"detail":"or quokkamore@quokkahost.example"}]}`)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// everything drives a tool, with good arguments and with a target about which
// the API gossips, and returns all that leaves the server by it. What the
// caller itself said is not counted in what a person is asked, nor in the
// journal of it: a person has to see what they approve.
func (d *disguised) everything(tool tools.Tool) map[string]string {
	d.t.Helper()
	var arguments []map[string]any
	if tool.Risk.Acts() {
		if strings.HasPrefix(tool.Name, "remove_") && strings.HasSuffix(tool.Name, "_reaction") {
			add := strings.Replace(tool.Name, "remove", "add", 1)
			d.ok(add, d.goodArguments()[add])
		}
		arguments = []map[string]any{d.goodArguments()[tool.Name]}
	} else {
		good := d.readArguments(tool.Name)
		full := maps.Clone(good)
		full["detail"] = "full"
		arguments = []map[string]any{good, full}
	}
	gossiped := maps.Clone(arguments[0])
	for name := range gossiped {
		if strings.HasSuffix(name, "_id") {
			gossiped[name] = 777777
		}
	}
	arguments = append(arguments, gossiped)
	if items, ok := gossiped["items"].([]any); ok {
		item := maps.Clone(items[0].(map[string]any))
		for name := range item {
			if strings.HasSuffix(name, "_id") {
				item[name] = 777777
			}
		}
		gossiped["items"] = []any{item}
	}
	out := map[string]string{}
	if tool.Risk.NeedsApproval() {
		answer := d.callAs(nobody{}, tool.Name, arguments[0])
		out["result of what waits"] = without(string(answer.JSON), fmt.Sprint(arguments[0]))
		out["problem of what waits"] = answer.Problem
	}
	for i, in := range arguments {
		asked := &person{decision: guardrails.Approved}
		answer := d.callAs(asked, tool.Name, in)
		out[fmt.Sprint("result ", i)] = string(answer.JSON)
		out[fmt.Sprint("problem ", i)] = answer.Problem
		said := fmt.Sprint(in)
		for _, q := range asked.asked {
			form, _ := json.Marshal(q.Form())
			view, _ := json.Marshal(q.Preview.View())
			out[fmt.Sprint("question ", i)] += without(q.Text()+string(form)+string(view), said)
		}
		entries, err := d.journal.Entries(d.t.Context(), store.Query{Limit: 10})
		if err != nil {
			d.t.Fatal(err)
		}
		for _, entry := range entries {
			before, _ := json.Marshal(entry.Before)
			undo, _ := json.Marshal(entry.Undo)
			out[fmt.Sprint("journal ", i)] += without(string(before)+string(undo)+entry.Note, said)
		}
	}
	for i, kept := range d.recorded() {
		encoded, _ := json.Marshal(kept)
		out[fmt.Sprint("record ", i)] = without(string(encoded), fmt.Sprint(arguments))
	}
	out["log"] = d.log.String()
	files, err := filepath.Glob(filepath.Join(d.folder, "*"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			d.t.Fatal(err)
		}
		out["file"] += string(content)
	}
	d.crm.mu.Lock()
	defer d.crm.mu.Unlock()
	records, _ := json.Marshal(d.crm.records)
	out["records"] = string(records)
	return out
}

// without takes the words that begin with the secret out of a text, where they
// are in said too.
func without(text, said string) string {
	for _, word := range strings.FieldsFunc(said, func(r rune) bool { return strings.ContainsRune("[]: ,\"{}", r) }) {
		if strings.HasPrefix(strings.ToLower(word), secret) {
			text = strings.ReplaceAll(text, word, "")
		}
	}
	return text
}

func leaks(text string) (found string, leaking bool) {
	i := strings.Index(strings.ToLower(text), secret)
	if i < 0 {
		return "", false
	}
	return text[max(0, i-60):min(len(text), i+60)], true
}

// TestMaskedEverywhere masks names, addresses and locations, drives every tool
// to its success and into a failure, and finds none of them in anything that
// leaves the server. Without the mask they are there, so that the test cannot
// pass because nobody looked.
func TestMaskedEverywhere(t *testing.T) {
	notUnderRace(t)
	shown := map[string]int{}
	masked := 0
	for _, tool := range newSandboxed(t, small).catalogue.All() {
		if tool.Toolset == "workspace" {
			continue // see TestWorkspaceUsersAreMasked
		}
		t.Run(tool.Name, func(t *testing.T) {
			for where, text := range newDisguised(t, maskAll).everything(tool) {
				masked++
				if found, leaking := leaks(text); leaking {
					t.Errorf("%s: …%s…", where, found)
				}
			}
			for where, text := range newDisguised(t, privacy.Mask{}).everything(tool) {
				if _, leaking := leaks(text); leaking {
					kind, _, _ := strings.Cut(where, " ")
					shown[kind]++
				}
			}
		})
	}
	t.Logf("%d texts without a name, address or place; with them and no mask: %v", masked, shown)
	for kind, least := range map[string]int{"result": 40, "problem": 40, "question": 20, "journal": 5, "record": 20, "file": 1, "records": 1} {
		if shown[kind] < least {
			t.Errorf("without the mask %d of kind %s show something, want %d at least: this test no longer looks", shown[kind], kind, least)
		}
	}
}

func TestWorkspaceUsersAreMasked(t *testing.T) {
	for mask, want := range map[privacy.Mask]bool{{}: true, maskAll: false} {
		s := newSandboxed(t, small, func(o *setup) { o.mask = mask })
		result := string(s.call("list_workspace_users", map[string]any{"limit": 100, "detail": "full"}).JSON)
		for _, user := range s.workspace.Users()[:20] {
			for _, part := range append(strings.Fields(user.Name), user.Email) {
				if strings.Contains(result, `"`+part) != want && strings.Contains(result, part) != want {
					t.Errorf("masked %v: %s", mask, part)
				}
			}
		}
	}
}

// TestMaskOfOneKind masks each kind alone.
func TestMaskOfOneKind(t *testing.T) {
	for _, tt := range []struct {
		mask  privacy.Mask
		gone  []string
		there []string
	}{
		{privacy.Mask{Email: true}, []string{"quokkamail"}, []string{"Quokkafirst", "Quokkalast", "Quokkatown", "Quokka/Zone"}},
		{privacy.Mask{Name: true}, []string{"quokkafirst", "quokkalast"}, []string{"quokkamail", "Quokkatown"}},
		{privacy.Mask{Location: true}, []string{"quokkatown", "quokkaland", "quokka/zone"}, []string{"quokkamail", "Quokkafirst", "Quokkalast"}},
	} {
		d := newDisguised(t, tt.mask)
		result := string(d.call("get_member", map[string]any{"member_id": d.sandbox.Notable().Moderator, "detail": "full"}).JSON)
		for _, word := range tt.gone {
			if strings.Contains(strings.ToLower(result), word) {
				t.Errorf("%v: %s is there: %s", tt.mask, word, result)
			}
		}
		for _, word := range tt.there {
			if !strings.Contains(result, word) {
				t.Errorf("%v: %s is not there: %s", tt.mask, word, result)
			}
		}
	}
}

// TestMaskedPartsCannotBeSearched: who has a whole address finds its owner;
// nobody finds out an address, a name or a place by asking for parts of it.
func TestMaskedPartsCannotBeSearched(t *testing.T) {
	d := newDisguised(t, maskAll)
	moderator := d.sandbox.Notable().Moderator
	for _, tool := range []string{"search_members", "export_members", "sync_members_to_crm"} {
		for argument, value := range map[string]string{"name": "q", "email": "quokkamail", "location": "Quokka"} {
			answer := d.problem(tool, map[string]any{argument: value})
			if answer.Code != tools.CodeBadArguments || !strings.Contains(answer.Problem, "masked") || !strings.Contains(answer.Problem, argument) {
				t.Errorf("%s by %s: %s", tool, argument, answer.Problem)
			}
		}
		// Together with what is not masked it is refused too.
		if answer := d.problem(tool, map[string]any{"member_type": "full", "email": "@"}); !strings.Contains(answer.Problem, "masked") {
			t.Errorf("%s: %s", tool, answer.Problem)
		}
		if answer := d.call(tool, map[string]any{"member_type": "limited"}); answer.Problem != "" {
			t.Errorf("%s by what is not masked: %s", tool, answer.Problem)
		}
	}
	found := d.ok("find_member_by_email", map[string]any{"email": disguise(moderator).Email})
	member := found["member"].(map[string]any)
	if found["found"] != true || member["id"] != float64(moderator) || member["email"] != "q…@q…" || member["first_name"] != "Q." || member["location"] != nil {
		t.Errorf("find_member_by_email = %v", found)
	}
	if near := d.ok("find_member_by_email", map[string]any{"email": "q…@q…"}); near["found"] != false {
		t.Errorf("by the masked form: %v", near)
	}
}

// TestMaskedAreProtectedByID: with masked addresses all look alike, and nobody
// is protected, or left unprotected, for that.
func TestMaskedAreProtectedByID(t *testing.T) {
	d := newDisguised(t, maskAll)
	n := d.sandbox.Notable()
	if answer := d.problem("ban_member", map[string]any{"member_id": n.Owner}); answer.Code != string(guardrails.CodeProtected) {
		t.Errorf("the owner: %s", answer.Problem)
	}
	d.ok("ban_member", map[string]any{"member_id": n.Spammers[0]})
	if !d.sandbox.IsBanned(n.Spammers[0]) {
		t.Error("a spammer counts as protected, because their address looks like the owner's")
	}
	listed := newSandboxed(t, small, func(o *setup) { o.mask, o.protectedEmails = maskAll, []string{disguise(n.Spammers[1]).Email} })
	listed.sandbox.Recast(disguise)
	if answer := listed.problem("ban_member", map[string]any{"member_id": n.Spammers[1]}); answer.Code != string(guardrails.CodeProtected) {
		t.Errorf("listed by their address: %s", answer.Problem)
	}
}

// TestMaskedIsNotWrittenBack: a masked value never takes the place of what it
// stands for, by an undo or by somebody who changes a text that they read.
// TestWhatACallWasGivenIsKeptAsGiven holds what the configuration says of the
// journal: what was there before is masked in it, and what the caller brought
// is not.
func TestWhatACallWasGivenIsKeptAsGiven(t *testing.T) {
	d := newDisguised(t, privacy.Mask{Email: true})
	d.ok("change_member_email", map[string]any{"member_id": d.sandbox.Notable().Spammers[0], "email": "given@brought.example"})
	entry := d.newest()
	if !strings.Contains(string(entry.Arguments), "given@brought.example") {
		t.Errorf("the call cannot be settled by its arguments %s", entry.Arguments)
	}
	if kept := asText(entry.Before) + asText(entry.Undo) + entry.Note; strings.Contains(kept, "quokkamail") || strings.Contains(kept, "brought") || !strings.Contains(kept, "…@") {
		t.Errorf("beside the arguments the journal has %s", kept)
	}
	for _, record := range d.recorded() {
		if text := asText(record); strings.Contains(text, "given@") || strings.Contains(text, "quokkamail") {
			t.Errorf("the trail has %s", text)
		}
	}
	example, err := os.ReadFile("../config/example.yaml")
	if err != nil || !strings.Contains(string(example), "What a call itself was given stays as given") {
		t.Errorf("the configuration's example does not say so: %v", err)
	}
}

func TestMaskedIsNotWrittenBack(t *testing.T) {
	d := newDisguised(t, maskAll)
	n := d.sandbox.Notable()
	preview := &person{decision: guardrails.Approved}
	d.ok("update_member", map[string]any{"member_id": n.Moderator, "first_name": "New"})
	if undo := d.lastUndo(); undo != nil {
		t.Errorf("a change of a masked name can be undone: %v", undo)
	}
	d.ok("create_post", map[string]any{"space_id": d.postSpace(), "title": "T"})
	if d.lastUndo() == nil {
		t.Error("what has nothing masked in it cannot be undone")
	}
	d.sandbox.SetPost(n.CommentedPost, "Title", "<p>Write to quokkamail@quokkahost.example</p>")
	read := d.ok("get_post", map[string]any{"post_id": n.CommentedPost})["description"]
	if read != "Write to q…@q…" {
		t.Fatalf("get_post = %v", read)
	}
	changes := d.sandbox.Changes()
	for _, text := range []any{read, "Write to q…@q… today", "a…@e…"} {
		answer := d.callAs(preview, "update_post", map[string]any{"post_id": n.CommentedPost, "description": text})
		if !strings.Contains(answer.Problem, "masked") || !strings.Contains(answer.Problem, "Nothing was done") {
			t.Errorf("%v: %s%s", text, answer.Problem, answer.JSON)
		}
	}
	answer := d.send("update_post", fmt.Sprintf(`{"post_id":%d,"description":"q\u2026\u0040q\u2026"}`, n.CommentedPost), nil)
	if !strings.Contains(answer.Problem, "masked") {
		t.Errorf("escaped: %s%s", answer.Problem, answer.JSON)
	}
	if d.sandbox.Changes() != changes {
		t.Error("something was changed")
	}
	d.ok("update_post", map[string]any{"post_id": n.CommentedPost, "description": "New"})
	if undo := d.lastUndo(); undo != nil {
		t.Errorf("the undo would write a masked address: %v", undo)
	}
	if read := newDisguised(t, privacy.Mask{}).call("update_post", map[string]any{"post_id": n.CommentedPost, "title": "a…@e…"}); read.Problem != "" {
		t.Errorf("without a mask it is a text like others: %s", read.Problem)
	}
}

// TestMaskedExportSaysSo: what goes out masked says so, to who asks and to who
// approves.
func TestMaskedExportSaysSo(t *testing.T) {
	for _, tool := range []string{"export_members", "sync_members_to_crm"} {
		d := newDisguised(t, privacy.Mask{Email: true, Location: true})
		asked := &person{decision: guardrails.Approved}
		answer := d.callAs(asked, tool, nil)
		const says = "e-mail addresses, locations and time zones"
		if !strings.Contains(string(answer.JSON), says) || !strings.Contains(asked.asked[0].Text(), "- masked: "+says) {
			t.Errorf("%s: %s\n%s%s", tool, asked.asked[0].Text(), answer.JSON, answer.Problem)
		}
		plain := newDisguised(t, privacy.Mask{}).call(tool, nil)
		if strings.Contains(string(plain.JSON), "masked") {
			t.Errorf("%s without a mask: %s", tool, plain.JSON)
		}
	}
}

// TestUndoOfWhatIsMaskedNow finds an action in the journal that was done before
// names were masked: it is neither shown nor undone.
func TestUndoOfWhatIsMaskedNow(t *testing.T) {
	for mask, undone := range map[privacy.Mask]bool{{}: true, maskAll: false} {
		d := newDisguised(t, mask)
		id := d.sandbox.Notable().Moderator
		arguments, _ := json.Marshal(map[string]any{"member_id": id, "first_name": disguise(id).First})
		action, err := d.journal.Begin(t.Context(), store.Start{Intent: store.Intent{
			At: now, Deadline: now, Tool: "update_member", Risk: "write", Network: "harbour", Principal: "test", Role: "local",
			Arguments: arguments, Before: map[string]any{"first_name": "Quokkaformer", "name": "Quokkaformer"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		undo := &store.Undo{
			Tool:      "update_member",
			Arguments: map[string]any{"member_id": id, "first_name": "Quokkaformer"}, After: map[string]any{"first_name": disguise(id).First},
		}
		if err := d.journal.Finish(t.Context(), action, store.Ending{At: now, State: store.Done, Undo: undo}, store.Event{At: now, Kind: "ended"}); err != nil {
			t.Fatal(err)
		}
		listed := d.call("list_recent_actions", nil)
		answer := d.call("undo_action", map[string]any{"action_id": action})
		if done := answer.Problem == ""; done != undone || strings.Contains(answer.Problem, "masked") == undone {
			t.Errorf("masked %v: %s%s", mask.On(), answer.Problem, answer.JSON)
		}
		if _, leaking := leaks(string(listed.JSON) + answer.Problem + string(answer.JSON)); leaking == mask.On() {
			t.Errorf("masked %v: %s\n%s%s", mask.On(), listed.JSON, answer.Problem, answer.JSON)
		}
	}
}

// TestMaskedInvitesAreFoundByTheirAddress: who has the whole address of an
// invite can change it and take it back.
func TestMaskedInvitesAreFoundByTheirAddress(t *testing.T) {
	d := newDisguised(t, maskAll)
	invite := d.sandbox.Notable().PendingInvite
	named := func(more map[string]any) map[string]any {
		arguments := map[string]any{"invite_id": invite, "email": disguise(invite).Email}
		maps.Copy(arguments, more)
		return arguments
	}
	d.ok("update_invite", named(map[string]any{"recipient_first_name": "New"}))
	if undo := d.lastUndo(); undo != nil {
		t.Errorf("the undo would write a masked name: %v", undo)
	}
	if answer := d.problem("delete_invite", map[string]any{"invite_id": invite, "email": disguise(invite + 1).Email}); answer.Code != "not_possible" {
		t.Errorf("by another address: %s", answer.Problem)
	}
	d.ok("delete_invite", named(nil))
	if _, there := d.sandbox.InviteByID(invite); there {
		t.Error("the invite is still there")
	}
}

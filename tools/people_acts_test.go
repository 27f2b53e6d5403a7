package tools_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

// acted runs an acting tool that must succeed and returns its own result.
func (s *sandboxed) acted(tool string, arguments map[string]any) map[string]any {
	s.t.Helper()
	result, _ := s.ok(tool, arguments)["result"].(map[string]any)
	return result
}

// question runs a tool, with approval, and returns what the person read.
func (s *sandboxed) question(tool string, arguments map[string]any) string {
	s.t.Helper()
	asked := &person{decision: guardrails.Approved}
	if answer := s.callAs(asked, tool, arguments); answer.Problem != "" || len(asked.asked) != 1 {
		s.t.Fatalf("%s: %s; asked %d times", tool, answer.Problem, len(asked.asked))
	}
	return asked.asked[0].Text()
}

func contains(t testing.TB, text string, wants ...any) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, fmt.Sprint(want)) {
			t.Errorf("the question does not say %q:\n%s", fmt.Sprint(want), text)
		}
	}
}

func TestPlanMembers(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	at := map[string]any{"plan_id": n.NonpaidPlan, "member_id": n.Spammers[0]}
	if added := s.acted("add_plan_member", at); added["invitation_sent"] != false || !slices.Contains(s.sandbox.MemberPlans(n.Spammers[0]), n.NonpaidPlan) {
		t.Errorf("add_plan_member = %v", added)
	}
	s.undo()
	if slices.Contains(s.sandbox.MemberPlans(n.Spammers[0]), n.NonpaidPlan) {
		t.Error("the undo left the plan")
	}
	text := s.question("remove_plan_member", map[string]any{"plan_id": n.PaidPlan, "member_id": n.PaidMember})
	contains(t, text, n.PaidMember, s.member(n.PaidMember).Email, n.PaidPlan, "EUR", "stripe", "joined")
	if order, _ := s.sandbox.SubscriptionState(n.Subscription); !order.Canceled || order.Active || slices.Contains(s.sandbox.MemberPlans(n.PaidMember), n.PaidPlan) {
		t.Errorf("remove_plan_member left the subscription %+v", order)
	}
	if mail := s.sandbox.Outbox(); len(mail) != 0 {
		t.Errorf("somebody got mail: %+v", mail)
	}
}

func TestArchivePlan(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	holders := s.sandbox.PlanMembers(n.PaidPlan)
	text := s.question("archive_plan", map[string]any{"plan_id": n.PaidPlan})
	contains(t, text, fmt.Sprintf("members who hold it: %d", len(holders)), "no un-archive", "subscription", n.PaidPlan)
	if order, _ := s.sandbox.SubscriptionState(n.Subscription); !s.sandbox.PlanArchived(n.PaidPlan) || order.Active || len(s.sandbox.PlanMembers(n.PaidPlan)) != 0 {
		t.Errorf("archive_plan left the subscription %+v", order)
	}
	if again := s.problem("archive_plan", map[string]any{"plan_id": n.PaidPlan}); again.Code != "validation" {
		t.Errorf("archiving twice: %s", again.Problem)
	}
}

func TestCancelSubscription(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	result := s.acted("cancel_subscription", map[string]any{"subscription_id": n.Subscription})
	if order, _ := s.sandbox.SubscriptionState(n.Subscription); !order.Canceled || !order.Active || result["when"] != "end_of_billing_cycle" || result["access_until"] == nil {
		t.Errorf("cancelling by default left %+v: %v", order, result)
	}
	s = newSandboxed(t)
	text := s.question("cancel_subscription", map[string]any{"subscription_id": n.Subscription, "when": "now"})
	contains(t, text, "at once", n.Subscription, n.PaidMember, s.member(n.PaidMember).Email, "paid until", "EUR")
	if order, _ := s.sandbox.SubscriptionState(n.Subscription); !order.Canceled || order.Active {
		t.Errorf("cancelling now left %+v", order)
	}
}

func TestCancelPurchase(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	text := s.question("cancel_purchase", map[string]any{"purchase_id": n.Purchase, "immediate": true})
	contains(t, text, n.Purchase, n.OneName, "at once", "bought")
	if order, _ := s.sandbox.PurchaseState(n.Purchase); order.Active || slices.Contains(s.sandbox.MemberPlans(n.OneName), n.OneTimePlan) {
		t.Errorf("cancel_purchase left %+v", order)
	}
}

func TestInvites(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	made := s.acted("create_invite", map[string]any{"recipient_email": "guest@example.org", "sender_id": n.Moderator})
	id := uint64(made["invite"].(map[string]any)["id"].(float64))
	if state, _ := s.sandbox.InviteByID(id); made["mail_sent"] != true || state.Email != "guest@example.org" || state.SenderID != n.Moderator || len(s.sandbox.Outbox()) != 1 {
		t.Errorf("create_invite made %+v, mailed %+v", state, s.sandbox.Outbox())
	}
	at := map[string]any{"invite_id": id, "email": "GUEST@example.org"}
	changed := s.acted("update_invite", map[string]any{"invite_id": id, "email": "guest@example.org", "recipient_last_name": "Guest", "sender_id": n.SecondHost})
	if state, _ := s.sandbox.InviteByID(id); changed["mail_sent"] != "unknown" || state.SenderID != n.SecondHost {
		t.Errorf("update_invite left %+v: %v", state, changed)
	}
	s.undo()
	if state, _ := s.sandbox.InviteByID(id); state.SenderID != n.Moderator {
		t.Errorf("the undo left %+v", state)
	}
	s.ok("delete_invite", at)
	if _, there := s.sandbox.InviteByID(id); there || len(s.sandbox.Outbox()) != 1 {
		t.Errorf("delete_invite left the invite, or mailed: %+v", s.sandbox.Outbox())
	}
	if missing := s.problem("delete_invite", at); missing.Code != "not_possible" {
		t.Errorf("an invite that is gone: %s", missing.Problem)
	}
}

func TestPlanInvitesMailEachTime(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	text := s.question("create_plan_invite", map[string]any{"plan_id": n.PaidPlan, "member_id": n.Moderator, "message": "You earned it"})
	contains(t, text, n.Moderator, "You earned it", "cannot be called back")
	s.ok("create_plan_invite", map[string]any{"plan_id": n.PaidPlan, "email": "plan@example.org"})
	if resent := s.acted("resend_plan_invite", map[string]any{"plan_id": n.PaidPlan, "invite_id": n.PendingPlanInvite}); resent["mail_sent"] != true || len(s.sandbox.Outbox()) != 3 {
		t.Errorf("three mails were sent for, got %+v", s.sandbox.Outbox())
	}
	s.ok("revoke_plan_invite", map[string]any{"plan_id": n.PaidPlan, "invite_id": n.PendingPlanInvite})
	if _, there := s.sandbox.InviteByID(n.PendingPlanInvite); there || len(s.sandbox.Outbox()) != 3 {
		t.Error("revoke_plan_invite left the invite, or mailed")
	}
}

func TestSendPasswordReset(t *testing.T) {
	s := newSandboxed(t)
	id := s.sandbox.Notable().Moderator
	if sent := s.acted("send_password_reset", map[string]any{"member_id": id}); sent["mail_sent"] != true {
		t.Errorf("send_password_reset = %v", sent)
	}
	if mail := s.sandbox.Outbox(); len(mail) != 1 || mail[0].MemberID != id {
		t.Errorf("the mail is %+v", mail)
	}
}

// TestLabels makes, changes, gives, takes and deletes a tag and a badge.
func TestLabels(t *testing.T) {
	for kind, held := range map[string]func(*sandboxed, uint64) []uint64{
		"tag":   func(s *sandboxed, id uint64) []uint64 { return s.sandbox.MemberTags(id) },
		"badge": func(s *sandboxed, id uint64) []uint64 { return s.sandbox.MemberBadges(id) },
	} {
		t.Run(kind, func(t *testing.T) {
			s := newSandboxed(t)
			n := s.sandbox.Notable()
			member, ref := n.Spammers[0], kind+"_id"
			label := map[string]any{"title": "Rower", "description": "Rows", "color": "#010203"}
			if kind == "badge" {
				label["avatar_id"] = n.AvatarAsset
			}
			id := s.acted("create_"+kind, label)["id"]
			on := map[string]any{ref: id, "member_id": member}
			s.ok("update_"+kind, map[string]any{ref: id, "title": "Sailor", "color": ""})
			if got := s.ok("get_"+kind, map[string]any{ref: "Sailor"}); got["description"] != "Rows" || got["color"] != nil {
				t.Errorf("update_%s left %v", kind, got)
			}
			s.undo()
			if got := s.ok("get_"+kind, map[string]any{ref: id}); got["title"] != "Rower" || got["color"] != "#010203" {
				t.Errorf("the undo of update_%s left %v", kind, got)
			}
			number := uint64(id.(float64))
			s.ok("add_member_"+kind, on)
			if !slices.Contains(held(s, member), number) {
				t.Errorf("add_member_%s gave nothing", kind)
			}
			s.ok("remove_member_"+kind, on)
			if slices.Contains(held(s, member), number) {
				t.Errorf("remove_member_%s took nothing", kind)
			}
			s.undo()
			if !slices.Contains(held(s, member), number) {
				t.Errorf("the undo of remove_member_%s gave nothing", kind)
			}
			text := s.question("delete_"+kind, map[string]any{ref: id})
			contains(t, text, "Rower", "members who have it: 1", "obody can tell afterwards who had it")
			if slices.Contains(held(s, member), number) {
				t.Errorf("delete_%s left it on a member", kind)
			}
			if mail := s.sandbox.Outbox(); len(mail) != 0 {
				t.Errorf("somebody got mail: %+v", mail)
			}

			again := s.acted("create_"+kind, label)["id"]
			s.undo()
			if answer := s.problem("get_"+kind, map[string]any{ref: again}); answer.Code != "not_found" {
				t.Errorf("the undo of create_%s left it", kind)
			}
		})
	}
}

func TestSetBadgeAvatar(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	before := s.ok("get_badge", map[string]any{"badge_id": n.Badge})["avatar_url"]
	text := s.question("set_badge_avatar", map[string]any{"badge_id": n.Badge, "avatar_id": n.AvatarAsset})
	contains(t, text, before, n.AvatarAsset)
	if after := s.ok("get_badge", map[string]any{"badge_id": n.Badge})["avatar_url"]; after == before {
		t.Errorf("the picture is still %v", after)
	}
}

func TestCustomFields(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	made := s.acted("create_custom_field", map[string]any{
		"title": "Boats", "response_type": "dropdown_multi_select", "privacy": "admin", "response_by": "hosts_only",
		"options": []string{"Dinghy", "Kayak"}, "allow_ad_hoc": true, "max_responses": 2,
	})
	id := uint64(made["id"].(float64))
	state, _ := s.sandbox.FieldByID(id)
	if state.Title != "Boats" || state.Privacy != "admin" || state.ResponseBy != "hosts_only" || !state.AllowAdHoc || state.MaxResponses != 2 || len(state.Options) != 2 {
		t.Errorf("create_custom_field made %+v", state)
	}
	s.undo()
	if _, there := s.sandbox.FieldByID(id); there {
		t.Error("the undo of create_custom_field left it")
	}

	before, _ := s.sandbox.FieldByID(n.UnpublishedField)
	s.ok("update_custom_field", map[string]any{"custom_field_id": n.UnpublishedField, "title": "Potluck"})
	if got, _ := s.sandbox.FieldByID(n.UnpublishedField); got.Title != "Potluck" {
		t.Errorf("update_custom_field left %+v", got)
	}
	s.undo()
	if got, _ := s.sandbox.FieldByID(n.UnpublishedField); !cmp.Equal(before, got) {
		t.Errorf("after the undo (-want +got):\n%s", cmp.Diff(before, got))
	}
	s.ok("set_custom_field_details", map[string]any{"custom_field_id": n.UnpublishedField, "status": "visible", "description": "Bring it", "primary": true})
	if got, _ := s.sandbox.FieldByID(n.UnpublishedField); got.Status != "visible" || got.Description != "Bring it" || !got.Primary || got.Title != before.Title {
		t.Errorf("set_custom_field_details left %+v", got)
	}
	if notices := s.sandbox.Outbox(); len(notices) != 0 {
		t.Errorf("somebody was notified: %+v", notices)
	}
	s.ok("set_custom_field_details", map[string]any{"custom_field_id": n.UnpublishedField, "status": "hidden"})
	announced := s.acted("announce_custom_field", map[string]any{"custom_field_id": n.UnpublishedField})
	if notices := s.sandbox.Outbox(); announced["notify_all_members"] != true || len(notices) != 1 || notices[0].CustomFieldID != n.UnpublishedField {
		t.Errorf("announce_custom_field notified %+v", notices)
	}
	s.ok("delete_custom_field", map[string]any{"custom_field_id": n.ShortTextField})
	if _, there := s.sandbox.AnswerOf(n.ShortTextField, n.Moderator); there {
		t.Error("delete_custom_field left an answer")
	}
}

func TestCustomFieldOptions(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	made := s.acted("create_custom_field_option", map[string]any{"custom_field_id": n.SingleSelectField, "title": "Glass"})
	option := map[string]any{"custom_field_id": n.SingleSelectField, "option_id": made["id"]}
	s.undo()
	if answer := s.problem("get_custom_field_option", option); answer.Code != "not_found" {
		t.Errorf("the undo left the option: %s", answer.Problem)
	}
	option["option_id"] = n.FieldOption
	before := s.ok("get_custom_field_option", option)
	s.ok("update_custom_field_option", map[string]any{"custom_field_id": n.SingleSelectField, "option_id": n.FieldOption, "title": "Timber", "description": "Any"})
	if got := s.ok("get_custom_field_option", option); got["title"] != "Timber" || got["description"] != "Any" {
		t.Errorf("update_custom_field_option left %v", got)
	}
	s.undo()
	if got := s.ok("get_custom_field_option", option); !cmp.Equal(before, got) {
		t.Errorf("after the undo (-want +got):\n%s", cmp.Diff(before, got))
	}
	text := s.question("delete_custom_field_option", option)
	contains(t, text, fmt.Sprintf("members who chose it: %v", before["member_count"]))
	if answer, there := s.sandbox.AnswerOf(n.SingleSelectField, n.Moderator); there {
		t.Errorf("the option is still chosen: %+v", answer)
	}
	contains(t, s.question("delete_custom_field_option", map[string]any{"custom_field_id": n.TagField, "option_id": n.SpareTag}), "the network's tags")
}

func TestMemberAnswers(t *testing.T) {
	s := newSandboxed(t)
	n := s.sandbox.Notable()
	text := map[string]any{"custom_field_id": n.ShortTextField, "member_id": n.Moderator, "text": "Measure again."}
	picked := map[string]any{"custom_field_id": n.SingleSelectField, "member_id": n.Moderator, "segment_ids": []uint64{n.FieldOption + 1}}
	for _, set := range []map[string]any{text, picked} {
		field := set["custom_field_id"].(uint64)
		before, _ := s.sandbox.AnswerOf(field, n.Moderator)
		s.ok("set_member_answer", set)
		if got, _ := s.sandbox.AnswerOf(field, n.Moderator); got.Text == before.Text && slices.Equal(got.Options, before.Options) {
			t.Errorf("set_member_answer left %+v", got)
		}
		s.undo()
		if got, _ := s.sandbox.AnswerOf(field, n.Moderator); !cmp.Equal(before, got) {
			t.Errorf("after the undo (-want +got):\n%s", cmp.Diff(before, got))
		}
	}

	text["member_id"] = n.Owner
	s.ok("set_member_answer", text)
	if undo := s.lastUndo(); undo.Tool != "delete_member_answer" || undo.Arguments["text"] != nil {
		t.Errorf("the inverse of a first answer is %+v", undo)
	}
	s.undo()
	if got, there := s.sandbox.AnswerOf(n.ShortTextField, n.Owner); there {
		t.Errorf("after the undo there is %+v", got)
	}
	contains(t, s.question("delete_member_answer", map[string]any{"custom_field_id": n.ShortTextField, "member_id": n.Moderator}),
		"Read it twice", s.member(n.Moderator).Email)
	if _, there := s.sandbox.AnswerOf(n.ShortTextField, n.Moderator); there {
		t.Error("delete_member_answer left the answer")
	}
}

// TestUploads sends files from the operator's folder, and nothing from outside
// of it.
func TestUploads(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	content := []byte(strings.Repeat("picture ", 200))
	for path, data := range map[string][]byte{
		filepath.Join(dir, "badges", "first.png"): content, filepath.Join(dir, "empty.png"): nil,
		filepath.Join(outside, "secret.txt"): []byte("secret"),
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	links := true
	for name, to := range map[string]string{"leak.txt": filepath.Join(outside, "secret.txt"), "leak": outside, "inside.png": filepath.Join("badges", "first.png")} {
		links = os.Symlink(to, filepath.Join(dir, name)) == nil && links
	}
	if err := truncate(filepath.Join(dir, "large.bin"), 25<<20+1); err != nil {
		t.Fatal(err)
	}
	s := newSandboxed(t, func(o *setup) { o.uploads = dir })
	for _, name := range []string{"../secret.txt", "badges/../../secret.txt", filepath.Join(outside, "secret.txt"), "leak.txt", "leak/secret.txt", "badges", "none.png", "empty.png", "large.bin", ".", "a\x00b"} {
		asked := &person{decision: guardrails.Approved}
		answer := s.callAs(asked, "upload_asset", map[string]any{"asset_style": "file", "asset_file": name})
		if answer.Code != "bad_arguments" || len(asked.asked) != 0 || strings.Contains(answer.Problem, dir) {
			t.Errorf("%q: %s %s%s", name, answer.Code, answer.Problem, answer.JSON)
		}
	}
	for _, address := range []string{"file:///etc/hosts", "ftp://example.org/a", "https://user:word@example.org/a", "https:///a", "example.org/a.png"} {
		if answer := s.problem("upload_asset", map[string]any{"asset_style": "file", "source_url": address}); answer.Code != "bad_arguments" {
			t.Errorf("%q: %s", address, answer.Problem)
		}
	}
	if n := len(s.sandbox.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}

	sum := sha256.Sum256(content)
	want := sandbox.AssetState{Style: "avatar", Name: "first.png", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
	names := []string{"badges/first.png"}
	if links {
		names = append(names, "inside.png")
	}
	for _, name := range names {
		contains(t, s.question("upload_asset", map[string]any{"asset_style": "avatar", "asset_file": name}), name, want.SHA256, "bytes: 1600")
	}
	made := s.acted("upload_asset", map[string]any{"asset_style": "avatar", "asset_file": names[0]})
	got, _ := s.sandbox.AssetByID(uint64(made["id"].(float64)))
	want.ID = got.ID
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the upload is not the file (-want +got):\n%s", diff)
	}
	s.ok("create_badge", map[string]any{"title": "From a file", "avatar_id": made["id"]})

	none := newSandboxed(t)
	if answer := none.problem("upload_asset", map[string]any{"asset_style": "file", "asset_file": "badges/first.png"}); answer.Code != "not_possible" || !strings.Contains(answer.Problem, "source_url") {
		t.Errorf("without a folder: %s", answer.Problem)
	}
	fetched := none.acted("upload_asset", map[string]any{"asset_style": "file", "source_url": "https://example.org/a.png"})
	if got, _ := none.sandbox.AssetByID(uint64(fetched["id"].(float64))); got.SourceURL != "https://example.org/a.png" {
		t.Errorf("by address: %+v", got)
	}
}

func truncate(path string, size int64) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Truncate(size)
}

// meddler approves after it has changed the file that it was asked about.
type meddler struct {
	person
	path string
}

func (m *meddler) Ask(ctx context.Context, q guardrails.Question) (guardrails.Answer, error) {
	if err := os.WriteFile(m.path, []byte("harmful!"), 0o600); err != nil {
		return guardrails.Answer{}, err
	}
	return m.person.Ask(ctx, q)
}

func TestUploadOfAFileThatChanged(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	if err := os.WriteFile(path, []byte("harmless"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newSandboxed(t, func(o *setup) { o.uploads = dir })
	meddling := &meddler{person: person{decision: guardrails.Approved}, path: path}
	s.callAs(meddling, "upload_asset", map[string]any{"asset_style": "file", "asset_file": "a.txt"})
	if len(meddling.asked) != 2 || !slices.Contains(meddling.asked[1].Changed, "sha-256") {
		t.Errorf("a file that changed while a person read is asked about again, by its sum: %+v", meddling.asked)
	}
}

func TestBulkLabels(t *testing.T) {
	for kind, held := range map[string]func(*sandboxed, uint64) []uint64{
		"tag":   func(s *sandboxed, id uint64) []uint64 { return s.sandbox.MemberTags(id) },
		"badge": func(s *sandboxed, id uint64) []uint64 { return s.sandbox.MemberBadges(id) },
	} {
		s := newSandboxed(t)
		ids := s.newcomers(5)
		label := map[string]uint64{"tag": s.sandbox.Notable().SpareTag, "badge": s.sandbox.Notable().SpareBadge}[kind]
		count := func() (n int) {
			for _, id := range ids {
				if slices.Contains(held(s, id), label) {
					n++
				}
			}
			return n
		}
		before := count()
		result := s.acted("bulk_add_member_"+kind+"s", list(ids, map[string]any{kind + "_id": label}))
		if count() != 5 || result["done"].(float64) != float64(5-before) {
			t.Errorf("%d have the %s, had %d: %v", count(), kind, before, result)
		}
		s.undo()
		if count() != before {
			t.Errorf("after the undo %d have the %s, want %d", count(), kind, before)
		}
	}
}

func TestBulkInvites(t *testing.T) {
	s := newSandboxed(t)
	var items []any
	for i := range 4 {
		items = append(items, map[string]any{"recipient_email": fmt.Sprintf("guest%d@example.org", i)})
	}
	text := s.question("bulk_create_invites", map[string]any{"items": items})
	contains(t, text, "guest0@example.org", "guest3@example.org")
	if mail := s.sandbox.Outbox(); len(mail) != 4 {
		t.Errorf("%d mails, want 4: %+v", len(mail), mail)
	}
}

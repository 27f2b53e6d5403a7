package guardrails_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// told returns what the trail has of some kinds, in a line each.
func (f *fixture) told(kinds ...string) (lines []string) {
	f.t.Helper()
	_, _, err := f.journal.Trail(f.t.Context(), func(r store.Record) error {
		for _, kind := range kinds {
			if r.Kind == kind {
				lines = append(lines, strings.Join(strings.Fields(fmt.Sprint(r.Kind, " ", r.Tool, " ", r.Network, " ", r.Outcome, " ", r.Channel, " ", r.Approver, " ", r.Principal, " ", r.Note)), " "))
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return lines
}

func (f *fixture) wantTold(want []string, kinds ...string) {
	f.t.Helper()
	if got := f.told(kinds...); strings.Join(got, "\n") != strings.Join(want, "\n") {
		f.t.Errorf("the trail tells\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAttemptsToApproveAreRecorded: who tries and must not is in the trail, and
// what they typed is not.
func TestAttemptsToApproveAreRecorded(t *testing.T) {
	f := newFixture(t, rules(config.TwoPeople))
	f.world.retype = guardrails.RetypeName("the member", "Bo Jones", 7)
	call := ban()
	call.request.Caller = guardrails.Caller{Principal: "maria", Role: "moderator"}
	code := f.waits(call)
	for _, try := range []struct {
		by    guardrails.Settler
		typed string
		want  error
	}{
		{guardrails.Settler{Name: "kim", Channel: "page"}, "my secret", guardrails.ErrMistyped},
		{guardrails.Settler{Name: "maria", Channel: "page"}, "Bo Jones", guardrails.ErrSamePerson},
		{guardrails.Settler{Channel: "page"}, "Bo Jones", guardrails.ErrNamedPerson},
	} {
		if err := f.desk().Approve(t.Context(), code, try.by, try.typed); !errors.Is(err, try.want) {
			t.Errorf("%v, want %v", err, try.want)
		}
	}
	if err := f.desk().Attempted(t.Context(), code, kim, guardrails.ErrNamedPerson); err != nil {
		t.Error(err)
	}
	if err := f.journal.RotateSigningKey(t.Context(), store.Event{At: f.now, Kind: "rotated", Approver: "kim"}); err != nil {
		t.Fatal(err)
	}
	if err := f.desk().Approve(t.Context(), code, kim, "Bo Jones"); !errors.Is(err, guardrails.ErrVoid) {
		t.Error(err)
	}
	f.wantTold([]string{
		"attempted ban_member harbour mistyped page kim " + code,
		"attempted ban_member harbour same_person page maria " + code,
		"attempted ban_member harbour no_name page " + code,
		"attempted ban_member harbour no_name terminal kim " + code,
		"rotated kim void now: " + code,
		"attempted ban_member harbour void terminal kim " + code,
	}, "attempted", "rotated")
	if _, _, err := f.journal.Trail(t.Context(), func(r store.Record) error {
		if r.Kind == "attempted" && strings.Contains(fmt.Sprintf("%+v", r), "secret") {
			t.Errorf("what was typed is in the trail: %+v", r)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestAttemptsDoNotFillTheTrail: one approval is good for ten of them.
func TestAttemptsDoNotFillTheTrail(t *testing.T) {
	f := newFixture(t)
	f.world.retype = guardrails.RetypeCount(3)
	code := f.waits(ban())
	for range 25 {
		if err := f.desk().Approve(t.Context(), code, kim, "x"); !errors.Is(err, guardrails.ErrMistyped) {
			t.Fatal(err)
		}
	}
	if n := len(f.told("attempted")); n != 10 {
		t.Errorf("the trail tells of %d attempts, want ten", n)
	}
	f.approves(code, "3")
}

// TestWithdrawalsAreRecorded: each way in which an approval comes to nothing.
func TestWithdrawalsAreRecorded(t *testing.T) {
	by := " stdio "
	for why, test := range map[string]func(f *fixture) (code string){
		"target_changed": func(f *fixture) string {
			code := f.waits(ban())
			f.approves(code, "")
			f.world.name = "Ada"
			f.waits(ban())
			return code
		},
		"void": func(f *fixture) string {
			code := f.waits(ban())
			if err := f.journal.RotateSigningKey(t.Context(), store.Event{At: f.now, Kind: "rotated"}); err != nil {
				t.Fatal(err)
			}
			f.waits(ban())
			return code
		},
		"void ": func(f *fixture) string { // once it was approved
			code := f.waits(ban())
			f.approves(code, "")
			if err := f.journal.RotateSigningKey(t.Context(), store.Event{At: f.now, Kind: "rotated"}); err != nil {
				t.Fatal(err)
			}
			_, err := f.do(ban())
			f.wantRefusal(err, guardrails.CodeBadApproval)
			return code
		},
		"answered_in_client": func(f *fixture) string {
			code := f.waits(ban())
			call := ban()
			call.request.Approver = &person{decision: guardrails.Approved}
			if _, err := f.do(call); err != nil {
				t.Fatal(err)
			}
			return code
		},
	} {
		f := newFixture(t)
		code := test(f)
		f.wantTold([]string{"withdrawn ban_member harbour " + strings.TrimSpace(why) + by + code}, "withdrawn")
	}
	f := newFixture(t)
	call := ban()
	call.request.Caller = guardrails.Caller{Principal: "maria", Role: "moderator"}
	code := f.waits(call)
	o := f.options
	rules(config.TwoPeople)(&o)
	f.regate(o)
	outcome, err := f.do(call)
	if err != nil || outcome.Waiting.Lapse == nil || !strings.Contains(outcome.Waiting.Lapse.Text(), "policy wants more than one person") {
		t.Errorf("%+v, %v", outcome.Waiting, err)
	}
	f.wantTold([]string{"withdrawn ban_member harbour policy maria " + code}, "withdrawn")
}

func TestExpiriesAreRecordedOnce(t *testing.T) {
	f := newFixture(t)
	other := ban()
	other.arguments = `{"member_id":8}`
	rejected := ban()
	rejected.arguments = `{"member_id":9}`
	unanswered, unused, no := f.waits(ban()), f.waits(other), f.waits(rejected)
	f.approves(unused, "")
	if err := f.desk().Reject(t.Context(), no, kim, ""); err != nil {
		t.Fatal(err)
	}
	expire := func() {
		t.Helper()
		now := func() time.Time { return f.now }
		if err := f.journal.ExpirePendings(t.Context(), f.now, guardrails.ExpiredApproval(now)); err != nil {
			t.Fatal(err)
		}
	}
	f.now = f.now.Add(10*time.Minute - time.Second)
	expire()
	f.wantTold(nil, "expired")
	f.now = f.now.Add(time.Second)
	expire()
	expire()
	f.wantTold([]string{
		"expired ban_member harbour unanswered " + unanswered,
		"expired ban_member harbour unused terminal kim " + unused,
	}, "expired")
	if outcome, err := f.do(other); err != nil || outcome.Waiting == nil || outcome.Waiting.Lapse == nil || !strings.Contains(outcome.Waiting.Lapse.Text(), unused+" no longer counts: it expired") {
		t.Errorf("once it is closed: %+v, %v", outcome.Waiting, err)
	}
}

package sandbox

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPlanMembers(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	who := n.LimitedMember
	add := func(plan, user uint64) string { return path("/plans/%d/members?user_id=%d", plan, user) }
	for _, plan := range []uint64{n.PaidPlan, n.SupporterPlan, n.OneTimePlan, n.ApplePlan} {
		a.want("POST", add(plan, who), "", 422, "free and nonpaid plans only")
	}
	a.want("POST", path("/plans/%d/members", n.FreePlan), "", 422, "User can't be blank")
	a.want("POST", path("/plans/%d/members", n.FreePlan), path(`{"user_id":%d}`, who), 400, "Unexpected request body")
	a.want("POST", add(n.FreePlan, 1), "", 404, "User not found")
	a.want("POST", add(1, who), "", 404, "Plan not found")

	rows := func() int {
		return len(a.want("GET", path("/purchases?member_id=%d", who), "", 200, "").decode(t)["items"].([]any))
	}
	before, _ := a.box.MemberByID(who)
	for _, test := range []struct {
		plan, brings uint64
		rows         int
	}{{n.NonpaidPlan, n.EventsOnlySpace, 0}, {n.FreePlan, 0, 1}} {
		a.want("POST", add(test.plan, who), "", 200, path(`"id":%d`, test.plan))
		a.want("POST", add(test.plan, who), "", 422, "already has access")
		a.want("GET", path("/plans/%d/members/%d/", test.plan, who), "", 200, path(`"id":%d`, who))
		if got := rows(); got != test.rows {
			t.Errorf("plan %d left %d purchase rows, want %d", test.plan, got, test.rows)
		}
		if plans := a.ids(path("/members/%d/plans", who)); !slices.Equal(plans, a.box.MemberPlans(who)) || !slices.Contains(plans, test.plan) {
			t.Errorf("plans of the member: %v", plans)
		}
		if got := a.ids(path("/plans/%d/members", test.plan)); !slices.Contains(got, who) || !slices.Equal(got, a.box.PlanMembers(test.plan)) {
			t.Errorf("members of the plan: %v", got)
		}
		if test.brings != 0 && !slices.Contains(a.box.SpaceMembers(test.brings), who) {
			t.Error("the plan did not bring its space")
		}
	}
	if len(a.box.Outbox()) != 0 {
		t.Errorf("a grant sent %v", a.box.Outbox())
	}
	for _, plan := range []uint64{n.NonpaidPlan, n.FreePlan} {
		a.want("DELETE", path("/plans/%d/members/%d/", plan, who), "", 204, "")
		a.want("DELETE", path("/plans/%d/members/%d/", plan, who), "", 422, "does not have access")
		a.want("GET", path("/plans/%d/members/%d/", plan, who), "", 404, "Member not found")
	}
	after, _ := a.box.MemberByID(who)
	if len(a.box.MemberPlans(who)) != 0 || rows() != 0 || !slices.Equal(after.Spaces, before.Spaces) {
		t.Errorf("something is left: plans %v, spaces %v, before %v", a.box.MemberPlans(who), after.Spaces, before.Spaces)
	}
	a.want("DELETE", path("/plans/%d/members/%d/", n.ApplePlan, n.MixedCaseEmail), "", 422, "Apple")
	a.want("DELETE", path("/plans/%d/members/1/", n.FreePlan), "", 404, "Member not found")
}

// TestPaidMembersCanBeRemovedOncePlanIsGone: whichever way the plan goes.
func TestPaidMembersCanBeRemovedOncePlanIsGone(t *testing.T) {
	for name, end := range map[string]func(a *api, n Notable){
		"plan member": func(a *api, n Notable) {
			a.want("DELETE", path("/plans/%d/members/%d/", n.PaidPlan, n.PaidMember), "", 204, "")
		},
		"subscription": func(a *api, n Notable) {
			a.want("DELETE", path("/subscriptions/%d?when=now", n.Subscription), "", 200, "")
		},
		"purchase": func(a *api, n Notable) {
			a.want("DELETE", path("/purchases/%d/?immediate=true", n.Subscription), "", 200, "")
		},
		"archive": func(a *api, n Notable) { a.want("DELETE", path("/plans/%d/", n.PaidPlan), "", 204, "") },
	} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, Options{})
			n := a.box.Notable()
			seat := path("/spaces/%d/members/%d/", n.PaidSpace, n.PaidMember)
			a.want("DELETE", seat, "", 403, "paid plan")
			end(a, n)
			if state, _ := a.box.SubscriptionState(n.Subscription); !state.Canceled || state.Active || slices.Contains(a.box.MemberPlans(n.PaidMember), n.PaidPlan) {
				t.Errorf("the subscription is %+v", state)
			}
			if a.box.community.spaces[n.PaidSpace].paid[n.PaidMember] {
				t.Error("the space still counts them as paying")
			}
			a.want("DELETE", seat, "", 200, "{}")
		})
	}
}

func TestArchivePlan(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	a.want("DELETE", path("/plans/%d/", n.ApplePlan), "", 422, "active Apple products")
	if a.box.PlanArchived(n.ApplePlan) || len(a.box.PlanMembers(n.ApplePlan)) == 0 {
		t.Error("the refused archiving did something")
	}
	// One of the holders is out of the network, with the plan kept.
	a.want("DELETE", path("/members/%d/network_membership", n.PaidMember), "", 204, "")
	for _, plan := range []uint64{n.PaidPlan, n.SupporterPlan, n.NonpaidPlan, n.FreePlan} {
		holders := a.box.PlanMembers(plan)
		if len(holders) == 0 {
			t.Fatalf("nobody has plan %d", plan)
		}
		a.want("DELETE", path("/plans/%d/", plan), "", 204, "")
		a.want("DELETE", path("/plans/%d/", plan), "", 422, "already archived")
		a.want("GET", path("/plans/%d/", plan), "", 200, `"status":"archived"`)
		if !a.box.PlanArchived(plan) || len(a.box.PlanMembers(plan)) != 0 || len(a.ids(path("/plans/%d/members", plan))) != 0 {
			t.Errorf("plan %d is not archived", plan)
		}
		for _, id := range holders {
			if slices.Contains(a.box.MemberPlans(id), plan) {
				t.Errorf("member %d still has plan %d", id, plan)
			}
		}
		for _, o := range a.box.community.orders {
			if o.plan != nil && o.plan.id == plan && (o.canceled == 0 || o.gives(stampOf(noon))) {
				t.Errorf("order %d of an archived plan runs", o.id)
			}
		}
		a.want("POST", path("/plans/%d/invites?email=x%%40example.com", plan), "", 422, "archived")
	}
	a.want("POST", path("/plans/%d/members?user_id=%d", n.FreePlan, n.OneName), "", 422, "Plan is archived")
	a.want("PATCH", path("/plans/%d/invites/%d/", n.PaidPlan, n.PendingPlanInvite), "", 422, "archived")
	if state, _ := a.box.PurchaseState(n.Purchase); !state.Active {
		t.Error("another plan's purchase ended too")
	}
}

func TestAnotherPlanKeepsTheSpace(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	who := n.LimitedMember
	space := a.box.community.plans[n.FreePlan].spaces[0]
	a.box.community.plans[n.NonpaidPlan].spaces = []uint64{space}
	for _, plan := range []uint64{n.FreePlan, n.NonpaidPlan} {
		a.want("POST", path("/plans/%d/members?user_id=%d", plan, who), "", 200, "")
	}
	for i, plan := range []uint64{n.FreePlan, n.NonpaidPlan} {
		a.want("DELETE", path("/plans/%d/members/%d/", plan, who), "", 204, "")
		if still := slices.Contains(a.box.SpaceMembers(space), who); still != (i == 0) {
			t.Errorf("after %d of 2 plans went, in the space: %v", i+1, still)
		}
	}
}

func TestSubscriptions(t *testing.T) {
	clock := noon
	a := serve(t, Options{Now: func() time.Time { return clock }})
	n := a.box.Notable()
	ids := func(query string) (out []uint64) {
		for next := "/subscriptions?per_page=100&" + query; next != ""; {
			page := a.want("GET", next, "", 200, "").decode(t)
			for _, row := range page["items"].([]any) {
				if row.(map[string]any)["id"] != nil {
					t.Error("a row has an id of its own")
				}
				out = append(out, a.number(row.(map[string]any)["subscription"], "id"))
			}
			next, _ = page["links"].(map[string]any)["next"].(string)
		}
		return out
	}
	current, canceled := ids(""), ids("status=canceled")
	for _, test := range []struct {
		id              uint64
		current, listed bool
	}{{n.Subscription, true, false}, {n.EndingSubscription, true, true}, {n.CanceledSubscription, false, true}, {n.OrphanSubscription, false, true}} {
		if slices.Contains(current, test.id) != test.current || slices.Contains(canceled, test.id) != test.listed {
			t.Errorf("subscription %d: current %v, cancelled %v", test.id, slices.Contains(current, test.id), slices.Contains(canceled, test.id))
		}
	}
	if len(current) < 15 || !slices.Equal(current, ids("status=active")) {
		t.Errorf("%d subscriptions, %d with a status that is not known", len(current), len(ids("status=active")))
	}
	if got := ids(path("member_id=%d", n.PaidMember)); !slices.Equal(got, []uint64{n.Subscription}) {
		t.Errorf("subscriptions of one member: %v", got)
	}
	a.want("GET", path("/subscriptions/%d", n.OrphanSubscription), "", 200, `"plan":{"id":null,"name":null,"amount":4800`)
	a.want("GET", path("/subscriptions/%d", n.Purchase), "", 404, "Subscription not found")
	a.want("GET", path("/subscriptions/%d/", n.Subscription), "", 404, "Not found") // no slash here

	one := path("/subscriptions/%d", n.Subscription)
	a.want("DELETE", one+"?when=later", "", 400, "when must be now or end_of_billing_cycle")
	for _, over := range []uint64{n.CanceledSubscription, n.EndingSubscription} {
		a.want("DELETE", path("/subscriptions/%d", over), "", 422, "already canceled")
	}
	detail := a.want("DELETE", one, "", 200, path(`"member_id":%d`, n.PaidMember)).decode(t)["subscription"].(map[string]any)
	end, err := time.Parse(time.RFC3339, detail["current_period_end"].(string))
	if err != nil || detail["canceled_at"] == nil || !end.After(noon) {
		t.Fatalf("cancelled: %v", detail)
	}
	// The default lets what is paid for run out.
	seat := path("/spaces/%d/members/%d/", n.PaidSpace, n.PaidMember)
	a.want("DELETE", one+"?when=now", "", 422, "already canceled")
	a.want("DELETE", seat, "", 403, "paid plan")
	clock = end.Add(-time.Second)
	if state, _ := a.box.SubscriptionState(n.Subscription); !state.Canceled || !state.Active {
		t.Errorf("before the end it is %+v", state)
	}
	clock = end
	if state, _ := a.box.SubscriptionState(n.Subscription); state.Active || slices.Contains(a.box.MemberPlans(n.PaidMember), n.PaidPlan) {
		t.Errorf("at the end it is %+v", state)
	}
	a.want("DELETE", seat, "", 200, "{}")
}

// TestBillingPeriods: trial, months and years follow each other without a gap.
func TestBillingPeriods(t *testing.T) {
	day := func(month time.Month, day int) stamp {
		return stampOf(time.Date(2026, month, day, 0, 0, 0, 0, time.UTC))
	}
	o := &order{kind: pricedSubscription, interval: "month", trialDays: 7, purchased: day(1, 1)}
	for _, test := range []struct{ at, start, end stamp }{
		{day(1, 7), day(1, 1), day(1, 8)}, {day(1, 8), day(1, 8), day(2, 8)}, {day(2, 7), day(1, 8), day(2, 8)}, {day(5, 8), day(5, 8), day(6, 8)},
	} {
		if start, end := o.period(test.at); start != test.start || end != test.end {
			t.Errorf("at %v: %v to %v", test.at.time(), start.time(), end.time())
		}
	}
	o.cancel(day(3, 1), false)
	if _, end := o.period(day(12, 1)); end != day(3, 8) || o.ends != end {
		t.Errorf("a cancelled subscription goes on to %v", end.time())
	}
	yearly := &order{kind: pricedSubscription, interval: "year", purchased: day(1, 1)}
	if _, end := yearly.period(day(6, 1)); end != stampOf(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("a year ends at %v", end.time())
	}
}

func TestPurchases(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	ids := func(query string) (out []uint64) {
		for _, row := range a.want("GET", "/purchases?per_page=100&"+query, "", 200, "").decode(t)["items"].([]any) {
			out = append(out, a.number(row.(map[string]any)["purchase"], "id"))
		}
		return out
	}
	if got := ids(path("plan_id=%d&member_id=%d", n.OneTimePlan, n.OneName)); !slices.Equal(got, []uint64{n.Purchase}) {
		t.Errorf("filtered: %v", got)
	}
	if got := ids(path("member_id=%d", n.PaidMember)); !slices.Equal(got, []uint64{n.Subscription}) {
		t.Errorf("a subscription is not among the purchases: %v", got)
	}
	if got := ids("plan_id=1"); len(got) != 0 {
		t.Errorf("purchases of no plan: %v", got)
	}
	one := path("/purchases/%d/", n.Purchase)
	a.want("GET", one, "", 200, `"interval":"one_time","type":"one-time-payment"`)
	a.want("DELETE", path("/purchases/%d/", n.ApplePurchase), "", 422, "Apple")
	a.want("DELETE", path("/purchases/%d/", n.EndingSubscription), "", 422, "already canceled")
	if state, _ := a.box.PurchaseState(n.ApplePurchase); !state.Active || state.Platform != "apple" {
		t.Errorf("the Apple purchase is %+v", state)
	}
	if got := a.want("DELETE", one, "", 200, path(`"member_id":%d`, n.OneName)); strings.Contains(got.body, `"id":null`) {
		t.Errorf("cancelled: %s", got.body)
	}
	a.want("GET", one, "", 404, "Purchase not found")
	a.want("DELETE", one, "", 404, "Purchase not found")
	if state, _ := a.box.PurchaseState(n.Purchase); state.Active || !state.Canceled || slices.Contains(a.box.MemberPlans(n.OneName), n.OneTimePlan) {
		t.Errorf("the purchase is %+v", state)
	}
	// A subscription waits for the end of what is paid for unless told not to.
	sub := path("/purchases/%d/", n.Subscription)
	a.want("DELETE", sub, "", 200, "")
	if state, _ := a.box.SubscriptionState(n.Subscription); !state.Canceled || !state.Active {
		t.Errorf("without immediate the subscription is %+v", state)
	}
	a.want("DELETE", sub+"?immediate=true", "", 200, "")
	if state, _ := a.box.SubscriptionState(n.Subscription); state.Active {
		t.Errorf("with immediate the subscription is %+v", state)
	}
}

// TestLeavingAndPlans: deleting, banning and cancel_plans end what is paid.
func TestLeavingAndPlans(t *testing.T) {
	for name, test := range map[string]struct {
		leave  func(a *api, id, space uint64)
		active bool
	}{
		"remove": {func(a *api, id, _ uint64) { a.want("DELETE", path("/members/%d/network_membership", id), "", 204, "") }, true},
		"remove, cancel": {func(a *api, id, _ uint64) {
			a.want("DELETE", path("/members/%d/network_membership?cancel_plans=true", id), "", 204, "")
		}, false},
		"ban": {func(a *api, id, space uint64) {
			a.want("POST", path("/spaces/%d/members/%d/ban", space, id), `{}`, 200, "")
		}, false},
		"delete":            {func(a *api, id, _ uint64) { a.want("DELETE", path("/members/%d/", id), "", 204, "") }, false},
		"behind one's back": {func(a *api, id, _ uint64) { a.box.DropMember(id) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := serve(t, Options{})
			n := a.box.Notable()
			test.leave(a, n.PaidMember, n.PaidSpace)
			if state, _ := a.box.SubscriptionState(n.Subscription); state.Active != test.active {
				t.Errorf("the subscription is %+v", state)
			}
			if slices.Contains(a.box.PlanMembers(n.PaidPlan), n.PaidMember) {
				t.Error("somebody outside the network is among the plan's members")
			}
		})
	}
}

func TestPasswordReset(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	a.want("POST", path("/members/%d/password_resets", n.Removed), "", 404, "Member not found")
	a.want("POST", path("/members/%d/password_resets", n.OneName), "", 204, "")
	if got := a.box.Outbox(); !slices.Equal(got, []Notice{{Kind: "password_reset_email", MemberID: n.OneName}}) {
		t.Errorf("outbox is %v", got)
	}
}

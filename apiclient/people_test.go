package apiclient

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// What costs people access or money, or mails everybody, is always said.
func TestEffectsAreSaid(t *testing.T) {
	for name, tt := range map[string]struct{ full, least string }{
		"Purchases.Cancel":    {"true", "false"},
		"CustomFields.Update": {"true", "false"},
	} {
		said := func(call func(*Client) error) string {
			got := record(t, 200, drives[name].answer, call)
			return got.query.Get("immediate") + string(got.body["notify_all_members"])
		}
		full := said(func(c *Client) error { return drives[name].full(t.Context(), c) })
		least := said(func(c *Client) error { return drives[name].least(t.Context(), c) })
		if full != tt.full || least != tt.least {
			t.Errorf("%s says %q and %q", name, full, least)
		}
	}
	for when, want := range map[CancelWhen]string{CancelNow: "now", CancelAtPeriodEnd: "end_of_billing_cycle"} {
		got := record(t, 200, someSubscription, func(c *Client) error { return only(c.Subscriptions().Cancel(t.Context(), 70, when)) })
		if got.query.Get("when") != want {
			t.Errorf("when is %q, want %q", got.query.Get("when"), want)
		}
	}
}

func TestFiltersAreSent(t *testing.T) {
	for query, call := range map[string]func(*Client) error{
		"email=a%40example.com&page=1&per_page=100": func(c *Client) error {
			return drain(c.Invites().All(t.Context(), InviteList{Email: " a@example.com"}))
		},
		"member_id=7&page=1&per_page=100&status=canceled": func(c *Client) error {
			return drain(c.Subscriptions().All(t.Context(), SubscriptionList{Status: SubscriptionCanceled, MemberID: 7}))
		},
		"member_id=7&page=1&per_page=100&plan_id=2": func(c *Client) error {
			return drain(c.Purchases().All(t.Context(), PurchaseList{PlanID: 2, MemberID: 7}))
		},
		"page=1&per_page=100&response_type=text_long": func(c *Client) error {
			return drain(c.CustomFields().All(t.Context(), CustomFieldList{ResponseType: "text_long"}))
		},
		"page=1&per_page=100&term=light+blue": func(c *Client) error {
			return drain(c.CustomFieldOptions().All(t.Context(), 13, CustomFieldOptionList{Term: "light blue"}))
		},
		"email=a%40example.com&message=Hello": func(c *Client) error { return drives["PlanInvites.Create"].full(t.Context(), c) },
		"user_id=7":                           func(c *Client) error { return drives["PlanInvites.Create"].least(t.Context(), c) },
	} {
		if got := record(t, 200, strings.Replace(emptyList, "{", `{"id":4,`, 1), call).query.Encode(); got != query {
			t.Errorf("query %s, want %s", got, query)
		}
	}
}

func TestPeopleRefusedBeforeSending(t *testing.T) {
	var requests counter
	server := serve(t, requests.count(replyJSON(200, `{"id":1}`)))
	c, ctx := newClient(t, server.URL), t.Context()
	for name, err := range map[string]error{
		"plan_id":         only(c.PlanMembers().Get(ctx, 0, 7)),
		"user_id":         only(c.PlanMembers().Add(ctx, 2, 0)),
		"id":              c.PlanMembers().Remove(ctx, 2, 0),
		"id/archive":      c.Plans().Archive(ctx, 0),
		"either":          only(c.PlanInvites().Create(ctx, 2, PlanInviteCreate{Message: "Hello"})),
		"either/both":     only(c.PlanInvites().Create(ctx, 2, PlanInviteCreate{Email: "a@example.com", MemberID: 7})),
		"recipient_email": only(c.Invites().Create(ctx, InviteCreate{RecipientFirstName: "Ada"})),
		"change":          only(c.Invites().Update(ctx, 4, InviteUpdate{})),
		"when":            only(c.Subscriptions().Cancel(ctx, 70, "")),
		"when/other":      only(c.Subscriptions().Cancel(ctx, 70, "later")),
		"id/subscription": only(c.Subscriptions().Cancel(ctx, 0, CancelNow)),
		"id/purchase":     only(c.Purchases().Cancel(ctx, 0, true)),
		"member_id":       c.PasswordResets().Create(ctx, 0),
		"title":           only(c.Tags().Create(ctx, TagCreate{})),
		"change/t":        only(c.Tags().Update(ctx, 11, TagUpdate{})),
		"tag_id":          only(c.MemberTags().Add(ctx, 7, 0)),
		"avatar_id":       only(c.Badges().Create(ctx, BadgeCreate{Title: "T"})),
		"change/b":        only(c.Badges().Update(ctx, 12, BadgeUpdate{})),
		"badge_id":        only(c.MemberBadges().Add(ctx, 7, 0)),
		"response_by":     only(c.CustomFields().Create(ctx, CustomFieldCreate{Title: "T"})),
		"change/f":        only(c.CustomFields().Update(ctx, 13, CustomFieldUpdate{NotifyAllMembers: true})),
		"title/o":         only(c.CustomFieldOptions().Create(ctx, 13, CustomFieldOptionCreate{})),
		"change/o":        only(c.CustomFieldOptions().Update(ctx, 13, 14, CustomFieldOptionUpdate{})),
		"segment_ids":     only(c.Answers().Create(ctx, 13, 7, AnswerCreate{})),
	} {
		e := apiError(t, err, Validation)
		word, _, _ := strings.Cut(name, "/")
		if !strings.Contains(e.Message, word) || !strings.Contains(e.Message, "nothing was sent") {
			t.Errorf("%s: message %q", name, e.Message)
		}
	}
	if n := requests.requests(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestSubscriptionIsReadFromItsRow(t *testing.T) {
	data := `{"member_id":"7","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-02T00:00:00Z","email":"a@example.com",
		"first_name":"Ada","last_name":"L","time_zone":"UTC","location":"London","referral_count":3,"avatar":"https://example.com/a",
		"categories":[{"id":1,"title":"Founder"}],"permalink":"https://example.com/m","ambassador_level":"Gold",
		"plan":{"id":2,"name":"Pro","amount":4900,"currency":"usd","interval":"month","type":"subscription","has_free_trial":true},
		"subscription":{"id":70,"current_period_start":"2026-02-01T00:00:00Z","current_period_end":"2026-03-01T00:00:00Z",
		"payment_platform":"stripe","canceled_at":"2026-02-03T00:00:00Z","trial_length":14,"trial_start":"2026-01-04T00:00:00Z",
		"trial_end":"2026-01-18T00:00:00Z","purchased_at":"2026-01-05T00:00:00Z"}}`
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	want := Subscription{
		ID: 70,
		Member: Member{ID: 7, Email: "a@example.com", FirstName: "Ada", LastName: "L", TimeZone: "UTC", Location: "London",
			ReferralCount: 3, Avatar: "https://example.com/a", Categories: []string{"Founder"}, Permalink: "https://example.com/m",
			AmbassadorLevel: "Gold", CreatedAt: day(1, 1), UpdatedAt: day(1, 2)},
		Plan:            SoldPlan{ID: 2, Name: "Pro", Amount: 4900, Currency: "usd", Interval: "month", Type: "subscription", HasFreeTrial: true},
		PaymentPlatform: "stripe", CurrentPeriodStart: day(2, 1), CurrentPeriodEnd: day(3, 1), CanceledAt: day(2, 3),
		TrialLength: 14, TrialStart: day(1, 4), TrialEnd: day(1, 18), PurchasedAt: day(1, 5),
	}
	for _, row := range []string{data, `{"data":` + data + `}`} {
		var got Subscription
		if err := json.Unmarshal([]byte(row), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Subscription{}, "Raw")); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if string(got.Raw) != data {
			t.Errorf("Raw %s", got.Raw)
		}
	}
}

func TestPurchaseIsReadFromItsRow(t *testing.T) {
	data := `{"member_id":7,"member_email":"a@example.com","member_first_name":"Ada","member_last_name":"L","member_time_zone":"UTC",
		"member_location":"London","member_referral_count":3,"member_avatar":"https://example.com/a","member_categories":"Founder",
		"member_permalink":"https://example.com/m","member_ambassador_level":"Gold",
		"plan":{"id":null,"name":null,"amount":"9900","currency":"eur","interval":"one_time","type":"one-time-payment","has_free_trial":false},
		"purchase":{"id":"80","tax_percent":8.25,"payment_platform":"apple","purchased_at":"2026-01-05T00:00:00Z",
		"created_at":"2026-01-06T00:00:00Z","updated_at":"2026-01-07T00:00:00Z"}}`
	want := Purchase{
		ID: 80,
		Member: Member{ID: 7, Email: "a@example.com", FirstName: "Ada", LastName: "L", TimeZone: "UTC", Location: "London",
			ReferralCount: 3, Avatar: "https://example.com/a", Categories: []string{"Founder"}, Permalink: "https://example.com/m",
			AmbassadorLevel: "Gold"},
		// The plan has been deleted; its price is still told.
		Plan: SoldPlan{Amount: 9900, Currency: "eur", Interval: "one_time", Type: "one-time-payment"}, TaxPercent: 8.25, PaymentPlatform: "apple",
		PurchasedAt: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), CreatedAt: time.Date(2026, 1, 6, 0, 0, 0, 0, time.UTC),
		UpdatedAt: time.Date(2026, 1, 7, 0, 0, 0, 0, time.UTC), Raw: json.RawMessage(data),
	}
	var got Purchase
	if err := json.Unmarshal([]byte(data), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}

	// A subscription among the purchases has no id that could be taken for a
	// purchase's.
	var other Purchase
	if err := json.Unmarshal([]byte(`{"member_id":7,"email":"a@example.com","subscription":{"id":70,"payment_platform":"stripe"}}`), &other); err != nil {
		t.Fatal(err)
	}
	if other.ID != 0 || other.SubscriptionID != 70 || other.Member.Email != "a@example.com" || other.PaymentPlatform != "stripe" {
		t.Errorf("%+v", other)
	}
}

// The member's and the plan's ids must never pass as the id to cancel by.
func TestASaleNeedsItsOwnID(t *testing.T) {
	for _, data := range []string{
		`{}`, `[]`, `null`, `7`, `{"id":1}`, `{"id":1,"member_id":7,"plan":{"id":2}}`, `{"id":1,"member_id":7,"subscription":{}}`,
		`{"id":1,"member_id":7,"purchase":null}`, `{"member_id":7,"subscription":{"id":0},"purchase":{"id":"x"}}`, `{"data":null}`, `{"error":"x"}`,
	} {
		if err := new(Subscription).UnmarshalJSON([]byte(data)); err == nil {
			t.Errorf("%s passes as a subscription", data)
		}
		if err := new(Purchase).UnmarshalJSON([]byte(data)); err == nil {
			t.Errorf("%s passes as a purchase", data)
		}
	}
	if err := new(Subscription).UnmarshalJSON([]byte(somePurchase)); err == nil {
		t.Error("a purchase passes as a subscription")
	}
}

func TestInviteReadsItsSendersOlderName(t *testing.T) {
	for data, want := range map[string]ID{`{"id":4,"user_id":7}`: 7, `{"id":4,"user_id":7,"sender_id":8}`: 8, `{"id":4}`: 0} {
		var i Invite
		if err := json.Unmarshal([]byte(data), &i); err != nil || i.SenderID != want {
			t.Errorf("%s: %d, %v", data, i.SenderID, err)
		}
	}
}

// The rows of the money lists are ours in shape, so the vendor's fields are
// looked for where they went.
func TestSalesHoldTheVendorsFields(t *testing.T) {
	doc := vendorDocument(t)
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	for schema, have := range map[string][]string{
		"SubscriptionResponse":       append(jsonFields(Member{}), "member_id", "plan", "subscription"),
		"SubscriptionDetailResponse": jsonFields(Subscription{}),
		"SubscriptionPlanResponse":   jsonFields(SoldPlan{}),
		"PurchaseResponse":           append(jsonFields(Member{}), "plan", "purchase"),
		"PurchaseDetailResponse":     jsonFields(Purchase{}),
		"PurchasePlanResponse":       jsonFields(SoldPlan{}),
	} {
		fields, _ := follow(doc, schemas[schema])["properties"].(map[string]any)
		if len(fields) == 0 {
			t.Errorf("the vendor has no %s", schema)
		}
		for name := range fields {
			if !slices.Contains(have, name) && !slices.Contains(have, strings.TrimPrefix(name, "member_")) {
				t.Errorf("no field for %s.%s", schema, name)
			}
		}
	}
}

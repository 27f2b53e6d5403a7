package apiclient

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// SoldPlan is a plan as a subscription or purchase shows it, with its price.
type SoldPlan struct {
	ID           ID     `json:"id,omitempty"`   // 0 when the plan has been deleted
	Name         string `json:"name,omitempty"` // "" when the plan has been deleted
	Amount       int    `json:"amount"`         // in cents of Currency
	Currency     string `json:"currency,omitempty"`
	Interval     string `json:"interval,omitempty"` // day, week, month, year; one_time for purchases
	Type         string `json:"type,omitempty"`     // free, subscription, one-time-payment; a plan given by hand is free too
	HasFreeTrial bool   `json:"has_free_trial"`
}

// sale is a row of the money lists: the API describes the member who pays and
// nests the plan and what was sold. Only what was sold has an id of its own.
type sale struct {
	row    object
	plan   SoldPlan
	detail map[string]object // what was sold, by the name of its field
}

// readSale reads a row that nests at least one of the kinds, with an id. Any
// other object is an error, and above all the member's id is never taken for
// the id of what was sold.
func readSale(data []byte, kinds ...string) (sale, error) {
	s := sale{row: object{raw: bytes.Clone(data)}, detail: map[string]object{}}
	if json.Unmarshal(data, &s.row.fields) != nil || s.row.fields == nil {
		return sale{}, fmt.Errorf("expected a %s, which is a JSON object", kinds[0])
	}
	if inner, ok := s.row.child("data"); ok {
		s.row = inner
	}
	for _, kind := range kinds {
		if detail, ok := s.row.child(kind); ok && detail.id("id") != 0 {
			s.detail[kind] = detail
		}
	}
	if len(s.detail) == 0 {
		return sale{}, fmt.Errorf("expected a %s, but there is no %s.id", kinds[0], kinds[0])
	}
	if plan, ok := s.row.child("plan"); ok {
		s.plan = SoldPlan{
			ID:           plan.id("id"),
			Name:         plan.text("name"),
			Amount:       plan.count("amount"),
			Currency:     plan.text("currency"),
			Interval:     plan.text("interval"),
			Type:         plan.text("type"),
			HasFreeTrial: plan.flag("has_free_trial"),
		}
	}
	return s, nil
}

// member reads the member whose fields, but for the id, begin with prefix.
func (s sale) member(prefix string) Member {
	o := s.row
	return Member{
		ID:              o.id("member_id"),
		Email:           o.text(prefix + "email"),
		FirstName:       o.text(prefix + "first_name"),
		LastName:        o.text(prefix + "last_name"),
		TimeZone:        o.text(prefix + "time_zone"),
		Location:        o.text(prefix + "location"),
		ReferralCount:   o.count(prefix + "referral_count"),
		Avatar:          o.text(prefix + "avatar"),
		Categories:      o.texts(prefix + "categories"),
		Permalink:       o.text(prefix + "permalink"),
		AmbassadorLevel: o.text(prefix + "ambassador_level"),
		CreatedAt:       o.time(prefix + "created_at"),
		UpdatedAt:       o.time(prefix + "updated_at"),
	}
}

// child returns an object inside an object, and whether there is one.
func (o object) child(name string) (object, bool) {
	inner := object{raw: bytes.Clone(o.fields[name])}
	if json.Unmarshal(inner.raw, &inner.fields) != nil || inner.fields == nil {
		return object{}, false
	}
	return inner, true
}

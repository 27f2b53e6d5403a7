package sandbox

import "slices"

// MemberTags returns the ids of the tags a member holds, rising.
func (s *Sandbox) MemberTags(memberID uint64) []uint64 { return s.held(kindTag, memberID) }

// MemberBadges returns the ids of the badges a member holds, rising.
func (s *Sandbox) MemberBadges(memberID uint64) []uint64 { return s.held(kindBadge, memberID) }

func (s *Sandbox) held(kind string, memberID uint64) []uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.community.hidden[kind].held(memberID)
}

// MemberPlans returns the ids of the plans a person has access to now, rising,
// also while they are out of the network.
func (s *Sandbox) MemberPlans(memberID uint64) []uint64 {
	now := stampOf(s.now())
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.community.plansOf(memberID, now)
}

// Plans returns the ids of all plans, archived ones included, rising.
func (s *Sandbox) Plans() []uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.community.planOrder)
}

// PlanMembers returns the ids of the members with access to a plan now, rising;
// nil when there is no such plan or nobody has it.
func (s *Sandbox) PlanMembers(planID uint64) []uint64 {
	now := stampOf(s.now())
	s.mu.RLock()
	defer s.mu.RUnlock()
	if pl := s.community.plans[planID]; pl != nil {
		return s.community.holdersOf(pl, now)
	}
	return nil
}

// PlanArchived reports whether a plan was archived.
func (s *Sandbox) PlanArchived(planID uint64) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	pl := s.community.plans[planID]
	return pl != nil && pl.status == planArchived
}

// OrderState is a purchase or a subscription as the sandbox knows it.
type OrderState struct {
	ID       uint64
	MemberID uint64
	PlanID   uint64 // 0 when the plan was deleted
	Platform string // "stripe" or "apple"
	Canceled bool   // it was cancelled, now or for the end of the billing cycle
	Active   bool   // it still gives access
}

// SubscriptionState returns a subscription, cancelled or not. False when there
// is none with this id.
func (s *Sandbox) SubscriptionState(id uint64) (OrderState, bool) {
	return s.order(id, func(o *order) bool { return o.subscription() })
}

// PurchaseState returns a purchase of any kind, subscriptions among them,
// cancelled or not. False when there is none with this id.
func (s *Sandbox) PurchaseState(id uint64) (OrderState, bool) {
	return s.order(id, func(*order) bool { return true })
}

func (s *Sandbox) order(id uint64, wanted func(*order) bool) (OrderState, bool) {
	now := stampOf(s.now())
	s.mu.RLock()
	defer s.mu.RUnlock()
	o := s.community.orders[id]
	if o == nil || !wanted(o) {
		return OrderState{}, false
	}
	state := OrderState{ID: o.id, MemberID: o.member.id, Platform: o.platform, Canceled: o.canceled != 0, Active: o.gives(now)}
	if o.plan != nil {
		state.PlanID = o.plan.id
	}
	return state, true
}

// InviteState is an invitation as the sandbox knows it.
type InviteState struct {
	ID       uint64
	PlanID   uint64 // 0: to the network
	SenderID uint64
	Email    string
	Message  string
	Accepted bool
}

// InviteByID returns an invitation, to the network or to a plan. False when it
// never existed or was deleted.
func (s *Sandbox) InviteByID(id uint64) (InviteState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i := s.community.invites[id]
	if i == nil {
		return InviteState{}, false
	}
	state := InviteState{ID: i.id, SenderID: i.sender, Email: i.email, Message: i.message, Accepted: i.converted}
	if i.plan != nil {
		state.PlanID = i.plan.id
	}
	return state, true
}

// FieldState is a custom field as the sandbox knows it, most of which the API
// does not show.
type FieldState struct {
	ID           uint64
	Title        string
	Description  string
	Placeholder  string
	ResponseType string
	Privacy      string
	ResponseBy   string
	Status       string
	Primary      bool
	AllowAdHoc   bool
	MaxResponses uint64   // 0: not limited
	Options      []uint64 // ids, rising
	Answers      int      // how many members answered
}

// FieldByID returns a custom field, those behind tags and badges included.
// False when there is none with this id.
func (s *Sandbox) FieldByID(id uint64) (FieldState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f := s.community.fields[id]
	if f == nil {
		return FieldState{}, false
	}
	return FieldState{
		ID: f.id, Title: f.title, Description: f.description, Placeholder: f.placeholder, ResponseType: f.kind, Privacy: f.privacy,
		ResponseBy: f.answeredBy, Status: f.status, Primary: f.primary, AllowAdHoc: f.adHoc, MaxResponses: f.maxAnswers,
		Options: slices.Clone(f.options), Answers: len(f.answers),
	}, true
}

// AnswerState is what a member answered to a custom field.
type AnswerState struct {
	ID      uint64
	Text    string
	Options []uint64 // ids, rising
}

// AnswerOf returns a member's answer to a custom field. False when there is
// none.
func (s *Sandbox) AnswerOf(fieldID, memberID uint64) (AnswerState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f := s.community.fields[fieldID]
	if f == nil || f.answers[memberID] == nil {
		return AnswerState{}, false
	}
	a := f.answers[memberID]
	return AnswerState{ID: a.id, Text: a.text, Options: slices.Clone(a.picked)}, true
}

// AssetState is an upload as the sandbox knows it. The file itself is not kept.
type AssetState struct {
	ID        uint64
	Style     string
	Name      string
	SourceURL string // "" when a file was sent
	Size      int64  // bytes; 0 when it came from an address
	SHA256    string // hexadecimal; "" when it came from an address
}

// AssetByID returns an upload. False when there is none with this id.
func (s *Sandbox) AssetByID(id uint64) (AssetState, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.community.assets[id]
	if a == nil {
		return AssetState{}, false
	}
	return AssetState{ID: a.id, Style: a.style, Name: a.name, SourceURL: a.source, Size: a.size, SHA256: a.sum}, true
}

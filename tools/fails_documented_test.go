package tools_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
)

// documentedFailures are the statuses with which the vendor's document says
// that an operation may fail, as names of operations by status.
func documentedFailures() map[int]string {
	return map[int]string{
		400: "space.create space.update collection.create collection.update collection.set_order subscription.cancel asset.upload",
		401: "asset.upload",
		403: "space_member.remove rsvp.create rsvp.update custom_field.update custom_field.delete answer.create answer.delete",
		404: `
			member.get member.by_email member.update member.delete member.remove member.spaces space.update space.delete space_member.list space_member.get
			space_member.add space_member.remove space_member.set_role space_member.ban post.get post.create post.update post.delete post.mute post.unmute
			post_reaction.list post_reaction.add post_reaction.remove comment.list comment.get comment.create comment.delete comment_reaction.list
			comment_reaction.add comment_reaction.remove event.get event.update event.delete rsvp.list rsvp.get rsvp.create rsvp.update rsvp.delete collection.get
			collection.update collection.delete collection.set_order poll.get poll.create poll.update poll.delete coursework.list coursework.get coursework.create
			coursework.update coursework.delete member.plans plan.get plan.archive plan_member.list plan_member.get plan_member.add plan_member.remove
			plan_invite.list plan_invite.get plan_invite.create plan_invite.resend plan_invite.revoke invite.delete subscription.get subscription.cancel
			purchase.get purchase.cancel password_reset.create tag.get tag.update tag.delete member_tag.list member_tag.get member_tag.add member_tag.remove
			badge.get badge.update badge.delete member_badge.list member_badge.get member_badge.add member_badge.remove custom_field.get custom_field.update
			custom_field.delete custom_field_option.get custom_field_option.update custom_field_option.delete answer.list answer.get answer.create answer.delete
		`,
		409: "plan_invite.revoke invite.delete",
		422: `
			member.create member.update member.delete space.create space.update space.delete space_member.add space_member.set_role post.create post.update
			post_reaction.add comment.create comment_reaction.add event.create event.update rsvp.create rsvp.update collection.create collection.update
			collection.delete collection.set_order poll.create poll.update coursework.create coursework.update plan.archive plan_member.add plan_member.remove
			plan_invite.create plan_invite.resend invite.create subscription.cancel purchase.cancel tag.create tag.update member_tag.add member_tag.remove
			badge.create badge.update member_badge.add custom_field.create custom_field.update custom_field_option.create custom_field_option.update answer.create
			answer.delete asset.upload
		`,
	}
}

// failuresOfAll are what the vendor's prose adds for every operation: a key
// that is not accepted or not allowed, too many requests, and a fault of the
// API's own.
func failuresOfAll() []int { return []int{401, 403, 429, 500} }

// failuresOfWorkspace are the failures that the second Admin API documents for
// all it does.
func failuresOfWorkspace() []int { return []int{400, 401, 403, 404, 429, 500} }

// failuresOf returns the statuses with which an operation may fail, rising.
func failuresOf(operation string) []int {
	statuses := failuresOfAll()
	for status, names := range documentedFailures() {
		if slices.Contains(strings.Fields(names), operation) {
			statuses = append(statuses, status)
		}
	}
	slices.Sort(statuses)
	return slices.Compact(statuses)
}

// TestDocumentedFailuresAreTheVendors compares the table with the vendor's
// document, and its names with the client's.
func TestDocumentedFailuresAreTheVendors(t *testing.T) {
	table := map[string][]int{}
	for status, names := range documentedFailures() {
		for _, name := range strings.Fields(names) {
			table[name] = append(table[name], status)
		}
	}
	known := map[string]bool{}
	for _, operation := range apiclient.Operations() {
		known[operation.Name] = true
	}
	for name := range table {
		if !known[name] {
			t.Errorf("the table has failures of %s, which the client does not know", name)
		}
	}

	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "upstream", "admin-api.openapi.json"))
	if err != nil {
		t.Skip("the vendor's document is not at ../shared/upstream beside the repository")
	}
	var document struct {
		Paths map[string]map[string]struct {
			Responses map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	for _, operation := range apiclient.Operations() {
		if operation.Undocumented {
			continue
		}
		var theirs []int
		for status := range maps.Keys(document.Paths["/admin/v1"+operation.Path][strings.ToLower(operation.Method)].Responses) {
			if n, _ := strconv.Atoi(status); n >= 400 {
				theirs = append(theirs, n)
			}
		}
		slices.Sort(theirs)
		slices.Sort(table[operation.Name])
		if !slices.Equal(theirs, table[operation.Name]) {
			t.Errorf("%s: the table has %v, the document %v", operation.Name, table[operation.Name], theirs)
		}
	}
}

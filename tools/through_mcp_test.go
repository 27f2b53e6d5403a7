package tools_test

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/server"
)

// TestEveryToolThroughMCP calls every tool with good arguments through the
// server, with the official Go client and a person who agrees. The client
// checks the results against the output schemas by itself.
func TestEveryToolThroughMCP(t *testing.T) {
	notUnderRace(t)
	reading := newSandboxed(t)
	reader := reading.connect()
	for _, tool := range reading.catalogue.All() {
		t.Run(tool.Name, func(t *testing.T) {
			s, session := reading, reader
			var arguments map[string]any
			if tool.Risk.Acts() {
				s = newSandboxed(t, strict)
				session = s.connect()
				arguments = s.goodArguments()[tool.Name]
				if strings.HasPrefix(tool.Name, "remove_") && strings.HasSuffix(tool.Name, "_reaction") {
					add := strings.Replace(tool.Name, "remove", "add", 1)
					s.ok(add, s.goodArguments()[add])
				}
			} else {
				arguments = s.readArguments(tool.Name)
			}
			result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: tool.Name, Arguments: arguments})
			if err != nil {
				t.Fatal(err)
			}
			text := result.Content[0].(*sdk.TextContent).Text
			if result.IsError || result.StructuredContent == nil || !json.Valid([]byte(text)) {
				t.Fatalf("%s(%v): %s", tool.Name, arguments, text)
			}
			if tool.Risk.Acts() && !strings.Contains(text, `"status":"done"`) {
				t.Errorf("%s was not done: %s", tool.Name, text)
			}
			if changed := s.sandbox.Changes() > 0; changed && !tool.Risk.Acts() {
				t.Errorf("%s says it only reads, and changed something", tool.Name)
			}
			// Numbers alone are nobody's words.
			numbers := []string{"get_network_stats", "get_request_usage", "refresh_directory"}
			if marks, _ := result.Meta["mcp-mighty/untrusted"].([]any); len(marks) == 0 != slices.Contains(numbers, tool.Name) {
				t.Errorf("%s marks as people's words: %v", tool.Name, result.Meta)
			}
			if tool.Risk == guardrails.Read && result.Meta["mcp-mighty/requests"] == nil {
				t.Errorf("%s does not say what it cost: %v", tool.Name, result.Meta)
			}
		})
	}
}

// strict sets the limits that there are without any in the configuration.
func strict(o *setup) { o.policy.Limits = config.DefaultLimits() }

// connect serves the catalogue over a pipe and returns a client that agrees to
// everything.
func (s *sandboxed) connect() *sdk.ClientSession {
	s.t.Helper()
	served, err := server.New(server.Options{Catalogue: s.catalogue, Mode: guardrails.Live, Version: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- served.ServeStdio(context.Background(), toServer, fromServer)
		_ = fromServer.Close()
	}()
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, &sdk.ClientOptions{
		ElicitationHandler: func(_ context.Context, r *sdk.ElicitRequest) (*sdk.ElicitResult, error) {
			if _, toType, found := strings.Cut(r.Params.Message, "\nTo approve, type "); found {
				_, value, _ := strings.Cut(toType, ": ")
				return &sdk.ElicitResult{Action: "accept", Content: map[string]any{"type_to_approve": value}}, nil
			}
			return &sdk.ElicitResult{Action: "accept", Content: map[string]any{"approve": true}}, nil
		},
	})
	session, err := client.Connect(s.t.Context(), &sdk.IOTransport{Reader: toClient, Writer: fromClient}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = session.Close()
		_ = fromClient.Close()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
		served.Close()
	})
	return session
}

// readArguments returns good arguments for a tool that reads: what it
// requires, named by what the arguments are called.
func (s *sandboxed) readArguments(name string) map[string]any {
	s.t.Helper()
	tool, _ := s.catalogue.Lookup(name)
	var schema struct{ Required []string }
	if err := json.Unmarshal(tool.Input.JSON(), &schema); err != nil {
		s.t.Fatal(err)
	}
	n := s.sandbox.Notable()
	known := map[string]any{
		"member_id": n.Moderator, "space_id": n.AutoJoinSpace, "post_id": n.CommentedPost, "comment_id": n.Comment,
		"event_id": n.UpcomingEvent, "rsvp_id": n.RSVP, "poll_id": n.Poll, "collection_id": n.Collection, "coursework_id": n.Lesson,
		"plan_id": n.FreePlan, "subscription_id": n.Subscription, "purchase_id": n.Purchase, "tag_id": n.Tag, "badge_id": n.Badge,
		"custom_field_id": n.SingleSelectField, "option_id": n.FieldOption, "email": s.member(n.Moderator).Email,
	}
	arguments := map[string]any{}
	overrides := s.readOverrides()[name]
	for argument, value := range overrides {
		arguments[argument] = value
	}
	for _, argument := range schema.Required {
		value, ok := known[argument]
		if !ok && overrides[argument] == nil {
			s.t.Fatalf("%s requires %s, for which this test knows no value", name, argument)
		}
		if overrides[argument] == nil {
			arguments[argument] = value
		}
	}
	return arguments
}

// readOverrides are the arguments that have to fit each other.
func (s *sandboxed) readOverrides() map[string]map[string]any {
	n := s.sandbox.Notable()
	return map[string]map[string]any{
		"list_courseworks":  {"space_id": n.CourseSpace},
		"get_coursework":    {"space_id": n.CourseSpace},
		"search_members":    {"name": "a"},
		"refresh_directory": {"max_requests": 50},
		"get_plan_member":   {"plan_id": n.FreePlan, "member_id": n.SecondHost},
		"get_plan_invite":   {"plan_id": n.PaidPlan, "invite_id": n.PendingPlanInvite},
		"get_member_answer": {"custom_field_id": n.ShortTextField, "member_id": n.Moderator, "answer_id": n.Answer},
	}
}

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcp-mighty/mcp-mighty/e2e/naive"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
)

// asker asks the program as an assistant does, tool by tool.
type asker struct {
	t       *testing.T
	session *sdk.ClientSession
	// heard is how many bytes came back for a model to read, calls how many
	// tools were called.
	heard, calls int
}

// ask calls a tool and reads its result.
func (a *asker) ask(tool string, arguments map[string]any, into any) {
	a.t.Helper()
	result, err := a.session.CallTool(a.t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		a.t.Fatal(err)
	}
	text := result.Content[0].(*sdk.TextContent).Text
	a.calls++
	a.heard += len(text)
	if result.IsError || json.Unmarshal([]byte(text), into) != nil {
		a.t.Fatalf("%s(%v): %s", tool, arguments, text)
	}
}

// listed is a row of any list.
type listed struct {
	ID        uint64 `json:"id"`
	Name      string `json:"name"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Email     string `json:"email"`
	CreatorID uint64 `json:"creator_id"`
	MemberID  uint64 `json:"member_id"`
	Status    string `json:"status"`
	StartsAt  string `json:"starts_at"`
	Author    struct{ Email string }
	Reporter  struct{ Email string }
	IgnoredAt string `json:"ignored_at"`
	Earlier   int    `json:"earlier_reports"`
}

func (l listed) fullName() string { return strings.TrimSpace(l.FirstName + " " + l.LastName) }

// all walks a list as an assistant would: page by page, as the answers lead on.
func (a *asker) all(tool string, arguments map[string]any) []listed {
	a.t.Helper()
	var rows []listed
	for page, perPage := 1, 100; page != 0; {
		arguments["page"], arguments["per_page"] = page, perPage
		var result struct {
			Items    []listed
			NextPage int `json:"next_page"`
			PerPage  int `json:"per_page"`
		}
		a.ask(tool, arguments, &result)
		rows = append(rows, result.Items...)
		page, perPage = result.NextPage, result.PerPage
	}
	return rows
}

// question is one that a community manager asks of a day.
type question struct {
	words string
	// most is how many requests the program may take for it when it knows
	// nothing yet. Fewer are welcome.
	most  int
	ours  func(a *asker) []string
	naive func(ctx context.Context, c *naive.Client) ([]string, error)
}

func everydayQuestions(s *sandbox.Sandbox) []question {
	n := s.Notable()
	since := time.Now().UTC().AddDate(0, 0, -30).Truncate(24 * time.Hour)
	namesake, _ := s.MemberByID(n.Namesakes[0])
	holder, _ := s.MemberByID(n.SecondHost)
	var reported time.Time // since when the report counts
	return []question{
		{"Who joined in the last 30 days and has not posted yet?", 6, func(a *asker) (found []string) {
			wrote := map[uint64]bool{}
			for _, post := range a.all("list_posts", map[string]any{"fields": []string{"creator_id"}}) {
				wrote[post.CreatorID] = true
			}
			for _, m := range a.all("search_members", map[string]any{"joined_after": since.Format(time.DateOnly)}) {
				if !wrote[m.ID] {
					found = append(found, fmt.Sprint(m.ID))
				}
			}
			return found
		}, func(ctx context.Context, c *naive.Client) ([]string, error) { return c.JoinedAndSilent(ctx, since) }},

		{"Which members are called " + namesake.FirstName + " " + namesake.LastName + "?", 3, func(a *asker) (found []string) {
			for _, m := range a.all("search_members", map[string]any{"name": namesake.FirstName + " " + namesake.LastName}) {
				if strings.EqualFold(m.fullName(), namesake.FirstName+" "+namesake.LastName) {
					found = append(found, fmt.Sprint(m.ID, " ", m.Email))
				}
			}
			return found
		}, func(ctx context.Context, c *naive.Client) ([]string, error) {
			return c.Called(ctx, namesake.FirstName+" "+namesake.LastName)
		}},

		{"What does the person with this address have access to?", 2, func(a *asker) []string {
			var who struct{ Member listed }
			a.ask("find_member_by_email", map[string]any{"email": holder.Email, "fields": []string{"email"}}, &who)
			found := []string{fmt.Sprint(who.Member.ID)}
			for _, plan := range a.all("list_member_plans", map[string]any{"member_id": who.Member.ID}) {
				found = append(found, plan.Name)
			}
			return found
		}, func(ctx context.Context, c *naive.Client) ([]string, error) { return c.PlansOf(ctx, holder.Email) }},

		{"How many joined in the last 30 days, by week?", 3, func(a *asker) (found []string) {
			var report struct {
				Since time.Time
				Weeks []struct {
					Week   string
					Joined int
				} `json:"joined_by_week"`
			}
			a.ask("get_member_activity_report", map[string]any{}, &report)
			reported = report.Since
			for _, week := range report.Weeks {
				if week.Joined > 0 {
					found = append(found, fmt.Sprint(week.Week, " ", week.Joined))
				}
			}
			return found
		}, func(ctx context.Context, c *naive.Client) ([]string, error) { return c.JoinedByWeek(ctx, reported) }},

		{"Who in this space does not have this badge?", 32, func(a *asker) (found []string) {
			has := map[uint64]bool{}
			for _, m := range a.all("search_members", map[string]any{"space_id": n.PaidSpace, "badge_id": n.Badge, "max_requests": 200}) {
				has[m.ID] = true
			}
			for _, m := range a.all("search_members", map[string]any{"space_id": n.PaidSpace}) {
				if !has[m.ID] {
					found = append(found, fmt.Sprint(m.ID))
				}
			}
			return found
		}, func(ctx context.Context, c *naive.Client) ([]string, error) {
			return c.InSpaceWithoutBadge(ctx, n.PaidSpace, n.Badge)
		}},

		{"Which three events come next, and who said yes?", 4, func(a *asker) (found []string) {
			now := time.Now()
			events := slices.DeleteFunc(a.all("list_events", map[string]any{"fields": []string{"title", "starts_at"}}), func(e listed) bool {
				return e.starts().Before(now)
			})
			slices.SortFunc(events, func(x, y listed) int { return x.starts().Compare(y.starts()) })
			for _, event := range events[:3] {
				found = append(found, fmt.Sprint(event.ID))
				for _, rsvp := range a.all("list_rsvps", map[string]any{"event_id": event.ID}) {
					if rsvp.Status == "yes" {
						found = append(found, fmt.Sprint(event.ID, " ", rsvp.MemberID))
					}
				}
			}
			return found
		}, func(ctx context.Context, c *naive.Client) ([]string, error) { return c.NextEvents(ctx, 3, time.Now()) }},

		{"Which plans are there, and how many hold each?", 8, func(a *asker) (found []string) {
			for _, plan := range a.all("list_plans", map[string]any{}) {
				holders := a.all("list_plan_members", map[string]any{"plan_id": plan.ID, "fields": []string{"id"}})
				found = append(found, fmt.Sprint(plan.Name, " ", len(holders)))
			}
			return found
		}, func(ctx context.Context, c *naive.Client) ([]string, error) { return c.Plans(ctx) }},

		{"What are the newest ten posts of this space, and who wrote them?", 6, func(a *asker) (found []string) {
			var posts struct{ Items []listed }
			a.ask("list_posts", map[string]any{"space_id": n.AutoJoinSpace, "per_page": 10, "fields": []string{"title", "creator_id"}}, &posts)
			names := map[uint64]string{}
			for _, post := range posts.Items {
				if names[post.CreatorID] == "" {
					var author listed
					a.ask("get_member", map[string]any{"member_id": post.CreatorID, "fields": []string{"first_name", "last_name"}}, &author)
					names[post.CreatorID] = author.fullName()
				}
				found = append(found, fmt.Sprint(post.ID, " ", names[post.CreatorID]))
			}
			return found
		}, func(ctx context.Context, c *naive.Client) ([]string, error) {
			return c.LatestPosts(ctx, n.AutoJoinSpace, 10)
		}},

		{"What is reported and still open, by whom, about whom, and was it the first time?", 45, func(a *asker) (found []string) {
			for _, report := range a.openReports() {
				found = append(found, fmt.Sprint(report.ID, " by ", report.Author.Email, " reported by ", report.Reporter.Email, " after ", report.Earlier))
			}
			return found
		}, func(ctx context.Context, c *naive.Client) ([]string, error) { return c.ModerationQueue(ctx) }},

		{"What do we know of this member?", 24, func(a *asker) []string {
			var profile struct {
				Member                      listed
				Spaces, Plans, Tags, Badges []listed
				Answers                     []struct {
					Field uint64 `json:"custom_field_id"`
				}
				OpenReports []listed `json:"open_reports"`
			}
			a.ask("get_member_profile", map[string]any{"member_id": n.Spammers[0]}, &profile)
			found := []string{"member " + profile.Member.Email}
			for part, rows := range map[string][]listed{
				"spaces": profile.Spaces, "plans": profile.Plans, "tags": profile.Tags, "badges": profile.Badges, "reports": profile.OpenReports,
			} {
				for _, row := range rows {
					found = append(found, fmt.Sprint(part, " ", row.ID))
				}
			}
			for _, answer := range profile.Answers {
				found = append(found, fmt.Sprint("answers ", answer.Field))
			}
			return found
		}, func(ctx context.Context, c *naive.Client) ([]string, error) { return c.Everything(ctx, n.Spammers[0]) }},
	}
}

func (l listed) starts() time.Time {
	at, _ := time.Parse(time.RFC3339, l.StartsAt)
	return at
}

// openReports walks the queue, in which open reports come first.
func (a *asker) openReports() (open []listed) {
	for page := 1; page != 0; {
		var result struct {
			Items    []listed
			NextPage int `json:"next_page"`
		}
		a.ask("list_moderation_queue", map[string]any{"page": page}, &result)
		for _, report := range result.Items {
			if report.IgnoredAt != "" {
				return open
			}
			open = append(open, report)
		}
		page = result.NextPage
	}
	return open
}

// TestEverydayQuestions asks ten everyday questions through the program and
// through a thin client, of one community over HTTP. Both must answer the same.
// The program starts anew for each question and knows nothing then. In the
// column "directory" it starts anew as well, but finds a directory that was
// filled before, and in which the same was asked once; in the last column one
// program is asked all ten, one after the other.
func TestEverydayQuestions(t *testing.T) {
	community := sandbox.New(sandbox.Options{})
	api, err := sandbox.Start("127.0.0.1:0", community)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = api.Close() })
	env := []string{
		"MIGHTY_API_URL=" + api.URL, fmt.Sprint("MIGHTY_NETWORK_ID=", community.NetworkID()), "MIGHTY_API_TOKEN=" + community.Token(),
		"MIGHTY_REQUESTS_PER_MINUTE=10000", // what is asked here in a second takes a day elsewhere
	}
	thin := naive.New(fmt.Sprint(api.URL, "/admin/v1/networks/", community.NetworkID()), community.Token())
	t.Cleanup(thin.Close)
	warm := newAsker(t, env)
	questions := everydayQuestions(community)
	filled := with(env, "MIGHTY_STATE_DIR="+t.TempDir())
	first := newAsker(t, filled)
	_, filling, _ := measured(community, func() []string {
		var answer map[string]any
		first.ask("refresh_directory", map[string]any{"max_requests": 100}, &answer)
		return nil
	})
	for _, q := range questions {
		q.ours(first)
	}
	_ = first.session.Close()

	var table strings.Builder
	fmt.Fprintf(&table, "%-82s %20s %28s %21s %12s\n", "", "naive", "mcp-mighty", "directory", "all in one")
	var sums [4]int
	for _, q := range questions {
		cold := newAsker(t, env)
		ours, spent, took := measured(community, func() []string { return q.ours(cold) })
		_ = cold.session.Close()
		again, more, _ := measured(community, func() []string { return q.ours(warm) })
		known := newAsker(t, filled)
		remembered, fewer, quicker := measured(community, func() []string { return q.ours(known) })
		_ = known.session.Close()
		thin.Reset()
		theirs, _, theirTime := measured(community, func() []string {
			found, err := q.naive(t.Context(), thin)
			if err != nil {
				t.Fatal(err)
			}
			return found
		})
		read, requests := thin.Read()
		fmt.Fprintf(&table, "%-82s %3d in %5.2f s, %3d kB   %3d in %5.2f s, %3d kB, %2d calls %3d in %5.2f s %3d\n", q.words,
			requests, theirTime.Seconds(), len(read)/1000, spent, took.Seconds(), cold.heard/1000, cold.calls, fewer, quicker.Seconds(), more)
		if !slices.Equal(ours, theirs) || !slices.Equal(again, theirs) || !slices.Equal(remembered, theirs) || len(theirs) == 0 {
			t.Errorf("%s\nprogram   %v\nlater     %v\ndirectory %v\nby itself %v", q.words, ours, again, remembered, theirs)
		}
		if spent > q.most || spent > requests {
			t.Errorf("%s: %d requests; at most %d are expected, and a thin client takes %d", q.words, spent, q.most, requests)
		}
		if fewer > spent {
			t.Errorf("%s: %d requests with a directory, %d without", q.words, fewer, spent)
		}
		sums[0], sums[1], sums[2], sums[3] = sums[0]+requests, sums[1]+spent, sums[2]+more, sums[3]+fewer
	}
	if most := 70; sums[3] > most {
		t.Errorf("with a directory all ten questions take %d requests; at most %d are expected", sums[3], most)
	}
	t.Logf("filling the directory took %d requests", filling)
	if most := 95; sums[2] > most {
		t.Errorf("one program takes %d requests for all ten questions; at most %d are expected", sums[2], most)
	}
	t.Logf("requests for ten everyday questions, in a community of %d:\n%s%-82s %3d %27d %29d %12d\n", community.Members(), table.String(), "together", sums[0], sums[1], sums[3], sums[2])
}

// measured returns a sorted answer, the requests that it took, and the time.
func measured(community *sandbox.Sandbox, answer func() []string) (sorted []string, requests int, took time.Duration) {
	community.ResetRequests()
	start := time.Now()
	sorted = answer()
	took = time.Since(start)
	slices.Sort(sorted)
	return sorted, len(community.Requests()), took
}

// newAsker starts the program, which has no state yet, and connects to it.
func newAsker(t *testing.T, env []string) *asker {
	t.Helper()
	command := exec.Command(binary, "serve", "--toolsets", "all")
	command.Env = isolated(t, env...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	client := sdk.NewClient(&sdk.Implementation{Name: "asker", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &sdk.CommandTransport{Command: command}, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	t.Cleanup(func() { _ = session.Close() })
	return &asker{t: t, session: session}
}

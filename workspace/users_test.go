package workspace_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/sandbox"
	"github.com/mcp-mighty/mcp-mighty/sandbox/workspace"
	client "github.com/mcp-mighty/mcp-mighty/workspace"
)

func TestListUsersLeadsThroughAllPages(t *testing.T) {
	w := newWorld(t, workspace.Options{})
	want := w.Users()
	var got []client.User
	for offset, pages := 0, 0; pages == 0 || offset != 0; pages++ {
		page, err := w.client.ListUsers(t.Context(), client.ListOptions{Limit: 7, Offset: offset})
		if err != nil {
			t.Fatal(err)
		}
		if page.Total != len(want) || page.Limit != 7 || page.Offset != offset {
			t.Errorf("page %+v", page)
		}
		got = append(got, page.Users...)
		offset = page.NextOffset
	}
	if len(got) != len(want) {
		t.Fatalf("%d users, want %d", len(got), len(want))
	}
	for i, user := range want {
		g := got[i]
		if g.ID != user.ID || g.Name != user.Name || g.Email != user.Email || string(g.Role) != user.Role ||
			string(g.Status) != user.Status || !g.CreatedAt.Equal(user.CreatedAt) || !json.Valid(g.Raw) {
			t.Errorf("user %d is %+v, want %+v", i, g, user)
		}
	}
}

func TestListUsersOnTheWire(t *testing.T) {
	w := newWorld(t, workspace.Options{})
	for want, o := range map[string]client.ListOptions{
		"/v3/users?limit=20&offset=0":                            {},
		"/v3/users?limit=100&offset=40":                          {Limit: 100, Offset: 40},
		"/v3/users?limit=20&offset=0&role=editor&status=pending": {Role: client.RoleEditor, Status: client.StatusPending},
	} {
		page, err := w.client.ListUsers(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		requests := w.Requests()
		if got := requests[len(requests)-1].Path; got != want {
			t.Errorf("asked %s, want %s", got, want)
		}
		for _, user := range page.Users {
			if o.Role != "" && user.Role != o.Role || o.Status != "" && user.Status != o.Status {
				t.Errorf("%+v does not fit %+v", user, o)
			}
		}
	}
}

func TestWrongValuesCostNoRequest(t *testing.T) {
	w := newWorld(t, workspace.Options{})
	for _, o := range []client.ListOptions{{Limit: -1}, {Limit: 101}, {Offset: -1}, {Role: "owner"}, {Status: "gone"}} {
		_, err := w.client.ListUsers(t.Context(), o)
		apiError(t, err, apiclient.Validation)
	}
	for _, u := range []client.UserCreate{{Email: "a@b.example"}, {Name: "A", Email: " "}, {Email: "a@b.example", Name: "A", Role: "owner"}} {
		_, err := w.client.CreateUser(t.Context(), u)
		if e := apiError(t, err, apiclient.Validation); e.OutcomeUnknown() {
			t.Errorf("%v", e)
		}
	}
	if n := len(w.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestCreateUser(t *testing.T) {
	w := newWorld(t, workspace.Options{})
	ctx, meter := apiclient.WithMeter(t.Context())
	user, err := w.client.CreateUser(ctx, client.UserCreate{Email: " new@workspace.example ", Name: "New"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(user.ID, "usr_") || user.Role != client.RoleViewer || user.Status != client.StatusPending || user.CreatedAt.IsZero() {
		t.Errorf("%+v", user)
	}
	if meter.Requests() != 1 || len(w.Outbox()) != 1 {
		t.Errorf("%d requests, mail to %v; want one of each", meter.Requests(), w.Outbox())
	}
	if got, want := w.Requests()[0].Body, `{"email":"new@workspace.example","name":"New","role":"viewer"}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	admin, err := w.client.CreateUser(t.Context(), client.UserCreate{Email: "b@workspace.example", Name: "B", Role: client.RoleAdmin})
	if err != nil || admin.Role != client.RoleAdmin {
		t.Errorf("%+v, %v", admin, err)
	}
	_, err = w.client.CreateUser(t.Context(), client.UserCreate{Email: "b@workspace.example", Name: "B"})
	if e := apiError(t, err, apiclient.Validation); !strings.Contains(e.Error(), "taken") {
		t.Errorf("%v", e)
	}
}

func TestCreatedUserMayStandUnderData(t *testing.T) {
	c := answers(t, 201, "application/json", `{"data":{"id":"usr_1","email":"a@b.example"}}`)
	user, err := c.CreateUser(t.Context(), client.UserCreate{Email: "a@b.example", Name: "A"})
	if err != nil || user.ID != "usr_1" || user.Email != "a@b.example" {
		t.Errorf("%+v, %v", user, err)
	}
}

// A lost answer is an unknown outcome, and nothing is sent twice but what was
// turned away.
func TestAWriteIsDoneOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		fault    sandbox.Fault
		kind     apiclient.Kind
		mails    int
		requests int
	}{
		"lost":            {sandbox.Fault{Kind: sandbox.FaultResetAfter}, apiclient.OutcomeUnknown, 1, 1},
		"500":             {refusal(500, "", 0), apiclient.OutcomeUnknown, 0, 1},
		"503 with a wait": {refusal(503, "1", 0), apiclient.OutcomeUnknown, 0, 1},
		"429 with a wait": {refusal(429, "1", 0), apiclient.RateLimited, 0, 2},
		"429 for long":    {refusal(429, "60", 0), apiclient.RateLimited, 0, 1},
	} {
		w := newWorld(t, workspace.Options{})
		w.Inject(tt.fault)
		_, err := w.client.CreateUser(t.Context(), client.UserCreate{Email: "new@workspace.example", Name: "New"})
		e := apiError(t, err, tt.kind)
		if e.OutcomeUnknown() != (tt.kind == apiclient.OutcomeUnknown) || len(w.Requests()) != tt.requests || len(w.Outbox()) != tt.mails {
			t.Errorf("%s: %v after %d requests, mail to %v", name, e, len(w.Requests()), w.Outbox())
		}
		if e.OutcomeUnknown() && (!strings.Contains(e.Advice(), "e-mail") || !strings.Contains(e.Advice(), "pending")) {
			t.Errorf("%s: advice %q", name, e.Advice())
		}
	}
}

func TestAReadIsRepeated(t *testing.T) {
	w := newWorld(t, workspace.Options{})
	w.Inject(refusal(500, "", 2))
	ctx, meter := apiclient.WithMeter(t.Context())
	if _, err := w.client.ListUsers(ctx, client.ListOptions{}); err != nil || meter.Requests() != 3 {
		t.Errorf("%v after %d requests", err, meter.Requests())
	}
}

func TestUnreadableAnswers(t *testing.T) {
	user := `{"id":"usr_1"}`
	for name, body := range map[string]string{
		"no list":           `{"meta":{"total":0}}`,
		"null for the list": `{"data":null,"meta":{"total":0}}`,
		"an object":         `{"data":{},"meta":{"total":0}}`,
		"no total":          `{"data":[` + user + `],"meta":{}}`,
		"negative total":    `{"data":[],"meta":{"total":-1}}`,
		"null user":         `{"data":[null],"meta":{"total":1}}`,
		"user without id":   `{"data":[{"name":"A"}],"meta":{"total":1}}`,
		"numeric id":        `{"data":[{"id":7}],"meta":{"total":1}}`,
		"bare list":         `[]`,
		"null":              `null`,
		"empty":             ``,
		"web page":          `<html>`,
	} {
		_, err := answers(t, 200, "application/json", body).ListUsers(t.Context(), client.ListOptions{})
		if apiclient.KindOf(err) != apiclient.BadResponse {
			t.Errorf("%s: %v", name, err)
		}
		_, err = answers(t, 201, "application/json", body).CreateUser(t.Context(), client.UserCreate{Email: "a@b.example", Name: "A"})
		if apiclient.KindOf(err) != apiclient.OutcomeUnknown {
			t.Errorf("%s after a write: %v", name, err)
		}
	}
	page, err := answers(t, 200, "application/json", `{"data":[],"meta":{"total":5,"extra":1},"more":2}`).ListUsers(t.Context(), client.ListOptions{Offset: 3})
	if err != nil || page.NextOffset != 0 || page.Offset != 3 || page.Limit != client.DefaultLimit {
		t.Errorf("%+v, %v; want an empty page to be the last", page, err)
	}
}

func TestRefusals(t *testing.T) {
	body := func(message string) string {
		return `{"error":{"code":"some_code","message":"` + message + `","status":0,"request_id":"req_7f"}}`
	}
	for _, tt := range []struct {
		status int
		kind   apiclient.Kind
		advice string
	}{
		{400, apiclient.Validation, "Correct the values"},
		{401, apiclient.KeyRejected, "MIGHTY_WORKSPACE_TOKEN"},
		{403, apiclient.NotAllowed, "key of an admin"},
		{404, apiclient.NotFound, "MIGHTY_WORKSPACE_API_URL"},
		{409, apiclient.Conflict, "present state"},
		{418, apiclient.BadResponse, "defect"},
		{429, apiclient.RateLimited, "Wait a minute"},
		{500, apiclient.Unavailable, "not working"},
		{302, apiclient.Redirected, "redirects"},
	} {
		_, err := answers(t, tt.status, "application/json", body("it is so sk_live_0123456789abcdef")).ListUsers(t.Context(), client.ListOptions{})
		e := apiError(t, err, tt.kind)
		if e.RequestID != "req_7f" || !strings.Contains(e.Error(), "request req_7f]") || !strings.Contains(e.Advice(), tt.advice) {
			t.Errorf("%d: %v; %s", tt.status, e, e.Advice())
		}
		if strings.Contains(strings.ToLower(e.Message), "network") || tt.status != 302 && !strings.Contains(e.Message, "some_code: it is so") {
			t.Errorf("%d: message %q", tt.status, e.Message)
		}
	}
	// What the API wrote is cleaned, and other shapes are read as far as they go.
	for in, want := range map[string]string{
		`{"error":{"message":"a\u202eb\nc","request_id":"r\n1"}}`: `refused the values: "ab c" [HTTP 400, request r 1]`,
		`{"error":{"code":"only_code","request_id":5}}`:           `refused the values: "only_code" [HTTP 400]`,
		`{"error":{"message":"no sk_live_otherKey99 here"}}`:      `refused the values: "no *** here" [HTTP 400]`,
		`{"error":"text"}`: `refused the values [HTTP 400]`,
		`x`:                `refused the values [HTTP 400]`,
	} {
		_, err := answers(t, 400, "application/json", in).ListUsers(t.Context(), client.ListOptions{})
		if e := apiError(t, err, apiclient.Validation); !strings.HasSuffix(e.Error(), want) {
			t.Errorf("%s: %v", in, e)
		}
	}
	_, err := answers(t, 403, "text/html", "<html>").ListUsers(t.Context(), client.ListOptions{})
	apiError(t, err, apiclient.BotWall)
}

func TestAKeyWithoutRights(t *testing.T) {
	w := newWorld(t, workspace.Options{})
	viewer := newWorld(t, workspace.Options{}, func(o *client.Options) { o.Token = secret(w.ViewerToken()) })
	_, err := viewer.client.CreateUser(t.Context(), client.UserCreate{Email: "a@b.example", Name: "A"})
	if e := apiError(t, err, apiclient.NotAllowed); e.OutcomeUnknown() || e.RequestID == "" {
		t.Errorf("%v", e)
	}
	stranger := newWorld(t, workspace.Options{}, func(o *client.Options) { o.Token = secret("mn_0123456789abcdef") })
	_, err = stranger.client.ListUsers(t.Context(), client.ListOptions{})
	apiError(t, err, apiclient.KeyRejected)
}

// Plain HTTP is refused when the client is made, so that nothing is ever sent.
func TestOnlyHTTPS(t *testing.T) {
	sent := transport(func(*http.Request) (*http.Response, error) {
		t.Error("a request was sent")
		return nil, http.ErrServerClosed
	})
	for _, address := range []string{
		"http://api.admin.io", "http://192.0.2.1", "http://127.0.0.1.example", "ftp://api.admin.io", "https://user:secret@api.admin.io", "https://api.admin.io/v3/x", "api.admin.io",
	} {
		if _, err := client.New(client.Options{BaseURL: address, Token: secret("sk_live_x"), Transport: sent}); err == nil || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"", "https://api.admin.io", "http://127.0.0.1:1", "http://[::1]:1", "http://localhost"} {
		if _, err := client.New(client.Options{BaseURL: address, Token: secret("sk_live_x"), Transport: sent}); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := client.New(client.Options{}); err == nil {
		t.Error("a client without a key")
	}
}

func TestWhereAndAsWhom(t *testing.T) {
	var got *http.Request
	c := newClient(t, "", newClock(), func(o *client.Options) {
		o.Transport = transport(func(r *http.Request) (*http.Response, error) {
			got = r
			return nil, http.ErrServerClosed
		})
	})
	_, _ = c.ListUsers(t.Context(), client.ListOptions{})
	if got == nil || got.URL.Scheme+"://"+got.URL.Host+got.URL.Path != "https://api.admin.io:443/v3/users" ||
		got.Header.Get("Authorization") != "Bearer sk_live_0123456789abcdef" || got.UserAgent() != "mcp-mighty/1.2.3" {
		t.Errorf("%+v", got)
	}
}

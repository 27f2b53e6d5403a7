package apiclient

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// How each answer is understood, for a read and for a write.
func TestAnswersBecomeKinds(t *testing.T) {
	const html = "text/html; charset=utf-8"
	const js = "application/json"
	for _, tt := range []struct {
		status      int
		kind, body  string
		read, write Kind
	}{
		{400, js, `{"error":"Unexpected parameters"}`, Validation, Validation},
		{401, js, `{"error":"unauthorized"}`, KeyRejected, KeyRejected},
		{401, html, `<html>`, KeyRejected, KeyRejected},
		{402, js, `{"error":"x"}`, NotAllowed, NotAllowed},
		{403, js, `{"error":"forbidden"}`, NotAllowed, NotAllowed},
		{403, js, ``, NotAllowed, NotAllowed},
		{403, js, `{"error":"member is outside the network"}`, NotAllowed, NotAllowed},
		{403, js, `{"error":"This API key is not valid for this network"}`, WrongNetwork, WrongNetwork},
		{403, html, `<html>Just a moment...`, BotWall, BotWall},
		{403, "", `<!DOCTYPE html>`, BotWall, BotWall},
		{403, "text/plain", `error code: 1010`, BotWall, BotWall},
		{404, js, `{"error":"Couldn't find it"}`, NotFound, NotFound},
		{404, js, ``, NotFound, NotFound},
		{404, html, `<html>`, BadResponse, BadResponse},
		{405, js, `{}`, BadResponse, BadResponse},
		{408, js, `{}`, Unavailable, OutcomeUnknown},
		{409, js, `{"error":"x"}`, Conflict, Conflict},
		{410, js, `{}`, NotFound, NotFound},
		{418, js, `{}`, BadResponse, BadResponse},
		{422, js, `{"error":"Role is invalid"}`, Validation, Validation},
		{429, js, `{"error":"x"}`, RateLimited, RateLimited},
		{429, html, `<html>`, RateLimited, RateLimited},
		{500, js, `{"error":"x"}`, Unavailable, OutcomeUnknown},
		{502, html, `<html>`, Unavailable, OutcomeUnknown},
		{503, js, ``, Unavailable, OutcomeUnknown},
		{520, html, ``, Unavailable, OutcomeUnknown},
		{599, js, ``, Unavailable, OutcomeUnknown},
		{200, html, `<html>`, BadResponse, OutcomeUnknown},
		{200, js, ``, BadResponse, OutcomeUnknown},
		{200, js, `{"id":`, BadResponse, OutcomeUnknown},
		{200, js, `{}`, BadResponse, OutcomeUnknown},
		{200, js, `[]`, BadResponse, OutcomeUnknown},
		{204, js, ``, BadResponse, OutcomeUnknown},
		{202, js, `{"id":7}`, BadResponse, OutcomeUnknown},
		{206, js, `{"id":7}`, BadResponse, OutcomeUnknown},
		{301, html, ``, Redirected, Redirected},
		{302, html, ``, Redirected, OutcomeUnknown},
		{303, html, ``, Redirected, OutcomeUnknown},
		{304, js, ``, Redirected, OutcomeUnknown},
		{307, html, ``, Redirected, Redirected},
		{308, html, ``, Redirected, Redirected},
	} {
		t.Run(fmt.Sprint(tt.status, " ", tt.kind, " ", tt.body), func(t *testing.T) {
			var requests counter
			server := serve(t, requests.count(func(w http.ResponseWriter, r *http.Request) {
				if tt.status/100 == 3 {
					w.Header().Set("Location", "/elsewhere")
				}
				if tt.kind == "" {
					w.Header()["Content-Type"] = nil // no guessing by net/http
				} else {
					w.Header().Set("Content-Type", tt.kind)
				}
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			}))
			c := newClient(t, server.URL, func(o *Options) { o.Retry.Tries = 1 })
			_, err := c.Members().Get(t.Context(), 7)
			e := apiError(t, err, tt.read)
			if e.Status != tt.status || e.Changed != ChangedNo || e.Operation != "GET /networks/{network_id}/members/{id}/" {
				t.Errorf("read: %+v", e)
			}
			_, err = c.Members().Update(t.Context(), 7, MemberUpdate{Role: ptr("host")})
			e = apiError(t, err, tt.write)
			if e.Status != tt.status || (e.Changed == ChangedUnknown) != (tt.write == OutcomeUnknown) || e.Operation != "PATCH /networks/{network_id}/members/{id}/" {
				t.Errorf("write: %+v", e)
			}
			if requests.requests() != 2 {
				t.Errorf("%d requests, want one per call", requests.requests())
			}
		})
	}
}

// An operation without a result is done when the status says so, unless the
// answer is visibly not the API's.
func TestAnswersOfPlainWrites(t *testing.T) {
	for _, tt := range []struct {
		status     int
		kind, body string
		want       Kind
	}{
		{204, "application/json", ``, ""},
		{200, "application/json", `{}`, ""},
		{200, "application/json", ``, ""},
		{201, "text/html", `{}`, ""},
		{200, "text/html", `<html>`, OutcomeUnknown},
		{200, "text/plain", `OK`, OutcomeUnknown},
		{200, "application/json", `{"a":`, OutcomeUnknown},
		{202, "application/json", `{}`, OutcomeUnknown},
		{302, "text/html", ``, OutcomeUnknown},
		{500, "application/json", `{}`, OutcomeUnknown},
	} {
		server := serve(t, reply(tt.status, tt.kind, tt.body))
		err := newClient(t, server.URL).Members().Delete(t.Context(), 7)
		if KindOf(err) != tt.want || (err == nil) != (tt.want == "") {
			t.Errorf("%d %s %q: %v", tt.status, tt.kind, tt.body, err)
		}
	}
}

func TestNetworkRoutesSayWrongNetwork(t *testing.T) {
	server := serve(t, replyJSON(404, `{"error":"not found"}`))
	c := newClient(t, server.URL)
	_, err := c.Networks().Get(t.Context())
	apiError(t, err, WrongNetwork)
	_, err = c.Me().Get(t.Context())
	apiError(t, err, WrongNetwork)
	_, err = c.Spaces().Get(t.Context(), 1)
	apiError(t, err, NotFound)
}

func TestUpstreamMessages(t *testing.T) {
	for _, tt := range []struct {
		body    string
		message string
		details []string
	}{
		{`{"error":"Role is invalid"}`, `"Role is invalid"`, nil},
		{`{"error":"invalid","message":"Role is invalid","status":422}`, `"invalid: Role is invalid"`, nil},
		{`{"error":"Invalid","message":"invalid"}`, `"invalid"`, nil},
		{`{"message":"Role is invalid"}`, `"Role is invalid"`, nil},
		{`{"error":{"message":"Role is invalid"}}`, `"Role is invalid"`, nil},
		{`{"errors":[{"detail":"one"},{"message":"two"},{"title":"three"},"four",{"x":1},7]}`, `"one"`, []string{"one", "two", "three", "four"}},
		{`{"errors":{"role":["is invalid","is odd"],"email":"is taken"}}`, `"email: is taken"`, []string{"email: is taken", "role: is invalid", "role: is odd"}},
		{`{"errors":"plain"}`, `"plain"`, []string{"plain"}},
		{`{"error":"top","errors":["a"]}`, `"top"`, []string{"a"}},
		{`{"error":null}`, ``, nil},
		{`{"error":42}`, ``, nil},
		{`not JSON`, ``, nil},
		{`[]`, ``, nil},
	} {
		server := serve(t, replyJSON(422, tt.body))
		_, err := newClient(t, server.URL).Members().Get(t.Context(), 7)
		e := apiError(t, err, Validation)
		if _, said, _ := strings.Cut(e.Message, ": "); said != tt.message {
			t.Errorf("%s: message %q, want %q", tt.body, said, tt.message)
		}
		if diff := cmp.Diff(tt.details, e.Details); diff != "" {
			t.Errorf("%s: details (-want +got)\n%s", tt.body, diff)
		}
		for _, detail := range e.Details[min(1, len(e.Details)):] {
			if !strings.Contains(e.Error(), detail) {
				t.Errorf("%s: Error() leaves out %q: %s", tt.body, detail, e)
			}
		}
	}
}

func TestUpstreamMessagesAreBounded(t *testing.T) {
	many := strings.Repeat(`"x",`, 500) + `"y"`
	server := serve(t, replyJSON(422, `{"error":"`+strings.Repeat("a\\n", 5000)+`","errors":[`+many+`]}`))
	_, err := newClient(t, server.URL).Members().Get(t.Context(), 7)
	e := apiError(t, err, Validation)
	if n := len([]rune(e.Message)); n > maxMessage+100 {
		t.Errorf("the message has %d characters", n)
	}
	if len(e.Details) != maxMessages {
		t.Errorf("%d details", len(e.Details))
	}
	if strings.ContainsAny(e.Error(), "\r\n") {
		t.Error("more than one line")
	}
}

func TestTheKeyIsInNoError(t *testing.T) {
	for _, echo := range []string{
		testToken,
		"Bearer " + testToken + " rejected",
		testToken[:10] + "\u200b" + testToken[10:],      // held apart by something invisible
		strings.Repeat("x", maxMessage-8) + testToken,   // cut in the middle
		"mn_ffffffffffffffffffffffffffffffffffffffffff", // somebody else's
	} {
		server := serve(t, replyJSON(422, `{"error":`+strconv.Quote(echo)+`,"errors":[`+strconv.Quote(echo)+`]}`))
		_, err := newClient(t, server.URL).Members().Update(t.Context(), 7, MemberUpdate{Role: ptr("host")})
		e := apiError(t, err, Validation)
		for _, text := range []string{e.Error(), e.Message, e.Advice(), strings.Join(e.Details, " "), fmt.Sprintf("%+v", *e)} {
			if strings.Contains(text, "mn_") {
				t.Errorf("%q: the key shows in %q", echo, text)
			}
		}
	}
}

func TestAKeyOfAnyShapeIsInNoError(t *testing.T) {
	const token = "s3cr3t.of-another/shape"
	server := serve(t, replyJSON(403, `{"error":"key `+token+` refused"}`))
	c := newClient(t, server.URL, func(o *Options) { o.Token = config.NewSecret(token) })
	_, err := c.Members().Get(t.Context(), 7)
	if e := apiError(t, err, NotAllowed); strings.Contains(fmt.Sprintf("%v %+v", e, *e), "s3cr3t") || !strings.Contains(e.Message, "key *** refused") {
		t.Errorf("%v", e)
	}
}

func TestErrorReadsAsASentence(t *testing.T) {
	const op = "PATCH /networks/{network_id}/members/{id}/"
	for want, e := range map[string]*Error{
		op + `: the network refused the values: "a" (a; b) [HTTP 422]; nothing was changed`:    {Kind: Validation, Status: 422, Operation: op, Message: `the network refused the values: "a"`, Details: []string{"a", "b"}},
		op + `: the answer was lost; whether it took effect is unknown`:                        {Kind: OutcomeUnknown, Operation: op, Message: "the answer was lost", Changed: ChangedUnknown},
		`GET /networks/{network_id}/: the API failed [HTTP 500]`:                               {Kind: Unavailable, Status: 500, Operation: "GET /networks/{network_id}/", Message: "the API failed"},
		`GET /networks/{network_id}/: the request was refused because there were too many`:     {Kind: RateLimited, Operation: "GET /networks/{network_id}/", Message: "the request was refused because there were too many"},
		op + `: the connection was refused; nothing was changed`:                               {Kind: Unavailable, Operation: op, Message: "the connection was refused"},
		op + `: the network does not allow this: "no" [HTTP 403]; nothing was changed`:         {Kind: NotAllowed, Status: 403, Operation: op, Message: `the network does not allow this: "no"`, Details: []string{"no"}},
		op + `: the API reported success, but x [HTTP 201]; whether it took effect is unknown`: {Kind: OutcomeUnknown, Status: 201, Operation: op, Message: "the API reported success, but x", Changed: ChangedUnknown},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if ChangedNo.String() != "no" || ChangedUnknown.String() != "unknown" {
		t.Error("Changed has other names")
	}
}

func TestKindOf(t *testing.T) {
	e := &Error{Kind: Conflict, cause: errors.ErrUnsupported}
	if KindOf(fmt.Errorf("wrapped: %w", e)) != Conflict || KindOf(nil) != "" || KindOf(errors.New("x")) != "" {
		t.Error("KindOf")
	}
	if !errors.Is(e, errors.ErrUnsupported) {
		t.Error("Unwrap")
	}
}

// Every kind must have an advice of its own.
func TestEveryKindAdvises(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]Kind{(&Error{Kind: "unheard of"}).Advice(): "unheard of"}
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			value := spec.(*ast.ValueSpec)
			if typ, ok := value.Type.(*ast.Ident); !ok || typ.Name != "Kind" {
				continue
			}
			text, err := strconv.Unquote(value.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			advice := (&Error{Kind: Kind(text)}).Advice()
			if other, twice := seen[advice]; twice || advice == "" {
				t.Errorf("%s advises the same as %s: %s", text, other, advice)
			}
			seen[advice] = Kind(text)
		}
	}
	if len(seen) != 17 {
		t.Errorf("%d kinds seen", len(seen)-1)
	}
	if advice := (&Error{Kind: NotAllowed}).Advice(); !strings.Contains(advice, "plan") {
		t.Errorf("a 403 may mean a plan without API; the advice does not say so: %s", advice)
	}
}

func TestAdviceSaysHowLong(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 30, 0, time.UTC)
	for want, e := range map[string]*Error{
		"Try again in 30 seconds (at 12:00:30 UTC).": {Kind: RateLimited, RetryAfter: 29*time.Second + 1, RetryAt: at},
		"Try again in 1 second.":                     {Kind: BreakerOpen, RetryAfter: time.Millisecond},
		"Wait a minute before trying again.":         {Kind: Unavailable},
	} {
		if got := e.Advice(); !strings.Contains(got, want) {
			t.Errorf("%q does not contain %q", got, want)
		}
	}
}

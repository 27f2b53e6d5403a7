package sandbox

import (
	"strings"
	"testing"
	"time"
)

func TestParseFault(t *testing.T) {
	for spec, want := range map[string]Fault{
		"GET /members status=500 times=2":   {Method: "GET", Path: "/members", Kind: FaultStatus, Status: 500, Times: 2},
		"POST /posts hang":                  {Method: "POST", Path: "/posts", Kind: FaultHang},
		"* /spaces truncate":                {Method: "*", Path: "/spaces", Kind: FaultTruncate},
		"GET /members/* 429 retry-after=2":  {Method: "GET", Path: "/members/*", Kind: FaultStatus, Status: 429, RetryAfter: "2"},
		"patch   /members/*\treset-after ":  {Method: "PATCH", Path: "/members/*", Kind: FaultResetAfter},
		"* * slow delay=1.5s skip=3":        {Method: "*", Path: "*", Kind: FaultSlow, Delay: 1500 * time.Millisecond, Skip: 3},
		"GET / envelope shape=list times=1": {Method: "GET", Path: "/", Kind: FaultEnvelope, Shape: ShapeList, Times: 1},
		"POST /posts status-after=502":      {Method: "POST", Path: "/posts", Kind: FaultStatusAfter, Status: 502},
		"GET /posts drip delay=1ms":         {Method: "GET", Path: "/posts", Kind: FaultDrip, Delay: time.Millisecond},
		"* * bot-wall":                      {Method: "*", Path: "*", Kind: FaultBotWall},
		"DELETE /posts/** reset":            {Method: "DELETE", Path: "/posts/**", Kind: FaultReset},
		`* * 500 html body='<p>"no"</p>'`:   {Method: "*", Path: "*", Kind: FaultStatus, Status: 500, HTML: true, Body: `<p>"no"</p>`},
		`* * 500 body="a\n'b' c"`:           {Method: "*", Path: "*", Kind: FaultStatus, Status: 500, Body: "a\n'b' c"},
		`* * 429 retry-after="Thu, 05 Mar 2026 12:00:09 GMT"`: {Method: "*", Path: "*", Kind: FaultStatus, Status: 429,
			RetryAfter: "Thu, 05 Mar 2026 12:00:09 GMT"},
		"* * status=307 location=http://127.0.0.1:1/x": {Method: "*", Path: "*", Kind: FaultStatus, Status: 307, Location: "http://127.0.0.1:1/x"},
	} {
		got, err := ParseFault(spec)
		if err != nil || got != want {
			t.Errorf("%q\n got %+v, %v\nwant %+v", spec, got, err, want)
			continue
		}
		if again, err := ParseFault(got.String()); err != nil || again != got {
			t.Errorf("%q written as %q reads %+v, %v", spec, got, again, err)
		}
	}
}

func TestParseFaultErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"":                                 "want METHOD PATH WHAT",
		"GET /members":                     "want METHOD PATH WHAT",
		"FETCH /members 500":               `unknown method "FETCH"; valid: *, GET, POST, PUT, PATCH, DELETE`,
		"GET members 500":                  `path "members" must start with /`,
		"GET /members explode":             `unknown fault "explode"; valid: status=CODE, CODE, status-after=CODE, bot-wall, hang, reset, reset-after, truncate, slow, hang-after, hang-body, drip, huge, plain, envelope`,
		"GET /members status":              `unknown fault "status"; valid: status=CODE`,
		"GET /members status=teapot":       `status "teapot" is not a number`,
		"GET /members 99":                  "status 99 is not between 200 and 599",
		"GET /members 500 tiems=2":         `unknown option "tiems=2"; valid: times=N, skip=N, retry-after=V, location=URL, html, body=TEXT, delay=DURATION, shape=S`,
		"GET /members 500 loud":            `unknown option "loud"; valid: times=N`,
		"GET /members 500 times=0":         `times "0" is not a whole number above 0`,
		"GET /members 500 skip=x":          `skip "x" is not a whole number above 0`,
		"GET /members slow":                "slow needs a delay above 0",
		"GET /members slow delay=soon":     `delay "soon" is not a duration`,
		"GET /members 500 delay=2s":        "delay only goes with slow and drip",
		"GET /members drip":                "drip needs a delay above 0",
		"GET /members status-after=soon":   `status "soon" is not a number`,
		"GET /members status-after":        `unknown fault "status-after"`,
		"GET /members envelope shape=ball": `shape "ball" is not valid; it goes with envelope and is one of: results, list, data, empty`,
		"GET /members hang html":           "status, location, html and body only go with a status fault",
		"GET /members hang retry-after=1":  "retry-after only goes with a status or bot-wall fault",
		`GET /members 500 body="open`:      "a double quote is not closed",
		`GET /members 500 body='open`:      "a single quote is not closed",
	} {
		_, err := ParseFault(spec)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q\n got %v\nwant …%s…", spec, err, want)
		}
	}
}

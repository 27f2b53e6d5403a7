package workspace_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mcp-mighty/mcp-mighty/sandbox/workspace"
)

// ask makes one request and returns the answer with its status and headers.
func ask(t *testing.T, w *workspace.Workspace, key, method, path, body string) (int, http.Header, map[string]any) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+key)
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	var answer map[string]any
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return recorder.Code, recorder.Result().Header, answer
}

func TestRefusals(t *testing.T) {
	w := workspace.New(workspace.Options{})
	users := w.Users()
	taken, _ := json.Marshal(map[string]string{"email": strings.ToUpper(users[0].Email), "name": "A"})
	for name, tt := range map[string]struct {
		key, method, path, body string
		status                  int
	}{
		"wrong key":       {"sk_live_wrong", "GET", "/v3/users", "", 401},
		"no key":          {"", "GET", "/v3/users", "", 401},
		"no rights":       {w.ViewerToken(), "POST", "/v3/users", `{"email":"a@b.example","name":"A"}`, 403},
		"other path":      {w.Token(), "GET", "/v3/user", "", 404},
		"other method":    {w.Token(), "DELETE", "/v3/users", "", 404},
		"limit 0":         {w.Token(), "GET", "/v3/users?limit=0", "", 400},
		"limit 101":       {w.Token(), "GET", "/v3/users?limit=101", "", 400},
		"offset":          {w.Token(), "GET", "/v3/users?offset=-1", "", 400},
		"role":            {w.Token(), "GET", "/v3/users?role=owner", "", 400},
		"status":          {w.Token(), "GET", "/v3/users?status=gone", "", 400},
		"parameter":       {w.Token(), "GET", "/v3/users?page=2", "", 400},
		"no JSON":         {w.Token(), "POST", "/v3/users", `x`, 400},
		"no name":         {w.Token(), "POST", "/v3/users", `{"email":"a@b.example"}`, 400},
		"no e-mail":       {w.Token(), "POST", "/v3/users", `{"name":"A"}`, 400},
		"unknown field":   {w.Token(), "POST", "/v3/users", `{"email":"a@b.example","name":"A","x":1}`, 400},
		"unknown role":    {w.Token(), "POST", "/v3/users", `{"email":"a@b.example","name":"A","role":"owner"}`, 400},
		"address in use":  {w.Token(), "POST", "/v3/users", string(taken), 400},
		"name in address": {w.Token(), "POST", "/v3/users", `{"email":"A <a@b.example>","name":"A"}`, 400},
	} {
		status, _, answer := ask(t, w, tt.key, tt.method, tt.path, tt.body)
		problem, _ := answer["error"].(map[string]any)
		if status != tt.status || problem["status"] != float64(tt.status) || problem["code"] == "" || !strings.HasPrefix(problem["request_id"].(string), "req_") {
			t.Errorf("%s: %d %v, want %d", name, status, answer, tt.status)
		}
	}
	if len(w.Users()) != len(users) || len(w.Outbox()) != 0 {
		t.Error("a refusal changed something")
	}
}

func TestLimit(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	w := workspace.New(workspace.Options{PerMinute: 2, Now: func() time.Time { return now }})
	for i, want := range []string{"1", "0"} {
		now = now.Add(time.Duration(i) * 10 * time.Second)
		status, header, _ := ask(t, w, w.Token(), "GET", "/v3/users", "")
		if status != 200 || header.Get("X-RateLimit-Limit") != "2" || header.Get("X-RateLimit-Remaining") != want {
			t.Errorf("%d %v", status, header)
		}
	}
	status, header, _ := ask(t, w, w.Token(), "GET", "/v3/users", "")
	if status != 429 || header.Get("Retry-After") != "50" || header.Get("X-RateLimit-Reset") != "50" {
		t.Errorf("%d %v", status, header)
	}
	if status, _, _ := ask(t, w, w.ViewerToken(), "GET", "/v3/users", ""); status != 200 {
		t.Errorf("another key: %d", status)
	}
	now = now.Add(50 * time.Second)
	if status, _, _ := ask(t, w, w.Token(), "GET", "/v3/users", ""); status != 200 {
		t.Errorf("in the next minute: %d", status)
	}
}

package tools_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
)

// bytesPerToken is how cheaply tokens are counted.
const bytesPerToken = 3

// fattened answers like a handler, with every text as long as can be, and with
// full pages, so that nothing fits.
func fattened(next http.Handler) http.Handler { return fattening(next, true) }

func fattening(next http.Handler, fullPages bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		var body any
		decoder := json.NewDecoder(bytes.NewReader(answer.Body.Bytes()))
		decoder.UseNumber()
		if r.Method == http.MethodGet && decoder.Decode(&body) == nil {
			encoded, _ := json.Marshal(fatten(body, fullPages))
			answer.Body = bytes.NewBuffer(encoded)
			answer.Header().Del("Content-Length")
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// texts are the fields that people fill.
var texts = []string{"title", "name", "first_name", "last_name", "description", "summary", "bio", "text", "location", "purpose", "reason", "link", "permalink"}

func fatten(value any, fullPages bool) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = fatten(v[i], fullPages)
		}
	case map[string]any:
		for name, part := range v {
			if _, isText := part.(string); isText && slices.Contains(texts, name) {
				part = strings.Repeat("ein langer Text ohne Ende ", 100)
			}
			if items, ok := part.([]any); ok && fullPages && (name == "items" || name == "data") && len(items) > 0 {
				for len(items) < 100 {
					items = append(items, items...)
				}
				part = items[:100]
			}
			v[name] = fatten(part, fullPages)
		}
	}
	return value
}

// TestNoAnswerIsOverItsBudget asks every tool that reads for as much as it can
// give, of a network in which everything is as long as can be.
func TestNoAnswerIsOverItsBudget(t *testing.T) {
	notUnderRace(t)
	const tokens = 20_000
	s := newSandboxed(t, func(o *setup) { o.front, o.sandbox.Members = fattened, 120 })
	for _, tool := range s.catalogue.All() {
		if tool.Risk.Acts() {
			continue
		}
		for _, detail := range []string{"concise", "full"} {
			if !slices.Contains(tool.Input.Properties(), "detail") && detail == "full" {
				continue
			}
			arguments := s.readArguments(tool.Name)
			if slices.Contains(tool.Input.Properties(), "detail") {
				arguments["detail"] = detail
			}
			for name, most := range map[string]int{"per_page": 100, "limit": 100} {
				if slices.Contains(tool.Input.Properties(), name) {
					arguments[name] = most
				}
			}
			if tool.Name == "list_moderation_queue" {
				arguments["per_page"] = 50
			}
			answer := s.call(tool.Name, arguments)
			if len(answer.JSON)+len(answer.Problem) > tokens*bytesPerToken {
				t.Errorf("%s %s: %d bytes", tool.Name, detail, len(answer.JSON)+len(answer.Problem))
			}
			if answer.Problem != "" {
				t.Errorf("%s %s: %.300s", tool.Name, detail, answer.Problem)
				continue
			}
			var result struct {
				Items      []json.RawMessage
				NextPage   int `json:"next_page"`
				NextOffset int `json:"next_offset"`
				PerPage    int `json:"per_page"`
				Note       string
			}
			if err := json.Unmarshal(answer.JSON, &result); err != nil {
				t.Fatal(err)
			}
			// Every page that is not empty has 100 rows; what is missing must follow.
			n, leadsOn := len(result.Items), result.NextPage+result.NextOffset > 0
			if n > 0 && n < 100 && tool.Name != "list_moderation_queue" && !strings.Contains(result.Note, "Cut to fit") {
				t.Errorf("%s %s shows %d rows of 100 and does not say that it was cut: %s", tool.Name, detail, n, result.Note)
			}
			if n > 0 && strings.Contains(result.Note, "Cut to fit") && !leadsOn {
				t.Errorf("%s %s was cut and does not lead on: %s", tool.Name, detail, result.Note)
			}
		}
	}
}

// TestCutListsLoseNobody walks a list whose pages never fit.
func TestCutListsLoseNobody(t *testing.T) {
	lengthen := func(next http.Handler) http.Handler { return fattening(next, false) }
	s := newSandboxed(t, func(o *setup) { o.front, o.sandbox.Members = lengthen, 120 })
	seen := map[string]int{}
	page, perPage := 1, 100
	for calls := 0; page != 0; calls++ {
		if calls > 200 {
			t.Fatal("there is no end")
		}
		result := s.ok("list_members", map[string]any{"page": page, "per_page": perPage, "detail": "full"})
		for _, row := range rowsOf(result) {
			seen[fmt.Sprint(row["id"])]++
		}
		next, _ := result["next_page"].(float64)
		page, perPage = int(next), int(result["per_page"].(float64))
	}
	listed := 0
	for id, times := range seen {
		if times != 1 {
			t.Errorf("member %s came %d times", id, times)
		}
		listed++
	}
	stats := s.ok("get_network_stats", map[string]any{})
	if float64(listed) != stats["members"] {
		t.Errorf("%d members were listed of %v", listed, stats["members"])
	}
}

// TestAnOperatorsBudget holds all to a smaller budget, and acting tools as well.
func TestAnOperatorsBudget(t *testing.T) {
	notUnderRace(t)
	const tokens = 2_000
	s := newSandboxed(t, func(o *setup) {
		o.front, o.sandbox.Members, o.answerTokens, o.mode = fattened, 120, tokens, guardrails.PreviewOnly
	})
	for _, tool := range s.catalogue.All() {
		arguments := s.goodArguments()[tool.Name]
		if !tool.Risk.Acts() {
			arguments = s.readArguments(tool.Name)
		}
		answer := s.call(tool.Name, arguments)
		if size := len(answer.JSON) + len(answer.Problem); size > tokens*bytesPerToken {
			t.Errorf("%s: %d bytes", tool.Name, size)
		}
		if answer.Code == "too_long" && (tool.Risk.Acts() || !strings.Contains(answer.Problem, "smaller per_page")) {
			t.Errorf("%s: %s", tool.Name, answer.Problem)
		}
	}
}

// TestBulkItemsAreTheOperators refuses a list that is longer than the operator
// wants, before anything is asked.
func TestBulkItemsAreTheOperators(t *testing.T) {
	s := newSandboxed(t, func(o *setup) { o.bulkItems = 2 })
	var items []map[string]any
	for _, id := range []uint64{1, 2, 3} {
		items = append(items, map[string]any{"post_id": id})
	}
	answer := s.problem("bulk_delete_posts", map[string]any{"items": items})
	if !strings.Contains(answer.Problem, "3 elements; this server takes 2 at most") || len(s.sandbox.Requests()) > 0 {
		t.Errorf("%s, after %d requests", answer.Problem, len(s.sandbox.Requests()))
	}
}

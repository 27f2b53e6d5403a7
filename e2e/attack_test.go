package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// rpc is a JSON-RPC message of any kind.
type rpc struct {
	ID     any
	Method string
	Result struct {
		IsError      bool
		ResultType   string
		RequestState string
		Content      []struct{ Text string }
	}
}

func (m rpc) text() string {
	if len(m.Result.Content) == 0 {
		return ""
	}
	return m.Result.Content[0].Text
}

// wanted is an answer as a person would give it, by way of their client.
const wanted = `{"action":"accept","content":{"approve":true}}`

// modernCall is a call of the stateless era with what else its parameters hold.
func modernCall(tool, arguments, more string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":%q,"arguments":%s%s,"_meta":{`+
		`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"raw","version":"1"},`+
		`"io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}}}`, tool, arguments, more)
}

// yesTo are the parameters that answer a question.
func yesTo(state string) string {
	return fmt.Sprintf(`,"requestState":%q,"inputResponses":{"approval":%s}`, state, wanted)
}

func post(t *testing.T, url, body string, header ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

// callHTTP makes one call of the stateless era over HTTP.
func callHTTP(t *testing.T, server, tool, arguments, more string) rpc {
	t.Helper()
	_, body := post(t, server+"/mcp", modernCall(tool, arguments, more), "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", tool)
	return lastMessage(t, body)
}

func lastMessage(t *testing.T, body string) (last rpc) {
	t.Helper()
	for line := range strings.Lines(body) {
		if data := strings.TrimPrefix(line, "data: "); strings.HasPrefix(data, "{") {
			last = rpc{}
			if err := json.Unmarshal([]byte(data), &last); err != nil {
				t.Fatalf("%v: %s", err, body)
			}
		}
	}
	return last
}

// community is a sandbox of its own, and what its users need to know.
type community struct {
	t          *testing.T
	url, token string
	env        []string // of programs that use it
	space      uint64   // one that takes posts
}

func newCommunity(t *testing.T, args ...string) *community {
	t.Helper()
	p := start(t, isolated(t), append([]string{"sandbox", "--listen", "127.0.0.1:0", "--members", "60"}, args...)...)
	c := &community{t: t, url: p.url(), token: p.stderr.waitFor(t, tokenPattern)}
	c.env = isolated(t, "MIGHTY_API_URL="+c.url, "MIGHTY_NETWORK_ID=4242", "MIGHTY_API_TOKEN="+c.token, "MIGHTY_MODE=live")
	c.space = c.posts("")[0].SpaceID
	return c
}

type apiPost struct {
	SpaceID uint64 `json:"space_id"`
	Title   string
}

// posts asks the API itself for the latest posts of a title, "" for any.
func (c *community) posts(title string) (found []apiPost) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.url+"/admin/v1/networks/4242/posts?per_page=100", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("User-Agent", "attack")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	var page struct{ Items []apiPost }
	if err := json.NewDecoder(response.Body).Decode(&page); err != nil {
		c.t.Fatal(err)
	}
	for _, item := range page.Items {
		if title == "" || item.Title == title {
			found = append(found, item)
		}
	}
	return found
}

func (c *community) announcement(title string) string {
	return fmt.Sprintf(`{"space_id":%d,"title":%q}`, c.space, title)
}

// TestOneApprovalRunsOnceAcrossPrograms sends one yes many times at once to
// two servers that share a state directory.
func TestOneApprovalRunsOnceAcrossPrograms(t *testing.T) {
	c := newCommunity(t)
	servers := []string{serveHTTP(t, c.env), serveHTTP(t, c.env)}
	arguments := c.announcement("Once")
	asked := callHTTP(t, servers[0], "announce_post", arguments, "")
	if asked.Result.ResultType != "input_required" {
		t.Fatalf("no question came: %+v", asked)
	}
	answers := make([]rpc, 12)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			answers[i] = callHTTP(t, servers[i%2], "announce_post", arguments, yesTo(asked.Result.RequestState))
		})
	}
	wg.Wait()
	done := 0
	for _, answer := range answers {
		switch {
		case !answer.Result.IsError && strings.Contains(answer.text(), `"status":"done"`):
			done++
		case !strings.Contains(answer.text(), "Nothing was done by this call"):
			t.Errorf("neither done nor refused: %+v", answer)
		}
	}
	if made := c.posts("Once"); done != 1 || len(made) != 1 {
		t.Errorf("%d callers were told it was done, and %d posts were made; want one", done, len(made))
	}
}

// TestKilledInTheAct kills the server between the intent and the outcome. The
// journal keeps it open, and the approval is not good for another try.
func TestKilledInTheAct(t *testing.T) {
	c := newCommunity(t, "--fault", "POST /posts hang")
	first := start(t, c.env, "serve", "--http", "127.0.0.1:0")
	arguments := c.announcement("Killed")
	asked := callHTTP(t, first.url(), "announce_post", arguments, "")
	go func() {
		request, err := http.NewRequest(http.MethodPost, first.url()+"/mcp", strings.NewReader(modernCall("announce_post", arguments, yesTo(asked.Result.RequestState))))
		if err != nil {
			return
		}
		for name, value := range map[string]string{
			"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
			"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "announce_post",
		} {
			request.Header.Set(name, value)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
		}
	}()
	open := func() bool {
		return strings.Contains(run(t, c.env, "", "doctor").stdout, "how announce_post on network default ended is not known")
	}
	for deadline := time.Now().Add(30 * time.Second); !open(); {
		if time.Now().After(deadline) {
			t.Fatal("the intent never reached the journal")
		}
	}
	first.stop(syscall.SIGKILL)
	if !open() {
		t.Error("after the kill the journal does not say that the outcome is unknown")
	}
	again := callHTTP(t, serveHTTP(t, c.env), "announce_post", arguments, yesTo(asked.Result.RequestState))
	if !again.Result.IsError || !strings.Contains(again.text(), "was used before") || len(c.posts("Killed")) != 0 {
		t.Errorf("the old answer after the kill: %+v", again)
	}
}

// shaken opens a session of the handshake era and returns its id.
func shaken(t *testing.T, server string) string {
	t.Helper()
	response, body := post(t, server+"/mcp", handshake)
	id := response.Header.Get("Mcp-Session-Id")
	if id == "" {
		t.Fatalf("no session: %s", body)
	}
	return id
}

const handshake = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"raw","version":"1"}}}`

// events reads a stream of server-sent events and hands on what it carries.
func events(body io.Reader) <-chan string {
	all := make(chan string, 100)
	go func() {
		defer close(all)
		lines := bufio.NewScanner(body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				all <- data
			}
		}
	}()
	return all
}

// message waits for the next message of a stream that is an answer or a
// question, pings aside.
func message(t *testing.T, stream <-chan string) (m rpc) {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case data, more := <-stream:
			if !more {
				t.Fatal("the stream ended")
			}
			m = rpc{}
			if err := json.Unmarshal([]byte(data), &m); err == nil && m.Method != "ping" {
				return m
			}
		case <-late:
			t.Fatal("nothing came")
		}
	}
}

// stream sends a request whose answer is a stream.
func stream(t *testing.T, method, address, body string, header ...string) <-chan string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return events(response.Body)
}

// sse is a session of the older HTTP+SSE transport.
type sse struct {
	stream   <-chan string
	endpoint string
}

func openSSE(t *testing.T, server string) sse {
	t.Helper()
	s := sse{stream: stream(t, http.MethodGet, server+"/sse", "")}
	s.endpoint = server + <-s.stream
	post(t, s.endpoint, handshake)
	message(t, s.stream)
	return s
}

// typedYes is the answer that approves a ban of the [spammer], whose name not
// every keyboard has.
func typedYes(victim uint64) string {
	return fmt.Sprintf(`{"action":"accept","content":{"type_to_approve":"%d"}}`, victim)
}

// answers are a yes to each of the ids that a question may have.
func answers(wanted string) (all []string) {
	for _, id := range []string{"1", "2", "3", "4", `"1"`, "1.0", "null", "-1", "1e30"} {
		all = append(all, fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, id, wanted))
	}
	return append(all, "["+all[0]+"]")
}

// TestStrangersCannotAnswer lets clients that were not asked say yes, to every
// id that the question may have, on every transport.
func TestStrangersCannotAnswer(t *testing.T) {
	env := isolated(t)
	victim := spammer(t, env)
	wanted := typedYes(victim)
	p := start(t, env, "serve", "--http", "127.0.0.1:0", "--sandbox")
	server := p.url()
	call := fmt.Sprintf(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"ban_member","arguments":{"member_id":%d}}}`, victim)
	mine, theirs := shaken(t, server), shaken(t, server)
	asker, bystander := openSSE(t, server), openSSE(t, server)
	strangers := func() {
		for _, answer := range answers(wanted) {
			post(t, server+"/mcp", answer, "Mcp-Session-Id", theirs)
			post(t, server+"/mcp", answer)
			post(t, server+"/mcp", answer, "Mcp-Session-Id", strings.Repeat("A", 26))
			post(t, server+"/mcp", answer, "MCP-Protocol-Version", "2026-07-28", "Mcp-Session-Id", theirs)
			post(t, bystander.endpoint, answer)
			post(t, server+"/message?sessionId="+mine, answer)
		}
	}
	no := func(question rpc) string {
		if id, _ := question.ID.(float64); id < 1 || id > 4 {
			t.Errorf("the question has the id %v, which the strangers did not try", question.ID)
		}
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":%v,"result":{"action":"decline"}}`, question.ID)
	}
	mustDecline := func(answer rpc) {
		t.Helper()
		if !answer.Result.IsError || !strings.Contains(answer.text(), "was declined") {
			t.Errorf("who was asked said no, and got %+v", answer)
		}
	}

	overHTTP := stream(t, http.MethodPost, server+"/mcp", call, "Mcp-Session-Id", mine)
	question := message(t, overHTTP)
	strangers()
	post(t, server+"/mcp", no(question), "Mcp-Session-Id", mine)
	mustDecline(message(t, overHTTP))
	for _, late := range answers(wanted) {
		post(t, server+"/mcp", late, "Mcp-Session-Id", mine)
	}

	post(t, asker.endpoint, call)
	question = message(t, asker.stream)
	strangers()
	post(t, asker.endpoint, no(question))
	mustDecline(message(t, asker.stream))
	for _, late := range answers(wanted) {
		post(t, asker.endpoint, late)
	}

	if there := callHTTP(t, server, "get_member", fmt.Sprintf(`{"member_id":%d}`, victim), ""); there.Result.IsError {
		t.Errorf("the member is gone: %s", there.text())
	}
	endpoint, err := url.Parse(asker.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{mine, theirs, endpoint.Query().Get("sessionId")} {
		if secret == "" || strings.Contains(p.stderr.String(), secret) {
			t.Errorf("the log holds the session id %q", secret)
		}
	}
}

// TestAnswersInDoubtAreNo answers a question in ways that are no plain yes.
func TestAnswersInDoubtAreNo(t *testing.T) {
	env := isolated(t)
	victim := spammer(t, env)
	wanted := typedYes(victim)
	server := serveHTTP(t, env, "--sandbox")
	call := fmt.Sprintf(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"ban_member","arguments":{"member_id":%d}}}`, victim)
	session, asker := shaken(t, server), openSSE(t, server)
	for _, doubtful := range []string{
		`"result":` + wanted + `,"error":{"code":-1,"message":"closed"}`,
		`"error":{"code":-32603,"message":"accept"}`,
		`"result":{"action":"accept"}`,
		`"result":{"action":"accept","content":{}}`,
		`"result":{"action":"accept","content":{"approve":true}}`,
		`"result":{"action":"accept","content":{"type_to_approve":""}}`,
		`"result":{"action":"accept","content":{"type_to_approve":"yes"}}`,
		`"result":{"action":"accept","content":{"type_to_approve":true}}`,
		`"result":{"action":"accept","content":{"type_to_approve":null}}`,
		`"result":` + strings.Replace(wanted, "}}", `,"also":1}}`, 1),
		`"result":` + strings.Replace(wanted, "}}", `,"approve":true}}`, 1),
		`"result":{"action":"accept","content":[true]}`,
		`"result":` + strings.Replace(wanted, "accept", "ACCEPT", 1),
		`"result":` + strings.Replace(wanted, "accept", "decline", 1),
		`"result":` + strings.Replace(wanted, "accept", "cancel", 1),
		`"result":` + strings.Replace(wanted, `"action":"accept",`, "", 1),
	} {
		answer := func(question rpc) string {
			return fmt.Sprintf(`{"jsonrpc":"2.0","id":%v,%s}`, question.ID, doubtful)
		}
		overHTTP := stream(t, http.MethodPost, server+"/mcp", call, "Mcp-Session-Id", session)
		post(t, server+"/mcp", answer(message(t, overHTTP)), "Mcp-Session-Id", session)
		if got := message(t, overHTTP); !got.Result.IsError || !strings.Contains(got.text(), "Nothing was done") {
			t.Errorf("over HTTP, %s: %+v", doubtful, got)
		}
		post(t, asker.endpoint, call)
		post(t, asker.endpoint, answer(message(t, asker.stream)))
		if got := message(t, asker.stream); !got.Result.IsError || !strings.Contains(got.text(), "Nothing was done") {
			t.Errorf("over SSE, %s: %+v", doubtful, got)
		}
	}
	if there := callHTTP(t, server, "get_member", fmt.Sprintf(`{"member_id":%d}`, victim), ""); there.Result.IsError {
		t.Errorf("the member is gone: %s", there.text())
	}
}

// TestFramesThatAreNoCallsDoNothing sends what looks like a call and is none.
func TestFramesThatAreNoCallsDoNothing(t *testing.T) {
	c := newCommunity(t)
	params := fmt.Sprintf(`"params":{"name":"create_post","arguments":%s}`, c.announcement("Smuggled"))
	twice := fmt.Sprintf(`"params":{"name":"create_post","arguments":{"space_id":%d,"title":"Smuggled","title":"Smuggled"}}`, c.space)
	frames := []string{
		`{"jsonrpc":"2.0","method":"tools/call",` + params + `}`,
		`{"jsonrpc":"2.0","id":null,"method":"tools/call",` + params + `}`,
		`[{"jsonrpc":"2.0","id":3,"method":"tools/call",` + params + `}]`,
		`{"jsonrpc":"2.0","id":4,"method":"tools/call",` + params + `,"result":{}}`,
		`{"jsonrpc":"1.0","id":5,"method":"tools/call",` + params + `}`,
		`{"id":6,"method":"tools/call",` + params + `}`,
		`{"jsonrpc":"2.0","id":7,"method":"Tools/Call",` + params + `}`,
		`{"jsonrpc":"2.0","id":8,"method":"tools/call ",` + params + `}`,
		`{"jsonrpc":"2.0","id":9,"result":{"method":"tools/call",` + params + `}}`,
		`{"jsonrpc":"2.0","id":10,"method":"tools/call",` + twice + `}`,
		`{"jsonrpc":"2.0","id":11,"method":"tools/call",` + params + `}}`,
		`{"jsonrpc":"2.0","id":12,"method":"tools/call",` + params,
	}
	server := serveHTTP(t, c.env)
	session := shaken(t, server)
	for _, frame := range frames {
		post(t, server+"/mcp", frame, "Mcp-Session-Id", session)
	}
	command := exec.Command(binary, "serve")
	command.Env = c.env
	command.Stdin = strings.NewReader(handshake + "\n" + strings.Join(frames, "\n") + "\n" + `{"jsonrpc":"2.0","id":99,"method":"ping"}`)
	output, err := command.Output()
	if err != nil || !regexp.MustCompile(`"id":99,"result"`).Match(output) {
		t.Errorf("over stdio: %v\n%s", err, output)
	}
	if made := c.posts("Smuggled"); len(made) != 0 {
		t.Errorf("%d posts were made", len(made))
	}
}

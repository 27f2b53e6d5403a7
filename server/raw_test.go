package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// frame is a JSON-RPC message of any kind.
type frame struct {
	ID     any            `json:"id"`
	Method string         `json:"method"`
	Params map[string]any `json:"params"`
	Result map[string]any `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// text is the text of a tool's result.
func (f frame) text() string {
	content, _ := f.Result["content"].([]any)
	if len(content) == 0 {
		return ""
	}
	first, _ := content[0].(map[string]any)
	text, _ := first["text"].(string)
	return text
}

// status is what an acting tool says of itself.
func (f frame) status() any {
	result, _ := f.Result["structuredContent"].(map[string]any)
	return result["status"]
}

func (f frame) isError() bool { is, _ := f.Result["isError"].(bool); return is }

func message(id any, method string, params map[string]any) string {
	m := map[string]any{"jsonrpc": "2.0", "method": method}
	if id != nil {
		m["id"] = id
	}
	if params != nil {
		m["params"] = params
	}
	encoded, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

func answerTo(id any, result map[string]any) string {
	encoded, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, "result": result})
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// modern adds what every request of the modern era carries.
func modern(params map[string]any, capabilities map[string]any) map[string]any {
	with := map[string]any{"_meta": map[string]any{
		"io.modelcontextprotocol/protocolVersion":    modernVersion,
		"io.modelcontextprotocol/clientInfo":         map[string]any{"name": "raw", "version": "1"},
		"io.modelcontextprotocol/clientCapabilities": capabilities,
	}}
	for k, v := range params {
		with[k] = v
	}
	return with
}

var (
	canForm = map[string]any{"elicitation": map[string]any{}}
	canNone = map[string]any{}
)

func hello(capabilities map[string]any) map[string]any {
	return map[string]any{
		"protocolVersion": legacyVersion, "capabilities": capabilities,
		"clientInfo": map[string]any{"name": "raw", "version": "1"},
	}
}

func callParams(tool string, arguments map[string]any) map[string]any {
	return map[string]any{"name": tool, "arguments": arguments}
}

// rawHTTP speaks HTTP without the help of a library.
type rawHTTP struct {
	t       *testing.T
	url     string
	client  *http.Client
	session string
}

func (w *world) rawHTTP() *rawHTTP {
	return &rawHTTP{t: w.t, url: w.serveHTTP().url, client: webClient(w.t)}
}

// answer is an HTTP answer with the JSON-RPC messages in it.
type answered struct {
	status int
	header http.Header
	body   string
	frames []frame
}

// last is the answer to the request; before it come notifications.
func (a answered) last() frame {
	if len(a.frames) == 0 {
		return frame{}
	}
	return a.frames[len(a.frames)-1]
}

func (r *rawHTTP) request(ctx context.Context, method, path, body string, change ...func(*http.Request)) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, r.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Accept", "application/json, text/event-stream")
	if r.session != "" {
		request.Header.Set("Mcp-Session-Id", r.session)
	}
	for _, c := range change {
		c(request)
	}
	return r.client.Do(request)
}

func (r *rawHTTP) do(method, path, body string, change ...func(*http.Request)) answered {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	response, err := r.request(ctx, method, path, body, change...)
	if err != nil {
		r.t.Fatal(err)
	}
	return readHTTP(r.t, response)
}

func readHTTP(t *testing.T, response *http.Response) answered {
	t.Helper()
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answered{status: response.StatusCode, header: response.Header, body: string(body)}
	kind := response.Header.Get("Content-Type")
	switch {
	case strings.HasPrefix(kind, "application/json"):
		var f frame
		if err := json.Unmarshal(body, &f); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		a.frames = []frame{f}
	case strings.HasPrefix(kind, "text/event-stream"):
		for line := range strings.Lines(string(body)) {
			if data, ok := strings.CutPrefix(line, "data:"); ok {
				var f frame
				if err := json.Unmarshal([]byte(data), &f); err != nil {
					t.Fatalf("%v: %s", err, data)
				}
				a.frames = append(a.frames, f)
			}
		}
	}
	return a
}

// open begins a session of the handshake era.
func (r *rawHTTP) open(capabilities map[string]any) {
	r.t.Helper()
	a := r.do("POST", "/mcp", message(0, "initialize", hello(capabilities)))
	r.session = a.header.Get("Mcp-Session-Id")
	if a.status != 200 || r.session == "" {
		r.t.Fatalf("initialize: %d %s", a.status, a.body)
	}
}

// modernHeaders are what a modern request carries besides its body.
func modernHeaders(method, name string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("MCP-Protocol-Version", modernVersion)
		r.Header.Set("Mcp-Method", method)
		if name != "" {
			r.Header.Set("Mcp-Name", name)
		}
	}
}

func (r *rawHTTP) callModern(tool string, params map[string]any, capabilities map[string]any) answered {
	r.t.Helper()
	return r.do("POST", "/mcp", message(1, "tools/call", modern(params, capabilities)), modernHeaders("tools/call", tool))
}

// rawLines speaks stdio without the help of a library.
type rawLines struct {
	t      *testing.T
	pipe   *pipes
	frames chan frame // closed at the end of the server's output
	junk   chan string
}

func (w *world) rawStdio() *rawLines {
	r := &rawLines{t: w.t, pipe: w.serveStdio(), frames: make(chan frame, 20_000), junk: make(chan string, 100)}
	go func() {
		defer close(r.frames)
		scanner := bufio.NewScanner(r.pipe.out)
		scanner.Buffer(nil, 64<<20)
		for scanner.Scan() {
			var f frame
			if err := json.Unmarshal(scanner.Bytes(), &f); err != nil || !bytes.Contains(scanner.Bytes(), []byte(`"jsonrpc":"2.0"`)) {
				r.junk <- scanner.Text()
				continue
			}
			r.frames <- f
		}
	}()
	w.t.Cleanup(func() {
		select {
		case junk := <-r.junk:
			w.t.Errorf("not a frame: %q", junk)
		default:
		}
	})
	return r
}

func (r *rawLines) send(lines ...string) {
	r.t.Helper()
	if _, err := io.WriteString(r.pipe.in, strings.Join(lines, "\n")+"\n"); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rawLines) next() frame {
	r.t.Helper()
	select {
	case f, more := <-r.frames:
		if !more {
			r.t.Fatal("the server's output ended")
		}
		return f
	case <-time.After(patience):
		r.t.Fatal("no message came")
	}
	panic("unreachable")
}

// rest returns what still comes until the output ends.
func (r *rawLines) rest() []frame {
	r.t.Helper()
	var all []frame
	deadline := time.After(patience)
	for {
		select {
		case f, more := <-r.frames:
			if !more {
				return all
			}
			all = append(all, f)
		case <-deadline:
			r.t.Fatal("the server's output did not end")
		}
	}
}

// open shakes hands.
func (r *rawLines) open(capabilities map[string]any) {
	r.t.Helper()
	r.send(message("hello", "initialize", hello(capabilities)))
	if f := r.next(); f.ID != "hello" || f.Result == nil {
		r.t.Fatalf("initialize: %+v", f)
	}
	r.send(message(nil, "notifications/initialized", nil))
}

// rawSSE speaks the older HTTP+SSE transport without the help of a library.
type rawSSE struct {
	*rawHTTP
	endpoint string
	frames   chan frame // closed when the stream ends
	leave    context.CancelFunc
}

func (r *rawHTTP) openSSE() *rawSSE {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r.t.Cleanup(cancel)
	response, err := r.request(ctx, "GET", "/sse", "")
	if err != nil {
		r.t.Fatal(err)
	}
	if response.StatusCode != 200 {
		r.t.Fatalf("GET /sse: %d", response.StatusCode)
	}
	for name := range response.Header {
		if strings.HasPrefix(name, "Access-Control") {
			r.t.Errorf("header %s: %s", name, response.Header.Get(name))
		}
	}
	s := &rawSSE{rawHTTP: r, frames: make(chan frame, 1000), leave: cancel}
	lines := bufio.NewReader(response.Body)
	for s.endpoint == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			r.t.Fatal(err)
		}
		s.endpoint, _ = strings.CutPrefix(strings.TrimSpace(line), "data: ")
		if !strings.HasPrefix(s.endpoint, "/") {
			s.endpoint = ""
		}
	}
	go func() {
		defer close(s.frames)
		defer func() { _ = response.Body.Close() }()
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				var f frame
				if json.Unmarshal([]byte(data), &f) == nil {
					s.frames <- f
				}
			}
		}
	}()
	return s
}

func (s *rawSSE) post(body string, change ...func(*http.Request)) answered {
	s.t.Helper()
	return s.do("POST", s.endpoint, body, change...)
}

func (s *rawSSE) next() frame {
	s.t.Helper()
	select {
	case f, more := <-s.frames:
		if !more {
			s.t.Fatal("the stream ended")
		}
		return f
	case <-time.After(patience):
		s.t.Fatal("no event came")
	}
	panic("unreachable")
}

func (s *rawSSE) shake(capabilities map[string]any) {
	s.t.Helper()
	if a := s.post(message("hello", "initialize", hello(capabilities))); a.status != 202 {
		s.t.Fatalf("initialize: %d %s", a.status, a.body)
	}
	if f := s.next(); f.ID != "hello" || f.Result == nil {
		s.t.Fatalf("initialize: %+v", f)
	}
}

// ended waits for the end of the stream.
func (s *rawSSE) ended() {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case _, more := <-s.frames:
			if !more {
				return
			}
		case <-deadline:
			s.t.Fatal("the stream did not end")
		}
	}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func host(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }

func wantStatus(t *testing.T, what string, a answered, status int) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: %d, want %d: %s", what, a.status, status, a.body)
	}
}

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The bars for the built program.
const (
	// The first 33 tools fitted into 20 MB; all 146 and their client do not.
	// SQLite is the largest part, the Go runtime and TLS the next. What is
	// resident are pages of the program by two thirds. Both grow by a tenth when
	// anything looks up methods by a name that it is given, as text/template
	// does: then the linker keeps every method there is.
	maxBinary   = 22_800_000 // bytes
	maxResident = 25 << 20   // bytes, after the first tools/list
)

func TestBinaryIsSmall(t *testing.T) {
	info, err := os.Stat(binary)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the binary has %d bytes", info.Size())
	if info.Size() > maxBinary {
		t.Errorf("the binary has %d bytes, more than %d", info.Size(), maxBinary)
	}
}

// pipes is a server over stdio that is spoken to in raw frames.
type pipes struct {
	tb     testing.TB
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	nextID int
}

func startPipes(tb testing.TB, env []string) *pipes {
	tb.Helper()
	p := &pipes{tb: tb, cmd: exec.Command(binary, "serve")}
	p.cmd.Env = env
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		tb.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	p.ask("initialize", `{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}`)
	_, _ = io.WriteString(p.in, `{"jsonrpc":"2.0","method":"notifications/initialized"}`+"\n")
	return p
}

// ask sends a request and returns its answer's line.
func (p *pipes) ask(method, params string) []byte {
	p.nextID++
	fmt.Fprintf(p.in, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`+"\n", p.nextID, method, params)
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		p.tb.Fatal(err)
	}
	return line
}

func (p *pipes) stop() {
	_ = p.in.Close()
	_ = p.cmd.Wait()
}

// elsewhere is an environment with a network that nobody answers for: the
// program alone is measured, without an embedded sandbox.
func elsewhere(tb testing.TB) []string {
	home := tb.TempDir()
	return []string{
		"HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + home, "MIGHTY_MODE=live",
		"MIGHTY_NETWORK_ID=4242", "MIGHTY_API_TOKEN=mn_x", "MIGHTY_API_URL=http://127.0.0.1:1",
	}
}

func TestMemoryAfterFirstList(t *testing.T) {
	p := startPipes(t, elsewhere(t))
	defer p.stop()
	if list := p.ask("tools/list", `{}`); !bytes.Contains(list, []byte("ban_member")) {
		t.Fatalf("tools/list: %s", list)
	}
	resident := residentBytes(t, p.cmd.Process.Pid)
	t.Logf("%d bytes are resident after the first tools/list", resident)
	if resident > maxResident {
		t.Errorf("%d bytes are resident, more than %d", resident, maxResident)
	}
}

func residentBytes(tb testing.TB, pid int) int64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		var kilobytes int64
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10
		}
	}
	tb.Fatal("the kernel does not say how much is resident")
	return 0
}

// BenchmarkStartToList measures from process start to the first complete
// tools/list over stdio.
func BenchmarkStartToList(b *testing.B) {
	env := elsewhere(b)
	for b.Loop() {
		p := startPipes(b, env)
		p.ask("tools/list", `{}`)
		b.StopTimer()
		p.stop()
		b.StartTimer()
	}
}

// upstream is a sandbox of its own process, its key, and a member in it.
type upstream struct {
	url, token string
	member     uint64
}

func startUpstream(b *testing.B, env []string) upstream {
	b.Helper()
	command := exec.Command(binary, "sandbox", "--listen", "127.0.0.1:0")
	command.Env = env
	output := newLogged()
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	u := upstream{url: output.waitFor(b, urlPattern), token: output.waitFor(b, tokenPattern)}
	var page struct{ Items []struct{ ID uint64 } }
	if err := json.Unmarshal(u.get(b, "/members?per_page=1"), &page); err != nil || len(page.Items) != 1 {
		b.Fatalf("list members: %v", err)
	}
	u.member = page.Items[0].ID
	return u
}

// get makes the request that a tool makes, with net/http alone.
func (u upstream) get(b *testing.B, path string) []byte {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, u.url+"/admin/v1/networks/4242"+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+u.token)
	request.Header.Set("User-Agent", "bench/1")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("GET %s: %d %v", path, response.StatusCode, err)
	}
	return body
}

func (u upstream) env(b *testing.B) []string {
	return with(elsewhere(b), "MIGHTY_API_URL="+u.url, "MIGHTY_API_TOKEN="+u.token)
}

// BenchmarkGetMember compares a look-up through the program with the same
// request made directly.
func BenchmarkGetMember(b *testing.B) {
	u := startUpstream(b, elsewhere(b))
	path := fmt.Sprintf("/members/%d/", u.member)
	params := fmt.Sprintf(`{"name":"get_member","arguments":{"member_id":%d}}`, u.member)
	good := []byte(`"structuredContent"`)

	b.Run("direct", func(b *testing.B) {
		for b.Loop() {
			u.get(b, path)
		}
	})
	b.Run("stdio", func(b *testing.B) {
		p := startPipes(b, u.env(b))
		defer p.stop()
		for b.Loop() {
			if answer := p.ask("tools/call", params); !bytes.Contains(answer, good) {
				b.Fatalf("get_member: %s", answer)
			}
		}
	})
	b.Run("http", func(b *testing.B) {
		command := exec.Command(binary, "serve", "--http", "127.0.0.1:0")
		command.Env = u.env(b)
		output := newLogged()
		command.Stderr = output
		if err := command.Start(); err != nil {
			b.Fatal(err)
		}
		defer func() {
			_ = command.Process.Kill()
			_ = command.Wait()
		}()
		url := output.waitFor(b, urlPattern) + "/mcp"
		body := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{` +
			`"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"},` +
			`"io.modelcontextprotocol/clientCapabilities":{}},` + params[1:] + `}`
		for b.Loop() {
			request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
			if err != nil {
				b.Fatal(err)
			}
			for name, value := range map[string]string{
				"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
				"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "get_member",
			} {
				request.Header.Set(name, value)
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				b.Fatal(err)
			}
			answer, err := io.ReadAll(response.Body)
			_ = response.Body.Close()
			if err != nil || !bytes.Contains(answer, good) {
				b.Fatalf("get_member: %d %s %v", response.StatusCode, answer, err)
			}
		}
	})
}

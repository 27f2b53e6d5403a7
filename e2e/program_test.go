// Package e2e drives the built program the way its users do: over its real
// transports, with clients that are not ours.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the built program.
var binary string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "mcp-mighty-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "mcp-mighty")
	// As a release is built: without symbols that only debuggers need.
	command := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "../cmd/mcp-mighty")
	if output, err := command.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, output)
		return 1
	}
	return m.Run()
}

// isolated is an environment in which the program finds neither a key nor
// files of the person who runs the tests.
func isolated(t *testing.T, more ...string) []string {
	t.Helper()
	home := t.TempDir()
	env := []string{"HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_STATE_HOME=" + home, "PATH=" + os.Getenv("PATH")}
	if coverage := os.Getenv("GOCOVERDIR"); coverage != "" {
		env = append(env, "GOCOVERDIR="+coverage)
	}
	return append(env, more...)
}

// with returns a copy of an environment with more variables.
func with(env []string, more ...string) []string { return slices.Concat(env, more) }

// finished is a run of the program that has ended.
type finished struct {
	stdout, stderr string
	code           int
}

// run runs the program to its end, without a terminal.
func run(t *testing.T, env []string, input string, args ...string) finished {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, binary, args...)
	command.Env = env
	command.Stdin = strings.NewReader(input)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if ctx.Err() != nil {
		t.Fatalf("mcp-mighty %v did not end; stderr: %s", args, stderr.String())
	}
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return finished{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// process is a running program.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stderr *logged
	exited chan error
}

// start starts a program that goes on until it is stopped.
func start(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(binary, args...), stderr: newLogged(), exited: make(chan error, 1)}
	p.cmd.Env = env
	p.cmd.Stdout = p.stderr
	p.cmd.Stderr = p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.exited <- p.cmd.Wait() }()
	t.Cleanup(func() { p.stop(syscall.SIGKILL) })
	return p
}

// stop sends a signal and waits for the end.
func (p *process) stop(signal syscall.Signal) {
	p.t.Helper()
	_ = p.cmd.Process.Signal(signal)
	select {
	case err := <-p.exited:
		p.exited <- err
	case <-time.After(30 * time.Second):
		p.t.Errorf("%v did not end after %v:\n%s", p.cmd.Args, signal, p.stderr)
	}
}

// urlPattern is where a program listens, as it says itself.
var urlPattern = regexp.MustCompile(`http://127\.0\.0\.1:[1-9]\d*`)

// url waits until the program says where it listens.
func (p *process) url() string {
	p.t.Helper()
	return p.stderr.waitFor(p.t, urlPattern)
}

// serveHTTP starts a server with a sandboxed community on a free port.
func serveHTTP(t *testing.T, env []string, args ...string) string {
	t.Helper()
	p := start(t, env, append([]string{"serve", "--http", "127.0.0.1:0"}, args...)...)
	return p.url()
}

// logged collects what a program writes and lets tests wait for a line.
type logged struct {
	mu   sync.Mutex
	grew *sync.Cond
	text strings.Builder
}

func newLogged() *logged {
	l := &logged{}
	l.grew = sync.NewCond(&l.mu)
	return l
}

// Write implements io.Writer.
func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.grew.Broadcast()
	return l.text.Write(p)
}

// String returns all that was written.
func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logged) waitFor(t testing.TB, pattern *regexp.Regexp) string {
	t.Helper()
	late := time.AfterFunc(30*time.Second, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.text.WriteString("\n(gave up waiting)")
		l.grew.Broadcast()
	})
	defer late.Stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		text := l.text.String()
		if found := pattern.FindString(text); found != "" {
			return found
		}
		if strings.HasSuffix(text, "(gave up waiting)") {
			t.Fatalf("waited in vain for %s in:\n%s", pattern, text)
		}
		l.grew.Wait()
	}
}

// lines splits output into its lines.
func lines(text string) []string {
	var all []string
	scanner := bufio.NewScanner(strings.NewReader(text))
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		all = append(all, scanner.Text())
	}
	return all
}

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browserVariable, set to anything, makes it a failure that there is no
// browser; .ci/run sets it.
const browserVariable = "MCP_MIGHTY_NEEDS_BROWSER"

// browser is a headless Chromium with one window.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu         sync.Mutex
	complaints []string // what the console said
}

func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv(browserVariable) != "" {
		t.Fatal("there is no Chromium on this machine, and it is needed: apt-get install chromium")
	}
	t.Skip("there is no Chromium on this machine; install one (apt-get install chromium) to run this test")
	return ""
}

// newBrowser starts a browser with an empty profile.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(findBrowser(t)), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1000, 900))
	allocated, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocated)
	b := &browser{t: t, ctx: ctx}
	heard := make(chan struct{})
	console := chromedp.Console(ctx)
	go func() {
		defer close(heard)
		for message, err := range console {
			if err != nil {
				return
			}
			b.hear(message)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-heard
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return b
}

// hear keeps what a developer would see in the console: errors, and what the
// page's own policy forbade.
func (b *browser) hear(message chromedp.ConsoleMessage) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case strings.HasPrefix(message.Text, "Failed to load resource: the server responded with a status of 4"):
		// A page that is a refusal is one on purpose.
	case strings.HasPrefix(message.Text, "Autofocus processing was blocked"):
		// Tests press keys sooner than anybody can.
	default:
		b.complaints = append(b.complaints, message.String()+" "+message.URL)
	}
}

// complained returns what the console said since it was last asked.
func (b *browser) complained() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	said := b.complaints
	b.complaints = nil
	return said
}

func (b *browser) mustBeQuiet() {
	b.t.Helper()
	if said := b.complained(); len(said) > 0 {
		b.t.Errorf("the console says: %s", strings.Join(said, "\n"))
	}
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("in the browser: %v; it shows:\n%s", err, b.tree())
	}
}

// tree is the page as text, for messages of tests.
func (b *browser) tree() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body?.innerText ?? ""`))
	return text
}

func (b *browser) open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
}

// eval returns the value of an expression.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits until an expression is true.
func (b *browser) until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	for {
		// While a page is replaced by the next one there is nothing to ask.
		if holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)); err == nil && holds {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("in vain: %s; the page shows:\n%s", expression, b.tree())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// shows waits until the page shows a text.
func (b *browser) shows(text string) {
	b.t.Helper()
	encoded, _ := json.Marshal(text)
	b.until(fmt.Sprintf(`document.body !== null && document.body.innerText.includes(%s)`, encoded))
}

// window gives the window a size, and the person a preference.
func (b *browser) window(width, height int64, scheme string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
}

// eventually waits for something outside of the page.
func (b *browser) eventually(holds func() bool) {
	b.t.Helper()
	for late := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(late) {
			b.t.Fatalf("in vain; the page shows:\n%s", b.tree())
		}
	}
}

// press presses keys, as somebody without a mouse does.
func (b *browser) press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// tabTo presses the tab key until an element has the focus.
func (b *browser) tabTo(selector string) {
	b.t.Helper()
	encoded, _ := json.Marshal(selector)
	for range 40 {
		if eval[bool](b, fmt.Sprintf(`document.activeElement.matches(%s)`, encoded)) {
			return
		}
		b.press(kb.Tab)
	}
	b.t.Fatalf("the tab key does not reach %s; the page shows:\n%s", selector, b.tree())
}

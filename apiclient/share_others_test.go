package apiclient

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// What another process with the same state writes does not stay in memory
// here; what we write ourselves drops no more than it touches.
func TestOthersWritesDropWhatIsKept(t *testing.T) {
	dir := t.TempDir()
	g := &gated{}
	process := func(network string) *Client {
		return sharing(t, g, func(o *Options) { o.Writes = store.NewWriteCount(dir, network) })
	}
	ours, theirs, elsewhere := process("1"), process("1"), process("2")
	costs := func(c *Client) int {
		before := g.requests()
		_, _ = c.Spaces().Get(t.Context(), 7)
		return g.requests() - before
	}
	for _, c := range []*Client{ours, theirs, elsewhere} {
		if first, second := costs(c), costs(c); first != 1 || second != 0 {
			t.Fatalf("a read costs %d, and again %d", first, second)
		}
	}
	for range 2 {
		_ = theirs.Spaces().Delete(t.Context(), 8)
		if again, third := costs(ours), costs(ours); again != 1 || third != 0 {
			t.Errorf("after a write of another process a read costs %d, and again %d", again, third)
		}
	}
	if n := costs(elsewhere); n != 0 {
		t.Error("a write to one network made another one's answers go")
	}
	_, _ = ours.Posts().Create(t.Context(), PostCreate{SpaceID: 1, Title: "T"})
	if n := costs(ours); n != 0 {
		t.Error("a post of our own made spaces go")
	}
	if n := costs(theirs); n != 1 {
		t.Error("a post of another process was not noticed")
	}
}

// A state that cannot be written to costs nothing but the noticing.
func TestWithoutACountWritesStillWork(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	g := &gated{}
	c := sharing(t, g, func(o *Options) { o.Writes = store.NewWriteCount(file, "1") })
	_, _ = c.Spaces().Get(t.Context(), 7)
	_, _ = c.Posts().Create(t.Context(), PostCreate{SpaceID: 1, Title: "T"})
	if _, _ = c.Spaces().Get(t.Context(), 7); g.requests() != 2 {
		t.Errorf("%d requests, want one and the write", g.requests())
	}
}

package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// filesIn returns the contents of all files below a directory, by name.
func filesIn(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			var content []byte
			content, err = os.ReadFile(path)
			found[filepath.Base(path)] = content
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestDirectoryFileBelongsToItsOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	d := openDirectory(t, dir)
	walked(t, d, network(), people(1, 100))
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if info, err := entry.Info(); err == nil && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
			t.Errorf("%s has mode %o; others must not reach it", path, info.Mode().Perm())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if s := state(t, d); s.Path == "" || s.Bytes == 0 || s.Note != "" {
		t.Errorf("its status is %+v", s)
	}
	other := store.NewDirectory(dir, "another network", "")
	defer func() { _ = other.Close() }()
	if s := state(t, other); s.Members.Members != 0 {
		t.Error("two networks share a directory")
	}
}

func TestClearLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	d := openDirectory(t, dir)
	secret := people(1, 500)
	for i := range secret {
		secret[i].Email = "zyzzyva" + secret[i].Email
	}
	walked(t, d, network(), secret)
	if err := d.Gone(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(dir, "directory", filepath.Base(state(t, d).Path)+".damaged")
	if err := os.WriteFile(damaged, []byte("zyzzyva"), 0o600); err != nil {
		t.Fatal(err)
	}
	masked := store.NewDirectory(dir, "https://api.example 42", "masked")
	walked(t, masked, network(), people(1, 10))
	if err := masked.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := filesIn(t, dir); len(left) != 0 {
		t.Errorf("%d files are left", len(left))
	}
	walked(t, d, network(), secret) // it can be used again

	// Where another process has the file open it stays, empty.
	other := openDirectory(t, dir)
	if s := state(t, other); s.Members.Members != 500 {
		t.Fatalf("the other process sees %d", s.Members.Members)
	}
	before := state(t, other).Bytes
	if err := d.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := state(t, other).Bytes; after > before/2 {
		t.Errorf("the file was not cut: %d bytes, before %d", after, before)
	}
	for name, content := range filesIn(t, dir) {
		if bytes.Contains(content, []byte("zyzzyva")) || bytes.Contains(content, []byte("person")) {
			t.Errorf("%s still holds members", name)
		}
	}
	if ids := find(t, other, store.MemberQuery{Name: []string{"ada"}}); len(ids) != 0 || state(t, other).Members.Members != 0 {
		t.Errorf("the other process still finds %d", len(ids))
	}
	walked(t, other, network(), secret)
	if s := state(t, d); s.Members.Members != 500 {
		t.Errorf("what the other process read anew is not seen: %+v", s)
	}
}

func TestDamagedFileIsSetAside(t *testing.T) {
	dir := t.TempDir()
	first := store.NewDirectory(dir, "https://api.example 42", "")
	walked(t, first, network(), people(1, 2000))
	path := state(t, first).Path
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"not a database":     []byte(strings.Repeat("nonsense ", 1000)),
		"damaged at its end": append(bytes.Clone(whole[:8192]), bytes.Repeat([]byte{0xff}, len(whole)-8192)...),
		"cut":                whole[:len(whole)/2],
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			d := openDirectory(t, dir)
			if ids := find(t, d, store.MemberQuery{Name: []string{"ada"}}); len(ids) != 0 {
				t.Errorf("%d are found in a damaged file", len(ids))
			}
			if s := state(t, d); !strings.Contains(s.Note, "set aside as "+filepath.Base(path)+".damaged") || s.Path != path {
				t.Errorf("its status is %+v", s)
			}
			walked(t, d, network(), people(1, 10))
			if aside := filesIn(t, dir)[filepath.Base(path)+".damaged"]; !bytes.Equal(aside, content) {
				t.Error("the damaged file is not there as it was")
			}
			again := openDirectory(t, dir)
			if s := state(t, again); s.Members.Members != 10 || s.Note != "" {
				t.Errorf("the new file holds %+v", s)
			}
			if err := again.Clear(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestWithoutAFileThereIsMemory(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dirs := map[string]string{"a file in the way": blocked}
	if os.Getuid() != 0 { // who is root may write anywhere
		readOnly := t.TempDir()
		if err := os.Chmod(readOnly, 0o500); err != nil {
			t.Fatal(err)
		}
		dirs["read-only"] = readOnly
	}
	for name, dir := range dirs {
		t.Run(name, func(t *testing.T) {
			d := openDirectory(t, dir)
			walked(t, d, network(), people(1, 10))
			if ids := find(t, d, store.MemberQuery{Name: []string{"ada"}}); len(ids) != 10 {
				t.Errorf("%d are found", len(ids))
			}
			if s := state(t, d); s.Path != "" || !strings.Contains(s.Note, "kept in memory") {
				t.Errorf("its status is %+v", s)
			}
		})
	}
}

func TestAFileThatCannotBeWrittenAnyMoreGivesWayToMemory(t *testing.T) {
	dir := t.TempDir()
	d := openDirectory(t, dir)
	walked(t, d, network(), people(1, 10))
	d.LimitPages(1) // as a full disk does
	walk := must[store.Walk](t)(d.Begin(t.Context(), network(), began, true))
	walk = must[store.Walk](t)(d.Page(t.Context(), walk, people(1, 1000), 2))
	if ids := find(t, d, store.MemberQuery{}); len(ids) != 1000 || walk.Seen != 1000 {
		t.Errorf("the memory knows %d, and the walk has seen %d", len(ids), walk.Seen)
	}
	must[store.Walk](t)(d.Page(t.Context(), walk, people(1001, 2000), 0))
	if ids := find(t, d, store.MemberQuery{}); len(ids) != 1000 || !strings.Contains(state(t, d).Note, "(the disk is full), so the directory is kept in memory") {
		t.Errorf("%d are found; %+v", len(ids), state(t, d))
	}
}

// A model reads why the file is not used, and learns nothing of where it is.
func TestWhyAFileIsNotUsedTellsNoPath(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "directory"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := openDirectory(t, dir)
	walked(t, d, network(), people(1, 10))
	if note := state(t, d).Note; !strings.Contains(note, "(not a directory)") && runtime.GOOS != "windows" || strings.Contains(note, filepath.Base(dir)) {
		t.Errorf("it says %q", note)
	}
}

func TestProcessesShareADirectory(t *testing.T) {
	dir := t.TempDir()
	handles := []*store.FileDirectory{openDirectory(t, dir), openDirectory(t, dir), openDirectory(t, dir)}
	var wait sync.WaitGroup
	for i, d := range handles {
		list := store.MemberList{Kind: store.InSpace, ID: uint64(i + 1)}
		wait.Go(func() {
			walk, err := d.Begin(context.Background(), list, began, false)
			for page := range 10 {
				next := page + 2
				if page == 9 {
					next = 0
				}
				if err == nil {
					walk, err = d.Page(context.Background(), walk, people(uint64(1+page*50), uint64(50+page*50)), next)
				}
				if err == nil {
					_, _, err = d.Find(context.Background(), store.MemberQuery{List: list}, 0, 10)
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for i := range handles {
		if s := must[store.ListState](t)(handles[0].List(t.Context(), store.MemberList{Kind: store.InSpace, ID: uint64(i + 1)})); s.Members != 500 || s.Since.IsZero() {
			t.Errorf("list %d is %+v", i+1, s)
		}
	}
}

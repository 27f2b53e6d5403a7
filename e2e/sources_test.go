package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLooksAtTheSources makes the go command forget cached results of this
// package when the program changes. It knows the files that a test looks at,
// but not that TestMain builds a program of them.
func TestLooksAtTheSources(t *testing.T) {
	files := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") || entry.Name() == "go.mod" || entry.Name() == "tokens.json" {
			files++
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil || files < 100 {
		t.Errorf("found %d source files, %v", files, err)
	}
}

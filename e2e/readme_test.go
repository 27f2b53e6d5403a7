package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the README tells people to run is there: each test, in the package it is
// said to be in, and each variable that it reads.
func TestREADMEMeasures(t *testing.T) {
	page, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(page), "## Measure it yourself")
	section, _, ended := strings.Cut(section, "\n## ")
	commands := regexp.MustCompile(`(?m)^    (?:([A-Z_]+)=\S+ )?go test .*-run (Test\w+) \./(\w+)`).FindAllStringSubmatch(section, -1)
	if !found || !ended || len(commands) != 5 {
		t.Fatalf("the section has %d commands", len(commands))
	}
	for _, command := range commands {
		files, _ := filepath.Glob("../" + command[3] + "/*_test.go")
		var all strings.Builder
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(source)
		}
		if tests := all.String(); !strings.Contains(tests, "func "+command[2]+"(") || !strings.Contains(tests, `"`+command[1]) {
			t.Errorf("%s is not in ./%s, or reads no %s", command[2], command[3], command[1])
		}
	}
}

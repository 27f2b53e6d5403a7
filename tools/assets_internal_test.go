package tools

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestSummedReader reads a file that became another after it was looked at.
func TestSummedReader(t *testing.T) {
	sum := sha256.Sum256([]byte("harmless"))
	read := func(content string) error {
		_, err := io.ReadAll(&summedReader{from: strings.NewReader(content), sum: sha256.New(), want: hex.EncodeToString(sum[:])})
		return err
	}
	if err := read("harmless"); err != nil {
		t.Errorf("the file that was looked at: %v", err)
	}
	for _, other := range []string{"harmful!", "", "harmless and more"} {
		if err := read(other); !errors.Is(err, errFileChanged) {
			t.Errorf("%q in its place: %v", other, err)
		}
	}
}

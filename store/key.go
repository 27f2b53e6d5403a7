package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The names of the keys inside the state directory: one signs the questions
// that people answer, the other vouches for the audit trail and the entries of
// the journal. They are two, so that the first can be replaced while the trail
// stays whole and what was done can still be undone.
const (
	signingKeyFile = "approval.key"
	auditKeyFile   = "audit.key"
)

// macOf vouches for the parts of something, in their order, with the key of
// the audit trail. What is sealed for one purpose does not count for another.
func macOf(key []byte, purpose string, parts ...string) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "mcp-mighty %s\x00", purpose)
	for _, part := range parts {
		fmt.Fprintf(h, "%d\x00%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// keySize is the length of a key, in bytes.
const keySize = 32

// SigningKey returns the key that signs approval questions. All processes on
// one state directory share it, so that a question asked by one can be
// answered through another; it is made on first use, readable by its owner
// alone. It is read anew each time, so that [SQLite.RotateSigningKey] reaches
// running servers too. A store in memory has a key of its own.
func (s *SQLite) SigningKey() ([]byte, error) {
	if s.path != "" {
		return s.keyFile(signingKeyFile)
	}
	return s.memoryKey(&s.signing), nil
}

// RotateSigningKey replaces the key that signs questions, with an audit record
// that names what was asked under the old one.
// Whatever was asked and is not done yet has to be asked again.
func (s *SQLite) RotateSigningKey(ctx context.Context, event Event) error {
	return s.write(ctx, "replace the signing key", func(tx *sql.Tx) error {
		open, err := pendings(ctx, tx, `WHERE expires > ? AND status IN (?, ?) ORDER BY asked, rowid`, event.At.UnixMilli(), string(Waiting), string(Approved))
		if err != nil {
			return err
		}
		var codes []string
		for _, p := range open {
			codes = append(codes, p.Code)
		}
		if len(codes) > 0 {
			event.Note = "void now: " + strings.Join(codes, ", ")
		}
		if err := s.record(ctx, tx, event); err != nil {
			return err
		}
		if s.path == "" {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.signing = nil
			return nil
		}
		path := filepath.Join(filepath.Dir(s.path), signingKeyFile)
		draft, err := draftKey(path)
		if err != nil {
			return err
		}
		return os.Rename(draft, path)
	})
}

// auditKey returns the key of the audit trail. A file is read once.
func (s *SQLite) auditKey() ([]byte, error) {
	if s.path == "" {
		return s.memoryKey(&s.audit), nil
	}
	s.mu.Lock()
	key := s.audit
	s.mu.Unlock()
	if key != nil {
		return key, nil
	}
	key, err := s.keyFile(auditKeyFile)
	if err == nil {
		s.mu.Lock()
		s.audit = key
		s.mu.Unlock()
	}
	return key, err
}

func (s *SQLite) memoryKey(key *[]byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if *key == nil {
		*key = newKey()
	}
	return *key
}

func (s *SQLite) keyFile(name string) ([]byte, error) {
	key, err := sharedKey(filepath.Join(filepath.Dir(s.path), name))
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", name, err)
	}
	return key, nil
}

func newKey() []byte {
	key := make([]byte, keySize)
	rand.Read(key) // never fails
	return key
}

// sharedKey returns the key in the file at path, or puts a new one there. A
// link, which fails when the name is taken, makes sure that of two processes
// that start together one wins and the other reads a whole key.
func sharedKey(path string) ([]byte, error) {
	if key, err := readKey(path); !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	draft, err := draftKey(path)
	if err != nil {
		return nil, err
	}
	defer os.Remove(draft)
	if err := os.Link(draft, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return readKey(path)
}

// draftKey writes a new key beside path and returns where.
func draftKey(path string) (string, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // 0600
	if err != nil {
		return "", err
	}
	_, err = draft.WriteString(hex.EncodeToString(newKey()) + "\n")
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return "", errors.Join(err, os.Remove(draft.Name()))
	}
	return draft.Name(), nil
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file; remove it, and a new key is made", path)
	}
	if info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		return nil, fmt.Errorf("%s can be read by others (mode %o); who can read it can forge approvals: remove it, and a new one is made", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%s does not hold a key of %d bytes in hexadecimal; remove it, and a new one is made", path, keySize)
	}
	return key, nil
}

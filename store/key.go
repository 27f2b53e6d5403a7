package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keyFile is the name of the signing key inside the state directory.
const keyFile = "approval.key"

// keySize is the length of the signing key, in bytes.
const keySize = 32

// SigningKey returns the key that signs approval questions. All processes on
// one state directory share it, so that a question asked by one can be
// answered through another; it is made on first use, readable by its owner
// alone. A store in memory has a key of its own.
func (s *SQLite) SigningKey() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key != nil {
		return s.key, nil
	}
	key := make([]byte, keySize)
	rand.Read(key) // never fails
	if s.path != "" {
		var err error
		if key, err = sharedKey(filepath.Join(filepath.Dir(s.path), keyFile), key); err != nil {
			return nil, fmt.Errorf("signing key: %w", err)
		}
	}
	s.key = key
	return key, nil
}

// sharedKey returns the key in the file at path, or puts the proposed one
// there. A link, which fails when the name is taken, makes sure that of two
// processes that start together one wins and the other reads a whole key.
func sharedKey(path string, proposed []byte) ([]byte, error) {
	if key, err := readKey(path); !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), keyFile+".*") // 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(draft.Name())
	_, err = draft.WriteString(hex.EncodeToString(proposed) + "\n")
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return readKey(path)
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
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

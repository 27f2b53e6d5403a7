package store

import (
	"os"
	"path/filepath"
)

// WriteCount counts the writes to one network, by all processes that share the
// state directory. It is a file with a byte for each, since it is looked at
// whenever something is answered from memory: that is what a file's size costs
// least for, and appending needs no lock.
type WriteCount struct{ path string }

// NewWriteCount returns the count of the network of an identity, in the state
// directory dir.
func NewWriteCount(dir, identity string) *WriteCount {
	return &WriteCount{filepath.Join(dir, "writes-"+digest(identity))}
}

// Wrote counts a write and returns whether it could.
func (w *WriteCount) Wrote() bool {
	const flags = os.O_WRONLY | os.O_APPEND
	file, err := os.OpenFile(w.path, flags, 0o600)
	if os.IsNotExist(err) && ownerOnly(w.path) == nil {
		file, err = os.OpenFile(w.path, flags, 0o600)
	}
	if err != nil {
		return false
	}
	_, err = file.Write([]byte{'.'})
	return file.Close() == nil && err == nil
}

// Count returns how many were counted, 0 where there is no count.
func (w *WriteCount) Count() int64 {
	info, err := os.Stat(w.path)
	if err != nil {
		return 0
	}
	return info.Size()
}

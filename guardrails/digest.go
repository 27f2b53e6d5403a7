package guardrails

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// digest hashes the parts so that they cannot run into each other: ("ab", "c")
// and ("a", "bc") differ.
func digest(parts ...string) string {
	hash := sha256.New()
	var size [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		hash.Write(size[:])
		hash.Write([]byte(part))
	}
	return base64.RawURLEncoding.EncodeToString(hash.Sum(nil))
}

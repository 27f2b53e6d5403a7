package guardrails

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/store"
)

// stateVersion changes when the meaning of the claims does, so that an old
// token cannot be read as a new one.
const stateVersion = 2

// maxState bounds a token that a client sends, in bytes.
const maxState = 64 << 10

// claims are what a question's token vouches for. They hold digests only, so
// that the token, which passes through the client, tells nothing about people.
type claims struct {
	Version   int               `json:"v"`
	Asked     int64             `json:"iat"` // Unix milliseconds
	Expires   int64             `json:"exp"` // Unix seconds
	Nonce     string            `json:"n"`
	Tool      string            `json:"t"`
	Network   string            `json:"w"`
	Caller    string            `json:"c"`
	Arguments string            `json:"a"`
	Shown     map[string]string `json:"s"`
	// Retype is the digest of what has to be typed; "" where a plain yes does.
	Retype string `json:"r,omitempty"`
	// Second: only the second channel can answer. Its token never leaves the
	// store, and one of the first channel does not count there.
	Second bool `json:"2,omitempty"`
	// Document is the digest of what people read on the second channel, and of
	// the code under which they find it.
	Document string `json:"d,omitempty"`
}

var (
	errForged  = errors.New("the approval token was not issued by this server, or was altered")
	errExpired = errors.New("the approval token has expired")
)

// signer makes and checks the tokens of questions.
type signer struct{ key []byte }

func (s signer) sign(c claims) (string, error) {
	payload, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode(payload) + "." + encode(s.mac(payload)), nil
}

// open checks the signature before it reads a byte of the payload.
func (s signer) open(token string, now time.Time) (claims, error) {
	if len(token) > maxState || strings.ContainsAny(token, "\r\n") { // which the decoder would skip
		return claims{}, errForged
	}
	encodedPayload, encodedMAC, found := strings.Cut(token, ".")
	if !found {
		return claims{}, errForged
	}
	// Strict decoding: two spellings of one token would be spent separately.
	decode := base64.RawURLEncoding.Strict().DecodeString
	payload, err1 := decode(encodedPayload)
	mac, err2 := decode(encodedMAC)
	if err1 != nil || err2 != nil || !hmac.Equal(mac, s.mac(payload)) {
		return claims{}, errForged
	}
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil || c.Version != stateVersion {
		return claims{}, errForged
	}
	if !now.Before(time.Unix(c.Expires, 0)) {
		return claims{}, errExpired
	}
	return c, nil
}

func (s signer) mac(payload []byte) []byte { return s.macFor("approval", payload) }

// macFor keeps what is signed for one purpose from counting for another.
func (s signer) macFor(purpose string, payload []byte) []byte {
	hash := hmac.New(sha256.New, s.key)
	hash.Write([]byte("mcp-mighty " + purpose + "\x00"))
	hash.Write(payload)
	return hash.Sum(nil)
}

// openPending is open for the token of a waiting approval: it also has to
// belong to that approval, and to what people read there.
func (s signer) openPending(p store.Pending, now time.Time) (claims, error) {
	c, err := s.open(p.Token, now)
	if err == nil && (!c.Second || c.Nonce != p.ID || c.Document != digest(p.Code, string(p.Document))) {
		err = errForged
	}
	return c, err
}

// seal vouches for what a person decided about a waiting approval.
func (s signer) seal(p store.Pending) string {
	payload := digest(p.ID, p.Call, p.Token, string(p.Document), fmt.Sprint(p.TwoPeople), string(p.Status), p.By, p.Channel, fmt.Sprint(p.At.UnixMilli()))
	return base64.RawURLEncoding.EncodeToString(s.macFor("decision", []byte(payload)))
}

// sealed reports whether the decision about a waiting approval is one that was
// made through [Desk], and unaltered.
func (s signer) sealed(p store.Pending) bool { return hmac.Equal([]byte(s.seal(p)), []byte(p.Seal)) }

// sameCall reports whether two sets of claims speak of one call: everything
// but the time, the nonce and the state of the target.
func (c claims) sameCall(other claims) bool {
	return c.Second == other.Second && c.Tool == other.Tool && c.Network == other.Network &&
		c.Caller == other.Caller && c.Arguments == other.Arguments
}

// changed names the parts of the preview that differ, in order.
func (c claims) changed(now claims) []string {
	var labels []string
	for label, print := range now.Shown {
		if c.Shown[label] != print {
			labels = append(labels, label)
		}
	}
	for label := range c.Shown {
		if _, still := now.Shown[label]; !still {
			labels = append(labels, label)
		}
	}
	slices.Sort(labels)
	return labels
}

func newNonce() string { return rand.Text() }

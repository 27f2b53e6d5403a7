package guardrails_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

var unpadded = base64.RawURLEncoding

// signedBy signs a payload as the gate does, with somebody else's key.
func signedBy(key []byte, purpose string, payload []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("mcp-mighty " + purpose + "\x00"))
	mac.Write(payload)
	return unpadded.EncodeToString(payload) + "." + unpadded.EncodeToString(mac.Sum(nil))
}

// halves are the payload and the signature of a token.
func halves(token string) (payload []byte, signature string) {
	encoded, signature, _ := strings.Cut(token, ".")
	payload, err := unpadded.DecodeString(encoded)
	if err != nil {
		panic(err)
	}
	return payload, signature
}

// forgedAttacks bring tokens that this server never issued.
func forgedAttacks() []attack {
	// forged makes an attack of another token in the place of the right one.
	forged := func(name string, forge func(s *siege, token string) string) attack {
		return attack{name, func(s *siege) {
			q := s.ask(s.banning())
			s.refuses(s.banning().with(forge(s, q.State), s.yes(q)), guardrails.CodeBadApproval)
		}}
	}
	payloadOf := func(token string) []byte { payload, _ := halves(token); return payload }
	cut := func(token string) string { before, _, _ := strings.Cut(token, "."); return before }
	return []attack{
		forged("no token", func(*siege, string) string { return "" }),
		forged("a word", func(*siege, string) string { return "approved" }),
		forged("a dot", func(*siege, string) string { return "." }),
		forged("no signature", func(_ *siege, token string) string { return cut(token) }),
		forged("an empty signature", func(_ *siege, token string) string { return cut(token) + "." }),
		forged("a signature of zeros", func(_ *siege, token string) string {
			return cut(token) + "." + unpadded.EncodeToString(make([]byte, sha256.Size))
		}),
		forged("half of the signature", func(_ *siege, token string) string { return token[:len(token)-20] }),
		forged("signed with no key", func(_ *siege, token string) string { return signedBy(nil, "approval", payloadOf(token)) }),
		forged("signed with a key of zeros", func(_ *siege, token string) string {
			return signedBy(make([]byte, 32), "approval", payloadOf(token))
		}),
		forged("signed with the name of the program", func(_ *siege, token string) string {
			return signedBy([]byte("mcp-mighty"), "approval", payloadOf(token))
		}),
		forged("signed with the key of the API", func(s *siege, token string) string {
			return signedBy([]byte(s.community.Token()), "approval", payloadOf(token))
		}),
		forged("signed with the hexadecimal form of the key", func(s *siege, token string) string {
			return signedBy([]byte(s.secrets[len(s.secrets)-1]), "approval", payloadOf(token))
		}),
		forged("signed for a decision", func(s *siege, token string) string {
			key, _ := s.journal.SigningKey()
			return signedBy(key, "decision", payloadOf(token))
		}),
		forged("signed with the audit trail's key", func(s *siege, token string) string {
			return signedBy(s.auditKey(), "approval", payloadOf(token))
		}),
		forged("of an older layout", func(s *siege, token string) string {
			key, _ := s.journal.SigningKey()
			return signedBy(key, "approval", []byte(strings.Replace(string(payloadOf(token)), `"v":2`, `"v":1`, 1)))
		}),
		forged("no JSON", func(s *siege, _ string) string {
			key, _ := s.journal.SigningKey()
			return signedBy(key, "approval", []byte("yes"))
		}),
		forged("a web token without an algorithm", func(_ *siege, token string) string {
			return unpadded.EncodeToString([]byte(`{"alg":"none"}`)) + "." + cut(token) + "."
		}),
		forged("the same bytes with padding", func(_ *siege, token string) string { return token + "=" }),
		forged("the same bytes with a line break", func(_ *siege, token string) string { return token + "\n" }),
		forged("the same bytes in the other alphabet", func(_ *siege, token string) string {
			payload, signature := halves(token)
			return base64.StdEncoding.EncodeToString(payload) + "." + signature
		}),
		forged("the same bytes with spare bits set", func(_ *siege, token string) string {
			const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
			last := strings.IndexByte(alphabet, token[len(token)-1])
			return token[:len(token)-1] + alphabet[last|1:last|1+1]
		}),
		forged("a megabyte", func(_ *siege, token string) string { return strings.Repeat("A", 1<<20) + token }),
		forged("a token of the second channel", func(s *siege, _ string) string {
			s.waits(s.banning().alone())
			return s.pendingRow().Token
		}),
		forged("a seal of the second channel", func(s *siege, token string) string {
			s.agrees(s.waits(s.banning().alone()))
			seal := s.pendingRow().Seal
			s.sql("DELETE FROM pending")
			return cut(token) + "." + seal
		}),
		{"another server's token", func(s *siege) {
			q := s.ask(s.banning())
			s.refuses(s.banning().with(newFixture(s.t).state(ban()), s.yes(q)), guardrails.CodeBadApproval)
		}},
	}
}

// pendingRow is the newest approval on the second channel.
func (s *siege) pendingRow() store.Pending {
	s.t.Helper()
	all, err := s.journal.Pendings(s.t.Context(), s.now())
	if err != nil || len(all) == 0 {
		s.t.Fatalf("no approval: %v", err)
	}
	return all[len(all)-1]
}

// tamperedAttacks change one claim of a token and keep its signature.
func tamperedAttacks() []attack {
	changes := []struct {
		name, claim string
		value       func(s *siege) any
	}{
		{"a later expiry", "exp", func(s *siege) any { return s.now().Add(24 * time.Hour).Unix() }},
		{"no expiry", "exp", func(*siege) any { return nil }},
		{"an earlier question", "iat", func(*siege) any { return 0 }},
		{"a fresh number", "n", func(*siege) any { return "AAAAAAAAAAAAAAAAAAAAAAAAAA" }},
		{"another tool", "t", func(*siege) any { return "delete_member" }},
		{"another network", "w", func(*siege) any { return "lake" }},
		{"another caller", "c", func(*siege) any { return "" }},
		{"other arguments", "a", func(*siege) any { return "" }},
		{"nothing shown", "s", func(*siege) any { return map[string]string{} }},
		{"nothing to type", "r", func(*siege) any { return nil }},
		{"the other channel", "2", func(*siege) any { return true }},
		{"another layout", "v", func(*siege) any { return 3 }},
	}
	attacks := []attack{}
	for _, change := range changes {
		attacks = append(attacks, attack{change.name, func(s *siege) {
			q := s.ask(s.banning())
			payload, signature := halves(q.State)
			var claims map[string]any
			if err := json.Unmarshal(payload, &claims); err != nil {
				s.t.Fatal(err)
			}
			if claims[change.claim] = change.value(s); claims[change.claim] == nil {
				delete(claims, change.claim)
			}
			altered, _ := json.Marshal(claims)
			s.refuses(s.banning().with(unpadded.EncodeToString(altered)+"."+signature, s.yes(q)), guardrails.CodeBadApproval)
		}})
	}
	for _, at := range []float64{0, 0.25, 0.5, 0.75, 1} {
		attacks = append(attacks, attack{fmt.Sprintf("one character at %d percent", int(at*100)), func(s *siege) {
			q := s.ask(s.banning())
			token := []byte(q.State)
			i := int(at * float64(len(token)-1))
			token[i] ^= 1
			s.refuses(s.banning().with(string(token), s.yes(q)), guardrails.CodeBadApproval)
		}})
	}
	return attacks
}

// replayedAttacks use an answer a second time.
func replayedAttacks() []attack {
	second := func(name string, first func(s *siege, c siegeCall), codes ...guardrails.Code) attack {
		return attack{name, func(s *siege) {
			c := s.approved(s.banning())
			first(s, c)
			s.refuses(c, codes...)
		}}
	}
	answering := func(answer guardrails.Answer, code guardrails.Code) func(*siege, siegeCall) {
		return func(s *siege, c siegeCall) {
			s.pass(time.Second)
			c.evidence = &guardrails.Evidence{State: c.evidence.State, Answer: answer}
			s.refuses(c, code)
		}
	}
	done := func(s *siege, c siegeCall) { s.done(c) }
	return []attack{
		{"a yes that was used", func(s *siege) {
			c := s.approved(s.removing())
			s.done(c)
			s.joins()
			s.refuses(c, guardrails.CodeSpent)
		}},
		{"a yes that was used, after the trail was pruned", func(s *siege) {
			c := s.approved(s.removing())
			s.done(c)
			s.joins()
			s.prunes()
			s.refuses(c, guardrails.CodeSpent)
		}},
		second("a yes after a no, and the trail was pruned", func(s *siege, c siegeCall) {
			answering(guardrails.Answer{Decision: guardrails.Declined}, guardrails.CodeDeclined)(s, c)
			s.prunes()
		}, guardrails.CodeSpent),
		{"a yes that was used, and forgotten", func(s *siege) {
			c := s.approved(s.removing())
			s.done(c)
			s.joins()
			s.sql("DELETE FROM spent")
			s.refuses(c, guardrails.CodeSpent)
		}},
		{"a yes that was used, and forgotten by the trail too", func(s *siege) {
			c := s.approved(s.removing())
			s.done(c)
			s.joins()
			s.sql("DELETE FROM spent")
			s.sql(`UPDATE audit SET body = replace(body, '"used":', '"unused":') WHERE body LIKE '%"used":%'`)
			s.refuses(c, guardrails.CodeJournal)
			s.sql(`UPDATE audit SET body = replace(body, '"unused":', '"used":')`)
		}},
		{"a yes that was used, and dated back in the trail", func(s *siege) {
			c := s.approved(s.removing())
			s.done(c)
			s.joins()
			s.sql("DELETE FROM spent")
			newest, _ := s.head()
			s.sql(`UPDATE audit SET at = at - 3600000`)
			s.refuses(c, guardrails.CodeJournal)
			s.sql(`UPDATE audit SET at = at + 3600000 WHERE seq <= ?`, newest)
		}},
		second("a yes after a no, which was forgotten", func(s *siege, c siegeCall) {
			answering(guardrails.Answer{Decision: guardrails.Declined}, guardrails.CodeDeclined)(s, c)
			s.sql("DELETE FROM spent")
		}, guardrails.CodeSpent),
		second("a yes after a no", answering(guardrails.Answer{Decision: guardrails.Declined}, guardrails.CodeDeclined), guardrails.CodeSpent),
		second("a yes after a dismissal", answering(guardrails.Answer{Decision: guardrails.Cancelled}, guardrails.CodeCancelled), guardrails.CodeSpent),
		second("a yes after a wrong word", answering(guardrails.Answer{Decision: guardrails.Approved, Typed: "Bo"}, guardrails.CodeMistyped), guardrails.CodeSpent),
		second("a yes after nonsense", answering(guardrails.Answer{}, guardrails.CodeBadAnswer), guardrails.CodeSpent),
		second("a yes after the answer of nobody", answering(guardrails.Answer{Decision: guardrails.TimedOut}, guardrails.CodeTimedOut), guardrails.CodeSpent),
		{"a yes to what had changed", func(s *siege) {
			c := s.approved(s.banning())
			s.community.SetMemberName(s.victim(), "Ada", "Lovelace")
			s.askedAgain(c, "member")
		}},
		{"a used yes in another process", func(s *siege) {
			c := s.approved(s.removing())
			s.done(c)
			s.joins()
			s.refused(s.another().send(c), guardrails.CodeSpent)
		}},
		{"a used yes after a restart", func(s *siege) {
			c := s.approved(s.removing())
			s.done(c)
			s.joins()
			if err := s.journal.Close(); err != nil { // it opens anew with the next call
				s.t.Fatal(err)
			}
			s.refuses(c, guardrails.CodeSpent)
		}},
		{"a used yes after the clock was set back", func(s *siege) {
			c := s.approved(s.removing())
			s.done(c)
			s.joins()
			s.pass(-5 * time.Minute)
			s.refuses(c, guardrails.CodeSpent)
		}},
		{"a used yes under another channel", func(s *siege) {
			c := s.approved(s.removing())
			s.done(c)
			s.joins()
			c.approver = &person{absent: true}
			s.refuses(c, guardrails.CodeSpent)
		}},
		{"an approval of the second channel", func(s *siege) {
			c := s.removing().alone()
			s.agrees(s.waits(c))
			s.done(c)
			s.joins()
			s.waits(c)
		}},
		{"an approval of the second channel in another process", func(s *siege) {
			c := s.removing().alone()
			s.agrees(s.waits(c))
			s.done(c)
			s.joins()
			s.waiting(c, s.another().send(c))
		}},
		{"an approval that a yes elsewhere made needless", func(s *siege) {
			c := s.approved(s.removing())
			s.agrees(s.waits(s.removing().alone()))
			s.done(c)
			s.joins()
			s.waits(s.removing().alone())
		}},
		{"a failed deed", func(s *siege) {
			c := s.approved(s.removing())
			s.fault("DELETE /spaces/*/members/* 403 times=1")
			s.refuses(c)
			s.community.ResetRequests() // the attempt was approved
			s.refuses(c, guardrails.CodeSpent)
		}},
		second("a used ban", done),
	}
}

// removing takes the victim out of a space, which can be done more than once.
func (s *siege) removing() siegeCall {
	return s.calling("remove_space_member", fmt.Sprintf(`{"member_id":%d,"space_id":%d}`, s.victim(), s.n.AutoJoinSpace))
}

// prunes removes what the trail can lose, so that only what is spent is known.
func (s *siege) prunes() {
	s.t.Helper()
	for range 2 { // the newest record stays, and may be the one that tells
		if err := s.journal.Record(s.t.Context(), store.Event{At: s.now(), Kind: "opened"}); err != nil {
			s.t.Fatal(err)
		}
	}
	if _, err := s.journal.Prune(s.t.Context(), s.now().Add(time.Hour), guardrails.Forgotten(s.now)); err != nil {
		s.t.Fatal(err)
	}
}

// joins lets the victim into that space again, so that another removal would
// work.
func (s *siege) joins() {
	s.t.Helper()
	s.done(s.calling("add_space_member", fmt.Sprintf(`{"member_id":%d,"space_id":%d}`, s.victim(), s.n.AutoJoinSpace)))
}

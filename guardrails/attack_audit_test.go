package guardrails_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// auditAttacks rewrite history. Each begins with a trail of ten records.
func auditAttacks() []attack {
	// tampered wants the first wrong record, counted from the first one of the
	// case's own, and the trail to be closed for more where its head is wrong.
	tampered := func(name string, wrong int64, closed bool, statements ...string) attack {
		return attack{name, func(s *siege) {
			first := s.freshTrail()
			for _, statement := range statements {
				s.sql(strings.ReplaceAll(statement, "FIRST", fmt.Sprint(first)))
			}
			_, _, err := s.journal.Trail(s.t.Context(), func(store.Record) error { return nil })
			var found *store.Tampered
			if !errors.As(err, &found) || wrong >= 0 && found.Seq != first+wrong {
				s.t.Errorf("verifying says %v; want record %d to be wrong", err, first+wrong)
			}
			c := s.approved(s.banning())
			if closed {
				s.refuses(c, guardrails.CodeJournal)
				return
			}
			c.arguments = s.member(s.n.Spammers[1])
			s.refuses(c, guardrails.CodeBadApproval)
		}}
	}
	return []attack{
		{"a trail that takes no more", func(s *siege) {
			s.sql(`CREATE TRIGGER closed BEFORE INSERT ON audit WHEN NEW.body LIKE '%"begun"%' BEGIN SELECT RAISE(ABORT, 'closed'); END`)
			defer s.sql(`DROP TRIGGER closed`)
			s.refused(s.send(s.calling("create_tag", `{"title":"Planted"}`)), guardrails.CodeJournal)
		}},
		tampered("an edited record", 4, false, `UPDATE audit SET body = replace(body, 'note', 'nope') WHERE seq = FIRST + 4`),
		tampered("an edited time", 4, false, `UPDATE audit SET at = at - 60000 WHERE seq = FIRST + 4`),
		tampered("an edited record with another one's seal", 4, false, `UPDATE audit SET mac = (SELECT a.mac FROM audit a WHERE a.seq = FIRST + 3) WHERE seq = FIRST + 4`),
		tampered("a record dropped in the middle", 4, false, `DELETE FROM audit WHERE seq = FIRST + 4`),
		tampered("a record dropped in the middle, and the rest moved up", 4, false,
			`DELETE FROM audit WHERE seq = FIRST + 4`, `UPDATE audit SET seq = -(seq - 1) WHERE seq > FIRST + 4`, `UPDATE audit SET seq = -seq WHERE seq < 0`),
		tampered("the first record dropped", 0, false, `DELETE FROM audit WHERE seq = FIRST`),
		tampered("the last record dropped", 9, true, `DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)`, `DELETE FROM audit_ends WHERE name = 'head'`),
		tampered("the last record dropped, and the head set back", -1, true, `DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)`,
			`UPDATE audit_ends SET seq = seq - 1, mac = (SELECT mac FROM audit ORDER BY seq DESC LIMIT 1) WHERE name = 'head'`),
		tampered("two records in each other's place", 3, false, `UPDATE audit SET seq = -1 WHERE seq = FIRST + 3`,
			`UPDATE audit SET seq = FIRST + 3 WHERE seq = FIRST + 5`, `UPDATE audit SET seq = FIRST + 5 WHERE seq = -1`),
		tampered("the bodies of two records swapped", 3, false,
			`UPDATE audit SET body = (SELECT b.body FROM audit b WHERE b.seq = FIRST + 5) WHERE seq = FIRST + 3`),
		tampered("a record added at the end", 10, false, `INSERT INTO audit SELECT MAX(seq) + 1, at, body, mac FROM audit`),
		tampered("a record added in the past", -1, false, `INSERT INTO audit SELECT FIRST - 1, at, body, mac FROM audit LIMIT 1`),
		tampered("the tail moved up", -1, false, `DELETE FROM audit WHERE seq < FIRST + 3`,
			`INSERT OR REPLACE INTO audit_ends SELECT 'tail', seq, mac, seal FROM audit_ends WHERE name = 'head'`,
			`UPDATE audit_ends SET seq = FIRST - 1 WHERE name = 'tail'`),
		tampered("the head of another number", -1, true, `UPDATE audit_ends SET seq = seq + 1 WHERE name = 'head'`),
		tampered("the seal of the tail for the head", -1, true, `UPDATE audit_ends SET seal = 'x' WHERE name = 'head'`),
		{"another key", func(s *siege) {
			s.freshTrail()
			path := filepath.Join(s.dir, "audit.key")
			before, err := os.ReadFile(path)
			if err != nil {
				s.t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(strings.Repeat("00", 32)), 0o600); err != nil {
				s.t.Fatal(err)
			}
			defer func() { _ = os.WriteFile(path, before, 0o600) }()
			fresh := store.NewSQLite(s.dir)
			defer fresh.Close()
			var found *store.Tampered
			if _, _, err := fresh.Trail(s.t.Context(), func(store.Record) error { return nil }); !errors.As(err, &found) {
				s.t.Errorf("verifying with another key says %v", err)
			}
			s.rules(func(o *guardrails.Options) { o.Journal = fresh })
			s.refuses(s.approved(s.banning()), guardrails.CodeJournal)
		}},
		{"pruned to hide something", func(s *siege) {
			s.freshTrail()
			s.sql(`UPDATE audit SET body = replace(body, 'note', 'nope') WHERE seq = (SELECT MIN(seq) + 4 FROM audit)`)
			var found *store.Tampered
			if _, err := s.journal.Prune(s.t.Context(), s.now().Add(time.Hour), guardrails.Forgotten(s.now)); !errors.As(err, &found) {
				s.t.Errorf("pruning says %v", err)
			}
			c := s.approved(s.banning())
			c.tool = "delete_member"
			s.refuses(c, guardrails.CodeBadApproval)
		}},
		{"an older trail in the place of the new one", func(s *siege) {
			s.freshTrail()
			seq, mac := s.head()
			s.sql("DELETE FROM audit_kept")
			s.sql("INSERT INTO audit_kept SELECT * FROM audit_ends WHERE name = 'head'")
			s.refuses(s.calling("ban_member", `{}`), badArguments)
			later, _ := s.head()
			s.sql("DELETE FROM audit WHERE seq > ?", seq)
			s.sql("INSERT OR REPLACE INTO audit_ends SELECT * FROM audit_kept")
			// It verifies, and whoever kept the later head sees that it is older.
			if now, same := s.head(); now == later || same != mac {
				s.t.Errorf("the trail ends with %d", now)
			}
		}},
		{"a record of an older trail in the place of a new one", func(s *siege) {
			s.freshTrail()
			s.sql("CREATE TABLE IF NOT EXISTS audit_older AS SELECT * FROM audit WHERE 0")
			s.sql("DELETE FROM audit_older")
			s.sql("INSERT INTO audit_older SELECT * FROM audit WHERE seq = 5")
			s.pass(time.Minute)
			first := s.freshTrail()
			s.sql("DELETE FROM audit WHERE seq = 5")
			s.sql("INSERT INTO audit SELECT * FROM audit_older")
			var found *store.Tampered
			if _, _, err := s.journal.Trail(s.t.Context(), func(store.Record) error { return nil }); !errors.As(err, &found) || found.Seq != first+4 {
				s.t.Errorf("verifying says %v", err)
			}
			s.refuses(s.calling("ban_member", `{}`), badArguments)
		}},
		{"all dropped", func(s *siege) {
			first := s.freshTrail()
			_, mac := s.head()
			s.sql("DELETE FROM audit")
			s.sql("DELETE FROM audit_ends")
			// An empty trail is sound, and whoever kept the head sees that it was
			// not empty.
			if seq, now := s.head(); seq >= first || now == mac {
				s.t.Errorf("the trail ends with %d", seq)
			}
			s.refuses(s.calling("ban_member", `{}`), badArguments)
		}},
		{"refusals are in it", func(s *siege) {
			s.freshTrail()
			s.refuses(s.calling("ban_member", s.member(s.community.OwnerID())), guardrails.CodeProtected)
			var last store.Record
			if _, _, err := s.journal.Trail(s.t.Context(), func(r store.Record) error { last = r; return nil }); err != nil || last.Kind != "refused" || last.Principal != "ada" {
				s.t.Errorf("the last record is %+v, %v", last, err)
			}
		}},
	}
}

// head is the newest record of a sound trail.
func (s *siege) head() (int64, string) {
	s.t.Helper()
	seq, mac, err := s.journal.Trail(s.t.Context(), func(store.Record) error { return nil })
	if err != nil {
		s.t.Fatal(err)
	}
	return seq, mac
}

// freshTrail begins the trail anew, with ten records, and returns the number of
// the first.
func (s *siege) freshTrail() int64 {
	s.t.Helper()
	s.sql("CREATE TABLE IF NOT EXISTS audit_kept AS SELECT * FROM audit_ends WHERE 0")
	s.sql("DELETE FROM audit")
	s.sql("DELETE FROM audit_ends")
	for i := range 10 {
		if err := s.journal.Record(s.t.Context(), store.Event{At: s.now(), Kind: "refused", Note: "note", Requests: i}); err != nil {
			s.t.Fatal(err)
		}
	}
	return 1
}

// secretAttacks make things fail, and look for secrets in what is told about
// it. Every other case looks for them too.
func secretAttacks() []attack {
	failing := func(name, fault string) attack {
		return attack{name, func(s *siege) {
			s.fault(fault)
			s.refuses(s.banning())
			s.searched()
		}}
	}
	return []attack{
		failing("the key is refused", "GET /members/* 401"),
		failing("the key is not allowed", "GET /members/* 403"),
		failing("the API is broken", "GET /members/* 500"),
		failing("the API hangs up", "GET /members/* reset"),
		failing("the API answers with a page", "GET /members/* bot-wall"),
		failing("the API is limited", "GET /members/* 429"),
		{"an approval, in all that is kept of it", func(s *siege) {
			c := s.banning().alone()
			s.agrees(s.waits(c))
			s.pass(time.Second)
			s.rejects(s.pendingRow().Code)
			s.refuses(c, guardrails.CodeRejected)
			s.searched()
		}},
		{"arguments with secrets", func(s *siege) {
			const password = "hunter2-hunter2"
			s.refuses(s.calling("ban_member", `{"member_id":"`+password+`"}`))
			s.refuses(s.calling("ban_member", `{"member_id":0,"reason":"`+password+`"}`))
			s.searched(password)
		}},
		{"a key that cannot be read", func(s *siege) {
			s.rules(func(o *guardrails.Options) {
				o.Key = func() ([]byte, error) { return nil, errors.New("/home/ada/approval.key: secret-detail") }
			})
			answer := s.send(s.banning())
			if strings.Contains(answer.Problem, "secret-detail") || strings.Contains(answer.Problem, "/home") {
				s.t.Errorf("the answer tells too much: %s", answer.Problem)
			}
			s.refused(answer, guardrails.CodeJournal)
		}},
		{"a store that cannot be written", func(s *siege) {
			broken := store.NewSQLite("/dev/null/secret-detail")
			s.rules(func(o *guardrails.Options) { o.Journal = broken })
			answer := s.send(s.banning().alone())
			if strings.Contains(answer.Problem, "secret-detail") {
				s.t.Errorf("the answer tells too much: %s", answer.Problem)
			}
			s.refused(answer, guardrails.CodeJournal)
		}},
	}
}

// searched looks for secrets, and for further words, in the whole state but
// the keys themselves, and in the log.
func (s *siege) searched(words ...string) {
	s.t.Helper()
	words = append(words, s.secrets...)
	if _, err := s.raw.ExecContext(s.t.Context(), "PRAGMA wal_checkpoint"); err != nil {
		s.t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(s.dir, "*.db*"))
	if err != nil || len(files) == 0 {
		s.t.Fatal(files, err)
	}
	for _, file := range files {
		kept, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, word := range words {
			if strings.Contains(string(kept), word) || strings.Contains(s.log.String(), word) {
				s.t.Errorf("%s or the log has %q", filepath.Base(file), word)
			}
		}
	}
}

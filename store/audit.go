package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// auditSchema holds the trail and its two ends. Each record's mac covers the
// record and the mac before it; the ends are sealed on their own, so that
// records cannot be dropped at either end unseen.
const auditSchema = `
CREATE TABLE IF NOT EXISTS audit (
	seq  INTEGER PRIMARY KEY,
	at   BIGINT NOT NULL,
	body TEXT NOT NULL,
	mac  TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_at ON audit (at);
CREATE TABLE IF NOT EXISTS audit_ends (
	name TEXT PRIMARY KEY,
	seq  BIGINT NOT NULL,
	mac  TEXT NOT NULL,
	seal TEXT NOT NULL
);
`

// Event is one thing that the audit trail tells. What stands in it was chosen
// and redacted by the gate; the store adds nothing.
type Event struct {
	At time.Time `json:"-"`
	// Kind is what happened: refused, previewed, asked, waiting, answered,
	// begun, ended, settled, decided, attempted, withdrawn, expired, rotated.
	Kind string `json:"kind"`
	// Call ties the records of one call together.
	Call      string `json:"call,omitempty"`
	Entry     int64  `json:"entry,omitempty"`
	Tool      string `json:"tool,omitempty"`
	Risk      string `json:"risk,omitempty"`
	Network   string `json:"network,omitempty"`
	Principal string `json:"principal,omitempty"`
	Role      string `json:"role,omitempty"`
	Client    string `json:"client,omitempty"`
	// Arguments are redacted: numbers, ids and choices, and of texts their length.
	Arguments json.RawMessage `json:"arguments,omitempty"`
	// Shown is the preview as a person could read it.
	Shown json.RawMessage `json:"shown,omitempty"`
	// Channel and Approver say where and who decided; Decision what.
	Channel  string `json:"channel,omitempty"`
	Approver string `json:"approver,omitempty"`
	Decision string `json:"decision,omitempty"`
	// Reason is why, in the words of who decided.
	Reason string `json:"reason,omitempty"`
	// Outcome is a refusal's code or an ending's state.
	Outcome string `json:"outcome,omitempty"`
	Note    string `json:"note,omitempty"`
	// Used are the one-time numbers of approvals that do not count any more.
	Used     []string `json:"used,omitempty"`
	Requests int      `json:"requests,omitempty"`
}

// Record is an event in the trail.
type Record struct {
	Seq int64
	Event
	MAC string
}

// The names of the sealed ends of the trail: the newest record, and the last
// one that retention removed.
const (
	auditHead = "head"
	auditTail = "tail"
)

// Record implements [Journal].
func (s *SQLite) Record(ctx context.Context, event Event) error {
	return s.write(ctx, "write the audit trail", func(tx *sql.Tx) error { return s.record(ctx, tx, event) })
}

// record appends to the trail within a transaction. Transactions that write
// are one after the other over all processes, so that the chain has no forks.
func (s *SQLite) record(ctx context.Context, tx *sql.Tx, event Event) error {
	if event.Kind == "" {
		return nil
	}
	key, err := s.auditKey()
	if err != nil {
		return err
	}
	seq, before, err := sealedEnd(ctx, tx, key, auditHead)
	if err != nil {
		return err
	}
	body, err := json.Marshal(event)
	if err != nil {
		return err
	}
	seq++
	mac := auditMAC(key, seq, event.At.UnixMilli(), string(body), before)
	if _, err := tx.ExecContext(ctx, `INSERT INTO audit (seq, at, body, mac) VALUES (?, ?, ?, ?)`, seq, event.At.UnixMilli(), string(body), mac); err != nil {
		return err
	}
	return setEnd(ctx, tx, key, auditHead, seq, mac)
}

// unused returns [ErrSpent] when the trail tells that an approval, which was
// asked for at that time, was used. Rows of the database could be set back; of
// the trail everything since then has to be whole, up to its sealed head.
func (s *SQLite) unused(ctx context.Context, tx *sql.Tx, nonce string, asked time.Time) error {
	key, err := s.auditKey()
	if err != nil {
		return err
	}
	seq, mac, err := sealedEnd(ctx, tx, key, auditTail)
	if err != nil {
		return err
	}
	// The newest record from before is checked too, or its time could be false.
	var from sql.NullInt64
	err = tx.QueryRowContext(ctx, `SELECT MAX(seq) FROM audit WHERE at < ?`, asked.Add(-trailMargin).UnixMilli()).Scan(&from)
	if err != nil {
		return err
	}
	if before := from.Int64 - 1; before > seq {
		seq = before
		if err := tx.QueryRowContext(ctx, `SELECT mac FROM audit WHERE seq = ?`, seq).Scan(&mac); err != nil {
			return fmt.Errorf("read audit record %d: %w", seq, err)
		}
	}
	rows, err := tx.QueryContext(ctx, `SELECT seq, at, body, mac FROM audit WHERE seq > ? ORDER BY seq`, seq)
	if err != nil {
		return err
	}
	seq, mac, err = follow(rows, key, seq, mac, func(record Record) error {
		if slices.Contains(record.Used, nonce) {
			return ErrSpent
		}
		return nil
	})
	if err != nil {
		return err
	}
	return endsWith(ctx, tx, key, seq, mac)
}

// follow goes through records, which have to follow the one of seq and mac and
// each other, and closes them. It returns the last one that did, after each was
// called with it.
func follow(rows *sql.Rows, key []byte, seq int64, mac string, each func(Record) error) (int64, string, error) {
	defer rows.Close()
	for rows.Next() {
		record, err := scanRecord(rows, key, seq, mac)
		if err != nil {
			return seq, mac, err
		}
		seq, mac = record.Seq, record.MAC
		if err := each(record); err != nil {
			return seq, mac, err
		}
	}
	if err := rows.Err(); err != nil {
		return seq, mac, fmt.Errorf("read the audit trail: %w", err)
	}
	return seq, mac, nil
}

// endsWith checks that a record is the newest that was written.
func endsWith(ctx context.Context, tx *sql.Tx, key []byte, seq int64, mac string) error {
	last, lastMAC, err := sealedEnd(ctx, tx, key, auditHead)
	switch {
	case err != nil:
		return err
	case last != seq || lastMAC != mac:
		return &Tampered{Seq: seq + 1, What: fmt.Sprintf("missing: the trail ends with record %d, and %d were written", seq, last)}
	}
	return nil
}

// trailMargin is how far the times of records may be out of their order.
const trailMargin = time.Minute

// sealedEnd reads one end of the trail and checks its seal. A trail that has
// none yet begins with 0 and "".
func sealedEnd(ctx context.Context, tx *sql.Tx, key []byte, name string) (seq int64, mac string, err error) {
	var seal string
	err = tx.QueryRowContext(ctx, `SELECT seq, mac, seal FROM audit_ends WHERE name = ?`, name).Scan(&seq, &mac, &seal)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, "", nil
	case err != nil:
		return 0, "", err
	case !hmac.Equal([]byte(seal), []byte(auditMAC(key, seq, 0, name, mac))):
		return 0, "", &Tampered{Seq: seq, What: "the seal of the trail's " + name + " does not fit; somebody else wrote to it, or the audit key was replaced"}
	}
	return seq, mac, nil
}

func setEnd(ctx context.Context, tx *sql.Tx, key []byte, name string, seq int64, mac string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_ends (name, seq, mac, seal) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, mac = excluded.mac, seal = excluded.seal`,
		name, seq, mac, auditMAC(key, seq, 0, name, mac))
	return err
}

func auditMAC(key []byte, seq, at int64, body, before string) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "mcp-mighty audit\x00%d\x00%d\x00%d\x00%s\x00%s", seq, at, len(body), body, before)
	return hex.EncodeToString(h.Sum(nil))
}

// Tampered is a trail that is not as it was written. Seq is the first record
// that is wrong.
type Tampered struct {
	Seq  int64
	What string
}

// Error implements error.
func (t *Tampered) Error() string { return fmt.Sprintf("audit record %d: %s", t.Seq, t.What) }

// Trail calls each with every record from the oldest on, after checking it. It
// stops at the first that was edited, dropped or moved, with a [*Tampered]; at
// an error of each, with that. It returns the newest record's number and mac,
// which a person may keep elsewhere: a later trail must still hold them.
func (s *SQLite) Trail(ctx context.Context, each func(Record) error) (seq int64, mac string, err error) {
	db, err := s.open(ctx)
	if err != nil {
		return 0, "", err
	}
	key, err := s.auditKey()
	if err != nil {
		return 0, "", err
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return 0, "", fmt.Errorf("read the audit trail: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	first, before, err := sealedEnd(ctx, tx, key, auditTail)
	if err != nil {
		return 0, "", err
	}
	rows, err := tx.QueryContext(ctx, `SELECT seq, at, body, mac FROM audit ORDER BY seq`)
	if err != nil {
		return 0, "", fmt.Errorf("read the audit trail: %w", err)
	}
	if seq, mac, err = follow(rows, key, first, before, each); err == nil {
		err = endsWith(ctx, tx, key, seq, mac)
	}
	return seq, mac, err
}

// scanRecord reads one record and checks that it follows the one before.
func scanRecord(rows *sql.Rows, key []byte, seq int64, before string) (Record, error) {
	var (
		record Record
		at     int64
		body   string
	)
	if err := rows.Scan(&record.Seq, &at, &body, &record.MAC); err != nil {
		return Record{}, fmt.Errorf("read the audit trail: %w", err)
	}
	switch {
	case record.Seq != seq+1:
		return Record{}, &Tampered{Seq: seq + 1, What: "missing"}
	case !hmac.Equal([]byte(record.MAC), []byte(auditMAC(key, record.Seq, at, body, before))):
		return Record{}, &Tampered{Seq: record.Seq, What: "edited, or moved from its place"}
	}
	if err := exactly([]byte(body), &record.Event); err != nil {
		return Record{}, fmt.Errorf("audit record %d: %w", record.Seq, err)
	}
	record.At = time.UnixMilli(at)
	return record, nil
}

// Prune removes from before a time the audit records, whose number it returns,
// and the actions of the journal that have ended. Those of which nobody knows
// how leave an audit record that event makes. What is left of the trail can
// still be verified. Nothing is removed from one that was tampered with up to
// there.
func (s *SQLite) Prune(ctx context.Context, before time.Time, event func(Entry) Event) (removed int64, err error) {
	for {
		some, err := s.pruneSome(ctx, before, event)
		if removed += some; err != nil || some < pruneBatch {
			return removed, err
		}
	}
}

// pruneBatch is how many records are removed in one transaction, during which
// nobody else can write.
const pruneBatch = 1000

func (s *SQLite) pruneSome(ctx context.Context, before time.Time, event func(Entry) Event) (int64, error) {
	var removed int64
	err := s.write(ctx, "prune the audit trail", func(tx *sql.Tx) error {
		key, err := s.auditKey()
		if err != nil {
			return err
		}
		seq, mac, err := sealedEnd(ctx, tx, key, auditTail)
		if err != nil {
			return err
		}
		kept, err := tx.QueryContext(ctx, `SELECT seq, at, body, mac FROM audit
			WHERE seq < COALESCE((SELECT MIN(seq) FROM audit WHERE at >= ?), (SELECT MAX(seq) FROM audit)) ORDER BY seq LIMIT ?`, before.UnixMilli(), pruneBatch)
		if err != nil {
			return err
		}
		seq, mac, err = follow(kept, key, seq, mac, func(Record) error { removed++; return nil })
		if err != nil {
			return err
		}
		if removed > 0 {
			if _, err := tx.ExecContext(ctx, `DELETE FROM audit WHERE seq <= ?`, seq); err != nil {
				return err
			}
			if err := setEnd(ctx, tx, key, auditTail, seq, mac); err != nil {
				return err
			}
		}
		return s.pruneJournal(ctx, tx, before, event)
	})
	return removed, err
}

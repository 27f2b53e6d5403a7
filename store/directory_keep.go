package store

import (
	"context"
	"database/sql"
	"strings"
	"time"
	"unicode/utf8"
)

// keeper writes members in one transaction. What it writes was read as of a
// clock: where a write of our own came later, that stands.
type keeper struct {
	tx   *sql.Tx
	asOf int64
	now  time.Time
	// statements are those of the transaction, and end with it.
	statements map[string]*sql.Stmt
}

func (d *FileDirectory) keeper(tx *sql.Tx, asOf int64) keeper {
	return keeper{tx: tx, asOf: asOf, now: d.now(), statements: map[string]*sql.Stmt{}}
}

// exec carries out a statement that a page needs once for each member, so that
// SQLite reads it once.
func (k keeper) exec(ctx context.Context, statement string, args ...any) (sql.Result, error) {
	prepared := k.statements[statement]
	if prepared == nil {
		var err error
		if prepared, err = k.tx.PrepareContext(ctx, statement); err != nil {
			return nil, err
		}
		k.statements[statement] = prepared
	}
	return prepared.ExecContext(ctx, args...)
}

// known is what the directory has of a member.
type known struct {
	DirectoryMember
	here                bool
	walk, asOf, touched int64
}

// newerThan reports that the directory knows better than what was requested
// as of a clock.
func (k known) newerThan(asOf int64) bool { return k.touched > asOf || k.asOf > asOf }

const memberColumns = `m.id, m.first_name, m.last_name, m.name, m.email, m.member_type, m.location, m.time_zone, m.joined_at,
	m.find_name, m.find_email, m.find_place, m.gone_at`

type scanner interface{ Scan(dest ...any) error }

func scanMember(row scanner, more ...any) (DirectoryMember, error) {
	var (
		m      DirectoryMember
		id     int64
		joined sql.NullInt64
		gone   int64
	)
	err := row.Scan(append([]any{&id, &m.First, &m.Last, &m.Name, &m.Email, &m.Type, &m.Location, &m.TimeZone, &joined,
		&m.FindName, &m.FindEmail, &m.FindPlace, &gone}, more...)...)
	m.ID, m.Gone = uint64(id), fromMillis(gone)
	if joined.Valid {
		m.Joined = time.UnixMilli(joined.Int64).UTC()
	}
	return m, err
}

func collect(rows *sql.Rows, err error, each func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// marks are as many placeholders as there are ids, and the ids for them.
func marks(ids []uint64) (string, []any) {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = int64(id)
	}
	return "(?" + strings.Repeat(", ?", max(0, len(ids)-1)) + ")", args
}

func (k keeper) known(ctx context.Context, members []DirectoryMember) (map[uint64]known, error) {
	found := map[uint64]known{}
	if len(members) == 0 {
		return found, nil
	}
	ids := make([]uint64, len(members))
	for i, m := range members {
		ids[i] = m.ID
	}
	in, args := marks(ids)
	rows, err := k.tx.QueryContext(ctx, `SELECT `+memberColumns+`, m.here, m.walk, m.as_of, m.touched FROM members m WHERE m.id IN `+in, args...)
	err = collect(rows, err, func(rows *sql.Rows) (err error) {
		var one known
		one.DirectoryMember, err = scanMember(rows, &one.here, &one.walk, &one.asOf, &one.touched)
		found[one.ID] = one
		return err
	})
	return found, err
}

// page writes a page of a walk and counts whom the walk had not seen.
func (k keeper) page(ctx context.Context, walk Walk, members []DirectoryMember) (unseen int, err error) {
	before, err := k.known(ctx, members)
	if err != nil {
		return 0, err
	}
	network := walk.List.Kind == InNetwork
	seen := map[uint64]bool{}
	for _, m := range members {
		was, isKnown := before[m.ID]
		if seen[m.ID] {
			continue
		}
		seen[m.ID] = true
		here, number := was.here, was.walk
		switch {
		case !network:
		case was.walk == walk.Number && was.here:
			// A second time: the page is read again, or somebody came and the list
			// moved down.
		default:
			unseen++
			here, number = true, walk.Number
		}
		if isKnown && was.newerThan(k.asOf) {
			if network {
				if _, err := k.exec(ctx, `UPDATE members SET walk = ?, unseen = 0 WHERE id = ?`, number, int64(m.ID)); err != nil {
					return 0, err
				}
			}
		} else if err := k.put(ctx, m, was, isKnown, here, number); err != nil {
			return 0, err
		}
		if !network {
			isNew, err := k.list(ctx, walk, m.ID)
			if err != nil {
				return 0, err
			}
			unseen += isNew
		}
	}
	return unseen, nil
}

// list puts a member on a list and returns 1 for one whom the walk had not
// seen there.
func (k keeper) list(ctx context.Context, walk Walk, member uint64) (int, error) {
	result, err := k.exec(ctx, `INSERT INTO listed (kind, list, member, walk) VALUES (?, ?, ?, ?)
		ON CONFLICT (kind, list, member) DO UPDATE SET walk = excluded.walk WHERE listed.walk <> excluded.walk`,
		walk.List.Kind, int64(walk.List.ID), int64(member), walk.Number)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// put writes one member. The finder is written only where it has to be, since
// that is most of the work.
func (k keeper) put(ctx context.Context, m DirectoryMember, was known, isKnown, here bool, walk int64) error {
	bound(&m)
	joined := sql.NullInt64{Int64: m.Joined.UnixMilli(), Valid: !m.Joined.IsZero()}
	_, err := k.exec(ctx, `INSERT INTO members (id, first_name, last_name, name, email, member_type, location, time_zone, joined_at,
		find_name, find_email, find_place, here, walk, as_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name, name = excluded.name,
		email = excluded.email, member_type = excluded.member_type, location = excluded.location, time_zone = excluded.time_zone,
		joined_at = excluded.joined_at, find_name = excluded.find_name, find_email = excluded.find_email, find_place = excluded.find_place,
		here = excluded.here, walk = excluded.walk, as_of = excluded.as_of, touched = 0, gone_at = 0, unseen = 0`,
		int64(m.ID), m.First, m.Last, m.Name, m.Email, m.Type, m.Location, m.TimeZone, joined,
		m.FindName, m.FindEmail, m.FindPlace, here, walk, k.asOf)
	if err != nil {
		return err
	}
	same := isKnown && was.FindName == m.FindName && was.FindEmail == m.FindEmail && was.FindPlace == m.FindPlace && was.Type == m.Type
	if was.here && (!here || !same) {
		if err := k.unindex(ctx, m.ID); err != nil {
			return err
		}
	}
	if here && (!was.here || !same) {
		return k.index(ctx, m)
	}
	return nil
}

// maxText bounds every text that is kept, in bytes.
const maxText = 2_000

// bound cuts what is too long, so that nobody's profile fills the disk.
func bound(m *DirectoryMember) {
	for _, text := range []*string{&m.First, &m.Last, &m.Name, &m.Email, &m.Type, &m.Location, &m.TimeZone, &m.FindName, &m.FindEmail, &m.FindPlace} {
		if len(*text) > maxText {
			cut := maxText
			for cut > 0 && !utf8.RuneStart((*text)[cut]) {
				cut--
			}
			*text = (*text)[:cut]
		}
	}
}

// complete ends a walk. Who was on none of its pages may have been passed over,
// where others left meanwhile: they are unseen, and gone when the next complete
// walk does not see them either. On the other lists, where nobody is looked up,
// they are off the list at once.
func (k keeper) complete(ctx context.Context, walk Walk) error {
	if walk.List.Kind != InNetwork {
		_, err := k.tx.ExecContext(ctx, `DELETE FROM listed WHERE kind = ? AND list = ? AND walk <> ?`, walk.List.Kind, int64(walk.List.ID), walk.Number)
		return err
	}
	const missed = ` WHERE here = 1 AND walk <> ?`
	if _, err := k.tx.ExecContext(ctx, `DELETE FROM found WHERE rowid IN (SELECT id FROM members`+missed+` AND unseen = 1)`, walk.Number); err != nil {
		return err
	}
	if _, err := k.tx.ExecContext(ctx, `UPDATE members SET here = 0, gone_at = ?`+missed+` AND unseen = 1`, k.now.UnixMilli(), walk.Number); err != nil {
		return err
	}
	_, err := k.tx.ExecContext(ctx, `UPDATE members SET unseen = 1`+missed, walk.Number)
	return err
}

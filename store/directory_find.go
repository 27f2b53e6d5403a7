package store

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// fewByDate is up to how many members a span of time is looked through one by
// one, where the finder would find more.
const fewByDate = 2_000

// Fits reports whether a member fits what the query asks of themselves: their
// name, address, place, type and when they joined.
func (q MemberQuery) Fits(m DirectoryMember) bool {
	for _, part := range q.Name {
		if !strings.Contains(m.FindName, part) {
			return false
		}
	}
	dated := !q.From.IsZero() || !q.To.IsZero()
	return strings.Contains(m.FindEmail, q.Email) && strings.Contains(m.FindPlace, q.Place) && (q.Type == "" || q.Type == m.Type) &&
		(!dated || !m.Joined.IsZero()) && !m.Joined.Before(q.From) && (q.To.IsZero() || m.Joined.Before(q.To))
}

// plan is how a query is answered.
type plan struct {
	from, where, order string
	args               []any
}

// planned writes a query in SQL. Where texts are looked for in the whole
// network the finder answers; on shorter lists, and in a short span of time,
// the texts themselves are compared.
func planned(ctx context.Context, db querier, q MemberQuery) (plan, error) {
	p := plan{from: "members m", order: "m.id"}
	byFinder := false
	look := lookFor(q)
	switch {
	case q.Former:
		p.from += " INDEXED BY members_gone"
		p.and("m.gone_at > 0")
	case q.List.Kind != "" && q.List.Kind != InNetwork:
		p.from = "listed l JOIN members m ON m.id = l.member"
		p.and("l.kind = ? AND l.list = ? AND m.gone_at = 0", q.List.Kind, int64(q.List.ID))
	case look.match != "":
		few, err := fewJoined(ctx, db, q)
		if err != nil {
			return p, err
		}
		if byFinder = !few; byFinder {
			// Everybody in the finder is on the network's list.
			p.from, p.order = "found f JOIN members m ON m.id = f.rowid", "f.rowid"
			p.and("f.found MATCH ?", look.match)
			for _, exact := range look.exact {
				p.and(exact)
			}
			p.args = append(p.args, look.args...)
			break
		}
		fallthrough
	default:
		if q.NoEmail {
			p.from += " INDEXED BY members_silent" // few, where another index leads to all
		}
		p.and("m.here = 1")
		if !q.From.IsZero() || !q.To.IsZero() {
			p.order = "m.joined_at, m.id"
		}
	}
	if !byFinder {
		p.texts(q)
		if q.Type != "" {
			p.and("m.member_type = ?", q.Type)
		}
	}
	p.rest(q)
	return p, nil
}

func (p *plan) and(condition string, args ...any) {
	if p.where != "" {
		p.where += " AND "
	}
	p.where += condition
	p.args = append(p.args, args...)
}

func (p *plan) texts(q MemberQuery) {
	for _, part := range q.Name {
		p.and("instr(m.find_name, ?) > 0", part)
	}
	if q.Email != "" {
		p.and("instr(m.find_email, ?) > 0", q.Email)
	}
	if q.Place != "" {
		p.and("instr(m.find_place, ?) > 0", q.Place)
	}
}

func (p *plan) rest(q MemberQuery) {
	if !q.From.IsZero() {
		p.and("m.joined_at >= ?", q.From.UnixMilli())
	}
	if !q.To.IsZero() {
		p.and("m.joined_at < ?", q.To.UnixMilli())
	}
	for _, list := range q.On {
		p.and("EXISTS (SELECT 1 FROM listed o WHERE o.kind = ? AND o.list = ? AND o.member = m.id)", list.Kind, int64(list.ID))
	}
	if q.Unasked != "" {
		p.and("NOT EXISTS (SELECT 1 FROM asked a WHERE a.kind = ? AND a.member = m.id AND a.at BETWEEN ? AND ?)", q.Unasked, millis(q.AskedSince), millis(q.AskedUntil))
	}
	if q.NoEmail {
		p.and("m.email = ''")
	}
}

// fewJoined reports whether few joined in the query's span of time.
func fewJoined(ctx context.Context, db querier, q MemberQuery) (bool, error) {
	if q.From.IsZero() && q.To.IsZero() {
		return false, nil
	}
	from, to := int64(-1)<<62, int64(1)<<62
	if !q.From.IsZero() {
		from = q.From.UnixMilli()
	}
	if !q.To.IsZero() {
		to = q.To.UnixMilli()
	}
	var n int
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM members m WHERE m.here = 1 AND m.joined_at >= ? AND m.joined_at < ? LIMIT ?)`,
		from, to, fewByDate+1).Scan(&n)
	return n <= fewByDate, err
}

// alone reports that the finder answers without the members' rows.
func (p plan) alone() bool {
	return p.order == "f.rowid" && p.where == "f.found MATCH ?"
}

// Find implements [Directory].
func (d *FileDirectory) Find(ctx context.Context, q MemberQuery, offset, limit int) (members []DirectoryMember, all int, err error) {
	err = d.do(ctx, "search the directory", func(db *sql.DB) error {
		members, all = []DirectoryMember{}, 0
		p, err := planned(ctx, db, q)
		if err != nil {
			return err
		}
		if limit > 0 {
			rows, err := db.QueryContext(ctx, `SELECT `+memberColumns+` FROM `+p.from+` WHERE `+p.where+` ORDER BY `+p.order+` LIMIT ? OFFSET ?`,
				append(p.args, limit, offset)...)
			if err := collect(rows, err, func(rows *sql.Rows) error {
				m, err := scanMember(rows)
				members = append(members, m)
				return err
			}); err != nil {
				return err
			}
			if n := len(members); n < limit && (n > 0 || offset == 0) {
				all = offset + n
				return nil
			}
		}
		from := p.from
		if p.alone() {
			from = "found f"
		}
		return db.QueryRowContext(ctx, `SELECT count(*) FROM `+from+` WHERE `+p.where, p.args...).Scan(&all)
	})
	return members, all, err
}

// After implements [Directory].
func (d *FileDirectory) After(ctx context.Context, q MemberQuery, after uint64, limit int) (members []DirectoryMember, err error) {
	err = d.do(ctx, "read the directory", func(db *sql.DB) error {
		members = nil
		p := plan{from: "members m", order: "m.id"}
		if q.List.Kind != "" && q.List.Kind != InNetwork {
			p.from, p.order = "listed l JOIN members m ON m.id = l.member", "l.member"
			p.and("l.kind = ? AND l.list = ? AND l.member > ? AND m.gone_at = 0", q.List.Kind, int64(q.List.ID), int64(after))
		} else {
			// The order of ids, not an index by which all would have to be sorted.
			p.and("+m.here = 1 AND m.id > ?", int64(after))
		}
		p.texts(q)
		if q.Type != "" {
			p.and("+m.member_type = ?", q.Type)
		}
		p.rest(q)
		rows, err := db.QueryContext(ctx, `SELECT `+memberColumns+` FROM `+p.from+` WHERE `+p.where+` ORDER BY `+p.order+` LIMIT ?`, append(p.args, limit)...)
		return collect(rows, err, func(rows *sql.Rows) error {
			m, err := scanMember(rows)
			members = append(members, m)
			return err
		})
	})
	return members, err
}

// Asked implements [Directory].
func (d *FileDirectory) Asked(ctx context.Context, q MemberQuery, kind string) (at time.Time, err error) {
	err = d.do(ctx, "search the directory", func(db *sql.DB) error {
		p, err := planned(ctx, db, q)
		if err != nil {
			return err
		}
		var first sql.NullInt64
		err = db.QueryRowContext(ctx, `SELECT min(asked.at) FROM `+p.from+` JOIN asked ON asked.member = m.id WHERE `+p.where+` AND asked.kind = ?`,
			append(p.args, kind)...).Scan(&first)
		at = fromMillis(first.Int64)
		return err
	})
	return at, err
}

// Held implements [Directory].
func (d *FileDirectory) Held(ctx context.Context, label MemberList, since, until time.Time, ids []uint64) (has map[uint64]bool, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = d.do(ctx, "look labels up", func(db *sql.DB) error {
		has = map[uint64]bool{}
		in, args := marks(ids)
		rows, err := db.QueryContext(ctx, `SELECT a.member, EXISTS (SELECT 1 FROM listed l WHERE l.kind = a.kind AND l.list = ? AND l.member = a.member)
			FROM asked a WHERE a.kind = ? AND a.at BETWEEN ? AND ? AND a.member IN `+in, append([]any{int64(label.ID), label.Kind, millis(since), millis(until)}, args...)...)
		return collect(rows, err, func(rows *sql.Rows) error {
			var (
				id    int64
				holds bool
			)
			err := rows.Scan(&id, &holds)
			has[uint64(id)] = holds
			return err
		})
	})
	return has, err
}

// Known implements [Directory].
func (d *FileDirectory) Known(ctx context.Context, ids []uint64) (members []DirectoryMember, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = d.do(ctx, "look members up", func(db *sql.DB) error {
		members = nil
		in, args := marks(ids)
		rows, err := db.QueryContext(ctx, `SELECT `+memberColumns+` FROM members m WHERE m.id IN `+in+` ORDER BY m.id`, args...)
		return collect(rows, err, func(rows *sql.Rows) error {
			m, err := scanMember(rows)
			members = append(members, m)
			return err
		})
	})
	return members, err
}

// Joins implements [Directory].
func (d *FileDirectory) Joins(ctx context.Context, since, origin time.Time, step time.Duration) (all int, joined map[int]int, err error) {
	err = d.do(ctx, "count members", func(db *sql.DB) error {
		joined = map[int]int{}
		if err := db.QueryRowContext(ctx, `SELECT count(*) FROM members WHERE here = 1`).Scan(&all); err != nil {
			return err
		}
		rows, err := db.QueryContext(ctx, `SELECT (joined_at - ?) / ? AS steps, count(*) FROM members WHERE here = 1 AND joined_at >= ? GROUP BY steps`,
			origin.UnixMilli(), step.Milliseconds(), since.UnixMilli())
		return collect(rows, err, func(rows *sql.Rows) error {
			var steps, n int
			err := rows.Scan(&steps, &n)
			joined[steps] = n
			return err
		})
	})
	return all, joined, err
}

// Shares implements [Directory].
func (d *FileDirectory) Shares(ctx context.Context, by string, since time.Time) (shares []Share, err error) {
	column := ByLocation
	if by == ByTimeZone {
		column = ByTimeZone
	}
	err = d.do(ctx, "count members by "+column, func(db *sql.DB) error {
		shares = nil
		rows, err := db.QueryContext(ctx, `SELECT `+column+`, count(*), coalesce(sum(joined_at >= ?), 0) FROM members WHERE here = 1 GROUP BY `+column+` ORDER BY `+column, since.UnixMilli())
		return collect(rows, err, func(rows *sql.Rows) error {
			var s Share
			err := rows.Scan(&s.Value, &s.Members, &s.Joined)
			shares = append(shares, s)
			return err
		})
	})
	return shares, err
}

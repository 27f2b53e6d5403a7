package store

import (
	"context"
	"database/sql"
	"time"
)

// Save implements [Directory].
func (d *FileDirectory) Save(ctx context.Context, asOf int64, members ...DirectoryMember) error {
	return d.write(ctx, "keep members", func(ctx context.Context, tx *sql.Tx) error {
		k := d.keeper(tx, asOf)
		before, err := k.known(ctx, members)
		if err != nil {
			return err
		}
		for _, m := range members {
			was, isKnown := before[m.ID]
			if !isKnown || was.newerThan(asOf) {
				continue
			}
			// Who was on the network's list and is seen again is on it again.
			if err := k.put(ctx, m, was, true, was.walk > 0, was.walk); err != nil {
				return err
			}
		}
		return nil
	})
}

// Add implements [Directory].
func (d *FileDirectory) Add(ctx context.Context, asOf int64, member DirectoryMember) error {
	return d.write(ctx, "keep a new member", func(ctx context.Context, tx *sql.Tx) error {
		k := d.keeper(tx, asOf)
		before, err := k.known(ctx, []DirectoryMember{member})
		if err != nil {
			return err
		}
		network, err := readList(ctx, tx, MemberList{Kind: InNetwork})
		if err != nil {
			return err
		}
		was, isKnown := before[member.ID]
		if isKnown && was.newerThan(asOf) {
			return nil
		}
		return k.put(ctx, member, was, isKnown, network.walk > 0, network.walk)
	})
}

// Touch implements [Directory].
func (d *FileDirectory) Touch(ctx context.Context, members []uint64, lists []MemberList) (int64, error) {
	var clock int64
	err := d.write(ctx, "mark members", func(ctx context.Context, tx *sql.Tx) (err error) {
		if clock, err = tick(ctx, tx); err != nil {
			return err
		}
		for _, id := range members {
			if _, err := tx.ExecContext(ctx, `UPDATE members SET touched = ? WHERE id = ?`, clock, int64(id)); err != nil {
				return err
			}
			for _, list := range lists {
				if _, err := tx.ExecContext(ctx, `DELETE FROM asked WHERE kind = ? AND member = ?`, list.Kind, int64(id)); err != nil {
					return err
				}
			}
		}
		for _, list := range lists {
			if _, err := tx.ExecContext(ctx, `UPDATE lists SET touched = ? WHERE kind = ? AND (id = ? OR ? = 0)`, clock, list.Kind, int64(list.ID), int64(list.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	return clock, err
}

// Touched implements [Directory].
func (d *FileDirectory) Touched(ctx context.Context, limit int) (ids []uint64, all int, err error) {
	return d.some(ctx, "look for changed members", `touched > 0 AND gone_at = 0`, limit)
}

// Unseen implements [Directory].
func (d *FileDirectory) Unseen(ctx context.Context, limit int) (ids []uint64, all int, err error) {
	return d.some(ctx, "look for members who were not seen", `here = 1 AND unseen = 1`, limit)
}

// some returns at most limit members of whom something holds, and how many
// there are.
func (d *FileDirectory) some(ctx context.Context, what, condition string, limit int) (ids []uint64, all int, err error) {
	err = d.do(ctx, what, func(db *sql.DB) error {
		ids = nil
		if err := db.QueryRowContext(ctx, `SELECT count(*) FROM members WHERE `+condition).Scan(&all); err != nil || all == 0 {
			return err
		}
		rows, err := db.QueryContext(ctx, `SELECT id FROM members WHERE `+condition+` ORDER BY id LIMIT ?`, limit)
		return collect(rows, err, func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			ids = append(ids, uint64(id))
			return err
		})
	})
	return ids, all, err
}

// Gone implements [Directory].
func (d *FileDirectory) Gone(ctx context.Context, id uint64) error {
	return d.write(ctx, "mark a member as gone", func(ctx context.Context, tx *sql.Tx) error {
		clock, err := tick(ctx, tx)
		if err != nil {
			return err
		}
		// A walk that has seen them has to look who moved up.
		if _, err := tx.ExecContext(ctx, `UPDATE lists SET moved = 1 WHERE walk_since > 0 AND (
			kind = ? AND EXISTS (SELECT 1 FROM members m WHERE m.id = ? AND m.here = 1 AND m.walk = lists.walk) OR
			EXISTS (SELECT 1 FROM listed l WHERE l.kind = lists.kind AND l.list = lists.id AND l.member = ? AND l.walk = lists.walk))`,
			InNetwork, int64(id), int64(id)); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `UPDATE members SET here = 0, gone_at = ?, touched = ? WHERE id = ?`, d.now().UnixMilli(), clock, int64(id))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM listed WHERE member = ?`, int64(id)); err != nil {
			return err
		}
		return d.keeper(tx, 0).unindex(ctx, id)
	})
}

// Place implements [Directory].
func (d *FileDirectory) Place(ctx context.Context, list MemberList, member uint64, on bool, touched int64) error {
	return d.write(ctx, "change a list", func(ctx context.Context, tx *sql.Tx) error {
		r, err := readList(ctx, tx, list)
		if err != nil {
			return err
		}
		change := `INSERT INTO listed (kind, list, member, walk) VALUES (?, ?, ?, ?) ON CONFLICT (kind, list, member) DO UPDATE SET walk = excluded.walk`
		args := []any{list.Kind, int64(list.ID), int64(member), r.walk}
		if !on {
			if _, err := tx.ExecContext(ctx, `UPDATE lists SET moved = 1 WHERE kind = ? AND id = ? AND walk_since > 0 AND EXISTS (
				SELECT 1 FROM listed l WHERE l.kind = lists.kind AND l.list = lists.id AND l.member = ? AND l.walk = lists.walk)`, args[:3]...); err != nil {
				return err
			}
			change, args = `DELETE FROM listed WHERE kind = ? AND list = ? AND member = ?`, args[:3]
		}
		if _, err := tx.ExecContext(ctx, change, args...); err != nil {
			return err
		}
		// A walk under way may have read the list before the write.
		if r.walkSince != 0 {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE lists SET touched = 0 WHERE kind = ? AND id = ? AND touched <= ?`, list.Kind, int64(list.ID), touched)
		return err
	})
}

// Drop implements [Directory].
func (d *FileDirectory) Drop(ctx context.Context, list MemberList) error {
	return d.write(ctx, "forget a list", func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM listed WHERE kind = ? AND list = ?`, list.Kind, int64(list.ID)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM lists WHERE kind = ? AND id = ?`, list.Kind, int64(list.ID))
		return err
	})
}

// Labels implements [Directory].
func (d *FileDirectory) Labels(ctx context.Context, kind string, at time.Time, of map[uint64][]uint64) error {
	return d.write(ctx, "keep members' labels", func(ctx context.Context, tx *sql.Tx) error {
		for member, labels := range of {
			if _, err := tx.ExecContext(ctx, `DELETE FROM listed WHERE kind = ? AND member = ?`, kind, int64(member)); err != nil {
				return err
			}
			for _, label := range labels {
				if _, err := tx.ExecContext(ctx, `INSERT INTO listed (kind, list, member) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, kind, int64(label), int64(member)); err != nil {
					return err
				}
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO asked (kind, member, at) VALUES (?, ?, ?) ON CONFLICT (kind, member) DO UPDATE SET at = excluded.at`,
				kind, int64(member), millis(at)); err != nil {
				return err
			}
		}
		return nil
	})
}

// SaveNames implements [Directory].
func (d *FileDirectory) SaveNames(ctx context.Context, kind string, at time.Time, names map[uint64]string) error {
	return d.write(ctx, "keep names", func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM names WHERE kind = ?`, kind); err != nil {
			return err
		}
		for id, name := range names {
			if _, err := tx.ExecContext(ctx, `INSERT INTO names (kind, id, name) VALUES (?, ?, ?)`, kind, int64(id), name); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO named (kind, at) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET at = excluded.at`, kind, millis(at))
		return err
	})
}

// ForgetNames implements [Directory].
func (d *FileDirectory) ForgetNames(ctx context.Context) error {
	return d.write(ctx, "forget names", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM named`)
		return err
	})
}

// Names implements [Directory].
func (d *FileDirectory) Names(ctx context.Context, kind string) (names map[uint64]string, at time.Time, err error) {
	err = d.do(ctx, "look up names", func(db *sql.DB) error {
		names = map[uint64]string{}
		var read sql.NullInt64
		if err := db.QueryRowContext(ctx, `SELECT max(at) FROM named WHERE kind = ?`, kind).Scan(&read); err != nil || !read.Valid {
			return err
		}
		at = fromMillis(read.Int64)
		rows, err := db.QueryContext(ctx, `SELECT id, name FROM names WHERE kind = ?`, kind)
		return collect(rows, err, func(rows *sql.Rows) error {
			var (
				id   int64
				name string
			)
			err := rows.Scan(&id, &name)
			names[uint64(id)] = name
			return err
		})
	})
	return names, at, err
}

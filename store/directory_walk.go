package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// walkLease is how long a walk is held without a page: longer than a page can
// take with all its tries.
const walkLease = 90 * time.Second

// listRow is a row of lists.
type listRow struct {
	since, walk, walkSince int64
	next, seen             int
	holder                 string
	heldUntil              int64
	begunAt, touched       int64
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readList(ctx context.Context, db querier, list MemberList) (listRow, error) {
	var r listRow
	err := db.QueryRowContext(ctx, `SELECT since, walk, walk_since, next_page, seen, holder, held_until, begun_at, touched FROM lists WHERE kind = ? AND id = ?`,
		list.Kind, int64(list.ID)).Scan(&r.since, &r.walk, &r.walkSince, &r.next, &r.seen, &r.holder, &r.heldUntil, &r.begunAt, &r.touched)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return r, err
}

func writeList(ctx context.Context, tx *sql.Tx, list MemberList, r listRow) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO lists (kind, id, since, walk, walk_since, next_page, seen, holder, held_until, begun_at, touched)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET since = excluded.since, walk = excluded.walk,
		walk_since = excluded.walk_since, next_page = excluded.next_page, seen = excluded.seen, holder = excluded.holder,
		held_until = excluded.held_until, begun_at = excluded.begun_at, touched = excluded.touched`,
		list.Kind, int64(list.ID), r.since, r.walk, r.walkSince, r.next, r.seen, r.holder, r.heldUntil, r.begunAt, r.touched)
	return err
}

func readClock(ctx context.Context, db querier) (clock int64, err error) {
	err = db.QueryRowContext(ctx, `SELECT value FROM clock`).Scan(&clock)
	return clock, err
}

// tick moves the clock on.
func tick(ctx context.Context, tx *sql.Tx) (int64, error) {
	if _, err := tx.ExecContext(ctx, `UPDATE clock SET value = value + 1`); err != nil {
		return 0, err
	}
	return readClock(ctx, tx)
}

// Clock implements [Directory].
func (d *FileDirectory) Clock(ctx context.Context) (clock int64, err error) {
	err = d.do(ctx, "read the directory's clock", func(db *sql.DB) (err error) {
		clock, err = readClock(ctx, db)
		return err
	})
	return clock, err
}

// List implements [Directory].
func (d *FileDirectory) List(ctx context.Context, list MemberList) (ListState, error) {
	var state ListState
	err := d.do(ctx, "look at a list in the directory", func(db *sql.DB) error {
		r, err := readList(ctx, db, list)
		if err != nil {
			return err
		}
		state = ListState{Since: fromMillis(r.since), Walking: fromMillis(r.walkSince), Next: r.next, Walks: r.walk, Touched: r.touched > 0}
		if list.Kind == InNetwork {
			state.Members, err = d.countHere(ctx, db)
			return err
		}
		return db.QueryRowContext(ctx, `SELECT count(*) FROM listed WHERE kind = ? AND list = ?`, list.Kind, int64(list.ID)).Scan(&state.Members)
	})
	return state, err
}

// counted is how many members were on the network's list when the database had
// a version: one number for the writes of others, one for our own.
type counted struct {
	others, own int64
	members     int
	known       bool
}

// countHere counts the members of the network, anew only where something was
// written since: counting many takes longer than finding one.
func (d *FileDirectory) countHere(ctx context.Context, db *sql.DB) (int, error) {
	now := counted{own: d.writes.Load(), known: true}
	if err := db.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&now.others); err != nil {
		return 0, err
	}
	d.mu.Lock()
	last := d.counted
	d.mu.Unlock()
	if last.known && last.others == now.others && last.own == now.own {
		return last.members, nil
	}
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM members WHERE here = 1`).Scan(&now.members); err != nil {
		return 0, err
	}
	d.mu.Lock()
	d.counted = now
	d.mu.Unlock()
	return now.members, nil
}

// Begin implements [Directory].
func (d *FileDirectory) Begin(ctx context.Context, list MemberList, since time.Time, anew bool) (Walk, error) {
	var walk Walk
	err := d.write(ctx, "begin to read a list", func(ctx context.Context, tx *sql.Tx) error {
		r, err := readList(ctx, tx, list)
		if err != nil {
			return err
		}
		now := d.now()
		if r.holder != "" && r.holder != d.holder && now.UnixMilli() < r.heldUntil && runs(r.holder) {
			return ErrHeld
		}
		clock, err := readClock(ctx, tx)
		if err != nil {
			return err
		}
		if r.walkSince == 0 || anew {
			r.walk, r.walkSince, r.next, r.seen, r.begunAt = r.walk+1, millis(since), 1, 0, clock
		}
		r.holder, r.heldUntil = d.holder, now.Add(walkLease).UnixMilli()
		walk = walkOf(list, r, clock)
		return writeList(ctx, tx, list, r)
	})
	return walk, err
}

// runs reports whether the process of a holder is there, as far as can be told.
// Where it cannot, the lease decides; and where it is told wrong, [ErrLost]
// keeps two holders apart.
func runs(holder string) bool {
	pid, _, _ := strings.Cut(holder, " ")
	number, err := strconv.Atoi(pid)
	if err != nil || number <= 0 {
		return true
	}
	process, err := os.FindProcess(number)
	if err != nil {
		return false
	}
	defer func() { _ = process.Release() }()
	return !errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

func walkOf(list MemberList, r listRow, clock int64) Walk {
	return Walk{List: list, Number: r.walk, Since: fromMillis(r.walkSince), Next: r.next, Seen: r.seen, AsOf: clock}
}

// held returns the list's row where the walk still has it.
func (d *FileDirectory) held(ctx context.Context, tx *sql.Tx, walk Walk) (listRow, error) {
	r, err := readList(ctx, tx, walk.List)
	if err == nil && (r.holder != d.holder || r.walk != walk.Number || r.walkSince == 0 || r.next != walk.Next) {
		err = ErrLost
	}
	return r, err
}

// Page implements [Directory].
func (d *FileDirectory) Page(ctx context.Context, walk Walk, members []DirectoryMember, next int) (Walk, error) {
	var further Walk
	err := d.write(ctx, "keep a page of a list", func(ctx context.Context, tx *sql.Tx) error {
		r, err := d.held(ctx, tx, walk)
		if err != nil {
			return err
		}
		k := d.keeper(tx, walk.AsOf)
		unseen, err := k.page(ctx, walk, members)
		if err != nil {
			return err
		}
		if next != 0 && len(members) > 0 && unseen == 0 {
			return ErrRepeats
		}
		r.next, r.seen, r.heldUntil = next, r.seen+unseen, d.now().Add(walkLease).UnixMilli()
		if next == 0 {
			if err := k.complete(ctx, walk); err != nil {
				return err
			}
			r.since, r.walkSince, r.holder, r.heldUntil = r.walkSince, 0, "", 0
			if r.touched <= r.begunAt {
				r.touched = 0
			}
		}
		clock, err := readClock(ctx, tx)
		if err != nil {
			return err
		}
		further = walkOf(walk.List, r, clock)
		return writeList(ctx, tx, walk.List, r)
	})
	return further, err
}

// End implements [Directory].
func (d *FileDirectory) End(ctx context.Context, walk Walk) error {
	return d.write(ctx, "let go of a list", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE lists SET holder = '', held_until = 0 WHERE kind = ? AND id = ? AND holder = ?`,
			walk.List.Kind, int64(walk.List.ID), d.holder)
		return err
	})
}

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
	moved                  bool
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readList(ctx context.Context, db querier, list MemberList) (listRow, error) {
	var r listRow
	err := db.QueryRowContext(ctx, `SELECT since, walk, walk_since, next_page, seen, holder, held_until, begun_at, touched, moved FROM lists WHERE kind = ? AND id = ?`,
		list.Kind, int64(list.ID)).Scan(&r.since, &r.walk, &r.walkSince, &r.next, &r.seen, &r.holder, &r.heldUntil, &r.begunAt, &r.touched, &r.moved)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return r, err
}

func writeList(ctx context.Context, tx *sql.Tx, list MemberList, r listRow) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO lists (kind, id, since, walk, walk_since, next_page, seen, holder, held_until, begun_at, touched, moved)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET since = excluded.since, walk = excluded.walk,
		walk_since = excluded.walk_since, next_page = excluded.next_page, seen = excluded.seen, holder = excluded.holder,
		held_until = excluded.held_until, begun_at = excluded.begun_at, touched = excluded.touched,
		moved = excluded.moved`,
		list.Kind, int64(list.ID), r.since, r.walk, r.walkSince, r.next, r.seen, r.holder, r.heldUntil, r.begunAt, r.touched, r.moved)
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
			r.walk, r.walkSince, r.next, r.seen, r.begunAt, r.moved = r.walk+1, millis(since), 1, 0, clock, false
		}
		from := r.back()
		r.holder, r.heldUntil = d.holder, now.Add(walkLease).UnixMilli()
		walk = walkOf(list, r, from, clock)
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

// How many pages a walk goes back: one where it goes on, since others may have
// left in between; and where somebody left while it was under way, also those
// that can have come between that and our knowing of it.
const (
	backOnGoingOn = 1
	backOnMoving  = 3
)

// back returns the page to go on with, after somebody may have left: who stands
// behind them has moved up, and may do so on a page that was read.
func (r *listRow) back() int {
	pages := backOnGoingOn
	if r.moved {
		pages = backOnMoving
	}
	r.moved = false
	return max(1, r.next-pages)
}

func walkOf(list MemberList, r listRow, page int, clock int64) Walk {
	return Walk{List: list, Number: r.walk, Since: fromMillis(r.walkSince), Next: page, Seen: r.seen, AsOf: clock, reached: r.next}
}

// held returns the list's row where the walk still has it.
func (d *FileDirectory) held(ctx context.Context, tx *sql.Tx, walk Walk) (listRow, error) {
	r, err := readList(ctx, tx, walk.List)
	if err == nil && (r.holder != d.holder || r.walk != walk.Number || r.walkSince == 0 || r.next != walk.reached) {
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
		r.heldUntil = d.now().Add(walkLease).UnixMilli()
		// Not into next: where the file gives way to memory all this is done again.
		to, err := k.turn(ctx, walk, &r, members, next)
		if err != nil {
			return err
		}
		if to == 0 {
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
		further = walkOf(walk.List, r, to, clock)
		return writeList(ctx, tx, walk.List, r)
	})
	return further, err
}

// turn keeps a page of a walk and returns the page to go on with, 0 for none.
// A page that is read again ends the way back where it begins with somebody
// whom the walk has seen: it has then seen everybody before them.
func (k keeper) turn(ctx context.Context, walk Walk, r *listRow, members []DirectoryMember, next int) (int, error) {
	again := walk.Next < r.next
	if again && walk.Next > 1 {
		if seen, err := k.saw(ctx, walk, members); err != nil {
			return 0, err
		} else if !seen {
			r.next = walk.Next
			return walk.Next - 1, nil
		}
	}
	unseen, err := k.page(ctx, walk, members)
	if err != nil {
		return 0, err
	}
	if next != 0 && len(members) > 0 && unseen == 0 && !again {
		return 0, ErrRepeats
	}
	r.seen += unseen
	if r.moved {
		r.next = max(r.next, walk.Next+1)
		return r.back(), nil
	}
	if next == 0 || next > r.next {
		r.next = next
	}
	return next, nil
}

// saw reports whether the walk has seen the first of a page.
func (k keeper) saw(ctx context.Context, walk Walk, members []DirectoryMember) (seen bool, err error) {
	if len(members) == 0 {
		return false, nil
	}
	query, args := `SELECT EXISTS (SELECT 1 FROM members WHERE walk = ? AND id = ? AND here = 1)`, []any{walk.Number, int64(members[0].ID)}
	if walk.List.Kind != InNetwork {
		query = `SELECT EXISTS (SELECT 1 FROM listed WHERE walk = ? AND member = ? AND kind = ? AND list = ?)`
		args = append(args, walk.List.Kind, int64(walk.List.ID))
	}
	err = k.tx.QueryRowContext(ctx, query, args...).Scan(&seen)
	return seen, err
}

// End implements [Directory].
func (d *FileDirectory) End(ctx context.Context, walk Walk) error {
	return d.write(ctx, "let go of a list", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE lists SET holder = '', held_until = 0 WHERE kind = ? AND id = ? AND holder = ?`,
			walk.List.Kind, int64(walk.List.ID), d.holder)
		return err
	})
}

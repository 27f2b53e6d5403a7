package store

import (
	"fmt"
	"time"
)

// SetClock gives the directory another clock.
func (d *FileDirectory) SetClock(now func() time.Time) { d.now = now }

// LimitPages keeps the directory's file from growing.
func (d *FileDirectory) LimitPages(n int) {
	if _, err := d.db.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, n)); err != nil {
		panic(err)
	}
}

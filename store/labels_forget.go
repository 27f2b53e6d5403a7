package store

import (
	"context"
	"database/sql"
)

// ForgetLabels implements [Directory].
func (d *FileDirectory) ForgetLabels(ctx context.Context, label MemberList) error {
	return d.write(ctx, "forget members' labels", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM asked WHERE kind = ? AND member IN (SELECT member FROM listed WHERE kind = ? AND (list = ? OR ? = 0))`,
			label.Kind, label.Kind, int64(label.ID), int64(label.ID))
		return err
	})
}

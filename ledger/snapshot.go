package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Snapshot writes one state of the ledger into another state folder, with a head of its own, while others write on. Sessions are
// left out: who is signed in here is not signed in there. It returns the last event of the copy.
func (l *Ledger) Snapshot(ctx context.Context, state string) (Point, error) {
	if err := os.MkdirAll(filepath.Join(state, folder), 0o700); err != nil {
		return Point{}, err
	}
	path := filepath.Join(state, fileName)
	from, err := openFile(filepath.Join(l.state, fileName), false) // a connection that only reads may not copy either
	if err != nil {
		return Point{}, err
	}
	_, err = from.ExecContext(ctx, "vacuum into ?", path)
	if err = errors.Join(err, from.Close()); err != nil {
		return Point{}, fmt.Errorf("copy the ledger: %w", err)
	}
	db, err := openFile(path, false)
	if err != nil {
		return Point{}, err
	}
	end, err := l.complete(ctx, db)
	if err = errors.Join(err, db.Close()); err != nil {
		return Point{}, fmt.Errorf("copy the ledger: %w", err)
	}
	return end, createHead(filepath.Join(state, headName), head{l.identity, end, end})
}

// complete makes a copy stand for itself: without sessions, and in one file.
func (l *Ledger) complete(ctx context.Context, db *sql.DB) (Point, error) {
	for _, s := range []string{"delete from session", "vacuum", "pragma wal_checkpoint(truncate)"} {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return Point{}, err
		}
	}
	return l.end(ctx, db)
}

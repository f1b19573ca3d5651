package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrNewer says that a ledger holds what this program does not know.
var ErrNewer = errors.New("a newer program wrote the ledger: start that one again, or restore a backup of before it")

// Strange is the error of an event whose type a room does not know: to pass over it would be to act as if it had not happened.
func Strange(e Event) error {
	return fmt.Errorf("%w: event %d, about %s %s, is of the type %q, which this one does not know", ErrNewer, e.Sequence, e.Subject.Kind, e.Subject.ID, e.Type)
}

const migrationTable = `create table if not exists migration (
    number integer primary key,
    name text not null,
    digest text not null,
    applied_at text not null
) strict`

// migrate brings a database to the newest form, one file after the other, each in one transaction. A file that was applied
// with another text, and a database that is newer than this program, are refused.
func migrate(ctx context.Context, db *sql.DB, now time.Time) error {
	if _, err := db.ExecContext(ctx, migrationTable); err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	files, err := fs.Glob(migrations, "migrations/*.sql") // in order
	if err != nil {
		return err
	}
	for i, name := range files {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		if err := migrateTo(ctx, db, i+1, name, string(text), now); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	var newest int
	if err := db.QueryRowContext(ctx, "select max(number) from migration").Scan(&newest); err != nil {
		return err
	}
	if newest > len(files) {
		return fmt.Errorf("%w: it has %d migrations, this one knows %d", ErrNewer, newest, len(files))
	}
	return nil
}

func migrateTo(ctx context.Context, db *sql.DB, number int, name, text string, now time.Time) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to roll back
	var applied string
	err = tx.QueryRowContext(ctx, "select digest from migration where number = ?", number).Scan(&applied)
	switch {
	case err == nil && applied != sum(text):
		return errors.New("was applied with another text")
	case err == nil:
		return nil
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	if _, err := tx.ExecContext(ctx, text); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "insert into migration values (?, ?, ?, ?)", number, name, sum(text), now.UTC().Format(clock))
	if err != nil {
		return err
	}
	return tx.Commit()
}

package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// aside is the name of the catalog beside the database.
const aside = "aside"

// An Aside is an empty catalog in memory beside a database, for what is worked out in parts: on its one connection a table's
// name means its own table, while Main before it means the database's.
type Aside struct {
	Main string // quoted name of the database's catalog
	conn *sql.Conn
}

// Aside makes the catalog. There is one at a time.
func (d *Duck) Aside(ctx context.Context) (*Aside, error) {
	conn, err := d.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	a := &Aside{conn: conn}
	var main string
	err = conn.QueryRowContext(ctx, "select current_database()").Scan(&main)
	if err == nil {
		a.Main = `"` + main + `"`
		err = a.run(ctx, "attach ':memory:' as "+aside, "use "+aside)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a catalog aside: %w", err), conn.Close())
	}
	return a, nil
}

func (a *Aside) run(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := a.conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// Exec runs one statement.
func (a *Aside) Exec(ctx context.Context, statement string, args ...any) error {
	_, err := a.conn.ExecContext(ctx, statement, args...)
	return err
}

// Query runs one query and reads all of its rows.
func (a *Aside) Query(ctx context.Context, query string, args ...any) (Table, error) {
	rows, err := a.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return Table{}, err
	}
	table, err := read(rows)
	return table, errors.Join(err, rows.Close())
}

// Close drops the catalog with everything in it, whatever became of the work that was done there.
func (a *Aside) Close() error {
	ctx := context.Background()
	return errors.Join(a.run(ctx, "use "+a.Main, "detach "+aside), a.conn.Close())
}

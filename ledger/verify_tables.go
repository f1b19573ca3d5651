package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// scratch is an empty ledger in memory: what the tables should look like.
func scratch(ctx context.Context, projections []Projection) (*sql.DB, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	err = migrate(ctx, db, time.Time{})
	for _, p := range projections {
		if err == nil {
			err = p.clear(ctx, db)
		}
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// schema compares tables, indexes and triggers with those this program makes: a trigger that is gone protects nothing.
func (v *verification) schema(ctx context.Context) error {
	model, err := scratch(ctx, v.projections)
	if err != nil {
		return err
	}
	want, err := objects(ctx, model)
	if err = errors.Join(err, model.Close()); err != nil {
		return err
	}
	got, err := objects(ctx, v.tx)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		switch found, there := got[name]; {
		case !there:
			v.fault(name, "is gone")
		case found != want[name]:
			v.fault(name, "was changed")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, known := want[name]; !known && !strings.HasPrefix(name, "table ") && !strings.HasPrefix(name, "index ") {
			v.fault(name, "does not belong here")
		}
	}
	return v.migrated(ctx)
}

// objects are the statements that made everything in a database, by kind and name.
func objects(ctx context.Context, db Reader) (map[string]string, error) {
	return pairs(ctx, db, "select type || ' ' || name, tbl_name || ' ' || coalesce(sql, '') from sqlite_schema")
}

// migrated compares the list of migrations with the program's.
func (v *verification) migrated(ctx context.Context) error {
	model, err := scratch(ctx, nil)
	if err != nil {
		return err
	}
	const list = "select number || ' ' || name, digest from migration"
	want, err := pairs(ctx, model, list)
	if err = errors.Join(err, model.Close()); err != nil {
		return err
	}
	got, err := pairs(ctx, v.tx, list)
	if err == nil && !maps.Equal(want, got) {
		v.fault("table migration", "does not list the migrations of this program")
	}
	return err
}

func pairs(ctx context.Context, db Reader, query string) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		found[key] = value
	}
	return found, errors.Join(rows.Err(), rows.Close())
}

// identity compares whose the head is and whose the database.
func (v *verification) identity(ctx context.Context) error {
	rows, err := pairs(ctx, v.tx, "select cast(rowid as text), id from ledger")
	if err != nil {
		return err
	}
	if len(rows) != 1 {
		v.fault("table ledger", "names %d ledgers", len(rows))
	}
	for _, id := range rows {
		if !v.headless && id != v.head.Ledger {
			v.fault("head", "is that of ledger %s, the database is %s", v.head.Ledger, id)
		}
	}
	return nil
}

// folds makes every projection again from the first event and compares it, row by row, with the one that was kept.
func (v *verification) folds(ctx context.Context) error {
	for _, p := range v.projections {
		var version int
		var reached int64
		err := v.tx.QueryRowContext(ctx, "select version, sequence from projection where name = ?", p.Name).Scan(&version, &reached)
		if errors.Is(err, sql.ErrNoRows) || err == nil && version != p.Version {
			continue // it is made anew when the ledger is opened next
		}
		if err != nil {
			return err
		}
		if reached > v.End.Sequence {
			v.fault("projection "+p.Name, "has read %d events, there are %d", reached, v.End.Sequence)
		}
		if err := v.fold(ctx, p, reached); err != nil {
			v.fault("projection "+p.Name, "cannot be made again: %v", err)
		}
	}
	return nil
}

func (v *verification) fold(ctx context.Context, p Projection, reached int64) error {
	again, err := scratch(ctx, []Projection{p})
	if err != nil {
		return err
	}
	defer func() { _ = again.Close() }() // it was in memory
	err = each(ctx, v.tx, func(e Event) error { return p.apply(ctx, again, e) }, " where sequence <= ? order by sequence", reached)
	if err != nil {
		return err
	}
	for _, table := range p.Tables {
		want, err := dump(ctx, again, table)
		if err != nil {
			return err
		}
		got, err := dump(ctx, v.tx, table)
		if err != nil {
			return err
		}
		v.Tables++
		v.compare(table, want, got)
	}
	return nil
}

// compare lists the rows of a table that the events do not give, and those they give that are not there.
func (v *verification) compare(table string, want, got []string) {
	rest := map[string]int{}
	for _, row := range want {
		rest[row]++
	}
	differing := 0
	for _, row := range got {
		if rest[row]--; rest[row] < 0 {
			if differing++; differing <= mostFaults {
				v.fault("table "+table, "no event gives the row %.200s", row)
			}
		}
	}
	missing := len(want) - (len(got) - differing)
	if missing > 0 {
		v.fault("table "+table, "%d rows are not as the events give them", missing)
	}
}

// dump is every row of a table as one text each.
func dump(ctx context.Context, db Reader, table string) ([]string, error) {
	rows, err := db.QueryContext(ctx, "select * from "+table)
	if err != nil {
		return nil, err
	}
	columns, err := rows.Columns()
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	values, to := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		to[i] = &values[i]
	}
	var lines []string
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		lines = append(lines, fmt.Sprintf("%#v", values))
	}
	return lines, errors.Join(rows.Err(), rows.Close())
}

// passwords compares what users prove themselves by with what events set.
func (v *verification) passwords(ctx context.Context) error {
	err := v.secrets(ctx, "password of ", "select name, credential from user where credential <> ''", "select name, verifier from credential")
	if err != nil {
		return err
	}
	return v.secrets(ctx, "second factor of ", "select name, factor from user where factor <> ''",
		"select name, secret from second_factor where confirmed = 1")
}

func (v *verification) secrets(ctx context.Context, what, digests, secrets string) error {
	set, err := pairs(ctx, v.tx, digests)
	if err != nil {
		return err
	}
	kept, err := pairs(ctx, v.tx, secrets)
	if err != nil {
		return err
	}
	for name, digest := range set {
		if secret, there := kept[name]; !there || sum(secret) != digest {
			v.fault(what+name, "is not the one that was set")
		}
	}
	for name := range kept {
		if _, there := set[name]; !there {
			v.fault(what+name, "was set by no event")
		}
	}
	return nil
}

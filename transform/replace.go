package transform

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"arrears/warehouse"
)

// replace makes the rows of touched invoices or sources anew and puts them in the place of the earlier ones. Models of invoices
// are made together, since they read one another.
func replace(ctx context.Context, db *warehouse.Duck, in Input, models, parts Models) ([]Built, error) {
	if err := ready(ctx, db); err != nil {
		return nil, err
	}
	built := make([]Built, len(parts))
	for i, m := range parts {
		built[i] = Built{Model: m.Name, Hash: m.Hash}
	}
	aside, err := db.Aside(ctx)
	if err != nil {
		return nil, err
	}
	some := set(aside.Main, parts[0].key())
	err = layOut(ctx, aside, in, some, models, parts)
	for i, m := range parts {
		if err != nil {
			break
		}
		start := time.Now()
		built[i].Rows, err = renew(ctx, aside, some, m)
		built[i].Seconds = time.Since(start).Seconds()
	}
	return built, errors.Join(err, aside.Close())
}

// renew makes a model's touched rows anew and puts them in the place of the earlier ones, and leaves both for the sums over them.
func renew(ctx context.Context, aside *warehouse.Aside, some scope, m Model) (int64, error) {
	if err := aside.Exec(ctx, fmt.Sprintf("create table %s as %s", m.Name, m.SQL)); err != nil {
		return 0, fmt.Errorf("build %s: %w", m.Name, err)
	}
	if !m.kept() {
		return 0, nil
	}
	for _, s := range []string{
		"create table %[1]s.%[3]s as select *, rowid as row_id from %[1]s.%[2]s where " + strings.ReplaceAll(some.where(some.key), "%", "%%"),
		"delete from %[1]s.%[2]s where rowid in (select row_id from %[1]s.%[3]s)",
		"insert into %[1]s.%[2]s select * from %[2]s",
		"create table %[1]s.%[4]s as select * from %[2]s",
	} {
		if err := aside.Exec(ctx, fmt.Sprintf(s, aside.Main, m.Name, gathered(was, m.Name), gathered(now, m.Name))); err != nil {
			return 0, fmt.Errorf("renew %s: %w", m.Name, err)
		}
	}
	return count(ctx, aside, fmt.Sprintf("select count(*) from %s.%s", aside.Main, m.Name))
}

// ready finds what changed, once, before the first table is brought up to date. It gives up where an application names no invoice:
// it is placed by all documents there are.
func ready(ctx context.Context, db *warehouse.Duck) error {
	found, err := count(ctx, db, "select count(*) from information_schema.schemata where catalog_name = current_database() and schema_name = '"+changeSchema+"'")
	if err != nil || found > 0 {
		return err
	}
	if err := findChange(ctx, db, news); err != nil {
		return err
	}
	unnamed, err := count(ctx, db, "select count(*) from raw.applications where invoice_id is null")
	if err != nil {
		return err
	}
	if unnamed > 0 {
		return fmt.Errorf("%w: %d applications name no invoice", errAnew, unnamed)
	}
	return findChange(ctx, db, touched)
}

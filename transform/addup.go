package transform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"arrears/warehouse"
)

// adds are the columns of a model that are sums over documents, the first of them a count; its other columns are their key. The
// sums of all documents are then those of some and those of the others, so that what some documents add can be taken off and
// what they add now put on.
func (m Model) adds() []string {
	if m.Note("adds") == "" {
		return nil
	}
	return strings.Split(m.Note("adds"), ", ")
}

// calendars are the tables that say what a month is: while its rows in them stay, what untouched documents add to it does too.
var calendars = []string{"core.period", "core.dso_day", "core.closing_rate", "core.dso_rate"}

// addUp brings a table of sums up to date: for months that are what they were, by what touched documents added then and add now;
// for the others, from all documents.
func addUp(ctx context.Context, db *warehouse.Duck, models Models, m Model) ([]Built, error) {
	start := time.Now()
	monthly := false
	for _, c := range calendars {
		monthly = monthly || slices.Contains(m.Reads, c)
	}
	for _, s := range keptMonths(m.Reads) {
		if err := db.Exec(ctx, s); err != nil {
			return nil, fmt.Errorf("compare the months of %s: %w", m.Name, err)
		}
	}
	sums := []string{was, now}
	if monthly {
		sums = append(sums, anew)
	}
	for _, s := range sums {
		if err := sum(ctx, db, models, m, s); err != nil {
			return nil, fmt.Errorf("build %s: %w", m.Name, err)
		}
	}
	rows, err := merge(ctx, db, m, monthly)
	return []Built{{Model: m.Name, Hash: m.Hash, Rows: rows, Seconds: time.Since(start).Seconds()}}, err
}

// keptMonths lists the months that the calendars a model reads still say the same of.
func keptMonths(reads []string) []string {
	statements := []string{"create or replace table change.kept as select month from raw.month"}
	for _, c := range calendars {
		if !slices.Contains(reads, c) {
			continue
		}
		statements = append(statements, fmt.Sprintf(`delete from change.kept where month in (
			select month from (from %[1]s except from %[2]s.%[1]s) union select month from (from %[2]s.%[1]s except from %[1]s))`, c, earlier))
	}
	return statements
}

// The three sums that a table is brought up to date with: over touched documents as they were, over those as they are now, and over
// all documents for the months that are not kept.
const (
	was  = "was"
	now  = "now"
	anew = "anew"
)

// sum runs a model for one of the three sums and keeps the result under its name.
func sum(ctx context.Context, db *warehouse.Duck, models Models, m Model, which string) error {
	aside, err := db.Aside(ctx)
	if err != nil {
		return err
	}
	for _, schema := range schemas {
		if err == nil {
			err = aside.Exec(ctx, "create schema "+schema)
		}
	}
	for _, read := range m.Reads {
		if err == nil {
			err = aside.Exec(ctx, fmt.Sprintf("create view %s as select * from %s", read, summand(models, read, aside.Main, which)))
		}
	}
	if err == nil {
		err = aside.Exec(ctx, fmt.Sprintf("create table %s.change.%s as %s", aside.Main, which, m.SQL))
	}
	return errors.Join(err, aside.Close())
}

// summand is what a model reads under a table's name for one of the sums.
func summand(models Models, table, main, which string) string {
	switch {
	case which == anew && (table == "core.period" || table == "core.dso_day"):
		return fmt.Sprintf("%s.%s where month not in (select month from %[1]s.change.kept)", main, table)
	case which == anew:
		return main + "." + table
	case touches(models, table) != "":
		return main + "." + gathered(which, table)
	case which == was:
		return earlier + "." + table
	default:
		return main + "." + table
	}
}

// gathered is where the touched rows of a table are.
func gathered(which, table string) string {
	return "change." + which + "_" + strings.ReplaceAll(table, ".", "_")
}

// writeOffs are read by sums although no table of documents is made of them.
const writeOffs = "stg.write_off"

// gatherTouched puts the touched rows of tables together, as they were and as they are now: many sums read them.
func gatherTouched(ctx context.Context, db *warehouse.Duck, models Models, tables ...string) error {
	for _, table := range tables {
		for _, from := range []string{was, now} {
			source := table
			if from == was {
				source = earlier + "." + table
			}
			err := db.Exec(ctx, fmt.Sprintf("create or replace table %s as select * from %s where %s", gathered(from, table), source, touches(models, table)))
			if err != nil {
				return fmt.Errorf("gather what changed: %w", err)
			}
		}
	}
	return nil
}

// touches is the condition that leaves of a table of documents those that are touched.
func touches(models Models, table string) string {
	const invoices = "invoice_id in (select invoice_id from change.invoice)"
	const sources = "source_id in (select source_id from change.source)"
	if table == writeOffs {
		return invoices + " or (invoice_id is null and " + sources + ")"
	}
	m, _ := models.Named(table)
	switch m.key() {
	case "invoice_id":
		return invoices
	case "source_id":
		return sources
	default:
		return ""
	}
}

// merge writes the sums: what they were for the months that are kept, less what touched documents added, and what they add now.
func merge(ctx context.Context, db *warehouse.Duck, m Model, monthly bool) (int64, error) {
	t, err := db.Query(ctx, fmt.Sprintf(`select column_name, data_type from information_schema.columns
		where table_catalog = '%s' and table_schema || '.' || table_name = '%s' order by ordinal_position`, earlier, m.Name))
	if err != nil {
		return 0, err
	}
	adds := m.adds()
	var outer, minus, keys []string
	for _, row := range t.Rows {
		name, kind := row[0].(string), row[1].(string)
		if !slices.Contains(adds, name) {
			outer, minus, keys = append(outer, name), append(minus, name), append(keys, name)
			continue
		}
		outer = append(outer, fmt.Sprintf("cast(sum(%s) as %s) as %s", name, kind, name))
		minus = append(minus, "-"+name)
	}
	kept, rest := "", ""
	if monthly {
		kept = " where month in (select month from change.kept)"
		rest = " union all select * from change.anew"
	}
	for _, s := range []string{
		fmt.Sprintf(`create table %[1]s as select %[2]s from (
				select * from %[3]s.%[1]s%[4]s union all select * from change.now%[4]s
				union all select %[5]s from change.was%[4]s
			) group by %[6]s having sum(%[7]s) <> 0%[8]s`,
			m.Name, strings.Join(outer, ", "), earlier, kept, strings.Join(minus, ", "), strings.Join(keys, ", "), adds[0], rest),
		"drop table change.was", "drop table change.now", "drop table if exists change.anew",
	} {
		if err := db.Exec(ctx, s); err != nil {
			return 0, fmt.Errorf("add up %s: %w", m.Name, err)
		}
	}
	return count(ctx, db, "select count(*) from "+m.Name)
}

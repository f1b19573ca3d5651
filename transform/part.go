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

// partRows is how many invoices or applications are worked on at once: what they need in memory is bounded by it, however
// many there are.
const partRows = 3_000_000

// key is the column whose every value has rows that follow from that value's rows alone: of one invoice, or of one receipt or
// credit memo. They can be made for some of them at a time.
func (m Model) key() string {
	key, _, _ := strings.Cut(m.Note("part"), ";")
	return key
}

// parted says that a model's rows are made for some invoices at a time.
func (m Model) parted() bool { return m.key() == "invoice_id" }

// kept says that a model's table stays. What only the making of others needs does not.
func (m Model) kept() bool { return !strings.HasSuffix(m.Note("part"), "not kept") }

// keyed splits models into those of which the rows of some ids can be made anew, and the others.
func (models Models) keyed() (keyed, others Models) {
	for _, m := range models {
		if m.key() != "" {
			keyed = append(keyed, m)
		} else {
			others = append(others, m)
		}
	}
	return keyed, others
}

// stages splits models into those that parted ones may read, the parted ones, and those that may read parted ones.
func (models Models) stages() (before, parts, after Models) {
	late := map[string]bool{}
	for _, m := range models {
		switch {
		case m.parted():
			parts = append(parts, m)
			late[m.Name] = true
		case slices.ContainsFunc(m.Reads, func(read string) bool { return late[read] }):
			after = append(after, m)
			late[m.Name] = true
		default:
			before = append(before, m)
		}
	}
	return before, parts, after
}

// buildParts makes the tables of parted models, a stretch of invoice ids at a time.
func buildParts(ctx context.Context, db *warehouse.Duck, in Input, models, parts Models) ([]Built, error) {
	stretches, err := stretches(ctx, db, in)
	if err != nil {
		return nil, err
	}
	built := make([]Built, len(parts))
	for i, m := range parts {
		built[i] = Built{Model: m.Name, Hash: m.Hash}
	}
	for i, only := range stretches {
		if err := buildPart(ctx, db, in, stretch(only), models, parts, built, i > 0); err != nil {
			return nil, err
		}
	}
	return built, nil
}

// buildPart makes the rows of one scope and adds what that took to what is built; there says that the tables are there already.
func buildPart(ctx context.Context, db *warehouse.Duck, in Input, some scope, models, parts Models, built []Built, there bool) error {
	aside, err := db.Aside(ctx)
	if err != nil {
		return err
	}
	err = layOut(ctx, aside, in, some, models, parts)
	for i, m := range parts {
		if err != nil {
			break
		}
		start := time.Now()
		var rows int64
		if rows, err = makePart(ctx, aside, m, there); err != nil {
			err = fmt.Errorf("build %s: %w", m.Name, err)
			break
		}
		built[i].Rows += rows
		built[i].Seconds += time.Since(start).Seconds()
	}
	return errors.Join(err, aside.Close())
}

// makePart makes a model's rows of one stretch and shows them to the models after it. What stays goes into the database's own table at once,
// behind the rows of the stretches before, where their places tell them apart; what does not, into memory.
func makePart(ctx context.Context, aside *warehouse.Aside, m Model, there bool) (int64, error) {
	if !m.kept() {
		return 0, aside.Exec(ctx, fmt.Sprintf("create table %s as %s", m.Name, m.SQL))
	}
	table, first := aside.Main+"."+m.Name, int64(0)
	statement := "create table %s as %s"
	if there {
		var err error
		if first, err = count(ctx, aside, "select count(*) from "+table); err != nil {
			return 0, err
		}
		statement = "insert into %s %s"
	}
	if err := aside.Exec(ctx, fmt.Sprintf(statement, table, m.SQL)); err != nil {
		return 0, err
	}
	if err := aside.Exec(ctx, fmt.Sprintf("create view %s as select * from %s where rowid >= %d", m.Name, table, first)); err != nil {
		return 0, err
	}
	return count(ctx, aside, "select count(*) from "+m.Name)
}

// stretches are conditions over invoice_id that together hold every id once, each about as many as are worked on at once.
// They are ranges: ids mostly grow with time, and a range of them lies in a few row groups of the files.
func stretches(ctx context.Context, db *warehouse.Duck, in Input) ([]string, error) {
	rows, err := count(ctx, db, "select greatest((select count(*) from raw.invoices), (select count(*) from raw.applications))")
	if err != nil {
		return nil, fmt.Errorf("count the invoices: %w", err)
	}
	size := in.PartRows
	if size == 0 {
		size = partRows
	}
	parts := rows/size + 1
	t, err := db.Query(ctx, fmt.Sprintf(`select min(invoice_id) from (
			select invoice_id, ntile(%d) over (order by invoice_id) as part
			from (select invoice_id from raw.invoices using sample reservoir(%d rows) repeatable (1))
		) where part > 1 group by part order by 1`, parts, 1000*parts))
	if err != nil {
		return nil, fmt.Errorf("divide the invoices: %w", err)
	}
	from, all := "", []string{}
	for _, row := range t.Rows {
		to := warehouse.Literal(row[0].(string))
		all = append(all, strings.TrimPrefix(from+" and invoice_id < "+to, " and "))
		from = "invoice_id >= " + to
	}
	if from == "" {
		from = "invoice_id is not null"
	}
	return append(all, from), nil
}

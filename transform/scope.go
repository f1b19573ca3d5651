package transform

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"arrears/config"
	"arrears/warehouse"
)

// A scope is some invoices, or some receipts and credit memos.
type scope struct {
	key   string
	where func(column string) string // the condition for what belongs to them, by the column that names them
}

// stretch is the invoices of a range of ids.
func stretch(condition string) scope {
	return scope{"invoice_id", func(string) string { return condition }}
}

// set is what changed.
func set(main, key string) scope {
	table := strings.TrimSuffix(key, "_id")
	return scope{key, func(column string) string {
		return fmt.Sprintf("%s in (select %s from %s.%s.%s)", column, key, main, changeSchema, table)
	}}
}

// layOut shows, beside the database, what models read: of what belongs to invoices or sources, those of the scope.
func layOut(ctx context.Context, aside *warehouse.Aside, in Input, some scope, models, parts Models) error {
	for _, schema := range schemas {
		if err := aside.Exec(ctx, "create schema "+schema); err != nil {
			return err
		}
	}
	names := make([]string, len(parts))
	for i, m := range parts {
		names[i] = m.Name
	}
	shown := map[string]bool{}
	for _, m := range models.Needed(names...) {
		for _, read := range m.Reads {
			if strings.HasPrefix(read, "raw.") && !shown[read] {
				shown[read] = true
				if err := aside.Exec(ctx, showRaw(read, aside.Main, in, some)); err != nil {
					return fmt.Errorf("show %s: %w", read, err)
				}
			}
		}
		var err error
		switch {
		case slices.ContainsFunc(parts, func(p Model) bool { return p.Name == m.Name }):
		case m.kind() == "view":
			err = aside.Exec(ctx, fmt.Sprintf("create view %s as %s", m.Name, m.SQL))
		default:
			err = showTable(ctx, aside, some, m.Name)
		}
		if err != nil {
			return fmt.Errorf("show %s: %w", m.Name, err)
		}
	}
	return nil
}

// showTable is a view of one of the database's tables that has only the rows of the scope, where its rows belong to one.
func showTable(ctx context.Context, aside *warehouse.Aside, some scope, table string) error {
	where := ""
	n, err := count(ctx, aside, fmt.Sprintf(`select count(*) from information_schema.columns where '"' || table_catalog || '"' = %s
		and table_schema || '.' || table_name = %s and column_name = '%s'`, warehouse.Literal(aside.Main), warehouse.Literal(table), some.key))
	if err != nil {
		return err
	}
	if n > 0 {
		where = " where " + some.where(some.key)
	}
	return aside.Exec(ctx, fmt.Sprintf("create view %s as select * from %s.%s%s", table, aside.Main, table, where))
}

// showRaw is a view of a landed dataset that has only the rows of the scope, where its rows belong to one.
func showRaw(table, main string, in Input, some scope) string {
	name := strings.TrimPrefix(table, "raw.")
	if d, known := config.DatasetNamed(name); known && in.holds(name) {
		column := some.key
		if own := map[string]string{"payments": "payment_id", "credits": "credit_id"}[name]; own != "" && column == "source_id" {
			column = own
		}
		if _, has := d.Field(column); has {
			return rawDataset(d, in.Batches) + " where " + some.where(column)
		}
	}
	return fmt.Sprintf("create view %s as select * from %s.%s", table, main, table)
}

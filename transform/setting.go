package transform

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"arrears/config"
	"arrears/warehouse"
)

// loadEntities shows the models in which currency each entity keeps its books, as far as the configuration says so.
func loadEntities(ctx context.Context, db *warehouse.Duck, entities map[string]string) error {
	if err := db.Exec(ctx, "create table raw.entity_currency (entity varchar, currency varchar)"); err != nil {
		return fmt.Errorf("load the currencies of the entities: %w", err)
	}
	for _, entity := range slices.Sorted(maps.Keys(entities)) {
		if err := db.Exec(ctx, "insert into raw.entity_currency values (?, ?)", entity, entities[entity]); err != nil {
			return fmt.Errorf("load the currencies of the entities: %w", err)
		}
	}
	return nil
}

// loadWorklist shows the models who is to be called and what comes before what.
func loadWorklist(ctx context.Context, db *warehouse.Duck, w config.Worklist) error {
	err := db.Exec(ctx, `create table raw.worklist_rule as select cast(? as decimal(38, 12)) as minimum, cast(? as bigint) as contacted_days,
		cast(? as bigint) as minutes, cast(? as bigint) as capacity, cast(? as bigint) as promise_days, cast(? as bigint) as dispute_days,
		cast(? as bigint) as request_days, cast(? as varchar) as strategy`,
		w.Minimum, w.ContactedDays, w.Minutes, w.Capacity, w.PromiseDays, w.DisputeDays, w.RequestDays, cmp.Or(w.Strategy, config.MoneyDays))
	if err != nil {
		return fmt.Errorf("load the rules of the worklist: %w", err)
	}
	for _, t := range []struct {
		table, columns string
		rows           map[string]int64
	}{
		{"raw.worklist_duty", "duty varchar, money_days bigint", w.Duties},
		{"raw.worklist_capacity", "collector varchar, minutes bigint", w.Capacities},
	} {
		if err := db.Exec(ctx, fmt.Sprintf("create table %s (%s)", t.table, t.columns)); err != nil {
			return fmt.Errorf("load the rules of the worklist: %w", err)
		}
		for _, key := range slices.Sorted(maps.Keys(t.rows)) {
			if err := db.Exec(ctx, fmt.Sprintf("insert into %s values (?, ?)", t.table), key, t.rows[key]); err != nil {
				return fmt.Errorf("load the rules of the worklist: %w", err)
			}
		}
	}
	return loadStrategies(ctx, db, w)
}

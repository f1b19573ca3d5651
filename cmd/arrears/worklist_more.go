package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/shopspring/decimal"

	"arrears/dashboard"
	"arrears/warehouse"
)

// printChanges says who came among the first fifty of a list since the day before and who left them, and how much of it that is.
func printChanges(ctx context.Context, w io.Writer, db warehouse.DB, collector string, out *output) error {
	t, err := db.Query(ctx, `select collector, since, customer_id, name, change, place_before, place, why, score_before, score from mart.worklist_change
		where collector = ? or ? = '' order by collector, change, coalesce(place, place_before), customer_id`, collector, collector)
	if err != nil {
		return fmt.Errorf("read what changed on the worklist: %w", err)
	}
	words := dashboard.ChangeWords(t)
	t.Columns = append(t.Columns, warehouse.Column{Name: "words"})
	for i := range t.Rows {
		t.Rows[i] = append(t.Rows[i], words[i])
	}
	if err := out.write(w, t); err != nil || out.form(w) != "table" {
		return err
	}
	turnover, err := db.Query(ctx, `select collector, since, listed, changed, changed_percent from mart.worklist_turnover
		where collector = ? or ? = '' order by collector`, collector, collector)
	if err != nil {
		return fmt.Errorf("read how much of the worklist changed: %w", err)
	}
	if len(turnover.Rows) == 0 {
		_, err := fmt.Fprintln(w, "No list of an earlier day is kept yet: there is nothing to compare with.")
		return err
	}
	for _, row := range turnover.Rows {
		_, err := fmt.Fprintf(w, "%s: %d of the first %d are new since %s, %s %%\n", row[0], row[3], row[2],
			row[1].(time.Time).Format(time.DateOnly), row[4].(decimal.Decimal).Round(1))
		if err != nil {
			return err
		}
	}
	return nil
}

// printOverrides says how often people overruled the list, and what came of it.
func printOverrides(ctx context.Context, w io.Writer, db warehouse.DB, collector string, out *output) error {
	t, err := db.Query(ctx, `select kinds.*, setting.reporting_currency as currency from mart.override_kind as kinds
		cross join raw.setting as setting where collector = ? or ? = '' order by collector, kind`, collector, collector)
	if err != nil {
		return fmt.Errorf("read the overrides of the worklist: %w", err)
	}
	inMoney(t)
	return out.write(w, t)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"arrears/dashboard"
	"arrears/warehouse"
)

func newWorklist() *cobra.Command {
	var where company
	var collector, on string
	var absent, changes, overrides, byMail bool
	var out output
	c := &cobra.Command{
		Use:   "worklist",
		Short: "Whom to call today, and why; and who is not on the list",
		Long: `Worklist prints each collector's customers in the order of what a call is worth: what can be asked of them today times the
days it is expected to take beyond today, and what a duty is worth, both in money-days. Pinned customers come first. As a table it
is brief and ends with where the day ends and what the rest costs; the other formats have every column of mart.worklist.

--not-listed prints everybody else who owes something, with the first reason that applies. --changes prints who came among the first
fifty since the day before and who left them, and why; --overrides how often pins, snoozes, skips and holds overruled the list in half a
year, and what came of it.

--mail sends each collector the list with workbook and text enclosed, to the address that mail.worklists.to has of them: once a day,
however often it is asked for.

See docs/reference/worklist.md.`,
		Example: `  arrears worklist -c arrears.yaml
  arrears worklist -c arrears.yaml --collector EAST-1 -o xlsx > east-1.xlsx
  arrears worklist -c arrears.yaml --on 2026-09-30 -o json
  arrears worklist -c arrears.yaml --not-listed`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if absent && changes || absent && overrides || changes && overrides || changes && on != "" {
				return usageError{errors.New("--not-listed, --changes and --overrides are three lists: ask for one; changes are kept of the published day only, without --on")}
			}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			if byMail {
				if absent || changes || overrides || on != "" {
					return usageError{errors.New("--mail sends the published lists, whole")}
				}
				return d.mailNow(c.Context(), c.OutOrStdout(), collector, &out)
			}
			v, err := d.view(c.Context(), moments{asOf: on}, "", "mart.worklist", "mart.not_listed", "mart.override_kind")
			if err != nil {
				return err
			}
			defer closing(v, &err)
			if err := knownCollector(c.Context(), v.DB, collector); err != nil {
				return err
			}
			print := printWorklist
			switch {
			case absent:
				print = printAbsent
			case changes:
				print = printChanges
			case overrides:
				print = printOverrides
			}
			return print(c.Context(), c.OutOrStdout(), v.DB, collector, &out)
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().StringVar(&collector, "collector", "", "only the list of this collector (`NAME`)")
	c.Flags().StringVar(&on, "on", "", "`DATE` of the list: a date, today or latest (default: the one published)")
	c.Flags().BoolVar(&absent, "not-listed", false, "who is not on the list, and why")
	c.Flags().BoolVar(&changes, "changes", false, "who came among the first fifty since the day before, who left them, and why")
	c.Flags().BoolVar(&overrides, "overrides", false, "how often people overruled the list, and what came of it")
	c.Flags().BoolVar(&byMail, "mail", false, "send every collector their list by mail, once a day at most")
	return c
}

// knownCollector refuses a collector whom no customer has.
func knownCollector(ctx context.Context, db warehouse.DB, name string) error {
	if name == "" {
		return nil
	}
	t, err := db.Query(ctx, `select collector from mart.worklist union select collector from mart.not_listed order by collector`)
	if err != nil {
		return fmt.Errorf("read the collectors: %w", err)
	}
	var names []string
	for _, row := range t.Rows {
		names = append(names, row[0].(string))
	}
	if !slices.Contains(names, name) {
		return usageError{fmt.Errorf("no customer who owes something has the collector %q; there are %s", name, strings.Join(names, ", "))}
	}
	return nil
}

func printWorklist(ctx context.Context, w io.Writer, db warehouse.DB, collector string, out *output) error {
	t, err := db.Query(ctx, `select * from mart.worklist where collector = ? or ? = '' order by collector, place`, collector, collector)
	if err != nil {
		return fmt.Errorf("read the worklist: %w", err)
	}
	whys := dashboard.Whys(t)
	if out.form(w) != "table" {
		inMoney(t)
		t.Columns = append(t.Columns, warehouse.Column{Name: "why"})
		for i := range t.Rows {
			t.Rows[i] = append(t.Rows[i], whys[i])
		}
		return out.write(w, t)
	}
	if err := out.write(w, briefly(t, whys)); err != nil {
		return err
	}
	for _, line := range dayEnds(t) {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// briefly is the list as a person reads it: place, customer, why, and the priority in its two parts.
func briefly(t warehouse.Table, whys []string) warehouse.Table {
	brief := warehouse.Table{}
	for _, name := range []string{"collector", "place", "customer", "action", "why", "money_days", "duty", "today"} {
		brief.Columns = append(brief.Columns, warehouse.Column{Name: name})
	}
	for i, row := range t.Rows {
		today := ""
		if row[t.Index("is_today")] == true {
			today = "today"
		}
		customer := fmt.Sprintf("%s (%s)", row[t.Index("name")], row[t.Index("customer_id")])
		brief.Rows = append(brief.Rows, []any{
			row[t.Index("collector")], row[t.Index("place")], customer,
			fmt.Sprintf("%s, %d min", row[t.Index("action")], row[t.Index("minutes")]), whys[i],
			row[t.Index("money_days")].(decimal.Decimal).Round(0), row[t.Index("duty_points")].(decimal.Decimal).Round(0), today,
		})
	}
	return brief
}

// dayEnds says of each collector where the day ends and what the rest costs.
func dayEnds(t warehouse.Table) []string {
	type day struct {
		listed, today, minutes int64
		rest                   decimal.Decimal
	}
	days := map[string]*day{}
	var names []string
	for _, row := range t.Rows {
		name := row[t.Index("collector")].(string)
		if days[name] == nil {
			days[name], names = &day{}, append(names, name)
		}
		d := days[name]
		d.listed++
		if row[t.Index("is_today")] == true {
			d.today++
			d.minutes = max(d.minutes, row[t.Index("minutes_to_here")].(int64))
		} else {
			d.rest = d.rest.Add(row[t.Index("money_days")].(decimal.Decimal))
		}
	}
	var lines []string
	for _, name := range names {
		d := days[name]
		if rest := d.listed - d.today; rest > 0 {
			lines = append(lines, fmt.Sprintf("%s: today ends after %d of %d (%d minutes); waiting for the other %d costs %s money-days",
				name, d.today, d.listed, d.minutes, rest, d.rest.Round(0)))
		} else {
			lines = append(lines, fmt.Sprintf("%s: all %d fit into today (%d minutes)", name, d.listed, d.minutes))
		}
	}
	return lines
}

func printAbsent(ctx context.Context, w io.Writer, db warehouse.DB, collector string, out *output) error {
	t, err := db.Query(ctx, `select * from mart.not_listed where collector = ? or ? = ''
		order by collector, reason, open_amount desc, customer_id`, collector, collector)
	if err != nil {
		return fmt.Errorf("read who is not on the worklist: %w", err)
	}
	inMoney(t)
	if out.form(w) != "table" {
		return out.write(w, t)
	}
	for _, row := range t.Rows {
		row[t.Index("reason")] = dashboard.Absence(row[t.Index("reason")].(string))
		row[t.Index("name")] = fmt.Sprintf("%s (%s)", row[t.Index("name")], row[t.Index("customer_id")])
	}
	wanted := []string{"collector", "name", "reason", "until_on", "open_amount", "past_due_amount", "currency"}
	return out.write(w, t.Without(func(column int) bool { return !slices.Contains(wanted, t.Columns[column].Name) }))
}

// inMoney lets amounts show at least the decimals of their currency.
func inMoney(t warehouse.Table) {
	currency := t.Index("currency")
	for i, column := range t.Columns {
		if !strings.HasSuffix(column.Name, "_amount") {
			continue
		}
		for _, row := range t.Rows {
			if value, ok := row[i].(decimal.Decimal); ok {
				row[i] = money{value, row[currency].(string)}
			}
		}
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"arrears/config"
	"arrears/dashboard"
	"arrears/warehouse"
)

func newStrategyPreview() *cobra.Command {
	var where company
	var out output
	c := &cobra.Command{
		Use:   "preview FILE",
		Short: "Which accounts move if FILE's worklist were live",
		Long: `Preview makes today's list by the worklist of FILE, a whole configuration or worklist: alone, and prints every account that would stand
elsewhere: place, whether the call is today's, strategy and points, and the reason where one is on no list. Nothing is changed.`,
		Example: `  arrears strategy preview tried.yaml -c arrears.yaml
  arrears strategy preview tried.yaml -c arrears.yaml -o xlsx > moves.xlsx`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("preview takes the file with the worklist to try")}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			tried, err := config.LoadWorklist(args[0])
			if err != nil {
				return usageError{err}
			}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			if err := d.prepare(c.Context()); err != nil {
				return err
			}
			return d.preview(c.Context(), c.OutOrStdout(), tried, &out)
		},
	}
	where.flags(c)
	out.flags(c)
	return c
}

func (d *desk) preview(ctx context.Context, w io.Writer, tried config.Worklist, out *output) error {
	before, err := d.standings(ctx, nil)
	if err != nil {
		return err
	}
	after, err := d.standings(ctx, &tried)
	if err != nil {
		return err
	}
	t, sums := movesBetween(before, after)
	if err := out.write(w, t); err != nil || out.form(w) != "table" {
		return err
	}
	_, err = fmt.Fprintf(w, "%d of %d accounts stand elsewhere: %d would be called today and are not, %d are and would not be\n",
		len(t.Rows), len(after.Rows), sums.come, sums.gone)
	return err
}

// daySums are calls that come to a day, and calls that go from it.
type daySums struct{ come, gone int }

// movesBetween are the accounts that stand elsewhere on the second list, in its order. Both have the same accounts.
func movesBetween(before, after warehouse.Table) (warehouse.Table, daySums) {
	const id, name, collector, place, reason, strategy, percent, today = 0, 1, 2, 3, 4, 5, 6, 7
	was := map[string][]any{}
	for _, row := range before.Rows {
		was[row[id].(string)] = row
	}
	t, sums := warehouse.Table{}, daySums{}
	for _, column := range []string{"collector", "customer_id", "name", "place_before", "place", "moved", "today_before", "today",
		"strategy_before", "strategy", "percent", "reason_before", "reason"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: column})
	}
	for _, row := range after.Rows {
		old := was[row[id].(string)]
		if old[place] == row[place] && old[today] == row[today] && old[reason] == row[reason] && (row[place] == nil || old[strategy] == row[strategy]) {
			continue
		}
		var moved any
		if from, listed := old[place].(int64); listed {
			if to, still := row[place].(int64); still {
				moved = from - to
			}
		}
		switch {
		case row[today] == true && old[today] == false:
			sums.come++
		case row[today] == false && old[today] == true:
			sums.gone++
		}
		t.Rows = append(t.Rows, []any{row[collector], row[id], row[name], old[place], row[place], moved, old[today], row[today],
			old[strategy], row[strategy], row[percent], reasonWords(old[reason]), reasonWords(row[reason])})
	}
	return t, sums
}

func reasonWords(reason any) any {
	if name, ok := reason.(string); ok {
		return dashboard.Absence(name)
	}
	return nil
}

package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"arrears/warehouse"
)

func newRestatements() *cobra.Command {
	var where company
	var by, month string
	var batches bool
	var out output
	c := &cobra.Command{
		Use:   "restatements",
		Short: "Which figures of closed months changed afterwards, by how much, and why",
		Long: `Restatements lists every figure of a closed month (net receivables, sales, DSO, CEI, aging) that a later run gave
differently: what it was, what it is, and whether rows that came late or corrected, changed models or changed settings are
the cause. --batches lists the files that had landed in between, with their rows that bear dates of closed months. The list
is kept over runs, newest first; nothing is ever taken off it.`,
		Example: `  arrears restatements -c arrears.yaml
  arrears restatements -c arrears.yaml --month 2026-08 --by entity -o xlsx > august.xlsx
  arrears restatements -c arrears.yaml --batches`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			number, err := monthNumber(month)
			if err != nil {
				return err
			}
			if by != "" && by != "entity" {
				return usageError{fmt.Errorf("--by takes entity, not %q", by)}
			}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			v, err := d.view(c.Context(), moments{}, "", "mart.restatement", "mart.restatement_batch")
			if err != nil {
				return err
			}
			defer closing(v, &err)
			var t warehouse.Table
			if batches {
				t, err = v.DB.Query(c.Context(), restatedBatches, number, number)
			} else {
				t, err = v.DB.Query(c.Context(), restatedFigures, by, number, number)
			}
			if err != nil {
				return fmt.Errorf("read the restatements: %w", err)
			}
			return out.write(c.OutOrStdout(), t)
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().StringVar(&by, "by", "", "break down by entity (`DIMENSION`)")
	c.Flags().StringVar(&month, "month", "", "only of this `MONTH`, as in 2026-08")
	c.Flags().BoolVar(&batches, "batches", false, "the batches that had landed, not the figures")
	return c
}

const restatedFigures = `select month_end, kpi, bucket, member as entity, before, after, change, unit, currency, cause, known_at,
		run_id, previous_run_id
	from mart.restatement
	where dimension = ? and (month = ? or ? = 0)
	order by run_id desc, month desc, kpi, bucket, member`

const restatedBatches = `select dated.last_on as month_end, came.source, came.file, came.dataset, came.rows, came.batch, came.run_id, came.previous_run_id
	from mart.restatement_batch as came
	join raw.month as dated on dated.month = came.month
	where came.month = ? or ? = 0
	order by came.run_id desc, came.month desc, came.file, came.dataset`

// monthNumber is a month as the marts count it, and 0 for none.
func monthNumber(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	month, err := time.Parse("2006-01", text)
	if err != nil {
		return 0, usageError{fmt.Errorf("--month is a month like 2026-08, not %q", text)}
	}
	return month.Year()*12 + int(month.Month()) - 1, nil
}

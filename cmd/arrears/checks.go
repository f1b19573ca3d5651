package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"arrears/sql"
	"arrears/transform"
	"arrears/warehouse"
)

func newChecks() *cobra.Command {
	var where company
	var out output
	c := &cobra.Command{
		Use:   "checks [NAME ...]",
		Short: "The checks of the published run, with their faults and the two sides that each compared",
		Long: `Checks lists every check of the published run with its severity and the number of its faults. A check that compares
two sides shows both, part by part, and how many comparisons stand behind them: what ties can be seen to tie. The
configuration's checks: makes a check an error, which stops a publish, a warn, or switches it off.`,
		Example: `  arrears checks -c arrears.yaml
  arrears checks -c arrears.yaml control_account_ties ar_ties_every_day -o xlsx > ties.xlsx
  arrears query -c arrears.yaml "select * from mart.control_difference"   where a control account differs: what to look at`,
		RunE: func(c *cobra.Command, names []string) (err error) {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			v, err := d.view(c.Context(), moments{}, "", "mart.check")
			if err != nil {
				return err
			}
			defer closing(v, &err)
			shown, err := checked(c.Context(), v, names)
			if err != nil {
				return err
			}
			return out.write(c.OutOrStdout(), shown)
		},
	}
	where.flags(c)
	out.flags(c)
	return c
}

// checked are the checks of a run, each with one row for every part of its proof, or one row where it compares nothing.
func checked(ctx context.Context, v transform.View, names []string) (warehouse.Table, error) {
	read, err := v.DB.Query(ctx, `select name, severity, faults, title, sample from mart."check" order by name`)
	if err != nil {
		return warehouse.Table{}, fmt.Errorf("read the checks: %w", err)
	}
	shown := warehouse.Table{}
	for _, name := range []string{"check", "severity", "faults", "part", "currency", "compared", "left_side", "left_amount",
		"right_side", "right_amount", "difference", "title", "sample"} {
		shown.Columns = append(shown.Columns, warehouse.Column{Name: name})
	}
	missing := slices.Clone(names)
	for _, row := range read.Rows {
		name := row[0].(string)
		if len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		missing = slices.DeleteFunc(missing, func(m string) bool { return m == name })
		parts, err := proof(ctx, v.DB, name)
		if err != nil {
			return shown, err
		}
		for _, part := range parts {
			shown.Rows = append(shown.Rows, slices.Concat(row[:3], part, row[3:]))
		}
	}
	if len(missing) > 0 {
		return shown, usageError{fmt.Errorf("the published run has no check called %s", strings.Join(missing, ", "))}
	}
	return shown, nil
}

// proof are the sides that a check compares and what they differ by; a check without a proof has one empty part.
func proof(ctx context.Context, db warehouse.DB, name string) ([][]any, error) {
	nothing := [][]any{make([]any, 8)}
	text, err := fs.ReadFile(sql.Proofs, "proof/"+name+".sql")
	if errors.Is(err, fs.ErrNotExist) {
		return nothing, nil
	}
	if err != nil {
		return nil, err
	}
	t, err := db.Query(ctx, string(text))
	if err != nil {
		return nil, fmt.Errorf("prove %s: %w", name, err)
	}
	if len(t.Rows) == 0 {
		return nothing, nil
	}
	parts := make([][]any, len(t.Rows))
	for i, row := range t.Rows {
		var difference any
		left, isLeft := row[4].(decimal.Decimal)
		right, isRight := row[6].(decimal.Decimal)
		if isLeft && isRight {
			difference = left.Sub(right)
		}
		parts[i] = append(row, difference)
	}
	return parts, nil
}

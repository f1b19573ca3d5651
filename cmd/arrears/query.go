package main

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"arrears/warehouse"
)

func newQuery() *cobra.Command {
	var where company
	var at moments
	var out output
	c := &cobra.Command{
		Use:   "query SQL",
		Short: "One SELECT over the marts, read only",
		Long: `Query runs one SELECT over raw, stg, core and mart. The marts are open for reading only, and nothing outside the
company's own folder can be reached.`,
		Example: `  arrears query -c arrears.yaml "select bucket, sum(reporting_amount) from mart.open_item group by bucket"
  arrears query -c arrears.yaml --as-of 2026-09-30 "select * from mart.aging" -o xlsx > aging.xlsx
  arrears query -c arrears.yaml --known-at 2026-10-03 "select * from mart.movement"`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New(`query takes one statement, in quotes: arrears query "select ..."`)}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) (err error) {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			tables, err := readOnly(c, args[0])
			if err != nil {
				return err
			}
			v, err := d.view(c.Context(), at, "", tables...)
			if err != nil {
				return err
			}
			defer closing(v, &err)
			t, err := v.DB.Query(c.Context(), args[0])
			if err != nil {
				return fmt.Errorf("query: %w", err)
			}
			return out.write(c.OutOrStdout(), t)
		},
	}
	where.flags(c)
	out.flags(c)
	at.flags(c)
	return c
}

// readOnly names the tables a statement reads, and refuses what is not one SELECT.
func readOnly(c *cobra.Command, statement string) (tables []string, err error) {
	parser, err := warehouse.Open(c.Context(), warehouse.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, parser.Close()) }()
	tables, err = parser.Reads(c.Context(), statement)
	if err != nil {
		return nil, usageError{fmt.Errorf("query: %w", err)}
	}
	return tables, nil
}

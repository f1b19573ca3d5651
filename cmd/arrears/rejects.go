package main

import (
	"log/slog"

	"github.com/spf13/cobra"

	"arrears/ingest"
	"arrears/warehouse"
)

func newRejects() *cobra.Command {
	var where company
	var source string
	var out output
	c := &cobra.Command{
		Use:   "rejects",
		Short: "The rows in quarantine: file, line, column, value and what to do",
		Example: `  arrears rejects -c arrears.yaml
  arrears rejects -c arrears.yaml --source invoices -o csv > rejects.csv`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			if err := d.prepare(c.Context()); err != nil {
				return err
			}
			rejects, err := ingest.Rejects(d.cfg.State)
			if err != nil {
				return err
			}
			return out.write(c.OutOrStdout(), quarantine(rejects, source))
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().StringVar(&source, "source", "", "only of this `SOURCE`")
	return c
}

func quarantine(rejects []ingest.Reject, source string) warehouse.Table {
	var t warehouse.Table
	for _, name := range []string{"source", "file", "line", "column", "value", "reason", "text", "batch"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	for _, r := range rejects {
		if source == "" || r.Source == source {
			t.Rows = append(t.Rows, []any{r.Source, r.File, r.Line, r.Column, r.Value, r.Reason, r.Text, r.Batch})
		}
	}
	return t
}

package main

import (
	"fmt"
	"log/slog"
	"os"

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
	c.AddCommand(newRejectsReplay())
	return c
}

func newRejectsReplay() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "replay FILE",
		Short: "Land rejected rows that have been corrected, as a new batch that points to the old",
		Long: `Land rejected rows that have been corrected. FILE is what arrears rejects -o csv writes, with the column text corrected; rows whose text is
as it was stay in quarantine.`,
		Example: `  arrears rejects -c arrears.yaml -o csv > rejects.csv
  arrears rejects replay -c arrears.yaml rejects.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			log := newLog(c.ErrOrStderr(), slog.LevelInfo)
			d, err := where.open(log)
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("read the corrections: %w", err)
			}
			defer func() { _ = f.Close() }() // only read
			report, err := ingest.Replay(c.Context(), d.cfg, log, f)
			for _, r := range report.Landed {
				_, _ = fmt.Fprintf(c.OutOrStdout(), "%s: %d of %d corrected records landed, batch %s of %s\n", r.Source, r.Landed, r.Records, r.Batch, r.Of)
			}
			return err
		},
	}
	where.flags(c)
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

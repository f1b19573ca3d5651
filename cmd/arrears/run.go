package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"arrears/ingest"
	"arrears/transform"
)

func newRun() *cobra.Command {
	var where company
	var asOf, knownAt string
	var full bool
	c := &cobra.Command{
		Use:   "run",
		Short: "One refresh: land what is new, build the marts, check them, publish them",
		Long: `Run lands what is new of every source, builds the marts beside the published ones, checks them and publishes them
whole. A bad file or row is set aside with its reason and never stops the rest. Nor does a source that cannot be reached: the
figures are published of what there is, and the command ends with status 1 and names it. A check of severity error stops the
publish, and what was published before still stands. Where little changed since the last refresh, it goes on from what that
one made and takes as long as the change is large.

Exit status: 0 done; 1 failed, or done but for a source that could not be taken in; 2 wrong usage or configuration; 3 done, with
rows in quarantine above a source's limit or faults found by a check of severity warn.`,
		Example: `  arrears run -c arrears.yaml
  arrears run -c arrears.yaml --as-of 2026-10-31
  arrears run -c arrears.yaml --as-of 2026-10-31 --known-at 2026-11-01T06:00:00Z`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			known, err := moment(knownAt)
			if err != nil {
				return err
			}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelInfo))
			if err != nil {
				return err
			}
			if _, err := d.day(asOf); err != nil {
				return err
			}
			d.full = full
			if m := newMeter(c.ErrOrStderr()); m != nil {
				d.progress = m.progress
			}
			result, report, err := d.cycle(c.Context(), asOf, known)
			var missing unlanded
			if err != nil && !errors.As(err, &missing) {
				return err
			}
			return cmp.Or(err, summarise(c.OutOrStdout(), report, result))
		},
	}
	where.flags(c)
	c.Flags().StringVar(&asOf, "as-of", "", "`DATE` on which the books are read: a date, today or latest (default: the configuration's as_of)")
	c.Flags().StringVar(&knownAt, "known-at", "", "only what had landed by this `TIME` (RFC 3339, or a date for its end)")
	c.Flags().BoolVar(&full, "full", false, "build everything anew, and not from what the last refresh made; the figures are the same")
	return c
}

// summarise says what a run came to, and ends with status 3 where someone should look.
func summarise(w io.Writer, report ingest.Report, run transform.Run) error {
	var rows, rejected int64
	for _, r := range report.Landed {
		rows, rejected = rows+r.Landed, rejected+r.Rejected
	}
	warnings := run.Faults(transform.Warn)
	_, err := fmt.Fprintf(w, "published as of %s: %d new files, %d rows landed, %d in quarantine; %d checks, %d with faults; %s\n",
		run.AsOf, len(report.Landed), rows, rejected, len(run.Checks), len(warnings),
		run.Finished.Sub(run.Started).Round(time.Millisecond))
	if err != nil {
		return err
	}
	for _, r := range report.Over {
		line := fmt.Sprintf("%d rows of %s are in quarantine: arrears rejects lists them", r.Rejected, r.File)
		if r.Failed != "" {
			line = fmt.Sprintf("%s was refused: %s", r.File, r.Failed)
		}
		if _, err := fmt.Fprintf(w, "  source %s: %s\n", r.Source, line); err != nil {
			return err
		}
	}
	for _, c := range warnings {
		if _, err := fmt.Fprintf(w, "  check %s (%d): %s %s\n", c.Check, c.Faults, c.Title, c.Sample); err != nil {
			return err
		}
	}
	if len(report.Over) > 0 || len(warnings) > 0 {
		return told(exitWarnings)
	}
	return nil
}

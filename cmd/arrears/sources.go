package main

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"arrears/ingest"
	"arrears/ingest/schedule"
	"arrears/warehouse"
)

func newSources() *cobra.Command {
	var where company
	var out output
	c := &cobra.Command{
		Use:   "sources",
		Short: "Where every record of every source went: landed, rejected or no data",
		Long: `Where every record of every source went. Records are counted apart from the parser: they are those that landed, were rejected or are
no data, and unreconciled is what is left, which is 0. A file is unverified when its sender gave no control totals.`,
		Example: `  arrears sources -c arrears.yaml
  arrears sources -c arrears.yaml -o json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			if err := d.prepare(c.Context()); err != nil {
				return err
			}
			t, err := d.accounts(time.Now())
			if err != nil {
				return err
			}
			return out.write(c.OutOrStdout(), t)
		},
	}
	where.flags(c)
	out.flags(c)
	return c
}

// accounts is a line a source of the configuration, and one for what landed of sources that it names no more.
func (d *desk) accounts(now time.Time) (warehouse.Table, error) {
	var t warehouse.Table
	for _, name := range []string{"source", "files", "refused", "records", "landed", "rejected", "non_data", "unreconciled", "in_quarantine", "unverified",
		"sums", "last_landed_at", "age_hours", "next_run_at", "listed_on", "drift"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	list, err := ingest.Accounts(d.cfg.State)
	if err != nil {
		return t, err
	}
	slots, err := schedule.Sources(d.cfg)
	if err != nil {
		return t, err
	}
	next := map[string]any{}
	for _, s := range slots {
		if at := s.Schedule.Next(now); !at.IsZero() {
			next[s.Name] = at.UTC()
		}
		if s.Name != "ledger" && !slices.ContainsFunc(list, func(a ingest.Account) bool { return a.Source == s.Name }) {
			list = append(list, ingest.Account{Source: s.Name})
		}
	}
	for _, a := range list {
		var last, age, listed any
		if !a.Last.IsZero() {
			last, age = a.Last.UTC().Truncate(time.Second), int64(now.Sub(a.Last).Hours())
		}
		if a.Listed != "" {
			listed = a.Listed
		}
		t.Rows = append(t.Rows, []any{a.Source, a.Files, a.Refused, a.Records, a.Landed, a.Rejected, a.NonData, a.Unreconciled(), a.Open, a.Unverified,
			landedSums(a), last, age, next[a.Source], listed, drift(a)})
	}
	return t, nil
}

// landedSums reads "invoices 1204.5 EUR, 10 USD; payments ...". Datasets without money are left out.
func landedSums(a ingest.Account) string {
	var parts []string
	for _, dataset := range slices.Sorted(maps.Keys(a.Sums)) {
		var each []string
		for _, currency := range slices.Sorted(maps.Keys(a.Sums[dataset])) {
			each = append(each, strings.TrimSpace(fmt.Sprintf("%s %s", a.Sums[dataset][currency], currency)))
		}
		if len(each) > 0 {
			parts = append(parts, dataset+" "+strings.Join(each, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

func drift(a ingest.Account) string {
	var parts []string
	for _, d := range a.Drift {
		parts = append(parts, d.Kind+": "+d.What)
	}
	return strings.Join(parts, "; ")
}

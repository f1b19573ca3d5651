package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"arrears/ledger"
	"arrears/warehouse"
)

func newEvents() *cobra.Command {
	var where company
	var out output
	var about string
	var after int64
	c := &cobra.Command{
		Use:   "events",
		Short: "What was done, by whom, when and why, in the order in which it was written down",
		Long: `Events prints the ledger: every event with its number, moment (UTC), actor, subject, particulars, reason and hash. arrears verify
says whether they are what was written.`,
		Example: `  arrears events -c arrears.yaml --about customer:C-1042
  arrears events -c arrears.yaml --after 1200 -o csv`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			kind, id, ok := strings.Cut(about, ":")
			if about != "" && !ok {
				return usageError{fmt.Errorf("--about is a kind and an id as in customer:C-1042, not %q", about)}
			}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			t, err := d.events(c.Context(), ledger.Subject{Kind: kind, ID: id}, after)
			if err != nil {
				return err
			}
			return out.write(c.OutOrStdout(), t)
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().StringVar(&about, "about", "", "only those about one `KIND:ID`, as in customer:C-1042, user:ana, message:ID")
	c.Flags().Int64Var(&after, "after", 0, "only those after event `NUMBER`")
	return c
}

// events is the ledger as a table, empty where there is none.
func (d *desk) events(ctx context.Context, about ledger.Subject, after int64) (warehouse.Table, error) {
	var t warehouse.Table
	for _, name := range []string{"sequence", "at", "actor", "subject_kind", "subject", "type", "payload", "reason", "event", "hash"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	if !ledger.Exists(d.cfg.State) {
		return t, nil
	}
	l, err := d.openLedger(ctx)
	if err != nil {
		return t, err
	}
	add := func(e ledger.Event) error {
		t.Rows = append(t.Rows, []any{e.Sequence, e.At, e.Actor.String(), e.Subject.Kind, e.Subject.ID, e.Type, string(e.Payload), e.Reason, e.ID, e.Hash})
		return nil
	}
	if about == (ledger.Subject{}) {
		err = l.Events(ctx, after, add)
		return t, errors.Join(err, l.Close())
	}
	events, err := l.Of(ctx, about, after)
	for _, e := range events {
		err = errors.Join(err, add(e))
	}
	return t, errors.Join(err, l.Close())
}

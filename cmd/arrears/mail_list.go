package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"arrears/config"
	"arrears/disputes/intake"
	"arrears/ingest/mailbox"
	"arrears/ledger"
	"arrears/warehouse"
)

func newMail() *cobra.Command {
	var where company
	var out output
	var outcome, since string
	c := &cobra.Command{
		Use:   "mail",
		Short: "What became of the mail: cases, replies, and what was counted and why",
		Long: `Mail lists every message that was taken out of the mail boxes: whether it became a dispute (case), was put on one (reply), or led to
nothing (counted), and why. Its bytes are kept under the digest in the last column; arrears mail show prints them.`,
		Example: `  arrears mail -c arrears.yaml
  arrears mail --outcome counted --since 2026-11-01 -o csv
  arrears mail take -c arrears.yaml
  arrears mail show 9f86d0818... -c arrears.yaml > message.eml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			f := intake.Filter{Outcome: outcome}
			known := []string{intake.Filed, intake.Heard, intake.Counted}
			if outcome != "" && !slices.Contains(known, outcome) {
				return usageError{fmt.Errorf("no message is %q; it is one of %s", outcome, strings.Join(known, ", "))}
			}
			if since != "" {
				var err error
				if f.Since, err = time.Parse(time.DateOnly, since); err != nil {
					return usageError{fmt.Errorf("--since %q is no day; write it as in 2026-11-01", since)}
				}
			}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			t, err := d.mailTable(c.Context(), f)
			if err != nil {
				return err
			}
			return out.write(c.OutOrStdout(), t)
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().StringVar(&outcome, "outcome", "", "only those that became a `WHAT`: case, reply or counted")
	c.Flags().StringVar(&since, "since", "", "only those taken on this `DAY` (UTC) or later")
	c.AddCommand(newMailTake(), newMailShow())
	return c
}

// mailTable lists what became of messages; without a ledger there is none.
func (d *desk) mailTable(ctx context.Context, f intake.Filter) (t warehouse.Table, err error) {
	for _, name := range []string{"at", "outcome", "dispute", "why", "sender", "authentic", "subject", "files", "bytes", "box", "message"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	if !ledger.Exists(d.cfg.State) {
		return t, nil
	}
	l, err := d.openLedger(ctx)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	records, err := intake.Records(ctx, l, f)
	for _, r := range records {
		t.Rows = append(t.Rows, []any{r.At, r.Outcome, r.Case, r.Why, r.From, r.Authentic, r.Subject, int64(r.Files), r.Size, r.Box, r.Digest})
	}
	return t, err
}

func newMailTake() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "take [BOX ...]",
		Short: "Take what waits in the mail boxes now, where no arrears serve does",
		RunE: func(c *cobra.Command, args []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelInfo))
			if err != nil {
				return err
			}
			boxes, err := d.boxes(args)
			if err != nil {
				return err
			}
			outcomes, err := d.takeMail(c.Context(), boxes)
			_, told := fmt.Fprintf(c.OutOrStdout(), "%d new cases, %d replies, %d counted; arrears mail says which and why\n",
				outcomes[intake.Filed], outcomes[intake.Heard], outcomes[intake.Counted])
			return errors.Join(err, told)
		},
	}
	where.flags(c)
	return c
}

// boxes are those of the configuration that are asked for, or all.
func (d *desk) boxes(names []string) ([]config.Mailbox, error) {
	if len(d.cfg.Mailboxes) == 0 {
		return nil, usageError{errors.New("the configuration names no mailboxes")}
	}
	for _, name := range names {
		if !slices.ContainsFunc(d.cfg.Mailboxes, func(m config.Mailbox) bool { return m.Name == name }) {
			return nil, usageError{fmt.Errorf("there is no mail box %q in the configuration", name)}
		}
	}
	return slices.DeleteFunc(slices.Clone(d.cfg.Mailboxes), func(m config.Mailbox) bool {
		return len(names) > 0 && !slices.Contains(names, m.Name)
	}), nil
}

// takeMail takes what waits in some boxes once, and counts what became of it. A box that fails stops no other.
func (d *desk) takeMail(ctx context.Context, boxes []config.Mailbox) (outcomes map[string]int, err error) {
	outcomes = map[string]int{}
	l, err := d.openLedger(ctx)
	if err != nil {
		return outcomes, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	books := &bookkeeper{desk: d}
	defer books.close(context.WithoutCancel(ctx))
	cases, err := d.disputeDesk(l, books)
	if err != nil {
		return outcomes, err
	}
	i, err := d.intake(l, cases, books)
	if err != nil {
		return outcomes, err
	}
	unlock, err := lockMail(ctx, d.cfg.State, time.After(patience))
	if err != nil {
		return outcomes, err
	}
	defer unlock()
	for _, box := range boxes {
		err = errors.Join(err, d.collectMail(ctx, i, box, func(r intake.Record) { outcomes[r.Outcome]++ }))
	}
	return outcomes, err
}

func newMailShow() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "show MESSAGE",
		Short: "A message as it was received, byte for byte",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("%s takes the digest of one message, as arrears mail lists it", c.CommandPath())}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			text, err := mailbox.Read(d.cfg.State, args[0])
			if err != nil {
				return err
			}
			_, err = c.OutOrStdout().Write(text)
			return err
		},
	}
	where.flags(c)
	return c
}

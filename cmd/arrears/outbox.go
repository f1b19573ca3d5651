package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"arrears/ledger"
	"arrears/warehouse"
)

// letterStates are the states of a message, in the order in which people look for them.
var letterStates = []string{ledger.Unknown, ledger.Failed, ledger.Sending, ledger.Queued, ledger.Sent}

func newOutbox() *cobra.Command {
	var where company
	var out output
	var states []string
	c := &cobra.Command{
		Use:   "outbox",
		Short: "Letters: those in doubt first, then those that failed, are on their way, wait, and went out",
		Long: `Outbox lists what was to be sent, and how far it came. A letter is unknown where its sender died between handing it over and
noting it, or where the connection broke before the server's answer: it is never sent again by itself. Find out, and decide:
arrears outbox decide.`,
		Example: `  arrears outbox -c arrears.yaml
  arrears outbox --state unknown -o json -c arrears.yaml
  arrears outbox send -c arrears.yaml
  arrears outbox decide 0198f0c2...-1 sent --reason "it is in the server's log" -c arrears.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			for _, state := range states {
				if !slices.Contains(letterStates, state) {
					return usageError{fmt.Errorf("no letter is %q; it is one of %s", state, strings.Join(letterStates, ", "))}
				}
			}
			if len(states) == 0 {
				states = letterStates
			}
			return where.staff(c, func(ctx context.Context, l *ledger.Ledger, _ ledger.Actor) error {
				t, err := letterTable(ctx, l, states)
				if err != nil {
					return err
				}
				return out.write(c.OutOrStdout(), t)
			})
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().StringArrayVar(&states, "state", nil, "only letters in this `STATE`; may be repeated")
	c.AddCommand(newOutboxSend(), newOutboxDecide())
	return c
}

func letterTable(ctx context.Context, l *ledger.Ledger, states []string) (warehouse.Table, error) {
	var t warehouse.Table
	for _, name := range []string{"message", "state", "channel", "to", "attempts", "due_at", "said", "event"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	for _, state := range states {
		found, err := l.Letters(ctx, state)
		if err != nil {
			return t, err
		}
		for _, m := range found {
			var due any
			if state == ledger.Queued && !m.DueAt.IsZero() {
				due = m.DueAt
			}
			t.Rows = append(t.Rows, []any{m.ID, m.State, m.Channel, m.To, int64(m.Attempts), due, m.Said, m.Event})
		}
	}
	return t, nil
}

func newOutboxSend() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "send",
		Short: "Send what is due now, where no arrears serve does",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelInfo))
			if err != nil {
				return err
			}
			letters, err := d.drain(c.Context())
			_, told := fmt.Fprintf(c.OutOrStdout(), "%d letters dealt with; arrears outbox says what became of them\n", letters)
			return errors.Join(err, told)
		},
	}
	where.flags(c)
	return c
}

func newOutboxDecide() *cobra.Command {
	var where company
	var reason string
	c := &cobra.Command{
		Use:   "decide MESSAGE sent|failed|queued",
		Short: "What became of a letter in doubt; queued sends it again",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 || reason == "" {
				return usageError{fmt.Errorf("%s takes a message, what became of it, and a --reason", c.CommandPath())}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return where.staff(c, func(ctx context.Context, l *ledger.Ledger, who ledger.Actor) error {
				return l.Decide(ctx, ledger.NewKey(), who, args[0], args[1], reason)
			})
		},
	}
	where.flags(c)
	c.Flags().StringVar(&reason, "reason", "", "`WHY`, for the record; required")
	return c
}

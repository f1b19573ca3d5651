package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"arrears/collections"
	"arrears/ledger"
)

func newLegal() *cobra.Command {
	c := &cobra.Command{
		Use:   "legal",
		Short: "What a lawyer or an agency has, and when the next step is due",
		Long: `An account, or an invoice, that is with legal is not called for before the day of the next step; on that day and after it the step is a
duty on the worklist, until the step after it is set or the matter is taken back. It counts from the next refresh on.

See docs/reference/worklist.md.`,
		Example: `  arrears legal hand-over C-1042 --next 2026-12-15 --because "second default notice" -c arrears.yaml
  arrears legal list -c arrears.yaml
  arrears legal take-back C-1042 --because "paid to the agency" -c arrears.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	handOver := legalDeed("hand-over CUSTOMER", "Hand over, or set the step after the last one", (*collections.Desk).HandOver)
	handOver.Flags().String("next", "", "`DATE` of the next step, as in 2026-12-15; required")
	takeBack := legalDeed("take-back CUSTOMER", "Take back: the customer is called as any other",
		func(d *collections.Desk, ctx context.Context, who ledger.Actor, key string, p collections.Place) (collections.Done, error) {
			return d.End(ctx, who, key, collections.Legal, p)
		})
	c.AddCommand(handOver, newLegalList(), takeBack)
	return c
}

// legalDeed is a command that decides about a customer or one of the invoices.
func legalDeed(use, short string, do func(*collections.Desk, context.Context, ledger.Actor, string, collections.Place) (collections.Done, error)) *cobra.Command {
	var where company
	var p collections.Place
	var key string
	c := &cobra.Command{
		Use: use, Short: short,
		Args: one("a customer"),
		RunE: func(c *cobra.Command, args []string) error {
			p.Customer = args[0]
			if next := c.Flags().Lookup("next"); next != nil {
				p.Until = next.Value.String()
			}
			return where.atWorklist(c, func(ctx context.Context, d *collections.Desk, who ledger.Actor) error {
				done, err := do(d, ctx, who, keyOr(key), p)
				if err != nil {
					return entered(err)
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %s is written down; it counts from the next refresh on\n", done.Customer, done.Kind)
				return err
			})
		},
	}
	where.flags(c)
	c.Flags().StringVar(&p.Invoice, "invoice", "", "only this `INVOICE` (default: all of the customer's)")
	c.Flags().StringVar(&p.Reason, "because", "", "`WHY`, for the record; required")
	c.Flags().StringVar(&key, "key", "", "idempotency `KEY`: the same command under the same key is done once (default: a new one)")
	return c
}

func newLegalList() *cobra.Command {
	var where company
	var out output
	c := &cobra.Command{
		Use:   "list",
		Short: "What is with legal, and when the next step is due",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.askBooks(c, func(ctx context.Context, books *bookkeeper) error {
				t, err := books.ask(ctx, `select customer_id, invoice_id, until_on as next_step_on, reason, actor from core.action_in_force
where family = 'legal' order by until_on, customer_id, invoice_id`)
				if err != nil {
					return err
				}
				return out.write(c.OutOrStdout(), t)
			})
		},
	}
	where.flags(c)
	out.flags(c)
	return c
}

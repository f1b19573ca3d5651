package main

import (
	"context"
	"fmt"
	"strings"

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
	var given, taken collections.Place
	handOver := decide("hand-over CUSTOMER", "Hand over, or set the step after the last one", "is with legal", &given, (*collections.Desk).HandOver)
	handOver.Flags().StringVar(&given.Until, "next", "", "`DATE` of the next step, as in 2026-12-15; required")
	takeBack := decide("take-back CUSTOMER", "Take back: the customer is called as any other", "is taken back from legal", &taken, end(collections.Legal))
	handOver.Flags().StringVar(&given.Invoice, "invoice", "", "only this `INVOICE` (default: all of the customer's)")
	takeBack.Flags().StringVar(&taken.Invoice, "invoice", "", "only this `INVOICE` (default: all of the customer's)")
	c.AddCommand(handOver, takeBack, listOfBooks("What is with legal, and when the next step is due",
		`select customer_id, invoice_id, until_on as next_step_on, reason, actor from core.action_in_force
where family = 'legal' order by until_on, customer_id, invoice_id`))
	return c
}

// A decision is an act of the desk about a customer or one of the invoices.
type decision func(d *collections.Desk, ctx context.Context, who ledger.Actor, key string, p collections.Place) (collections.Done, error)

// end is the decision that ends another.
func end(what string) decision {
	return func(d *collections.Desk, ctx context.Context, who ledger.Actor, key string, p collections.Place) (collections.Done, error) {
		return d.End(ctx, who, key, what, p)
	}
}

// decide is a command that takes a decision about a customer, and says what the customer is then. What it needs beside a reason, its own
// flags put into p.
func decide(use, short, then string, p *collections.Place, do decision) *cobra.Command {
	var where company
	var key string
	c := &cobra.Command{
		Use: use, Short: short,
		Args: one("a customer"),
		RunE: func(c *cobra.Command, args []string) error {
			p.Customer = args[0]
			return where.atWorklist(c, func(ctx context.Context, d *collections.Desk, who ledger.Actor) error {
				done, err := do(d, ctx, who, keyOr(key), *p)
				if err != nil {
					return entered(err)
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "%s %s; it counts from the next refresh on\n", strings.TrimSpace(done.Customer+" "+done.Invoice), then)
				return err
			})
		},
	}
	where.flags(c)
	c.Flags().StringVar(&p.Reason, "because", "", "`WHY`, for the record; required")
	keyFlag(c, &key)
	return c
}

// listOfBooks is the command list of what was published last.
func listOfBooks(short, query string) *cobra.Command {
	var where company
	var out output
	c := &cobra.Command{
		Use: "list", Short: short,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.askBooks(c, func(ctx context.Context, books *bookkeeper) error {
				t, err := books.ask(ctx, query)
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

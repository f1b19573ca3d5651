package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/dustin/go-humanize/english"
	"github.com/spf13/cobra"

	"arrears/collections"
	"arrears/ledger"
)

func newPlan() *cobra.Command {
	c := &cobra.Command{
		Use:   "plan",
		Short: "Payment plans: instalments agreed with a customer for named invoices",
		Long: `A payment plan names open invoices and the days and amounts in which the customer pays them. While every instalment due so far has been
paid, what remains of it is not asked for; one that is missed breaks the plan, which is a duty on the worklist. It counts from the next
refresh on.

See docs/reference/worklist.md.`,
		Example: `  arrears plan agree C-1042 --invoice INV-9 --currency EUR --instalment "2026-12-01 250.00" --instalment "2027-01-04 250.00" -c arrears.yaml
  arrears plan list -c arrears.yaml
  arrears plan end C-1042 --because "pays at once" -c arrears.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var ended collections.Place
	endPlan := decide("end CUSTOMER", "End a plan before its time", "no longer pays by the plan", &ended, end(collections.AgreedPlan))
	endPlan.Flags().StringVar(&ended.Plan, "plan", "", "`PLAN` to end, as in plan list (default: the only one that is open)")
	c.AddCommand(newPlanAgree(), endPlan,
		listOfBooks("The plans that stand, and how they are kept", `select customer_id, plan_id, currency, amount, received, remaining_amount, next_on,
    case when broken_day is not null then 'broken' when next_on is null then 'over' else 'kept' end as state, actor
from core.plan_kept order by customer_id, currency`))
	return c
}

func newPlanAgree() *cobra.Command {
	var where company
	var p collections.Plan
	var instalments []string
	var key string
	c := &cobra.Command{
		Use:   "agree CUSTOMER",
		Short: "Write down a plan; it takes the place of the customer's plan in the same currency",
		Args:  one("a customer"),
		RunE: func(c *cobra.Command, args []string) error {
			p.Customer = args[0]
			for _, one := range instalments {
				p.Instalments = append(p.Instalments, collections.ReadInstalments(one)...)
			}
			return where.atWorklist(c, func(ctx context.Context, d *collections.Desk, who ledger.Actor) error {
				done, err := d.AgreePlan(ctx, who, keyOr(key), p)
				if err != nil {
					return entered(err)
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "%s pays %s %s in %s; it counts from the next refresh on\n", done.Customer,
					done.Amount, done.Currency, english.Plural(len(done.Instalments), "instalment", ""))
				return err
			})
		},
	}
	where.flags(c)
	f := c.Flags()
	f.Lookup("currency").Usage = "currency of the plan, and of --data (ISO 4217 `CODE`)"
	f.StringArrayVar(&p.Invoices, "invoice", nil, "open `INVOICE` that is paid by the plan; once for each")
	f.StringArrayVar(&instalments, "instalment", nil, "`\"DAY AMOUNT\"` as in \"2026-12-01 250.00\"; once for each, in their order")
	f.StringVar(&p.Channel, "by", "", "how it was agreed, which makes it a contact: call, mail, letter, visit or chat (`CHANNEL`)")
	f.StringVar(&p.Text, "note", "", "`TEXT` for the record")
	keyFlag(c, &key)
	before := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error {
		p.Currency = where.currency
		if where.data == "" {
			where.currency = ""
		}
		return before(c, args)
	}
	return c
}

// keyFlag is the idempotency key of a command.
func keyFlag(c *cobra.Command, key *string) {
	c.Flags().StringVar(key, "key", "", "idempotency `KEY`: the same command under the same key is done once (default: a new one)")
}

// keyOr is the key that was given, or a new one.
func keyOr(key string) string {
	if key == "" {
		return ledger.NewKey()
	}
	return key
}

// entered makes wrong usage of what an entry has mistakes in.
func entered(err error) error {
	var mistakes collections.Mistakes
	if errors.As(err, &mistakes) {
		return usageError{err}
	}
	return err
}

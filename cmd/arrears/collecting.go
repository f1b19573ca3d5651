package main

import (
	"context"
	"errors"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"arrears/collections"
	"arrears/ledger"
	"arrears/transform"
	"arrears/warehouse"
)

// accounts are the books that collectors are held to: those that were published last.
type accounts struct{ *bookkeeper }

// atWorklist lends one command the desk of collectors, and who is at it.
func (c *company) atWorklist(command *cobra.Command, do func(context.Context, *collections.Desk, ledger.Actor) error) error {
	return c.askBooks(command, func(ctx context.Context, books *bookkeeper) error {
		zone, err := time.LoadLocation(books.cfg.TimeZone)
		if err != nil {
			return err
		}
		return books.atLedger(ctx, func(l *ledger.Ledger, who ledger.Actor) error {
			return do(ctx, collections.New(l, accounts{books}, zone), who)
		})
	})
}

// Customer says whether there is such a customer.
func (a accounts) Customer(ctx context.Context, id string) (bool, error) {
	return a.any(ctx, "select 1 from mart.customer where customer_id = ? limit 1", id)
}

// Invoice says whether there is such an invoice of the customer.
func (a accounts) Invoice(ctx context.Context, customer, id string) (bool, error) {
	return a.any(ctx, "select 1 from core.invoice where customer_id = ? and invoice_id = ? limit 1", customer, id)
}

// Open is what is open of an invoice of the customer.
func (a accounts) Open(ctx context.Context, customer, id string) (decimal.Decimal, string, error) {
	found, err := a.ask(ctx, `select currency, sum(open_amount) from mart.open_item where customer_id = ? and invoice_id = ? group by currency`, customer, id)
	if errors.Is(err, transform.ErrNothingPublished) || err == nil && len(found.Rows) == 0 {
		return decimal.Zero, "", nil
	}
	if err != nil {
		return decimal.Zero, "", err
	}
	amount, _ := found.Rows[0][1].(decimal.Decimal) // a sum of decimals
	return amount, found.Rows[0][0].(string), nil
}

// Collector says whether a customer has such a collector, or the configuration names one.
func (a accounts) Collector(ctx context.Context, name string) (bool, error) {
	if _, named := a.cfg.Worklist.Capacities[name]; named {
		return true, nil
	}
	if _, named := a.cfg.Mail.Worklists.To[name]; named {
		return true, nil
	}
	return a.any(ctx, "select 1 from stg.customer where collector = ? limit 1", name)
}

// Plans are the payment plans of a customer of which something is to come or that were broken.
func (a accounts) Plans(ctx context.Context, customer string) (open []collections.OpenPlan, landed int64, err error) {
	h, err := a.hold(ctx)
	if errors.Is(err, transform.ErrNothingPublished) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	defer a.let(ctx, h)
	found, err := h.DB.Query(ctx, `select plan_id, currency, amount from core.plan_kept
where customer_id = ? and (broken_day is not null or remaining_amount > 0)`, customer)
	if err != nil {
		return nil, 0, err
	}
	for _, row := range found.Rows {
		amount, _ := row[2].(decimal.Decimal) // of instalments, which all have one
		open = append(open, collections.OpenPlan{ID: row[0].(string), Currency: row[1].(string), Amount: amount})
	}
	landed, err = landedEvents(ctx, h.DB)
	return open, landed, err
}

func (a accounts) any(ctx context.Context, query string, args ...any) (bool, error) {
	found, err := a.ask(ctx, query, args...)
	if errors.Is(err, transform.ErrNothingPublished) {
		return false, nil
	}
	return len(found.Rows) > 0, err
}

// landedEvents is the last event of the ledger that marts hold.
func landedEvents(ctx context.Context, db warehouse.DB) (int64, error) {
	found, err := db.Query(ctx, "select file from raw.batch where source = ?", collections.SourceName)
	if err != nil {
		return 0, err
	}
	var files []string
	for _, r := range found.Rows {
		if file, ok := r[0].(string); ok {
			files = append(files, file)
		}
	}
	return collections.Landed(files...), nil
}

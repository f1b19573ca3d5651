package main

import (
	"context"
	"errors"

	"arrears/collections"
	"arrears/transform"
	"arrears/warehouse"
)

// accounts are the books that collectors are held to: those that were published last.
type accounts struct{ *bookkeeper }

// Customer says whether there is such a customer.
func (a accounts) Customer(ctx context.Context, id string) (bool, error) {
	return a.any(ctx, "select 1 from mart.customer where customer_id = ? limit 1", id)
}

// Invoice says whether there is such an invoice of the customer.
func (a accounts) Invoice(ctx context.Context, customer, id string) (bool, error) {
	return a.any(ctx, "select 1 from core.invoice where customer_id = ? and invoice_id = ? limit 1", customer, id)
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

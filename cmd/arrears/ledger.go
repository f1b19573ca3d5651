package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"arrears/collections"
	"arrears/config"
	"arrears/disputes"
	"arrears/disputes/intake"
	"arrears/ingest"
	"arrears/ledger"
)

// openLedger opens the company's ledger, or begins it. Every process opens it the same way.
func (d *desk) openLedger(ctx context.Context) (*ledger.Ledger, error) {
	return ledger.Open(ctx, d.cfg.State, ledger.Options{Log: d.log.With("room", "ledger"), Projections: projections()})
}

// projections are the tables that every process keeps beside the events, and verify makes again.
func projections() []ledger.Projection {
	return []ledger.Projection{disputes.Projection(), intake.Projection()}
}

// withLedger is the configuration with the ledger as one more source, after what has been done since the last landing was written
// to an extract. Where the ledger cannot be read the other sources still land, and the error says so.
func (d *desk) withLedger(ctx context.Context) (config.Config, error) {
	cfg := d.cfg
	if !ledger.Exists(cfg.State) {
		return cfg, d.ledgerLost()
	}
	cfg.Sources = append(slices.Clip(cfg.Sources), collections.Source(cfg.State), disputes.Source(cfg.State))
	zone, err := time.LoadLocation(cfg.TimeZone)
	if err != nil {
		return cfg, fmt.Errorf("time zone %s: %w", cfg.TimeZone, err)
	}
	l, err := d.openLedger(ctx)
	if err != nil {
		return cfg, err
	}
	records := 0
	for _, form := range []ledger.Form{collections.Form(zone), disputes.Form(zone)} {
		n, wrong := l.Extract(ctx, form)
		records, err = records+n, errors.Join(err, wrong)
	}
	if err = errors.Join(err, l.Close()); err != nil {
		return cfg, fmt.Errorf("extract what was done: %w", err)
	}
	if records > 0 {
		d.log.InfoContext(ctx, "ledger extracted", "events", records)
	}
	return cfg, nil
}

// ledgerToServe is the ledger of a service. Its users are in it, so there is no service without one.
func (d *desk) ledgerToServe(ctx context.Context) (l *ledger.Ledger, err error) {
	if !ledger.Exists(d.cfg.State) {
		err = d.ledgerLost() // or a new one would be begun in its place
	}
	if err == nil {
		l, err = d.openLedger(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("nobody can sign in without the ledger: %w; arrears restore --replace puts a backup in its place, and until then "+
			"arrears kpi and query read what is published", err)
	}
	return l, nil
}

// ledgerLost says that there was a ledger where there is none.
func (d *desk) ledgerLost() error {
	landed, err := d.landedExtracts()
	if err == nil && len(landed) > 0 {
		err = fmt.Errorf("%w: it is gone, and %d extracts of it have landed", ledger.ErrBroken, len(landed))
	}
	return err
}

// landedExtracts are the receipts of extracts of the ledger.
func (d *desk) landedExtracts() ([]ingest.Receipt, error) {
	receipts, err := ingest.Receipts(d.cfg.State, time.Time{})
	return slices.DeleteFunc(receipts, func(r ingest.Receipt) bool { return !ours(r.Source) }), err
}

// ours says whether a source is the ledger, which is asked on every occasion.
func ours(source string) bool {
	return source == collections.SourceName || source == disputes.SourceName
}

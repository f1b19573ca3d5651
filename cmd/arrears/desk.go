package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"arrears/config"
	"arrears/ingest"
	"arrears/ingest/pull"
	"arrears/sql"
	"arrears/transform"
)

// A desk is one company's configuration with what every command does to it: land, refresh, read.
type desk struct {
	cfg    config.Config
	log    *slog.Logger
	canned bool // a folder of canonical files, which is landed before it is read
	full   bool // a refresh begins anew, whatever there is to go on from

	progress    func(ingest.Progress) // hears how far a landing is; nil where nobody does
	customersAt net.Listener          // of the portal under serve; nil: there is none
}

func (c *company) open(log *slog.Logger) (*desk, error) {
	if c.data != "" {
		cfg, err := config.Folder(c.data, c.currency)
		if err != nil {
			return nil, usageError{err}
		}
		return &desk{cfg: cfg, log: log, canned: true}, nil
	}
	cfg, err := config.Load(c.file)
	if err != nil {
		return nil, usageError{err}
	}
	return &desk{cfg: cfg, log: log}, nil
}

// unlanded is why a cycle that published all the same could not take everything in.
type unlanded struct{ error }

func (u unlanded) Unwrap() error { return u.error }

// cycle lands what is new and refreshes, while no other process does. What cannot be taken in stops nothing: the figures are published of
// what there is, and the error is [unlanded].
func (d *desk) cycle(ctx context.Context, asOf string, knownAt time.Time) (transform.Run, ingest.Report, error) {
	unlock, err := lock(ctx, d.cfg.State)
	if err != nil {
		return transform.Run{}, ingest.Report{}, err
	}
	defer unlock()
	report, missing := d.land(ctx)
	if ctx.Err() != nil {
		return transform.Run{}, report, missing
	}
	run, err := d.refresh(ctx, asOf, knownAt)
	switch {
	case err != nil:
		return run, report, errors.Join(missing, err)
	case missing != nil:
		return run, report, unlanded{missing}
	}
	return run, report, nil
}

// land takes in what is new of all sources, the ledger among them.
func (d *desk) land(ctx context.Context) (ingest.Report, error) {
	return d.landOf(ctx, func(string) bool { return true })
}

// landOf takes in what is new of the sources that are asked for, and of the ledger.
func (d *desk) landOf(ctx context.Context, asked func(source string) bool) (ingest.Report, error) {
	cfg, missing := d.withLedger(ctx)
	cfg.Sources = slices.DeleteFunc(slices.Clone(cfg.Sources), func(s config.Source) bool {
		return !ours(s.Name) && !asked(s.Name)
	})
	report, err := ingest.Land(ctx, cfg, d.log, ingest.Options{
		Source: pull.Opener(pull.Options{Log: d.log, Now: time.Now}), Progress: d.progress,
	})
	return report, errors.Join(missing, err)
}

// refresh builds and publishes the marts of what had landed at knownAt; the zero time takes everything.
func (d *desk) refresh(ctx context.Context, asOf string, knownAt time.Time) (transform.Run, error) {
	in, err := d.input(knownAt)
	if err != nil {
		return transform.Run{}, err
	}
	if asOf != "" {
		in.AsOf = asOf
	}
	run, err := transform.Refresh(ctx, in)
	if err != nil {
		return run, err
	}
	d.log.InfoContext(ctx, "marts published", "run", run.ID, "as_of", run.AsOf, "batches", len(run.Batches),
		"took", run.Finished.Sub(run.Started).Round(time.Millisecond))
	for _, c := range run.Faults(transform.Warn) {
		d.log.WarnContext(ctx, "check found faults", "check", c.Check, "faults", c.Faults, "says", c.Title, "first", c.Sample)
	}
	return run, nil
}

// input is what the configuration says of a refresh, over the batches that had landed at knownAt.
func (d *desk) input(knownAt time.Time) (transform.Input, error) {
	batches, err := d.batches(knownAt)
	if err != nil {
		return transform.Input{}, err
	}
	now := time.Now()
	if knownAt.IsZero() {
		knownAt = now
	}
	zone, err := time.LoadLocation(d.cfg.TimeZone)
	if err != nil {
		return transform.Input{}, fmt.Errorf("time zone %s: %w", d.cfg.TimeZone, err)
	}
	year, month, day := now.In(zone).Date()
	return transform.Input{
		State: d.cfg.State, Batches: batches, AsOf: d.cfg.AsOf, KnownAt: knownAt,
		Today: time.Date(year, month, day, 0, 0, 0, 0, time.UTC),
		Settings: transform.Settings{
			Company: d.cfg.Company, Entity: d.cfg.Entity, Currency: d.cfg.Currency, Severity: d.cfg.Checks,
			PromiseGrace: d.cfg.Promises.GraceDays, PromisePercent: d.cfg.Promises.Threshold, ProvisionRates: d.cfg.ProvisionRates,
			Worklist: d.cfg.Worklist, Validation: d.cfg.Validation, Entities: d.cfg.Entities,
		},
		Models: sql.Models, Checks: sql.Checks, Memory: d.cfg.Memory, Full: d.full,
	}, nil
}

func (d *desk) batches(knownAt time.Time) ([]transform.Batch, error) {
	receipts, err := ingest.Receipts(d.cfg.State, knownAt)
	if err != nil {
		return nil, err
	}
	open := ingest.Uncorrected(receipts)
	batches := make([]transform.Batch, len(receipts))
	for i, r := range receipts {
		batches[i] = transform.Batch{
			ID: r.Batch, Source: r.Source, File: r.File, Digest: r.Digest, LandedAt: r.LandedAt, Records: r.Records,
			Landed: r.Landed, Rejected: r.Rejected, NonData: r.NonData, Failed: r.Failed, Of: r.Of, Datasets: map[string]string{},
		}
		if r.Day != "" {
			day, err := time.Parse(time.DateOnly, r.Day)
			if err != nil {
				return nil, fmt.Errorf("day of list %s: %w", r.File, err)
			}
			batches[i].Snapshot = &transform.Snapshot{Day: day, Vanished: r.Vanished, Whole: open[r.Batch] == 0}
		}
		for _, l := range r.Datasets {
			batches[i].Datasets[l.Dataset] = filepath.Join(d.cfg.State, l.Path)
		}
	}
	return batches, nil
}

// prepare lands and refreshes a folder of canonical files, where its marts are not those of its files.
func (d *desk) prepare(ctx context.Context) error {
	if !d.canned {
		return nil
	}
	unlock, err := lock(ctx, d.cfg.State)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := d.land(ctx); err != nil {
		return err
	}
	if d.upToDate(ctx) {
		return nil
	}
	_, err = d.refresh(ctx, "", time.Time{})
	return err
}

// upToDate says whether what is published was made by this program's models, of all that has landed. It was not where a
// command that landed files was killed, or stopped by a check.
func (d *desk) upToDate(ctx context.Context) bool {
	_, id, err := transform.Published(d.cfg.State)
	if err != nil {
		return false
	}
	run, err := transform.Recorded(d.cfg.State, id)
	if err != nil {
		return false
	}
	batches, err := d.batches(time.Time{})
	if err != nil || !slices.EqualFunc(batches, run.Batches, func(b transform.Batch, id string) bool { return b.ID == id }) {
		return false
	}
	models, _, err := statements(ctx)
	return err == nil && run.MadeBy(models) == nil
}

// view opens the marts at the moments asked for: nothing said is what was published.
func (d *desk) view(ctx context.Context, at moments, by string, tables ...string) (transform.View, error) {
	knownAt, err := moment(at.knownAt)
	if err != nil {
		return transform.View{}, err
	}
	day, err := d.day(at.asOf)
	if err != nil {
		return transform.View{}, err
	}
	if err := d.prepare(ctx); err != nil {
		return transform.View{}, err
	}
	r := transform.Reading{AsOf: day, By: by, Tables: tables}
	if !knownAt.IsZero() {
		if r.Known, err = d.known(knownAt); err != nil {
			return transform.View{}, err
		}
	}
	return d.at(ctx, r)
}

// known is what was published, had it been made at another time: its date and its settings over the batches known then.
func (d *desk) known(at time.Time) (*transform.Input, error) {
	_, id, err := transform.Published(d.cfg.State)
	if err != nil {
		return nil, err
	}
	published, err := transform.Recorded(d.cfg.State, id)
	if err != nil {
		return nil, err
	}
	in, err := d.input(at)
	in.Settings, in.AsOf = published.Settings, published.AsOf
	return &in, err
}

func (d *desk) at(ctx context.Context, r transform.Reading) (transform.View, error) {
	r.State, r.Models, r.Memory, r.Threads = d.cfg.State, sql.Models, d.cfg.Memory, runtime.NumCPU()
	return transform.Open(ctx, r)
}

// day reads --as-of. Latest is the day that was published.
func (d *desk) day(text string) (time.Time, error) {
	switch text {
	case "", "latest":
		return time.Time{}, nil
	case "today":
		zone, err := time.LoadLocation(d.cfg.TimeZone)
		if err != nil {
			return time.Time{}, fmt.Errorf("time zone %s: %w", d.cfg.TimeZone, err)
		}
		year, month, day := time.Now().In(zone).Date()
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC), nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, usageError{fmt.Errorf("%w, not %q", transform.ErrAsOf, text)}
	}
	return day, nil
}

// closing keeps the error of closing a view beside that of using it.
func closing(v transform.View, err *error) { *err = errors.Join(*err, v.Close()) }

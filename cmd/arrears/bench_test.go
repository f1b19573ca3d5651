package main

import (
	"context"
	databasesql "database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"arrears/demo"
	"arrears/sql"
	"arrears/transform"
	"arrears/warehouse"
)

// size reads how large a benchmark is from the environment.
func size(b *testing.B, name string, usual int) int {
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	return n
}

// BenchmarkRefresh builds, checks and publishes all marts, against the same SELECTs run once by hand in one connection that
// has the machine to itself: no checks, no counts, no record, no publishing. The two take turns; medians are compared.
//
// ARREARS_BENCH_INVOICES sets the size (1,000,000), ARREARS_BENCH_ROUNDS how often (3).
func BenchmarkRefresh(b *testing.B) {
	ctx := context.Background()
	dir := b.TempDir()
	made, err := demo.Scale(dir, demo.ScaleOptions{Invoices: size(b, "ARREARS_BENCH_INVOICES", 1_000_000), Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	where := company{data: dir, currency: "EUR"}
	d, err := where.open(newLog(os.Stderr, 100))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := d.land(ctx); err != nil {
		b.Fatal(err)
	}
	d.full = true
	var ours, byHand []time.Duration
	for range size(b, "ARREARS_BENCH_ROUNDS", 3) {
		start := time.Now()
		run, err := d.refresh(ctx, "", time.Time{})
		if err != nil {
			b.Fatal(err)
		}
		ours = append(ours, time.Since(start))
		byHand = append(byHand, selects(b, d, run))
	}
	ratio := median(ours).Seconds() / median(byHand).Seconds()
	b.ReportMetric(ratio, "x-by-hand")
	b.ReportMetric(median(ours).Seconds(), "s/refresh")
	b.ReportMetric(median(byHand).Seconds(), "s/by-hand")
	b.ReportMetric(0, "ns/op")
	fmt.Printf("refresh of %d invoices, %d applications: %.2f s; the same SELECTs by hand: %.2f s; ratio %.2f\n",
		made.Invoices, made.Applications, median(ours).Seconds(), median(byHand).Seconds(), ratio)
}

// selects runs the models of a run as a person would who has their order: into a database file of their own.
func selects(b *testing.B, d *desk, run transform.Run) time.Duration {
	ctx := context.Background()
	path, _, err := transform.Published(d.cfg.State)
	if err != nil {
		b.Fatal(err)
	}
	db, err := warehouse.Open(ctx, warehouse.Options{
		Path: filepath.Join(b.TempDir(), "by-hand.duckdb"), Files: []string{filepath.Join(d.cfg.State, "lake")},
		Attach: map[string]string{"published": path},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, schema := range []string{"raw", "stg", "core", "score", "rule", "mart"} {
		stop(b, db.Exec(ctx, "create schema "+schema))
	}
	views, err := db.Query(ctx, `select table_schema || '.' || table_name from information_schema.tables
		where table_catalog = 'published' and table_schema in ('raw', 'score', 'rule')`) // the program makes these
	stop(b, err)
	for _, row := range views.Rows {
		stop(b, db.Exec(ctx, fmt.Sprintf("create view %s as select * from published.%s", row[0], row[0])))
	}
	models, err := transform.Find(ctx, sql.Models, db)
	stop(b, err)
	start := time.Now()
	for _, m := range models {
		kind := "table"
		if m.Schema() == "stg" {
			kind = "view"
		}
		stop(b, db.Exec(ctx, fmt.Sprintf("create %s %s as %s", kind, m.Name, m.SQL)))
	}
	stop(b, db.Checkpoint(ctx))
	return time.Since(start)
}

// BenchmarkAdvance refreshes after 1 % of the invoices and applications changed, against a refresh of the same that begins anew. The
// two take turns; medians are compared.
//
// ARREARS_BENCH_INVOICES sets the size (1,000,000), ARREARS_BENCH_ROUNDS how often (3).
func BenchmarkAdvance(b *testing.B) {
	ctx := context.Background()
	dir := b.TempDir()
	made, err := demo.Scale(dir, demo.ScaleOptions{Invoices: size(b, "ARREARS_BENCH_INVOICES", 1_000_000), Seed: 1})
	stop(b, err)
	where := company{data: dir, currency: "EUR"}
	var onward, anew []time.Duration
	var changed int64
	for round := range size(b, "ARREARS_BENCH_ROUNDS", 3) {
		if round > 0 {
			changed = change(b, dir, round)
		}
		d, err := where.open(newLog(os.Stderr, 100))
		stop(b, err)
		_, err = d.land(ctx)
		stop(b, err)
		for _, full := range []bool{false, true} {
			d.full = full
			start := time.Now()
			run, err := d.refresh(ctx, "", time.Time{})
			stop(b, err)
			took := time.Since(start)
			switch {
			case full:
				anew = append(anew, took)
			case run.From != "":
				onward = append(onward, took)
			case round > 0:
				b.Fatal("the refresh did not go on from the last one")
			}
		}
	}
	ratio := median(onward).Seconds() / median(anew).Seconds()
	b.ReportMetric(ratio, "x-full")
	b.ReportMetric(median(onward).Seconds(), "s/onward")
	b.ReportMetric(median(anew).Seconds(), "s/full")
	b.ReportMetric(0, "ns/op")
	fmt.Printf("%d of %d invoices and applications changed: %.2f s going on; %.2f s anew; ratio %.2f\n",
		changed, made.Invoices+made.Applications, median(onward).Seconds(), median(anew).Seconds(), ratio)
}

// change corrects one invoice of two hundred and adds as many applications, which touch as many others.
func change(b *testing.B, dir string, round int) int64 {
	db, err := databasesql.Open("duckdb", "")
	stop(b, err)
	defer func() { _ = db.Close() }()
	var rows int64
	for _, s := range []string{
		`copy (select * replace (cast(amount + 1 as decimal(18, 3)) as amount) from '%[1]s/invoices-0*.parquet'
			where hash(invoice_id || '%[2]d') %% 200 = 0) to '%[1]s/invoices-9%[2]d.parquet' (format parquet)`,
		`copy (select * replace ('X%[2]d-' || application_id as application_id, cast(1 as decimal(18, 3)) as amount)
			from '%[1]s/applications-0*.parquet' where hash(application_id || '%[2]d') %% 200 = 0)
			to '%[1]s/applications-9%[2]d.parquet' (format parquet)`,
	} {
		result, err := db.Exec(fmt.Sprintf(s, dir, round))
		stop(b, err)
		n, err := result.RowsAffected()
		stop(b, err)
		rows += n
	}
	return rows
}

func stop(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

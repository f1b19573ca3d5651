package main

import (
	"context"
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
	for _, schema := range []string{"raw", "stg", "core", "score", "mart"} {
		stop(b, db.Exec(ctx, "create schema "+schema))
	}
	views, err := db.Query(ctx, `select table_schema || '.' || table_name from information_schema.tables
		where table_catalog = 'published' and table_schema in ('raw', 'score')`) // the program makes both
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

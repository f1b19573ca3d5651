package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"arrears/demo"
	"arrears/sql"
	"arrears/transform"
	"arrears/warehouse"
)

// coreMarts are open items, aging, two years of DSO and count-back, days to pay, disputes.
var coreMarts = []string{"mart.open_item", "mart.aging", "core.kpi_dso", "core.kpi_collection", "mart.dispute", "core.kpi_dispute"}

// tuned are the settings of a PostgreSQL that has the machine to itself and spends nothing on surviving a crash: what is
// joined and sorted stays in memory, and all cores work on one query.
func tuned() []string {
	return []string{
		"shared_buffers=4GB", "work_mem=1GB", "hash_mem_multiplier=2", "maintenance_work_mem=1GB", "effective_cache_size=12GB",
		"wal_level=minimal", "max_wal_senders=0", "max_wal_size=32GB", "checkpoint_timeout=1h", "full_page_writes=off",
		"synchronous_commit=off", "autovacuum=off", "random_page_cost=1.1", "jit=off",
		fmt.Sprintf("max_parallel_workers_per_gather=%d", runtime.NumCPU()), fmt.Sprintf("max_parallel_workers=%d", runtime.NumCPU()),
	}
}

// indexes cover the keys of what was landed and of the calendar; they are there before the clock starts. Indexes on the tables
// of the steps between were tried and cost more than they save: every step reads whole tables.
var indexes = map[string][]string{
	"raw.invoices":     {"(invoice_id)"},
	"raw.applications": {"(application_id)"},
	"raw.payments":     {"(payment_id)"},
	"raw.credits":      {"(credit_id)"},
	"raw.disputes":     {"(dispute_id)"},
	"raw.customers":    {"(customer_id)"},
	"raw.day":          {"(day) include (month, on_date)"},
	"raw.month":        {"(month)"},
}

// BenchmarkAgainstPostgres builds the core marts from the same landed rows with the texts as they stand: in DuckDB, from the
// Parquet files of the lake into a database file, and in a PostgreSQL that is tuned for it. The two take turns.
//
// ARREARS_BENCH_INVOICES sets the size (100,000), ARREARS_BENCH_ROUNDS how often (3).
func BenchmarkAgainstPostgres(b *testing.B) {
	ctx := context.Background()
	dir := b.TempDir()
	made, err := demo.Scale(dir, demo.ScaleOptions{Invoices: size(b, "ARREARS_BENCH_INVOICES", 100_000), Seed: 1})
	stop(b, err)
	second := startPostgres(b, tuned()...)
	d, err := (&company{data: dir, currency: "EUR"}).open(newLog(os.Stderr, 100))
	stop(b, err)
	stop(b, d.prepare(ctx))
	path, _, err := transform.Published(d.cfg.State)
	stop(b, err)
	models := needed(b)
	second.load(b, d, path, models)
	var ours, theirs []time.Duration
	for range size(b, "ARREARS_BENCH_ROUNDS", 3) {
		took, figures := inDuckDB(b, d, path, models)
		again, same := second.build(b, models)
		if figures != same {
			b.Fatalf("DuckDB finds %s, PostgreSQL %s", figures, same)
		}
		ours, theirs = append(ours, took), append(theirs, again)
	}
	ratio := median(theirs).Seconds() / median(ours).Seconds()
	b.ReportMetric(ratio, "x-faster")
	b.ReportMetric(median(ours).Seconds(), "s/duckdb")
	b.ReportMetric(median(theirs).Seconds(), "s/postgres")
	b.ReportMetric(0, "ns/op")
	fmt.Printf("core marts of %d invoices, %d applications: DuckDB %.2f s; PostgreSQL %.2f s; %.1f times faster\n",
		made.Invoices, made.Applications, median(ours).Seconds(), median(theirs).Seconds(), ratio)
}

// needed are the models that the core marts rest on.
func needed(b *testing.B) transform.Models {
	db, err := warehouse.Open(b.Context(), warehouse.Options{})
	stop(b, err)
	models, err := transform.Find(b.Context(), sql.Models, db)
	stop(b, err)
	stop(b, db.Close())
	return models.Needed(coreMarts...)
}

// toBeFound is what both must find.
const toBeFound = "select cast(count(*) as varchar) || ' open items of ' || cast(sum(open_amount) as varchar) as found from mart.open_item"

// inDuckDB builds the models into a new database file.
func inDuckDB(b *testing.B, d *desk, published string, models transform.Models) (time.Duration, string) {
	path := filepath.Join(b.TempDir(), "ours.duckdb")
	db, err := warehouse.Open(b.Context(), warehouse.Options{
		Path: path, Temp: path + ".tmp", Files: []string{filepath.Join(d.cfg.State, "lake")},
		Attach: map[string]string{"published": published},
	})
	stop(b, err)
	defer func() { stop(b, db.Close()); stop(b, warehouse.Remove(path)) }()
	for _, schema := range []string{"raw", "stg", "core", "mart"} {
		stop(b, db.Exec(b.Context(), "create schema "+schema))
	}
	for _, table := range landed(models) {
		stop(b, db.Exec(b.Context(), "create view "+table+" as select * from published."+table))
	}
	start := time.Now()
	for _, m := range models {
		stop(b, db.Exec(b.Context(), "create "+kind(m, "table")+" "+m.Name+" as "+m.SQL))
	}
	stop(b, db.Checkpoint(b.Context()))
	took := time.Since(start)
	found, err := db.Query(b.Context(), toBeFound)
	stop(b, err)
	return took, found.Rows[0][0].(string)
}

// build builds the models into unlogged tables, with indexes and statistics after each.
func (s *server) build(b *testing.B, models transform.Models) (time.Duration, string) {
	for _, schema := range []string{"stg", "core", "mart"} {
		s.do(b, "drop schema if exists "+schema+" cascade", "create schema "+schema)
	}
	s.do(b, "checkpoint")
	start := time.Now()
	for _, m := range models {
		from := time.Now()
		s.do(b, "create "+kind(m, "unlogged table")+" "+m.Name+" as "+m.SQL)
		if m.Schema() != "stg" {
			s.finish(b, m.Name, "analyze ")
		}
		if spent := time.Since(from); spent > time.Second {
			b.Logf("PostgreSQL: %s in %.1f s", m.Name, spent.Seconds())
		}
	}
	took := time.Since(start)
	var found string
	stop(b, s.QueryRow(b.Context(), toBeFound).Scan(&found))
	return took, found
}

func (s *server) finish(b *testing.B, table, statistics string) {
	for _, columns := range indexes[table] {
		s.do(b, "create index on "+table+" "+columns)
	}
	s.do(b, statistics+table)
}

func kind(m transform.Model, table string) string {
	if m.Schema() == "stg" {
		return "view"
	}
	return table
}

// landed are the tables that the models start from.
func landed(models transform.Models) []string {
	seen := map[string]bool{}
	var tables []string
	for _, m := range models {
		for _, table := range m.Reads {
			if strings.HasPrefix(table, "raw.") && !seen[table] {
				seen[table] = true
				tables = append(tables, table)
			}
		}
	}
	return tables
}

// load copies the landed rows into PostgreSQL by way of a file, whatever their number.
func (s *server) load(b *testing.B, d *desk, published string, models transform.Models) {
	dir := b.TempDir()
	db, err := warehouse.Open(b.Context(), warehouse.Options{
		Files: []string{filepath.Join(d.cfg.State, "lake"), dir}, Attach: map[string]string{"published": published},
	})
	stop(b, err)
	defer func() { stop(b, db.Close()) }()
	s.do(b, "create schema raw")
	for _, table := range landed(models) {
		s.like(b, db, "published."+table, "create unlogged table "+table)
		path := filepath.Join(dir, table)
		stop(b, db.Exec(b.Context(), fmt.Sprintf(`copy (select * from published.%s) to %s (format csv, header false, nullstr '\N')`,
			table, warehouse.Literal(path))))
		rows, err := os.Open(path)
		stop(b, err)
		_, err = s.PgConn().CopyFrom(b.Context(), rows, "copy "+table+` from stdin (format csv, null '\N')`)
		stop(b, err)
		stop(b, rows.Close())
		stop(b, os.Remove(path))
		s.finish(b, table, "vacuum analyze ")
	}
}

package transform

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"arrears/score"
	"arrears/warehouse"
)

// BenchmarkScoring scores open items and orders them, and beside it orders the same columns read from a table: what is asked for is at
// most 1.5 of that. ARREARS_BENCH_ITEMS sets how many there are (500,000, of a twentieth as many customers).
func BenchmarkScoring(b *testing.B) {
	items := 500_000
	if text := os.Getenv("ARREARS_BENCH_ITEMS"); text != "" {
		var err error
		if items, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	customers := items / 20
	db := openBook(b, items, customers)
	tree := os.DirFS("../sql")
	text, err := fs.ReadFile(tree, "mart/score.sql")
	if err != nil {
		b.Fatal(err)
	}
	const list = `create table mart.%s as select invoice_id, number, customer_id, probability_late, probability_late_30, expected_days_late,
		score, reason_1, reason_2, reason_3 from %s order by expected_days_late desc, score desc, invoice_id, number`
	for b.Loop() {
		start := time.Now()
		makeTable(b, db, tree, "core/score_customer")
		do(b, db, fmt.Sprintf(list, "listed", "("+string(text)+")"))
		scored := time.Since(start)
		do(b, db, "create table mart.shuffled as select * from mart.listed order by hash(invoice_id)")
		start = time.Now()
		do(b, db, fmt.Sprintf(list, "plain", "mart.shuffled"))
		plain := time.Since(start)
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(scored.Seconds(), "scored-s")
		b.ReportMetric(plain.Seconds(), "plain-s")
		b.ReportMetric(scored.Seconds()/plain.Seconds(), "ratio")
		for _, table := range []string{"mart.listed", "mart.shuffled", "mart.plain", "core.score_customer"} {
			do(b, db, "drop table "+table)
		}
	}
}

// openBook holds what scoring reads: levels at random, and a card learnt from nothing with points at random.
func openBook(b *testing.B, items, customers int) *warehouse.Duck {
	b.Helper()
	db, err := warehouse.Open(context.Background(), warehouse.Options{Path: b.TempDir() + "/book.duckdb", Threads: 2, Memory: "4GB", Temp: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	for _, schema := range schemas {
		do(b, db, "create schema "+schema)
	}
	card, err := score.Train(nil, 0, score.Recipe{})
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range []learntTable{pointsOf(card), expectationsOf(card), cardOf(card)} {
		if err := t.create(context.Background(), db); err != nil {
			b.Fatal(err)
		}
	}
	do(b, db, "update score.point set points = cast(hash(key) % 21 as bigint) - 10, points_30 = cast(hash(key + 1) % 21 as bigint) - 10, days_milli = cast(hash(key + 2) % 2001 as bigint) - 1000")
	do(b, db, "create table score.odds as select points, cast(0.5 as decimal(9, 6)) as probability from (select unnest(range(-1000, 2000)) as points)")
	var of, item []string
	for i, f := range score.Features() {
		level := fmt.Sprintf("%d + cast(hash(n, %d) %% %d as bigint) as %s", f.Low, i, f.High-f.Low+1, f.Name)
		if f.OfItem {
			item = append(item, level)
		} else {
			of = append(of, level)
		}
	}
	do(b, db, fmt.Sprintf(`create table core.risk_history as select '' as invoice_id, cast(0 as bigint) as number,
		'C' || lpad(n::varchar, 7, '0') as customer_id, %s from (select unnest(range(%d)) as n)`, strings.Join(of, ", "), customers))
	do(b, db, fmt.Sprintf(`create table core.risk_item as select true as is_open, 'INV-' || lpad(n::varchar, 9, '0') as invoice_id,
		cast(1 as bigint) as number, 'C' || lpad((n %% %d)::varchar, 7, '0') as customer_id,
		cast(20757 - due_day as bigint) as days_past_due, least(greatest(20757 - due_day, -60), 31) as waited, %s from (
			select n, 20650 + cast(hash(n, 99) %% 150 as bigint) as due_day from (select unnest(range(%d)) as n)
		)`, customers, strings.Join(item, ", "), items))
	return db
}

func makeTable(b *testing.B, db *warehouse.Duck, tree fs.FS, model string) {
	b.Helper()
	text, err := fs.ReadFile(tree, model+".sql")
	if err != nil {
		b.Fatal(err)
	}
	do(b, db, "create table "+table(model+".sql")+" as "+string(text))
}

func do(b *testing.B, db *warehouse.Duck, statement string) {
	b.Helper()
	if err := db.Exec(context.Background(), statement); err != nil {
		b.Fatal(err)
	}
}

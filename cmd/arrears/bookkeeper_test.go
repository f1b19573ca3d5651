package main

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"arrears/config"
	"arrears/transform"
)

// A question that is being answered keeps its marts open, whatever is published meanwhile.
func TestBookkeeperAnswersFromTheNewestMarts(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("invoices.csv", "invoice_id,customer_id,issued_on,due_on,amount,currency\nI1,C1,2026-01-05,2026-02-04,100.00,EUR\n")
	cfg, err := config.Folder(dir, "EUR")
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{cfg: cfg, log: slog.New(slog.DiscardHandler), canned: true}
	b := &bookkeeper{desk: d}
	t.Cleanup(func() { b.close(t.Context()) })
	const count = "select count(*) as n from mart.open_item"
	if _, err := b.ask(t.Context(), count); !errors.Is(err, transform.ErrNothingPublished) {
		t.Fatalf("before the first refresh: %v", err)
	}
	wanted := func(n int64) {
		t.Helper()
		found, err := b.ask(t.Context(), count)
		if err != nil || found.Rows[0][0] != n {
			t.Errorf("%v open items, %v; want %d", found.Rows, err, n)
		}
	}
	if err := d.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	wanted(1)
	reading, err := b.hold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	write("invoices2.csv", "invoice_id,customer_id,issued_on,due_on,amount,currency\nI2,C1,2026-01-06,2026-02-05,50.00,EUR\n")
	if err := d.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { wanted(2) })
	}
	all.Wait()
	if old, err := reading.DB.Query(t.Context(), count); err != nil || old.Rows[0][0] != int64(1) {
		t.Errorf("the question under way: %v %v", old.Rows, err)
	}
	b.let(t.Context(), reading)
	if _, err := reading.DB.Query(t.Context(), count); err == nil {
		t.Error("the marts before are still open")
	}
}

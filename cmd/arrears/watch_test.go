package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file that arrives under serve is in the figures long before the next slot, and one of another source is not.
func TestWatchedFilesLandAsTheyArrive(t *testing.T) {
	dir, path := configured(t, `schedule: "0 0 1 1 *"`)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, path, strings.Replace(string(text), "{name: invoices, ", "{name: invoices, watch: true, ", 1))
	s := serve(t, "serve", "-c", path)
	s.until("/readyz", s.answers("/readyz", http.StatusOK))
	s.until("the watch", func() bool { return strings.Contains(s.said.String(), "slots run") })
	open := func() string { return kpis(t, "-c", path)["ar_gross"].String() }
	before := open()
	putRows(t, dir, "payments-late", []row{{"payment_id": "P9", "customer_id": "C2", "received_on": "2025-03-30", "amount": "5", "currency": "EUR"}})
	if err := os.Mkdir(filepath.Join(dir, "aside"), 0o700); err != nil {
		t.Fatal(err)
	}
	// Written aside and moved into place, as a careful sender does.
	putRows(t, filepath.Join(dir, "aside"), "invoices-late", []row{
		{"invoice_id": "I9", "customer_id": "C2", "issued_on": "2025-03-30", "due_on": "2025-04-30", "amount": "70", "currency": "EUR"},
	})
	if err := os.Rename(filepath.Join(dir, "aside", "invoices-late.csv"), filepath.Join(dir, "invoices-late.csv")); err != nil {
		t.Fatal(err)
	}
	s.until("the invoice in the figures", func() bool { return open() != before })
	if sources := must(t, exitDone, "sources", "-c", path).stdout; strings.Contains(sources, "payments-late") {
		t.Errorf("payments are not watched and landed all the same: %s", sources)
	}
	s.end()
}

package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/shopspring/decimal"

	"arrears/config"
)

// cells are the rows of all canonical files of a dataset, as text by column.
func cells(t *testing.T, dir, dataset string) []map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, dataset+"*.parquet"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files of %s: %v", dataset, err)
	}
	var all []map[string]string
	for _, name := range names {
		in, err := file.OpenParquetFile(name, false)
		if err != nil {
			t.Fatal(err)
		}
		reader, err := pqarrow.NewFileReader(in, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
		if err != nil {
			t.Fatal(err)
		}
		table, err := reader.ReadTable(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		rows := array.NewTableReader(table, 0)
		for rows.Next() {
			batch := rows.RecordBatch()
			for i := range int(batch.NumRows()) {
				row := map[string]string{}
				for c, column := range batch.Columns() {
					if !column.IsNull(i) {
						row[batch.ColumnName(c)] = column.ValueStr(i)
					}
				}
				all = append(all, row)
			}
		}
		rows.Release()
		table.Release()
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestAScaledCompanyAddsUp(t *testing.T) {
	dir := t.TempDir()
	const invoices = 30000
	got, err := Scale(dir, ScaleOptions{Invoices: invoices})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", got)
	left, currency, source := map[string]decimal.Decimal{}, map[string]string{}, map[string]decimal.Decimal{}
	net := map[string]decimal.Decimal{}
	reversed := map[string]bool{}
	for _, r := range cells(t, dir, "invoices") {
		left[r["invoice_id"]], currency[r["invoice_id"]] = decimal.RequireFromString(r["amount"]), r["currency"]
	}
	for _, dataset := range []string{"payments", "credits"} {
		for _, r := range cells(t, dir, dataset) {
			id := r["payment_id"] + r["credit_id"]
			source[id], currency[id], reversed[id] = decimal.RequireFromString(r["amount"]), r["currency"], r["reversed_on"] != ""
		}
	}
	applications := cells(t, dir, "applications")
	for _, r := range applications {
		from, to, amount := r["source_id"], r["invoice_id"], decimal.RequireFromString(r["amount"])
		if currency[from] == "" || currency[from] != currency[to] {
			t.Fatalf("%s in %q is applied to %s in %q", from, currency[from], to, currency[to])
		}
		if !reversed[from] {
			source[from], left[to] = source[from].Sub(amount), left[to].Sub(amount)
		}
	}
	for id, amount := range left {
		net[currency[id]] = net[currency[id]].Add(amount)
		if amount.IsNegative() {
			t.Errorf("%s is settled by %s too much", id, amount.Neg())
		}
	}
	for id, amount := range source {
		if reversed[id] {
			continue
		}
		net[currency[id]] = net[currency[id]].Sub(amount)
		if amount.IsNegative() {
			t.Errorf("%s is applied by %s too much", id, amount.Neg())
		}
	}
	for _, c := range massCurrencies {
		if !net[c].Equal(got.Net[c]) || net[c].IsZero() {
			t.Errorf("%s: the files hold %s, Scale said %s", c, net[c], got.Net[c])
		}
	}
	if len(left) != invoices || got.Applications != int64(len(applications)) || len(applications) < invoices || got.Credits < invoices*2/100 || got.Disputes < invoices*2/100 {
		t.Errorf("%d invoices, %d applications in the files: %+v", len(left), len(applications), got)
	}
	if _, err := config.Folder(dir, Reporting); err != nil {
		t.Errorf("the folder is not one for --data: %v", err)
	}
}

func TestAScaledCompanyIsTheSameEachTime(t *testing.T) {
	sum := func() string {
		dir := t.TempDir()
		if _, err := Scale(dir, ScaleOptions{Invoices: 5000, Months: 6}); err != nil {
			t.Fatal(err)
		}
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(h, filepath.Base(name), len(content))
			h.Write(content)
		}
		return fmt.Sprintf("%x", h.Sum(nil))
	}
	if a, b := sum(), sum(); a != b {
		t.Errorf("two runs gave %s and %s", a, b)
	}
}

func TestBulkInvoicesHaveAsManyBadRowsAsTheySay(t *testing.T) {
	var clean, spoilt bytes.Buffer
	if bad, err := InvoiceCSV(&clean, 10000, 0, 1); err != nil || bad != 0 {
		t.Fatal(bad, err)
	}
	said, err := InvoiceCSV(&spoilt, 10000, 200, 1)
	if err != nil {
		t.Fatal(err)
	}
	good := strings.Split(clean.String(), "\n")
	found := map[string]int{}
	for i, line := range strings.Split(spoilt.String(), "\n") {
		why := fault(line)
		if i == 0 || line == "" {
			continue
		}
		if why == "" && line != good[i] {
			t.Errorf("line %d differs and is not bad: %s", i+1, line)
		}
		if fault(good[i]) != "" {
			t.Errorf("line %d of the clean file: %s: %s", i+1, fault(good[i]), good[i])
		}
		if why != "" {
			found[why]++
		}
	}
	if total := len(slices.Collect(maps.Keys(found))); total != 4 || said != 50 {
		t.Errorf("%d said to be bad, found %v", said, found)
	}
	sum := 0
	for _, n := range found {
		sum += n
	}
	if sum != said {
		t.Errorf("%d said to be bad, found %d: %v", said, sum, found)
	}
}

// fault says what is wrong with a row of invoices.
func fault(line string) string {
	r, err := csv.NewReader(strings.NewReader(line)).Read()
	switch {
	case err != nil || len(r) != 7:
		return "shape"
	case r[5] == "":
		return "currency"
	}
	if _, err := decimal.NewFromString(r[4]); err != nil {
		return "amount"
	}
	if _, err := time.Parse(time.DateOnly, r[2]); err != nil {
		return "date"
	}
	return ""
}

func BenchmarkScale(b *testing.B) {
	for b.Loop() {
		if _, err := Scale(b.TempDir(), ScaleOptions{Invoices: 1_000_000}); err != nil {
			b.Fatal(err)
		}
	}
}

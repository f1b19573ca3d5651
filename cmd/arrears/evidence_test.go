package main

import (
	"archive/zip"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"
)

// unpack lays a bundle out in a folder of its own and compares every file with SHA256SUMS.
func unpack(t *testing.T, bundle string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	files, err := zip.OpenReader(bundle)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = files.Close() }()
	for _, entry := range files.File {
		from, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(folder, entry.Name), string(data))
	}
	if changed := changedFiles(t, folder, len(files.File)-1); len(changed) > 0 {
		t.Errorf("%v are not what SHA256SUMS says", changed)
	}
	return folder
}

// changedFiles are the files that SHA256SUMS has another digest for. It lists so many.
func changedFiles(t *testing.T, folder string, files int) (changed []string) {
	t.Helper()
	list := strings.Split(strings.TrimSpace(content(t, folder, "SHA256SUMS")), "\n")
	if len(list) != files {
		t.Errorf("SHA256SUMS lists %d files, want %d", len(list), files)
	}
	for _, line := range list {
		sum, name, _ := strings.Cut(line, "  ")
		if sum != fmt.Sprintf("%x", sha256.Sum256([]byte(content(t, folder, name)))) {
			changed = append(changed, name)
		}
	}
	return changed
}

func content(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// recompute runs a bundle's script on a bare DuckDB connection and returns the figures it prints.
func recompute(t *testing.T, folder string) (figures []assertedFigure) {
	t.Helper()
	t.Chdir(folder)
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.Query(content(t, folder, "run.sql"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var kpi, currency, unit string
		var asOf, value any
		var f assertedFigure
		if err := rows.Scan(&kpi, &asOf, &f.Entity, &currency, &f.Dimension, &f.Member, &f.Bucket, &value, &unit); err != nil {
			t.Fatal(err)
		}
		if d, defined := value.(duckdb.Decimal); defined {
			text := decimal.NewFromBigInt(d.Value, -int32(d.Scale)).StringFixed(int32(d.Scale))
			f.Value = &text
		}
		figures = append(figures, f)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return figures
}

func said(t *testing.T, folder string) (s assertion) {
	t.Helper()
	if err := json.Unmarshal([]byte(content(t, folder, "figures.json")), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// whole is the value of everything, in the bucket.
func whole(figures []assertedFigure, bucket string) string {
	for _, f := range figures {
		if f.Dimension == "" && f.Bucket == bucket && f.Value != nil {
			return *f.Value
		}
	}
	return "not defined"
}

func TestAnyoneWithDuckDBAloneGetsTheSameDigits(t *testing.T) {
	dir, between := twice(t)
	for _, c := range []struct {
		kpi, bucket string
		args        []string
		want        string
	}{
		{"dso", "", nil, "50.400000000000"}, // 1200 open, 1500 sold in the 63 days from 1 August to 2 October
		{"dso", "", []string{"--known-at", between}, "63.000000000000"},
		{"aging_due", "1-30", []string{"--as-of", "2026-09-30"}, "1000.000000000000"},
		{"sales", "", []string{"--as-of", "2026-08-31", "--known-at", between}, "1000.000000000000"},
		{"days_to_pay", "", nil, "not defined"},
	} {
		bundle := filepath.Join(t.TempDir(), "bundle.zip")
		must(t, exitDone, append([]string{"evidence", c.kpi, "--data", dir, "-f", bundle}, c.args...)...)
		folder := unpack(t, bundle)
		what := said(t, folder)
		got := recompute(t, folder)
		if !slices.EqualFunc(got, what.Figures, assertedFigure.equal) || whole(got, c.bucket) != c.want {
			t.Errorf("%s %v: computed again %s, said %s, want %s", c.kpi, c.args, whole(got, c.bucket), whole(what.Figures, c.bucket), c.want)
		}
		if _, reads := os.Stat(filepath.Join(folder, "inputs", "raw.activities.parquet")); c.kpi == "dso" && !os.IsNotExist(reads) {
			t.Errorf("%s does not rest on contacts, but they are in its bundle", c.kpi)
		}
		for _, batch := range what.Batches {
			if receipt := content(t, folder, "receipts/"+batch+".json"); !strings.Contains(receipt, `"digest"`) {
				t.Errorf("receipt %s", receipt)
			}
		}
		if readme := content(t, folder, "README.md"); !strings.Contains(readme, "**"+c.want+"**") && c.want != "not defined" {
			t.Errorf("the page does not say %s: %s", c.want, readme)
		}
	}
}

func TestACentMoreInAnInputIsSeen(t *testing.T) {
	dir, _ := twice(t)
	first, second := filepath.Join(t.TempDir(), "a.zip"), filepath.Join(t.TempDir(), "b.zip")
	must(t, exitDone, "evidence", "ar_net", "--data", dir, "-f", first)
	must(t, exitDone, "evidence", "ar_net", "--data", dir, "-f", second)
	if content(t, "/", first) != content(t, "/", second) {
		t.Error("the same evidence twice is not the same bytes")
	}
	folder := unpack(t, first)
	if got := whole(recompute(t, folder), ""); got != "1200.000000000000" {
		t.Errorf("net receivables %s", got)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, statement := range []string{
		"create table input as from 'inputs/raw.invoices.parquet'",
		"update input set amount = amount + 0.01 where invoice_id = 'I2'",
		"copy input to 'inputs/raw.invoices.parquet' (format parquet)",
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	files := strings.Count(content(t, folder, "SHA256SUMS"), "\n")
	if changed := changedFiles(t, folder, files); !slices.Equal(changed, []string{"inputs/raw.invoices.parquet"}) {
		t.Errorf("changed: %v", changed)
	}
	if got := whole(recompute(t, folder), ""); got != "1200.010000000000" {
		t.Errorf("net receivables with a cent more: %s", got)
	}
}

func TestEvidenceIsRefusedForNoFigure(t *testing.T) {
	must(t, exitUsage, "evidence", "--data", t.TempDir())
	must(t, exitUsage, "evidence", "days_of_summer", "--data", t.TempDir())
}

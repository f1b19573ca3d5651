package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folderOf is a folder of empty files.
func folderOf(t *testing.T, dir string, names ...string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFolderMakesASourceOfEachDatasetAndFormat(t *testing.T) {
	dir := folderOf(t, filepath.Join(t.TempDir(), "a[b]*c?"),
		"payments-2025.parquet", "payments.csv", "invoices-1.csv", "invoices-2.csv", "write_offs.csv", "README.md", ".invoices.csv")
	folderOf(t, filepath.Join(dir, "rates.csv"), "inside.csv")
	cfg, err := Folder(dir, "EUR")
	if err != nil {
		t.Fatal(err)
	}
	var names, files []string
	for _, source := range cfg.Sources {
		names = append(names, source.Name)
		if m := source.Maps[0]; !m.Canonical || m.Dataset != strings.TrimSuffix(source.Name, "-parquet") {
			t.Errorf("%s maps %+v", source.Name, m)
		}
		matches, err := filepath.Glob(source.Files[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range matches {
			files = append(files, filepath.Base(match))
		}
	}
	if got, want := strings.Join(names, " "), "invoices payments payments-parquet write_offs"; got != want {
		t.Errorf("sources are %s, want %s", got, want)
	}
	if got, want := strings.Join(files, " "), "invoices-1.csv invoices-2.csv payments.csv payments-2025.parquet write_offs.csv"; got != want {
		t.Errorf("files are %s, want %s", got, want)
	}
	if cfg.State != filepath.Join(dir, ".arrears") || cfg.Currency != "EUR" || cfg.Sources[0].CSV.Timestamp != "YYYY-MM-DD HH:MM:SS" {
		t.Errorf("state %s, currency %s, csv %+v", cfg.State, cfg.Currency, cfg.Sources[0].CSV)
	}
}

func TestFolderNamesEveryMistake(t *testing.T) {
	dir := folderOf(t, t.TempDir(), "invoices.csv", "invoces.csv", "zebra.parquet")
	_, err := Folder(dir, "euro")
	var mistakes *Mistakes
	if !errors.As(err, &mistakes) {
		t.Fatalf("got %v, want mistakes", err)
	}
	want := []string{
		filepath.Join(dir, "invoces.csv") + ": is not named after a dataset; did you mean invoices?",
		filepath.Join(dir, "zebra.parquet") + ": is not named after a dataset; it is one of customers, bank_accounts, invoices, " +
			"instalments, payments, credits, applications, write_offs, recoveries, forecasts, disputes, dispute_stages, dispute_flags, activities, " +
			"promises, plans, plan_invoices, actions, assignments, rates, gl_balances, order_lines, deliveries, prices, costs, targets, calendar, financial_statements",
		dir + `: currency: "euro" is not a currency; write its three letters of ISO 4217, as in EUR`,
	}
	if got := err.Error(); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func TestFolderWithoutDataOrThatIsMissingSaysSo(t *testing.T) {
	if _, err := Folder(t.TempDir(), ""); err == nil || !strings.Contains(err.Error(), "holds no file named after a dataset") {
		t.Errorf("got %v", err)
	}
	if _, err := Folder(filepath.Join(t.TempDir(), "none"), ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestFolderLeavesTheCurrencyToTheData(t *testing.T) {
	cfg, err := Folder(folderOf(t, t.TempDir(), "invoices.csv"), "")
	if err != nil || cfg.Currency != "" {
		t.Errorf("got currency %q and %v", cfg.Currency, err)
	}
}

// A data folder finds the files of a dataset by the beginning of their names.
func TestNoDatasetNameBeginsWithAnother(t *testing.T) {
	for _, a := range Datasets {
		for _, b := range Datasets {
			if a.Name != b.Name && strings.HasPrefix(a.Name, b.Name) {
				t.Errorf("files of %s would be taken for %s", a.Name, b.Name)
			}
		}
	}
}

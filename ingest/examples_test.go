package ingest

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"arrears/config"
)

// exampleRows is what each ready mapping makes of its sample or of the real file: by source, then by dataset rows and sums. An empty
// text is a source whose file is not part of the project.
var exampleRows = map[string][]string{
	"sap-open-items": {"open-items: 17 records, 4 landed, 0 rejected, 13 no data; invoices 4 EUR 100034.660"},
	"netsuite": {"applications: 1 records, 1 landed, 0 rejected, 0 no data; applications 1  900.500",
		"transactions: 5 records, 4 landed, 0 rejected, 1 no data; invoices 2 EUR 900.500 USD 1500.000; credits 1 USD 120.000; payments 1 EUR 900.500"},
	"quickbooks": {"invoices: 16 records, 5 landed, 0 rejected, 11 no data; invoices 5 EUR 1000.000 USD 629240.550",
		"payments: 12 records, 12 landed, 0 rejected, 0 no data; payments 12 EUR 1000.000 USD 165553.720",
		"credits: 12 records, 12 landed, 0 rejected, 0 no data; credits 12 USD 622440.000",
		"applications: 12 records, 12 landed, 0 rejected, 0 no data; applications 12  186592.270",
		"customers: 5 records, 4 landed, 0 rejected, 1 no data; customers 4"},
	"xero": {"credits: 1 records, 1 landed, 0 rejected, 0 no data; credits 1 NZD 0.050",
		"invoices: 3 records, 2 landed, 0 rejected, 1 no data; invoices 2 GBP 1100.000 NZD 0.100; customers 2",
		"payments: 1 records, 1 landed, 0 rejected, 0 no data; payments 1 GBP 1100.000; applications 1  1100.000"},
	"sage-intacct": {"invoices: 10 records, 10 landed, 0 rejected, 0 no data; customers 10"}, // all ten are marked as deleted
	"odoo": {"documents: 4 records, 3 landed, 0 rejected, 1 no data; invoices 1 EUR 1250.000; credits 1 EUR 50.000; customers 3",
		"payments: 1 records, 1 landed, 0 rejected, 0 no data; payments 1 EUR 1200.000; applications 1  1200.000"},
	"erpnext": {"invoices: 4 records, 4 landed, 0 rejected, 0 no data; invoices 2 INR 11800.000 USD 500.125; credits 1 INR 800.000; customers 4",
		"payments: 1 records, 1 landed, 0 rejected, 0 no data; payments 1 INR 11000.000; applications 1  11000.000"},
	"highradius-open-items": {"open-items: 9700 records, 9700 landed, 0 rejected, 0 no data; invoices 9700 CAD 44471009.080 USD 275113716.830"},
}

func TestReadyMappingsLandTheirSystemsExports(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(exampleRows)) {
		t.Run(name, func(t *testing.T) {
			cfg, err := config.Load(filepath.Join("..", "examples", name, "arrears.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			if text, err := os.ReadFile(filepath.Join("..", "examples", name, "README.md")); err != nil || !strings.Contains(string(text), "## What it lacks") {
				t.Errorf("the README does not say what the export lacks: %v", err)
			}
			cfg.State = filepath.Join(t.TempDir(), "state")
			for i := range cfg.Sources {
				cfg.Sources[i].Settle = 0
			}
			report, err := Land(t.Context(), cfg, slog.New(slog.DiscardHandler), Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range report.Landed {
				got = append(got, inOneLine(r))
				if r.Failed != "" || r.Rejected > 0 {
					rejects, _ := Rejects(cfg.State)
					t.Errorf("%s: %s %+v", r.File, r.Failed, rejects[:min(len(rejects), 3)])
				}
			}
			slices.Sort(got)
			t.Log(strings.Join(got, "\n"))
			for _, want := range exampleRows[name] {
				source, _, _ := strings.Cut(want, ":")
				if !slices.Contains(got, want) && (len(got) > 0 || hasFile(cfg, source)) {
					t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), want)
				}
			}
			if len(got) == 0 {
				t.Skip("the public files of this system are not at ../shared/data")
			}
		})
	}
}

// The expressions of every example can be worked out, those of the sources behind a network too.
func TestExamplesAreContracts(t *testing.T) {
	paths, err := filepath.Glob("../examples/*/arrears.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		cfg, err := config.Load(path)
		if err != nil {
			t.Error(err)
		}
		for _, s := range cfg.Sources {
			for _, p := range Check(s) {
				t.Errorf("%s:%d: source %s: %s", path, p.Line, s.Name, p.Text)
			}
		}
	}
}

func hasFile(cfg config.Config, source string) bool {
	for _, s := range cfg.Sources {
		if found, _ := filepath.Glob(s.Files[0]); s.Name == source && len(found) > 0 {
			return true
		}
	}
	return false
}

// inOneLine is a receipt in a line.
func inOneLine(r Receipt) string {
	text := fmt.Sprintf("%s: %d records, %d landed, %d rejected, %d no data", r.Source, r.Records, r.Landed, r.Rejected, r.NonData)
	for _, d := range r.Datasets {
		text += fmt.Sprintf("; %s %d", d.Dataset, d.Rows)
		for _, currency := range slices.Sorted(maps.Keys(d.Sums)) {
			text += " " + currency + " " + d.Sums[currency]
		}
	}
	return text
}

package ingest

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"arrears/config"
)

func lines(n int) string {
	text := goodHeader
	for i := range n {
		text += goodLine(i)
	}
	return text
}

func TestControlTotals(t *testing.T) {
	good := goodHeader + goodLine(1) + goodLine(2)
	sum := sha256.Sum256([]byte(good))
	digest := hex.EncodeToString(sum[:])
	for _, c := range []struct{ name, text, manifest, trailer, failed, completeness string }{
		{"none", good, "", "", "", "unverified"},
		{"all figures", good, "# totals\r\nrows: 2\nsum EUR = 4.00\nsha256: " + digest, "", "", "manifest"},
		{"as sha256sum writes it", good, digest + "  a.csv\n", "", "", "manifest"},
		{"another count", good, "rows: 3", "", "control totals differ: the sender counts 3 records and the extract has 2; have it sent again", "unverified"},
		{"another sum", good, "sum EUR: 4.01", "", "control totals differ: the sender's sum is 4.01 EUR and the extract's 4", "unverified"},
		{"another currency", good, "sum USD: 4", "", "control totals differ: the sender's sum is 4 USD and the extract's 0", "unverified"},
		{"another digest", good, strings.Repeat("0", 64), "", "control totals differ: the sender's digest is " + strings.Repeat("0", 64) + " and the extract's " + digest + "; have it sent again", "unverified"},
		{"nonsense", good, "rows: many", "", `line 1 of the manifest: "rows: many": the number of rows is a whole number, and given once`, "unverified"},
		{"trailer", good + "END;0002;4.00\n", "", `^END;(?P<count>\d+);(?P<sum_EUR>\S+)$`, "", "trailer"},
		{"trailer that differs", good + "END;0003;4.00\n", "", `^END;(?P<count>\d+);`, "control totals differ: the sender counts 3 records and the extract has 2; have it sent again", "unverified"},
		{"no trailer", good, "", `^END;(?P<count>\d+);`, "the extract has 0 trailer records with control totals and not 1 (manifest.trailer): it may have been cut off; have it sent again", "unverified"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "a.csv", c.text)
			source := invoiceSource(dir)
			source.Manifest = config.Manifest{File: "{name}.ctl", Trailer: c.trailer}
			if c.manifest != "" {
				put(t, dir, "a.csv.ctl", c.manifest)
			}
			r := mustLand(t, stateFor(t, source)).Landed[0]
			if r.Failed != c.failed || r.Completeness != c.completeness || c.failed == "" && r.Landed != 2 {
				t.Errorf("%q, %s, %d landed", r.Failed, r.Completeness, r.Landed)
			}
			if r.Records != r.Landed+r.Rejected+r.NonData {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestAnExtractWaitsForItsManifestAndLandsAgainWithABetterOne(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.csv", lines(2))
	source := invoiceSource(dir)
	source.Manifest = config.Manifest{File: "{name}.ctl", Required: true}
	cfg := stateFor(t, source)
	if report := mustLand(t, cfg); len(report.Landed) != 0 || report.Left != 1 {
		t.Fatalf("it did not wait: %+v", report)
	}
	put(t, dir, "a.csv.ctl", "rows: 3")
	if report := mustLand(t, cfg); len(report.Landed) != 1 || report.Landed[0].Failed == "" {
		t.Fatalf("a wrong manifest: %+v", report)
	}
	put(t, dir, "a.csv.ctl", "rows: 2")
	report := mustLand(t, cfg)
	if len(report.Landed) != 1 || report.Landed[0].Failed != "" || len(report.Over) != 0 {
		t.Fatalf("the right manifest: %+v", report)
	}
	if again := mustLand(t, cfg); again.Known != 1 {
		t.Errorf("%+v", again)
	}
}

func TestDriftIsRecordedAndFailsByRule(t *testing.T) {
	dir := t.TempDir()
	source := invoiceSource(dir)
	cfg := stateFor(t, source)
	put(t, dir, "1.csv", lines(40))
	mustLand(t, cfg)
	next := strings.Replace(goodHeader, "po_no", "project", 1) + strings.Repeat("X,C,2024-01-31,,1x,EUR,\n", 10)
	for i := range 5 {
		next += strings.Replace(goodLine(1000+i), "EUR", "JPY", 1)
	}
	put(t, dir, "2.csv", next)
	r := mustLand(t, cfg).Landed[0]
	var kinds []string
	for _, d := range r.Drift {
		kinds = append(kinds, d.Kind+": "+d.What)
	}
	want := []string{"new_column: columns that 1.csv had not: project", "missing_column: columns that 1.csv had: po_no",
		`type: column "amount" can no longer be read in 10 of 15 records`, "rows: 15 records after 40 in 1.csv", "currency: never seen before: JPY"}
	if strings.Join(kinds, "\n") != strings.Join(want, "\n") || r.Failed != "" {
		t.Errorf("%q %s", kinds, r.Failed)
	}
	cfg.Sources[0].Drift = map[string]string{"rows": "fail", "currency": "off"}
	put(t, dir, "3.csv", lines(100))
	report := mustLand(t, cfg) // all three, under the new contract
	if len(report.Landed) != 3 || report.Landed[1].Failed == "" || len(report.Landed[1].Drift) != 4 || report.Landed[2].Failed == "" {
		t.Errorf("%+v", report.Landed)
	}
}

func TestSnapshotsKnowTheirDay(t *testing.T) {
	dir := t.TempDir()
	source := invoiceSource(dir)
	source.Extract, source.Vanished, source.Day = "snapshot", "error", `(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)`
	cfg := stateFor(t, source)
	put(t, dir, "list-20250131.csv", lines(3))
	if r := mustLand(t, cfg).Landed[0]; r.Day != "2025-01-31" || r.Vanished != "error" {
		t.Errorf("%+v", r)
	}
	put(t, dir, "list-20250228.csv", lines(2))
	if r := mustLand(t, cfg).Landed[0]; r.Failed != "1 rows of invoices that list-20250131.csv had are not in it, and invoices declares that an error (vanished): INV2" {
		t.Errorf("%+v", r)
	}
	put(t, dir, "list-20250231.csv", lines(4))
	if r := mustLand(t, cfg).Landed[0]; r.Failed != `the name "list-20250231.csv" says the day 2025-02-31, which is none` {
		t.Errorf("%+v", r)
	}
}

func TestCorrectedRecordsLandAndPointToTheOldBatch(t *testing.T) {
	for _, format := range []string{"csv", "fixed"} {
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			source := invoiceSource(dir)
			text := goodHeader + goodLine(1) + "X,C,2024-01-31,,1x0,EURO,\n" + "Y,C,31.1.2024,,1x,EUR,\n" + goodLine(2)
			if format == "fixed" {
				text = aligned(text)
				source.Format, source.Fixed.Bars = "fixed", true
			}
			put(t, dir, "a.csv", text)
			cfg := stateFor(t, source)
			first := mustLand(t, cfg)
			if len(first.Over) != 1 || first.Landed[0].Rejected != 2 {
				t.Fatalf("%+v", first.Landed)
			}
			corrected := export(t, cfg, func(text string) string { return strings.ReplaceAll(text, "1x0", "100") })
			report, err := Replay(t.Context(), cfg, slog.New(slog.DiscardHandler), strings.NewReader(corrected))
			if err != nil || len(report.Landed) != 1 {
				t.Fatalf("%+v, %v", report, err)
			}
			r := report.Landed[0]
			if r.Of != first.Landed[0].Batch || r.Landed != 1 || r.Rejected != 0 || len(r.Corrected) != 1 {
				t.Errorf("%+v", r)
			}
			rejects, err := Rejects(cfg.State)
			if err != nil || len(rejects) == 0 || strings.Contains(rejects[0].Text, "X") {
				t.Errorf("still in quarantine: %+v, %v", rejects, err)
			}
			if _, err := Replay(t.Context(), cfg, slog.New(slog.DiscardHandler), strings.NewReader(corrected)); err == nil {
				t.Error("a record was corrected twice")
			}
			cfg.Sources[0].NonData = []string{"^never"} // another contract: all lands again, and the correction still points to its batch
			again := mustLand(t, cfg)
			if len(again.Landed) != 2 || again.Landed[1].Of != again.Landed[0].Batch || again.Landed[1].Landed != 1 {
				t.Errorf("%+v", again.Landed)
			}
		})
	}
}

// aligned puts cells between bars.
func aligned(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		for cell := range strings.SplitSeq(strings.TrimRight(line, "\n"), ",") {
			fmt.Fprintf(&out, "|%-12s", cell)
		}
		out.WriteString("|\n")
	}
	return out.String()
}

// export is the quarantine as CSV, with its texts corrected.
func export(t *testing.T, cfg config.Config, correct func(string) string) string {
	t.Helper()
	rejects, err := Rejects(cfg.State)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	_ = w.Write([]string{"batch", "line", "reason", "text"})
	for _, r := range rejects {
		_ = w.Write([]string{r.Batch, strconv.FormatInt(r.Line, 10), r.Reason, correct(r.Text)})
	}
	w.Flush()
	return out.String()
}

func TestRejectsAreToleratedAsAShare(t *testing.T) {
	dir := t.TempDir()
	source := invoiceSource(dir)
	source.MaxRejects = "2%"
	put(t, dir, "a.csv", lines(49)+"X,C\n")
	put(t, dir, "b.csv", lines(48)+"X,C\n")
	if report := mustLand(t, stateFor(t, source)); len(report.Over) != 1 || report.Over[0].File != "b.csv" {
		t.Errorf("%+v", report.Over)
	}
	if _, err := os.Stat(filepath.Join(dir, "inbox", "a.csv")); err != nil {
		t.Error("the file is gone")
	}
}

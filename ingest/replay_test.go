package ingest

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"arrears/config"
)

// TestRecordsOfEveryFormatCanBeCorrected: a record of any format that was rejected lands as it would have, once it is corrected.
func TestRecordsOfEveryFormatCanBeCorrected(t *testing.T) {
	for _, format := range []string{"csv", "tsv", "fixed", "bars", "json", "ndjson", "xlsx", "xlsx from 1904", "parquet", "arrow", "arrow stream"} {
		t.Run(format, func(t *testing.T) {
			whole := threeInvoices
			t.Cleanup(func() { threeInvoices = whole })
			name, _, _ := strings.Cut(format, " ")
			text, declare := voided(t, format, "2024-05-01", "2024-05-02")
			_, want, _ := landIn(t, text, name, declare)
			text, declare = voided(t, format, "never-ever", "sometime..")
			first, _, cfg := landIn(t, text, name, declare)
			if first.Rejected != 2 || first.Landed != 1 {
				t.Fatalf("%+v", first)
			}
			// The second one is corrected wrongly first.
			replay(t, cfg, first.Batch, "never-ever", "2024-05-01", "sometime..", "someday...")
			again, err := Rejects(cfg.State)
			if err != nil || len(again) != 1 || !strings.Contains(again[0].Text, "someday...") {
				t.Fatalf("in quarantine: %+v, %v", again, err)
			}
			replay(t, cfg, again[0].Batch, "someday...", "2024-05-02")
			if got := sorted(t, cfg); !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
			if left, err := Rejects(cfg.State); err != nil || len(left) > 0 {
				t.Errorf("in quarantine: %+v, %v", left, err)
			}
			cfg.Sources[0].NonData = append(cfg.Sources[0].NonData, "^never") // another contract: all lands again
			if mustLand(t, cfg); !slices.Equal(sorted(t, cfg), want) {
				t.Errorf("under another contract it is %q", sorted(t, cfg))
			}
		})
	}
}

// replay corrects words in what is in quarantine, and wants one record to land for a batch.
func replay(t *testing.T, cfg config.Config, of string, words ...string) {
	t.Helper()
	corrected := export(t, cfg, strings.NewReplacer(words...).Replace)
	report, err := Replay(t.Context(), cfg, slog.New(slog.DiscardHandler), strings.NewReader(corrected))
	if err != nil || len(report.Landed) != 1 || report.Landed[0].Landed != 1 || report.Landed[0].Of != of {
		t.Fatalf("%+v, %v\n%s", report, err, corrected)
	}
}

// voided is a file of which two invoices were voided on days that are read from the column po_no.
func voided(t *testing.T, format, first, second string) (text []byte, declare func(*config.Source)) {
	t.Helper()
	threeInvoices = slices.Clone(threeInvoices)
	for i, day := range []string{first, second, ""} {
		threeInvoices[i] = slices.Clone(threeInvoices[i])
		threeInvoices[i][6] = day
	}
	text, declared := fileOf(t, format)
	return text, func(s *config.Source) {
		declared(s)
		if s.Maps[0].Columns == nil {
			s.Maps[0].Columns = map[string]config.Column{}
		}
		s.Maps[0].Columns["voided_on"], s.Maps[0].Columns["po_no"] = config.Column{From: "po_no"}, config.Column{From: "po_no"}
	}
}

// fileOf is the three invoices in a format of any kind.
func fileOf(t *testing.T, format string) (text []byte, declare func(*config.Source)) {
	t.Helper()
	switch format {
	case "parquet":
		return parquetOf(t), func(*config.Source) {}
	case "xlsx from 1904":
		text, declare = inFormat(t, "xlsx")
		return from1904(t, text), declare
	}
	return inFormat(t, format)
}

func from1904(t *testing.T, text []byte) []byte {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	if err := book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sorted are the rows that landed of a state without batch and line, in order.
func sorted(t *testing.T, cfg config.Config) (rows []string) {
	t.Helper()
	for _, row := range stateRows(t, cfg.State) {
		if !strings.HasPrefix(row, "reject ") {
			rows = append(rows, strings.TrimSpace(batchAndLine.ReplaceAllString(row, "")))
		}
	}
	slices.Sort(rows)
	return rows
}

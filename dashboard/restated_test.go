package dashboard

import (
	"encoding/csv"
	"strings"
	"testing"
)

func TestRestatementsAreListedWithTheFilesBehindThem(t *testing.T) {
	h, _, _ := newPages(t)
	shown := reads(byID(t, document(t, h, "/"), "restated"))
	at := -1
	for _, want := range []string{
		"Net receivables, Aug 2026 EUR 2,800,000.00 → EUR 2,801,250.25 · rows landed ▲ +1,250.25 EUR higher",
		"Days sales outstanding, Aug 2026 49.0 days → 48.5 days · rows landed ▼ −0.5 days lower",
		"sales, Aug 2026 – → JPY 7 · rows landed ● no figure",
		"Aging by due date 1-30, Aug 2026 EUR 100.00 → EUR 1,350.25",
		"Collection effectiveness index, Jul 2026 80.5 % → 82.0 % · models changed ▲ +1.5 points higher",
		"august.csv from bank: payments of Aug 2026",
		"invoices-late.csv from erp: invoices of Aug 2026 to Sep 2026",
		"Figures restated: 5, closed months among them: 2, last found on 31 Oct 2026.",
	} {
		found := strings.Index(shown, want)
		if found <= at {
			t.Errorf("the panel lacks %q in its place: %q", want, shown)
		}
		at = max(at, found)
	}
	if strings.Contains(shown, "changed-nothing.csv") || strings.Contains(shown, "1,100,000.00") {
		t.Errorf("the panel says what belongs to another run or entity: %q", shown)
	}
}

func TestRestatementsFollowTheChoice(t *testing.T) {
	h, _, c := newPages(t)
	for path, wants := range map[string][]string{
		"/?entity=DE01":  {"EUR 1,100,000.00 → EUR 1,101,250.25", "Figures restated: 1", "invoices-late.csv"},
		"/?entity=NL01":  {"Nothing of a closed month has changed since."},
		"/?currency=USD": {"not by document currency"},
	} {
		shown := reads(byID(t, document(t, h, path), "restated"))
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s lacks %q: %q", path, want, shown)
			}
		}
		if path != "/?entity=DE01" && strings.Contains(shown, ".csv") {
			t.Errorf("%s names files behind nothing: %q", path, shown)
		}
	}
	c.do("delete from mart.restatement")
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	if shown := reads(byID(t, document(t, h, "/"), "restated")); !strings.Contains(shown, "Nothing of a closed month has changed since.") {
		t.Errorf("without restatements the panel says %q", shown)
	}
}

func TestALongListOfRestatementsIsCutShort(t *testing.T) {
	h, _, c := newPages(t)
	c.do(`insert into mart.restatement select 'r9', 'r8', '2026-10-31 07:00:00', '', 24310, '2025-11-30', 'dso', '', '', '', 'days', 'EUR', i, i + 1, 1
		from range(10) as r(i)`)
	c.do("insert into mart.restatement_batch select 'r9', 'r8', 'c' || i, 'erp', 'part-' || i || '.csv', 'write_offs', 24310, 1 from range(5) as r(i)")
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	shown := reads(byID(t, document(t, h, "/"), "restated"))
	for _, want := range []string{"cause not recorded", "9 more in the table below.", "part-0.csv from erp: write offs of Nov 2025", "4 more are"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the panel lacks %q: %q", want, shown)
		}
	}
	for panel, rows := range map[string]int{"restated": 15, "restated_files": 8} {
		records, err := csv.NewReader(get(t, h, "/panel/"+panel+".csv").Body).ReadAll()
		if err != nil || len(records) != rows+1 {
			t.Errorf("%s.csv has %d lines, want %d and a head (%v)", panel, len(records), rows, err)
		}
	}
}

func TestFilesThatCannotBeReadLeaveTheRestatements(t *testing.T) {
	c := newCompany(t).fill()
	c.do("drop table mart.restatement_batch")
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	shown := reads(byID(t, document(t, h, "/"), "restated"))
	if !strings.Contains(shown, "2,801,250.25") || !strings.Contains(shown, "could not be read") {
		t.Errorf("the panel says %q", shown)
	}
}

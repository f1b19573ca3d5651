package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A list of open items a month, of which one record is wrong: it is exported, corrected and replayed, and what vanished then closes.
func TestOpenItemListsAreCorrectedAndClose(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "arrears.yaml")
	put(t, path, `currency: EUR
sources:
  - name: list
    files: [items-*.csv]
    settle: 0s
    extract: snapshot
    vanished: closed
    day: 'items-(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)'
    max_rejects: 1
    maps: [{dataset: invoices, canonical: true}]
`)
	header := "invoice_id,customer_id,issued_on,due_on,amount,currency\n"
	put(t, filepath.Join(dir, "items-2025-01-31.csv"), header+"A,C,2025-01-01,2025-01-31,10,EUR\nB,C,2025-01-01,2025-01-31,20,EUR\nD,C,2025-01-01,2025-01-31,40,EUR\n")
	put(t, filepath.Join(dir, "items-2025-02-28.csv"), header+"B,C,2025-01-01,2025-01-31,20,EUR\nD,C,2025-01-01,2025-01-31,4O,EUR\n")
	net := func() string {
		must(t, exitDone, "run", "-c", path, "--as-of", "2025-03-31")
		return kpis(t, "-c", path)["ar_net"].String()
	}
	if got := net(); got != "70" { // while D is in quarantine nobody knows what the second list lacks
		t.Errorf("open are %s", got)
	}
	rejects := filepath.Join(dir, "rejects.csv")
	text := must(t, exitDone, "rejects", "-c", path, "-o", "csv").stdout
	put(t, rejects, strings.ReplaceAll(text, "4O,EUR", "40,EUR"))
	said := must(t, exitDone, "rejects", "replay", "-c", path, rejects).stdout
	if !strings.Contains(said, "1 of 1 corrected records landed") {
		t.Error(said)
	}
	if got := net(); got != "60" {
		t.Errorf("open are %s, want 60 now that A is gone", got)
	}
	gone := query(t, "select invoice_id, cast(listed_on as varchar) as listed, cast(gone_on as varchar) as gone from mart.cleared_between", "-c", path)
	if len(gone) != 1 || gone[0]["invoice_id"] != "A" || gone[0]["listed"] != "2025-01-31" || gone[0]["gone"] != "2025-02-28" {
		t.Errorf("%v", gone)
	}
	list := decode[map[string]any](t, must(t, exitDone, "sources", "-c", path, "-o", "json"))
	if len(list) != 1 {
		t.Fatalf("%v", list)
	}
	for name, want := range map[string]string{"files": "3", "records": "6", "landed": "5", "rejected": "1", "unreconciled": "0", "in_quarantine": "0",
		"unverified": "2", "sums": "invoices 130 EUR", "listed_on": "2025-02-28"} {
		if got := show(list[0][name]); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// The ready mapping of SAP's list: credits reduce what is owed and are no open items, and due dates come from terms where the list has none.
func TestSAPListAddsUp(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"arrears.yaml", "sample/open-items-20250131.txt"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "examples", "sap-open-items", name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, name), string(text))
	}
	path := filepath.Join(dir, "arrears.yaml")
	must(t, exitDone, "run", "-c", path, "--as-of", "2025-02-14")
	if got := kpis(t, "-c", path)["ar_net"].String(); got != "100034.66" {
		t.Errorf("open are %s", got)
	}
	items := query(t, "select invoice_id, cast(due_on as varchar) as due, cast(open_amount as varchar) as open from mart.open_item order by invoice_id", "-c", path)
	var got []string
	for _, item := range items {
		got = append(got, show(item["invoice_id"])+" "+show(item["due"])+" "+show(item["open"]))
	}
	want := []string{"DE01/2025/1800000012/001 2025-02-14 1234.560",
		"DE01/2025/1800000019/001 2025-02-03 99000.000", "DE01/2025/1800000031/001 2025-03-28 0.100"}
	if !slices.Equal(got, want) {
		t.Errorf("open items are %q", got)
	}
}

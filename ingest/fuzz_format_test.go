package ingest

import (
	"bytes"
	"strings"
	"testing"

	"arrears/config"
)

// FuzzManifest: a manifest is read as figures that make sense, or refused in words.
func FuzzManifest(f *testing.F) {
	for _, seed := range []string{"", "rows: 2", "rows: -1", "rows=2\nrows=3", "sum EUR: 1.50", "sum eur: 1", "sha256: " + strings.Repeat("a", 64), strings.Repeat("A", 64) + "  a.csv",
		"# nothing", "\ufeffrows : 3\r\n", "sum USD = (1)", "rows: 99999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := readManifest(text, &plain)
		if err != nil {
			return
		}
		if c.rows < -1 || c.rows < 0 && len(c.sums) == 0 && c.digest == "" || c.digest != "" && len(c.digest) != 64 {
			t.Fatalf("%q was read as %+v", text, c)
		}
	})
}

// FuzzFixed: what is cut out of a record are its own characters at the places declared, and nothing is moved.
func FuzzFixed(f *testing.F) {
	for _, seed := range []string{"", "0001  C1   10", "Zoë   Müll12", "|a  |b   |", "a\tb", "\xff\xfe", strings.Repeat("x", 30), "      \u2003  "} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, bars bool) {
		text = bytes.ToValidUTF8(text, []byte("?")) // other records have been rejected before
		l := layout{columns: []place{{"a", 1, 4}, {"b", 5, 9}}}
		if bars {
			l.bars = []int{0, 4, 9}
		}
		cells, reason := l.cut(text)
		if reason != "" {
			return
		}
		signs := []rune(string(text))
		for i, c := range l.columns {
			want := strings.TrimSpace(string(signs[min(c.first, len(signs)):min(c.past, len(signs))]))
			if string(cells[i]) != want {
				t.Fatalf("%q: column %s is %q, want %q", text, c.name, cells[i], want)
			}
		}
	})
}

// FuzzHeader: a column is found by its own name to the letter, once, or the file is refused.
func FuzzHeader(f *testing.F) {
	for _, seed := range []string{strings.TrimSpace(goodHeader), "", "a,a", "invoice_id", " invoice_id,customer_id", strings.ToUpper(goodHeader), "invoice_id,customer_id,issued_on,amount,currency,,,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		header := strings.Split(text, ",")
		p, err := planFor(config.Source{Format: "csv", Maps: []config.Map{{Dataset: "invoices", Canonical: true}}}, header, 1)
		if err != nil {
			return
		}
		for _, b := range p.maps[0].bindings {
			if b.cell >= 0 && header[b.cell] != b.field.Name {
				t.Fatalf("%q: %s is read from column %d", text, b.field.Name, b.cell)
			}
		}
	})
}

// FuzzJSONLines: guard and reader see the same records, whatever the bytes.
func FuzzJSONLines(f *testing.F) {
	for _, seed := range []string{"", "{}\n", "{}", "\n\n[1]\n", "{\"a\":\"\\\"\n{}", "\xef\xbb\xbf{}\n", "\r\n{\"invoice_id\":1}\r\n", "[[[[", "null\ntrue\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		guard := jsonGuard{lines: true}
		if guard.walk(bytes.NewReader(text)) != nil {
			return
		}
		source := config.Source{Format: "ndjson", Maps: []config.Map{{Dataset: "customers", Canonical: true}}}
		p, err := planFor(source, wanted(source), 0)
		if err != nil {
			t.Fatal(err)
		}
		r := jsonReader{gatherer: newGatherer(p, job{Source: source, Folder: t.TempDir()}), names: map[string]int{}, seen: make([]bool, len(p.header)), other: map[string]bool{}}
		if err := r.eachLine(bytes.NewReader(text), int64(len(text)), func(int64) {}); err != nil {
			t.Fatal(err)
		}
		if tally := r.loader.tally; tally.landed+tally.rejected+tally.nonData != guard.records && !bytes.HasPrefix(text, []byte{0xef}) {
			t.Fatalf("the guard counts %d records, the reader %+v", guard.records, tally)
		}
	})
}

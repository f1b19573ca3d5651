package ingest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"arrears/config"
)

// cases is how many random cases a test tries: few in the normal run, all of them in make test-long.
func cases(short, long int) int {
	if os.Getenv("ARREARS_LONG") != "" {
		return long
	}
	return short
}

// table is a clean extract.
type cleanTable [][]string

func randomTable(r *rand.Rand) cleanTable {
	texts := []string{"PO 1", "", "Zoë & Søn", "a,b", `5" pipe`, "two\nlines", "semi;colon", "tab\there", "'quoted'x", "000123", "–"}
	t := make(cleanTable, 1+r.IntN(12))
	for i := range t {
		t[i] = []string{fmt.Sprintf("INV%04d", i), fmt.Sprintf("C%d", r.IntN(5)), fmt.Sprintf("2024-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28)), "",
			fmt.Sprintf("%d.%02d", r.IntN(100000), r.IntN(100)), []string{"EUR", "USD"}[r.IntN(2)], texts[r.IntN(len(texts))]}
	}
	return t
}

// writing is how a table is written to a file.
type writing struct {
	delimiter, quote, ends string
	escape                 string // stands before a quote inside a quoted value
	all                    bool   // every value is quoted
}

func (w writing) row(cells []string) string {
	written := make([]string, len(cells))
	for i, c := range cells {
		if w.all || strings.ContainsAny(c, w.delimiter+w.quote+"\r\n") {
			c = w.quote + strings.ReplaceAll(c, w.quote, w.escape+w.quote) + w.quote
		}
		written[i] = c
	}
	return strings.Join(written, w.delimiter) + w.ends
}

func (t cleanTable) write(w writing) []string {
	lines := []string{w.row(canonicalHeader)}
	for _, row := range t {
		lines = append(lines, w.row(row))
	}
	return lines
}

// manifest is what the sender knows to be true of the table.
func (t cleanTable) manifest() string {
	sums := map[string]int64{}
	for _, row := range t {
		v, _ := plain.number([]byte(row[4]), amountScale)
		sums[row[5]] += v
	}
	text := fmt.Sprintf("rows: %d\n", len(t))
	for currency, v := range sums {
		text += fmt.Sprintf("sum %s: %d.%03d\n", currency, v/1000, v%1000)
	}
	return text
}

// pollutions are ways in which a file turns out other than it was declared.
var pollutions = []struct {
	name  string
	spoil func(r *rand.Rand, t cleanTable, w writing) string
}{
	{"another delimiter", func(r *rand.Rand, t cleanTable, w writing) string {
		w.delimiter = []string{";", "\t", "|", ", ", ",,", " "}[r.IntN(6)]
		return strings.Join(t.write(w), "")
	}},
	{"another delimiter in a row", func(r *rand.Rand, t cleanTable, w writing) string {
		lines := t.write(w)
		w.delimiter = []string{";", "\t", "|"}[r.IntN(3)]
		at := r.IntN(len(t))
		lines[at+1] = w.row(t[at])
		return strings.Join(lines, "")
	}},
	{"another quote", func(r *rand.Rand, t cleanTable, w writing) string {
		w.quote = []string{"'", "`", "“"}[r.IntN(3)]
		return strings.Join(t.write(w), "")
	}},
	{"another escape", func(_ *rand.Rand, t cleanTable, w writing) string {
		w.escape = `\`
		return strings.Join(t.write(w), "")
	}},
	{"another record separator", func(r *rand.Rand, t cleanTable, w writing) string {
		w.ends = []string{"\r", "\r\n", "\n\r", "\x1e", "\u2028", ""}[r.IntN(6)]
		return strings.Join(t.write(w), "")
	}},
	{"mixed line ends", func(r *rand.Rand, t cleanTable, w writing) string {
		lines := t.write(w)
		for i := range lines {
			lines[i] = strings.TrimSuffix(lines[i], w.ends) + []string{"\n", "\r\n", "\r", "\n\n", "\r\n\r\n"}[r.IntN(5)]
		}
		return strings.Join(lines, "")
	}},
	{"preamble", func(r *rand.Rand, t cleanTable, w writing) string {
		return strings.Repeat([]string{"Open items as of 2024-12-31\n", ",,,,,,\n", "# made by the ledger\n"}[r.IntN(3)], 1+r.IntN(3)) + strings.Join(t.write(w), "")
	}},
	{"footer", func(r *rand.Rand, t cleanTable, w writing) string {
		return strings.Join(t.write(w), "") + []string{"Total,,,,99.00,,\n", "3 records\n", ",,,,,,\n", "END", "Total,,2024-12-31,,99.00,EUR,\n"}[r.IntN(5)]
	}},
	{"repeated header", func(r *rand.Rand, t cleanTable, w writing) string {
		lines := t.write(w)
		return strings.Join(slices.Insert(lines, 1+r.IntN(len(lines)), lines[0]), "")
	}},
	{"ragged", func(r *rand.Rand, t cleanTable, w writing) string {
		lines := t.write(w)
		at := 1 + r.IntN(len(t))
		switch r.IntN(3) {
		case 0:
			lines[at] = strings.TrimSuffix(lines[at], w.ends) + "," + w.ends
		case 1:
			lines[at] = w.row(t[at-1][:r.IntN(7)])
		default:
			lines[at] = w.row(slices.Delete(slices.Clone(t[at-1]), 3, 4))
		}
		return strings.Join(lines, "")
	}},
	{"swapped columns", func(r *rand.Rand, t cleanTable, w writing) string {
		lines := t.write(w)
		row := slices.Clone(t[r.IntN(len(t))])
		row[2], row[4] = row[4], row[2]
		return strings.Join(append(lines, w.row(row)), "")
	}},
	{"another encoding", func(r *rand.Rand, t cleanTable, w writing) string {
		text := strings.Join(t.write(w), "")
		switch r.IntN(3) {
		case 0:
			return string(bytes.ReplaceAll(bytes.ReplaceAll([]byte(text), []byte("ë"), []byte{0xeb}), []byte("ø"), []byte{0xf8}))
		case 1:
			var b []byte
			for _, u := range utf16.Encode([]rune(text)) {
				b = append(b, byte(u), byte(u>>8))
			}
			return string(b)
		}
		return "\xff\xfe" + text
	}},
	{"byte order mark", func(_ *rand.Rand, t cleanTable, w writing) string { return "\ufeff" + strings.Join(t.write(w), "") }},
	{"zero byte", func(r *rand.Rand, t cleanTable, w writing) string {
		text := strings.Join(t.write(w), "")
		at := r.IntN(len(text))
		return text[:at] + "\x00" + text[at:]
	}},
	{"unterminated quote", func(r *rand.Rand, t cleanTable, w writing) string {
		lines := t.write(w)
		at := 1 + r.IntN(len(t))
		cells := strings.Split(lines[at], ",")
		i := r.IntN(len(cells))
		cells[i] = `"` + cells[i]
		lines[at] = strings.Join(cells, ",")
		return strings.Join(lines, "")
	}},
	{"stray quote", func(r *rand.Rand, t cleanTable, w writing) string {
		text := strings.Join(t.write(w), "")
		at := r.IntN(len(text))
		return text[:at] + `"` + text[at:]
	}},
	{"cut off", func(r *rand.Rand, t cleanTable, w writing) string {
		text := strings.Join(t.write(w), "")
		return text[:r.IntN(len(text))]
	}},
	{"rows twice", func(r *rand.Rand, t cleanTable, w writing) string {
		lines := t.write(w)
		return strings.Join(append(lines, lines[1+r.IntN(len(t))]), "")
	}},
	{"another notation", func(r *rand.Rand, t cleanTable, w writing) string {
		lines := t.write(w)
		at := r.IntN(len(t))
		row := slices.Clone(t[at])
		switch r.IntN(4) {
		case 0:
			row[4] = strings.ReplaceAll(row[4], ".", ",")
		case 1:
			row[4] += "-"
		case 2:
			row[4] = "1e3"
		default:
			row[2] = strings.ReplaceAll(row[2], "-", "/")
		}
		lines[at+1] = w.row(row)
		return strings.Join(lines, "")
	}},
}

// readHere reads a text in this process, as a worker would.
func readHere(t *testing.T, folder string, text []byte, source config.Source, manifest string) (result, []string) {
	t.Helper()
	f, err := os.CreateTemp(folder, "in-*")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.Write(text); err != nil {
		t.Fatal(err)
	}
	j := job{Batch: "b", Source: source, File: "a", Folder: folder, Manifest: manifest, Ratio: 200, Unpacked: 50 << 20}
	r := j.run(f, func(int64) {})
	if r.Broken != "" {
		t.Fatalf("the machine is blamed: %s", r.Broken)
	}
	var landed []string
	for _, d := range r.Datasets {
		landed = append(landed, rowsOf(t, filepath.Join(folder, d.Name))...)
	}
	for i := range landed {
		landed[i] = batchAndLine.ReplaceAllString(landed[i], "")
	}
	slices.Sort(landed)
	return r, landed
}

// TestNoPollutedFileIsAcceptedWithOtherData: with the contract at its strictest (no record rejected, the last one closed, the sender's count and
// sums), what is accepted is what was meant.
func TestNoPollutedFileIsAcceptedWithOtherData(t *testing.T) {
	folder := t.TempDir()
	source := invoiceSource(folder)
	source.CSV.Closed = true
	n, accepted := cases(240, 5000), 0
	for seed := range n {
		r := rand.New(rand.NewPCG(uint64(seed), 6))
		table := randomTable(r)
		w := writing{delimiter: ",", quote: `"`, ends: "\n", escape: `"`, all: r.IntN(4) == 0}
		clean, want := readHere(t, folder, []byte(strings.Join(table.write(w), "")), source, table.manifest())
		if clean.Failed != "" || clean.Rejected > 0 || len(want) != len(table) {
			t.Fatalf("seed %d: the clean file was not accepted: %+v", seed, clean)
		}
		p := pollutions[seed%len(pollutions)]
		text := p.spoil(r, table, w)
		got, landed := readHere(t, folder, []byte(text), source, table.manifest())
		if got.Records != got.Landed+got.Rejected+got.NonData {
			t.Errorf("seed %d, %s: %+v", seed, p.name, got)
		}
		if got.Failed != "" || got.Rejected > 0 {
			continue
		}
		accepted++
		if !slices.Equal(landed, want) {
			t.Errorf("seed %d, %s: accepted with other data\n%q\nread as %q\nfor     %q", seed, p.name, text, landed, want)
		}
	}
	t.Logf("%d of %d polluted files were accepted, all as they were meant", accepted, n)
	if accepted < n/20 || accepted > n/2 {
		t.Errorf("%d of %d accepted: the pollutions are too mild or too rough to mean something", accepted, n)
	}
}

func TestHugeRecordsAndHeadersAreToldInTime(t *testing.T) {
	if os.Getenv("ARREARS_LONG") == "" {
		t.Skip("40 MB of one record: in make test-long")
	}
	folder := t.TempDir()
	source := invoiceSource(folder)
	long := goodHeader + goodLine(1) + "X,C,2024-01-31,,1,EUR," + strings.Repeat("x", 40<<20) + "\n" + goodLine(2)
	if r, _ := readHere(t, folder, []byte(long), source, ""); r.Landed != 2 || r.Rejected != 1 || r.Records != 3 {
		t.Errorf("%+v", r)
	}
	open := goodHeader + goodLine(1) + "X,\"" + strings.Repeat("x\n", 20<<20) + goodLine(2)
	if r, _ := readHere(t, folder, []byte(open), source, ""); r.Failed != "" || r.Records != r.Landed+r.Rejected || r.Landed != 2 {
		t.Errorf("%+v", r)
	}
	wide := strings.Repeat("c,", 1_000_000) + "invoice_id\n" + strings.Repeat("1,", 1_000_000) + "2\n"
	if r, _ := readHere(t, folder, []byte(wide), source, ""); r.Failed == "" {
		t.Errorf("%+v", r)
	}
}

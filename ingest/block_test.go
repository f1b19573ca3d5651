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

	"pgregory.net/rapid"
)

// landed is what a text becomes when it is read in blocks of a size.
type landed struct {
	rows, rejects []string
	tally         tally
	counted       int64
}

func readInBlocks(t testing.TB, dir, text string, size int64) landed {
	t.Helper()
	j := job{Batch: "b", Source: invoiceSource(dir), File: "f", Folder: dir}
	d := dialectOf(j.Source)
	in := bytes.NewReader([]byte(text))
	header, start, line, err := readHeader(d, wholeText{in, in.Size()})
	if err != nil {
		t.Fatal(err)
	}
	p, err := planFor(j.Source, header, 1)
	if err != nil {
		t.Fatal(err)
	}
	out := newOutput(p, j)
	lane := pipeline{in: wholeText{in, in.Size()}, job: j, plan: p, dialect: d, progress: func(int64) {}, block: size}
	if err := lane.run(start, line, out); err != nil {
		t.Fatal(err)
	}
	r, err := out.finish()
	if err != nil {
		t.Fatal(err)
	}
	got := landed{tally: out.tally}
	if len(r.Datasets) > 0 {
		got.rows = rowsOf(t, filepath.Join(dir, r.Datasets[0].Name))
	}
	if r.Rejects != "" {
		got.rejects = rowsOf(t, filepath.Join(dir, r.Rejects))
	}
	if got.counted, err = d.counter().count(bytes.NewReader([]byte(text))); err != nil {
		t.Fatal(err)
	}
	return got
}

// TestBlocksDecideNothing: a file full of quoted line ends and stray quotes gives the same rows, rejects and line numbers
// whether it is read in one block or in many that begin anywhere.
func TestBlocksDecideNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var text strings.Builder
		text.WriteString(goodHeader)
		for i := range rapid.IntRange(1, 60).Draw(r, "records") {
			switch rapid.IntRange(0, 7).Draw(r, "kind") {
			case 0:
				fmt.Fprintf(&text, "I%d,\"C\n%d\",2024-01-31,,%d,EUR,\"a\n\n\"\"b\"\n", i, i, i)
			case 1:
				fmt.Fprintf(&text, "I%d,\"C,2024-01-31,,%d,EUR,x\n", i, i)
			case 2:
				fmt.Fprintf(&text, "I%d,C\"x\",2024-01-31,,%d,EUR,\"x\n", i, i)
			case 3:
				text.WriteString("\n\r\n")
			case 4:
				fmt.Fprintf(&text, "\"I%d\n,C,2024-01-31,,1,EUR,\n\",C,2024-01-31,,%d,EUR,\n", i, i)
			default:
				text.WriteString(goodLine(i))
			}
		}
		whole := text.String()
		if rapid.Bool().Draw(r, "cut") {
			whole = whole[:rapid.IntRange(len(goodHeader), len(whole)).Draw(r, "at")]
		}
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			r.Fatal(err)
		}
		want := readInBlocks(t, dir, whole, blockSize)
		got := readInBlocks(t, dir, whole, int64(rapid.IntRange(1, 300).Draw(r, "block")))
		if !slices.Equal(got.rows, want.rows) || !slices.Equal(got.rejects, want.rejects) {
			r.Fatalf("rows %q\nwant %q\nrejects %q\nwant %q", got.rows, want.rows, got.rejects, want.rejects)
		}
		if n := want.tally.landed + want.tally.rejected + want.tally.nonData; n != want.counted {
			r.Fatalf("%d records and %d counted", n, want.counted)
		}
	})
}

// TestDamagedBytesNeverPassUnseen changes single bytes of a file. Every record is accounted for, and no row is changed
// beyond the one the byte was in.
func TestDamagedBytesNeverPassUnseen(t *testing.T) {
	var text strings.Builder
	text.WriteString(goodHeader)
	for i := range 20 {
		fmt.Fprintf(&text, "INV%d,C%d,2024-01-31,2024-02-29,%d.50,EUR,\"P,%d\"\n", i, i%3, i, i)
	}
	clean := text.String()
	dir := t.TempDir()
	want := withoutLine(readInBlocks(t, dir, clean, blockSize).rows)
	random := rand.New(rand.NewPCG(3, 4))
	tries := 80
	if os.Getenv("ARREARS_LONG") != "" {
		tries = 20_000
	}
	for range tries {
		at := len(goodHeader) + random.IntN(len(clean)-len(goodHeader))
		damaged := clean[:at] + string("\"\n\r,\x00\xff-9x"[random.IntN(9)]) + clean[at+1:]
		got := readInBlocks(t, dir, damaged, 200)
		if n := got.tally.landed + got.tally.rejected + got.tally.nonData; n != got.counted {
			t.Fatalf("byte %d: %d records and %d counted", at, n, got.counted)
		}
		changed := 0
		for _, row := range withoutLine(got.rows) {
			if !slices.Contains(want, row) {
				changed++
			}
		}
		if changed > 1 || len(want)-len(got.rows) > 2 {
			t.Fatalf("byte %d: %d rows changed, %d of %d landed\n%s", at, changed, len(got.rows), len(want), damaged)
		}
	}
}

// withoutLine leaves out where rows stand: one line end more or less moves all that follow.
func withoutLine(rows []string) []string {
	var values []string
	for _, row := range rows {
		text, _, _ := strings.Cut(row, " _line=")
		values = append(values, text)
	}
	return values
}

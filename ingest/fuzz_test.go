package ingest

import (
	"bytes"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// FuzzRecords: the parser and the independent counter agree on any bytes, the parser moves on, and reading in small pieces
// gives what reading at once gives.
func FuzzRecords(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "\r\n", "a", "a,b\n1,2\n", "\"a\n\"b\n", "a,\"b\n,c\"\r\nx", "\"\"\"\",\"\"\n", "a\rb\n", "\r\r\n", "\ufeffa,b\n",
		"\"a\"x,\"b\n\"\n", ",\"\n,,\n\"", "a,\"b", "\"\r", "\"a\"\r", "a,b\r", "\"a\n\nb\",c\n\n", "a\"b,\"c\nd\"\n",
	} {
		f.Add([]byte(seed), byte(0), true)
	}
	for _, text := range oddFiles(f) {
		f.Add(text, byte(0), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, which byte, quotes bool) {
		delimiter := ",;\t|"[which%4]
		quote := -1
		if quotes {
			quote = '"'
		}
		headed := append([]byte("header\n"), text...)
		tokens, records := newTokenizer(delimiter, quote), int64(0)
		for pos := 0; pos < len(text); {
			end, state := tokens.next(text, pos, true)
			if state != whole || end <= pos {
				t.Fatalf("at %d: state %d, end %d", pos, state, end)
			}
			again, state := tokens.next(append(text[:end:end], 'x'), pos, false) // what follows a line end decides nothing
			if text[end-1] == '\n' && state == whole && again != end {
				t.Fatalf("at %d: ends at %d, and at %d when more may follow", pos, end, again)
			}
			if !blank(text[pos:end]) {
				records++
			}
			pos = end
		}
		counted, err := counter{delimiter, '"', quotes, 1}.count(bytes.NewReader(headed))
		if err != nil || counted != records {
			t.Fatalf("parser %d, counter %d, %v", records, counted, err)
		}
	})
}

// oddFiles are small public files of every oddity; none where they do not lie beside the project.
func oddFiles(f *testing.F) (texts [][]byte) {
	f.Helper()
	const large = 8 << 10
	found, err := filepath.Glob(filepath.Join("..", "..", "shared", "data", "nasty-csv", "*", "*", "*.csv"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(text) <= large {
			texts = append(texts, text)
		}
	}
	return texts
}

// FuzzAmount: whatever is read as an amount is exactly the number that exact arithmetic reads.
func FuzzAmount(f *testing.F) {
	for _, seed := range []string{"0", "1", "-1", "1.5", ".5", "5.", "1.2345", "1.5000", "1e3", "NaN", "+1", "--1", "(1)", "1-", "1,234.5", "12,34", "999999999999999.999", "1000000000000000", "−1", "1 234", "٣", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := plain.number([]byte(text), amountScale)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(text)
		if !ok || strings.ContainsAny(text, "/eEpPxXoObB_") {
			t.Fatalf("%q was read as %d", text, v)
		}
		if want.Mul(want, big.NewRat(1000, 1)).Cmp(big.NewRat(v, 1)) != 0 {
			t.Fatalf("%q was read as %d thousandths", text, v)
		}
	})
}

// FuzzDate: whatever is read as a date is the date that the standard library reads.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0001-01-01", "0000-01-01", "9999-12-31", "2024-1-1", "2024-13-01", "24-01-01", "2024-01-01 "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		days, err := plain.date.day([]byte(text))
		want, stdErr := time.Parse(time.DateOnly, text)
		if (err == nil) != (stdErr == nil && want.Year() > 0) {
			t.Fatalf("%q: %v, and %v", text, err, stdErr)
		}
		if err == nil && want.Unix() != int64(days)*86400 {
			t.Fatalf("%q: day %d, want %v", text, days, want)
		}
	})
}

func TestTimestamps(t *testing.T) {
	p := patternOf("YYYY-MM-DD HH:MM:SS")
	us := patternOf("M/D/YYYY H:MM")
	for _, c := range []struct {
		p    pattern
		text string
		want string // empty when it must not be read
	}{
		{p, "2024-01-31", "2024-01-31T00:00:00"}, {p, "2024-01-31 10:11:12", "2024-01-31T10:11:12"}, {p, "2024-01-31T10:11", "2024-01-31T10:11:00"},
		{p, "2024-01-31T10:11:12.345678", "2024-01-31T10:11:12.345678"}, {p, "2024-01-31T10:11:12Z", "2024-01-31T10:11:12"},
		{p, "2024-01-31T01:11:12+02:00", "2024-01-30T23:11:12"}, {p, "2024-01-31T22:00:00-0330", "2024-02-01T01:30:00"},
		{p, "2024-01-31 24:00:00", ""}, {p, "2024-01-31 10:60", ""}, {p, "2024-01-31 10", ""}, {p, "2024-01-31 ", ""}, {p, "2024-01-31 10:11:12 PM", ""}, {p, "2024-02-30 10:11:12", ""},
		{us, "1/2/2024 9:05", "2024-01-02T09:05:00"}, {us, "12/31/2024", "2024-12-31T00:00:00"}, {us, "2024-01-31", ""},
		{patternOf("YYYYMMDDHHMMSS"), "20240131101112", "2024-01-31T10:11:12"},
	} {
		micros, err := c.p.at([]byte(c.text))
		got := ""
		if err == nil {
			got = time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.999999")
		}
		if got != c.want {
			t.Errorf("%s read by %s: %q, %v; want %q", c.text, c.p.text, got, err, c.want)
		}
	}
}

// TestWrittenRecordsAreReadBack: what a careful writer writes is read as it was meant, in any dialect.
func TestWrittenRecordsAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		delimiter := rapid.SampledFrom([]byte{',', ';', '\t', '|'}).Draw(t, "delimiter")
		ending := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
		width := rapid.IntRange(2, 6).Draw(t, "width")
		value := rapid.StringOfN(rapid.SampledFrom([]rune("aé,;\t|\"\r\n 1")), 0, 8, -1)
		want := rapid.SliceOfN(rapid.SliceOfN(value, width, width), 0, 20).Draw(t, "records")
		var text strings.Builder
		for _, record := range want {
			for i, v := range record {
				if i > 0 {
					text.WriteByte(delimiter)
				}
				if strings.ContainsAny(v, "\"\r\n"+string(delimiter)) || rapid.Bool().Draw(t, "quoted") {
					v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
				}
				text.WriteString(v)
			}
			text.WriteString(ending)
		}
		got := split(newTokenizer(delimiter, '"'), []byte(text.String()))
		if len(got) != len(want) {
			t.Fatalf("%d records, want %d", len(got), len(want))
		}
		for i := range want {
			if strings.Join(got[i], "\x00") != strings.Join(want[i], "\x00") {
				t.Fatalf("record %d: %q, want %q", i, got[i], want[i])
			}
		}
	})
}

package pull_test

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"arrears/config"
)

// BenchmarkPullOfPostgres is a pull into a receipted batch beside the same query's binary copy thrown away: one million rows, ten with ARREARS_LONG.
// The two take turns, and the middle of their ratios counts.
func BenchmarkPullOfPostgres(b *testing.B) {
	rows, turns := 1_000_000, 3
	if os.Getenv("ARREARS_LONG") != "" {
		rows = 10_000_000
	}
	c := startPostgres(b)
	c.do(b, "create table invoice as "+strings.ReplaceAll(generated, "ROWS", strconv.Itoa(rows)), "create index on invoice (id)", "vacuum analyze invoice")
	const query = "select * from invoice"
	var ratios []float64
	for b.Loop() {
		ratios = ratios[:0]
		for range turns {
			begun := time.Now()
			if _, err := c.PgConn().CopyTo(b.Context(), io.Discard, "copy ("+query+") to stdout (format binary)"); err != nil {
				b.Fatal(err)
			}
			copied := time.Since(begun)
			begun = time.Now()
			landOnce(b, c.address, query, int64(rows))
			pulled := time.Since(begun)
			ratios = append(ratios, pulled.Seconds()/copied.Seconds())
			b.Logf("%d rows: copied in %v, pulled in %v", rows, copied.Round(time.Millisecond), pulled.Round(time.Millisecond))
		}
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x-copy")
	b.ReportMetric(0, "ns/op")
}

// landOnce pulls everything into a new state.
func landOnce(t testing.TB, address, query string, rows int64) {
	t.Helper()
	host, port := split(t, address)
	d := database(t, host, port, query, "id")
	d.Statement, d.Stall = 10*time.Minute, time.Minute
	s := config.Source{Name: "erp", Format: "csv", CSV: plainCSV("\t"), Maps: maps(), Postgres: d}
	report, err := landInto(t, t.TempDir(), s)
	if err != nil || len(report.Landed) != 1 || report.Landed[0].Landed != rows {
		t.Fatal(fmt.Sprint(err, report.Landed))
	}
}

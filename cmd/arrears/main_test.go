package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/ingest"
	"arrears/ingest/mailbox"
	"arrears/ingest/worker"
)

// asCommand in the environment makes the test program the command itself, for tests that kill a real process.
const asCommand = "ARREARS_TEST_AS_COMMAND"

// The test program is its own worker, and where a test asks for it, the command.
func TestMain(m *testing.M) {
	if worker.Is(os.Args) {
		os.Exit(worker.Main(os.Stdin, os.Stdout, os.Stderr, ingest.Task, mailbox.Task))
	}
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// An outcome is how a command ended and what it said.
type outcome struct {
	status         int
	stdout, stderr string
}

// arrears runs one command.
func arrears(t testing.TB, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), args, &stdout, &stderr)
	return outcome{status, stdout.String(), stderr.String()}
}

// must is a command that has to end with this status.
func must(t testing.TB, status int, args ...string) outcome {
	t.Helper()
	got := arrears(t, args...)
	if got.status != status {
		t.Fatalf("arrears %s: status %d, want %d\n%s%s", strings.Join(args, " "), got.status, status, got.stdout, got.stderr)
	}
	return got
}

// A printed figure is one row of kpi -o json.
type printed struct {
	KPI, Entity, Currency, Unit, Bucket, From, To string
	AsOf                                          string `json:"as_of"`
	Value                                         *string
}

// name is the KPI, with its bucket, or the two it tells of, where it has them.
func (f printed) name() string {
	switch {
	case f.From != "":
		return f.KPI + " " + f.From + ">" + f.To
	case f.Bucket != "":
		return f.KPI + " " + f.Bucket
	}
	return f.KPI
}

// kpis are the figures a command prints, by name; nil is one that is not defined.
func kpis(t testing.TB, args ...string) map[string]*decimal.Decimal {
	t.Helper()
	values := map[string]*decimal.Decimal{}
	for _, f := range printedRows(t, args...) {
		if _, twice := values[f.name()]; twice {
			t.Fatalf("%s is printed twice", f.name())
		}
		values[f.name()] = f.value(t)
	}
	return values
}

// printedRows are the rows that kpi prints.
func printedRows(t testing.TB, args ...string) []printed {
	t.Helper()
	return decode[printed](t, must(t, exitDone, append([]string{"kpi", "-o", "json"}, args...)...))
}

func (f printed) value(t testing.TB) *decimal.Decimal {
	t.Helper()
	if f.Value == nil {
		return nil
	}
	value := number(t, *f.Value)
	return &value
}

// query is what a SELECT returns, a map a row.
func query(t testing.TB, statement string, args ...string) []map[string]any {
	t.Helper()
	return decode[map[string]any](t, must(t, exitDone, append([]string{"query", statement, "-o", "json"}, args...)...))
}

func decode[T any](t testing.TB, from outcome) []T {
	t.Helper()
	var rows []T
	read := json.NewDecoder(strings.NewReader(from.stdout))
	read.UseNumber()
	if err := read.Decode(&rows); err != nil {
		t.Fatalf("%v in %s", err, from.stdout)
	}
	return rows
}

func number(t testing.TB, text string) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A row is a record of a canonical file, column -> text.
type row = map[string]string

// putRows writes the rows of a dataset as a canonical CSV file that is old enough to be read at once.
func putRows(t testing.TB, dir, dataset string, rows []row) {
	t.Helper()
	named := map[string]bool{}
	for _, r := range rows {
		for column := range r {
			named[column] = true
		}
	}
	header := slices.Sorted(maps.Keys(named))
	var text strings.Builder
	text.WriteString(strings.Join(header, ",") + "\n")
	for _, r := range rows {
		cells := make([]string, len(header))
		for i, column := range header {
			cells[i] = `"` + strings.ReplaceAll(r[column], `"`, `""`) + `"`
		}
		text.WriteString(strings.Join(cells, ",") + "\n")
	}
	put(t, filepath.Join(dir, dataset+".csv"), text.String())
}

// put writes a file that has not been touched for an hour, so that no landing waits for it to settle.
func put(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
}

// show is a value of a query as text, a date or an amount as it is printed.
func show(value any) string { return fmt.Sprint(value) }

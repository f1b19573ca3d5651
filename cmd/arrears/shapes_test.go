package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// formula is a customer whose name a spreadsheet would run.
const formula = `=HYPERLINK("x")`

// smallShop has five documents in two entities. On 2025-03-31: 1000 is 50 days late, 600 is 19 days late, 600.50 is
// current, and 100 waits on account.
func smallShop(t testing.TB) (dir string) {
	t.Helper()
	dir = t.TempDir()
	putRows(t, dir, "customers", []row{
		{"customer_id": "C1", "name": formula, "entity": "N"},
		{"customer_id": "C2", "name": "Bee", "entity": "S"},
	})
	putRows(t, dir, "invoices", []row{
		{"invoice_id": "I1", "customer_id": "C1", "issued_on": "2025-01-10", "due_on": "2025-02-09", "amount": "1000", "currency": "EUR"},
		{"invoice_id": "I2", "customer_id": "C1", "issued_on": "2025-03-01", "due_on": "2025-03-31", "amount": "600.5", "currency": "EUR"},
		{"invoice_id": "I3", "customer_id": "C2", "issued_on": "2025-02-10", "due_on": "2025-03-12", "amount": "800", "currency": "EUR"},
	})
	putRows(t, dir, "payments", []row{
		{"payment_id": "P1", "customer_id": "C2", "received_on": "2025-02-20", "amount": "300", "currency": "EUR"},
	})
	putRows(t, dir, "applications", []row{
		{"application_id": "A1", "source_id": "P1", "invoice_id": "I3", "applied_on": "2025-02-20", "amount": "200"},
	})
	return dir
}

// configured is the small shop with an arrears.yaml, so that kpi reads what was published and lands nothing.
func configured(t testing.TB, more string) (dir, path string) {
	t.Helper()
	dir = smallShop(t)
	path = filepath.Join(dir, "arrears.yaml")
	put(t, path, `company: Small Shop
currency: EUR
as_of: 2025-03-31
`+more+`
sources:
  - {name: customers, files: [customers*.csv], settle: 0s, maps: [{dataset: customers, canonical: true}]}
  - {name: invoices, files: [invoices*.csv], settle: 0s, max_rejects: 1, maps: [{dataset: invoices, canonical: true}]}
  - {name: payments, files: [payments*.csv], settle: 0s, maps: [{dataset: payments, canonical: true}]}
  - {name: applications, files: [applications*.csv], settle: 0s, maps: [{dataset: applications, canonical: true}]}
  - {name: rates, files: [rates*.csv], settle: 0s, maps: [{dataset: rates, canonical: true}]}
`)
	return dir, path
}

func TestExitStatusSaysHowItEnded(t *testing.T) {
	_, good := configured(t, "")
	bad := filepath.Join(t.TempDir(), "arrears.yaml")
	put(t, bad, "compny: Typo\ncurrency: euro\nsources: []\n")
	must(t, exitDone, "run", "-c", good)
	for _, c := range []struct {
		name   string
		args   string
		status int
		says   string
	}{
		{"done", "kpi -c GOOD", exitDone, ""},
		{"nothing published", "kpi -c NEW", exitFailed, "nothing has been published yet"},
		{"a column that is not there", "query -c GOOD UNKNOWN", exitFailed, "nothing"},
		{"no command of that name", "frob", exitUsage, `unknown command "frob"`},
		{"no such flag", "kpi -c GOOD --fast", exitUsage, "unknown flag: --fast; see arrears kpi --help"},
		{"a flag without its value", "kpi -c", exitUsage, "flag needs an argument"},
		{"a stray word", "run now", exitUsage, `takes no argument, not "now"`},
		{"no such KPI", "kpi -c GOOD dsoo", exitUsage, `no KPI is called "dsoo"`},
		{"no such dimension", "kpi -c GOOD --by colour", exitUsage, `--by takes bucket, entity`},
		{"no such format", "kpi -c GOOD -o yaml", exitUsage, `-o takes table, json, csv, xlsx, parquet, not "yaml"`},
		{"no date", "kpi -c GOOD --as-of 31.03.2025", exitUsage, `as_of is a date like 2026-10-31`},
		{"no date for a run", "run -c GOOD --as-of 31.03.2025", exitUsage, `as_of is a date like 2026-10-31`},
		{"no time", "run -c GOOD --known-at yesterday", exitUsage, "--known-at is a time like"},
		{"two configurations", "run -c GOOD --data DIR", exitUsage, "exclude each other"},
		{"a currency beside a configuration", "run -c GOOD --currency EUR", exitUsage, "--currency goes with --data"},
		{"no currency", "kpi --data DIR --currency euros", exitUsage, "euros"},
		{"no configuration", "run -c MISSING", exitUsage, "no such file"},
		{"no folder", "run --data MISSING", exitUsage, "no such file"},
		{"a bad configuration", "run -c BAD", exitUsage, "BAD:1: compny"},
		{"the same for check", "check -c BAD", exitUsage, "BAD:1: compny"},
		{"two statements", "query -c GOOD A B", exitUsage, "query takes one statement"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, unread := configured(t, "")
			fill := strings.NewReplacer("GOOD", good, "NEW", unread, "BAD", bad, "MISSING", filepath.Join(t.TempDir(), "missing"), "DIR", t.TempDir())
			args := strings.Fields(c.args)
			for i, a := range args {
				args[i] = fill.Replace(strings.ReplaceAll(a, "UNKNOWN", "select nothing from mart.kpi"))
			}
			got := must(t, c.status, args...)
			if !strings.Contains(got.stderr, fill.Replace(c.says)) {
				t.Errorf("it says %q, want %q", got.stderr, fill.Replace(c.says))
			}
			if c.status != exitDone && (got.stdout != "" || !strings.HasPrefix(got.stderr, "arrears: ")) {
				t.Errorf("a failure prints %q, and %q where errors go", got.stdout, got.stderr)
			}
		})
	}
}

func TestQueryOnlyReads(t *testing.T) {
	_, path := configured(t, "")
	must(t, exitDone, "run", "-c", path)
	before := kpis(t, "-c", path)
	for _, statement := range []string{
		"drop table mart.kpi", "delete from mart.kpi", "update mart.kpi set value = 0", "create table x as select 1",
		"select 1; drop table mart.kpi", "copy (select 1) to '/tmp/x.csv'", "attach '/tmp/x.db'", "set memory_limit = '1GB'", "",
	} {
		must(t, exitUsage, "query", statement, "-c", path)
	}
	for _, statement := range []string{
		"select * from read_csv('/etc/passwd')", "select * from read_text('" + path + "')", "select * from '/etc/passwd'",
	} {
		if got := arrears(t, "query", statement, "-c", path); got.status == exitDone || strings.Contains(got.stdout, "root:") {
			t.Errorf("%s ends with %d: %s", statement, got.status, got.stdout)
		}
	}
	if after := kpis(t, "-c", path); len(after) != len(before) || !sameFigure(after["ar_net"], before["ar_net"]) {
		t.Errorf("the marts were %v and are %v", before, after)
	}
}

func TestRowsInQuarantineAboveTheLimitEndWithThree(t *testing.T) {
	t.Parallel()
	dir, path := configured(t, "")
	bad := "invoice_id,customer_id,issued_on,amount,currency\nI8,C1,2025-03-01,ten,EUR\n"
	put(t, filepath.Join(dir, "invoices-bad.csv"), bad)
	must(t, exitDone, "run", "-c", path)
	put(t, filepath.Join(dir, "invoices-worse.csv"), bad+"I9,C1,2025-03-01,eleven,EUR\n")
	got := must(t, exitWarnings, "run", "-c", path)
	if want := "source invoices: 2 rows of invoices-worse.csv are in quarantine: arrears rejects lists them"; !strings.Contains(got.stdout, want) {
		t.Errorf("it says %q, want %q", got.stdout, want)
	}
	must(t, exitWarnings, "run", "-c", path) // they are still there
	if rows := decode[map[string]any](t, must(t, exitDone, "rejects", "-c", path, "-o", "json")); len(rows) != 3 {
		t.Errorf("%d rows are in quarantine, want 3", len(rows))
	}
}

func TestFaultsOfAWarnCheckEndWithThree(t *testing.T) {
	t.Parallel()
	orphan := []row{{"application_id": "A2", "source_id": "P1", "invoice_id": "I404", "applied_on": "2025-02-21", "amount": "5"}}
	dir, path := configured(t, "")
	putRows(t, dir, "applications-2", orphan)
	if got := must(t, exitWarnings, "run", "-c", path); !strings.Contains(got.stdout, "check application_finds_both_ends (1)") {
		t.Errorf("it says %q", got.stdout)
	}
	dir, path = configured(t, "checks: {application_finds_both_ends: off}")
	putRows(t, dir, "applications-2", orphan)
	must(t, exitDone, "run", "-c", path)
	dir, path = configured(t, "checks: {application_finds_both_ends: error}")
	putRows(t, dir, "applications-2", orphan)
	must(t, exitFailed, "run", "-c", path)
}

func TestFailedCheckKeepsOldMarts(t *testing.T) {
	dir, path := configured(t, "")
	must(t, exitDone, "run", "-c", path)
	before := must(t, exitDone, "kpi", "-c", path, "-o", "json").stdout
	run := query(t, "select run_id from mart.run", "-c", path)[0]["run_id"]

	putRows(t, dir, "invoices-yen", []row{{"invoice_id": "I9", "customer_id": "C2", "issued_on": "2025-03-20", "due_on": "2025-04-20", "amount": "10000", "currency": "JPY"}})
	got := must(t, exitFailed, "run", "-c", path)
	if !strings.Contains(got.stderr, "a check stopped the publish: Every document has a rate") || !strings.Contains(got.stderr, "I9") {
		t.Errorf("it says %q", got.stderr)
	}
	if after := must(t, exitDone, "kpi", "-c", path, "-o", "json").stdout; after != before {
		t.Errorf("kpi said %s before and says %s", before, after)
	}
	if again := query(t, "select run_id from mart.run", "-c", path)[0]["run_id"]; again != run {
		t.Errorf("run %v is shown, want %v", again, run)
	}

	putRows(t, dir, "rates", []row{{"from_currency": "JPY", "to_currency": "EUR", "on": "2025-01-01", "rate": "0.006"}})
	must(t, exitDone, "run", "-c", path)
	if net := kpis(t, "-c", path)["ar_net"]; net.String() != "2160.5" {
		t.Errorf("with its rate the yen are in: ar_net is %s, want 2160.5", net)
	}
}

// A folder's figures are those of its files, also where an earlier command landed them and went no further.
func TestFolderIsNeverReadStale(t *testing.T) {
	dir := smallShop(t)
	kpis(t, "--data", dir)
	putRows(t, dir, "invoices-yen", []row{{"invoice_id": "I9", "customer_id": "C2", "issued_on": "2025-03-20", "due_on": "2025-04-20", "amount": "10000", "currency": "JPY"}})
	for range 2 {
		if got := arrears(t, "kpi", "--data", dir, "--currency", "EUR"); got.status != exitFailed || !strings.Contains(got.stderr, "Every document has a rate") {
			t.Errorf("status %d: %s", got.status, got.stderr)
		}
	}
	putRows(t, dir, "rates", []row{{"from_currency": "JPY", "to_currency": "EUR", "on": "2025-01-01", "rate": "0.006"}})
	if net := kpis(t, "--data", dir, "--currency", "EUR", "--as-of", "2025-03-31")["ar_net"]; net.String() != "2160.5" {
		t.Errorf("ar_net is %s, want 2160.5", net)
	}
}

func TestHelpOfEveryCommandHasAnExample(t *testing.T) {
	commands := newRoot(os.Stdout, os.Stderr).Commands()
	for _, name := range []string{"demo", "run", "serve", "check", "kpi", "explain", "rejects", "query"} {
		if !slices.ContainsFunc(commands, func(c *cobra.Command) bool { return c.Name() == name }) {
			t.Errorf("there is no command %s", name)
		}
		help := must(t, exitDone, name, "--help").stdout
		if !regexp.MustCompile(`(?m)^Examples:\n  arrears ` + name + `\b`).MatchString(help) {
			t.Errorf("arrears %s --help shows no example:\n%s", name, help)
		}
	}
	if help := must(t, exitDone, "--help").stdout; !strings.Contains(help, "Examples:\n  arrears demo") {
		t.Errorf("arrears --help shows no example:\n%s", help)
	}
}

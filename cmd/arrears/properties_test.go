package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"arrears/oracle"
	"arrears/sql"
)

// A variant of a ledger is another entity of the same company, whose figures follow from those of the ledger.
type variant struct {
	property string
	of       func(oracle.Ledger) oracle.Ledger
	expect   func(string, decimal.Decimal) decimal.Decimal // what a figure of the ledger becomes; nil: itself
	only     oracle.Day                                    // the day it holds on; none: every day
	but      []string                                      // figures it says nothing about
	later    oracle.Day                                    // the variant is read so many days later
}

// Ten million times the money is ten million times the amounts, beyond where a product of 64 bits ends; counts, days and shares stay.
func tenMillionfold(amounts map[string]bool) func(string, decimal.Decimal) decimal.Decimal {
	return func(kpi string, value decimal.Decimal) decimal.Decimal {
		if amounts[kpi] {
			return value.Shift(7)
		}
		return value
	}
}

// Two cases where there was one are twice as many; nothing that is weighted by amount notices.
func halves(kpi string, value decimal.Decimal) decimal.Decimal {
	if kpi == "unanswered_disputes" {
		return value.Mul(decimal.New(2, 0))
	}
	return value
}

func variants(t *testing.T, days []oracle.Day) map[string]variant {
	t.Helper()
	list, err := sql.KPIs()
	if err != nil {
		t.Fatal(err)
	}
	amounts := map[string]bool{}
	for _, k := range list {
		amounts[k.Name] = k.Unit == "amount"
	}
	all := map[string]variant{
		"-big": {property: "scaling all amounts scales amounts and leaves the rest", expect: tenMillionfold(amounts),
			of: func(l oracle.Ledger) oracle.Ledger { return l.Scaled(decimal.New(1, 7), "-big") }},
		"-later": {property: "shifting all dates shifts nothing else", later: oracle.Leap,
			of: func(l oracle.Ledger) oracle.Ledger { return l.Shifted(oracle.Leap, "-later") }},
		"-split": {property: "splitting invoices changes no figure weighted by amount", expect: halves,
			but: []string{"ptp_kept_rate"}, // weighs every promise alike, and those for no invoice are not split
			of:  func(l oracle.Ledger) oracle.Ledger { return l.Split("-split") }},
	}
	for i, on := range days {
		suffix := fmt.Sprint("-until", i)
		all[suffix] = variant{property: "events after the day change nothing", only: on,
			of: func(l oracle.Ledger) oracle.Ledger { return l.Until(on, suffix) }}
	}
	return all
}

func TestFiguresFollowTheirLedgers(t *testing.T) {
	t.Parallel()
	ledgers, days := seeds(40, 500), someDays(int(seeds(2, 6)))
	all := variants(t, days)
	var company []oracle.Ledger
	for i := range ledgers {
		l := oracle.Random(100_000 + i)
		company = append(company, l)
		for _, v := range all {
			company = append(company, v.of(l))
		}
	}
	dir := asOneCompany(t, company)
	compared := 0
	for _, on := range days {
		here, later := figuresOn(t, dir, on), figuresOn(t, dir, on+oracle.Leap)
		for suffix, v := range all {
			if v.only != oracle.Never && v.only != on {
				continue
			}
			read := here
			if v.later != 0 {
				read = later
			}
			for i := range ledgers {
				entity := oracle.Random(100_000 + i).Entity
				compared += follows(t, v, entity, on, here[entity], read[entity+suffix])
			}
		}
	}
	t.Logf("%d figures compared", compared)
	if compared < int(ledgers)*len(days)*100 {
		t.Errorf("only %d figures were compared", compared)
	}
}

// follows compares the figures of a variant with what becomes of those of its ledger.
func follows(t *testing.T, v variant, entity string, on oracle.Day, from, got map[string]oracle.Value) int {
	t.Helper()
	want := map[string]oracle.Value{}
	for name, value := range from {
		kpi, _, _ := strings.Cut(name, "/")
		if value.Valid && v.expect != nil {
			value.Decimal = v.expect(kpi, value.Decimal)
		}
		want[name] = value
	}
	if len(got) != len(want) {
		t.Errorf("%s: %s on %s: %d figures, want %d", v.property, entity, on, len(got), len(want))
	}
	compared := 0
	for name, value := range want {
		if slices.Contains(companyWide, name) || slices.Contains(v.but, name) {
			continue
		}
		compared++
		if !same(got[name], value) {
			t.Errorf("%s: %s on %s: %s is %s, want %s", v.property, entity, on, name, asFigure(got[name]), asFigure(value))
		}
	}
	return compared
}

// The same rows in another order, in other files, some of them twice, give the same figures.
func TestOrderBatchingAndRepetitionChangeNothing(t *testing.T) {
	t.Parallel()
	var ledgers []oracle.Ledger
	for i := range seeds(40, 500) {
		ledgers = append(ledgers, oracle.Random(200_000+i))
	}
	days := someDays(int(seeds(2, 6)))
	whole, parts := asOneCompany(t, ledgers), inParts(t, ledgers)
	for _, on := range days {
		a, b := figuresOn(t, whole, on), figuresOn(t, parts, on)
		if len(a) < len(ledgers)/2 || len(a) != len(b) {
			t.Errorf("on %s: %d members, and %d in parts", on, len(a), len(b))
		}
		for member, figures := range a {
			for name, value := range figures {
				if got := b[member][name]; !same(got, value) {
					t.Errorf("%s on %s: %s is %s, in parts %s", member, on, name, asFigure(value), asFigure(got))
				}
			}
		}
	}
}

// inParts lands the rows shuffled, in three files a dataset, some of them in two files and one file under two names. The middle
// third comes first, alone, and may be refused: what it settles is not there yet. It counts all the same.
func inParts(t *testing.T, ledgers []oracle.Ledger) string {
	t.Helper()
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(3, 3))
	rest := map[string]oracle.Table{}
	for dataset, table := range oracle.Merge(ledgers...).Tables() {
		rows := table[1:]
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		part := func(rows ...[]string) oracle.Table { return append(oracle.Table{table[0]}, rows...) }
		a, b := len(rows)/3, 2*len(rows)/3
		rest[dataset+"-1.csv"] = part(rows[:a]...)
		rest[dataset+"-3.csv"] = part(slices.Concat(rows[b:], rows[:a/2])...)
		rest[dataset+"-again.csv"] = part(rows[a:b]...)
		lay(t, dir, map[string]oracle.Table{dataset + "-2.csv": part(rows[a:b]...)})
	}
	arrears(t, "run", "--data", dir, "--currency", "EUR")
	lay(t, dir, rest)
	if got := arrears(t, "run", "--data", dir, "--currency", "EUR"); got.status != exitDone && got.status != exitWarnings {
		t.Fatalf("run: status %d\n%s%s", got.status, got.stdout, got.stderr)
	}
	return dir
}

// lay writes tables into a folder as files old enough to be read at once.
func lay(t *testing.T, dir string, tables map[string]oracle.Table) {
	t.Helper()
	for name, table := range tables {
		if err := table.Write(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	settled(t, dir)
}

// seeds is the small number of cases, or the large one where a long test is asked for.
func seeds(short, long uint64) uint64 {
	if os.Getenv("ARREARS_LONG") != "" {
		return long
	}
	return short
}

package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/oracle"
)

// companyWide are the figures that recoveries, forecasts or costs enter. Those belong to no entity, so they are compared
// for the whole company only.
var companyWide = []string{
	"bad_debt_net_pct", "forecast_accuracy", "forecast_bias", "cost_per_dollar", "past_due_cash_per_fte",
}

// A second opinion: every figure of random ledgers, each an entity of one company, on random days, against the same
// computed from the definitions in plain Go. ARREARS_LEDGERS=1443,1967 ARREARS_DAYS=2024-08-31 looks at a difference alone.
func TestFiguresAgreeWithASecondOpinion(t *testing.T) {
	t.Parallel()
	ledgers, days := 200, 3
	if os.Getenv("ARREARS_LONG") != "" {
		ledgers, days = 2000, 20
	}
	all, on := someLedgers(t, ledgers), askedDays(t, days)
	dir := asOneCompany(t, all)
	compared := 0
	for _, day := range on {
		compared += agreeOn(t, dir, all, day)
	}
	t.Logf("%d figures of %d ledgers on %d days compared", compared, len(all), len(on))
	if compared < len(all)*len(on)*40 {
		t.Errorf("only %d figures were compared", compared)
	}
}

// Differences that the long form found once: a bounced cheque and its replacement with a discount in one month (1443), a
// promise in a currency nothing was billed in yet (1967), a share of a cent in a bucket of a few (951).
func TestFiguresOfAwkwardLedgersAgreeWithASecondOpinion(t *testing.T) {
	all := []oracle.Ledger{oracle.Random(951), oracle.Random(1443), oracle.Random(1967)}
	dir := asOneCompany(t, all)
	for _, on := range []oracle.Day{oracle.Date(2024, 8, 31), oracle.Date(2025, 5, 26)} {
		if compared := agreeOn(t, dir, all, on); compared < 200 {
			t.Errorf("only %d figures were compared on %s", compared, on)
		}
	}
}

// agreeOn compares the figures of a day, of every ledger and of the company.
func agreeOn(t *testing.T, dir string, all []oracle.Ledger, on oracle.Day) int {
	t.Helper()
	compared := 0
	printed := figuresOn(t, dir, on)
	for _, l := range all {
		if _, there := printed[l.Entity]; !there && !l.Standing(on) {
			continue // nothing of it has happened yet, or all of it was taken back
		}
		compared += agree(t, l.Entity, on, printed[l.Entity], oracle.Compute(oracle.Merge(l), on, oracle.Options{}), companyWide)
	}
	whole := oracle.Compute(oracle.Merge(all...), on, oracle.Options{})
	return compared + agree(t, "company", on, printed[""], whole, nil)
}

// someLedgers are the first n random ledgers, or those that ARREARS_LEDGERS asks for.
func someLedgers(t *testing.T, n int) []oracle.Ledger {
	t.Helper()
	if asked := os.Getenv("ARREARS_LEDGERS"); asked != "" {
		var chosen []oracle.Ledger
		for number := range strings.SplitSeq(asked, ",") {
			seed, err := strconv.ParseUint(number, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			chosen = append(chosen, oracle.Random(seed))
		}
		return chosen
	}
	all := make([]oracle.Ledger, n)
	for i := range all {
		all[i] = oracle.Random(uint64(i + 1))
	}
	return all
}

// askedDays are the days that ARREARS_DAYS asks for, or n random ones.
func askedDays(t *testing.T, n int) []oracle.Day {
	t.Helper()
	asked := os.Getenv("ARREARS_DAYS")
	if asked == "" {
		return someDays(n)
	}
	var chosen []oracle.Day
	for text := range strings.SplitSeq(asked, ",") {
		on, err := oracle.ParseDay(text)
		if err != nil {
			t.Fatal(err)
		}
		chosen = append(chosen, on)
	}
	return chosen
}

// someDays are random days, ends of months among them, from before the first document until long after the last.
func someDays(n int) []oracle.Day {
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	days := []oracle.Day{oracle.Date(2025, 3, 31)}
	for len(days) < n {
		on := oracle.RandomFirst + oracle.Day(rng.IntN(int(oracle.RandomLast-oracle.RandomFirst)+120))
		if rng.IntN(3) == 0 {
			on = on.Month().Last()
		}
		days = append(days, on)
	}
	return days
}

// asOneCompany lands ledgers as one company and returns its folder.
func asOneCompany(t testing.TB, ledgers []oracle.Ledger) string {
	t.Helper()
	dir := t.TempDir()
	if err := oracle.Write(dir, ledgers); err != nil {
		t.Fatal(err)
	}
	settled(t, dir)
	if got := arrears(t, "run", "--data", dir, "--currency", ledgers[0].Currency); got.status != exitDone && got.status != exitWarnings {
		t.Fatalf("run: status %d\n%s%s", got.status, got.stdout, got.stderr)
	}
	return dir
}

// settled makes the files of a folder old enough to be read at once.
func settled(t testing.TB, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	for _, file := range files {
		if err := os.Chtimes(file, old, old); err != nil {
			t.Fatal(err)
		}
	}
}

// figuresOn are the figures of a day by entity, with those of the whole company under "", all from one computation, under
// the names of the second opinion.
func figuresOn(t testing.TB, dir string, on oracle.Day) map[string]map[string]oracle.Value {
	t.Helper()
	figures := map[string]map[string]oracle.Value{}
	type cell struct {
		KPI, Member, Bucket string
		Value               *string
	}
	out := must(t, exitDone, "query", "--data", dir, "--currency", "EUR", "--as-of", on.String(), "-o", "json",
		"select kpi, member, bucket, value from mart.kpi where dimension in ('', 'entity')")
	for _, f := range decode[cell](t, out) {
		if figures[f.Member] == nil {
			figures[f.Member] = map[string]oracle.Value{}
		}
		name := f.KPI
		if f.Bucket != "" {
			name += "/" + strings.Replace(f.Bucket, ">", "/", 1)
		}
		if _, twice := figures[f.Member][name]; twice {
			t.Fatalf("%s of %q is there twice", name, f.Member)
		}
		figures[f.Member][name] = oracle.Value{}
		if f.Value != nil {
			figures[f.Member][name] = decimal.NewNullDecimal(number(t, *f.Value))
		}
	}
	return figures
}

// agree compares what was printed with the second opinion and says how many figures it compared. A roll rate that is not
// there is 0: nothing moved that way.
func agree(t *testing.T, who string, on oracle.Day, got, want map[string]oracle.Value, but []string) int {
	t.Helper()
	names := maps.Clone(want)
	maps.Copy(names, got)
	compared := 0
	for _, name := range slices.Sorted(maps.Keys(names)) {
		kpi, _, _ := strings.Cut(name, "/")
		if slices.Contains(but, kpi) {
			continue
		}
		compared++
		printed, is := got[name]
		expected, be := want[name]
		if kpi == "roll_rate" { // what did not move is 0
			printed.Valid, expected.Valid, is, be = true, true, true, true
		}
		switch {
		case is && be:
			if !same(printed, expected) {
				t.Errorf("%s on %s: %s is %s, want %s", who, on, name, asFigure(printed), asFigure(expected))
			}
		case be:
			t.Errorf("%s on %s: %s is not printed, want %s", who, on, name, asFigure(expected))
		default:
			t.Errorf("%s on %s: %s is %s, and the second opinion has no such figure", who, on, name, asFigure(printed))
		}
	}
	return compared
}

// same is equality to the ninth decimal, or the ninth digit of what is large.
func same(a, b oracle.Value) bool {
	if a.Valid != b.Valid {
		return false
	}
	off := a.Decimal.Sub(b.Decimal).Abs()
	within := decimal.New(1, -9)
	return off.LessThanOrEqual(within) || off.LessThanOrEqual(b.Decimal.Abs().Mul(within))
}

func asFigure(v oracle.Value) string {
	if !v.Valid {
		return "undefined"
	}
	return fmt.Sprint(v.Decimal.Round(12))
}

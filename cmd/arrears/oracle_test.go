package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
// computed from the definitions in plain Go.
func TestFiguresAgreeWithASecondOpinion(t *testing.T) {
	ledgers, days := 200, 3
	if os.Getenv("ARREARS_LONG") != "" {
		ledgers, days = 2000, 20
	}
	all := make([]oracle.Ledger, ledgers)
	for i := range all {
		all[i] = oracle.Random(uint64(i + 1))
	}
	dir := asOneCompany(t, all)
	compared := 0
	for _, on := range someDays(days) {
		byEntity := figuresBy(t, dir, on, "entity")
		for _, l := range all {
			if _, there := byEntity[l.Entity]; !there && !l.Standing(on) {
				continue // nothing of it has happened yet, or all of it was taken back
			}
			compared += agree(t, l.Entity, on, byEntity[l.Entity], oracle.Compute(oracle.Merge(l), on, oracle.Options{}), companyWide)
		}
		whole := oracle.Compute(oracle.Merge(all...), on, oracle.Options{})
		compared += agree(t, "company", on, figuresBy(t, dir, on, "")[""], whole, nil)
	}
	t.Logf("%d figures of %d ledgers on %d days compared", compared, ledgers, days)
	if compared < ledgers*days*40 {
		t.Errorf("only %d figures were compared", compared)
	}
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

// desk1 lands ledgers as one company and returns its folder.
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

// figuresBy are the printed figures of a day by member of a dimension, under the names of the second opinion.
func figuresBy(t testing.TB, dir string, on oracle.Day, by string) map[string]map[string]oracle.Value {
	t.Helper()
	args := []string{"kpi", "--data", dir, "--currency", "EUR", "--as-of", on.String(), "-o", "json"}
	if by != "" {
		args = append(args, "--by", by)
	}
	figures := map[string]map[string]oracle.Value{}
	type cell struct {
		KPI, Entity, Bucket, From, To string
		Value                         *string
	}
	for _, f := range decode[cell](t, must(t, exitDone, args...)) {
		member := ""
		if by != "" {
			member = f.Entity
		}
		if figures[member] == nil {
			figures[member] = map[string]oracle.Value{}
		}
		name := f.KPI
		for _, part := range []string{f.Bucket, f.From, f.To} {
			if part != "" {
				name += "/" + part
			}
		}
		if _, twice := figures[member][name]; twice {
			t.Fatalf("%s of %s is printed twice", name, member)
		}
		figures[member][name] = oracle.Value{}
		if f.Value != nil {
			figures[member][name] = decimal.NewNullDecimal(number(t, *f.Value))
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

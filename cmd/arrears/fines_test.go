package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/oracle"
)

// finesData lies beside the repository: the receivables of a municipal police, published as an event log.
const finesData = "../../../shared/data/road-traffic-fines"

// finesPublished runs the example as it is written, with its files and its state in other places.
func finesPublished(t testing.TB) (path string) {
	t.Helper()
	if _, err := os.Stat(finesData); err != nil {
		t.Skipf("the fines lie at %s, beside the repository: %v", finesData, err)
	}
	text, err := os.ReadFile("../../examples/road-traffic-fines/arrears.yaml")
	if err != nil {
		t.Fatal(err)
	}
	there, err := filepath.Abs(finesData)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "arrears.yaml")
	put(t, path, strings.ReplaceAll(string(text), "../../../shared/data/road-traffic-fines", there))
	started := time.Now()
	if got := arrears(t, "run", "-c", path, "--as-of", "2008-12-31"); got.status != exitWarnings { // many fines have no due date
		t.Fatalf("status %d\n%s%s", got.status, got.stdout, got.stderr)
	}
	t.Logf("five files landed and published in %s", time.Since(started).Round(time.Millisecond))
	return path
}

func TestRoadTrafficFines(t *testing.T) {
	t.Parallel()
	path := finesPublished(t)
	t.Run("every document is there", func(t *testing.T) { finesAreAllThere(t, path) })
	t.Run("figures of several days are what a plain computation says", func(t *testing.T) { finesComeOut(t, path) })
	t.Run("every appeal is a case of its instance", func(t *testing.T) { appealsAreDisputes(t, path) })
}

func finesAreAllThere(t *testing.T, path string) {
	all := readFines(t)
	var billed, received decimal.Decimal
	documents, payments := 0, 0
	for fine, dues := range all.dues {
		for _, d := range dues {
			documents, billed = documents+1, billed.Add(d.amount)
		}
		for _, p := range all.paids[fine] {
			payments, received = payments+1, received.Add(p.amount)
		}
	}
	holds(t, path, "stg.invoice", documents, billed)
	holds(t, path, "stg.payment", payments, received)
	t.Logf("%d fines, %d documents of %s, %d payments of %s", len(all.dues), documents, billed, payments, received)
}

func finesComeOut(t *testing.T, path string) {
	all := readFines(t)
	compared := 0
	for _, on := range []oracle.Day{oracle.Date(2007, 6, 15), oracle.Date(2008, 12, 31), oracle.Date(2009, 9, 30), oracle.Date(2013, 4, 24)} {
		printed := map[string]oracle.Value{}
		for name, value := range kpis(t, "-c", path, "--as-of", on.String()) {
			name = strings.Replace(name, " ", "/", 1)
			printed[name] = oracle.Value{}
			if value != nil {
				printed[name] = decimal.NewNullDecimal(*value)
			}
		}
		for name, want := range all.figures(on) {
			compared++
			if got, there := printed[name]; !there || !same(got, want) {
				t.Errorf("on %s %s is %s, want %s", on, name, asFigure(got), asFigure(want))
			}
		}
	}
	if compared != 48 {
		t.Errorf("%d figures were compared", compared)
	}
}

func holds(t *testing.T, path, table string, rows int, amount decimal.Decimal) {
	t.Helper()
	got := query(t, "select count(*) as n, sum(amount) as amount from "+table, "-c", path)[0]
	if show(got["n"]) != show(rows) || !number(t, show(got["amount"])).Equal(amount) {
		t.Errorf("%s has %s rows of %s, want %d of %s", table, got["n"], got["amount"], rows, amount)
	}
}

// An instance has cases: appeals to it, from the day it was filed to the day its result is noted.
type instance struct {
	cases, open, dismissed int
	days                   int
	held                   decimal.Decimal // fines under an open appeal
}

// How long each instance took follows from its days.
func appealsAreDisputes(t *testing.T, path string) {
	amount := map[string]decimal.Decimal{}
	for _, f := range sheet(t, "fines.csv") {
		amount[f["fine_id"]] = number(t, f["fine_amount"])
	}
	on := oracle.Date(2013, 4, 24)
	want := map[string]*instance{"prefecture": {}, "judge": {}}
	took := func(name, fine, from, to string, dismissed bool) {
		i := want[name]
		if from == "" {
			return
		}
		i.cases++
		if dismissed {
			i.dismissed++
		}
		if to == "" {
			i.open++
			i.held = i.held.Add(amount[fine])
			return
		}
		i.days += int(dayIn(t, to) - dayIn(t, from))
	}
	for _, a := range sheet(t, "appeals.csv") {
		result := a["result_received_date"]
		if a["prefecture_outcome_code"] == "#" {
			result = a["sent_to_prefecture_date"]
		}
		took("prefecture", a["fine_id"], a["filed_date"], result, a["prefecture_outcome_code"] == "#")
		verdict := ""
		if a["judge_outcome_code"] == "G" {
			verdict = a["appeal_to_judge_date"]
		}
		took("judge", a["fine_id"], a["appeal_to_judge_date"], verdict, a["judge_outcome_code"] == "G")
	}
	rows := query(t, `select owner, count(*) as cases, sum(case when "open" then 1 else 0 end) as still,
		sum(case when outcome = 'valid' then 1 else 0 end) as dismissed, sum(cycle_days) as days,
		sum(case when "open" then amount else 0 end) as held
		from mart.dispute group by owner`, "-c", path, "--as-of", on.String())
	if len(rows) != len(want) {
		t.Fatalf("instances %v", rows)
	}
	for _, r := range rows {
		w := want[show(r["owner"])]
		got := instance{int(amountOf(t, r["cases"])), int(amountOf(t, r["still"])), int(amountOf(t, r["dismissed"])), int(amountOf(t, r["days"])), number(t, show(r["held"]))}
		if !got.held.Equal(w.held) || got.cases != w.cases || got.open != w.open || got.dismissed != w.dismissed || got.days != w.days {
			t.Errorf("%s: %+v, want %+v", r["owner"], got, *w)
		}
		t.Logf("%s: %d cases, %d dismissed, %d open over %s, %d days for %d", r["owner"], w.cases, w.dismissed, w.open, w.held, w.days, w.cases-w.open)
	}
}

func amountOf(t *testing.T, value any) int64 {
	t.Helper()
	return number(t, show(value)).IntPart()
}

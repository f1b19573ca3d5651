package main

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"arrears/demo"
	"arrears/score"
	"arrears/sql"
	"arrears/transform"
)

// ibmData is public and no part of this repository.
const ibmData = "../../../shared/data/ibm-late-payment"

// A measured row is one of what backtest prints.
type measured struct {
	Issued, Forecast, Measure string
	Tested                    int
	Value, Low, High          float64
}

// One command prints how good the scores are on the public payment histories, and they are as good as was asked for.
func TestBacktestOfThePublicHistories(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(ibmData); err != nil {
		t.Skipf("the histories lie at %s, beside the repository: %v", ibmData, err)
	}
	text, err := os.ReadFile("../../examples/ibm-late-payment/arrears.yaml")
	if err != nil {
		t.Fatal(err)
	}
	there, err := filepath.Abs(ibmData)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "arrears.yaml")
	put(t, path, strings.ReplaceAll(string(text), "../../../shared/data/ibm-late-payment", there))
	rows := map[string]measured{}
	for _, m := range decode[measured](t, must(t, exitDone, "score", "backtest", "-c", path, "-o", "json")) {
		rows[m.Issued+" "+m.Forecast+" "+m.Measure] = m
	}
	const from = "2013-05-01 on "
	for name, bounds := range map[string][2]float64{ // at least, at most
		from + "at_issue auc": {0.880, 1}, from + "at_issue brier": {0, 0.128}, from + "at_issue ece": {0, 0.05},
		from + "at_issue top_fifth": {0.70, 1}, from + "disputes_known auc": {0.928, 1}, from + "disputes_known brier": {0, 0.098},
		from + "disputes_known ece": {0, 0.05}, from + "disputes_known rmse_days": {0, 5.6}, from + "disputes_known top_fifth": {0.70, 1},
		from + "by_amount top_fifth": {0.39, 0.41}, from + "best_possible top_fifth": {0.90, 0.92}, from + "prior_rate auc": {0.86, 0.875},
		"2013-01 at_issue auc": {0.85, 1}, "2013-02 at_issue auc": {0.85, 1}, "2013-03 at_issue auc": {0.85, 1},
		"2013-04 at_issue auc": {0.85, 1}, "2013-05 at_issue auc": {0.85, 1}, "2013-06 at_issue auc": {0.85, 1},
		"2013-07 at_issue auc": {0.85, 1}, "2013-08 at_issue auc": {0.85, 1},
	} {
		m, printed := rows[name]
		if !printed {
			t.Errorf("%s is not printed", name)
			continue
		}
		if m.Value < bounds[0] || m.Value > bounds[1] {
			t.Errorf("%s is %.4f, asked for %v", name, m.Value, bounds)
		}
		if m.Low > m.Value || m.High < m.Value && m.High != 0 {
			t.Errorf("%s is %.4f, outside of %.4f to %.4f", name, m.Value, m.Low, m.High)
		}
		if strings.HasPrefix(name, from) && m.Tested != 760 {
			t.Errorf("%s is of %d invoices", name, m.Tested)
		}
	}
	early := decode[measured](t, must(t, exitDone, "score", "backtest", "-c", path, "--cut", "2013-01-01", "-o", "json"))
	if early[0].Issued != "2013-01-01 on" || early[0].Tested <= 760 || early[0].Value < 0.85 {
		t.Errorf("%+v", early[0])
	}
	must(t, exitUsage, "score", "backtest", "-c", path, "--cut", "May")
	must(t, exitFailed, "score", "backtest", "-c", path, "--cut", "2012-02-01")
}

func TestScoresOfTheDemoCompany(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, exitDone, "demo", "--dir", dir, "--once")
	path := filepath.Join(dir, "arrears.yaml")
	t.Run("the laws by which customers pay are recovered", func(t *testing.T) { lawsAreRecovered(t, path) })
	t.Run("history and today are known alike", func(t *testing.T) { todayIsHistory(t, path) })
	t.Run("what drifts is an alarm", func(t *testing.T) { driftIsAlarmed(t, path) })
	t.Run("cash is foretold", func(t *testing.T) { cashIsForetold(t, path) })
	t.Run("exposure adds up", func(t *testing.T) { exposureAddsUp(t, path) })
	t.Run("a leaked feature is caught", func(t *testing.T) { leakIsCaught(t, path) })
}

// The demo company's customers pay by laws that are known. What was learnt of them before a day has to put the laws in their order for
// what was issued from then on.
func lawsAreRecovered(t *testing.T, path string) {
	for _, row := range query(t, "select forecast, tested, ece, auc from mart.score_backtest where month = 0", "-c", path) {
		ece, auc := number(t, row["ece"].(string)).InexactFloat64(), number(t, row["auc"].(string)).InexactFloat64()
		if strings.HasPrefix(row["forecast"].(string), "model") && (ece > 0.03 || auc < 0.85) {
			t.Errorf("%v", row)
		}
	}
	d, err := (&company{file: path}).open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := d.examples(t.Context(), moments{})
	if err != nil {
		t.Fatal(err)
	}
	cut := score.Cut(all)
	card, err := score.Train(all, cut, score.Recipe{})
	if err != nil {
		t.Fatal(err)
	}
	laws := map[string]string{}
	for _, c := range demo.Generate(demo.Options{}).Customers {
		laws[c.ID] = c.Law.Name
	}
	type sums struct{ items, late, late30, days float64 }
	of := map[string]*sums{}
	for _, e := range all {
		if e.Issued < cut {
			continue
		}
		s := of[laws[e.Customer]]
		if s == nil {
			s = &sums{}
			of[laws[e.Customer]] = s
		}
		p := card.Score(e.Levels)
		s.items, s.days = s.items+1, s.days+float64(p.DaysMilli)/1000
		s.late, s.late30 = s.late+score.Probability(p.Points), s.late30+score.Probability(p.Points30)
	}
	rising := func(what string, figure func(sums) float64, names ...string) {
		for i := 1; i < len(names); i++ {
			a, b := of[names[i-1]], of[names[i]]
			if a == nil || b == nil {
				t.Fatalf("no items of %s or %s among %v", names[i-1], names[i], slices.Collect(maps.Keys(of)))
			}
			if figure(*a)/a.items >= figure(*b)/b.items {
				t.Errorf("%s: %s %.3f, %s %.3f", what, names[i-1], figure(*a)/a.items, names[i], figure(*b)/b.items)
			}
		}
	}
	// By law 2 of 100 prompt invoices are late, 73 erratic ones and 96 slow ones; none, 25 and 2 more than 30 days; -6, 21 and 14 days
	// on average. Parts paid later and disputes come on top. Those who drift are late in time for the history to tell.
	for _, other := range []string{"slow", "erratic", "drifting"} {
		rising("late", func(s sums) float64 { return s.late }, "prompt", other)
	}
	rising("more than 30 days late", func(s sums) float64 { return s.late30 }, "prompt", "slow", "erratic")
	rising("more than 30 days late", func(s sums) float64 { return s.late30 }, "prompt", "slow", "drifting")
	rising("days late", func(s sums) float64 { return s.days }, "prompt", "slow", "erratic")
	rising("days late", func(s sums) float64 { return s.days }, "prompt", "slow", "drifting")
	risesWith(t, card, "late_percent", 10, 90)
	risesWith(t, card, "disputed", 0, 1)
}

// risesWith wants more points for the higher level.
func risesWith(t *testing.T, card score.Card, feature string, low, high int64) {
	t.Helper()
	points := map[int64]int64{}
	for _, p := range card.Points() {
		if p.Feature == feature {
			points[p.Level] = p.Points
		}
	}
	if points[low] >= points[high] {
		t.Errorf("%s: %d gives %d points, %d gives %d", feature, low, points[low], high, points[high])
	}
}

// A model changed to read the settled day of the very item is caught.
func leakIsCaught(t *testing.T, path string) {
	d, err := (&company{file: path}).open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	in, err := d.input(time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	examples := func(models fstest.MapFS, asOf time.Time) []score.Example {
		known := in
		known.Models = models
		v, err := transform.Open(t.Context(), transform.Reading{State: d.cfg.State, AsOf: asOf, Known: &known, Tables: []string{"core.risk_example"},
			Models: models, Memory: d.cfg.Memory, Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = v.Close() }()
		all, _, err := transform.Examples(t.Context(), v.DB)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	now, then := time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	honest := texts(t)
	if leaks := score.Leaks(examples(honest, now), examples(honest, then)); len(leaks) > 0 {
		t.Errorf("nothing is leaked, and yet: %v", leaks[0])
	}
	const file, read = "core/risk_example.sql", "history.days_late_last as days_late_last"
	text := string(honest[file].Data)
	leaking := maps.Clone(honest)
	leaking[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, read, "coalesce(outcome.settled_day - outcome.due_day, 0) as days_late_last", 1))}
	if string(leaking[file].Data) == text {
		t.Fatalf("%s does not read %s", file, read)
	}
	leaks := score.Leaks(examples(leaking, now), examples(leaking, then))
	if len(leaks) != 1 || leaks[0].Feature != "days_late_last" {
		t.Errorf("the settled day was read unnoticed: %v", leaks)
	}
}

// texts are the models, to be changed by a test.
func texts(t *testing.T) fstest.MapFS {
	t.Helper()
	tree := fstest.MapFS{}
	for _, folder := range []string{"stg", "core", "mart"} {
		entries, err := sql.Models.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			data, err := sql.Models.ReadFile(folder + "/" + entry.Name())
			if err != nil {
				t.Fatal(err)
			}
			tree[folder+"/"+entry.Name()] = &fstest.MapFile{Data: data}
		}
	}
	return tree
}

// Customers who drift by law are among those alarmed, and alarms have rows behind them.
func driftIsAlarmed(t *testing.T, path string) {
	drifting := map[string]bool{}
	for _, c := range demo.Generate(demo.Options{}).Customers {
		drifting[c.ID] = c.Law.Name == "drifting"
	}
	caught := 0
	for _, row := range query(t, `select alarm.customer_id, alarm.alarm, count(behind.document_id) as behind from mart.alarm as alarm
		left join mart.alarm_row as behind on behind.customer_id = alarm.customer_id and behind.alarm = alarm.alarm group by all`, "-c", path) {
		if fmt.Sprint(row["behind"]) == "0" {
			t.Errorf("nothing stands behind %v", row)
		}
		if row["alarm"] == "drifting" && drifting[row["customer_id"].(string)] {
			caught++
		}
	}
	if caught < 3 {
		t.Errorf("%d of those who drift are alarmed", caught)
	}
}

// The weeks hold no more of what is open than there is, and forecasts of the past were worth something.
func cashIsForetold(t *testing.T, path string) {
	total := query(t, `select cast(sum(f.open_amount) / (select sum(reporting_amount) from mart.open_item) as decimal(9, 6)) as share,
		count(*) as weeks, sum(case when f.low_amount > f.expected_amount * 2 or f.high_amount < f.low_amount then 1 else 0 end) as odd
		from mart.forecast as f`, "-c", path)[0]
	if share := number(t, total["share"].(string)).InexactFloat64(); share < 0.6 || share > 1 {
		t.Errorf("of what is open %v is expected within thirteen weeks", share)
	}
	if fmt.Sprint(total["weeks"]) != "13" || fmt.Sprint(total["odd"]) != "0" {
		t.Errorf("%v", total)
	}
	for _, row := range query(t, "select week, accuracy, bias, origins from mart.forecast_accuracy where week <= 6", "-c", path) {
		accuracy, bias := number(t, row["accuracy"].(string)).InexactFloat64(), number(t, row["bias"].(string)).InexactFloat64()
		if accuracy < 0.6 || bias < -0.2 || bias > 0.2 || number(t, fmt.Sprint(row["origins"])).IntPart() < 6 {
			t.Errorf("%v", row)
		}
	}
}

// Groups are a partition of the customers, and shares one of what is owed; the provision matrix holds the gross exposure.
func exposureAddsUp(t *testing.T, path string) {
	for _, row := range query(t, `select
		(select sum(net_amount) from mart.credit_group) = (select sum(net_amount) from mart.customer) as groups,
		(select max(cumulative_percent) from mart.credit_group) = 100 as shares,
		(select sum(exposure_amount) from mart.credit_provision) = (select sum(reporting_amount) from mart.open_item) as matrix,
		(select count(*) from mart.credit_exposure where standing = 'over' and net_amount <= limit_amount) = 0 as over_limit,
		(select count(*) from mart.credit_provision where own_rate < 0 or own_rate > 1) = 0 as rates`, "-c", path) {
		for name, holds := range row {
			if holds != true {
				t.Errorf("%s do not add up", name)
			}
		}
	}
}

// What is known of a customer at the end of a day, summed up from the books as they stand, is what its history says of an item issued on
// the day after, summed up from events in their order: the two are worked out by different statements.
func todayIsHistory(t *testing.T, path string) {
	const levels = `select customer_id, known_day, late_percent, late_percent_recent, days_late, days_late_recent, days_late_last, overdue_items,
		overdue_percent, open_items, open_days, disputed_percent, short_percent, broken_promises, paid_items, related_months,
		cast(usual_amount as decimal(18, 6)) as usual, cast(mean_amount as decimal(18, 6)) as mean, cast(month_end_rate as decimal(18, 9)) as at_end
		from core.risk_history where known_day = %d and (invoice_id = '') = %t group by all`
	compared := 0
	for _, on := range []string{"2025-09-30", "2026-02-27", "2026-07-14"} {
		day, err := time.Parse(time.DateOnly, on)
		if err != nil {
			t.Fatal(err)
		}
		known := day.Unix() / 86400
		today := map[string]string{}
		for _, row := range query(t, fmt.Sprintf(levels, known, true), "-c", path, "--as-of", on) {
			today[row["customer_id"].(string)] = fmt.Sprint(row)
		}
		for _, row := range query(t, fmt.Sprintf(levels, known, false), "-c", path) {
			want, open := today[row["customer_id"].(string)]
			if !open { // today is told of customers with open items only
				continue
			}
			compared++
			if got := fmt.Sprint(row); got != want {
				t.Errorf("history says\n%s\nand on the day it was\n%s", got, want)
			}
		}
	}
	if compared < 10 {
		t.Errorf("only %d customers were compared", compared)
	}
}

package metrics_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"arrears/metrics"
)

// queries are the metrics that ship.
var queries = os.DirFS("../sql/metric")

func TestMartsBecomeGauges(t *testing.T) {
	registry, gauges := registered(t)
	if err := gauges.Publish(t.Context(), marts(t), queries); err != nil {
		t.Fatal(err)
	}
	got := scrape(promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	const golden = "testdata/exposition.prom"
	if os.Getenv("ARREARS_GOLDEN") == "write" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, registry, string(want))
	compare(t, registry, `
# HELP arrears_unapplied_cash_amount Cash received that is not applied to any invoice yet, in the currency it was paid in.
# TYPE arrears_unapplied_cash_amount gauge
arrears_unapplied_cash_amount{currency="EUR",entity="DE"} 60.07
arrears_unapplied_cash_amount{currency="GBP",entity="UK"} 10.5
`, "arrears_unapplied_cash_amount")
}

func TestEveryQueryFileHasSeriesAndReadsPublicMarts(t *testing.T) {
	db := marts(t)
	registry, gauges := registered(t)
	if err := gauges.Publish(t.Context(), db, queries); err != nil {
		t.Fatal(err)
	}
	for _, file := range files(t) {
		name := "arrears_" + strings.TrimSuffix(file, ".sql")
		if n, err := testutil.GatherAndCount(registry, name); err != nil || n == 0 {
			t.Errorf("%s has %d series: %v", name, n, err)
		}
		text, err := os.ReadFile("../sql/metric/" + file)
		if err != nil {
			t.Fatal(err)
		}
		reads, err := db.Reads(t.Context(), string(text))
		if err != nil {
			t.Fatal(err)
		}
		if declared := header(string(text), "source"); declared != strings.Join(reads, ", ") {
			t.Errorf("%s says it reads %q, and reads %v", file, declared, reads)
		}
		for _, table := range reads {
			if !strings.HasPrefix(table, "mart.") {
				t.Errorf("%s reads %s: metrics read marts only", file, table)
			}
		}
	}
}

// Days are the unit in which finance states these figures; everything operational is in seconds.
func TestNamesFollowTheConventions(t *testing.T) {
	allowed := []string{"arrears_dso_days"}
	registry, gauges := registered(t)
	registry.MustRegister(fed())
	if err := gauges.Publish(t.Context(), marts(t), queries); err != nil {
		t.Fatal(err)
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if !slices.Contains(allowed, p.Metric) {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	if !slices.ContainsFunc(problems, func(p problem) bool { return p.Metric == allowed[0] }) {
		t.Errorf("the linter no longer objects to %s: take it off the list", allowed[0])
	}
}

func TestFailingQueryKeepsItsLastGoodValuesAndIsCounted(t *testing.T) {
	db := marts(t)
	registry, gauges := registered(t)
	text := map[string]string{
		"apples": "-- Apples.\nselect 1 as value",
		"pears":  "-- Pears.\nselect 2 as value",
	}
	publish := func() error { return gauges.Publish(t.Context(), db, folder(text)) }
	if err := publish(); err != nil {
		t.Fatal(err)
	}
	text["apples"] = "-- Apples.\nselect 1 / gone as value from mart.nothing"
	text["pears"] = "-- Pears.\nselect 3 as value"
	if err := publish(); err == nil || !strings.Contains(err.Error(), "metric apples") {
		t.Errorf("a failing query ends as %v", err)
	}
	compare(t, registry, `
# HELP arrears_apples Apples.
# TYPE arrears_apples gauge
arrears_apples 1
# HELP arrears_metrics_errors_total Times a metric could not be read from the marts and kept its last good values.
# TYPE arrears_metrics_errors_total counter
arrears_metrics_errors_total{metric="apples"} 1
arrears_metrics_errors_total{metric="pears"} 0
# HELP arrears_pears Pears.
# TYPE arrears_pears gauge
arrears_pears 3
`, "arrears_apples", "arrears_pears", "arrears_metrics_errors_total")
}

func TestSeriesAreBoundedInTheOrderOfTheQuery(t *testing.T) {
	registry := prometheus.NewRegistry()
	gauges := metrics.New(2)
	registry.MustRegister(gauges)
	many := folder(map[string]string{
		"many": "-- Many.\nselect r as rank, 10 * r as value from range(1, 6) as t(r) order by r desc",
		"few":  "-- Few.\nselect 7 as value",
	})
	if err := gauges.Publish(t.Context(), marts(t), many); err != nil {
		t.Fatal(err)
	}
	compare(t, registry, `
# HELP arrears_many Many.
# TYPE arrears_many gauge
arrears_many{rank="4"} 40
arrears_many{rank="5"} 50
# HELP arrears_metrics_dropped_series_total Series of a metric that were left out because it has too many.
# TYPE arrears_metrics_dropped_series_total counter
arrears_metrics_dropped_series_total{metric="few"} 0
arrears_metrics_dropped_series_total{metric="many"} 3
`, "arrears_many", "arrears_metrics_dropped_series_total")
}

func TestWhatMayNotBePublishedIsRefused(t *testing.T) {
	for _, c := range []struct{ name, text, fault string }{
		{"a_customer", "-- A.\nselect 'c1' as customer_id, 1 as value", "into a label"},
		{"a_name", "-- A.\nselect 'Smith' as name, 1 as value", "into a label"},
		{"an_invoice", "-- A.\nselect 'i1' as oldest_invoice, 1 as value", "into a label"},
		{"a_date", "-- A.\nselect date '2026-10-31' as due_on, 1 as value", "no label"},
		{"an_alias", "-- A.\nselect 'x' as \"Entity Code\", 1 as value", "not a label name"},
		{"a_pair", "-- A.\nselect * from (values ('x', 1), ('x', 2)) as t(entity, value)", "same labels"},
		{"a_text", "-- A.\nselect 'DE' as entity, '1' as value", "no number"},
		{"an_infinity", "-- A.\nselect 1e0 / 0 as value", "not guarded"},
		{"a_helpless", "select 1 as value", "first line"},
		{"Upper", "-- A.\nselect 1 as value", "not a metric name"},
	} {
		registry, gauges := registered(t)
		err := gauges.Publish(t.Context(), marts(t), folder(map[string]string{c.name: c.text}))
		if err == nil || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %v, want %q", c.name, err, c.fault)
		}
		if n, err := testutil.GatherAndCount(registry, "arrears_"+c.name); err != nil || n != 0 {
			t.Errorf("%s: %d series came out: %v", c.name, n, err)
		}
	}
}

func TestFigureThatIsNotDefinedHasNoSeries(t *testing.T) {
	registry, gauges := registered(t)
	half := folder(map[string]string{"half": "-- Half.\nselect * from (values ('DE', 1.5), ('UK', null)) as t(entity, value)"})
	if err := gauges.Publish(t.Context(), marts(t), half); err != nil {
		t.Fatal(err)
	}
	compare(t, registry, "# HELP arrears_half Half.\n# TYPE arrears_half gauge\narrears_half{entity=\"DE\"} 1.5\n", "arrears_half")
}

func TestScrapesNeedNoDatabaseAndNeverSeeHalfARefresh(t *testing.T) {
	db := marts(t)
	registry, gauges := registered(t)
	publish := func(n string) {
		text := "\nselect " + n + " as value"
		if err := gauges.Publish(t.Context(), db, folder(map[string]string{"one": "-- A." + text, "two": "-- B." + text})); err != nil {
			t.Error(err)
		}
	}
	publish("0")
	stop := make(chan struct{})
	var scrapes sync.WaitGroup
	for range 4 {
		scrapes.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if seen := values(t, registry); seen["arrears_one"] != seen["arrears_two"] {
					t.Errorf("one scrape shows two refreshes: %v", seen)
				}
			}
		})
	}
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		publish(n)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	close(stop)
	scrapes.Wait()
	if got := sample(t, registry, "arrears_two"); got != 5 {
		t.Errorf("with the database closed a scrape says %v, want 5", got)
	}
}

func TestCancelledPublishChangesNothing(t *testing.T) {
	db := marts(t)
	registry, gauges := registered(t)
	if err := gauges.Publish(t.Context(), db, folder(map[string]string{"one": "-- A.\nselect 1 as value"})); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := gauges.Publish(ctx, db, folder(map[string]string{"one": "-- A.\nselect 2 as value"})); err == nil {
		t.Error("a cancelled publish reports success")
	}
	if got := sample(t, registry, "arrears_one"); got != 1 {
		t.Errorf("after a cancelled publish the figure is %v, want 1", got)
	}
	if err := gauges.Publish(t.Context(), db, fstest.MapFS{}); err == nil {
		t.Error("a folder without queries is accepted")
	}
}

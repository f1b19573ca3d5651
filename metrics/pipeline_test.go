package metrics_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"arrears/metrics"
)

func TestPipelineCountsWhatItIsFed(t *testing.T) {
	p := fed()
	p.Landed("erp", 10, 0, 1)
	p.Refreshed(3*time.Second, errors.New("a check failed"))
	p.Built("mart.aging", 125*time.Millisecond)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(p)
	compare(t, registry, `
# HELP arrears_ingest_files_total Extracts taken up: landed, or refused whole.
# TYPE arrears_ingest_files_total counter
arrears_ingest_files_total{result="landed",source="bank"} 0
arrears_ingest_files_total{result="landed",source="erp"} 2
arrears_ingest_files_total{result="refused",source="bank"} 1
arrears_ingest_files_total{result="refused",source="erp"} 0
# HELP arrears_ingest_rows_total Records read from extracts: landed, rejected (set aside with a reason) or non_data (declared headers and totals).
# TYPE arrears_ingest_rows_total counter
arrears_ingest_rows_total{result="landed",source="erp"} 50
arrears_ingest_rows_total{result="non_data",source="erp"} 2
arrears_ingest_rows_total{result="rejected",source="erp"} 2
# HELP arrears_mail_collections_total Times a mail box was looked into: done, or failed (mail waits in it).
# TYPE arrears_mail_collections_total counter
arrears_mail_collections_total{box="drop",result="done"} 1
arrears_mail_collections_total{box="drop",result="failed"} 0
# HELP arrears_mail_messages_total Messages taken out of mail boxes: case (a new dispute), reply (on one) or counted (for a reason).
# TYPE arrears_mail_messages_total counter
arrears_mail_messages_total{box="drop",outcome="case"} 1
arrears_mail_messages_total{box="drop",outcome="counted"} 2
# HELP arrears_model_duration_seconds Time the last build of a model took.
# TYPE arrears_model_duration_seconds gauge
arrears_model_duration_seconds{model="mart.aging"} 0.125
# HELP arrears_refresh_total Refreshes of the marts: published, or failed (the old marts are served on).
# TYPE arrears_refresh_total counter
arrears_refresh_total{result="failed"} 1
arrears_refresh_total{result="published"} 1
`, "arrears_ingest_files_total", "arrears_ingest_rows_total", "arrears_mail_collections_total", "arrears_mail_messages_total", "arrears_model_duration_seconds", "arrears_refresh_total")
}

func TestScrapeShowsGaugesPipelineAndProcessTogether(t *testing.T) {
	gauges := metrics.New(metrics.SeriesLimit)
	if err := gauges.Publish(t.Context(), marts(t), queries); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	handler, err := metrics.Handler(slog.New(slog.NewTextHandler(&log, nil)), gauges, fed())
	if err != nil {
		t.Fatal(err)
	}
	text := scrape(handler)
	for _, want := range []string{
		`arrears_dso_days{entity="DE",method="dso"} 40.25`,
		`arrears_as_of_timestamp_seconds 1.7934048e+09`,
		`arrears_refresh_duration_seconds_bucket{le="2.5"} 1`,
		`arrears_refresh_duration_seconds_sum 1.5`,
		`version="v1.2.3"} 1`,
		"go_goroutines ",
		"process_start_time_seconds ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the scrape lacks %s", want)
		}
	}
	if log.Len() > 0 {
		t.Errorf("the scrape logs %s", log.String())
	}
}

func TestCollectorGivenTwiceIsRefused(t *testing.T) {
	p := fed()
	if _, err := metrics.Handler(slog.New(slog.DiscardHandler), p, p); err == nil {
		t.Error("the same metrics were registered twice")
	}
}

// A query file must not take the name of a counter: its series would be left out of every scrape.
func TestClashOfNamesDoesNotHideTheOtherMetrics(t *testing.T) {
	gauges := metrics.New(metrics.SeriesLimit)
	clash := folder(map[string]string{"refresh_total": "-- Clash.\nselect 1 as value", "pears": "-- Pears.\nselect 2 as value"})
	if err := gauges.Publish(t.Context(), marts(t), clash); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	handler, err := metrics.Handler(slog.New(slog.NewTextHandler(&log, nil)), gauges, fed())
	if err != nil {
		t.Fatal(err)
	}
	if text := scrape(handler); !strings.Contains(text, "arrears_pears 2") || !strings.Contains(text, "arrears_build_info") {
		t.Errorf("a clash hides other metrics: %s", text)
	}
	if !strings.Contains(log.String(), "arrears_refresh_total") {
		t.Errorf("a clash is not logged: %s", log.String())
	}
}

func TestSourceThatFailsKeepsTheTimeItWasGood(t *testing.T) {
	p := metrics.NewPipeline("1")
	good := time.Unix(1_700_000_000, 0)
	p.Asked("erp", good, false)
	p.Progress("erp", 1000, 10, false)
	p.Asked("erp", good, true)
	p.Asked("bank", time.Time{}, true)
	want := `# HELP arrears_ingest_current_rows Records of the extract at work that have been read; 0 between extracts.
# TYPE arrears_ingest_current_rows gauge
arrears_ingest_current_rows{source="erp"} 10
# HELP arrears_source_failures_total Landings in which the source could not be asked or not be taken in whole; the log and the page Pipeline say why.
# TYPE arrears_source_failures_total counter
arrears_source_failures_total{source="bank"} 1
arrears_source_failures_total{source="erp"} 1
# HELP arrears_source_last_good_timestamp_seconds When all that the source had was last taken in, if it was nothing new; a time that grows old says that it cannot be reached or read.
# TYPE arrears_source_last_good_timestamp_seconds gauge
arrears_source_last_good_timestamp_seconds{source="erp"} 1.7e+09
`
	names := []string{"arrears_source_failures_total", "arrears_source_last_good_timestamp_seconds", "arrears_ingest_current_rows"}
	if err := testutil.CollectAndCompare(p, strings.NewReader(want), names...); err != nil {
		t.Error(err)
	}
	p.Progress("erp", 2000, 20, true)
	if err := testutil.CollectAndCompare(p, strings.NewReader(strings.Replace(want, "rows{source=\"erp\"} 10", "rows{source=\"erp\"} 0", 1)), names...); err != nil {
		t.Error(err)
	}
}

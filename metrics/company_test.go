package metrics_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"arrears/metrics"
	"arrears/warehouse"
)

type problem = promlint.Problem

// marts are those of testdata/marts.sql.
func marts(t *testing.T) *warehouse.Duck {
	t.Helper()
	db, err := warehouse.Open(t.Context(), warehouse.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	text, err := os.ReadFile("testdata/marts.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(t.Context(), string(text)); err != nil {
		t.Fatal(err)
	}
	return db
}

func registered(t *testing.T) (*prometheus.Registry, *metrics.Gauges) {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	gauges := metrics.New(metrics.SeriesLimit)
	registry.MustRegister(gauges)
	return registry, gauges
}

// fed is a pipeline in which everything has happened once.
func fed() *metrics.Pipeline {
	p := metrics.NewPipeline("v1.2.3")
	p.Landed("erp", 40, 2, 1)
	p.Refused("bank")
	p.Refreshed(1500*time.Millisecond, nil)
	p.Built("mart.aging", 250*time.Millisecond)
	p.Mailed("drop", "case")
	p.Mailed("drop", "counted")
	p.Mailed("drop", "counted")
	p.Collected("drop", nil)
	return p
}

// folder holds the given queries, each under its metric's name.
func folder(text map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	for name, query := range text {
		files[name+".sql"] = &fstest.MapFile{Data: []byte(query)}
	}
	return files
}

// files are the queries that ship.
func files(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("../sql/metric")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// header is what the header of a query says under a key.
func header(text, key string) string {
	for line := range strings.Lines(text) {
		if rest, found := strings.CutPrefix(line, "-- "+key+":"); found {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

// scrape is the text a scraper gets.
func scrape(h http.Handler) string {
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return answer.Body.String()
}

func compare(t *testing.T, registry prometheus.Gatherer, want string, names ...string) {
	t.Helper()
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), names...); err != nil {
		t.Error(err)
	}
}

// sample is the one value of a metric without labels.
func sample(t *testing.T, registry prometheus.Gatherer, name string) float64 {
	t.Helper()
	return values(t, registry)[name]
}

// values are the metrics without labels, of one scrape.
func values(t *testing.T, registry prometheus.Gatherer) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Error(err)
	}
	found := map[string]float64{}
	for _, f := range families {
		if len(f.Metric) == 1 && f.Metric[0].Gauge != nil {
			found[f.GetName()] = f.Metric[0].Gauge.GetValue()
		}
	}
	return found
}

// Package metrics shows Prometheus the figures of the marts that are served and what the pipeline itself does. A scrape reads
// memory, never the database. This is the only room in which money becomes a float, and no label names a customer.
package metrics

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"arrears/warehouse"
)

// namespace begins the name of every metric of ours.
const namespace = "arrears"

// SeriesLimit is how many series one metric may have unless a caller says otherwise.
const SeriesLimit = 1000

// Gauges are the figures of the last published marts, one metric for each query file. They are a prometheus.Collector.
type Gauges struct {
	limit   int
	dropped *prometheus.CounterVec
	faults  *prometheus.CounterVec

	publishing sync.Mutex // one refresh at a time reads the marts; scrapes never wait for it
	held       atomic.Pointer[map[string][]prometheus.Metric]
}

// New holds no figure until the first Publish. Of each metric it keeps the first limit series, in the order of its query.
func New(limit int) *Gauges {
	return &Gauges{
		limit: limit,
		dropped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "metrics_dropped_series_total",
			Help: "Series of a metric that were left out because it has too many.",
		}, []string{"metric"}),
		faults: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "metrics_errors_total",
			Help: "Times a metric could not be read from the marts and kept its last good values.",
		}, []string{"metric"}),
	}
}

// Publish reads every *.sql file of queries against the marts and swaps the figures a scrape sees, all at once. A metric that
// cannot be read keeps its last good values and is counted; the others are published, and the error says what went wrong.
func (g *Gauges) Publish(ctx context.Context, db warehouse.DB, queries fs.FS) error {
	g.publishing.Lock()
	defer g.publishing.Unlock()
	files, err := fs.Glob(queries, "*.sql")
	if err != nil {
		return fmt.Errorf("list metric queries: %w", err)
	}
	if len(files) == 0 {
		return errors.New("list metric queries: there are none")
	}
	next := make(map[string][]prometheus.Metric, len(files))
	var faults []error
	for _, file := range files {
		name := strings.TrimSuffix(file, ".sql")
		series, dropped, err := g.read(ctx, db, queries, name)
		if ctx.Err() != nil {
			return fmt.Errorf("publish metrics: %w", ctx.Err())
		}
		g.count(name, dropped, err)
		if err != nil {
			faults = append(faults, fmt.Errorf("metric %s: %w", name, err))
			series = g.last()[name]
		}
		next[name] = series
	}
	g.held.Store(&next)
	return errors.Join(faults...)
}

// read runs one query file and turns its rows into series.
func (g *Gauges) read(ctx context.Context, db warehouse.DB, queries fs.FS, name string) ([]prometheus.Metric, int, error) {
	q, err := parse(queries, name)
	if err != nil {
		return nil, 0, err
	}
	table, err := db.Query(ctx, q.text)
	if err != nil {
		return nil, 0, err
	}
	return q.series(table, g.limit)
}

// count touches both counters even when there is nothing to add: a counter that appears with its first fault shows no rise.
func (g *Gauges) count(name string, dropped int, err error) {
	g.dropped.WithLabelValues(name).Add(float64(dropped))
	faults := g.faults.WithLabelValues(name)
	if err != nil {
		faults.Inc()
	}
}

// last are the series by metric as they were published last.
func (g *Gauges) last() map[string][]prometheus.Metric {
	if held := g.held.Load(); held != nil {
		return *held
	}
	return nil
}

// Describe names nothing: which metrics there are is known only when the query files have been read.
func (g *Gauges) Describe(chan<- *prometheus.Desc) {}

// Collect hands out the figures in memory.
func (g *Gauges) Collect(to chan<- prometheus.Metric) {
	for _, series := range g.last() {
		for _, s := range series {
			to <- s
		}
	}
	g.dropped.Collect(to)
	g.faults.Collect(to)
}

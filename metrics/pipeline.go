package metrics

import (
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Pipeline counts what the service does: files and rows landed, refreshes, models built. It is a prometheus.Collector.
type Pipeline struct {
	rows      *prometheus.CounterVec
	files     *prometheus.CounterVec
	drift     *prometheus.CounterVec
	refreshes *prometheus.CounterVec
	refresh   prometheus.Histogram
	models    *prometheus.GaugeVec
	mail      *prometheus.CounterVec
	mailed    *prometheus.CounterVec
	build     prometheus.Gauge

	good     *prometheus.GaugeVec
	failures *prometheus.CounterVec
	bytes    *prometheus.GaugeVec
	made     *prometheus.GaugeVec
}

// NewPipeline starts all counts at zero. version is the release that runs.
func NewPipeline(version string) *Pipeline {
	p := &Pipeline{
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "ingest_rows_total",
			Help: "Records read from extracts: landed, rejected (set aside with a reason) or non_data (declared headers and totals).",
		}, []string{"source", "result"}),
		files: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "ingest_files_total",
			Help: "Extracts taken up: landed, or refused whole.",
		}, []string{"source", "result"}),
		drift: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "ingest_drift_total",
			Help: "Extracts that differ from the one before: new_column, missing_column, type, rows or currency.",
		}, []string{"source", "kind"}),
		refreshes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "refresh_total",
			Help: "Refreshes of the marts: published, or failed (the old marts are served on).",
		}, []string{"result"}),
		refresh: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: namespace, Name: "refresh_duration_seconds",
			Help:    "Time from the start of a refresh to its publish or its failure.",
			Buckets: []float64{0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600},
		}),
		models: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: "model_duration_seconds",
			Help: "Time the last build of a model took.",
		}, []string{"model"}),
		mailed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "mail_messages_total",
			Help: "Messages taken out of mail boxes: case (a new dispute), reply (on one) or counted (for a reason).",
		}, []string{"box", "outcome"}),
		mail: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "mail_collections_total",
			Help: "Times a mail box was looked into: done, or failed (mail waits in it).",
		}, []string{"box", "result"}),
		build: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "build_info",
			Help:        "The release that runs; the value is always 1.",
			ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()},
		}),
	}
	p.sources()
	p.build.Set(1)
	for _, result := range []string{"published", "failed"} {
		p.refreshes.WithLabelValues(result)
	}
	return p
}

// Landed counts one extract that became a batch, and its records.
func (p *Pipeline) Landed(source string, landed, rejected, nonData int64) {
	p.file(source, "landed")
	p.rows.WithLabelValues(source, "landed").Add(float64(landed))
	p.rows.WithLabelValues(source, "rejected").Add(float64(rejected))
	p.rows.WithLabelValues(source, "non_data").Add(float64(nonData))
}

// Refused counts one extract of which nothing landed.
func (p *Pipeline) Refused(source string) { p.file(source, "refused") }

// file also touches the other result: a counter that appears with its first fault shows no rise.
func (p *Pipeline) file(source, result string) {
	for _, each := range []string{"landed", "refused"} {
		p.files.WithLabelValues(source, each)
	}
	p.files.WithLabelValues(source, result).Inc()
}

// Mailed counts one message of a mail box by what became of it.
func (p *Pipeline) Mailed(box, outcome string) { p.mailed.WithLabelValues(box, outcome).Inc() }

// Collected counts one look into a mail box; err is why not all was taken, or nil.
func (p *Pipeline) Collected(box string, err error) {
	for _, each := range []string{"done", "failed"} { // one that appears with its first fault shows no rise
		p.mail.WithLabelValues(box, each)
	}
	result := "done"
	if err != nil {
		result = "failed"
	}
	p.mail.WithLabelValues(box, result).Inc()
}

// Drifted counts one extract that differs from the one before it.
func (p *Pipeline) Drifted(source, kind string) { p.drift.WithLabelValues(source, kind).Inc() }

// Refreshed counts one refresh; err is why it was not published, or nil.
func (p *Pipeline) Refreshed(took time.Duration, err error) {
	result := "published"
	if err != nil {
		result = "failed"
	}
	p.refreshes.WithLabelValues(result).Inc()
	p.refresh.Observe(took.Seconds())
}

// Built notes how long a model took.
func (p *Pipeline) Built(model string, took time.Duration) {
	p.models.WithLabelValues(model).Set(took.Seconds())
}

// Describe names every metric of the pipeline.
func (p *Pipeline) Describe(to chan<- *prometheus.Desc) {
	for _, c := range p.parts() {
		c.Describe(to)
	}
}

// Collect hands out the counts.
func (p *Pipeline) Collect(to chan<- prometheus.Metric) {
	for _, c := range p.parts() {
		c.Collect(to)
	}
}

func (p *Pipeline) parts() []prometheus.Collector {
	return []prometheus.Collector{p.rows, p.files, p.drift, p.refreshes, p.refresh, p.models, p.mailed, p.mail, p.build, p.good, p.failures, p.bytes, p.made}
}

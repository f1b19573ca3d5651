package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// sources makes the metrics of how sources are asked and how far the extract at work is.
func (p *Pipeline) sources() {
	source := []string{"source"}
	p.good = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: namespace, Name: "source_last_good_timestamp_seconds",
		Help: "When all that the source had was last taken in, if it was nothing new; a time that grows old says that it cannot be reached or read.",
	}, source)
	p.failures = prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "source_failures_total",
		Help: "Landings in which the source could not be asked or not be taken in whole; the log and the page Pipeline say why.",
	}, source)
	p.bytes = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: namespace, Name: "ingest_current_bytes",
		Help: "Bytes of the extract at work that have come or were read; 0 between extracts.",
	}, source)
	p.made = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: namespace, Name: "ingest_current_rows",
		Help: "Records of the extract at work that have been read; 0 between extracts.",
	}, source)
}

// Asked notes how a source stands after a landing: when it was last good (the zero time: never), and whether it failed now.
func (p *Pipeline) Asked(source string, good time.Time, failed bool) {
	count := p.failures.WithLabelValues(source) // a counter that appears with its first fault shows no rise
	if failed {
		count.Inc()
	}
	if !good.IsZero() {
		p.good.WithLabelValues(source).Set(float64(good.Unix()))
	}
}

// Progress notes how far the extract at work is.
func (p *Pipeline) Progress(source string, bytes, rows int64, done bool) {
	if done {
		bytes, rows = 0, 0
	}
	p.bytes.WithLabelValues(source).Set(float64(bytes))
	p.made.WithLabelValues(source).Set(float64(rows))
}

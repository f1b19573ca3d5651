package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Schedule shows when each source was last landed and when it is next. It is a prometheus.Collector.
type Schedule struct {
	last  *prometheus.GaugeVec
	next  *prometheus.GaugeVec
	slots *prometheus.CounterVec
}

// NewSchedule knows no source yet.
func NewSchedule() *Schedule {
	return &Schedule{
		last: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: "schedule_last_run_timestamp_seconds",
			Help: "When the last landing of the source began, whatever it came to.",
		}, []string{"source"}),
		next: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: "schedule_next_run_timestamp_seconds",
			Help: "When the next slot of the source comes; a time that is past says that the schedule stands still.",
		}, []string{"source"}),
		slots: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "schedule_slots_total",
			Help: "Slots of the source that are over: done, failed, panicked, or skipped.",
		}, []string{"source", "outcome"}),
	}
}

// Ended notes how a source stands after a slot; without an outcome no slot is counted. A zero time leaves its series out.
func (s *Schedule) Ended(source, outcome string, last, next time.Time) {
	for _, each := range []string{"done", "failed", "panicked", "skipped"} { // a counter that appears with its first fault shows no rise
		s.slots.WithLabelValues(source, each)
	}
	if outcome != "" {
		s.slots.WithLabelValues(source, outcome).Inc()
	}
	if !last.IsZero() {
		s.last.WithLabelValues(source).Set(float64(last.Unix()))
	}
	if !next.IsZero() {
		s.next.WithLabelValues(source).Set(float64(next.Unix()))
	}
}

// Describe names the metrics of the schedule.
func (s *Schedule) Describe(to chan<- *prometheus.Desc) {
	s.last.Describe(to)
	s.next.Describe(to)
	s.slots.Describe(to)
}

// Collect hands out what is known of each source.
func (s *Schedule) Collect(to chan<- prometheus.Metric) {
	s.last.Collect(to)
	s.next.Collect(to)
	s.slots.Collect(to)
}

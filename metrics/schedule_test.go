package metrics_test

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"arrears/metrics"
)

func TestScheduleShowsLastAndNextRunOfASource(t *testing.T) {
	s := metrics.NewSchedule()
	last, next := time.Unix(1_790_000_000, 0), time.Unix(1_790_000_900, 0)
	s.Ended("erp", "", time.Time{}, next)
	s.Ended("erp", "done", last, next)
	s.Ended("erp", "skipped", last, next)
	s.Ended("once", "", last, time.Time{}) // nothing is scheduled
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(s)
	compare(t, registry, `
# HELP arrears_schedule_last_run_timestamp_seconds When the last landing of the source began, whatever it came to.
# TYPE arrears_schedule_last_run_timestamp_seconds gauge
arrears_schedule_last_run_timestamp_seconds{source="erp"} 1.79e+09
arrears_schedule_last_run_timestamp_seconds{source="once"} 1.79e+09
# HELP arrears_schedule_next_run_timestamp_seconds When the next slot of the source comes; a time that is past says that the schedule stands still.
# TYPE arrears_schedule_next_run_timestamp_seconds gauge
arrears_schedule_next_run_timestamp_seconds{source="erp"} 1.7900009e+09
# HELP arrears_schedule_slots_total Slots of the source that are over: done, failed, panicked, or skipped.
# TYPE arrears_schedule_slots_total counter
arrears_schedule_slots_total{outcome="done",source="erp"} 1
arrears_schedule_slots_total{outcome="done",source="once"} 0
arrears_schedule_slots_total{outcome="failed",source="erp"} 0
arrears_schedule_slots_total{outcome="failed",source="once"} 0
arrears_schedule_slots_total{outcome="panicked",source="erp"} 0
arrears_schedule_slots_total{outcome="panicked",source="once"} 0
arrears_schedule_slots_total{outcome="skipped",source="erp"} 1
arrears_schedule_slots_total{outcome="skipped",source="once"} 0
`, "arrears_schedule_last_run_timestamp_seconds", "arrears_schedule_next_run_timestamp_seconds", "arrears_schedule_slots_total")
}

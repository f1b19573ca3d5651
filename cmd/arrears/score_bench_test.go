package main

import (
	"log/slog"
	"testing"
	"time"

	"arrears/demo"
	"arrears/score"
)

// BenchmarkBacktest reads the history of a large company, proves that nothing leaks, and tests three forecasts from a cut on and month by
// month, as score backtest does once the marts are published. The usual size is a million invoices (ARREARS_BENCH_INVOICES).
func BenchmarkBacktest(b *testing.B) {
	dir := b.TempDir()
	if _, err := demo.Scale(dir, demo.ScaleOptions{Invoices: size(b, "ARREARS_BENCH_INVOICES", 1_000_000), Seed: 1}); err != nil {
		b.Fatal(err)
	}
	d, err := (&company{data: dir, currency: "EUR"}).open(slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	if err := d.prepare(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		start := time.Now()
		all, known, err := d.examples(b.Context(), moments{})
		if err != nil {
			b.Fatal(err)
		}
		cut := score.Cut(all)
		if err := d.guard(b.Context(), moments{}, all, cut); err != nil {
			b.Fatal(err)
		}
		guarded := time.Since(start)
		if _, err := backtest(all, cut, known.Unix()/86400, false); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(all)), "examples")
		b.ReportMetric(guarded.Seconds(), "guard-s")
		b.ReportMetric(time.Since(start).Seconds(), "s")
	}
}

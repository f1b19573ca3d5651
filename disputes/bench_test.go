package disputes

import (
	"fmt"
	"sync/atomic"
	"testing"
)

// Steps of many people at once, each on a case of its own, acknowledged when they are on disk.
func BenchmarkStepsOfManyAtOnce(b *testing.B) {
	d := newBenchIn(b, b.TempDir())
	ids := make([]string, 32)
	for i := range ids {
		c, err := d.File(b.Context(), customer1, fmt.Sprint("f", i), claim("x", "100"))
		if err != nil {
			b.Fatal(err)
		}
		ids[i] = c.ID
	}
	var n, next atomic.Int64
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		mine := ids[int(next.Add(1))%len(ids)]
		for p.Next() {
			if _, err := d.Hear(b.Context(), customer1, fmt.Sprint("h", n.Add(1)), mine, Word{Text: "once more"}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
}

func BenchmarkOpeningACase(b *testing.B) {
	d := newBenchIn(b, b.TempDir())
	c, err := d.File(b.Context(), customer1, "f", claim("x", "100"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := d.Case(b.Context(), c.ID); err != nil {
			b.Fatal(err)
		}
		if _, err := d.History(b.Context(), c.ID); err != nil {
			b.Fatal(err)
		}
	}
}

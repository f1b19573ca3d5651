package pull_test

import (
	"os"
	"testing"
)

// accept is the suite that every kind of source passes.
func accept(t *testing.T, s stand) {
	many := 20_000
	if os.Getenv("ARREARS_LONG") != "" {
		many = 1_000_000
	}
	t.Run("empty", func(t *testing.T) {
		s.fill(t, 0)
		b := newBench(t, s)
		b.rows("nothing", 0)
		s.fill(t, 3)
		b.rows("and then three", 3)
	})
	t.Run("one row", func(t *testing.T) {
		s.fill(t, 1)
		b := newBench(t, s)
		r := b.rows("one", 1)
		if sums := r.Landed[0].Datasets[0].Sums; sums["EUR"] != nth(1).amount+"0" {
			t.Errorf("it sums up to %v, want %s", sums, nth(1).amount)
		}
		b.rows("again", 0)
	})
	t.Run("many rows", func(t *testing.T) {
		s.fill(t, many)
		b := newBench(t, s)
		b.rows("many", int64(many))
		b.rows("again", 0)
	})
	t.Run("wrong schema", func(t *testing.T) {
		s.fill(t, 3)
		s.spoil(t)
		b := newBench(t, s)
		report, err := b.land()
		refused := err == nil && len(report.Landed) == 1 && report.Landed[0].Failed != "" && report.Landed[0].Landed == 0
		if err == nil && !refused {
			t.Errorf("it landed: %+v", report.Landed)
		}
		s.fill(t, 3)
		b.rows("put right", 3)
	})
	t.Run("watermark in the future", func(t *testing.T) {
		if s.ahead == nil {
			t.Skip("it has no watermark")
		}
		s.fill(t, 3)
		s.ahead(t)
		b := newBench(t, s)
		b.rows("with one from 2099", 4)
		s.fill(t, 5) // without it
		b.now = b.now.AddDate(0, 0, 1)
		b.cfg.Sources[0] = s.source(split(t, b.line.Listen))
		if _, err := b.land(); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("down", func(t *testing.T) {
		s.fill(t, 3)
		b := newBench(t, s)
		b.rows("up", 3)
		if s.gone != nil {
			s.gone(t)
		} else {
			b.line.Stop()
		}
		b.fails("down")
	})
	if s.address == "" {
		return // nothing lies between
	}
	t.Run("slow", func(t *testing.T) {
		rows := 2000
		s.fill(t, rows)
		b := newBench(t, s)
		b.disturb("bandwidth", `"rate":100`) // kB a second
		b.disturb("latency", `"latency":20`)
		b.rows("slow", int64(rows))
	})
	t.Run("hanging", func(t *testing.T) {
		s.fill(t, 3)
		b := newBench(t, s)
		b.rows("well", 3)
		s.fill(t, 20)
		b.disturb("timeout", `"timeout":0`)
		b.fails("hanging")
		b.heal()
		b.rows("healed", 17+whole(s, b, 3))
	})
	t.Run("cut in the middle", func(t *testing.T) {
		s.fill(t, 3)
		b := newBench(t, s)
		b.rows("well", 3)
		s.fill(t, many)
		b.disturb("limit_data", `"bytes":200000`)
		b.fails("cut")
		b.heal()
		b.rows("healed", int64(many)-3+whole(s, b, 3))
	})
	t.Run("hanging in the middle", func(t *testing.T) {
		s.fill(t, many)
		b := newBench(t, s)
		b.disturb("bandwidth", `"rate":0`)
		b.fails("hanging")
	})
	t.Run("credentials wrong", func(t *testing.T) {
		if s.wrong == nil {
			t.Skip("it asks for none")
		}
		s.fill(t, 3)
		b := newBench(t, s)
		b.rows("right", 3)
		s.wrong(&b.cfg.Sources[0])
		b.fails("wrong")
	})
}

// whole is how many rows come again where a source has no watermark and sends all it has.
func whole(s stand, b *bench, rows int64) int64 {
	if _, d := b.cfg.Sources[0].Database(); d != nil && len(d.Watermark) > 0 {
		return 0
	}
	return rows
}

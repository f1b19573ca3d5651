package schedule_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"arrears/config"
	"arrears/ingest/schedule"
)

// A desk is a service whose landings are only written down.
type desk struct {
	t     *testing.T
	cfg   config.Config
	log   bytes.Buffer
	mu    sync.Mutex // of runs
	runs  [][]schedule.Slot
	land  func(context.Context, []schedule.Slot) error // nil: done at once
	ended []string
	life  time.Duration // after which the service is told to end, 0 for when the test says so
}

func newDesk(t *testing.T, cfg config.Config) *desk {
	cfg.State = t.TempDir()
	if cfg.Missed == "" {
		cfg.Missed = "catch_up"
	}
	return &desk{t: t, cfg: cfg}
}

// serve starts a service; stop ends it as SIGTERM does.
func (d *desk) serve() (stop func()) {
	d.t.Helper()
	sources, err := schedule.Sources(d.cfg)
	if err != nil {
		d.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(d.t.Context())
	if d.life > 0 {
		ctx, cancel = context.WithTimeout(d.t.Context(), d.life)
	}
	r := &schedule.Runner{
		Sources: sources, State: d.cfg.State, Log: slog.New(slog.NewTextHandler(&d.log, nil)),
		Lock: func(context.Context) (func(), error) { return func() {}, nil },
		Land: func(ctx context.Context, slots []schedule.Slot) error {
			d.mu.Lock()
			d.runs = append(d.runs, slots)
			d.mu.Unlock()
			if d.land != nil {
				return d.land(ctx, slots)
			}
			return nil
		},
		Ended: func(source, outcome string, _, _ time.Time) {
			if outcome != "" {
				d.ended = append(d.ended, source+" "+outcome)
			}
		},
	}
	r.Start(ctx)
	return func() { cancel(); r.Stop() }
}

// said is what each run landed, with the times of its slots.
func (d *desk) said() string {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	var lines []string
	for _, run := range d.runs {
		var parts []string
		for _, s := range run {
			part := s.Source
			if !s.At.IsZero() {
				part += s.At.Format("@2T15:04:05")
			}
			parts = append(parts, part)
		}
		lines = append(lines, strings.Join(parts, " "))
	}
	d.runs = nil
	return strings.Join(lines, "; ")
}

func (d *desk) want(what, want string) {
	d.t.Helper()
	if got := d.said(); got != want {
		d.t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}

// until sleeps to a time of the bubble, whose clock begins with the year 2000.
func until(t *testing.T, text string) { time.Sleep(time.Until(at(t, text))) }

func source(name, expression, zone string) config.Source {
	return config.Source{Name: name, Schedule: expression, TimeZone: zone}
}

// The service runs through every change of the clock in these zones, and is down in between.
func TestEverySlotRunsOnceOverAllChangesFrom2024To2040(t *testing.T) {
	named := []int{0, 120, 150}
	for _, zone := range zones {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			moments := changes(t, zone)
			synctest.Test(t, func(t *testing.T) { throughChanges(t, zone, moments, named) })
		})
	}
}

func throughChanges(t *testing.T, zone string, moments []time.Time, named []int) {
	cfg := config.Config{Schedule: "30 * * * *", TimeZone: zone}
	for _, m := range named {
		cfg.Sources = append(cfg.Sources, source(fmt.Sprint(m), fmt.Sprintf("%d %d * * *", m%60, m/60), ""))
	}
	d, ran := newDesk(t, cfg), map[string]int{}
	for _, change := range moments {
		from, to := change.Add(-75*time.Minute), change.Add(105*time.Minute)
		time.Sleep(time.Until(from))
		stop := d.serve()
		time.Sleep(time.Until(to))
		stop()
		for _, slot := range slices.Concat(d.runs...) {
			if !slot.At.IsZero() {
				ran[slot.Source+slot.At.String()]++
			}
		}
		d.runs = nil
		for i, slots := range dailyByLooking(from, to, named) {
			for _, slot := range slots {
				if key := fmt.Sprint(named[i]) + slot.UTC().String(); ran[key] != 1 {
					t.Fatalf("%s: the slot %s of %d ran %d times", zone, slot, named[i], ran[key])
				}
			}
		}
	}
	for slot, times := range ran {
		if times != 1 {
			t.Errorf("%s: %s ran %d times", zone, slot, times)
		}
	}
	if len(ran) < 4*len(moments) {
		t.Errorf("%s: %d slots ran over %d changes", zone, len(ran), len(moments))
	}
}

func TestOnlySourcesWhoseSlotHasComeAreLanded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, config.Config{Schedule: "0 */6 * * *", Sources: []config.Source{
			{Name: "erp"}, source("bank", "0 6 * * *", "Europe/Berlin"), source("rates", "30 6 * * *", ""), {Name: "tokyo", TimeZone: "Asia/Tokyo"}}})
		until(t, "2026-01-01T03:00:00Z")
		stop := d.serve()
		d.want("at the first start", "erp@1T00:00:00 bank@31T05:00:00 rates@31T06:30:00 tokyo@1T03:00:00 ledger@1T00:00:00")
		until(t, "2026-01-01T08:00:00Z")
		d.want("in the morning", "bank@1T05:00:00; erp@1T06:00:00 ledger@1T06:00:00; rates@1T06:30:00")
		stop()
		stop = d.serve()
		d.want("at a restart", "erp tokyo ledger")
		stop()
		until(t, "2026-01-09T07:00:00Z")
		stop = d.serve()
		d.want("after a week", "erp@9T06:00:00 bank@9T05:00:00 rates@9T06:30:00 tokyo@9T03:00:00 ledger@9T06:00:00")
		stop()
	})
}

func TestMissedSlotsAreLeftOutWhereThatIsWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, config.Config{Schedule: "0 6 * * *", Missed: "skip", Sources: []config.Source{
			{Name: "erp"}, {Name: "bank", Schedule: "0 7 * * *", Missed: "catch_up"}}})
		until(t, "2026-01-01T08:00:00Z")
		stop := d.serve()
		d.want("at the start", "bank@1T07:00:00")
		if got := strings.Join(d.ended, ", "); got != "erp skipped, ledger skipped, bank done" {
			t.Errorf("it ended so: %s", got)
		}
		until(t, "2026-01-02T06:30:00Z")
		d.want("the next day", "erp@2T06:00:00 ledger@2T06:00:00")
		stop()
	})
}

func TestSlotThatComesDuringItsOwnRunIsSkippedAndThatOfAnotherSourceWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, config.Config{Schedule: "*/10 * * * *", Sources: []config.Source{source("bank", "5 * * * *", "")}})
		atWork := 0
		d.land = func(_ context.Context, slots []schedule.Slot) error {
			if atWork++; atWork > 1 {
				t.Error("two runs at once")
			}
			if slots[0].Source == "ledger" {
				time.Sleep(16 * time.Minute)
			}
			atWork--
			return nil
		}
		until(t, "2026-01-01T00:00:00Z")
		stop := d.serve()
		d.said()
		until(t, "2026-01-01T01:00:00Z")
		d.want("in an hour", "bank@1T00:05:00; ledger@1T00:10:00; ledger@1T00:30:00; ledger@1T00:50:00")
		until(t, "2026-01-01T01:07:00Z")
		d.want("another source", "bank@1T01:05:00")
		stop()
	})
}

func TestPanicAndFailureStopNoLaterRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, run := newDesk(t, config.Config{Schedule: "0 * * * *"}), 0
		d.land = func(context.Context, []schedule.Slot) error {
			switch run++; run % 3 {
			case 1:
				panic("boom")
			case 2:
				return errors.New("the source is down")
			}
			return nil
		}
		until(t, "2026-01-01T00:30:00Z")
		stop := d.serve()
		until(t, "2026-01-01T05:30:00Z")
		stop()
		d.want("in five hours", "ledger@1T00:00:00; ledger@1T01:00:00; ledger@1T02:00:00; ledger@1T03:00:00; ledger@1T04:00:00; ledger@1T05:00:00")
		if got := strings.Join(d.ended, ", "); got != strings.TrimSuffix(strings.Repeat("ledger panicked, ledger failed, ledger done, ", 2), ", ") {
			t.Errorf("it ended so: %s", got)
		}
		if !strings.Contains(d.log.String(), "boom") {
			t.Error("the panic is not in the log")
		}
	})
}

// A process that dies leaves a slot that has begun. It is tried once more, and a slot that kills its process twice no third time.
func TestSlotOfADeadProcessIsTriedOnceMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, config.Config{Schedule: "0 6 * * *", Sources: []config.Source{source("bank", "0 7 * * *", "")}})
		until(t, "2026-01-01T08:00:00Z")
		dead := `{"bank": [{"slot": "2026-01-01T07:00:00Z", "began": "2026-01-01T07:00:01Z", "tries": %d}],
			"ledger": [{"slot": "2026-01-01T06:00:00Z", "outcome": "done"}]}`
		for tries, want := range map[int]string{1: "bank@1T07:00:00 ledger", 2: "ledger"} {
			d.write(fmt.Sprintf(dead, tries))
			d.serve()()
			d.want(fmt.Sprintf("after %d tries", tries), want)
		}
		d.land = func(ctx context.Context, _ []schedule.Slot) error { <-ctx.Done(); return ctx.Err() }
		until(t, "2026-01-02T06:30:00Z")
		d.life = time.Minute
		for range 3 { // ended in the middle, which is no try
			d.serve()()
			d.want("cut off", "ledger@2T06:00:00")
		}
	})
}

func TestRecordThatCannotBeReadBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, config.Config{Schedule: "0 6 * * *"})
		until(t, "2026-01-01T08:00:00Z")
		d.write("{")
		d.serve()()
		d.want("at the start", "ledger@1T06:00:00")
		if book, err := schedule.Read(d.cfg.State); err != nil || book["ledger"][0].Outcome != schedule.Done {
			t.Errorf("the record is now %v (%v)", book, err)
		}
	})
}

func TestWholeWithoutAScheduleRunsAtTheStartOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, config.Config{Missed: "skip", Sources: []config.Source{{Name: "erp"}, source("bank", "0 7 * * *", "")}})
		until(t, "2026-01-01T08:00:00Z")
		stop := d.serve()
		until(t, "2026-01-02T08:00:00Z")
		stop()
		d.want("in a day", "erp ledger; bank@2T07:00:00")
	})
}

func TestRecordFromAWrongClockDoesNotStopTheSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, config.Config{Schedule: "0 6 * * *"})
		d.write(`{"ledger": [{"slot": "2099-01-01T06:00:00Z", "outcome": "done"}]}`)
		until(t, "2026-01-01T08:00:00Z")
		stop := d.serve()
		until(t, "2026-01-02T08:00:00Z")
		stop()
		d.want("after the clock was set right", "ledger@1T06:00:00; ledger@2T06:00:00")
	})
}

// Where the folder cannot be written, slots run all the same, and none of them twice.
func TestRecordThatCannotBeWrittenStopsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, config.Config{Schedule: "0 6 * * *"})
		d.cfg.State = filepath.Join(d.cfg.State, "gone")
		until(t, "2026-01-01T08:00:00Z")
		stop := d.serve()
		until(t, "2026-01-03T08:00:00Z")
		stop()
		d.want("in two days", "ledger@1T06:00:00; ledger@2T06:00:00; ledger@3T06:00:00")
	})
}

func (d *desk) write(book string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.cfg.State, "schedule.json"), []byte(book), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

package schedule

import (
	"context"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"
)

// A Slot has come for a source.
type Slot struct {
	Source string
	At     time.Time // zero where the source is landed because the service starts, though no slot of it is open
}

// A Runner has every slot of its sources run once. Slots that are open at the same time are one run; runs never overlap.
type Runner struct {
	Sources []Source
	State   string // the folder that remembers what has run
	Log     *slog.Logger

	// Lock waits until no other process lands or refreshes.
	Lock func(context.Context) (unlock func(), err error)

	// Land takes in the sources of the slots and refreshes once, under the lock. Its error is for the record: it is logged where it arises.
	Land func(context.Context, []Slot) error

	// Ended hears of every slot that is over, and once at the start (with no outcome) of every source. last and next are zero
	// where there is none. May be nil.
	Ended func(source, outcome string, last, next time.Time)

	cron *cron.Cron
	last map[string]time.Time // when each source was last landed
	next time.Time            // before it there is nothing to run; zero: that is not known
	book Book                 // as it was last read or written
	held bool                 // the book could not be written: the file is not true
}

// Start lands what the start of the service asks for, and then keeps the schedule in the background until Stop. It returns when the
// run at the start is over. It may be called once.
func (r *Runner) Start(ctx context.Context) {
	log := cronLog{r.Log}
	// The order matters: a panic must end inside the wrapper that skips, or every later slot would be skipped.
	chain := cron.NewChain(cron.SkipIfStillRunning(log), cron.Recover(log))
	chain.Then(cron.FuncJob(func() { r.start(ctx) })).Run()
	r.cron = cron.New(cron.WithLocation(time.UTC), cron.WithLogger(log))
	r.cron.Schedule(&looks{sources: r.Sources}, chain.Then(cron.FuncJob(func() { r.catchUp(ctx) })))
	r.cron.Start()
}

// Stop ends the schedule and waits for the run at work, which the context of Start can cut short.
func (r *Runner) Stop() { <-r.cron.Stop().Done() }

// start makes the first run.
func (r *Runner) start(ctx context.Context) {
	r.last = map[string]time.Time{}
	book := r.read(ctx)
	for _, s := range r.Sources {
		r.last[s.Name] = book.ran(s.Name)
		r.Log.InfoContext(ctx, "scheduled", "source", s.Name, "last", moment(r.last[s.Name]), "next", moment(s.Schedule.Next(time.Now())))
		r.tell(s, "")
	}
	r.run(ctx, r.atStart)
}

// atStart are the slots of the first run: what goes with the whole, and what was missed. What is to be left out is noted as skipped.
func (r *Runner) atStart(book Book) []Slot {
	now := time.Now()
	var slots []Slot
	for _, s := range r.Sources {
		slot := s.Schedule.Latest(now)
		open := !slot.IsZero() && book.open(s.Name, slot, now)
		switch {
		case s.Skip && slot.Before(now.Truncate(time.Second)) && !slot.IsZero():
			if open {
				book.note(s.Name, Record{Slot: slot, Outcome: Skipped})
				r.tell(s, Skipped)
			}
		case open:
			slots = append(slots, Slot{s.Name, slot})
		case !s.Own:
			slots = append(slots, Slot{Source: s.Name})
		}
	}
	return slots
}

// catchUp runs slots until none is open: those that came during a run are run right after it.
func (r *Runner) catchUp(ctx context.Context) {
	for ctx.Err() == nil && !time.Now().Before(r.next) {
		next := first(r.Sources, time.Now())
		if len(r.open(r.book)) == 0 {
			r.next = next
			return
		}
		if !r.run(ctx, r.open) {
			return
		}
	}
}

// open are the slots that have come and are still to be run, of each source the latest.
func (r *Runner) open(book Book) []Slot {
	now := time.Now()
	var slots []Slot
	for _, s := range r.Sources {
		if slot := s.Schedule.Latest(now); !slot.IsZero() && book.open(s.Name, slot, now) {
			slots = append(slots, Slot{s.Name, slot})
		}
	}
	return slots
}

// run makes one run of the slots that are open once the lock is held, and says whether there was one. The record is written before
// and after it.
func (r *Runner) run(ctx context.Context, open func(Book) []Slot) bool {
	unlock, err := r.Lock(ctx)
	if err != nil {
		if ctx.Err() == nil {
			r.Log.ErrorContext(ctx, "slots wait", "cause", err)
		}
		return false
	}
	defer unlock()
	book := r.read(ctx)
	w := work{began: time.Now(), slots: open(book), outcome: Panicked}
	w.begin(book)
	r.write(ctx, book)
	if len(w.slots) == 0 {
		return false
	}
	defer func() { r.end(ctx, book, w) }() // also of a run that panics, which goes on to the wrapper that ends it
	if err := r.Land(ctx, w.slots); err != nil {
		w.outcome = Failed
	} else {
		w.outcome = Done
	}
	return true
}

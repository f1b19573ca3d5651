package schedule

import (
	"context"
	"log/slog"
	"time"
)

// work is one run.
type work struct {
	slots   []Slot
	began   time.Time
	outcome string
}

// begin notes that the slots are at work.
func (w work) begin(book Book) {
	for _, s := range w.slots {
		if s.At.IsZero() {
			continue
		}
		r := Record{Slot: s.At, Began: w.began.UTC(), Tries: 1}
		if last, ok := book.last(s.Source); ok && last.Slot.Equal(s.At) {
			r.Tries += last.Tries
		}
		book.note(s.Source, r)
	}
}

// end notes how a run ended, and leaves out what came of the same sources meanwhile. A run that the end of the service cut off
// does not count as tried: it is open again at the next start.
func (r *Runner) end(ctx context.Context, book Book, w work) {
	now, cut := time.Now(), ctx.Err() != nil && w.outcome != Done
	for _, slot := range w.slots {
		s := r.source(slot.Source)
		r.last[s.Name] = w.began
		outcome := ""
		if !slot.At.IsZero() {
			last, _ := book.last(s.Name)
			if cut {
				last.Tries--
			} else {
				last.Ended, last.Outcome, outcome = now.UTC(), w.outcome, w.outcome
			}
			book.note(s.Name, last)
		}
		r.tell(s, outcome)
		if meanwhile := s.Schedule.Latest(now); !cut && meanwhile.After(w.began) && book.open(s.Name, meanwhile, now) {
			book.note(s.Name, Record{Slot: meanwhile, Outcome: Skipped})
			r.tell(s, Skipped)
		}
	}
	r.write(ctx, book)
	r.Log.InfoContext(ctx, "slots run", "sources", names(w.slots), "outcome", w.outcome, "late", w.late(),
		"took", now.Sub(w.began).Round(time.Millisecond), "next", moment(first(r.Sources, now)))
}

// late is for how long the oldest slot has waited.
func (w work) late() time.Duration {
	var most time.Duration
	for _, s := range w.slots {
		if !s.At.IsZero() {
			most = max(most, w.began.Sub(s.At))
		}
	}
	return most.Round(time.Second)
}

// moment is a time as the log says it.
func moment(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}

// tell lets whoever listens know how a source stands.
func (r *Runner) tell(s Source, outcome string) {
	if r.Ended != nil {
		r.Ended(s.Name, outcome, r.last[s.Name], s.Schedule.Next(time.Now()))
	}
}

func (r *Runner) source(name string) Source {
	for _, s := range r.Sources {
		if s.Name == name {
			return s
		}
	}
	panic("a slot of no source: " + name) // slots are made of Sources
}

func names(slots []Slot) []string {
	names := make([]string, len(slots))
	for i, s := range slots {
		names[i] = s.Source
	}
	return names
}

// read is the book as the file has it, or what could not be written to it. Another process may have written it, under the same lock.
func (r *Runner) read(ctx context.Context) Book {
	if r.held {
		return r.book
	}
	book, err := Read(r.State)
	if err != nil {
		r.Log.WarnContext(ctx, "what has run is not known, every source counts as new", "cause", err)
	}
	r.book = book
	return book
}

// write keeps the book in memory where it cannot be written: the slots are run all the same, since landing twice changes nothing.
func (r *Runner) write(ctx context.Context, book Book) {
	err := book.write(r.State)
	if err != nil {
		r.Log.ErrorContext(ctx, "slots may be run again after a restart", "cause", err)
	}
	r.book, r.held = book, err != nil
}

// looks is when to look for open slots: when one comes, and every minute, since the timers of a machine that slept have slept too
// and its clock may have been set.
type looks struct {
	sources []Source
	slot    time.Time // the next one, found when the last one had come
}

// Next is the next time to look.
func (l *looks) Next(now time.Time) time.Time {
	if !l.slot.After(now) {
		l.slot = first(l.sources, now)
	}
	minute := now.Truncate(time.Minute).Add(time.Minute)
	if l.slot.IsZero() || minute.Before(l.slot) {
		return minute
	}
	return l.slot
}

// first is the next slot of any source, the zero time where none comes.
func first(sources []Source, now time.Time) time.Time {
	var soonest time.Time
	for _, s := range sources {
		if next := s.Schedule.Next(now); !next.IsZero() && (soonest.IsZero() || next.Before(soonest)) {
			soonest = next
		}
	}
	return soonest
}

// cronLog lets cron speak through the service's log.
type cronLog struct{ *slog.Logger }

// Info is what cron says of its own doings; what it skips is a look, and no slot.
func (l cronLog) Info(message string, facts ...any) { l.Debug(message, facts...) }

// Error is a run that panicked.
func (l cronLog) Error(err error, message string, facts ...any) {
	l.Logger.Error(message, append(facts, "cause", err)...)
}

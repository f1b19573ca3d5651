// Package schedule says when each source is to be landed, and sees to it that this happens once: whatever daylight saving does
// to the clock, whatever the run before it did, and though the service was down when the time came.
package schedule

import (
	"fmt"
	"math/bits"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// A Schedule is a cron expression in a time zone. Its slots are instants, so that each of them is there once:
//
//   - An expression that names hours (30 2 * * *) names times of the wall clock. A time that the clock leaves out comes at the
//     moment it is put forward; of a time that comes twice the first counts. Times that fall on one instant are one slot.
//   - An expression for every hour (*/15 * * * *) follows elapsed time: its slots are the instants at which the wall clock
//     shows a time it names, in an hour that comes twice both times.
//   - @every 10m counts whole intervals since 1970 in UTC, so that a restart does not move its slots.
//
// The zero Schedule has no slot.
type Schedule struct {
	zone  *time.Location
	wall  *cron.SpecSchedule // read in UTC, where no hour is missing or doubled
	every time.Duration
}

// Parse reads an expression of five fields, @hourly and the like, or @every with a duration. An empty one has no slot.
func Parse(expression, zone string) (Schedule, error) {
	location, err := time.LoadLocation(zone)
	if err != nil {
		return Schedule{}, fmt.Errorf("time zone %q: %w", zone, err)
	}
	s := Schedule{zone: location}
	if expression == "" {
		return s, nil
	}
	if strings.Contains(expression, "TZ=") { // the parser knows it, and panics where nothing follows
		return Schedule{}, fmt.Errorf("schedule %q: its zone is told apart from it", expression)
	}
	parsed, err := cron.ParseStandard(expression)
	if err != nil {
		return Schedule{}, fmt.Errorf("schedule %q: %w", expression, err)
	}
	switch parsed := parsed.(type) {
	case cron.ConstantDelaySchedule:
		s.every = parsed.Delay
	case *cron.SpecSchedule:
		parsed.Location = time.UTC
		s.wall = parsed
	}
	return s, nil
}

// Next is the first slot after an instant, in UTC; the zero time where none comes.
func (s Schedule) Next(after time.Time) time.Time {
	switch {
	case s.every > 0:
		return after.UTC().Truncate(time.Second).Add(s.every - sinceEpoch(after)%s.every)
	case s.wall == nil:
		return time.Time{}
	case s.everyHour():
		return s.nextElapsed(after)
	default:
		return s.nextNamed(after)
	}
}

// Latest is the last slot at or before an instant, in UTC; the zero time where there was none in ten years.
func (s Schedule) Latest(now time.Time) time.Time {
	const day = 24 * time.Hour
	if s.every > 0 {
		return s.Next(now).Add(-s.every)
	}
	for _, back := range []time.Duration{time.Hour, day, 32 * day, 367 * day, 3660 * day} { // so that few slots are walked over
		var latest time.Time
		for slot := s.Next(now.Add(-back)); !slot.IsZero() && !slot.After(now); slot = s.Next(slot) {
			latest = slot
		}
		if !latest.IsZero() {
			return latest
		}
	}
	return time.Time{}
}

// sinceEpoch is the whole seconds since 1970.
func sinceEpoch(t time.Time) time.Duration { return time.Duration(t.Unix()) * time.Second }

// everyHour says whether every hour is named, in whatever way it is written.
func (s Schedule) everyHour() bool {
	const hours = 1<<24 - 1
	return bits.OnesCount64(s.wall.Hour&hours) == 24
}

// nextNamed goes through the named times until one comes to pass after the instant. They come to pass in their order.
func (s Schedule) nextNamed(after time.Time) time.Time {
	for wall := s.wall.Next(onWall(after.In(s.zone))); !wall.IsZero(); wall = s.wall.Next(wall) {
		if slot := s.comes(wall); slot.After(after) {
			return slot
		}
	}
	return time.Time{}
}

// nextElapsed looks for a named time in the period of one offset after the other.
func (s Schedule) nextElapsed(after time.Time) time.Time {
	for from := after.In(s.zone); ; {
		wall := s.wall.Next(onWall(from))
		if wall.IsZero() {
			return time.Time{}
		}
		_, offset := from.Zone()
		slot := time.Unix(wall.Unix()-int64(offset), 0)
		end := ends(from)
		if end.IsZero() || slot.Before(end) {
			return slot.UTC()
		}
		if wall := onWall(end); s.wall.Next(wall.Add(-time.Second)).Equal(wall) {
			return end.UTC()
		}
		from = end
	}
}

// comes is the instant at which a time of the wall clock comes to pass for the first time, or at which the clock jumps over it.
func (s Schedule) comes(wall time.Time) time.Time {
	const widest = 26 * time.Hour // from the westernmost clock to the easternmost
	from := time.Unix(wall.Unix(), 0).Add(-widest).In(s.zone)
	for {
		_, offset := from.Zone()
		slot := time.Unix(wall.Unix()-int64(offset), 0)
		if slot.Before(from) {
			return from.UTC()
		}
		end := ends(from)
		if end.IsZero() || slot.Before(end) {
			return slot.UTC()
		}
		from = end
	}
}

// ends is when the offset in force may change next, the zero time where it stays. For years beyond its table the library takes every
// year to have 365 days, and on the last day of a leap year says that the period is over already. No zone changes on that day.
func ends(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if !end.IsZero() && !end.After(t) {
		return t.Add(24 * time.Hour)
	}
	return end
}

// onWall is what the wall clock shows, as if it hung in UTC.
func onWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

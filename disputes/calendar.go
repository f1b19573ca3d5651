package disputes

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/us"
)

// countries are the public holidays that a model may name.
var countries = map[string][]*cal.Holiday{
	"at": at.Holidays, "be": be.Holidays, "ch": ch.Holidays, "de": de.Holidays, "dk": dk.Holidays, "es": es.Holidays, "fr": fr.Holidays,
	"gb": gb.Holidays, "ie": ie.Holidays, "it": it.Holidays, "nl": nl.Holidays, "pl": pl.Holidays, "se": se.Holidays, "us": us.Holidays,
}

func countryCodes() []string { return slices.Sorted(maps.Keys(countries)) }

// A Calendar is a company's word on single days, over what the countries' rules say. The zero value says nothing.
type Calendar struct {
	days map[string]map[string]bool // entity, empty for all -> day -> whether people work
}

// ReadCalendar reads a CSV file with the columns entity, day (YYYY-MM-DD) and works (yes or no). An empty entity means all.
func ReadCalendar(name string, r io.Reader) (Calendar, error) {
	in := csv.NewReader(r)
	header, err := in.Read()
	if err != nil || !slices.Equal(header, []string{"entity", "day", "works"}) {
		return Calendar{}, fmt.Errorf("%s:1: the columns are entity,day,works, not %s", name, strings.Join(header, ","))
	}
	c := Calendar{days: map[string]map[string]bool{}}
	var wrong []error
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return c, errors.Join(wrong...)
		}
		line, _ := in.FieldPos(0)
		if err != nil {
			return Calendar{}, fmt.Errorf("%s: %w", name, err)
		}
		if _, err := time.Parse(time.DateOnly, record[1]); err != nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: %q is no day; write it as in 2026-12-24", name, line, record[1]))
		}
		if record[2] != "yes" && record[2] != "no" {
			wrong = append(wrong, fmt.Errorf("%s:%d: works is yes or no, not %q", name, line, record[2]))
		}
		if c.days[record[0]] == nil {
			c.days[record[0]] = map[string]bool{}
		}
		c.days[record[0]][record[1]] = record[2] == "yes"
	}
}

// A week is the working time of one entity.
type week struct {
	from, to time.Duration // since midnight
	days     [7]bool
	holidays []*cal.Holiday
	entity   string
	calendar Calendar
	zone     *time.Location
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// week is when people of an entity work. The model has been checked.
func (m Model) week(entity string, c Calendar, zone *time.Location) week {
	from, _ := clockTime(m.Hours.From)
	to, _ := clockTime(m.Hours.To)
	w := week{from: from, to: to, entity: entity, calendar: c, zone: zone}
	for _, day := range m.Hours.Days {
		w.days[slices.Index(weekdays, day)] = true
	}
	country, ok := m.Hours.Holidays[entity]
	if !ok {
		country = m.Hours.Holidays["default"]
	}
	w.holidays = countries[country]
	return w
}

func clockTime(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", text)
	if text == "24:00" {
		return 24 * time.Hour, nil
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}

// works says whether a day is a working day.
func (w week) works(day time.Time) bool {
	text := day.Format(time.DateOnly)
	for _, entity := range []string{w.entity, ""} {
		if works, said := w.calendar.days[entity][text]; said {
			return works
		}
	}
	if !w.days[day.Weekday()] {
		return false
	}
	for _, h := range w.holidays {
		if actual, observed := h.Calc(day.Year()); sameDay(actual, day) || sameDay(observed, day) {
			return false
		}
	}
	return true
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// farthest bounds the search for working time, where a calendar has none.
const farthest = 3 * 366

// add is the moment after so much working time from another. Moments outside working time count from its next beginning.
func (w week) add(since time.Time, work time.Duration) time.Time {
	local := since.In(w.zone)
	for range farthest {
		year, month, day := local.Date()
		begin := wall(year, month, day, w.from, w.zone)
		end := wall(year, month, day, w.to, w.zone)
		if w.works(time.Date(year, month, day, 12, 0, 0, 0, time.UTC)) && local.Before(end) {
			if local.Before(begin) {
				local = begin
			}
			left := end.Sub(local)
			if work <= left {
				return local.Add(work).UTC()
			}
			work -= left
		}
		local = time.Date(year, month, day+1, 0, 0, 0, 0, w.zone)
	}
	return local.UTC()
}

// wall is a moment by the clock on the wall, also on days that have an hour more or less.
func wall(year int, month time.Month, day int, at time.Duration, zone *time.Location) time.Time {
	return time.Date(year, month, day, int(at/time.Hour), int(at%time.Hour/time.Minute), 0, 0, zone)
}

// between is the working time from one moment to another; none where the second is not after the first.
func (w week) between(from, to time.Time) time.Duration {
	var sum time.Duration
	local, to := from.In(w.zone), to.In(w.zone)
	for local.Before(to) {
		year, month, day := local.Date()
		begin, end := wall(year, month, day, w.from, w.zone), wall(year, month, day, w.to, w.zone)
		if w.works(time.Date(year, month, day, 12, 0, 0, 0, time.UTC)) {
			if local.After(begin) {
				begin = local
			}
			if to.Before(end) {
				end = to
			}
			sum += max(0, end.Sub(begin))
		}
		local = time.Date(year, month, day+1, 0, 0, 0, 0, w.zone)
	}
	return sum
}

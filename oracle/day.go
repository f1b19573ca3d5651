package oracle

import "time"

// Day counts days since 1970-01-01. The zero Day means never: no ledger here is that old.
type Day int

// Month counts months: year * 12 + month - 1.
type Month int

// Never is the day of what has not happened.
const Never Day = 0

// Date is the day of a year, a month and a day of the month.
func Date(year int, month time.Month, day int) Day {
	return dayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// ParseDay reads a date as 2025-03-31, or the day of a time as 2025-03-31T09:00.
func ParseDay(text string) (Day, error) {
	if len(text) > len(time.DateOnly) {
		text = text[:len(time.DateOnly)]
	}
	at, err := time.Parse(time.DateOnly, text)
	return dayOf(at), err
}

func dayOf(at time.Time) Day {
	if at.IsZero() {
		return Never
	}
	seconds := at.Unix()
	if seconds < 0 {
		seconds -= 86399
	}
	return Day(seconds / 86400)
}

// Time is the beginning of the day.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

func (d Day) String() string {
	if d == Never {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// Month is the month the day lies in.
func (d Day) Month() Month {
	at := d.Time()
	return Month(at.Year()*12 + int(at.Month()) - 1)
}

// First is the first day of the month.
func (m Month) First() Day { return Date(int(m)/12, time.Month(int(m)%12+1), 1) }

// Last is the last day of the month.
func (m Month) Last() Day { return (m + 1).First() - 1 }

// elapsed are the days of a month that have passed at the end of a day: all of them, or those up to the day.
func (m Month) elapsed(on Day) int { return int(min(m.Last(), on)-m.First()) + 1 }

// A window is a stretch of days, both ends included.
type window struct{ first, last Day }

// trailing is the window of every windowed figure (0, Window): the three calendar months that end with the day, the last
// of them as far as it has passed.
func trailing(on Day) window { return window{(on.Month() - 2).First(), on} }

// monthTo is the month of the day as far as it has passed.
func monthTo(on Day) window { return window{on.Month().First(), on} }

func (w window) has(d Day) bool { return w.first <= d && d <= w.last }
func (w window) days() int      { return int(w.last-w.first) + 1 }
func (w window) before() Day    { return w.first - 1 }

// effective is when a reduction counts (0, Open at date D): at the latest of the days it depends on.
func effective(days ...Day) Day {
	latest := Never
	for _, d := range days {
		latest = max(latest, d)
	}
	return latest
}

package demo

import "time"

// Day is a calendar day as the number of days since 1970-01-01; zero means there is none.
type Day int

// AsOf is the day on which the extracts are taken, 31 October 2026: nothing in them is later.
const AsOf Day = 20757

func dayOf(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Time is midnight of the day, UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String is the day as YYYY-MM-DD, empty for none.
func (d Day) String() string { return d.format("2006-01-02") }

func (d Day) format(layout string) string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(layout)
}

// known keeps a day that has come by AsOf and forgets a later one: an extract does not know the future.
func known(d Day) Day {
	if d > AsOf {
		return 0
	}
	return d
}

// monthStart is the first day of the month that many months before the month of AsOf.
func monthStart(ago int) Day {
	t := AsOf.Time()
	return dayOf(t.Year(), t.Month()-time.Month(ago), 1)
}

// monthEnd is the last day of that month.
func monthEnd(ago int) Day { return monthStart(ago-1) - 1 }

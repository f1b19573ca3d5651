package schedule_test

import (
	"fmt"
	"testing"
	"time"

	_ "time/tzdata"

	"arrears/ingest/schedule"
)

// zones change their clocks on different days and hours, by an hour or half of one, at midnight, or no more.
var zones = []string{
	"America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "America/Santiago", "America/Havana", "America/St_Johns",
	"Atlantic/Azores", "Europe/London", "Europe/Berlin", "Europe/Chisinau", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut",
	"Asia/Jerusalem", "Asia/Kolkata", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Auckland", "Pacific/Chatham",
	"Antarctica/Troll", "America/Scoresbysund", "UTC",
}

func TestSlotsAreThoseOfTheWallClock(t *testing.T) {
	for _, c := range []struct{ expression, zone, after, want string }{
		{"0 6 * * 1-5", "Europe/Berlin", "2026-10-23T05:00:00Z", "2026-10-26T05:00:00Z"}, // Friday to Monday, over the end of summer time
		{"30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", "2026-03-08T07:00:00Z"},
		{"30 2 * * *", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"},
		{"30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", "2026-11-01T05:30:00Z"},
		{"30 1 * * *", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"},
		{"*/30 2 * * *", "America/New_York", "2026-03-08T06:59:00Z", "2026-03-08T07:00:00Z"}, // two times, one instant
		{"*/30 2 * * *", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"},
		{"30 * * * *", "America/New_York", "2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z"}, // an hour later the clock shows 3:30
		{"30 * * * *", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"}, // and here 1:30 again
		{"30 0-23 * * *", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"},
		{"0 0 * * *", "Asia/Beirut", "2026-03-28T12:00:00Z", "2026-03-28T22:00:00Z"},    // no midnight on the 29th: one o'clock
		{"0 6 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", "2011-12-30T10:00:00Z"}, // Samoa left this day out
		{"15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-03T15:30:00Z"},
		{"@daily", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01T18:30:00Z"},
		{"@every 10m", "Asia/Kolkata", "2026-01-01T00:10:00.5Z", "2026-01-01T00:20:00Z"},
		{"@every 10m", "UTC", "2026-01-01T00:10:00Z", "2026-01-01T00:20:00Z"},
		{"0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"},
	} {
		s := parsed(t, c.expression, c.zone)
		got, want := s.Next(at(t, c.after)), at(t, c.want)
		if !got.Equal(want) {
			t.Errorf("%s in %s after %s comes %s, want %s", c.expression, c.zone, c.after, got.Format(time.RFC3339), c.want)
		}
		for instant, slot := range map[time.Time]time.Time{want: want, want.Add(time.Second): want} {
			if got := s.Latest(instant); !got.Equal(slot) {
				t.Errorf("%s in %s: the latest at %s is %s, want %s", c.expression, c.zone, instant, got, slot)
			}
		}
	}
}

func TestExpressionWithoutSlotsNeverComes(t *testing.T) {
	s := parsed(t, "", "Europe/Berlin")
	now := at(t, "2026-01-01T00:00:00Z")
	if next, latest := s.Next(now), s.Latest(now); !next.IsZero() || !latest.IsZero() {
		t.Errorf("nothing is scheduled, and comes at %s and %s", next, latest)
	}
}

func TestExpressionsThatAreNoneAreRefused(t *testing.T) {
	for _, c := range [][2]string{{"0 25 * * *", "UTC"}, {"TZ=Europe/Berlin", "UTC"}, {"0 6 * *", "UTC"}, {"0 6 * * *", "Europe/Berlln"}} {
		if _, err := schedule.Parse(c[0], c[1]); err == nil {
			t.Errorf("%s in %s was taken", c[0], c[1])
		}
	}
}

// What a named time must come to is found here by looking at the wall clock every quarter of an hour, with no cron and no
// arithmetic of zones.
func TestEveryNamedTimeComesOnceWhenClocksChange(t *testing.T) {
	minutes := []int{0, 30, 60, 75, 90, 120, 135, 150, 180, 23*60 + 30}
	looked := 0
	for _, zone := range zones {
		for _, change := range changes(t, zone) {
			first, last := change.Add(-36*time.Hour), change.Add(36*time.Hour)
			for i, want := range dailyByLooking(first, last, minutes) {
				s := parsed(t, fmt.Sprintf("%d %d * * *", minutes[i]%60, minutes[i]/60), zone)
				slot := first.Add(-time.Second)
				for _, w := range want {
					if slot = s.Next(slot); !slot.Equal(w) {
						t.Fatalf("%s: %02d:%02d comes at %s, want %s", zone, minutes[i]/60, minutes[i]%60, slot.In(w.Location()), w)
					}
				}
				if after := s.Next(slot); after.Before(last) {
					t.Fatalf("%s: %02d:%02d comes once more at %s", zone, minutes[i]/60, minutes[i]%60, after.In(first.Location()))
				}
				looked += len(want)
			}
		}
	}
	if looked < 15_000 {
		t.Errorf("only %d slots were compared", looked)
	}
}

// changes are the moments from 2024 to 2040 at which the clock of a zone jumps, in that zone.
func changes(t *testing.T, zone string) []time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	var found []time.Time
	first := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).In(location)
	var step time.Duration
	for at := first; at.Before(first.AddDate(17, 0, 0)); at = at.Add(step) {
		_, before := at.Zone()
		if _, after := at.Add(24 * time.Hour).Zone(); before == after {
			step = 24 * time.Hour
			continue
		}
		step = 15 * time.Minute
		if _, after := at.Add(step).Zone(); before != after {
			found = append(found, at.Add(step))
		}
	}
	return found
}

// dailyByLooking steps through time and notes, for each minute of the day, when the wall clock first shows it on a day, or has
// passed it.
func dailyByLooking(first, last time.Time, minutes []int) [][]time.Time {
	found, done := make([][]time.Time, len(minutes)), make([]int, len(minutes)) // the newest day on which it came: midnight may come twice
	newest := 0
	for at := first; at.Before(last); at = at.Add(15 * time.Minute) {
		year, month, day := at.Date()
		date, minute := year*10000+int(month)*100+day, at.Hour()*60+at.Minute()
		for i, m := range minutes {
			switch {
			case at.Equal(first) && minute > m:
				done[i] = date
			case newest > done[i] && date > newest: // the last hour of the day before was left out
				done[i], found[i] = newest, append(found[i], at)
			case minute >= m && date > done[i]:
				done[i], found[i] = date, append(found[i], at)
			}
		}
		newest = max(newest, date)
	}
	return found
}

// An expression for every hour never leaves a gap and never comes twice, whatever the wall clock shows.
func TestQuarterHoursFollowElapsedTime(t *testing.T) {
	for _, zone := range zones {
		s := parsed(t, "*/15 * * * *", zone)
		for _, change := range changes(t, zone) {
			for slot := change.Add(-5 * time.Hour); slot.Before(change.Add(5 * time.Hour)); slot = slot.Add(15 * time.Minute) {
				if next := s.Next(slot); next.Sub(slot) != 15*time.Minute {
					t.Fatalf("%s: after %s comes %s", zone, slot, next)
				}
				if latest := s.Latest(slot.Add(14 * time.Minute)); !latest.Equal(slot) {
					t.Fatalf("%s: the latest after %s is %s", zone, slot, latest)
				}
			}
		}
	}
}

func TestADailySlotComesEveryDayOfSeventeenYears(t *testing.T) {
	for _, zone := range zones {
		s, slots := parsed(t, "30 2 * * *", zone), 0
		for slot := at(t, "2023-12-31T12:00:00Z"); slot.Before(at(t, "2040-12-31T12:00:00Z")); slot = s.Next(slot) {
			slots++
		}
		if days := 17*365 + 5; slots-1 != days {
			t.Errorf("%s: %d slots in %d days", zone, slots-1, days)
		}
	}
}

func parsed(t *testing.T, expression, zone string) schedule.Schedule {
	t.Helper()
	s, err := schedule.Parse(expression, zone)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	instant, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

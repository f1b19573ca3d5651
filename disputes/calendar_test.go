package disputes

import (
	"strings"
	"testing"
	"time"
)

func weekIn(t *testing.T, country, days string) week {
	t.Helper()
	c, err := ReadCalendar("h.csv", strings.NewReader("entity,day,works\n"+days))
	if err != nil {
		t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	m := Default()
	m.Hours.Holidays = map[string]string{"default": country}
	return m.week("E1", c, berlin)
}

func TestServiceLevelsCountWorkingTimeOnly(t *testing.T) {
	for _, c := range []struct {
		from  string
		hours int
		days  string
		want  string
	}{
		{"2026-11-02 09:00", 4, "", "2026-11-02 13:00"},
		{"2026-11-02 09:00", 8, "", "2026-11-02 17:00"},
		{"2026-11-02 09:00", 9, "", "2026-11-03 10:00"},
		{"2026-11-02 20:00", 1, "", "2026-11-03 10:00"},
		{"2026-11-06 16:00", 2, "", "2026-11-09 10:00"},                                    // a weekend
		{"2026-12-24 16:00", 2, "", "2026-12-28 10:00"},                                    // Christmas, and a weekend
		{"2026-12-24 16:00", 2, ",2026-12-26,yes\n", "2026-12-26 10:00"},                   // worked after all, and on a Saturday
		{"2026-11-02 16:00", 2, "E1,2026-11-03,no\n", "2026-11-04 10:00"},                  // a day off of this entity
		{"2026-11-02 16:00", 2, "E2,2026-11-03,no\n", "2026-11-03 10:00"},                  // of another
		{"2026-11-02 16:00", 2, ",2026-11-03,no\nE1,2026-11-03,yes\n", "2026-11-03 10:00"}, // the entity's word wins
		{"2026-03-27 16:00", 2, "", "2026-03-30 10:00"},                                    // over the night that is short
	} {
		w := weekIn(t, "de", c.days)
		from, err := time.ParseInLocation("2006-01-02 15:04", c.from, w.zone)
		if err != nil {
			t.Fatal(err)
		}
		end := w.add(from, time.Duration(c.hours)*time.Hour)
		if got := end.In(w.zone).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%d hours from %s: %s, want %s", c.hours, c.from, got, c.want)
		}
		if worked := w.between(from, end); worked != time.Duration(c.hours)*time.Hour {
			t.Errorf("between %s and %s are %s", c.from, c.want, worked)
		}
	}
}

func TestCalendarNamesItsMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"a,b\n":                              "h.csv:1: the columns are",
		"entity,day,works\n,24.12.2026,no\n": "h.csv:2",
		"entity,day,works\n,2026-12-24,perhaps\n":   "works is yes or no",
		"entity,day,works\n,2026-12-24,no,really\n": "wrong number of fields",
	} {
		if _, err := ReadCalendar("h.csv", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

package config

import (
	"strings"
	"time"
	_ "time/tzdata" // zones are known on machines that have no list of them

	"github.com/robfig/cron/v3"
)

var missedSlots = []string{"catch_up", "skip"}

// when checks what a source says of its own schedule.
func (c checker) when(at string, s Source) {
	c.schedule(at+".schedule", s.Schedule)
	c.zone(at+".time_zone", s.TimeZone)
	if s.Missed != "" {
		c.oneOf(at+".missed", "way to treat a missed slot", s.Missed, missedSlots)
	}
}

func (c checker) zone(path, name string) {
	if _, err := time.LoadLocation(name); err != nil {
		c.mistake(path, "no time zone is called %q; write it as in Europe/Berlin", name)
	}
}

func (c checker) schedule(path, text string) {
	const example = `as in "0 6 * * 1-5" (at six on weekdays) or "@hourly"`
	if text == "" {
		return
	}
	if strings.Contains(text, "TZ=") {
		c.mistake(path, "takes no zone of its own; it follows time_zone")
		return
	}
	schedule, err := cron.ParseStandard(text)
	if err != nil {
		c.mistake(path, "%q is not a cron expression (%v); write it %s", text, err, example)
		return
	}
	if schedule.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		c.mistake(path, "%q never comes; write it %s", text, example)
	}
}

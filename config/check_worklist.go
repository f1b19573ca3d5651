package config

import (
	"maps"
	"slices"
	"strings"
)

// worklist checks who is called and in which order.
func (c *checker) worklist(w Worklist) {
	days := map[string]int64{
		"contacted_days": w.ContactedDays, "promise_days": w.PromiseDays, "dispute_days": w.DisputeDays, "request_days": w.RequestDays,
	}
	for _, name := range slices.Sorted(maps.Keys(days)) {
		if days[name] < 0 || days[name] > 365 {
			c.mistake("worklist."+name, "is a number of days from 0 to 365")
		}
	}
	if w.Minimum < 0 {
		c.mistake("worklist.minimum", "is an amount in the reporting currency, 0 or more")
	}
	if w.Minutes < 1 || w.Minutes > 24*60 {
		c.mistake("worklist.minutes", "is how long a call takes, from 1 to 1440 minutes")
	}
	capacities := map[string]int64{"capacity": w.Capacity}
	for name, minutes := range w.Capacities {
		capacities["capacities."+name] = minutes
	}
	for _, name := range slices.Sorted(maps.Keys(capacities)) {
		if capacities[name] < 0 || capacities[name] > 24*60 {
			c.mistake("worklist."+name, "is how long somebody calls in a day, from 0 to 1440 minutes")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.Duties)) {
		if !slices.Contains(Duties, name) {
			c.mistake("worklist.duties."+name, "is no duty; there are %s", strings.Join(Duties, ", "))
		} else if w.Duties[name] < 0 {
			c.mistake("worklist.duties."+name, "is worth a number of money-days, 0 or more")
		}
	}
}

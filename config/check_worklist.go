package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// worklist checks who is called and in which order.
func (c checker) worklist(w Worklist) {
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
	c.minutes("worklist.minutes", "a call takes", w.Minutes)
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
	for i, a := range w.Actions {
		at := fmt.Sprintf("worklist.actions[%d]", i)
		c.oneOf(at+".action", "action", a.Action, Actions)
		c.condition(at+".when", a.When)
		c.minutes(at+".minutes", "it takes", a.Minutes)
	}
	c.quiet(w.Quiet)
	c.strategies(w)
	c.segments(w)
}

// quiet checks the days on which customers are left alone.
func (c checker) quiet(all []Quiet) {
	for i, q := range all {
		at := fmt.Sprintf("worklist.quiet[%d]", i)
		if len(q.Days)+len(q.Weekdays) == 0 {
			c.mistake(at, "names no day; write days, as in [2026-12-24], or weekdays, as in [saturday, sunday]")
		}
		for j, text := range q.Days {
			if day, err := time.Parse(time.DateOnly, text); err != nil || day.Year() < 1970 || day.Year() > 2199 {
				c.mistake(fmt.Sprintf("%s.days[%d]", at, j), "%q is no day; write it as in 2026-12-24", text)
			}
		}
		for j, name := range q.Weekdays {
			c.oneOf(fmt.Sprintf("%s.weekdays[%d]", at, j), "weekday", name, Weekdays)
		}
		if q.When != "" {
			c.condition(at+".when", q.When)
		}
	}
}

// minutes checks how long something takes.
func (c checker) minutes(path, what string, n int64) {
	if n < 1 || n > 24*60 {
		c.mistake(path, "is how long %s, from 1 to 1440 minutes", what)
	}
}

var (
	nameShape     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$`)
	languageShape = regexp.MustCompile(`^[a-z]{2}(-[A-Z]{2})?$`)
)

// named checks that a name can be used, and is used once.
func (c checker) named(path, name string, seen *[]string) {
	switch {
	case !nameShape.MatchString(name):
		c.mistake(path, "%q is no name; write letters, digits, spaces, dots, - and _, at most 64", name)
	case slices.Contains(*seen, name):
		c.mistake(path, "%q is there already", name)
	}
	*seen = append(*seen, name)
}

// condition checks a condition, whose mistake stands where it is written.
func (c checker) condition(path, text string) {
	if strings.TrimSpace(text) == "" {
		c.mistake(path, "is missing; write a condition as in past_due_amount > 10000")
	} else if _, err := NewCondition(text); err != nil {
		c.mistake(path, "%v", err)
	}
}

// strategies checks each way to put customers in order.
func (c checker) strategies(w Worklist) {
	seen := []string{MoneyDays}
	for i, s := range w.Strategies {
		at := fmt.Sprintf("worklist.strategies[%d]", i)
		c.named(at+".name", s.Name, &seen)
		if len(s.Rules) == 0 || len(s.Rules) > 100 {
			c.mistake(at+".rules", "has from 1 to 100 rules")
		}
		var names []string
		for j, rule := range s.Rules {
			at := fmt.Sprintf("%s.rules[%d]", at, j)
			c.named(at+".name", rule.Name, &names)
			c.condition(at+".when", rule.When)
			if rule.Points < 1 || rule.Points > 1000 {
				c.mistake(at+".points", "is a whole number from 1 to 1000")
			}
		}
	}
	c.strategy("worklist.strategy", w.Strategy, w)
}

func (c checker) strategy(path, name string, w Worklist) {
	if name == "" {
		return
	}
	known := []string{MoneyDays}
	for _, s := range w.Strategies {
		known = append(known, s.Name)
	}
	c.oneOf(path, "strategy", name, known)
}

// segments checks who is treated otherwise than the rest.
func (c checker) segments(w Worklist) {
	var seen []string
	for i, s := range w.Segments {
		at := fmt.Sprintf("worklist.segments[%d]", i)
		c.named(at+".name", s.Name, &seen)
		c.condition(at+".when", s.When)
		c.strategy(at+".strategy", s.Strategy, w)
		if s.Capacity != nil && (*s.Capacity < 0 || *s.Capacity > 24*60) {
			c.mistake(at+".capacity", "is how long a collector calls this segment in a day, from 0 to 1440 minutes")
		}
		if l := s.Letters.Language; l != "" && !languageShape.MatchString(l) {
			c.mistake(at+".letters.language", "%q is no language; write it as in en or de-AT", l)
		}
		if t := s.Letters.Tone; t != "" && !nameShape.MatchString(t) {
			c.mistake(at+".letters.tone", "%q is no name of a set of letters", t)
		}
	}
}

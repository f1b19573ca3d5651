package disputes

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"arrears/ledger"
)

var nameShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Who may own a state, and who may do a step.
var (
	owners = append(slices.Clone(ledger.Roles), ByCustomer)
	doers  = append(slices.Clone(owners), ByRule)
)

func (c *checker) check() {
	m := c.model
	if m.FilingDays < 0 || m.FilingDays > 3660 {
		c.wrong("filing_days", "is a number of days from 0 to 3660")
	}
	c.hours()
	c.names("root_causes", m.RootCauses)
	c.reasons()
	c.states()
	c.transitions()
	c.levels()
	c.routing()
	if len(c.mistakes) > 0 {
		return // what follows from them would only hide them
	}
	c.graph()
	c.path()
	if len(c.mistakes) == 0 {
		c.fixtures()
	}
}

func (c *checker) oneOf(path, what, word string, known []string) {
	if !slices.Contains(known, word) {
		c.wrong(path, "there is no %s %q; it is one of %s", what, word, strings.Join(known, ", "))
	}
}

// names checks that entries of a list are called something, each differently.
func (c *checker) names(path string, entries []string) {
	for i, name := range entries {
		at := fmt.Sprintf("%s[%d]", path, i)
		if !nameShape.MatchString(name) {
			c.wrong(at, "%q is no name; write small letters, digits and _, at most 40", name)
		} else if slices.Index(entries, name) < i {
			c.wrong(at, "%q is there twice", name)
		}
	}
}

func namesOf[T any](entries []T, name func(T) string) []string {
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = name(e)
	}
	return names
}

func (c *checker) hours() {
	h := c.model.Hours
	from, wrong := clockTime(h.From)
	to, alsoWrong := clockTime(h.To)
	if wrong != nil || alsoWrong != nil || to <= from {
		c.wrong("hours", `from %q to %q is no working day; write it as in from: "09:00" and to: "17:00"`, h.From, h.To)
	}
	if len(h.Days) == 0 {
		c.wrong("hours.days", "names no working day; write them as in [mon, tue, wed, thu, fri]")
	}
	for i, day := range h.Days {
		c.oneOf(fmt.Sprintf("hours.days[%d]", i), "day", day, weekdays)
	}
	for _, entity := range slices.Sorted(maps.Keys(h.Holidays)) {
		c.oneOf("hours.holidays."+entity, "country", h.Holidays[entity], countryCodes())
	}
}

func (c *checker) reasons() {
	reasons := c.model.Reasons
	c.names("reasons", namesOf(reasons, func(r Reason) string { return r.Code }))
	others := 0
	for i, r := range reasons {
		others += btoi(r.Other)
		if r.Title == "" {
			c.wrong(fmt.Sprintf("reasons[%d]", i), "%s has no title", r.Code)
		}
		for _, word := range r.Keywords {
			if len(strings.Fields(word)) == 0 {
				c.wrong(fmt.Sprintf("reasons[%d].keywords", i), "%s has an empty keyword, which every mail holds", r.Code)
			} else if other := keywordOf(reasons[:i], word); other != "" {
				c.wrong(fmt.Sprintf("reasons[%d].keywords", i), "%q is a keyword of %s too, and would tell nothing", word, other)
			}
		}
		if r.Required && len(r.Evidence) == 0 {
			c.wrong(fmt.Sprintf("reasons[%d]", i), "%s requires evidence and does not say which", r.Code)
		}
	}
	if others != 1 {
		c.wrong("reasons", "%d of them stand for all others; exactly one has other: true", others)
	}
}

// keywordOf is the reason among some that has a keyword.
func keywordOf(reasons []Reason, word string) string {
	for _, r := range reasons {
		if slices.ContainsFunc(r.Keywords, func(other string) bool { return strings.EqualFold(other, word) }) {
			return r.Code
		}
	}
	return ""
}

func (c *checker) states() {
	states := c.model.States
	c.names("states", namesOf(states, func(s State) string { return s.Name }))
	initial := 0
	for i, s := range states {
		at := fmt.Sprintf("states[%d]", i)
		initial += btoi(s.Initial)
		if s.Title == "" {
			c.wrong(at, "%s has no title", s.Name)
		}
		if s.End {
			c.oneOf(at, "outcome of an end state", s.Outcome, []string{"decision", OutcomeWithdrawn})
			if s.Initial || s.Silence.Days != 0 {
				c.wrong(at, "%s is an end: nothing begins or waits there", s.Name)
			}
			continue
		}
		c.clock(at, s)
	}
	if initial != 1 {
		c.wrong("states", "%d of them have initial: true; a case begins in exactly one", initial)
	}
}

// clock checks who answers for a state and until when.
func (c *checker) clock(at string, s State) {
	if s.Owner == "" {
		c.wrong(at, "%s has no owner: say whose turn it is, as in owner: analyst", s.Name)
	} else {
		c.oneOf(at+".owner", "role", s.Owner, owners)
	}
	if s.Within < 1 || s.Within > 2000 {
		c.wrong(at, "%s has no service level: write within, the working hours it may take, from 1 to 2000", s.Name)
	}
	if s.Remind < 0 || s.Remind > s.Within {
		c.wrong(at+".remind", "lies within the service level of %d hours", s.Within)
	}
	c.oneOf(at+".escalate", "role to tell", s.Escalate, ledger.Roles)
	if s.Outcome != "" {
		c.wrong(at+".outcome", "is that of an end state")
	}
	silence := s.Silence
	if silence == (Silence{}) {
		if s.Owner == ByCustomer {
			c.wrong(at, "%s waits for the customer: say what follows when there is no answer, as in silence: {days: 21, then: lapsed}", s.Name)
		}
		return
	}
	if silence.Days < 1 || silence.Days > 366 {
		c.wrong(at+".silence", "is a number of days from 1 to 366")
	}
	c.oneOf(at+".silence", "step that silence leads to", silence.Then, []string{Accepted, Lapsed})
	if t, ok := c.model.next(s.Name, silence.Then, ""); !ok || !slices.Contains(t.By, ByRule) {
		c.wrong(at+".silence", "leads to %q, and no transition from %s takes that by rule", silence.Then, s.Name)
	}
}

func (c *checker) transitions() {
	names := namesOf(c.model.States, func(s State) string { return s.Name })
	type place struct{ from, on, to string }
	seen := map[place]bool{}
	for i, t := range c.model.Steps {
		at := fmt.Sprintf("transitions[%d]", i)
		c.oneOf(at+".from", "state", t.From, names)
		c.oneOf(at+".to", "state", t.To, names)
		c.oneOf(at+".on", "step", t.On, steps)
		for _, who := range t.By {
			c.oneOf(at+".by", "role", who, doers)
		}
		byLevel := t.On == Approved || t.On == Refused
		if byLevel && len(t.By) > 0 {
			c.wrong(at+".by", "who may do this is said by the level; leave it out")
		} else if !byLevel && len(t.By) == 0 {
			c.wrong(at, "nobody may take it: say by whom, as in by: [analyst]")
		}
		key := place{from: t.From, on: t.On}
		if t.On == Moved { // by hand a case may go to several
			key.to = t.To
		}
		if seen[key] {
			c.wrong(at, "%s from %s is there twice", t.On, t.From)
		}
		seen[key] = true
		c.meaning(at, t)
	}
}

// meaning checks that a step leads to where what it says is true.
func (c *checker) meaning(at string, t Transition) {
	from, _ := c.model.State(t.From)
	to, _ := c.model.State(t.To)
	switch {
	case from.End && t.On != Reopened:
		c.wrong(at, "%s is an end: a case only leaves it by being reopened", t.From)
	case t.On == Reopened && (!from.End || to.End):
		c.wrong(at, "reopened leads from an end back to work")
	case to.End && t.On != Closed && (t.On != Moved || to.Outcome != OutcomeWithdrawn):
		c.wrong(at, "a case ends by being closed after it was settled, or by being moved to an end with the outcome withdrawn")
	case t.On == Closed && to.Outcome != "decision":
		c.wrong(at, "closed leads to an end with the outcome decision")
	case slices.Contains(t.By, ByCustomer) && !slices.Contains([]string{Heard, Accepted, Rejected}, t.On):
		c.wrong(at+".by", "a customer is heard, accepts and rejects, and does nothing else")
	}
}

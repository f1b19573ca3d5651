package disputes

import (
	"fmt"
	"slices"
)

// graph checks that every state is reached and that every case can end.
func (c *checker) graph() {
	m := c.model
	reached := m.spread([]string{m.initial().Name}, func(t Transition) (string, string) { return t.From, t.To })
	var ends []string
	for _, s := range m.States {
		if s.End {
			ends = append(ends, s.Name)
		}
	}
	if len(ends) == 0 {
		c.wrong("states", "none of them has end: true; no case is ever done")
	}
	ending := m.spread(ends, func(t Transition) (string, string) { return t.To, t.From })
	for i, s := range m.States {
		at := fmt.Sprintf("states[%d]", i)
		if !reached[s.Name] {
			c.wrong(at, "nothing leads to %s", s.Name)
		}
		if !ending[s.Name] {
			c.wrong(at, "%s is a dead end: nothing leads from it to an end", s.Name)
		}
	}
}

// spread are the states that can be reached from some over the transitions, each taken from one end to the other.
func (m Model) spread(from []string, ends func(Transition) (string, string)) map[string]bool {
	reached := map[string]bool{}
	for len(from) > 0 {
		at := from[0]
		from = from[1:]
		if reached[at] {
			continue
		}
		reached[at] = true
		for _, t := range m.Steps {
			if a, b := ends(t); a == at {
				from = append(from, b)
			}
		}
	}
	return reached
}

// path checks that what a desk does by itself finds its next step: a proposal can be approved and refused, a decision told, a
// statement answered either way, what is accepted settled.
func (c *checker) path() {
	follow := map[string][]string{
		Proposed: {Proposed, Withdrawn, Approved, Refused}, Approved: {StatementSent}, StatementSent: {Accepted, Rejected}, Accepted: {Closed, Returned},
	}
	byRule := []string{Approved, StatementSent, Closed}
	taken := map[string]bool{}
	for i, t := range c.model.Steps {
		taken[t.On] = true
		for _, step := range follow[t.On] {
			n, ok := c.model.next(t.To, step, "")
			if !ok {
				c.wrong(fmt.Sprintf("transitions[%d]", i), "after %s a case is in %s, in which it cannot be %s", t.On, t.To, step)
			} else if slices.Contains(byRule, step) && step != Approved && !slices.Contains(n.By, ByRule) {
				c.wrong(fmt.Sprintf("transitions[%d]", i), "after %s a rule takes the next step, %s, and it is not among those who may", t.On, step)
			}
		}
	}
	for _, step := range []string{Validated, Proposed, Approved, StatementSent, Accepted, Rejected, Closed} {
		if !taken[step] {
			c.wrong("transitions", "none is taken when a case is %s", step)
		}
	}
}

// fixtures tries the model on its made-up cases.
func (c *checker) fixtures() {
	m := c.model
	if len(m.Fixtures) == 0 {
		c.wrong("fixtures", "are missing: say of a few cases how they must be decided, so that a change that breaks it is found")
	}
	for i, f := range m.Fixtures {
		at := fmt.Sprintf("fixtures[%d]", i)
		level, route, err := m.try(f)
		if err != nil {
			c.wrong(at, "%q: %v", f.Name, err)
			continue
		}
		if level != f.Level {
			c.wrong(at, "%q needs level %s, and should need %s", f.Name, level, f.Level)
		}
		if route != f.Route {
			c.wrong(at, "%q goes by row %s, and should go by %s", f.Name, route, f.Route)
		}
	}
}

// try leads a made-up case through the tables.
func (m Model) try(f Fixture) (level, route string, err error) {
	facts := Facts{
		Reason: f.Case.Reason, Customer: f.Case.Customer, Entity: f.Case.Entity, Currency: f.Case.Currency, Channel: f.Case.Channel,
		Verified: f.Case.Verified, Claimed: f.Case.Claimed, Supported: f.Case.Supported, Verdict: f.Case.Verdict, Flag: f.Case.Flags,
		Flags: len(f.Case.Flags), Lines: 1,
	}
	row, err := m.route(facts)
	if err != nil {
		return "", "", err
	}
	if f.Also.Kind != "" {
		facts.Kind, facts.Awarded = f.Also.Kind, f.Also.Awarded
		i, err := m.level(facts, 0, true)
		return m.Levels[i].Name, row.Name, err
	}
	for i, l := range m.Levels {
		facts.Kind, facts.Awarded = Credit, f.Case.Claimed
		if l.Grant == "supported" {
			facts.Awarded = f.Case.Supported
		}
		if l.Grant == "" || !facts.Awarded.IsPositive() {
			continue
		}
		if hit, err := m.level(facts, 0, true); err != nil || hit == i {
			return l.Name, row.Name, err
		}
	}
	return "", row.Name, fmt.Errorf("no rule decides it; say what somebody proposes")
}

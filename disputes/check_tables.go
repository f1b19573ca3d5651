package disputes

import (
	"fmt"
	"strings"

	"github.com/expr-lang/expr/vm"

	"arrears/ledger"
)

func (c *checker) levels() {
	m := c.model
	c.names("levels", namesOf(m.Levels, func(l Level) string { return l.Name }))
	if len(m.Levels) == 0 {
		c.wrong("levels", "is empty: say at least what every proposal needs")
	}
	m.rules.levels = nil
	for i, l := range m.Levels {
		at := fmt.Sprintf("levels[%d]", i)
		last := i == len(m.Levels)-1
		switch {
		case last && l.When != "":
			c.wrong(at, "the last level is for all that no other takes and has no condition")
		case !last && l.When == "":
			c.wrong(at, "%s has no condition, so that no level after it is ever reached", l.Name)
		case last && l.Approvals == 0:
			c.wrong(at, "the last level is for all that no other takes, and needs an approval")
		}
		if l.Approvals < 0 || l.Approvals > 5 {
			c.wrong(at, "needs from 0 to 5 approvals")
		}
		if l.Approvals > 0 && len(l.Roles) == 0 {
			c.wrong(at, "%s needs approvals and does not say of whom, as in roles: [approver]", l.Name)
		}
		for _, role := range l.Roles {
			c.oneOf(at+".roles", "role", role, ledger.Roles)
		}
		if l.Grant != "" {
			c.oneOf(at+".grant", "amount a rule grants", l.Grant, []string{"claimed", "supported"})
			if l.Approvals > 0 {
				c.wrong(at+".grant", "a rule grants by itself only where no approval is needed")
			}
		}
		m.rules.levels = append(m.rules.levels, c.condition(at+".when", l.When))
	}
}

func (c *checker) routing() {
	m := c.model
	c.names("routing", namesOf(m.Routing, func(r Route) string { return r.Name }))
	bare := 0
	m.rules.routes, m.rules.order = nil, byPriority(m.Routing)
	for i, r := range m.Routing {
		at := fmt.Sprintf("routing[%d]", i)
		bare += btoi(r.When == "")
		if (r.Role == "") == (len(r.Users) == 0) {
			c.wrong(at, "%s names a role or users, and not both", r.Name)
		} else if r.Role != "" {
			c.oneOf(at+".role", "role", r.Role, ledger.Roles)
		}
		if r.Says != "" && !r.Alert {
			c.wrong(at+".says", "of %s is shown to nobody: alert is not true", r.Name)
		}
		c.oneOf(at+".urgency", "urgency", r.Urgency, []string{"low", "normal", "high"})
		for j, other := range m.Routing[:i] {
			if r.When != "" && other.When != "" && r.Priority == other.Priority {
				c.wrong(at+".priority", "is also that of %s on line %d: which comes first?", other.Name, c.lines[fmt.Sprintf("routing[%d]", j)])
			}
		}
		m.rules.routes = append(m.rules.routes, c.condition(at+".when", r.When))
	}
	if bare != 1 {
		c.wrong("routing", "%d rows have no condition; exactly one is for all that no other takes", bare)
	}
}

// condition compiles one, or says what is wrong with it.
func (c *checker) condition(path, text string) *vm.Program {
	if text == "" {
		return nil
	}
	p, err := compile(text)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		c.wrong(path, "%s", first)
	}
	return p
}

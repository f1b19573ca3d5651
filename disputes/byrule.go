package disputes

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// byRule is what a rule would propose for a case by itself, and at which level; false when it takes a person.
func (m Model) byRule(c Case) (Proposal, bool) {
	if !c.Verified || c.Report == nil || c.Rounds > 0 || len(c.Lines) == 0 || c.Proposals > 0 {
		return Proposal{}, false
	}
	for i, level := range m.Levels {
		if level.Grant == "" {
			continue
		}
		amount := level.grants(c)
		if !amount.IsPositive() {
			continue
		}
		p := Proposal{Kind: Credit, Lines: spread(c.Lines, amount), Reasons: c.Report.says()}
		if hit, err := m.levelOf(c, p); err == nil && hit == i && m.evidenced(c, p) == nil {
			return p, true
		}
	}
	return Proposal{}, false
}

// spread puts an amount on the invoices of lines, in their order, each up to what is claimed of it.
func spread(lines []Line, amount decimal.Decimal) []Award {
	var awards []Award
	for _, l := range lines {
		part := decimal.Min(l.Amount, amount)
		amount = amount.Sub(part)
		if !part.IsPositive() {
			continue
		}
		if i := slices.IndexFunc(awards, func(a Award) bool { return a.Invoice == l.Invoice }); i >= 0 {
			awards[i].Amount = awards[i].Amount.Add(part)
		} else {
			awards = append(awards, Award{l.Invoice, part, Credit})
		}
	}
	return awards
}

// says are the tests that support the claim, in words; where none does, that it is small.
func (r Report) says() []string {
	var said []string
	for _, t := range r.Tests {
		if t.Verdict == Valid && t.Amount.IsPositive() && t.Says != "" {
			said = append(said, t.Says)
		}
	}
	if len(said) == 0 {
		return []string{Unexamined}
	}
	return said
}

// evidenced says what is missing before a proposal may grant anything.
func (m Model) evidenced(c Case, p Proposal) error {
	reason, _ := m.ReasonOf(c.Reason)
	supported := c.Report != nil && c.Report.Supported.GreaterThanOrEqual(p.Awarded())
	if !reason.Required || !p.Awarded().IsPositive() || len(c.Documents) > 0 || supported {
		return nil
	}
	return Mistakes{{"documents", fmt.Sprintf("a dispute about %s is not granted without a document (%s) or a test that supports it",
		reason.Code, firstOf(reason.Evidence))}}
}

func firstOf(texts []string) string {
	if len(texts) == 0 {
		return "any"
	}
	return texts[0]
}

// levelOf is what a proposal for a case needs. A level without approvals takes it only where it grants what that level grants: nobody
// settles a part of a claim alone, and by it refuses the rest.
func (m Model) levelOf(c Case, p Proposal) (int, error) {
	for least := c.Level; ; least++ {
		i, err := m.level(c.facts(&p), least, c.measured())
		if err != nil || m.Levels[i].Approvals > 0 || m.Levels[i].grants(c).Equal(p.Awarded()) {
			return i, err
		}
		least = i
	}
}

// grants is what a rule of the level gives of a claim.
func (l Level) grants(c Case) decimal.Decimal {
	switch {
	case l.Grant == "supported" && c.Report != nil:
		return decimal.Min(c.Claimed(), c.Report.Supported)
	case l.Grant == "claimed":
		return c.Claimed()
	}
	return decimal.Zero
}

package dashboard

import (
	"fmt"
	"slices"
	"strings"

	"arrears/disputes"
)

func (v ledgerView) caseBody(c disputes.Case, history []disputes.Moment) caseBody {
	b := caseBody{
		caseLine: v.line(c), ID: c.ID, Channel: plainWords(c.Channel), Contact: c.Contact, Reference: c.Reference, Text: c.Text,
		Verified: c.Verified, Closed: c.Closed, Since: v.moment(c.StateSince), Report: v.report(c), Proposal: v.proposal(c),
	}
	b.Facts = v.caseFacts(c)
	for _, row := range v.model.Routing {
		if row.Name == c.Route {
			b.Route = &routed{Name: row.Name, When: row.When, Who: strings.Join(append(slices.Clone(row.Users), row.Role), " ")}
		}
	}
	for _, l := range c.Lines {
		b.Lines = append(b.Lines, claimLine{l.Invoice, l.OrderLine, v.money(l.Amount, c.Currency)})
	}
	b.Documents = documentLines(c.ID, c.Documents)
	if d := c.Decided; d != nil {
		b.Decision = v.decision(*d)
	}
	for _, o := range c.Orders {
		b.Orders = append(b.Orders, v.orderLine(c, o))
	}
	for _, m := range history {
		v.happened(&b, c, m)
	}
	return b
}

func (v ledgerView) caseFacts(c disputes.Case) []fact {
	facts := []fact{{Name: "Claimed", Value: v.claim(c), Strong: true}}
	if got := c.Awarded(); !got.IsZero() {
		facts = append(facts, fact{Name: "Awarded", Value: v.money(got, c.Currency)})
	}
	owner := c.Owner
	if owner == "" {
		owner = "nobody yet"
	}
	facts = append(facts, fact{Name: "Owner", Value: owner}, fact{Name: "Priority", Value: c.Priority}, fact{Name: "Filed", Value: v.moment(c.OpenedAt)})
	for _, f := range []fact{{Name: "Customer answers by", Value: v.moment(c.RespondBy)}, {Name: "First answer of ours", Value: v.moment(c.FirstResponseAt)},
		{Name: "Resolved", Value: v.moment(c.ResolvedAt)}, {Name: "Outcome", Value: c.Outcome}, {Name: "Root cause", Value: plainWords(c.RootCause)}} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	if c.Rounds > 0 {
		facts = append(facts, fact{Name: "Rejected or reopened", Value: v.counted(int64(c.Rounds), "time", "times")})
	}
	return facts
}

func (v ledgerView) report(c disputes.Case) *reportView {
	if c.Report == nil {
		return nil
	}
	view := &reportView{Verdict: c.Report.Verdict, Supported: v.money(c.Report.Supported, c.Currency), At: v.moment(c.Report.At), Flags: c.Report.Flags}
	for _, t := range c.Report.Tests {
		line := testLine{Name: plainWords(t.Name), Verdict: t.Verdict, Says: t.Says, Mood: map[string]string{disputes.Valid: "good", disputes.Invalid: "bad"}[t.Verdict]}
		if !t.Amount.IsZero() {
			line.Amount = v.money(t.Amount, c.Currency)
		}
		for _, p := range t.Rows {
			line.Rows = append(line.Rows, proofWords(p))
		}
		view.Tests = append(view.Tests, line)
	}
	return view
}

// proofWords writes a row that shows what a test says.
func proofWords(p disputes.Proof) string {
	words := []string{p.Table + " " + p.Key}
	var names []string
	for name := range p.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		words = append(words, plainWords(name)+" "+p.Values[name])
	}
	return strings.Join(words, " · ")
}

func (v ledgerView) proposal(c disputes.Case) *proposalView {
	p := c.Proposal
	if p == nil {
		return nil
	}
	view := &proposalView{ID: p.ID, Kind: p.Kind, Awarded: v.money(p.Awarded(), c.Currency), By: p.By, At: v.moment(p.At), Level: plainWords(p.LevelName),
		Hash: p.Hash, RootCause: plainWords(p.RootCause), Reasons: p.Reasons}
	if p.Level < len(v.model.Levels) && v.model.Levels[p.Level].Name == p.LevelName {
		view.When = v.model.Levels[p.Level].When
	}
	view.Needs = "needs nobody's approval"
	if p.Needs > 0 {
		view.Needs = fmt.Sprintf("%d of %d approvals by %s", len(p.Approvals), p.Needs, strings.Join(p.Roles, ", "))
	}
	for _, a := range p.Lines {
		view.Lines = append(view.Lines, fmt.Sprintf("%s %s on %s", a.Kind, v.money(a.Amount, c.Currency), a.Invoice))
	}
	for _, a := range p.Approvals {
		view.Approvals = append(view.Approvals, fmt.Sprintf("%s as %s, %s", a.By, a.Role, v.moment(a.At)))
	}
	return view
}

func (v ledgerView) decision(d disputes.Decision) []fact {
	facts := []fact{{Name: "Decided", Value: v.moment(d.At), Strong: true}}
	if !d.SentAt.IsZero() {
		facts = append(facts, fact{Name: "Statement sent", Value: v.moment(d.SentAt)})
	}
	if d.Answer != "" {
		by := d.AnsweredBy
		if d.Silent {
			by = "rule, for the customer was silent"
		}
		facts = append(facts, fact{Name: "Answer", Value: d.Answer + " " + v.moment(d.AnsweredAt) + " by " + by})
	}
	if d.Why != "" {
		facts = append(facts, fact{Name: "Why", Value: d.Why})
	}
	return facts
}

func (v ledgerView) orderLine(c disputes.Case, o disputes.Order) orderLine {
	sum := disputes.Proposal{Lines: o.Lines}.Awarded()
	mood := map[string]string{disputes.InstructionConfirmed: "good", disputes.InstructionReturned: "bad"}[o.State]
	return orderLine{Proposal: o.Proposal, Amount: v.money(sum, c.Currency), State: o.State, Mood: mood, At: v.moment(o.At), Said: o.Said}
}

// happened adds one thing to the timeline, and where something was written to what was said: to the customer, or among ourselves.
func (v ledgerView) happened(b *caseBody, c disputes.Case, m disputes.Moment) {
	who := m.By.Name()
	line := momentLine{When: v.moment(m.At), Who: m.By.String(), What: m.Type, Why: m.Reason}
	if m.State != "" {
		line.What += ", now " + v.state(m.State)
	}
	b.Timeline = append(b.Timeline, line)
	if m.Text == "" && len(m.Documents) == 0 {
		return
	}
	if m.Type != disputes.Said && m.Contact != "" {
		who = m.Contact
	}
	if m.Type != disputes.Said && m.Channel != "" {
		who += ", " + plainWords(m.Channel)
	}
	said := talkLine{Who: who, When: line.When, Text: m.Text, Documents: documentLines(c.ID, m.Documents)}
	switch m.Type {
	case disputes.Filed, disputes.Heard:
		b.Talk = append(b.Talk, said)
	case disputes.Said:
		said.Ours = true
		b.Talk = append(b.Talk, said)
	case disputes.Shared:
		said.Ours, said.Shared, said.Ended = true, v.moment(m.Until), v.moment(m.Ended)
		if v.documentLink != nil && m.Opens(v.now) {
			said.Link = v.documentLink(c.ID, m.Documents[0].Digest, m.Until)
		}
		b.Talk = append(b.Talk, said)
	case disputes.Remarked:
		b.Notes = append(b.Notes, said)
	}
}

func documentLines(id string, documents []disputes.Document) []documentLine {
	var lines []documentLine
	for _, d := range documents {
		lines = append(lines, documentLine{link{d.Name, disputesPath + "/" + id + "/documents/" + d.Digest}, size(d.Size), d.Type})
	}
	return lines
}

func size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d kB", (bytes+1023)>>10)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
}

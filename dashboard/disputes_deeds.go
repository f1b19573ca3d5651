package dashboard

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/ledger"
)

var (
	whyField     = field{Name: "why", Label: "Why", Kind: "area", Required: true}
	spokenBy     = []option{{Value: "mail", Title: "Mail"}, {Value: "call", Title: "Telephone"}, {Value: "chat", Title: "Chat"}, {Value: "portal", Title: "Portal"}}
	proposeKinds = []option{{Value: disputes.Credit, Title: "Credit"}, {Value: disputes.Refund, Title: "Refund"}, {Value: disputes.Withhold, Title: "Withhold"},
		{Value: disputes.Release, Title: "Release"}, {Value: disputes.Reject, Title: "Reject the claim"}, {Value: disputes.Split, Title: "Split, as said at each invoice"}}
)

// A caseDeed is a form of the case page, and whether the case and the reader are such that it makes sense. The desk decides; this
// only keeps away what it would refuse.
type caseDeed struct {
	deed
	when bool
}

// caseDeeds are what a reader can do with a case.
func (v ledgerView) caseDeeds(c disputes.Case, history []disputes.Moment, who *reader, analysts []option, open string) []deed {
	if !who.Is(disputing...) {
		return nil
	}
	enclosed, shared := enclosedIn(c, history), sharedIn(history, v.now)
	live := c.Proposal != nil && c.Decided == nil && len(c.Proposal.Approvals) < max(1, c.Proposal.Needs)
	may := func(step string) bool { return v.may(c, who, step) }
	hash, proposal := []option(nil), []option(nil)
	if c.Proposal != nil {
		hash = []option{{Title: "hash", Value: c.Proposal.Hash}}
	}
	given := slices.IndexFunc(c.Orders, func(o disputes.Order) bool { return o.State == disputes.InstructionGiven })
	if given >= 0 {
		proposal = []option{{Title: "proposal", Value: c.Orders[given].Proposal}}
	}
	approver := live && who.Is(c.Proposal.Roles...) && !slices.Contains(c.Proposal.Makers, who.Name) && v.step(c, disputes.Approved)
	text := field{Name: "text", Label: "Text", Kind: "area", Required: true}
	files := field{Name: "documents", Label: "Documents", Kind: "files"}
	all := []caseDeed{
		{deed{Kind: "approve", Title: "Approve", Button: "Approve this proposal", Text: "Binds you to the proposal as it stands here.", Hidden: hash,
			Fields: []field{{Name: "why", Label: "Remark", Kind: "area"}}}, approver},
		{deed{Kind: "refuse", Title: "Refuse", Button: "Refuse", Danger: true, Hidden: hash, Fields: []field{whyField}}, approver},
		{deed{Kind: "say", Title: "Write to the customer", Letter: "e", Button: "Send", Text: "The customer reads this.", Files: true,
			Fields: []field{text, {Name: "channel", Label: "By", Kind: "choice", Options: spokenBy}, files}}, true},
		{deed{Kind: "remark", Title: "Note", Letter: "n", Button: "Write it down", Text: "Among ourselves; the customer never sees it.", Fields: []field{text}}, true},
		{deed{Kind: "hear", Title: "Customer said", Letter: "c", Button: "Write it down", Text: "What the customer told us, by telephone or otherwise.", Files: true,
			Fields: []field{text, {Name: "channel", Label: "By", Kind: "choice", Options: []option{spokenBy[1], spokenBy[0], spokenBy[2]}}, {Name: "contact", Label: "Who", Kind: "text"}, files}}, true},
		{deed{Kind: "attach", Title: "Attach", Button: "Attach", Files: true, Fields: []field{files}}, !c.Closed},
		{deed{Kind: "share", Title: "Share a document", Button: "Share it", Text: "The customer gets a link by mail that opens this document at the portal, and nothing else, until it expires. It stands here too, to pass on.",
			Fields: shareFields(enclosed)}, v.documentLink != nil && c.Verified && len(enclosed) > 0},
		{deed{Kind: "unshare", Title: "End a sharing", Button: "End it", Danger: true, Text: "Its link no longer opens, and the customer no longer finds the document on the case.",
			Fields: []field{{Name: "document", Label: "Document", Kind: "choice", Options: documentOptions(shared)}, whyField}}, len(shared) > 0},
		{deed{Kind: "validate", Title: "Validate", Button: "Hold it against the books"}, may(disputes.Validated) && !live},
		{deed{Kind: "propose", Title: "Propose", Letter: "p", Button: "Propose", Fields: v.proposeFields(c)}, may(disputes.Proposed) && len(c.Lines) > 0},
		{deed{Kind: "withdraw", Title: "Withdraw the proposal", Button: "Withdraw", Fields: []field{whyField}}, live && may(disputes.Withdrawn)},
		{deed{Kind: "send", Title: "Send the statement", Button: "Send it to the customer"}, may(disputes.StatementSent) && c.Verified},
		{deed{Kind: "accept", Title: "Customer accepts", Button: "Note the yes", Hidden: hash, Fields: []field{{Name: "why", Label: "How do you know", Kind: "area", Required: true}}}, may(disputes.Accepted)},
		{deed{Kind: "reject", Title: "Customer rejects", Button: "Note the no", Hidden: hash, Fields: []field{whyField}}, may(disputes.Rejected)},
		{deed{Kind: "confirm", Title: "Books confirm", Button: "Note it", Hidden: proposal, Fields: []field{{Name: "text", Label: "What the books say", Kind: "text"}}}, given >= 0},
		{deed{Kind: "return", Title: "Books return", Button: "Note it", Hidden: proposal, Danger: true, Fields: []field{whyField}}, given >= 0},
		{deed{Kind: "assign", Title: "Assign", Letter: "a", Button: "Assign", Fields: []field{{Name: "to", Label: "To", Kind: "choice", Options: analysts}, whyField}}, !c.Closed},
		{deed{Kind: "verify", Title: "Sender verified", Button: "The sender is who they say", Fields: []field{{Name: "why", Label: "How you made sure", Kind: "area", Required: true}}}, !c.Verified && !c.Closed},
		{deed{Kind: "amend", Title: "Correct the claim", Button: "Correct", Fields: v.amendFields(c)}, !c.Closed && !live && c.Decided == nil},
		{deed{Kind: "move", Title: "Move", Letter: "s", Button: "Move", Fields: []field{{Name: "to", Label: "To", Kind: "choice", Options: v.moves(c, who)}, whyField}}, len(v.moves(c, who)) > 0},
		{deed{Kind: "reopen", Title: "Reopen", Button: "Reopen", Fields: []field{whyField}}, may(disputes.Reopened)},
	}
	var shown []deed
	back := disputesPath + "/" + c.ID
	for _, d := range all {
		if !d.when {
			continue
		}
		d.Action, d.Back, d.Key, d.Open = back+"/"+d.Kind, back, ledger.NewKey(), d.Kind == open
		d.Href = back + "?do=" + d.Kind + "#do-" + d.Kind
		for j := range d.Fields { // each form has choices of its own to mark
			d.Fields[j].Options = slices.Clone(d.Fields[j].Options)
		}
		shown = append(shown, d.deed)
	}
	return shown
}

// shareFields ask which document is shared, and for how long.
func shareFields(enclosed []disputes.Document) []field {
	return []field{{Name: "document", Label: "Document", Kind: "choice", Options: documentOptions(enclosed)},
		{Name: "days", Label: "The link opens for", Kind: "choice", Options: []option{{Value: "7", Title: "a week"}, {Value: "14", Title: "two weeks"}, {Value: "30", Title: "30 days"}, {Value: "90", Title: "90 days"}}}}
}

// documentOptions offers each document once.
func documentOptions(documents []disputes.Document) []option {
	var all []option
	for _, d := range documents {
		if !slices.ContainsFunc(all, func(o option) bool { return o.Value == d.Digest }) {
			all = append(all, option{Value: d.Digest, Title: d.Name + ", " + size(d.Size)})
		}
	}
	return all
}

// sharedIn are the documents to which a link opens now.
func sharedIn(history []disputes.Moment, now time.Time) []disputes.Document {
	var all []disputes.Document
	for _, m := range history {
		if m.Opens(now) {
			all = append(all, m.Documents...)
		}
	}
	return all
}

// step is whether the model has such a step from where the case stands.
func (v ledgerView) step(c disputes.Case, step string) bool {
	return slices.ContainsFunc(v.model.Moves(c.State), func(t disputes.Transition) bool { return t.On == step })
}

// may is whether the reader is one of those who take it.
func (v ledgerView) may(c disputes.Case, who *reader, step string) bool {
	return slices.ContainsFunc(v.model.Moves(c.State), func(t disputes.Transition) bool {
		return t.On == step && (len(t.By) == 0 || who.Is(t.By...))
	})
}

func (v ledgerView) moves(c disputes.Case, who *reader) []option {
	var to []option
	for _, t := range v.model.Moves(c.State) {
		if t.On == disputes.Moved && (len(t.By) == 0 || who.Is(t.By...)) {
			to = append(to, option{Value: t.To, Title: v.state(t.To)})
		}
	}
	return to
}

// proposeFields ask for an amount of every invoice, beginning with what the evidence supports.
func (v ledgerView) proposeFields(c disputes.Case) []field {
	fields := []field{{Name: "kind", Label: "Proposal", Kind: "choice", Options: proposeKinds}}
	left := c.Claimed()
	if c.Report != nil && c.Report.Verdict != disputes.Undecidable {
		left = c.Report.Supported
	}
	for i, invoice := range invoicesOf(c) {
		amount := decimal.Min(left, invoice.Amount)
		left = left.Sub(amount)
		fields = append(fields,
			field{Name: "award_invoice", Kind: "hidden", Value: invoice.Invoice},
			field{Name: fmt.Sprintf("award_%d", i), Label: "On " + invoice.Invoice, Hint: "of " + v.money(invoice.Amount, c.Currency) + " claimed", Kind: "text", Value: amount.String()})
		if len(c.Lines) > 1 {
			fields = append(fields, field{Name: fmt.Sprintf("award_kind_%d", i), Label: "as", Kind: "choice", Options: append([]option{{Title: "the proposal says"}}, proposeKinds[:4]...)})
		}
	}
	causes := []option{{Title: "not known"}}
	for _, cause := range v.model.RootCauses {
		causes = append(causes, option{Value: cause, Title: plainWords(cause)})
	}
	return append(fields,
		field{Name: "reasons", Label: "Reasons", Hint: "a line each; the customer reads them", Kind: "area", Required: true, Value: v.found(c)},
		field{Name: "root_cause", Label: "Root cause", Kind: "choice", Options: causes})
}

// found is what the tests that decided say.
func (v ledgerView) found(c disputes.Case) string {
	if c.Report == nil {
		return ""
	}
	said := ""
	for _, t := range c.Report.Tests {
		if t.Verdict == c.Report.Verdict && t.Verdict != disputes.Undecidable && t.Says != "" {
			said += t.Says + "\n"
		}
	}
	return said
}

// invoicesOf are what is claimed of each invoice.
func invoicesOf(c disputes.Case) []disputes.Line {
	var lines []disputes.Line
	for _, l := range c.Lines {
		i := slices.IndexFunc(lines, func(o disputes.Line) bool { return o.Invoice == l.Invoice })
		if i < 0 {
			lines = append(lines, disputes.Line{Invoice: l.Invoice, Amount: l.Amount})
		} else {
			lines[i].Amount = lines[i].Amount.Add(l.Amount)
		}
	}
	return lines
}

func (v ledgerView) amendFields(c disputes.Case) []field {
	var reasons []option
	for _, r := range v.model.Reasons {
		reasons = append(reasons, option{Value: r.Code, Title: r.Title, Chosen: r.Code == c.Reason})
	}
	return []field{
		{Name: "customer", Label: "Customer", Kind: "text", Value: c.Customer},
		{Name: "lines", Label: "Invoices and what is claimed of each", Hint: "a line each, as in RE-1001 250.00; empty leaves them", Kind: "area", Value: writtenLines(c.Lines, c.Currency)},
		{Name: "currency", Label: "Currency", Kind: "text", Value: c.Currency}, {Name: "reason", Label: "Reason", Kind: "choice", Options: reasons}, whyField,
	}
}

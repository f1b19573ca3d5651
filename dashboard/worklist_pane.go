package dashboard

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"arrears/collections"
)

// A pane is one customer beside the list: why it stands where it stands, what it owes, and what has been said.
type pane struct {
	ID, Name, About string
	Page            string // address of the customer's own page
	Place           string // "Place 4 of EAST-1", or the reason why it is not called
	Text            string // what that reason means
	Reasons         []reason
	Facts           []fact // how what is at stake comes about
	Compared        *comparison
	Decisions       []string
	Shared          []string // what the score says of every item
	Items           []itemLine
	MoreItems       int64
	Disputes        []paneLine
	Promises        []paneLine
	Plan            []paneLine // its instalments
	Contacts        []paneLine
	Behaviour       []fact
	Pending         []paneLine // done, and not in the figures yet
	Deeds           []deed     // what the reader can do
	Fault           string

	owed  string                 // what is asked for, exact
	plans []collections.OpenPlan // that can be ended
}

// A fact is a figure with its name; the strong one is what the others lead to.
type fact struct {
	Name, Value string
	Strong      bool
}

// An itemLine is one open item with its score and why, and the line of the file it came from.
type itemLine struct {
	Invoice, Due, Late, Open, Score, Further, File string
	Why                                            []string
	IsLate                                         bool
}

// A paneLine is one thing that was said or done.
type paneLine struct{ When, Text, Note, Mood string }

// How much the pane names: open items, and of disputes, promises and contacts each.
const (
	itemsInPane = 12
	linesInPane = 5
)

// pane makes the customer beside the list. It is not whole where the rows behind could not be read.
func (h *Handler) pane(r *http.Request, seen reading) (beside *pane, whole bool) {
	if seen.customer == "" || listByCurrency(seen) != "" {
		return nil, true
	}
	p := &pane{ID: seen.customer, Name: seen.customer, Page: seen.list("", seen.customer).link(customerPath)}
	seen.standing(p)
	known, err := h.askBeside(r.Context(), seen, seen.customer, seen.named())
	switch {
	case errors.Is(err, errNewerRun):
		p.Fault = "New figures have been published this moment. Load the page again to see them."
	case err != nil:
		h.opts.Log.ErrorContext(r.Context(), "customer not read", "customer", seen.customer, "error", err)
		p.Fault = "What is known of this customer could not be read. The cause is in the log of the service."
	case known == nil && p.Place == "":
		p.Fault = "Nothing is known of a customer with this number."
	default:
		seen.fillPane(p, known)
		h.fillDeeds(r, seen, p)
	}
	return p, err == nil
}

// fillDeeds adds what was done since the figures, and what the reader can do.
func (h *Handler) fillDeeds(r *http.Request, seen reading, p *pane) {
	if h.opts.Collections == nil {
		return
	}
	pending, err := h.opts.Collections.PendingOf(r.Context(), p.ID, seen.landed)
	if err != nil {
		h.opts.Log.ErrorContext(r.Context(), "what was done is not shown", "customer", p.ID, "error", err)
	}
	for _, d := range pending {
		p.Pending = append(p.Pending, seen.pendingLine(d))
	}
	p.plans = collections.OpenPlans(p.plans, pending)
	if h.reader(r).Is(collecting...) {
		p.Deeds = seen.collectorDeeds(p, r.URL.Query().Get("do"), h.reader(r).Is(supervising...), h.opts.Collections.HasLetters())
		if h.opts.Disputes != nil {
			p.Deeds = append(p.Deeds, deed{Kind: "dispute", Title: "Dispute", Letter: "d", Href: disputesPath + "?do=file&customer=" + url.QueryEscape(p.ID) + "#do-file"})
		}
	}
}

// named are the customers the page names, who may be looked at next.
func (r reading) named() []string {
	var customers []string
	for _, l := range r.queue() {
		if len(customers) == listOnPage {
			break
		}
		customers = append(customers, l.customer)
	}
	reasons := map[string]int{}
	for _, u := range r.aside() {
		if reasons[u.reason]++; reasons[u.reason] <= absentOnPage {
			customers = append(customers, u.customer)
		}
	}
	if !slices.Contains(customers, r.customer) {
		return nil
	}
	return customers
}

// standing says where the customer stands, or why it is not called.
func (r reading) standing(p *pane) {
	if i := slices.IndexFunc(r.listed, func(l listed) bool { return l.customer == r.customer }); i >= 0 {
		l := r.listed[i]
		list := r.listOf(l.collector)
		place := slices.IndexFunc(list, func(other listed) bool { return other.customer == l.customer })
		compared := r.whyHere(list, place)
		p.Name, p.Place, p.Reasons, p.Compared = l.name, "Place "+r.whole(l.place)+" of "+l.collector, r.reasons(l), &compared
		p.Facts, p.owed = r.asked(l), l.atStake.StringFixed(2)
		return
	}
	if i := slices.IndexFunc(r.unlisted, func(u unlisted) bool { return u.customer == r.customer }); i >= 0 {
		u := r.unlisted[i]
		p.Name, p.Place = u.name, "Not on the list: "+strings.ToLower(Absence(u.reason)[:1])+Absence(u.reason)[1:]
		for _, a := range absences {
			if a.name == u.reason {
				p.Text = a.text
			}
		}
		if !u.until.IsZero() {
			p.Text += " Until " + day(u.until) + "."
		}
		p.owed = u.pastDue.StringFixed(2)
		p.Facts = r.leadsTo(u.pastDue, u.disputed, u.promised, u.planned, u.credited, u.atStake)
	}
}

// asked are the figures of a call: from what is past due to what is asked for, and what that is worth.
func (r reading) asked(l listed) []fact {
	facts := r.leadsTo(l.pastDue, l.disputed, l.promised, l.planned, l.credit, l.atStake)
	facts = append(facts, fact{Name: "Expected further days", Value: r.fixed(l.furtherDays, 1)}, fact{Name: "Money-days", Value: r.worth(l.moneyDays)})
	if !l.duties.IsZero() {
		facts = append(facts, fact{Name: "Duties", Value: "+" + r.worth(l.duties)})
	}
	return append(facts, fact{Name: "Priority, in money-days", Value: r.worth(l.rank), Strong: true})
}

// leadsTo names what is taken off the amount past due. What no other part explains are invoices that were snoozed or put on hold.
func (r reading) leadsTo(pastDue, disputed, promised, planned, credit, atStake decimal.Decimal) []fact {
	facts := []fact{{Name: "Past due", Value: r.amount(pastDue)}}
	for _, less := range []struct {
		name  string
		value decimal.Decimal
	}{{"Disputed", disputed}, {"Promised", promised}, {"In a plan", planned}, {"Credits and unapplied cash", credit}} {
		if less.value.IsPositive() {
			facts = append(facts, fact{Name: less.name, Value: "−" + r.amount(less.value)})
		}
	}
	if aside := pastDue.Sub(disputed).Sub(promised).Sub(planned).Sub(credit).Sub(atStake); aside.Round(2).IsPositive() {
		facts = append(facts, fact{Name: "Put aside", Value: "−" + r.amount(aside)})
	}
	return append(facts, fact{Name: "At stake, " + r.money, Value: r.amount(atStake), Strong: true})
}

func (r reading) fillPane(p *pane, known beside) {
	for _, c := range known["customer"] {
		p.Name = c.text("name")
		p.About = strings.Join(slices.DeleteFunc([]string{c.text("customer_id"), c.text("entity"), c.text("segment"), c.text("country")},
			func(s string) bool { return s == "" || s == nobody }), " · ")
		p.MoreItems = max(0, c.integer("open_items")-int64(len(known["item"])))
		p.Behaviour = r.behaviour(c)
	}
	for _, a := range known["action"] {
		p.Decisions = append(p.Decisions, decided(a))
	}
	for _, a := range known["assignment"] {
		p.Decisions = append(p.Decisions, decidedBy("Given to "+a.text("collector"), a))
	}
	for _, item := range known["item"] {
		p.Items = append(p.Items, r.itemLine(item))
	}
	p.Shared = takeShared(p.Items)
	p.Disputes = lines(known["dispute"], r.disputeLine)
	p.Promises = lines(known["promise"], r.promiseLine)
	for _, instalment := range known["plan"] {
		p.Plan = append(p.Plan, r.planLine(instalment))
		p.plans = withPlan(p.plans, instalment)
	}
	p.Contacts = lines(known["contact"], r.contactLine)
}

// withPlan adds the plan of an instalment, where something is still to come of it or the instalment was missed.
func withPlan(open []collections.OpenPlan, instalment row) []collections.OpenPlan {
	p := collections.OpenPlan{ID: instalment.text("plan_id"), Currency: instalment.text("currency"), Amount: instalment.amount("plan_amount")}
	known := slices.ContainsFunc(open, func(o collections.OpenPlan) bool { return o.ID == p.ID })
	if known || !instalment.amount("remaining_amount").IsPositive() && instalment.text("state") != "missed" {
		return open
	}
	return append(open, p)
}

func lines(rows []row, write func(row) paneLine) []paneLine {
	var written []paneLine
	for _, one := range rows[:min(linesInPane, len(rows))] {
		written = append(written, write(one))
	}
	return written
}

// takeShared takes out the reasons that every item has, where there are several, so that they are said once.
func takeShared(items []itemLine) []string {
	if len(items) < 2 {
		return nil
	}
	shared := slices.Clone(items[0].Why)
	for _, item := range items {
		shared = slices.DeleteFunc(shared, func(why string) bool { return !slices.Contains(item.Why, why) })
	}
	for i := range items {
		items[i].Why = slices.DeleteFunc(items[i].Why, func(why string) bool { return slices.Contains(shared, why) })
	}
	return shared
}

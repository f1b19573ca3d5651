package dashboard

import (
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// An unlisted customer is one row of mart.not_listed: somebody who owes and is not called, and why.
type unlisted struct {
	collector, customer, name, entity, reason   string
	until                                       time.Time
	open, pastDue, disputed, promised, credited decimal.Decimal
	planned                                     decimal.Decimal
	atStake                                     decimal.Decimal
	sinceContact                                decimal.NullDecimal
}

func (r row) unlisted() unlisted {
	return unlisted{
		collector: r.text("collector"), customer: r.text("customer_id"), name: r.text("name"), entity: r.text("entity"), reason: r.text("reason"),
		until: r.time("until_on"), open: r.amount("open_amount"), pastDue: r.amount("past_due_amount"), disputed: r.amount("disputed_amount"),
		promised: r.amount("promised_amount"), planned: r.amount("planned_amount"), credited: r.amount("credit_amount"), atStake: r.amount("collectable_amount"),
		sinceContact: r.number("days_since_contact"),
	}
}

// absences are the reasons not to call, in the order in which core.account and core.absence try them.
var absences = []struct{ name, title, text string }{
	{"on_hold", "On hold", "Master data or somebody of ours says not to call."},
	{"skipped", "Skipped today", "Somebody of ours skipped them for the day."},
	{"snoozed", "Snoozed", "Put off until a day."},
	{"not_due", "Nothing past due", "What they owe is not due yet."},
	{"disputed", "Disputed", "All that is past due is disputed."},
	{"legal_wait", "Legal wait", "A lawyer or an agency has it, and the day of the next step has not come."},
	{"put_aside", "Invoices put aside", "Every past-due invoice that is not disputed is snoozed or on hold."},
	{"in_plan", "In a plan", "A payment plan is kept, and what is past due beside it is too little to be worth a call."},
	{"promised", "Promised", "What is past due is promised, and the day has not passed."},
	{"covered_by_credit", "Covered by credits", "We hold as much of their money as is past due."},
	{"below_minimum", "Below the minimum", "Too little to be worth a call."},
	{"contacted", "Just contacted", "We spoke or wrote to them within the last days."},
	{"quiet_days", "Quiet days", "They are not to be contacted on a day like this; worklist.quiet of the configuration says so."},
}

// Absence says in words what a reason of mart.not_listed means; a reason it does not know is its own word.
func Absence(name string) string {
	for _, a := range absences {
		if a.name == name {
			return a.title
		}
	}
	return name
}

// An absentGroup is the customers who are not called for one reason.
type absentGroup struct {
	Title, Text, Count, Open, PastDue string
	Rows                              []absentRow
	More                              int  // that only the export has
	Unfold                            bool // the customer beside the list is one of these
}

type absentRow struct {
	link
	ID, Open, PastDue, Until string
	Here                     bool
}

// absentOnPage is how many customers of a reason the page names.
const absentOnPage = 25

// aside are those of the reader's collector and entity who are not called.
func (r reading) aside() []unlisted {
	var found []unlisted
	for _, u := range r.unlisted {
		if (r.collector == "" || u.collector == r.collector) && (r.entity == "" || u.entity == r.entity) {
			found = append(found, u)
		}
	}
	return found
}

// absentGroups are those who are not called by reason, in the order in which the reasons are tried.
func (r reading) absentGroups() []absentGroup {
	byReason := map[string][]unlisted{}
	for _, u := range r.aside() {
		byReason[u.reason] = append(byReason[u.reason], u)
	}
	var groups []absentGroup
	for _, a := range absences {
		if members := byReason[a.name]; len(members) > 0 {
			g := r.absentGroup(members)
			g.Title, g.Text = a.title, a.text
			groups = append(groups, g)
			delete(byReason, a.name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byReason)) {
		g := r.absentGroup(byReason[name])
		g.Title = name
		groups = append(groups, g)
	}
	return groups
}

func (r reading) absentGroup(members []unlisted) absentGroup {
	g := absentGroup{Count: r.counted(int64(len(members)), "customer", "customers")}
	open, pastDue := decimal.Zero, decimal.Zero
	for i, u := range members {
		open, pastDue = open.Add(u.open), pastDue.Add(u.pastDue)
		here := u.customer == r.customer
		g.Unfold = g.Unfold || here
		if i >= absentOnPage && !here {
			g.More++
			continue
		}
		line := absentRow{
			link: link{u.name, r.beside(u.customer)}, ID: u.customer, Open: r.amount(u.open), PastDue: r.amount(u.pastDue), Here: here,
		}
		if !u.until.IsZero() {
			line.Until = day(u.until)
		}
		g.Rows = append(g.Rows, line)
	}
	g.Open, g.PastDue = r.amount(open), r.amount(pastDue)
	return g
}

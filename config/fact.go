package config

// FactKind is what a fact about a customer is: a number, a text or a flag.
type FactKind string

// The kinds of facts, as messages say them.
const (
	Figure FactKind = "a number"
	Word   FactKind = "a text"
	Flag   FactKind = "a flag"
)

// A Fact is a column of core.customer_fact: something known of a customer that conditions may ask for.
type Fact struct {
	Name string
	Kind FactKind
	Help string
}

// CustomerFacts are all that conditions may ask for. Amounts are in the reporting currency.
var CustomerFacts = []Fact{
	{"customer_id", Word, "the customer"},
	{"parent_id", Word, "whom it belongs to; itself where to nobody"},
	{"entity", Word, "legal entity it is billed by"},
	{"segment", Word, "segment of master data"},
	{"country", Word, "country of master data"},
	{"collector", Word, "who calls it"},
	{"language", Word, "language of master data"},
	{"risk_class", Word, "risk class of master data"},
	{"standing", Word, "against its limit: over, breach, within, or no limit"},
	{"on_hold", Flag, "put on hold by master data"},
	{"promise_broken", Flag, "broke a promise, and nobody has spoken to it since"},
	{"plan_broken", Flag, "broke a payment plan, and nobody has spoken to it since"},
	{"legal_step", Flag, "is with legal, and the day of the next step has come"},
	{"dispute_closed", Flag, "a dispute was closed against it, and nobody has spoken to it since"},
	{"requested", Flag, "called, and nobody answered"},
	{"drifting", Flag, "the alarm: pays at least 10 days later than the year before"},
	{"pay_day_moved", Flag, "the alarm: pays in another third of the month"},
	{"short_pays_rising", Flag, "the alarm: pays short twice as often"},
	{"first_broken_promise", Flag, "the alarm: broke a promise for the first time"},
	{"gone_quiet", Flag, "the alarm: nothing has come for longer than ever"},
	{"terms_days", Figure, "days to pay, of master data"},
	{"open_items", Figure, "open items"},
	{"gross_amount", Figure, "open items, in money"},
	{"past_due_amount", Figure, "of them past due"},
	{"disputed_amount", Figure, "of what is past due, disputed"},
	{"promised_amount", Figure, "of what is past due, promised"},
	{"planned_amount", Figure, "of what is past due, in a payment plan that is kept"},
	{"credit_amount", Figure, "credits and unapplied cash"},
	{"net_amount", Figure, "open items less credits"},
	{"collectable_amount", Figure, "what can be asked for today"},
	{"further_days", Figure, "days until it is expected to come, weighted by amount"},
	{"money_days", Figure, "collectable amount x further days"},
	{"oldest_days_past_due", Figure, "how late the oldest item is; 0 or less: nothing is"},
	{"limit_amount", Figure, "credit limit"},
	{"utilisation_percent", Figure, "net amount per limit"},
	{"billed_90_amount", Figure, "billed in the last 90 days"},
	{"paydex_like", Figure, "behaviour index: 80 is prompt, 50 is 30 days late"},
	{"days_beyond_terms", Figure, "money-weighted days late of two years"},
	{"on_time_percent", Figure, "share of the money that came in time"},
	{"paid_invoices", Figure, "invoices paid in two years"},
	{"broken_promises", Figure, "promises broken in a year"},
	{"score", Figure, "highest score of an open item: 500 is an even chance of being late"},
	{"days_since_contact", Figure, "days since the last call, mail or letter of ours"},
}

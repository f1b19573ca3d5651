package config

import "slices"

// Kind is the type of a canonical column, and with it the type of the column in a batch and in the warehouse.
type Kind int

// The kinds of a canonical column.
const (
	Text      Kind = iota // UTF-8, never trimmed of zeros
	Date                  // calendar day
	Timestamp             // date and time, microseconds, without zone
	Amount                // money in the document's currency, DECIMAL(18,3)
	Rate                  // one unit of one currency in another, or a factor, DECIMAL(18,9)
	Integer               // whole number, BIGINT
	Bool                  // true or false
)

// SQL is the column type in the warehouse.
func (k Kind) SQL() string {
	return [...]string{"VARCHAR", "DATE", "TIMESTAMP", "DECIMAL(18,3)", "DECIMAL(18,9)", "BIGINT", "BOOLEAN"}[k]
}

// Field is one column of a canonical dataset.
type Field struct {
	Name     string
	Kind     Kind
	Required bool
}

// Dataset is one canonical kind of row: what every source is turned into.
type Dataset struct {
	Name   string
	Key    []string // columns that identify a row; a key that comes again is a new version
	Fields []Field
}

// Field finds a column by name.
func (d Dataset) Field(name string) (Field, bool) {
	i := slices.IndexFunc(d.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return d.Fields[i], true
}

// DatasetNamed finds a canonical dataset by name.
func DatasetNamed(name string) (Dataset, bool) {
	i := slices.IndexFunc(Datasets, func(d Dataset) bool { return d.Name == name })
	if i < 0 {
		return Dataset{}, false
	}
	return Datasets[i], true
}

func must(name string, kind Kind) Field { return Field{Name: name, Kind: kind, Required: true} }
func may(name string, kind Kind) Field  { return Field{Name: name, Kind: kind} }

// UnknownCustomer is the customer of a document that names none: it counts in every total and is a named fault.
const UnknownCustomer = "?"

// Datasets are the canonical datasets, in the order in which they are documented.
var Datasets = []Dataset{
	{"customers", []string{"customer_id"}, []Field{
		must("customer_id", Text), may("name", Text), may("parent_id", Text), may("entity", Text), may("segment", Text),
		may("country", Text), may("currency", Text), may("terms_days", Integer), may("credit_limit", Amount),
		may("collector", Text), may("email", Text), may("language", Text), may("risk_class", Text), may("on_hold", Bool),
	}},
	{"invoices", []string{"invoice_id"}, []Field{
		must("invoice_id", Text), must("customer_id", Text), must("issued_on", Date), may("due_on", Date),
		must("amount", Amount), must("currency", Text), may("kind", Text), may("entity", Text), may("order_no", Text),
		may("po_no", Text), may("terms", Text), may("cleared_on", Date), may("voided_on", Date), may("rate", Rate),
	}},
	{"instalments", []string{"invoice_id", "number"}, []Field{
		must("invoice_id", Text), must("number", Integer), must("due_on", Date), must("amount", Amount),
	}},
	{"payments", []string{"payment_id"}, []Field{
		must("payment_id", Text), must("customer_id", Text), must("received_on", Date), must("amount", Amount),
		must("currency", Text), may("method", Text), may("reference", Text), may("reversed_on", Date), may("rate", Rate),
	}},
	{"credits", []string{"credit_id"}, []Field{
		must("credit_id", Text), must("customer_id", Text), must("issued_on", Date), must("amount", Amount),
		must("currency", Text), may("reason", Text), may("invoice_id", Text), may("rate", Rate),
	}},
	{"applications", []string{"application_id"}, []Field{
		must("application_id", Text), must("source_id", Text), must("invoice_id", Text), must("applied_on", Date),
		must("amount", Amount), may("discount", Amount),
	}},
	{"write_offs", []string{"write_off_id"}, []Field{
		must("write_off_id", Text), may("invoice_id", Text), may("source_id", Text), must("written_off_on", Date),
		must("amount", Amount), may("reason", Text),
	}},
	{"recoveries", []string{"recovery_id"}, []Field{
		must("recovery_id", Text), must("recovered_on", Date), must("amount", Amount),
	}},
	{"forecasts", []string{"made_on", "due_on"}, []Field{
		must("made_on", Date), must("due_on", Date), must("amount", Amount),
	}},
	{"disputes", []string{"dispute_id"}, []Field{
		must("dispute_id", Text), must("invoice_id", Text), must("customer_id", Text), must("opened_at", Timestamp),
		must("amount", Amount), may("reason", Text), may("status", Text), may("owner", Text),
		may("first_response_at", Timestamp), may("resolved_at", Timestamp), may("outcome", Text), may("upheld", Amount),
		may("credited", Amount), may("recovered", Amount),
	}},
	{"activities", []string{"activity_id"}, []Field{
		must("activity_id", Text), must("customer_id", Text), must("at", Timestamp), may("channel", Text),
		may("direction", Text), may("by", Text), may("outcome", Text), may("note", Text),
	}},
	{"promises", []string{"promise_id"}, []Field{
		must("promise_id", Text), must("customer_id", Text), may("invoice_id", Text), must("made_on", Date),
		must("due_on", Date), must("amount", Amount), must("currency", Text),
	}},
	{"rates", []string{"from_currency", "to_currency", "on"}, []Field{
		must("from_currency", Text), must("to_currency", Text), must("on", Date), must("rate", Rate),
	}},
	{"gl_balances", []string{"entity", "account", "on"}, []Field{
		may("entity", Text), must("account", Text), must("on", Date), must("amount", Amount), must("currency", Text),
	}},
	{"order_lines", []string{"order_no", "line_no"}, []Field{
		must("order_no", Text), must("line_no", Text), may("customer_id", Text), may("invoice_id", Text),
		may("product", Text), may("quantity", Rate), may("price", Rate), may("currency", Text), may("ordered_on", Date),
	}},
	{"deliveries", []string{"delivery_id", "line_no"}, []Field{
		must("delivery_id", Text), must("line_no", Text), may("order_no", Text), may("invoice_id", Text),
		may("product", Text), may("quantity", Rate), may("promised_on", Date), may("delivered_on", Date),
	}},
	{"prices", []string{"customer_id", "product", "valid_from"}, []Field{
		must("customer_id", Text), must("product", Text), must("valid_from", Date), may("valid_to", Date),
		must("price", Rate), must("currency", Text),
	}},
	{"costs", []string{"on"}, []Field{
		must("on", Date), must("amount", Amount), may("fte", Rate),
	}},
	{"targets", []string{"kpi", "entity", "month"}, []Field{
		must("kpi", Text), may("entity", Text), must("month", Date), must("value", Rate),
	}},
	{"calendar", []string{"entity", "starts_on"}, []Field{
		may("entity", Text), must("starts_on", Date), must("ends_on", Date), must("fiscal_year", Integer),
		must("fiscal_period", Integer),
	}},
}

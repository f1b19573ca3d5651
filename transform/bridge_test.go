package transform

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// bridged is the company of docs/decisions/0007-dso-bridge.md: A pays in euros, B in dollars that become dearer in March.
func bridged() map[string]rows {
	invoice := func(id, customer, issued, due, amount, currency string) map[string]string {
		return map[string]string{"invoice_id": id, "customer_id": customer, "issued_on": issued, "due_on": due, "amount": amount, "currency": currency}
	}
	return map[string]rows{
		"customers": {{"customer_id": "A"}, {"customer_id": "B"}},
		"invoices": {
			invoice("I1", "A", "2024-12-10", "2025-01-09", "3000", "EUR"),
			invoice("I2", "A", "2025-01-15", "2025-02-14", "3000", "EUR"),
			invoice("I3", "B", "2025-02-10", "2025-04-11", "3000", "USD"),
			invoice("I4", "A", "2025-03-05", "2025-05-04", "1500", "EUR"),
			invoice("I5", "B", "2025-03-12", "2025-05-11", "1500", "USD"),
		},
		"payments": {
			{"payment_id": "P1", "customer_id": "A", "received_on": "2025-01-09", "amount": "3000", "currency": "EUR"},
			{"payment_id": "P2", "customer_id": "A", "received_on": "2025-02-20", "amount": "2500", "currency": "EUR"},
			{"payment_id": "P3", "customer_id": "A", "received_on": "2025-03-28", "amount": "300", "currency": "EUR"},
		},
		"credits": {{"credit_id": "C1", "customer_id": "A", "issued_on": "2024-11-20", "amount": "100", "currency": "EUR"}},
		"applications": {
			{"application_id": "1", "source_id": "P1", "invoice_id": "I1", "applied_on": "2025-01-09", "amount": "3000"},
			{"application_id": "2", "source_id": "P2", "invoice_id": "I2", "applied_on": "2025-02-20", "amount": "2000"},
			{"application_id": "3", "source_id": "P2", "invoice_id": "I2", "applied_on": "2025-03-20", "amount": "500"},
			{"application_id": "4", "source_id": "C1", "invoice_id": "I2", "applied_on": "2025-03-25", "amount": "100"},
		},
		"disputes": {{"dispute_id": "D1", "invoice_id": "I2", "customer_id": "A", "opened_at": "2025-03-10 08:00:00", "amount": "200"}},
		"rates": {
			{"from_currency": "USD", "to_currency": "EUR", "on": "2024-12-31", "rate": "1.00"},
			{"from_currency": "USD", "to_currency": "EUR", "on": "2025-03-31", "rate": "1.10"},
		},
	}
}

func TestBridgeOfTheWorkedExample(t *testing.T) {
	in := input(t, "2025-03-31", bridged())
	in.Currency = "EUR"
	run := refresh(t, in)
	if faults := append(run.Faults(Error), run.Faults(Warn)...); len(faults) > 0 {
		t.Errorf("faults %s", pretty(faults))
	}
	v := openView(t, Reading{State: in.State})
	figured(t, v, `select step, days from mart.dso_bridge where dimension = ''`, map[string]string{
		"terms": "5", "mix": "5", "billing": "20", "lateness": "-8", "disputes": "2", "unapplied_cash": "2", "credits": "1", "fx": "4.5",
	})
	figured(t, v, `select distinct 'from ' || from_month_end, from_dso from mart.dso_bridge where dimension = ''
		union select distinct 'to ' || to_month_end, to_dso from mart.dso_bridge where dimension = ''`,
		map[string]string{"from 2025-02-28": "34", "to 2025-03-31": "65.5"})
}

func TestSensitivityOfTheWorkedExample(t *testing.T) {
	in := input(t, "2025-03-31", bridged())
	in.Currency = "EUR"
	refresh(t, in)
	v := openView(t, Reading{State: in.State})
	figured(t, v, `select variant, days from mart.dso_sensitivity where dimension = ''`, map[string]string{
		"dso": "65.5", "without_disputed": "63.5", "without_unapplied_cash": "68.5", "without_largest_customer": "32", "fixed_rates": "61",
	})
	figured(t, v, `select left_out, change from mart.dso_sensitivity where dimension = '' and left_out is not null`,
		map[string]string{"B": "-33.5"})
}

// figured compares the two columns of a query, a name and a number, with what was worked out by hand.
func figured(t *testing.T, v View, query string, want map[string]string) {
	t.Helper()
	table, err := v.DB.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	missing := maps.Clone(want)
	for _, row := range table.Rows {
		name := fmt.Sprint(row[0])
		text, known := want[name]
		switch value, isNumber := row[1].(decimal.Decimal); {
		case !known:
			t.Errorf("%s is %v, and nobody worked it out", name, row[1])
		case !isNumber && (row[1] != nil || text != "null"), isNumber && value.Round(6).String() != decimal.RequireFromString(text).String():
			t.Errorf("%s is %v, want %s", name, row[1], text)
		}
		delete(missing, name)
	}
	if len(missing) > 0 {
		t.Errorf("missing %v", missing)
	}
}

// Whatever happened, the steps add up to the change that the KPIs show: for the whole, every entity, currency and customer.
func TestBridgeAddsUpOnRandomLedgers(t *testing.T) {
	entities := 40
	if os.Getenv("ARREARS_LONG") != "" {
		entities = 120
	}
	in := input(t, "2025-06-17", randomCompany(rand.New(rand.NewPCG(1, 2)), entities))
	in.Currency = "EUR"
	refresh(t, in)
	for _, by := range []string{"", "customer"} {
		v := openView(t, Reading{State: in.State, By: by, Months: 12})
		table, err := v.DB.Query(t.Context(), `
			select b.from_month, b.dimension, b.member, sum(b.days) as steps, max(new.value - old.value) as change, sum(abs(b.days)) as moved
			from mart.dso_bridge b
			join mart.kpi_month old on old.kpi = 'dso' and old.month = b.from_month and old.dimension = b.dimension and old.member = b.member
			join mart.kpi_month new on new.kpi = 'dso' and new.month = b.to_month and new.dimension = b.dimension and new.member = b.member
			group by b.from_month, b.dimension, b.member`)
		if err != nil {
			t.Fatal(err)
		}
		if len(table.Rows) < 80 {
			t.Errorf("only %d bridges were compared", len(table.Rows))
		}
		for _, row := range table.Rows {
			steps, change, moved := row[3].(decimal.Decimal), row[4].(decimal.Decimal), row[5].(decimal.Decimal)
			if limit := moved.Add(decimal.New(1, 0)).Mul(decimal.New(1, -9)); steps.Sub(change).Abs().GreaterThan(limit) {
				t.Errorf("by %q: from %v, %v %v: steps %s, change %s", by, row[0], row[1], row[2], steps, change)
			}
		}
	}
}

// randomCompany is a company of so many entities with a ledger each: part payments, instalments, credits, bounced cheques, voids,
// write-offs, disputes, prepaid cash, and three currencies whose rates move.
func randomCompany(random *rand.Rand, entities int) map[string]rows {
	l := ledgerMaker{random, map[string]rows{}}
	for month := range 20 {
		for currency, base := range map[string]int{"USD": 90, "GBP": 115} {
			l.add("rates", "from_currency", currency, "to_currency", "EUR", "on", l.day((month-1)*31), "rate", fmt.Sprintf("%d.%04d", base/100, base%100*100+random.IntN(900)))
		}
	}
	for e := range entities {
		for i := range 2 + random.IntN(3) {
			l.customer(fmt.Sprintf("E%d", e), fmt.Sprintf("E%d-C%d", e, i))
		}
	}
	return l.rows
}

// new2024 is the first day on which anything happens in a random ledger.
var new2024 = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// A ledgerMaker writes the documents of random customers.
type ledgerMaker struct {
	*rand.Rand
	rows map[string]rows
}

func (l ledgerMaker) add(dataset string, pairs ...string) {
	row := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		row[pairs[i]] = pairs[i+1]
	}
	l.rows[dataset] = append(l.rows[dataset], row)
}

// day is so many days after the first of 2024.
func (l ledgerMaker) day(n int) string {
	return new2024.AddDate(0, 0, n).Format("2006-01-02")
}

func (l ledgerMaker) maybe(percent int) bool { return l.IntN(100) < percent }

func (l ledgerMaker) customer(entity, id string) {
	currency := []string{"EUR", "EUR", "USD", "GBP"}[l.IntN(4)]
	terms := []int{0, 14, 30, 60}[l.IntN(4)]
	l.add("customers", "customer_id", id, "entity", entity, "terms_days", fmt.Sprint(terms))
	for i := range 4 + l.IntN(20) {
		l.invoice(fmt.Sprintf("%s-%d", id, i), id, currency, terms)
	}
	for i := range l.IntN(3) {
		l.add("credits", "credit_id", fmt.Sprintf("%s-K%d", id, i), "customer_id", id, "issued_on", l.day(l.IntN(560)),
			"amount", fmt.Sprint(1+l.IntN(90)), "currency", currency)
	}
}

func (l ledgerMaker) invoice(id, customer, currency string, terms int) {
	issued, amount := l.IntN(530), 10+l.IntN(900)
	row := []string{"invoice_id", id, "customer_id", customer, "issued_on", l.day(issued), "currency", currency, "amount", fmt.Sprint(amount)}
	switch {
	case l.maybe(5):
		row[len(row)-1] = fmt.Sprint(-amount / 4)
	case l.maybe(80):
		row = append(row, "due_on", l.day(issued+terms+l.IntN(20)))
	}
	if l.maybe(4) {
		row = append(row, "voided_on", l.day(issued+l.IntN(40)))
	}
	l.add("invoices", row...)
	if l.maybe(15) && !strings.HasPrefix(row[9], "-") {
		l.add("instalments", "invoice_id", id, "number", "1", "due_on", l.day(issued+15), "amount", fmt.Sprint(amount/2))
		l.add("instalments", "invoice_id", id, "number", "2", "due_on", l.day(issued+75), "amount", fmt.Sprint(amount-amount/2))
	}
	if l.maybe(15) {
		l.add("disputes", "dispute_id", id+"-D", "invoice_id", id, "customer_id", customer, "opened_at", l.day(issued+5)+" 09:00:00",
			"resolved_at", l.day(issued+5+l.IntN(90))+" 09:00:00", "amount", fmt.Sprint(1+l.IntN(amount)))
	}
	if l.maybe(5) {
		l.add("write_offs", "write_off_id", id+"-W", "invoice_id", id, "written_off_on", l.day(issued+50), "amount", "3")
	}
	if l.maybe(75) && !strings.HasPrefix(row[9], "-") {
		l.payment(id, customer, currency, issued, amount)
	}
}

func (l ledgerMaker) payment(id, customer, currency string, issued, amount int) {
	received, paid := issued-5+l.IntN(90), 1+l.IntN(amount)
	row := []string{"payment_id", id + "-P", "customer_id", customer, "received_on", l.day(received), "currency", currency,
		"amount", fmt.Sprint(paid + l.IntN(2)*l.IntN(50))}
	if l.maybe(5) {
		row = append(row, "reversed_on", l.day(received+l.IntN(20)))
	}
	l.add("payments", row...)
	l.add("applications", "application_id", id+"-A", "source_id", id+"-P", "invoice_id", id, "applied_on", l.day(received+l.IntN(12)),
		"amount", fmt.Sprint(paid), "discount", fmt.Sprint(l.IntN(2)))
}

package portal

import (
	"context"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

// Accounts know what customers owe, as the figures that were published last say.
type Accounts interface {
	// Of are the customers whose contact an address is; none for an address that nobody knows.
	Of(ctx context.Context, address string) (customers []string, err error)

	// Account is what one customer owes.
	Account(ctx context.Context, customer string) (Account, error)
}

// An Account is one customer's, at the date of the figures.
type Account struct {
	Customer, Name string
	AsOf           time.Time
	Items          []Item
	Credits        []Credit
}

// An Item is an open instalment of an invoice, in the invoice's currency.
type Item struct {
	Invoice, Number string
	IssuedOn, DueOn time.Time
	DaysPastDue     int64 // negative before the due date
	Currency        string
	Open            decimal.Decimal
}

// A Credit is what the customer has with us that no invoice has used yet: a payment or a credit memo.
type Credit struct {
	Source, Kind, Currency string
	Open                   decimal.Decimal
}

// A total is what is open in one currency.
type total struct {
	Currency                   string
	Open, PastDue, Credit, Net decimal.Decimal
}

// totals add an account up, one currency beside the other.
func (a Account) totals() []total {
	var all []total
	of := func(currency string) *total {
		i := slices.IndexFunc(all, func(t total) bool { return t.Currency == currency })
		if i < 0 {
			i, all = len(all), append(all, total{Currency: currency})
		}
		return &all[i]
	}
	for _, item := range a.Items {
		t := of(item.Currency)
		t.Open, t.Net = t.Open.Add(item.Open), t.Net.Add(item.Open)
		if item.DaysPastDue > 0 {
			t.PastDue = t.PastDue.Add(item.Open)
		}
	}
	for _, c := range a.Credits {
		t := of(c.Currency)
		t.Credit, t.Net = t.Credit.Add(c.Open), t.Net.Sub(c.Open)
	}
	return all
}

// An accountPage is all that one contact sees, customer by customer.
type accountPage struct {
	Accounts []ownAccount
	Contact  string
	Promises bool      // the customer can say when what is paid
	Promised time.Time // that it was just said; zero: nothing was
}

type ownAccount struct {
	Account
	Totals []total
	Cases  []disputes.Case
	model  disputes.Model
}

// StateOf is how the process calls the state of a case; one of another process keeps its own name.
func (a ownAccount) StateOf(c disputes.Case) string {
	if s, known := a.model.State(c.State); known {
		return forReader(s.Title)
	}
	return c.State
}

// Disputed is the newest case about an invoice, if there is an open one.
func (a ownAccount) Disputed(invoice string) *disputes.Case {
	for i, c := range a.Cases {
		if !c.Closed && slices.ContainsFunc(c.Lines, func(l disputes.Line) bool { return l.Invoice == invoice }) {
			return &a.Cases[i]
		}
	}
	return nil
}

func (p *Portal) account(w http.ResponseWriter, r *http.Request) {
	page := accountPage{Contact: who(r).Contact, Promises: p.options.Promises != nil}
	page.Promised, _ = time.Parse(time.DateOnly, r.URL.Query().Get("promised")) // anything else is no day
	m, err := p.options.Desk.Model(r.Context())
	if err != nil {
		p.failed(w, r, "Your disputes could not be read", err)
		return
	}
	for _, customer := range who(r).Customers {
		a, err := p.options.Accounts.Account(r.Context(), customer)
		if err != nil {
			p.failed(w, r, "Your invoices could not be read", err)
			return
		}
		cases, err := p.options.Desk.Cases(r.Context(), disputes.Filter{Customer: customer})
		if err != nil {
			p.failed(w, r, "Your disputes could not be read", err)
			return
		}
		page.Accounts = append(page.Accounts, ownAccount{a, a.totals(), cases, m})
	}
	p.show(w, r, http.StatusOK, "account", "Your account", page)
}

// statement is the account as a file: one record an open item, credits as negative amounts.
func (p *Portal) statement(w http.ResponseWriter, r *http.Request) {
	records := [][]string{{"customer", "document", "instalment", "kind", "issued_on", "due_on", "currency", "open_amount"}}
	for _, customer := range who(r).Customers {
		a, err := p.options.Accounts.Account(r.Context(), customer)
		if err != nil {
			p.failed(w, r, "Your invoices could not be read", err)
			return
		}
		for _, i := range a.Items {
			records = append(records, []string{plain(customer), plain(i.Invoice), plain(i.Number), "invoice", day(i.IssuedOn), day(i.DueOn), i.Currency, i.Open.String()})
		}
		for _, c := range a.Credits {
			records = append(records, []string{plain(customer), plain(c.Source), "", c.Kind, "", "", c.Currency, c.Open.Neg().String()})
		}
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="statement.csv"`)
	if err := csv.NewWriter(w).WriteAll(records); err != nil {
		p.options.Log.DebugContext(r.Context(), "a statement was not sent to its end", "cause", err, "records", strconv.Itoa(len(records)))
	}
}

// plain keeps a spreadsheet from reading a text as a formula.
func plain(text string) string {
	if text != "" && slices.Contains([]rune("=+-@\t\r＝＋－＠"), []rune(text)[0]) {
		return "'" + text
	}
	return text
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

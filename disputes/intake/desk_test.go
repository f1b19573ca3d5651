package intake

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/ledger"
	"arrears/ledger/mail"
)

// books are those of a company with three customers: C1 and C2 have contacts of their own, and share one.
type books struct{}

var contacts = map[string][]string{
	"ana@one.example": {"C1"}, "bob@two.example": {"C2"}, "shared@agency.example": {"C1", "C2"},
}

var invoices = map[string]disputes.Invoice{
	"INV-1001": {Customer: "C1", Currency: "EUR", Amount: eur("500"), Open: eur("500")},
	"INV-1002": {Customer: "C1", Currency: "EUR", Amount: eur("80")},
	"INV-1003": {Customer: "C1", Currency: "USD", Amount: eur("70"), Open: eur("70")},
	"INV-2001": {Customer: "C2", Currency: "EUR", Amount: eur("900"), Open: eur("900")},
}

func eur(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func (books) Customer(_ context.Context, id string) (disputes.Customer, error) {
	if id != "C1" && id != "C2" {
		return disputes.Customer{}, disputes.ErrNotInBooks
	}
	return disputes.Customer{ID: id}, nil
}

func (books) Invoice(_ context.Context, customer, id string) (disputes.Invoice, error) {
	v, ok := invoices[id]
	if !ok || v.Customer != customer {
		return v, disputes.ErrNotInBooks
	}
	v.ID, v.Rate = id, eur("1")
	return v, nil
}

func (books) Customers(_ context.Context, address string) ([]string, error) {
	return contacts[address], nil
}

func (b books) Invoices(ctx context.Context, customer string, ids []string) (found []disputes.Invoice, err error) {
	for _, id := range ids {
		if v, err := b.Invoice(ctx, customer, id); err == nil {
			found = append(found, v)
		}
	}
	return found, nil
}

// letters acknowledge what is filed, and nothing else.
type letters struct{ disputes.Letters }

func (letters) Filed(_ context.Context, c disputes.Case) ([]ledger.Message, error) {
	m, err := mail.Letter{Subject: "Your claim " + c.ID, Text: "We look into it."}.Message(c.Contact)
	return []ledger.Message{m}, err
}

func (letters) Status(context.Context, disputes.Case) ([]ledger.Message, error) {
	return nil, nil
}

// desk is a real desk on a real ledger; its clock is moved by hand.
type desk struct {
	*Intake
	l   *ledger.Ledger
	now time.Time
	n   int
}

func open(t testing.TB) *desk {
	t.Helper()
	d := &desk{now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	state := t.TempDir()
	var err error
	d.l, err = ledger.Open(context.Background(), state, ledger.Options{
		Projections: []ledger.Projection{disputes.Projection(), Projection()}, Now: func() time.Time { return d.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.l.Close(); err != nil {
			t.Error(err)
		}
	})
	d.Intake = &Intake{
		Ledger: d.l, Books: books{}, Shelf: disputes.Shelf{State: state}, Own: []string{"ar@example.com"}, Log: slog.New(slog.DiscardHandler),
		Desk: disputes.New(d.l, disputes.Default(), disputes.Options{Books: books{}, Letters: letters{}, Now: func() time.Time { return d.now }}),
		Mark: Marker{Sign: func(text string) string { return "secret " + text }},
	}
	return d
}

// message is a verified one of the contact of C1, unless it is changed.
func (d *desk) message(change func(*Message)) Message {
	d.n++
	m := Message{
		Digest: fmt.Sprintf("%064d", d.n), Box: "box", Place: fmt.Sprint(d.n), At: d.now, ID: fmt.Sprintf("%d@one.example", d.n),
		From: "ana@one.example", Subject: "Invoice INV-1001", Text: fmt.Sprintf("The price is wrong (%d).", d.n), Authentic: true, Vouched: "dmarc=pass",
	}
	change(&m)
	return m
}

func (d *desk) take(t testing.TB, m Message) Record {
	t.Helper()
	r, err := d.Take(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	if r.Outcome != Filed && r.Outcome != Heard && r.Outcome != Counted || (r.Outcome == Counted) != (r.Case == "") || r.Outcome == Counted && r.Why == "" {
		t.Errorf("the record says neither what became of the message nor why: %+v", r)
	}
	return r
}

func (d *desk) of(t testing.TB, id string) disputes.Case {
	t.Helper()
	c, err := d.Desk.Case(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sent are the letters in the outbox.
func (d *desk) sent(t testing.TB) []ledger.Letter {
	t.Helper()
	found, err := d.l.Letters(context.Background(), ledger.Queued)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

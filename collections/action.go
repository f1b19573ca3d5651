package collections

import (
	"cmp"
	"context"
	"time"

	"arrears/ledger"
)

// A Contact is a call, a mail, a letter, a visit or a chat with a customer.
type Contact struct {
	Customer, Invoice  string
	At                 time.Time // when it was; zero is now
	Channel, Direction string    // call, mail, letter, visit or chat; in or out
	Outcome            string    // as in reached, no answer
	Text               string
}

// LogCall writes a contact down.
func (d *Desk) LogCall(ctx context.Context, who ledger.Actor, key string, c Contact) (Done, error) {
	f := d.form()
	e := Entry{
		Invoice: c.Invoice, At: c.At.UTC().Truncate(time.Second), Channel: f.oneOf("channel", c.Channel, channels),
		Direction: f.oneOf("direction", c.Direction, directions), Outcome: f.line("outcome", c.Outcome, true), Text: f.text("text", c.Text, false),
	}
	if c.At.IsZero() {
		e.At = time.Time{}
	} else {
		f.past("at", c.At)
	}
	return d.write(ctx, who, key, Call, c.Customer, "", e, f)
}

// A Word is a customer's promise to pay an amount by a day.
type Word struct {
	Customer, Invoice string // an empty invoice: whatever the customer owes
	DueOn             string // YYYY-MM-DD
	Amount, Currency  string // exact, as in 1250.00
	Channel           string // in which it was given, which makes it a contact too; empty: none
	Direction         string // of that contact: in, or out (also when empty)
	Text              string
}

// TakePromise writes a promise down.
func (d *Desk) TakePromise(ctx context.Context, who ledger.Actor, key string, w Word) (Done, error) {
	f := d.form()
	e := Entry{Invoice: w.Invoice, DueOn: f.day("due_on", w.DueOn), Amount: f.amount("amount", w.Amount),
		Currency: f.currency("currency", w.Currency), Text: f.text("text", w.Text, false)}
	if w.Channel != "" {
		e.Channel, e.Direction, e.Outcome = f.oneOf("channel", w.Channel, channels), f.oneOf("direction", cmp.Or(w.Direction, "out"), directions), "promise"
	}
	return d.write(ctx, who, key, Promise, w.Customer, "", e, f)
}

// Note writes a remark down.
func (d *Desk) Note(ctx context.Context, who ledger.Actor, key, customer, invoice, text string) (Done, error) {
	f := d.form()
	return d.write(ctx, who, key, Note, customer, "", Entry{Invoice: invoice, Channel: Note, Text: f.text("text", text, true)}, f)
}

// A Place is a decision about a customer's place on the list.
type Place struct {
	Customer, Invoice string // an empty invoice: all of the customer's
	Until             string // last day on which it holds, YYYY-MM-DD
	Plan              string // of a plan that is ended: its number; empty: the only one that is open
	Reason            string
}

// Snooze takes a customer off the list up to and with a day.
func (d *Desk) Snooze(ctx context.Context, who ledger.Actor, key string, p Place) (Done, error) {
	f := d.form()
	return d.place(ctx, who, key, Snooze, p, f.day("until", p.Until), f)
}

// Pin keeps a customer at the top of the list, until a day or until it is ended.
func (d *Desk) Pin(ctx context.Context, who ledger.Actor, key string, p Place) (Done, error) {
	f := d.form()
	return d.place(ctx, who, key, Pin, p, f.dayOrNone("until", p.Until), f)
}

// Hold keeps a customer off the list, until a day or until it is ended.
func (d *Desk) Hold(ctx context.Context, who ledger.Actor, key string, p Place) (Done, error) {
	f := d.form()
	return d.place(ctx, who, key, Hold, p, f.dayOrNone("until", p.Until), f)
}

// Skip passes a customer over today.
func (d *Desk) Skip(ctx context.Context, who ledger.Actor, key string, p Place) (Done, error) {
	f := d.form()
	return d.place(ctx, who, key, Skip, p, f.today.Format(time.DateOnly), f)
}

// HandOver gives a customer, or an invoice, to a lawyer or an agency. Nobody calls for it before the day of the next step, and then it is
// due. Written again it sets the step after that.
func (d *Desk) HandOver(ctx context.Context, who ledger.Actor, key string, p Place) (Done, error) {
	f := d.form()
	return d.place(ctx, who, key, Legal, p, f.day("until", p.Until), f)
}

// Assign gives a customer to a collector, until it is ended.
func (d *Desk) Assign(ctx context.Context, who ledger.Actor, key, customer, collector, reason string) (Done, error) {
	f := d.form()
	if there, err := d.books.Collector(ctx, collector); err != nil {
		return Done{}, err
	} else if !there {
		f.wrong("collector", "there is no collector %q", collector)
	}
	return d.write(ctx, who, key, Assign, customer, f.line("reason", reason, true), Entry{Collector: collector}, f)
}

// End ends a snooze, a pin, a hold, an assignment or a payment plan before its time, or takes back from legal.
func (d *Desk) End(ctx context.Context, who ledger.Actor, key, what string, p Place) (Done, error) {
	f := d.form()
	if what == AgreedPlan {
		return d.endPlan(ctx, who, key, p, f)
	}
	return d.place(ctx, who, key, "un"+f.oneOf("kind", what, []string{Snooze, Pin, Hold, Assign, Legal}), p, "", f)
}

func (d *Desk) place(ctx context.Context, who ledger.Actor, key, kind string, p Place, until string, f *form) (Done, error) {
	return d.write(ctx, who, key, kind, p.Customer, f.line("reason", p.Reason, true), Entry{Invoice: p.Invoice, Until: until}, f)
}

// write makes an event of an entry, if it has no mistake.
func (d *Desk) write(ctx context.Context, who ledger.Actor, key, kind, customer, reason string, e Entry, f *form) (Done, error) {
	if err := d.lookUp(ctx, customer, e.Invoice, f); err != nil {
		return Done{}, err
	}
	if len(f.mistakes) > 0 {
		return Done{}, f.mistakes
	}
	written, err := d.ledger.Write(ctx, ledger.Draft{
		Key: key, Actor: who, Subject: ledger.Subject{Kind: kindCustomer, ID: customer}, Type: kind, Payload: e, Reason: reason,
	})
	if err != nil {
		return Done{}, err
	}
	done, _, err := doneOf(written)
	return done, err
}

// lookUp asks the books for the customer and the invoice.
func (d *Desk) lookUp(ctx context.Context, customer, invoice string, f *form) error {
	there, err := d.books.Customer(ctx, customer)
	if err != nil {
		return err
	}
	if !there {
		f.wrong("customer", "there is no customer %q", customer)
		return nil
	}
	if invoice == "" {
		return nil
	}
	if there, err = d.books.Invoice(ctx, customer, invoice); err != nil {
		return err
	}
	if !there {
		f.wrong("invoice", "customer %s has no invoice %q", customer, invoice)
	}
	return nil
}

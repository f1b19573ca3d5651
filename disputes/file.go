package disputes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// File writes a claim down and gives it a number, an owner and its first clock. A claim that comes by mail, from an extract or as a
// deduction is taken as it is, for nobody can be asked to put it right; from elsewhere what is wrong with it are [Mistakes].
func (d *Desk) File(ctx context.Context, who ledger.Actor, key string, claim Claim) (Case, error) {
	s := step{kind: Filed, asked: claim}
	asked, err := wanted(s)
	if err != nil {
		return Case{}, err
	}
	for range patience {
		first, err := d.ledger.Keyed(ctx, key)
		if err == nil {
			_, err := d.asked(ctx, who, key, first.Subject.ID, Filed, asked)
			return d.settled(ctx, first.Subject.ID, err)
		}
		if !errors.Is(err, ledger.ErrNoEvent) {
			return Case{}, err
		}
		claim, entity, rate, err := d.read(ctx, who, claim)
		if err != nil {
			return Case{}, err
		}
		id, err := d.number(ctx)
		if err != nil {
			return Case{}, err
		}
		err = d.fileAs(ctx, who, key, id, asked, claim, entity, rate)
		if errors.Is(err, errStale) || errors.Is(err, ledger.ErrKeyReused) {
			continue
		}
		c, err := d.settled(ctx, id, err)
		if err == nil && c.Alert != "" {
			d.opts.Log.WarnContext(ctx, "a dispute needs a look", "case", c.ID, "alert", c.Alert)
		}
		return c, err
	}
	return Case{}, errStale
}

// fileAs writes a claim down under a number, if no other process has taken it.
func (d *Desk) fileAs(ctx context.Context, who ledger.Actor, key, id, asked string, claim Claim, entity string, rate decimal.Decimal) error {
	db := d.ledger.Reader()
	t := &turn{desk: d, now: d.opts.Now().UTC().Truncate(time.Microsecond)}
	var err error
	if t.who, err = personOf(ctx, db, who); err != nil {
		return err
	}
	if err := t.writes(who); err != nil {
		return err
	}
	if t.model, err = d.Model(ctx); err != nil {
		return err
	}
	t.change = change{Asked: asked, Rules: t.model.Digest, Claim: &claim, Entity: entity, Rate: rate}
	t.c = Case{ID: id, Customer: claim.Customer, Entity: entity, Reason: claim.Reason, Currency: claim.Currency, Channel: claim.Channel,
		Verified: claim.Verified, Lines: claim.Lines, Documents: claim.Documents, Rate: rate}
	reason, known := t.model.ReasonOf(claim.Reason)
	if !known && !claim.lenient() {
		return Mistakes{{"reason", fmt.Sprintf("there is no reason %q", claim.Reason)}}
	}
	claim.Reason, t.c.Reason = reason.Code, reason.Code
	t.enter(t.model.initial().Name)
	t.pending(Validated)
	if err := t.assignByRoute(ctx, db); err != nil {
		return err
	}
	t.c = Case{ID: id}
	after, err := t.after(who, Filed, "")
	if err != nil {
		return err
	}
	t.change.Row = rowOf(Case{}, after, t.now)
	draft := ledger.Draft{Key: key, Actor: who, Subject: ledger.Subject{Kind: Kind, ID: id}, Type: Filed, Payload: t.change, Guard: free(id)}
	draft.Messages, err = d.messages(ctx, step{kind: Filed, letter: received}, after)
	if err != nil {
		return err
	}
	_, err = d.ledger.Write(ctx, draft)
	return err
}

// received is a letter to the customer that the claim is here.
func received(ctx context.Context, l Letters, after Case) ([]ledger.Message, error) {
	if !after.Verified {
		return nil, nil
	}
	return l.Filed(ctx, after)
}

// free guards a number that another process may have taken.
func free(id string) func(context.Context, ledger.Reader) error {
	return func(ctx context.Context, written ledger.Reader) error {
		var taken int
		err := written.QueryRowContext(ctx, "select count(*) from dispute where id = ?", id).Scan(&taken)
		if err == nil && taken > 0 {
			err = errStale
		}
		return err
	}
}

// number is the next one. Gaps are where a write was refused.
func (d *Desk) number(ctx context.Context) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var last int64
	if err := d.ledger.Reader().QueryRowContext(ctx, "select coalesce(max(number), 0) from dispute").Scan(&last); err != nil {
		return "", fmt.Errorf("number the dispute: %w", err)
	}
	d.last = max(d.last, last) + 1
	return name(d.last), nil
}

// read checks a claim and looks up what it names.
func (d *Desk) read(ctx context.Context, who ledger.Actor, claim Claim) (Claim, string, decimal.Decimal, error) {
	f := &form{}
	claim.Lines, claim.Documents = slices.Clone(claim.Lines), slices.Clone(claim.Documents)
	if !slices.Contains(channels, claim.Channel) {
		f.wrong("channel", "there is none called %q", claim.Channel)
	}
	claim.Text = f.text("text", claim.Text, false)
	claim.Contact, claim.Reference = f.line("contact", claim.Contact, false), f.line("reference", claim.Reference, false)
	claim.Reason = f.line("reason", claim.Reason, false)
	f.lines(claim.Lines, !claim.lenient())
	f.documents("documents", claim.Documents)
	if id, contact, ok := who.Customer(); ok {
		claim.Verified, claim.Contact = true, contact
		if id != claim.Customer {
			f.wrong("customer", "is not yours")
		}
	} else if who.Kind() != ledger.KindProgram {
		claim.Verified = true // by the person who files it
	}
	if err := f.err(); err != nil {
		return claim, "", decimal.Zero, err
	}
	entity, rate, err := d.lookUp(ctx, &claim, f)
	if err != nil {
		return claim, "", decimal.Zero, err
	}
	return claim, entity, rate, f.err()
}

// lookUp asks the books for the customer and the invoices. What a lenient claim has wrong is for the validation to find.
func (d *Desk) lookUp(ctx context.Context, claim *Claim, f *form) (entity string, rate decimal.Decimal, err error) {
	strict := !claim.lenient()
	customer, err := d.opts.Books.Customer(ctx, claim.Customer)
	switch {
	case errors.Is(err, ErrNotInBooks) && strict:
		f.wrong("customer", "there is no customer %q", claim.Customer)
		return "", rate, nil
	case errors.Is(err, ErrNotInBooks):
		return "", rate, nil
	case err != nil:
		return "", rate, fmt.Errorf("look up customer %s: %w", claim.Customer, err)
	}
	entity = customer.Entity
	for i, l := range claim.Lines {
		invoice, err := d.opts.Books.Invoice(ctx, claim.Customer, l.Invoice)
		switch {
		case errors.Is(err, ErrNotInBooks) && strict:
			f.wrong(fmt.Sprintf("lines[%d].invoice", i), "customer %s has no invoice %q", claim.Customer, l.Invoice)
			continue
		case errors.Is(err, ErrNotInBooks):
			rate = decimal.Zero
			continue
		case err != nil:
			return "", rate, fmt.Errorf("look up invoice %s: %w", l.Invoice, err)
		}
		if claim.Currency == "" {
			claim.Currency = invoice.Currency
		}
		if claim.Currency != invoice.Currency {
			f.wrong("currency", "invoice %s is in %s, not in %s: file it apart", l.Invoice, invoice.Currency, claim.Currency)
		}
		switch {
		case i == 0 || !invoice.Rate.IsPositive():
			rate = invoice.Rate
		case rate.IsPositive(): // the most it may be worth decides about limits
			rate = decimal.Max(rate, invoice.Rate)
		}
		if invoice.Entity != "" {
			entity = invoice.Entity
		}
	}
	return entity, rate, nil
}

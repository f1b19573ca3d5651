package demo

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/shopspring/decimal"
)

// standard is the company of the README.
var standard = sync.OnceValue(func() *Company { return Generate(Options{}) })

func digest(t *testing.T, opts Options) string {
	t.Helper()
	files, err := extracts(Generate(opts))
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintln(h, name, len(files[name]))
		h.Write(files[name])
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestSameOptionsGiveTheSameBytes(t *testing.T) {
	first := digest(t, Options{})
	if again := digest(t, Options{Seed: 1, Customers: 80, Months: 24}); again != first {
		t.Errorf("the defaults gave %s, then %s", first, again)
	}
	if other := digest(t, Options{Seed: 2}); other == first {
		t.Error("another seed gave the same company")
	}
}

func TestSmallCompaniesAreWhole(t *testing.T) {
	for _, opts := range []Options{{Customers: 1, Months: 1}, {Customers: 7, Months: 3}, {Customers: 300, Months: 2}} {
		if _, err := extracts(Generate(opts)); err != nil {
			t.Errorf("%+v: %v", opts, err)
		}
	}
}

func TestTheDefaultCompanyHasEverySituation(t *testing.T) {
	c := standard()
	count := func(what string, least int, found func(yield func(bool))) {
		t.Helper()
		n := 0
		found(func(is bool) {
			if is {
				n++
			}
		})
		t.Logf("%6d %s", n, what)
		if n < least {
			t.Errorf("%d %s, want at least %d", n, what, least)
		}
	}
	each(count, "customers", 80, c.Customers, func(*Customer) bool { return true })
	each(count, "customers with a parent", 5, c.Customers, func(k *Customer) bool { return k.Parent != nil })
	each(count, "customers on hold", 1, c.Customers, func(k *Customer) bool { return k.OnHold })
	for _, law := range laws {
		each(count, "customers who pay "+law.Name, 3, c.Customers, func(k *Customer) bool { return k.Law.Name == law.Name })
	}
	for _, terms := range []int{14, 30, 45, 60} {
		each(count, fmt.Sprintf("customers on %d days", terms), 3, c.Customers, func(k *Customer) bool { return k.Terms == terms })
	}
	each(count, "invoices", 3000, c.Invoices, func(*Invoice) bool { return true })
	for _, currency := range currencies {
		each(count, "invoices in "+currency, 200, c.Invoices, func(d *Invoice) bool { return d.Currency == currency })
	}
	for _, entity := range []string{Domestic, Overseas} {
		each(count, "invoices of "+entity, 1000, c.Invoices, func(d *Invoice) bool { return d.Entity == entity })
	}
	each(count, "debit memos", 20, c.Invoices, func(d *Invoice) bool { return d.Kind == "debit_memo" })
	each(count, "negative invoices", 5, c.Invoices, func(d *Invoice) bool { return d.Amount.IsNegative() })
	each(count, "voided invoices", 10, c.Invoices, func(d *Invoice) bool { return d.Voided != 0 })
	each(count, "invoices without a due date", 30, c.Invoices, func(d *Invoice) bool { return d.Due == 0 })
	each(count, "invoices in instalments", 30, c.Invoices, func(d *Invoice) bool { return len(d.Instalments) > 0 })
	each(count, "invoices without a customer", 1, c.Invoices, func(d *Invoice) bool { return d.Customer == nil })
	each(count, "invoices of a customer not in master data", 3, c.Invoices, func(d *Invoice) bool { return d.Customer != nil && !d.Customer.InMaster })
	each(count, "open invoices", 200, c.Invoices, func(d *Invoice) bool { return d.Cleared == 0 && d.Voided == 0 })
	each(count, "payments", 1000, c.Payments, func(*Payment) bool { return true })
	each(count, "reversed payments", 20, c.Payments, func(d *Payment) bool { return d.Reversed != 0 })
	each(count, "credits alone", 20, c.Credits, func(d *Credit) bool { return d.Invoice == nil })
	each(count, "credits for an invoice", 50, c.Credits, func(d *Credit) bool { return d.Invoice != nil })
	each(count, "applications", 3000, c.Applications, func(*Application) bool { return true })
	each(count, "applications of credits", 50, c.Applications, func(d *Application) bool { return d.Credit != nil })
	each(count, "discounts taken", 50, c.Applications, func(d *Application) bool { return d.Discount.IsPositive() })
	each(count, "bad debts", 5, c.WriteOffs, func(d *WriteOff) bool { return d.Reason == "bad_debt" })
	each(count, "minor write-offs of invoices", 5, c.WriteOffs, func(d *WriteOff) bool { return d.Reason == "minor" && d.Invoice != nil })
	each(count, "minor write-offs of payments", 3, c.WriteOffs, func(d *WriteOff) bool { return d.Payment != nil })
	each(count, "recoveries", 2, c.Recoveries, func(Recovery) bool { return true })
	each(count, "disputes", 100, c.Disputes, func(*Dispute) bool { return true })
	each(count, "open disputes", 5, c.Disputes, func(d *Dispute) bool { return d.Resolved.IsZero() })
	each(count, "unanswered disputes", 3, c.Disputes, func(d *Dispute) bool { return d.Answered.IsZero() })
	for _, outcome := range []string{"valid", "invalid", "partial", "withdrawn"} {
		each(count, outcome+" disputes", 5, c.Disputes, func(d *Dispute) bool { return d.Outcome == outcome })
	}
	for _, why := range causes {
		each(count, "disputes about "+why.reason, 5, c.Disputes, func(d *Dispute) bool { return d.Reason == why.reason })
	}
	each(count, "recovered disputes", 10, c.Disputes, func(d *Dispute) bool { return d.Recovered.IsPositive() })
	each(count, "promises", 100, c.Promises, func(*Promise) bool { return true })
	each(count, "promises still to come due", 3, c.Promises, func(d *Promise) bool { return d.Due > AsOf })
	each(count, "contacts", 500, c.Activities, func(*Activity) bool { return true })
}

func each[T any](count func(string, int, func(func(bool))), what string, least int, rows []T, is func(T) bool) {
	count(what, least, func(yield func(bool)) {
		for _, row := range rows {
			yield(is(row))
		}
	})
}

func TestNothingHappensAfterAsOf(t *testing.T) {
	c := standard()
	check := func(what string, d Day) {
		if d > AsOf {
			t.Errorf("%s on %s", what, d)
		}
	}
	for _, d := range c.Invoices {
		check("an invoice is issued", d.Issued)
		check("an invoice is voided", d.Voided)
		check("an invoice is cleared", d.Cleared)
	}
	for _, d := range c.Payments {
		check("a payment comes", d.Received)
		check("a payment bounces", d.Reversed)
	}
	for _, d := range c.Credits {
		check("a credit is issued", d.Issued)
	}
	for _, d := range c.Applications {
		check("money is applied", d.On)
	}
	for _, d := range c.WriteOffs {
		check("a debt is written off", d.On)
	}
	for _, d := range c.Promises {
		check("a promise is made", d.Made)
	}
	end := (AsOf + 1).Time()
	for _, d := range c.Disputes {
		if !d.Opened.Before(end) || !d.Answered.Before(end) || !d.Resolved.Before(end) {
			t.Errorf("dispute %s is from the future", d.ID)
		}
		if !d.Answered.IsZero() && d.Answered.Before(d.Opened) || !d.Resolved.IsZero() && d.Resolved.Before(d.Opened) {
			t.Errorf("dispute %s ends before it begins", d.ID)
		}
	}
}

func TestInstalmentsAddUpToTheirInvoice(t *testing.T) {
	for _, d := range standard().Invoices {
		var sum decimal.Decimal
		for _, part := range d.Instalments {
			sum = sum.Add(part.Amount)
		}
		if len(d.Instalments) > 0 && !sum.Equal(d.Amount) {
			t.Errorf("%s: instalments are %s of %s", d.ID, sum, d.Amount)
		}
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/disputes/validation"
	"arrears/ledger"
	"arrears/transform"
)

// disputeDesk is where cases are worked on, by the company's own process or the one that comes with the program.
func (d *desk) disputeDesk(l *ledger.Ledger, books *bookkeeper) (*disputes.Desk, error) {
	m, err := d.process()
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(d.cfg.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone %s: %w", d.cfg.TimeZone, err)
	}
	o := disputes.Options{Books: debtors{books}, Zone: zone, Log: d.log.With("room", "disputes")}
	if file := d.cfg.Disputes.Holidays; file != "" {
		if o.Calendar, err = holidays(file); err != nil {
			return nil, usageError{err}
		}
	}
	o.Validator = validation.New(evidenceOf{books}, disputes.New(l, m, o), validation.DefaultLimits)
	if o.Letters, err = d.clerk(o.Books); err != nil {
		return nil, err
	}
	return disputes.New(l, m, o), nil
}

// process is the model of the configuration's file.
func (d *desk) process() (disputes.Model, error) {
	file := d.cfg.Disputes.Model
	if file == "" {
		return disputes.Default(), nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return disputes.Model{}, usageError{fmt.Errorf("read the process of disputes: %w", err)}
	}
	m, err := disputes.Parse(file, text)
	if err != nil {
		return m, usageError{err}
	}
	return m, nil
}

func holidays(file string) (disputes.Calendar, error) {
	f, err := os.Open(file)
	if err != nil {
		return disputes.Calendar{}, fmt.Errorf("read the holidays: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	return disputes.ReadCalendar(file, f)
}

// debtors are the books of disputes: customers and invoices as they were published last. Before the first refresh there are none.
type debtors struct{ *bookkeeper }

// Customer is one of the marts.
func (b debtors) Customer(ctx context.Context, id string) (disputes.Customer, error) {
	found, err := b.ask(ctx, `
select customer.name, customer.entity, coalesce(treated.language, ''), coalesce(customer.email, ''), coalesce(treated.tone, '')
from core.customer as customer left join mart.segment as treated on treated.customer_id = customer.customer_id where customer.customer_id = ?`, id)
	if errors.Is(err, transform.ErrNothingPublished) || err == nil && len(found.Rows) == 0 {
		return disputes.Customer{}, fmt.Errorf("customer %s %w", id, disputes.ErrNotInBooks)
	}
	if err != nil {
		return disputes.Customer{}, err
	}
	row := found.Rows[0]
	return disputes.Customer{ID: id, Name: text(row[0]), Entity: text(row[1]), Language: text(row[2]), Email: text(row[3]), Tone: text(row[4])}, nil
}

// Invoice is one of the marts, with what is open of it.
func (b debtors) Invoice(ctx context.Context, customer, id string) (disputes.Invoice, error) {
	found, err := b.ask(ctx, `
select invoice.entity, invoice.currency, invoice.amount, invoice.issued_day, invoice.rate, coalesce(sum(item.open_amount), 0) as open_amount
from core.invoice as invoice
left join mart.open_item as item on item.invoice_id = invoice.invoice_id and item.customer_id = invoice.customer_id
where invoice.customer_id = ? and invoice.invoice_id = ?
group by invoice.entity, invoice.currency, invoice.amount, invoice.issued_day, invoice.rate`, customer, id)
	if errors.Is(err, transform.ErrNothingPublished) || err == nil && len(found.Rows) == 0 {
		return disputes.Invoice{}, fmt.Errorf("invoice %s %w", id, disputes.ErrNotInBooks)
	}
	if err != nil {
		return disputes.Invoice{}, err
	}
	row := found.Rows[0]
	i := disputes.Invoice{ID: id, Customer: customer, Entity: text(row[0]), Currency: text(row[1])}
	i.Amount, _ = row[2].(decimal.Decimal)
	i.Rate, _ = row[4].(decimal.Decimal)
	i.Open, _ = row[5].(decimal.Decimal)
	if day, ok := row[3].(int64); ok {
		i.IssuedOn = time.Unix(day*24*60*60, 0).UTC()
	}
	return i, nil
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

// settleEvery is how long what comes by itself waits at most.
const settleEvery = 5 * time.Second

// settleDisputes does what is due of disputes until the context ends.
func (s *service) settleDisputes(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(settleEvery):
		}
		done, err := s.disputes.Tick(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "disputes stand still", "failed", done.Failed, "cause", err)
		}
	}
}

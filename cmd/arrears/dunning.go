package main

import (
	"context"
	"errors"
	"time"

	"github.com/shopspring/decimal"

	"arrears/collections"
	"arrears/disputes"
	"arrears/disputes/correspondence"
	words "arrears/disputes/letter"
)

// dunning writes to customers what is past due.
type dunning struct {
	correspondence.Clerk
	books *bookkeeper
}

// Overdue is the letter of what can be asked for.
func (d dunning) Overdue(ctx context.Context, customer, text string) (collections.Letter, error) {
	items, err := d.books.askedFor(ctx, customer)
	if err != nil {
		return collections.Letter{}, err
	}
	if len(items) == 0 {
		return collections.Letter{}, collections.Mistakes{{Field: "text", Text: "there is no letter: nothing is past due that is not disputed, promised, in a payment plan or put aside"}}
	}
	to, said, message, err := d.Clerk.Overdue(ctx, customer, items, text)
	if errors.Is(err, correspondence.ErrNoAddress) || errors.Is(err, disputes.ErrNotInBooks) {
		return collections.Letter{}, collections.Mistakes{{Field: "text", Text: "there is no letter: " + err.Error()}}
	}
	return collections.Letter{To: to, Subject: said.Subject, Body: said.Body, Message: message}, err
}

// askedFor is what is past due of a customer: invoices of which a part is disputed, promised, in a payment plan or put aside are not in it.
func (b *bookkeeper) askedFor(ctx context.Context, customer string) ([]words.Item, error) {
	found, err := b.ask(ctx, `
select item.invoice_id, item.currency, item.due_on, sum(item.open_amount)
from mart.open_item as item
join core.collectable as asked on asked.invoice_id = item.invoice_id and asked.customer_id = item.customer_id
where item.customer_id = ? and item.days_past_due > 0 and item.open_amount > 0
    and asked.disputed_amount = 0 and asked.promised_amount = 0 and asked.planned_amount = 0 and asked.collectable_amount > 0
group by item.invoice_id, item.currency, item.due_on order by item.due_on, item.invoice_id`, customer)
	if err != nil {
		return nil, err
	}
	var items []words.Item
	for _, row := range found.Rows {
		i := words.Item{Invoice: row[0].(string), Currency: row[1].(string)}
		i.Due, _ = row[2].(time.Time)
		i.Open, _ = row[3].(decimal.Decimal)
		items = append(items, i)
	}
	return items, nil
}

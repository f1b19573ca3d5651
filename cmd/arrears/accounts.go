package main

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"arrears/portal"
)

// debtorAccounts are what customers may see of the books.
type debtorAccounts struct{ *bookkeeper }

// Of are the customers whose contact an address is.
func (a debtorAccounts) Of(ctx context.Context, address string) ([]string, error) {
	found, err := a.ask(ctx, `
select customer.customer_id from core.customer as customer
where lower(trim(customer.email)) = lower(trim(?)) order by customer.customer_id`, address)
	if err != nil {
		return nil, err
	}
	customers := make([]string, len(found.Rows))
	for i, row := range found.Rows {
		customers[i] = row[0].(string)
	}
	return customers, nil
}

// Account is what a customer owes, and has in credit, as published.
func (a debtorAccounts) Account(ctx context.Context, customer string) (portal.Account, error) {
	account := portal.Account{Customer: customer, Name: customer}
	found, err := a.ask(ctx, `
select param.as_of, customer.name from raw.run_param as param left join core.customer as customer on customer.customer_id = ?`, customer)
	if err != nil {
		return account, err
	}
	account.AsOf = found.Rows[0][0].(time.Time)
	if name, ok := found.Rows[0][1].(string); ok {
		account.Name = name
	}
	if found, err = a.ask(ctx, `
select item.invoice_id, item.number, item.issued_on, item.due_on, item.days_past_due, item.currency, item.open_amount
from mart.open_item as item where item.customer_id = ? order by item.due_on, item.invoice_id, item.number`, customer); err != nil {
		return account, err
	}
	for _, row := range found.Rows {
		item := portal.Item{Invoice: row[0].(string), DaysPastDue: row[4].(int64), Currency: row[5].(string), Open: row[6].(decimal.Decimal)}
		item.Number, _ = row[1].(string)
		item.IssuedOn, _ = row[2].(time.Time)
		item.DueOn, _ = row[3].(time.Time)
		account.Items = append(account.Items, item)
	}
	if found, err = a.ask(ctx, `
select credit.source_id, credit.kind, credit.currency, credit.open_amount
from mart.open_credit as credit where credit.customer_id = ? order by credit.dated_on, credit.source_id`, customer); err != nil {
		return account, err
	}
	for _, row := range found.Rows {
		account.Credits = append(account.Credits, portal.Credit{
			Source: row[0].(string), Kind: row[1].(string), Currency: row[2].(string), Open: row[3].(decimal.Decimal),
		})
	}
	return account, nil
}

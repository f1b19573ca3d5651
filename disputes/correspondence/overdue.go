package correspondence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/mail"

	"arrears/disputes/letter"
	"arrears/ledger"
	outgoing "arrears/ledger/mail"
)

// ErrNoAddress is returned where the books have no mail address of a customer.
var ErrNoAddress = errors.New("master data has no mail address of the customer")

// Overdue is the letter to a customer about what is past due, in the language and the tone in which it is written to, with what
// a person adds.
func (k Clerk) Overdue(ctx context.Context, customer string, items []letter.Item, text string) (to string, said letter.Text, m ledger.Message, err error) {
	c, err := k.Books.Customer(ctx, customer)
	if err != nil {
		return "", said, m, fmt.Errorf("write to customer %s: %w", customer, err)
	}
	if _, err := mail.ParseAddress(c.Email); err != nil {
		return "", said, m, ErrNoAddress
	}
	said, err = k.Book.Write(letter.Overdue, c.Language, letter.Facts{
		Company: k.Company, Customer: cmp.Or(c.Name, c.ID), Tone: c.Tone, Items: items, Text: text,
	})
	if err != nil {
		return "", said, m, err
	}
	m, err = outgoing.Letter{Subject: said.Subject, Text: said.Body}.Message(c.Email)
	return c.Email, said, m, err
}

// Package instruction gives the books what was decided: credit memos, refunds and what is withheld or released, as files that an ERP picks
// up, each exactly once, and hears from return files what became of them. The books stay the ERP's.
package instruction

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"arrears/config"
	"arrears/disputes"
	"arrears/ledger"
)

// Channel is that of instructions in the outbox.
const Channel = disputes.InstructionChannel

// An Order is the content of a message: what was approved and accepted.
type Order = disputes.Instruction

// What a line may do, in the order of totals.
var kinds = []string{disputes.Credit, disputes.Refund, disputes.Withhold, disputes.Release}

// An Instruction is an order as it is written down, with what the company's own data add.
type Instruction struct {
	ID      string    `json:"instruction"` // that of the message
	Company string    `json:"company"`
	At      time.Time `json:"at"`  // when it was given
	Day     string    `json:"day"` // the same by the company's calendar: when refunds are to be paid
	Order
	CustomerName string    `json:"customer_name"`
	Entities     []string  `json:"entities"` // of each line's invoice
	Totals       []Total   `json:"totals"`
	Refunds      []Payment `json:"refunds,omitempty"`
}

// A Total is what lines of a kind add up to.
type Total struct {
	Kind   string          `json:"kind"`
	Lines  int             `json:"lines"`
	Amount decimal.Decimal `json:"amount"`
}

// A Payment is money from one account of the company to the customer's.
type Payment struct {
	ID       string          `json:"end_to_end_id"`
	Entity   string          `json:"entity"`
	Amount   decimal.Decimal `json:"amount"`
	Invoices []string        `json:"invoices"`
	From     Account         `json:"from"`
	To       Account         `json:"to"`
}

// An Account is one at a bank, and who holds it.
type Account struct {
	Holder   string `json:"holder"`
	IBAN     string `json:"iban"`
	BIC      string `json:"bic,omitempty"`
	Street   string `json:"street,omitempty"`
	Building string `json:"building,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	Town     string `json:"town,omitempty"`
	Country  string `json:"country,omitempty"`
}

// A Customer is one of master data.
type Customer struct {
	Name    string
	Account *Account // nil: none is known
}

// Master is what the company itself knows. What a customer writes in a dispute never gets here.
type Master interface {
	Customer(ctx context.Context, id string) (Customer, error)
	Entity(ctx context.Context, customer, invoice string) (string, error)
}

// errHeld says that an instruction cannot be written yet; what is missing can still come.
var errHeld = errors.New("held back")

func held(text string, args ...any) error {
	return fmt.Errorf("%w: %s", errHeld, fmt.Sprintf(text, args...))
}

// read takes an order from its message, if it is one that adds up.
func read(m ledger.Message) (Order, error) {
	var o Order
	if err := json.Unmarshal(m.Content, &o); err != nil {
		return o, fmt.Errorf("it is no instruction: %w", err)
	}
	if o.Case == "" || o.Customer == "" || o.Currency == "" || len(o.Lines) == 0 {
		return o, errors.New("it is no instruction: it names no case, customer, currency or line")
	}
	sum := decimal.Zero
	for i, line := range o.Lines {
		if !slices.Contains(kinds, line.Kind) || line.Invoice == "" || !line.Amount.IsPositive() {
			return o, fmt.Errorf("line %d is no %v of more than nothing on an invoice", i+1, kinds)
		}
		if places := -line.Amount.Exponent(); places > config.Decimals(o.Currency) && !line.Amount.Equal(line.Amount.Truncate(config.Decimals(o.Currency))) {
			return o, fmt.Errorf("line %d: %s cannot be paid in %s", i+1, line.Amount, o.Currency)
		}
		sum = sum.Add(line.Amount)
	}
	if !sum.Equal(o.Total) {
		return o, fmt.Errorf("its lines add up to %s, not to %s", sum, o.Total)
	}
	return o, nil
}

// totals are the sums of lines by kind.
func totals(o Order) []Total {
	var all []Total
	for _, kind := range kinds {
		t := Total{Kind: kind}
		for _, line := range o.Lines {
			if line.Kind == kind {
				t.Lines, t.Amount = t.Lines+1, t.Amount.Add(line.Amount)
			}
		}
		if t.Lines > 0 {
			all = append(all, t)
		}
	}
	return all
}

// money is an amount with its currency's own decimals.
func (i Instruction) money(amount decimal.Decimal) string {
	return amount.StringFixed(config.Decimals(i.Currency))
}

// payments are the refunds, one for each entity that pays.
func (w *Writer) payments(i Instruction, c Customer) ([]Payment, error) {
	var found []Payment
	for n, line := range i.Lines {
		if line.Kind != disputes.Refund {
			continue
		}
		at := slices.IndexFunc(found, func(p Payment) bool { return p.Entity == i.Entities[n] })
		if at < 0 {
			from, err := w.payer(i.Entities[n])
			if err != nil {
				return nil, err
			}
			to, err := payee(i.Customer, c)
			if err != nil {
				return nil, err
			}
			p := Payment{ID: i.ID, Entity: i.Entities[n], From: from, To: to}
			if at = len(found); at > 0 {
				p.ID += string(rune('A' + at - 1)) // a number of its own, not longer than the 35 signs banks keep
			}
			found = append(found, p)
		}
		found[at].Amount = found[at].Amount.Add(line.Amount)
		found[at].Invoices = append(found[at].Invoices, line.Invoice)
	}
	return found, nil
}

// payer is the account from which an entity pays.
func (w *Writer) payer(entity string) (Account, error) {
	p, known := w.Payers[entity]
	if !known {
		return Account{}, held("payers names no account of entity %q, from which it would be paid", entity)
	}
	iban, err := config.IBAN(p.IBAN)
	return Account{p.Name, iban, p.BIC, p.Street, p.Building, p.Postcode, p.Town, p.Country}, err
}

// payee is the account of a customer, if a bank would take it.
func payee(id string, c Customer) (Account, error) {
	if c.Account == nil {
		return Account{}, held("master data know no account of customer %s; it comes with the dataset bank_accounts", id)
	}
	to := *c.Account
	to.Holder = cmp.Or(to.Holder, c.Name)
	var err error
	switch to.IBAN, err = config.IBAN(to.IBAN); {
	case err != nil:
		return to, held("account of customer %s: %v", id, err)
	case to.BIC != "" && !config.IsBIC(to.BIC):
		return to, held("account of customer %s: %q is no BIC", id, to.BIC)
	case to.Country != "" && !config.IsCountry(to.Country):
		return to, held("account of customer %s: %q is no country; banks know two letters, as in DE", id, to.Country)
	case (to.Town == "") != (to.Country == ""):
		return to, held("account of customer %s: its address needs both town and country, or is left out whole", id)
	case !legible(to.Holder):
		return to, held("account of customer %s: banks cannot write the name %q", id, to.Holder)
	}
	return to, nil
}

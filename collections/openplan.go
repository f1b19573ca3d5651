package collections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// An OpenPlan is a payment plan of which something is still to come, or that was broken.
type OpenPlan struct {
	ID, Currency string
	Amount       decimal.Decimal // of all its instalments
}

func (p OpenPlan) String() string { return p.ID + " of " + p.Amount.String() + " " + p.Currency }

// OpenPlans are a customer's plans that are open once what is pending counts, by currency.
func OpenPlans(open []OpenPlan, pending []Done) []OpenPlan {
	open = slices.Clone(open)
	for _, d := range pending {
		open = slices.DeleteFunc(open, func(p OpenPlan) bool {
			return d.Kind == AgreedPlan && p.Currency == d.Currency || d.Kind == EndedPlan && (d.Plan == "" || d.Plan == p.ID)
		})
		if d.Kind == AgreedPlan {
			amount, _ := decimal.NewFromString(d.Amount) // a sum that was written down
			open = append(open, OpenPlan{ID: d.Event, Currency: d.Currency, Amount: amount})
		}
	}
	slices.SortFunc(open, func(a, b OpenPlan) int { return cmp.Or(cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.ID, b.ID)) })
	return open
}

// endPlan ends the plan that is named, or the only one that is open.
func (d *Desk) endPlan(ctx context.Context, who ledger.Actor, key string, p Place, f *form) (Done, error) {
	e, err := d.planToEnd(ctx, key, p, f)
	if err != nil {
		return Done{}, err
	}
	return d.write(ctx, who, key, EndedPlan, p.Customer, f.line("reason", p.Reason, true), e, f)
}

func (d *Desk) planToEnd(ctx context.Context, key string, p Place, f *form) (Entry, error) {
	if written, err := d.ledger.Keyed(ctx, key); err == nil { // asked for again: it is no longer open
		done, _, err := doneOf(written)
		return Entry{Plan: cmp.Or(p.Plan, done.Plan), Currency: done.Currency}, err
	} else if !errors.Is(err, ledger.ErrNoEvent) {
		return Entry{}, err
	}
	open, landed, err := d.books.Plans(ctx, p.Customer)
	if err != nil {
		return Entry{}, fmt.Errorf("ask for the payment plans of customer %s: %w", p.Customer, err)
	}
	pending, err := d.PendingOf(ctx, p.Customer, landed)
	if err != nil {
		return Entry{}, err
	}
	open = OpenPlans(open, pending)
	i := slices.IndexFunc(open, func(o OpenPlan) bool { return o.ID == p.Plan || p.Plan == "" && len(open) == 1 })
	if i < 0 {
		f.wrong("plan", "%s", whichPlan(p, open))
		return Entry{}, nil
	}
	return Entry{Plan: open[i].ID, Currency: open[i].Currency}, nil
}

// whichPlan says why no plan is ended, and which there are.
func whichPlan(p Place, open []OpenPlan) string {
	var listed []string
	for _, o := range open {
		listed = append(listed, o.String())
	}
	switch are := strings.Join(listed, ", "); {
	case len(open) == 0:
		return fmt.Sprintf("there is none of customer %s that is open", p.Customer)
	case p.Plan == "":
		return "name the one to end: open are " + are
	default:
		return fmt.Sprintf("customer %s has no %q that is open: open are %s", p.Customer, p.Plan, are)
	}
}

package demo

import (
	"testing"

	"github.com/shopspring/decimal"
)

// There is one plan about all that is open of a late invoice, and one customer with a lawyer, whatever the seed.
func TestOnePlanAndOneLegalStep(t *testing.T) {
	for seed := range uint64(5) {
		c := Generate(Options{Seed: seed})
		if len(c.Plans) != 1 || len(c.LegalSteps) != 1 {
			t.Errorf("seed %d: %d plans and %d legal steps", seed, len(c.Plans), len(c.LegalSteps))
			continue
		}
		plan, step, sum := c.Plans[0], c.LegalSteps[0], decimal.Zero
		for _, part := range plan.Instalments {
			sum = sum.Add(part.Amount)
			if part.Due <= AsOf || !part.Amount.IsPositive() {
				t.Errorf("seed %d: an instalment of %s on %s", seed, part.Amount, part.Due)
			}
		}
		if open := c.open(AsOf).invoices[plan.Invoice]; !sum.Equal(open) || plan.Invoice.dueAgreed >= AsOf || plan.Invoice.Customer == step.Customer {
			t.Errorf("seed %d: %s is in instalments of %s, which is open of %s", seed, sum, open, plan.Invoice.ID)
		}
		if step.Next != AsOf || !step.At.Before(AsOf.Time()) || !plan.Made.Before(AsOf.Time()) {
			t.Errorf("seed %d: %+v, and the plan is of %s", seed, step, plan.Made)
		}
	}
}

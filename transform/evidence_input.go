package transform

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

	"arrears/config"
	"arrears/warehouse"
)

// loadValidation shows the models what claims are tested against, and what terms of payment mean.
func loadValidation(ctx context.Context, db *warehouse.Duck, v config.Validation) error {
	err := db.Exec(ctx, `create table raw.validation_rule as select cast(? as bigint) as filing_days,
		cast(? as decimal(9, 2)) as deduction_paid_share`, v.FilingDays, fmt.Sprintf("0.%02d", v.DeductionPaid))
	if err != nil {
		return fmt.Errorf("load the rules of validation: %w", err)
	}
	return loadTerms(ctx, db)
}

// loadTerms makes raw.term: the cash discount that each text of terms allows, of those that allow one.
func loadTerms(ctx context.Context, db *warehouse.Duck) error {
	if err := db.Exec(ctx, "create table raw.term (terms varchar, discount_percent decimal(9, 4), discount_days bigint)"); err != nil {
		return fmt.Errorf("load the terms of payment: %w", err)
	}
	t, err := db.Query(ctx, "select distinct terms from raw.invoices where terms is not null order by terms")
	if err != nil {
		return fmt.Errorf("load the terms of payment: %w", err)
	}
	for _, row := range t.Rows {
		percent, days, ok := cashDiscount(row[0].(string))
		if !ok {
			continue
		}
		if err := db.Exec(ctx, "insert into raw.term values (?, cast(? as decimal(9, 4)), ?)", row[0], percent, days); err != nil {
			return fmt.Errorf("load the terms of payment: %w", err)
		}
	}
	return nil
}

// printedDiscount is a cash discount as it is printed: 2/10 net 30, 2% 10 Net 30, 1.5 % / 14 days. SQL of several engines has no common
// way to read it.
var printedDiscount = regexp.MustCompile(`^\s*(\d{1,2}(?:\.\d{1,4})?)\s*(?:%\s*/?|/)\s*(\d{1,3})(?:\D|$)`)

// cashDiscount reads percent and days of the discount that terms allow.
func cashDiscount(terms string) (percent string, days int64, ok bool) {
	m := printedDiscount.FindStringSubmatch(terms)
	if m == nil {
		return "", 0, false
	}
	days, err := strconv.ParseInt(m[2], 10, 64)
	return m[1], days, err == nil
}

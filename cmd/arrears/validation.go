package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes/validation"
	"arrears/warehouse"
)

// evidenceOf tells validation what the marts that were published last say. Nothing is computed for it.
type evidenceOf struct{ *bookkeeper }

// Account reads what is known of a customer and of some invoices, all of it from one run. Amounts stay in the currency of the document.
func (a evidenceOf) Account(ctx context.Context, customer string, invoices []string) (validation.Account, error) {
	h, err := a.hold(ctx)
	if err != nil {
		return validation.Account{}, err
	}
	defer a.let(ctx, h)
	found := validation.Account{AsOf: h.AsOf}
	for _, read := range []func(context.Context, warehouse.DB, string, []string, *validation.Account) error{
		readCustomer, readInvoices, readReceipts, readCredits, readFindings, readEarlier,
	} {
		if err := read(ctx, h.DB, customer, invoices, &found); err != nil {
			return found, fmt.Errorf("read the books: %w", err)
		}
	}
	return found, nil
}

func readCustomer(ctx context.Context, db warehouse.DB, customer string, _ []string, found *validation.Account) error {
	t, err := db.Query(ctx, "select in_master_data, coalesce(email, '') from core.customer where customer_id = ?", customer)
	if err != nil || len(t.Rows) == 0 {
		return err
	}
	found.Known, found.Email = t.Rows[0][0].(bool), t.Rows[0][1].(string)
	t, err = db.Query(ctx, "select iban from stg.bank_account where customer_id = ?", customer)
	if err == nil && len(t.Rows) > 0 {
		found.IBAN = t.Rows[0][0].(string)
	}
	return err
}

// among asks about some invoices, which are the first arguments of a query that has %s for their places.
func among(ctx context.Context, db warehouse.DB, query string, invoices []string, more ...any) ([][]any, error) {
	if len(invoices) == 0 {
		return nil, nil
	}
	t, err := db.Query(ctx, fmt.Sprintf(query, marks(invoices)), append(anyOf(invoices), more...)...)
	return t.Rows, err
}

// marks are the places of values in a query.
func marks(values []string) string {
	return strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
}

func readInvoices(ctx context.Context, db warehouse.DB, _ string, invoices []string, found *validation.Account) error {
	rows, err := among(ctx, db, `select invoice.invoice_id, invoice.customer_id, invoice.currency, invoice.amount,
			coalesce((select sum(item.open_amount) from mart.open_item item where item.invoice_id = invoice.invoice_id), 0),
			issued.on_date, invoice.void_day <= param.as_of_day
		from core.invoice invoice cross join raw.run_param param join raw.day issued on issued.day = invoice.issued_day
		where invoice.invoice_id in (%s) and invoice.issued_day <= param.as_of_day order by 1`, invoices)
	for _, r := range rows {
		found.Invoices = append(found.Invoices, validation.Invoice{ID: written(r[0]), Customer: written(r[1]), Currency: written(r[2]), Amount: r[3].(decimal.Decimal),
			Open: r[4].(decimal.Decimal), IssuedOn: r[5].(time.Time), Voided: r[6].(bool)})
	}
	return err
}

func readReceipts(ctx context.Context, db warehouse.DB, customer string, _ []string, found *validation.Account) error {
	t, err := db.Query(ctx, `select source_id, currency, open_amount, dated_on from mart.open_credit
		where customer_id = ? and kind = 'payment' and open_amount > 0 order by dated_on, source_id`, customer)
	for _, r := range t.Rows {
		found.Unapplied = append(found.Unapplied, validation.Document{ID: written(r[0]), Currency: written(r[1]), Amount: r[2].(decimal.Decimal), On: r[3].(time.Time)})
	}
	return err
}

func readCredits(ctx context.Context, db warehouse.DB, customer string, invoices []string, found *validation.Account) error {
	rows, err := among(ctx, db, `select credit.credit_id, credit.invoice_id, credit.currency, credit.amount, credit.issued_on
		from stg.credit credit cross join raw.run_param param
		where credit.invoice_id in (%s) and credit.customer_id = ? and credit.issued_day <= param.as_of_day order by 1`, invoices, customer)
	for _, r := range rows {
		found.Credited = append(found.Credited, validation.Document{ID: written(r[0]), Invoice: written(r[1]), Currency: written(r[2]), Amount: r[3].(decimal.Decimal), On: r[4].(time.Time)})
	}
	return err
}

// findings are what every discrepancy rule says. mart.discrepancy leaves out what they find right of invoices that nobody has disputed,
// and this one may be disputed only now.
const findings = `select * from core.discrepancy_line union all by name select * from core.discrepancy_duplicate
	union all by name select * from core.discrepancy_late_fee union all by name select * from core.discrepancy_terms_discount`

func readFindings(ctx context.Context, db warehouse.DB, customer string, invoices []string, found *validation.Account) error {
	rows, err := among(ctx, db, `select invoice_id, order_no, line_no, rule, verdict, finding.amount, found, expected, proof_table, coalesce(proof_key, '')
		from (`+findings+`) finding join core.questioned using (invoice_id)
		where invoice_id in (%s) and customer_id = ? order by 1, 2, 3, 4`, invoices, customer)
	for _, r := range rows {
		found.Findings = append(found.Findings, validation.Finding{Invoice: written(r[0]), OrderNo: written(r[1]), LineNo: written(r[2]), Rule: written(r[3]),
			Verdict: written(r[4]), Amount: r[5].(decimal.Decimal), Found: written(r[6]), Expected: written(r[7]), Table: written(r[8]), Key: written(r[9])})
	}
	return err
}

func readEarlier(ctx context.Context, db warehouse.DB, customer string, invoices []string, found *validation.Account) error {
	rows, err := among(ctx, db, `select dispute_id, invoice_id, reason, coalesce(outcome, ''), open, opened_at
		from mart.dispute where invoice_id in (%s) and customer_id = ? order by opened_at, dispute_id`, invoices, customer)
	for _, r := range rows {
		found.Earlier = append(found.Earlier, validation.Earlier{ID: written(r[0]), Invoice: written(r[1]), Reason: written(r[2]), Outcome: written(r[3]),
			Open: r[4].(bool), OpenedAt: r[5].(time.Time)})
	}
	return err
}

// written is what the engine read, as it is written; what is not known is empty.
func written(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

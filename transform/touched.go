package transform

import (
	"context"
	"fmt"

	"arrears/warehouse"
)

// changeSchema holds, while a refresh goes on from an earlier one, what is different now; it does not stay.
const changeSchema = "change"

// earlier is the catalog of the marts that a refresh goes on from, attached beside its own.
const earlier = "earlier"

// What came in since, and what it says about other rows: a customer's terms and entity are part of his invoices, a rate is part of
// the documents of its day.
var news = []string{
	`create schema ` + changeSchema,
	`create table change.batch as select batch from raw.batch where batch not in (select batch from earlier.raw.batch)`,
	`create table change.customer as
		select customer_id from (
			(select customer_id, entity, terms_days from stg.customer except select customer_id, entity, terms_days from earlier.stg.customer)
			union (select customer_id, entity, terms_days from earlier.stg.customer except select customer_id, entity, terms_days from stg.customer)
		) group by customer_id`,
	`create table change.rate as
		select currency, day from (
			(select currency, day, rate from core.rate except select currency, day, rate from earlier.core.rate)
			union (select currency, day, rate from earlier.core.rate except select currency, day, rate from core.rate)
		) group by currency, day`,
	newRows("application", "applications", "application_id"),
	newRows("write_off", "write_offs", "write_off_id"),
	newRows("dispute", "disputes", "dispute_id"),
}

// newRows are all versions of what came again or for the first time: one may have moved from an invoice to another.
func newRows(name, dataset, key string) string {
	source := ""
	if name != "dispute" {
		source = ", source_id"
	}
	return fmt.Sprintf(`create table change.%[1]s as select invoice_id%[4]s from raw.%[2]s where %[3]s in (
		select %[3]s from raw.%[2]s where _batch in (select batch from change.batch))`, name, dataset, key, source)
}

// A source is touched if it changed itself; its invoices with it, since reductions take effect no earlier than what they come
// from. An invoice is touched if it or anything about it changed; the sources that settle it with it, since what is unapplied
// of them follows from what is applied.
var touched = []string{
	`create table change.source as
		select source_id from (
			select payment_id as source_id from raw.payments where _batch in (select batch from change.batch)
			union all select credit_id from raw.credits where _batch in (select batch from change.batch)
			union all select source_id from change.write_off
			union all select source_id from earlier.core.source where customer_id in (select customer_id from change.customer)
			union all select source.source_id from earlier.core.source as source
				join change.rate as rate on rate.currency = source.currency and rate.day = source.dated_day
		) where source_id is not null group by source_id`,
	`create table change.invoice as
		select invoice_id from (
			select invoice_id from raw.invoices where _batch in (select batch from change.batch)
			union all select invoice_id from raw.instalments where _batch in (select batch from change.batch)
			union all select invoice_id from change.application
			union all select invoice_id from change.write_off
			union all select invoice_id from change.dispute
			union all select invoice_id from earlier.core.reduction where source_id in (select source_id from change.source)
			union all select invoice_id from earlier.core.invoice where customer_id in (select customer_id from change.customer)
			union all select invoice_id from earlier.core.dispute where customer_id in (select customer_id from change.customer)
			union all select invoice.invoice_id from earlier.core.invoice as invoice
				join change.rate as rate on rate.currency = invoice.currency and rate.day = invoice.issued_day
		) where invoice_id is not null group by invoice_id`,
	`insert into change.source
		select source_id from (
			select source_id from change.application
			union all select source_id from earlier.core.reduction where invoice_id in (select invoice_id from change.invoice)
		) where source_id is not null and source_id not in (select source_id from change.source) group by source_id`,
}

// passed adds what did not change but had an event between the two as-of days: what it adds to figures that know the as-of day
// is another now.
var passed = []string{
	`create table change.passed as select least(a.as_of_day, b.as_of_day) as from_day, greatest(a.as_of_day, b.as_of_day) as to_day
		from raw.run_param a cross join earlier.raw.run_param b`,
	`insert into change.invoice
		select invoice_id from (
			select invoice_id from core.invoice, change.passed where issued_day > passed.from_day and issued_day <= to_day
			union all select invoice_id from core.invoice, change.passed where closed_day > from_day and closed_day <= to_day
			union all select invoice_id from core.invoice, change.passed where void_day > from_day and void_day <= to_day
			union all select invoice_id from core.reduction, change.passed where reduction.from_day > passed.from_day and reduction.from_day <= to_day
			union all select invoice_id from core.reduction, change.passed where until_day > passed.from_day and until_day <= to_day
		) where invoice_id is not null and invoice_id not in (select invoice_id from change.invoice) group by invoice_id`,
	`insert into change.source
		select source_id from (
			select source_id from core.source, change.passed where dated_day > from_day and dated_day <= to_day
			union all select source_id from core.source, change.passed where until_day > from_day and until_day <= to_day
		) where source_id not in (select source_id from change.source) group by source_id`,
}

func findChange(ctx context.Context, db *warehouse.Duck, statements []string) error {
	for _, s := range statements {
		if err := db.Exec(ctx, s); err != nil {
			return fmt.Errorf("find what changed: %w", err)
		}
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"arrears/demo"
	"arrears/transform"
	"arrears/warehouse"
)

// BenchmarkValidation validates every dispute of a company against its order lines, as a refresh does it, against the same question asked by
// hand: one SELECT that joins disputes with lines, deliveries and prices and applies the line rules, over the same files and with the
// machine to itself. The two take turns; medians are compared. Beside it stands what the same models take where there are no order lines.
//
// ARREARS_BENCH_LINES sets how many order lines there are (1,000,000; disputes are one for a hundred lines), ARREARS_BENCH_ROUNDS how
// often (3).
func BenchmarkValidation(b *testing.B) {
	ctx := context.Background()
	lines := size(b, "ARREARS_BENCH_LINES", 1_000_000)
	options := demo.ScaleOptions{Invoices: lines * 2 / 5, Seed: 1}
	bare := benchDesk(b, options)
	options.OrderLines = lines
	d := benchDesk(b, options)
	var ours, byHand, without []time.Duration
	var disputes int64
	for range size(b, "ARREARS_BENCH_ROUNDS", 3) {
		without = append(without, validating(b, bare))
		ours = append(ours, validating(b, d))
		took, n := askedByHand(ctx, b, d)
		byHand, disputes = append(byHand, took), n
	}
	ratio := median(ours).Seconds() / median(byHand).Seconds()
	b.ReportMetric(ratio, "x-by-hand")
	b.ReportMetric(median(ours).Seconds(), "s/validation")
	b.ReportMetric(median(byHand).Seconds(), "s/by-hand")
	b.ReportMetric(median(without).Seconds(), "s/without-lines")
	b.ReportMetric(0, "ns/op")
	fmt.Printf("%d disputes against %d order lines: %.2f s; by hand: %.2f s; ratio %.2f; without order lines: %.2f s\n",
		disputes, lines, median(ours).Seconds(), median(byHand).Seconds(), ratio, median(without).Seconds())
}

// benchDesk is a company of a size that has landed.
func benchDesk(b *testing.B, options demo.ScaleOptions) *desk {
	dir := b.TempDir()
	_, err := demo.Scale(dir, options)
	stop(b, err)
	where := company{data: dir, currency: "EUR"}
	d, err := where.open(newLog(os.Stderr, 100))
	stop(b, err)
	_, err = d.land(context.Background())
	stop(b, err)
	d.full = true
	return d
}

// validating refreshes and adds up what the models of validation took: those that mart.dispute_verdict and mart.deduction rest on and no
// other mart does. Two models are made at a time: the sum is no less than the time until the last of them is there.
func validating(b *testing.B, d *desk) time.Duration {
	run, err := d.refresh(context.Background(), "", time.Time{})
	stop(b, err)
	var took float64
	for _, m := range run.Models {
		if validates(m.Model) {
			took += m.Seconds
		}
	}
	return time.Duration(took * float64(time.Second))
}

func validates(model string) bool {
	for _, prefix := range []string{"core.questioned", "core.discrepancy_", "core.claim", "core.reason_rule", "core.short_payment",
		"mart.discrepancy", "mart.dispute_test", "mart.dispute_verdict", "mart.deduction"} {
		if strings.HasPrefix(model, prefix) {
			return true
		}
	}
	return false
}

// askedByHand is the question as a person would put it who knows the tables.
func askedByHand(ctx context.Context, b *testing.B, d *desk) (time.Duration, int64) {
	path, _, err := transform.Published(d.cfg.State)
	stop(b, err)
	db, err := warehouse.Open(ctx, warehouse.Options{
		Path: filepath.Join(b.TempDir(), "by-hand.duckdb"), Files: []string{filepath.Join(d.cfg.State, "lake")}, Memory: d.cfg.Memory,
		Attach: map[string]string{"published": path},
	})
	stop(b, err)
	defer func() { _ = db.Close() }()
	start := time.Now()
	stop(b, db.Exec(ctx, handwritten))
	took := time.Since(start)
	t, err := db.Query(ctx, "select count(*) from report")
	stop(b, err)
	return took, t.Rows[0][0].(int64)
}

// handwritten reports each dispute with what every rule about order lines supports, whether there is money that fits and what was
// credited.
const handwritten = `create table report as
with line as (
	select d.dispute_id, d.amount as claimed, l.invoice_id, l.order_no, l.line_no, i.customer_id, i.currency, i.issued_day, i.amount, l.product,
		l.quantity, l.price, l.billed_quantity, l.billed_price, l.billed_tax, l.billed_freight, l.freight, l.ordered_day, 1 + l.tax_percent / 100 as factor
	from published.core.dispute d
	join published.core.invoice i on i.invoice_id = d.invoice_id
	join published.raw.order_lines l on l.invoice_id = d.invoice_id
),
delivered as (
	select l.dispute_id, l.line_no, sum(x.quantity) as quantity, max(x.delivered_day - x.promised_day) as late
	from line l join published.raw.deliveries x on x.order_no = l.order_no and x.order_line = l.line_no group by all
),
agreed as (
	select l.dispute_id, l.line_no, min(p.price) as price
	from line l join published.raw.prices p on p.customer_id = l.customer_id and p.product = l.product and p.currency = l.currency
		and l.ordered_day between p.valid_from_day and coalesce(p.valid_to_day, 2932896) group by all
),
ruled as (
	select l.dispute_id,
		sum(greatest((l.billed_price - least(l.price, a.price)) * least(l.billed_quantity, l.quantity, x.quantity) * l.factor, 0)) as price,
		sum(greatest((l.billed_quantity - l.quantity) * l.billed_price * l.factor, 0)) as quantity,
		sum(greatest((least(l.billed_quantity, l.quantity) - x.quantity) * l.billed_price * l.factor, 0)) as short,
		sum(greatest(l.billed_tax - l.billed_quantity * l.billed_price * (l.factor - 1), 0)) as tax,
		sum(greatest(l.billed_freight - l.freight, 0)) as freight, max(x.late) as late
	from line l left join delivered x using (dispute_id, line_no) left join agreed a using (dispute_id, line_no) group by all
),
paid as (
	select d.dispute_id, min(c.source_id) as source_id
	from published.core.dispute d join published.core.credit_span c on c.customer_id = d.customer_id and c.open_amount = d.amount and c.kind = 'payment'
	group by all
),
credited as (
	select d.dispute_id, sum(c.amount) as amount
	from published.core.dispute d join published.raw.credits c on c.invoice_id = d.invoice_id and c.issued_day <= d.opened_day group by all
),
open as (
	select d.dispute_id, sum(s.open_amount) as amount
	from published.core.dispute d join published.core.open_span s on s.invoice_id = d.invoice_id and d.opened_day >= s.from_day and d.opened_day < s.to_day
	group by all
)
select d.dispute_id, d.reason, d.amount as claimed, o.amount as open, r.* exclude (dispute_id), p.source_id, c.amount as credited,
	d.opened_day - i.issued_day as days, e.dispute_id as earlier
from published.core.dispute d
left join published.core.invoice i on i.invoice_id = d.invoice_id
left join ruled r using (dispute_id) left join paid p using (dispute_id) left join credited c using (dispute_id) left join open o using (dispute_id)
left join published.core.dispute e on e.invoice_id = d.invoice_id and e.reason = d.reason and e.opened_second < d.opened_second`

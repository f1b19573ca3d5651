package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"arrears/collections"
	"arrears/config"
	"arrears/sql"
	"arrears/transform"
	"arrears/warehouse"
)

// waited is how long the money of each invoice that was past due on a day stayed open in the days after, in the reporting currency times
// days. This alone knows what came later.
func (d *desk) waited(ctx context.Context, on time.Time, days int) (byInvoice map[string]decimal.Decimal, err error) {
	v, err := d.at(ctx, transform.Reading{})
	if err != nil {
		return nil, err
	}
	defer closing(v, &err)
	day := on.Unix() / 86400
	t, err := v.DB.Query(ctx, fmt.Sprintf(`select invoice_id, sum(open_amount * rate * (least(to_day, %[2]d) - greatest(from_day, %[1]d)))
		from core.open_span where issued_day <= %[1]d and due_day < %[1]d and from_day < %[2]d and to_day > %[1]d and open_amount > 0
		group by invoice_id`, day, day+int64(days)))
	if err != nil {
		return nil, fmt.Errorf("read what became of open items: %w", err)
	}
	byInvoice = map[string]decimal.Decimal{}
	for _, row := range t.Rows {
		if amount, ok := row[1].(decimal.Decimal); ok { // nothing is known in the reporting currency of what has no rate
			byInvoice[row[0].(string)] = amount
		}
	}
	return byInvoice, nil
}

// accounts are the worklist of a past day by the published rules or by others, each with what came to pass.
func (r strategyReplay) accounts(ctx context.Context, d *desk, on time.Time, rules *config.Worklist, waited map[string]decimal.Decimal) (all []collections.Account, err error) {
	v, err := r.list(ctx, d, on, rules)
	if err != nil {
		return nil, err
	}
	defer closing(v, &err)
	byCustomer, err := waitedOf(ctx, v.DB, waited)
	if err != nil {
		return nil, err
	}
	percents, err := percentsOf(ctx, v.DB)
	if err != nil {
		return nil, err
	}
	t, err := v.DB.Query(ctx, "select customer_id, collector, collectable_amount, priority, is_today, minutes from mart.worklist")
	if err != nil {
		return nil, fmt.Errorf("read the worklist: %w", err)
	}
	for _, row := range t.Rows {
		id := row[0].(string)
		all = append(all, collections.Account{
			Customer: id, Collector: row[1].(string), Amount: row[2].(decimal.Decimal), Priority: row[3].(decimal.Decimal),
			Today: row[4].(bool), Minutes: row[5].(int64), Percent: percents[id], Waited: byCustomer[id],
		})
	}
	return all, nil
}

// list opens the worklist of a past day.
func (r strategyReplay) list(ctx context.Context, d *desk, on time.Time, rules *config.Worklist) (transform.View, error) {
	reading := transform.Reading{AsOf: on, Tables: []string{"mart.worklist", "core.valuation", "core.collectable"}, Worklist: rules}
	if r.asKnown {
		known, err := d.known(on.AddDate(0, 0, 1))
		if err != nil {
			return transform.View{}, err
		}
		if rules != nil {
			known.Worklist = *rules
		}
		reading.Known = known
	}
	return d.at(ctx, reading)
}

// waitedOf adds up what came to pass of each customer's invoices, as far as they could be asked for on the day.
func waitedOf(ctx context.Context, db warehouse.DB, waited map[string]decimal.Decimal) (map[string]decimal.Decimal, error) {
	t, err := db.Query(ctx, `select invoice_id, customer_id, cast(collectable_amount * 1e0 / nullif(past_due_amount, 0) as decimal(18, 9))
		from core.collectable where collectable_amount > 0`)
	if err != nil {
		return nil, fmt.Errorf("read what could be asked for: %w", err)
	}
	sums := map[string]decimal.Decimal{}
	for _, row := range t.Rows {
		id := row[1].(string)
		sums[id] = sums[id].Add(waited[row[0].(string)].Mul(row[2].(decimal.Decimal)))
	}
	return sums, nil
}

func percentsOf(ctx context.Context, db warehouse.DB) (map[string]map[string]decimal.Decimal, error) {
	t, err := db.Query(ctx, "select customer_id, strategy, percent from core.valuation")
	if err != nil {
		return nil, fmt.Errorf("read the points of the strategies: %w", err)
	}
	all := map[string]map[string]decimal.Decimal{}
	for _, row := range t.Rows {
		id := row[0].(string)
		if all[id] == nil {
			all[id] = map[string]decimal.Decimal{}
		}
		all[id][row[1].(string)] = row[2].(decimal.Decimal)
	}
	return all, nil
}

// summed is every order's worth on all days.
func summed(days [][]worth) []worth {
	total := make([]worth, len(days[0]))
	for _, day := range days {
		for i, w := range day {
			t := &total[i]
			t.on, t.strategy, t.listed, t.called = "all", w.strategy, t.listed+w.listed, t.called+w.called
			t.captured, t.waited = t.captured.Add(w.captured), t.waited.Add(w.waited)
		}
	}
	return total
}

// worthTable is what is printed. The best possible order is the last of each day.
func worthTable(days [][]worth) warehouse.Table {
	t := warehouse.Table{}
	for _, name := range []string{"on", "strategy", "listed", "called", "captured", "at_stake", "percent_of_stake", "percent_of_best"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	for _, day := range days {
		best := day[len(day)-1].captured
		for _, w := range day {
			t.Rows = append(t.Rows, []any{w.on, w.strategy, int64(w.listed), int64(w.called), w.captured.Round(0), w.waited.Round(0),
				shareOf(w.captured, w.waited), shareOf(w.captured, best)})
		}
	}
	return t
}

func shareOf(part, whole decimal.Decimal) any {
	if whole.IsZero() {
		return nil
	}
	return part.Mul(decimal.NewFromInt(100)).Div(whole).Round(1)
}

// errUnpublished is what a preview needs.
var errUnpublished = errors.New("nothing is published yet to compare with: arrears run")

// standings are where everybody stands by the published rules, or by others.
func (d *desk) standings(ctx context.Context, rules *config.Worklist) (t warehouse.Table, err error) {
	v, err := d.at(ctx, transform.Reading{Tables: []string{"mart.standing"}, Worklist: rules, Models: sql.Models})
	if errors.Is(err, transform.ErrNothingPublished) {
		return t, errUnpublished
	}
	if err != nil {
		return t, err
	}
	defer closing(v, &err)
	return v.DB.Query(ctx, `select standing.customer_id, customer.name, standing.collector, standing.place, standing.reason, standing.strategy,
		standing.percent, coalesce(listed.is_today, false) from mart.standing as standing
		join core.customer as customer on customer.customer_id = standing.customer_id
		left join mart.worklist as listed on listed.customer_id = standing.customer_id
		order by standing.collector, coalesce(standing.place, 1000000000), standing.customer_id`)
}

package dashboard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/shopspring/decimal"
)

const largest = 10

var overduePanel = panel{
	name: "overdue", title: "Ten largest overdue", kind: amount, query: "overdue", kpis: []string{"pct_past_due", "top10_share"}, width: "narrow",
	definition: "The customers who owe most past the due date, and how much of all that is overdue they make up together. Gross of " +
		"unapplied cash and credits.",
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "customer", title: "Customer"}, {key: "name", title: "Name"}, {key: "items", title: "Items", kind: count, total: true},
			{key: "oldest", title: "Oldest, days past due", kind: count}, {key: "overdue", title: "Overdue", kind: amount, total: true},
			{key: "share", title: "Cumulative share", kind: percent},
		}}
		customers, total := r.overdueByCustomer()
		sum := decimal.Zero
		for _, c := range customers[:min(largest, len(customers))] {
			sum = sum.Add(c.amount)
			t.rows = append(t.rows, []cell{
				textCell(c.customer), textCell(c.name), countCell(c.items), countCell(c.oldest),
				numberCell(amount, c.amount), maybeCell(percent, share(sum, total)),
			})
		}
		return t
	},
	chart: overdueChart,
	note: func(r reading) *note {
		customers, total := r.overdueByCustomer()
		sum := decimal.Zero
		for _, c := range customers[:min(largest, len(customers))] {
			sum = sum.Add(c.amount)
		}
		part := share(sum, total)
		if !part.Valid {
			return nil
		}
		return &note{Text: fmt.Sprintf("%s of the %s %s overdue, at %s customers, are with these.",
			r.quantity(part, percent), r.money, r.amount(total), r.fixed(decimal.NewFromInt(int64(len(customers))), 0))}
	},
}

func share(part, whole decimal.Decimal) decimal.NullDecimal {
	if whole.IsZero() {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(part.Shift(2).Div(whole))
}

// overdueByCustomer adds up what each customer owes past due, the largest first, and all of it.
func (r reading) overdueByCustomer() (customers []overdueItem, total decimal.Decimal) {
	place := map[string]int{}
	for _, item := range r.overdue {
		if !r.covers(item.entity, item.currency) {
			continue
		}
		total = total.Add(item.amount)
		i, seen := place[item.customer]
		if !seen {
			place[item.customer] = len(customers)
			customers = append(customers, item)
			continue
		}
		customers[i].items += item.items
		customers[i].oldest = max(customers[i].oldest, item.oldest)
		customers[i].amount = customers[i].amount.Add(item.amount)
	}
	slices.SortFunc(customers, func(a, b overdueItem) int {
		return cmp.Or(b.amount.Cmp(a.amount), strings.Compare(a.customer, b.customer))
	})
	return customers, total
}

func overdueChart(r reading) *chart {
	customers, total := r.overdueByCustomer()
	var names []string
	var amounts, shares []decimal.NullDecimal
	sum := decimal.Zero
	for _, c := range customers[:min(largest, len(customers))] {
		sum = sum.Add(c.amount)
		names = append(names, c.name)
		amounts = append(amounts, decimal.NewNullDecimal(c.amount))
		shares = append(shares, share(sum, total))
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(describe("The ten customers who owe most past due, with their cumulative share", "axis")...)
	bar.SetXAxis(names).XYReversal()
	bar.ExtendXAxis(opts.XAxis{Type: "value", Min: 0, Max: 100, Position: "top"})
	bar.AddSeries("Overdue", bars(amounts), charts.WithItemStyleOpts(opts.ItemStyle{Color: "--aging-3"}),
		charts.WithBarChartOpts(opts.BarChart{BarCategoryGap: "35%"}))
	cumulative := charts.NewLine()
	cumulative.AddSeries("Cumulative share", dots(shares), append(line("--chart-1", "solid", 2),
		charts.WithLineChartOpts(opts.LineChart{XAxisIndex: 1, Symbol: "circle", SymbolSize: 6, ShowSymbol: opts.Bool(true)}))...)
	bar.Overlap(cumulative)
	c := newChart(r, bar, amount, percent)
	for range names {
		c.Links = append(c.Links, r.link("/explain/pct_past_due"))
	}
	return c
}

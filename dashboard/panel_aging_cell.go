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

// ageBuckets are those from the invoice date, the youngest first.
var ageBuckets = []string{"0-30", "31-60", "61-90", "91+"}

// ageColors are as those of agingColors.
var ageColors = map[string]string{"0-30": "--aging-0", "31-60": "--aging-1", "61-90": "--aging-3", "91+": "--aging-4"}

const (
	cellRows = 50 // customers of a cell that the page names; the exports have all
	barsMost = 20 // bars of the picture; the table has all
)

var byTitles = map[string]string{"": "Entity", "segment": "Segment", "collector": "Collector"}

// An agingRow is what is open of one entity, segment or collector.
type agingRow struct {
	member  string
	items   int64
	amounts map[string]decimal.Decimal // by bucket
	total   decimal.Decimal
}

// agingRows add up what is open for the reader's choice, the largest first.
func (r reading) agingRows() []*agingRow {
	found := map[string]*agingRow{}
	var all []*agingRow
	for _, item := range r.rows["aging_item"] {
		if !r.covers(item.text("entity"), item.text("currency")) {
			continue
		}
		member := item.text(cmp.Or(r.by, "entity"))
		if found[member] == nil {
			found[member] = &agingRow{member: member, amounts: map[string]decimal.Decimal{}}
			all = append(all, found[member])
		}
		this, bucket, value := found[member], item.text(r.bucketColumn()), item.amount("amount")
		this.items += item.integer("items")
		this.amounts[bucket] = this.amounts[bucket].Add(value)
		this.total = this.total.Add(value)
	}
	slices.SortFunc(all, func(a, b *agingRow) int { return cmp.Or(b.total.Cmp(a.total), strings.Compare(a.member, b.member)) })
	return all
}

// bucketTitle names a bucket of either basis.
func bucketTitle(bucket string) string {
	return cmp.Or(agingTitles[bucket], strings.Replace(bucket, "-", "–", 1)+" days")
}

// opening is where a cell leads to.
func (c choice) opening(member, bucket string) string {
	return c.aged(c.by, c.basis, member, bucket).link(agingPath) + "#" + agingCustomerPanel.name
}

var agingCellPanel = panel{
	name: "aging_cell", title: "Open receivables by age", kind: amount, query: "aging_item", mart: "mart.open_item", kpis: []string{"aging_due", "aging_invoice"},
	spare: true, plain: true, width: "full",
	definition: "Open instalments by days past due, or by days since the invoice, and by the entity of the document or the segment or collector of its " +
		"customer. Gross: unapplied cash and credits stand apart and reduce no bucket. A cell leads to its customers.",
	empty: "Nothing is open.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "of", title: byTitles[r.by]}, {key: "items", title: "Items", kind: count, total: true}}}
		for _, bucket := range r.ladder() {
			t.columns = append(t.columns, column{key: bucket, title: bucketTitle(bucket), kind: amount, total: true})
		}
		t.columns = append(t.columns, column{key: "total", title: "Open", kind: amount, total: true})
		for _, of := range r.agingRows() {
			cells := []cell{textCell(of.member), countCell(of.items)}
			for _, bucket := range r.ladder() {
				cells = append(cells, numberCell(amount, of.amounts[bucket]))
				if !of.amounts[bucket].IsZero() {
					cells[len(cells)-1].href = r.opening(of.member, bucket)
				}
			}
			total := numberCell(amount, of.total)
			total.href = r.opening(of.member, "")
			t.rows = append(t.rows, append(cells, total))
		}
		return t
	},
	chart: agingCellChart,
}

func agingCellChart(r reading) *chart {
	rows := r.agingRows()
	rows = rows[:min(barsMost, len(rows))]
	var names, links []string
	for _, of := range rows {
		names, links = append(names, of.member), append(links, r.opening(of.member, ""))
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(describe("Open receivables by age and "+strings.ToLower(byTitles[r.by]), "axis")...)
	bar.SetXAxis(names)
	colors := agingColors
	if r.basis == "invoice" {
		colors = ageColors
	}
	var kinds []kind
	for _, bucket := range r.ladder() {
		values := make([]decimal.NullDecimal, len(rows))
		for i, of := range rows {
			values[i] = decimal.NewNullDecimal(of.amounts[bucket])
		}
		bar.AddSeries(bucketTitle(bucket), bars(values), charts.WithBarChartOpts(opts.BarChart{Stack: "open", BarCategoryGap: "28%"}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: colors[bucket]}))
		kinds = append(kinds, amount)
	}
	c := newChart(r, bar, kinds...)
	c.Links = links
	return c
}

var agingCustomerPanel = panel{
	name: "aging_customer", title: "Customers of the cell", kind: amount, query: "aging_item", mart: "mart.open_item", spare: true, plain: true, opens: true,
	width: "full",
	definition: "Who owes what is open in the chosen cell, the largest first. A customer's page has the invoices. The page names the first 50; the " +
		"exports have all.",
	size: func(r reading) int { return len(r.opened) },
	missing: func(r reading) string {
		if r.part == "" && r.bucket == "" {
			return "No cell is chosen: open one on the page Aging."
		}
		return ""
	},
	empty: "Nothing is open in this cell.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "customer", title: "Customer"}, {key: "name", title: "Name"}, {key: "items", title: "Items", kind: count, total: r.top == 0},
			{key: "oldest", title: "Oldest, days past due", kind: count}, {key: "open", title: "Open", kind: amount, total: r.top == 0}}}
		for _, row := range head(r.opened, r.top) {
			who := textCell(row.text("customer_id"))
			who.href = r.aged("", "", "", "").list("", row.text("customer_id")).link(customerPath)
			t.rows = append(t.rows, []cell{who, textCell(row.text("name")), countCell(row.integer("items")), maybeCell(count, row.number("oldest_days")),
				numberCell(amount, row.amount("amount"))})
		}
		return t
	},
	note: func(r reading) *note {
		sum := decimal.Zero
		for _, row := range r.opened {
			sum = sum.Add(row.amount("amount"))
		}
		of := []string{"all"}
		if r.part != "" {
			of[0] = r.part
		}
		if r.bucket != "" {
			of = append(of, bucketTitle(r.bucket))
		}
		said := fmt.Sprintf("%s: %s %s open at %s customers.", strings.Join(of, ", "), r.money, r.amount(sum), r.whole(int64(len(r.opened))))
		if more := len(r.opened) - r.top; r.top > 0 && more > 0 {
			said += fmt.Sprintf(" %s more are in the exports.", r.whole(int64(more)))
		}
		return &note{Text: said}
	},
}

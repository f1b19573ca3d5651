package dashboard

import (
	"cmp"
	"fmt"

	"github.com/shopspring/decimal"
)

var disputeRulePanel = panel{
	name: "dispute_rule", title: "What the discrepancy rules find", kind: amount, query: "dispute_rule", mart: "mart.discrepancy_rule", spare: true,
	plain: true, width: "full",
	definition: "How often each rule finds that an invoice, open or disputed, is not as was ordered, delivered or agreed, and what that is worth. " +
		"Undecidable: what it needs is not in the books. Upheld: of the hits whose disputes are all closed, those of which one ended for the customer.",
	empty: "No rule has anything to say.",
	missing: func(r reading) string {
		if r.entity != "" || r.currency != "" {
			return "Rules are counted over the whole company. Choose all entities and currencies to see them."
		}
		return ""
	},
	table: func(r reading) table {
		t := table{columns: []column{{key: "rule", title: "Rule"}, {key: "hits", title: "Hits", kind: count, total: true},
			{key: "undecidable", title: "Undecidable", kind: count, total: true}, {key: "amount", title: "Worth", kind: amount, total: true},
			{key: "disputed", title: "Disputed", kind: count, total: true}, {key: "decided", title: "Decided", kind: count, total: true},
			{key: "upheld", title: "Upheld", kind: count, total: true}, {key: "upheld_percent", title: "Upheld of decided", kind: percent}}}
		for _, row := range r.rows["dispute_rule"] {
			t.rows = append(t.rows, []cell{textCell(plainWords(row.text("rule"))), countCell(row.integer("hits")), countCell(row.integer("undecidable")),
				numberCell(amount, row.amount("amount")), countCell(row.integer("disputed")), countCell(row.integer("decided")), countCell(row.integer("upheld")),
				maybeCell(percent, row.number("upheld_percent"))})
		}
		return t
	},
}

// verdictWords say what the rules make of a short payment.
var verdictWords = map[string]string{"valid": "supported", "invalid": "not supported", "undecidable": "nothing found"}

func (r reading) deductions() []row {
	var found []row
	for _, row := range r.rows["dispute_deduction"] {
		if r.covers(row.text("entity"), row.text("currency")) {
			found = append(found, row)
		}
	}
	return found
}

var disputeDeductionPanel = panel{
	name: "dispute_deduction", title: "Deductions that nobody has filed", kind: amount, query: "dispute_deduction", mart: "mart.deduction", spare: true,
	plain: true, width: "full heads", size: func(r reading) int { return len(r.deductions()) },
	definition: "Invoices that were paid short, with the reason that the discrepancy rules suggest: the rule that explains exactly what is short, else the " +
		"one that explains most. What is short and supported stands in the document's currency, and what is short in the reporting currency too.",
	empty: "Nobody has paid short.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "invoice", title: "Invoice"}, {key: "customer", title: "Customer"}, {key: "name", title: "Name"},
			{key: "paid_on", title: "Paid", kind: date}, {key: "days", title: "Days since", kind: count}, {key: "currency", title: "Currency"},
			{key: "short", title: "Short", kind: ratio}, {key: "supported", title: "Supported", kind: ratio},
			{key: "amount", title: "Short", kind: amount, total: true}, {key: "reason", title: "Suggested reason"}, {key: "verdict", title: "The rules say"}}}
		for _, row := range head(r.deductions(), r.top) {
			t.rows = append(t.rows, []cell{textCell(row.text("invoice_id")), textCell(row.text("customer_id")), textCell(row.text("name")),
				dateCell(row.time("paid_on")), countCell(row.integer("days")), textCell(row.text("currency")), maybeCell(ratio, row.number("short_amount")),
				maybeCell(ratio, row.number("supported_amount")), numberCell(amount, row.amount("reporting_amount")),
				textCell(plainWords(row.text("suggested_reason"))), textCell(cmp.Or(verdictWords[row.text("verdict")], row.text("verdict")))})
		}
		return t
	},
	note: func(r reading) *note {
		short, supported := decimal.Zero, int64(0)
		for _, row := range r.deductions() {
			short = short.Add(row.amount("reporting_amount"))
			if row.text("verdict") == "valid" {
				supported++
			}
		}
		return &note{Text: fmt.Sprintf("%s of %s short payments, %s %s in all, have a reason in the books.", r.whole(supported),
			r.whole(int64(len(r.deductions()))), r.money, r.amount(short))}
	},
}

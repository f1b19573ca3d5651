package dashboard

import (
	"slices"

	"github.com/shopspring/decimal"
)

var agingTotalPanel = panel{
	name: "aging_total", title: "Control total", kind: amount, query: "aging_item", mart: "mart.open_item", kpis: []string{"ar_gross", "credits", "ar_net"}, spare: true, plain: true,
	width: "narrow",
	definition: "The cells of the page added up, against open receivables as the figure of the catalogue has them, which is computed on another way; and " +
		"from there to what is owed net of unapplied cash and credits.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "what", title: "What"}, {key: "amount", title: "Amount", kind: amount}}}
		sum, gross := r.cellsSum(), r.figure("ar_gross", "")
		difference := decimal.NullDecimal{}
		if gross.Valid {
			difference = decimal.NewNullDecimal(sum.Sub(gross.Decimal))
		}
		for _, line := range []struct {
			what  string
			value decimal.NullDecimal
		}{{"Cells added up", decimal.NewNullDecimal(sum)}, {"Gross receivables", gross}, {"Difference", difference},
			{"Unapplied cash and credits", r.figure("credits", "")}, {"Net receivables", r.figure("ar_net", "")}} {
			t.rows = append(t.rows, []cell{textCell(line.what), maybeCell(amount, line.value)})
		}
		return t
	},
	note: func(r reading) *note {
		gross := r.figure("ar_gross", "")
		if !gross.Valid {
			return nil
		}
		sum := r.cellsSum()
		return tie(r, "The cells add up to "+r.exact(sum)+" and gross receivables are "+r.exact(gross.Decimal), sum.Sub(gross.Decimal))
	},
}

// cellsSum is all that the cells of the aging hold.
func (r reading) cellsSum() decimal.Decimal {
	sum := decimal.Zero
	for _, of := range r.agingRows() {
		for _, bucket := range r.ladder() {
			sum = sum.Add(of.amounts[bucket])
		}
	}
	return sum
}

var agingAccountPanel = panel{
	name: "aging_account", title: "Control account", kind: text, query: "aging_account", mart: "mart.control_account", spare: true, plain: true, width: "wide",
	definition: "The receivables account of the general ledger against this sub-ledger, net of unapplied cash and credits, on the last day for which a " +
		"balance was delivered, in the account's currency. Entity * is a balance of the whole company. mart.control_difference lists what could " +
		"explain a difference.",
	empty: "No balance of a control account has been delivered (dataset gl_balances).",
	table: func(r reading) table {
		t := table{columns: []column{{key: "entity", title: "Entity"}, {key: "account", title: "Account"}, {key: "on", title: "On", kind: date}, {key: "currency", title: "Currency"},
			{key: "ledger", title: "General ledger", kind: ratio}, {key: "subledger", title: "Sub-ledger", kind: ratio}, {key: "difference", title: "Difference", kind: ratio}}}
		for _, row := range r.accounts() {
			t.rows = append(t.rows, []cell{textCell(row.text("entity")), textCell(row.text("account")), dateCell(row.time("balance_on")), textCell(row.text("currency")),
				maybeCell(ratio, row.number("gl_amount")), maybeCell(ratio, row.number("subledger_amount")), maybeCell(ratio, row.number("difference"))})
		}
		return t
	},
	note: func(r reading) *note {
		off := 0
		for _, row := range r.accounts() {
			if !row.amount("difference").IsZero() {
				off++
			}
		}
		if off > 0 {
			return &note{r.whole(int64(off)) + " of " + r.whole(int64(len(r.accounts()))) + " balances differ from the sub-ledger.", "bad"}
		}
		return &note{"Every balance is that of the sub-ledger.", "good"}
	},
}

// accounts are the control accounts of the reader's choice; that of the whole company belongs to every entity.
func (r reading) accounts() []row {
	return slices.DeleteFunc(slices.Clone(r.rows["aging_account"]), func(row row) bool {
		return (row.text("entity") != "*" || r.entity == "") && !r.covers(row.text("entity"), row.text("currency"))
	})
}

// rollTitles are where an amount can have gone to that is in no bucket any more.
var rollTitles = []struct{ key, title string }{
	{"cash", "Paid"}, {"credit", "Credited"}, {"discount", "Discount"}, {"write_off", "Written off"}, {"void", "Voided"},
}

var agingRollPanel = panel{
	name: "aging_roll", title: "Roll rates since the last month end", kind: percent, query: "kpi", kpis: []string{"roll_rate"}, spare: true, plain: true, width: "full",
	definition: "Of what was open in a bucket at the last month end: the share that is in each bucket now, and the share that was paid, credited or " +
		"written off. Each row adds up to 100. Buckets count days past due.",
	empty: "Nothing was open at the last month end.",
	table: func(r reading) table {
		type target struct{ key, title string }
		var targets []target
		for _, bucket := range agingBuckets {
			targets = append(targets, target{bucket, agingTitles[bucket]})
		}
		found := r.buckets("roll_rate")
		for _, to := range rollTitles {
			if slices.ContainsFunc(agingBuckets, func(from string) bool { return slices.Contains(found, from+">"+to.key) }) {
				targets = append(targets, target(to))
			}
		}
		t := table{columns: []column{{key: "from", title: "From"}, {key: "opening", title: "Then open", kind: amount}}}
		for _, to := range targets {
			t.columns = append(t.columns, column{key: to.key, title: to.title, kind: percent})
		}
		for _, from := range agingBuckets {
			cells, moved := []cell{textCell(agingTitles[from]), maybeCell(amount, r.at("aging_due", from, r.month()-1))}, false
			for _, to := range targets {
				value := r.figure("roll_rate", from+">"+to.key)
				moved = moved || value.Valid
				cells = append(cells, maybeCell(percent, value))
			}
			if moved {
				t.rows = append(t.rows, cells)
			}
		}
		return t
	},
}

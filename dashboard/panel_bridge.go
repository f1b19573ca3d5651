package dashboard

import "github.com/shopspring/decimal"

// stepTitles are the steps of the DSO bridge in the words of the page.
var stepTitles = map[string]string{
	"terms": "Terms", "mix": "Customer mix", "billing": "Billing", "lateness": "Lateness", "disputes": "Disputes",
	"unapplied_cash": "Unapplied cash", "credits": "Credits", "fx": "Exchange",
}

var dsoBridgePanel = panel{
	name: "dso_bridge", title: "Why DSO changed", kind: days, query: "dso_bridge", kpis: []string{"dso"}, width: "wide",
	definition: "From the DSO of the day compared with to that of the day, in days. Terms: days granted to the same customers. Customer mix: " +
		"days granted because others bought. Billing: what is not yet due beyond the days granted, such as invoices late in the " +
		"month. Lateness: past due and not disputed. Disputes: past due and disputed. More unapplied cash and more credits are fewer days. Exchange: " +
		"what rates did; all other steps are at the rates of the first day.",
	empty: "DSO is not defined on both days, so its change cannot be explained.",
	table: func(r reading) table {
		return stepTable(r.dsoBridge(), column{key: "days", title: "Length", kind: days})
	},
	chart: func(r reading) *chart {
		return waterfall{
			steps: r.dsoBridge(), label: "From one DSO to the other", series: "Days", kind: days, panel: "dso_bridge", kpi: "dso",
			abbreviated: func(value decimal.Decimal) string { return r.fixed(value, 1) },
		}.chart(r)
	},
	note: dsoBridgeNote,
}

// dsoBridge is the way from the DSO of the day compared with; steps that moved nothing are left out.
func (r reading) dsoBridge() []step {
	var steps []step
	var from, to decimal.Decimal
	dimension, member := r.slice()
	found := false
	for _, s := range r.dsoSteps {
		if s.month != r.before() || s.dimension != dimension || s.member != member {
			continue
		}
		found, from, to = true, s.from, s.to
		if !s.days.IsZero() {
			steps = append(steps, step{key: s.name, title: stepTitles[s.name], change: s.days})
		}
	}
	if !found {
		return nil
	}
	return walk(
		step{key: "opening", title: "DSO " + day(monthEnd(r.before())), balance: true, on: monthEnd(r.before()), to: from},
		steps,
		step{key: "closing", title: "DSO " + day(r.snapshot.asOf), balance: true, on: r.snapshot.asOf, to: to},
	)
}

// exactDays is how many decimals of a day must agree: what is beyond is the rounding of divisions.
const exactDays = 9

// dsoBridgeNote adds up the steps and holds them against the DSO of the cards.
func dsoBridgeNote(r reading) *note {
	steps := r.dsoBridge()
	computed, dso := steps[len(steps)-2].to, steps[len(steps)-1].to
	if f := r.figure("dso", ""); f.Valid {
		dso = f.Decimal
	}
	way := "The steps lead from " + r.fixed(steps[0].to, 1) + " to " + r.fixed(computed, 1) + " days and DSO is " + r.fixed(dso, 1)
	if difference := computed.Sub(dso).Round(exactDays); !difference.IsZero() {
		return &note{way + ": they do not tie, the difference is " + r.plain(difference) + " days.", "bad"}
	}
	return &note{way + ": they lead exactly from one DSO to the other, nothing is left over.", "good"}
}

// variantTitles are what DSO is computed without.
var variantTitles = map[string]string{
	"dso": "DSO as it is", "without_disputed": "Without disputed items", "without_unapplied_cash": "Without unapplied cash",
	"without_largest_customer": "Without the largest debtor", "fixed_rates": "At the documents' own rates",
}

var dsoWithoutPanel = panel{
	name: "dso_without", title: "What DSO would be without", kind: days, query: "dso_sensitivity", kpis: []string{"dso"}, width: "narrow",
	definition: "DSO of the day, computed again without what people argue about in it. Without unapplied cash: as if no receipt were waiting " +
		"to be applied. The largest debtor is left out with what it owes and what it bought. Own rates: open amounts at the rates of their " +
		"documents, as if exchange rates had not moved since.",
	empty: "There are no sales in the three months, so DSO is not defined.", plain: true,
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "variant", title: "What is counted"}, {key: "days", title: "DSO", kind: days}, {key: "change", title: "Change", kind: days},
			{key: "left_out", title: "Left out"},
		}}
		dimension, member := r.slice()
		for _, v := range r.dsoVariants {
			if v.dimension == dimension && v.member == member {
				t.rows = append(t.rows, []cell{
					textCell(variantTitles[v.name]), maybeCell(days, v.days), maybeCell(days, v.change), textCell(v.leftOut),
				})
			}
		}
		return t
	},
}

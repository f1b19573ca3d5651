package dashboard

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// A mean is what some rows come to, each weighed by how many it speaks for.
type mean struct{ sum, weight decimal.Decimal }

func (m *mean) add(value decimal.NullDecimal, weight int64) {
	if value.Valid {
		m.sum = m.sum.Add(value.Decimal.Mul(decimal.NewFromInt(weight)))
		m.weight = m.weight.Add(decimal.NewFromInt(weight))
	}
}

func (m *mean) value() decimal.NullDecimal {
	if !m.weight.IsPositive() {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(m.sum.Div(m.weight))
}

// meansBy weighs a column by the word that each row is about; the words come in their order of the alphabet.
func meansBy(rows []row, word func(row) string, value func(row) (decimal.NullDecimal, int64)) (names []string, means []decimal.NullDecimal) {
	sums := map[string]*mean{}
	for _, row := range rows {
		name := word(row)
		if sums[name] == nil {
			sums[name], names = &mean{}, append(names, name)
		}
		sums[name].add(value(row))
	}
	slices.Sort(names)
	for _, name := range names {
		means = append(means, sums[name].value())
	}
	return names, means
}

var disputeStagePanel = panel{
	name: "dispute_stage", title: "Time in each stage", kind: hours, query: "dispute_stage", mart: "mart.dispute_stage", spare: true, width: "wide",
	definition: "How long disputes stayed in each stage of their process, in hours of the calendar, over the visits that ended. A visit is late when it " +
		"lasted beyond the stage's service level, which is set in working hours, or lasts still; in time is the share of the visits that have one. " +
		"Medians of several entities cannot be added up, so each entity has its own rows.",
	empty: "No dispute has gone through a stage.", missing: byEntity,
	table: func(r reading) table {
		t := table{columns: []column{{key: "reason", title: "Reason"}, {key: "stage", title: "Stage"}, {key: "entity", title: "Entity"},
			{key: "visits", title: "Visits", kind: count, total: true}, {key: "now_in", title: "In it now", kind: count, total: true},
			{key: "mean_hours", title: "Mean", kind: hours}, {key: "median_hours", title: "Median", kind: hours},
			{key: "late", title: "Late", kind: count, total: true}, {key: "in_time", title: "In time", kind: percent}}}
		for _, row := range r.ofEntity("dispute_stage") {
			t.rows = append(t.rows, []cell{textCell(plainWords(row.text("reason"))), textCell(plainWords(row.text("stage"))), textCell(row.text("entity")),
				countCell(row.integer("visits")), countCell(row.integer("now_in")), maybeCell(hours, row.number("mean_hours")),
				maybeCell(hours, row.number("median_hours")), countCell(row.integer("late")), maybeCell(percent, row.number("in_time_percent"))})
		}
		return t
	},
	chart: func(r reading) *chart {
		names, means := meansBy(r.ofEntity("dispute_stage"), func(row row) string { return plainWords(row.text("stage")) },
			func(row row) (decimal.NullDecimal, int64) {
				return row.number("mean_hours"), row.integer("visits") - row.integer("now_in")
			})
		return barChart(r, "Mean hours in each stage", "Hours", names, means, "--chart-1", hours)
	},
	note: func(r reading) *note {
		var visits, late int64
		for _, row := range r.ofEntity("dispute_stage") {
			visits, late = visits+row.integer("visits"), late+row.integer("late")
		}
		mood := "good"
		if late > 0 {
			mood = "warn"
		}
		return &note{fmt.Sprintf("%s of %s visits lasted longer than their service level.", r.whole(late), r.whole(visits)), mood}
	},
}

var disputeCyclePanel = panel{
	name: "dispute_cycle", title: "From opening to closing", kind: days, query: "dispute_cause", mart: "mart.dispute_cause", spare: true, width: "narrow",
	definition: "Mean calendar days from the opening of a dispute to its closing, of those that are closed, by reason.",
	empty:      "No dispute has been closed.", missing: byEntity,
	table: func(r reading) table {
		t := table{columns: []column{{key: "reason", title: "Reason"}, {key: "mean_days", title: "Mean", kind: days}}}
		names, means := r.cycles()
		for i, name := range names {
			t.rows = append(t.rows, []cell{textCell(name), maybeCell(days, means[i])})
		}
		return t
	},
	chart: func(r reading) *chart {
		names, means := r.cycles()
		return barChart(r, "Mean days from opening to closing by reason", "Days", names, means, "--chart-1", days)
	},
}

func (r reading) cycles() ([]string, []decimal.NullDecimal) {
	closed := slices.DeleteFunc(r.ofEntity("dispute_cause"), func(row row) bool { return row.text("outcome") == "open" })
	return meansBy(closed, func(row row) string { return plainWords(row.text("reason")) },
		func(row row) (decimal.NullDecimal, int64) { return row.number("mean_days"), row.integer("cases") })
}

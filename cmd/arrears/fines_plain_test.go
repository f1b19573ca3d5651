package main

import (
	"cmp"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"arrears/oracle"
)

// A due is what is owed of a fine from a day on: the fine itself, postage or a penalty.
type due struct {
	id          string
	billed, due oracle.Day
	amount      decimal.Decimal
	before      decimal.Decimal // owed of the same fine before it
}

// A paid is a payment of a fine.
type paid struct {
	id     string
	on     oracle.Day
	amount decimal.Decimal
	before decimal.Decimal // paid of the same fine before it
}

// fines are the dues and payments of every fine, each in the order of their days.
type fines struct {
	dues  map[string][]due
	paids map[string][]paid
}

// sheet reads a file as it is, with no help of what is tested.
func sheet(t testing.TB, name string) []row {
	t.Helper()
	file, err := os.Open(filepath.Join(finesData, name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, line := range lines[1:] {
		r := row{}
		for i, header := range lines[0] {
			r[header] = line[i]
		}
		rows = append(rows, r)
	}
	return rows
}

func dayIn(t testing.TB, text string) oracle.Day {
	t.Helper()
	if text == "" {
		return oracle.Never
	}
	on, err := oracle.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return on
}

// readFines puts the fines together. One that was never notified has no due date, and is due on the day it was written.
func readFines(t testing.TB) fines {
	t.Helper()
	all := fines{map[string][]due{}, map[string][]paid{}}
	for _, f := range sheet(t, "fines.csv") {
		on := dayIn(t, f["created_date"])
		d := due{id: f["fine_id"], billed: on, due: cmp.Or(dayIn(t, f["due_date"]), on), amount: number(t, f["fine_amount"])}
		all.dues[d.id] = append(all.dues[d.id], d)
	}
	for _, c := range sheet(t, "charges.csv") {
		on := dayIn(t, c["charge_date"])
		d := due{id: c["fine_id"] + "-" + c["kind"], billed: on, due: on, amount: number(t, c["amount"])}
		all.dues[c["fine_id"]] = append(all.dues[c["fine_id"]], d)
	}
	for _, p := range sheet(t, "payments.csv") {
		one := paid{id: p["payment_id"], on: dayIn(t, p["payment_date"]), amount: number(t, p["amount"])}
		all.paids[p["fine_id"]] = append(all.paids[p["fine_id"]], one)
	}
	for fine, dues := range all.dues {
		slices.SortFunc(dues, func(a, b due) int {
			return cmp.Or(cmp.Compare(a.billed, b.billed), cmp.Compare(a.due, b.due), strings.Compare(a.id, b.id))
		})
		for i := range dues[1:] {
			dues[i+1].before = dues[i].before.Add(dues[i].amount)
		}
		paids := all.paids[fine]
		slices.SortFunc(paids, func(a, b paid) int { return cmp.Or(cmp.Compare(a.on, b.on), strings.Compare(a.id, b.id)) })
		for i := range max(len(paids), 1) - 1 {
			paids[i+1].before = paids[i].before.Add(paids[i].amount)
		}
	}
	return all
}

// overlap is what a payment settles of a due when both are laid end to end, the oldest first.
func overlap(d due, p paid) decimal.Decimal {
	from := decimal.Max(d.before, p.before)
	to := decimal.Min(d.before.Add(d.amount), p.before.Add(p.amount))
	return decimal.Max(to.Sub(from), decimal.Zero)
}

// figures are those of a day that the export can tell, computed plainly.
func (all fines) figures(on oracle.Day) map[string]oracle.Value {
	sums := map[string]decimal.Decimal{}
	add := func(name string, amount decimal.Decimal) { sums[name] = sums[name].Add(amount) }
	first := (on.Month() - 2).First()
	within := func(day oracle.Day) bool { return first <= day && day <= on }
	for fine, dues := range all.dues {
		for _, p := range all.paids[fine] {
			if p.on <= on {
				add("ar_net", p.amount.Neg())
			}
		}
		for _, d := range dues {
			if d.billed > on {
				continue
			}
			open := d.amount
			for _, p := range all.paids[fine] {
				settled, when := overlap(d, p), max(p.on, d.billed)
				if when > on {
					continue
				}
				open = open.Sub(settled)
				if within(when) {
					add("settled", settled)
					add("to pay", settled.Mul(decimal.NewFromInt(int64(when-d.billed))))
					add("late", settled.Mul(decimal.NewFromInt(int64(when-d.due))))
				}
			}
			add("ar_net", d.amount)
			add("ar_gross", open)
			add("aging_due/"+lateness(on, d.due), open)
			if within(d.billed) {
				add("sales", d.amount)
			}
		}
	}
	share := func(a, b decimal.Decimal) oracle.Value {
		if b.IsZero() {
			return oracle.Value{}
		}
		return decimal.NewNullDecimal(a.DivRound(b, 20))
	}
	days := decimal.NewFromInt(int64(on - first + 1))
	figures := map[string]oracle.Value{
		"dso":         share(sums["ar_net"].Mul(days), sums["sales"]),
		"days_to_pay": share(sums["to pay"], sums["settled"]),
		"dbt":         share(sums["late"], sums["settled"]),
		"credits":     decimal.NewNullDecimal(sums["ar_gross"].Sub(sums["ar_net"])),
	}
	for _, name := range []string{"ar_net", "ar_gross", "sales", "aging_due/current", "aging_due/1-30", "aging_due/31-60", "aging_due/61-90", "aging_due/91+"} {
		figures[name] = decimal.NewNullDecimal(sums[name])
	}
	return figures
}

func lateness(on, due oracle.Day) string {
	switch late := on - due; {
	case late <= 0:
		return "current"
	case late <= 30:
		return "1-30"
	case late <= 60:
		return "31-60"
	case late <= 90:
		return "61-90"
	}
	return "91+"
}

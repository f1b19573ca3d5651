package transform

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"arrears/warehouse"
)

// A book is a company's documents while they change: what a step adds or corrects is the next batch.
type book struct {
	random *rand.Rand
	rows   map[string]rows // dataset -> every row as it stands
	came   map[string]rows // what this step brings
}

func (b *book) pick(list ...string) string { return list[b.random.IntN(len(list))] }

func (b *book) day(from, days int) string {
	return time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, from+b.random.IntN(days)).Format(time.DateOnly)
}

func (b *book) amount() string {
	return fmt.Sprintf("%d.%02d", b.random.IntN(900)+1, b.random.IntN(100))
}

// add brings a new row.
func (b *book) add(dataset string, row map[string]string) {
	b.rows[dataset] = append(b.rows[dataset], row)
	b.came[dataset] = append(b.came[dataset], row)
}

// correct brings an earlier row again with some columns changed.
func (b *book) correct(dataset string, change map[string]string) {
	all := b.rows[dataset]
	if len(all) == 0 {
		return
	}
	i := b.random.IntN(len(all))
	row := maps.Clone(all[i])
	maps.Copy(row, change)
	all[i] = row
	b.came[dataset] = append(b.came[dataset], row)
}

// some is an id of a dataset, now and then one that nobody knows.
func (b *book) some(dataset, key string) string {
	if all := b.rows[dataset]; len(all) > 0 && b.random.IntN(20) > 0 {
		return all[b.random.IntN(len(all))][key]
	}
	return "unknown"
}

func (b *book) id(dataset, prefix string) string { return fmt.Sprint(prefix, len(b.rows[dataset])) }

func (b *book) invoice() {
	id := b.id("invoices", "I")
	row := map[string]string{"invoice_id": id, "customer_id": b.pick("C1", "C2", "C3", "C4"), "issued_on": b.day(0, 600),
		"amount": b.amount(), "currency": b.pick("EUR", "EUR", "USD"), "kind": b.pick("invoice", "invoice", "debit_memo")}
	if b.random.IntN(3) > 0 {
		row["due_on"] = b.day(20, 640)
	}
	if b.random.IntN(6) == 0 {
		row["amount"] = "-" + row["amount"]
	}
	b.add("invoices", row)
	if b.random.IntN(5) == 0 {
		for i := range 2 {
			b.add("instalments", map[string]string{"invoice_id": id, "number": fmt.Sprint(i + 1), "due_on": b.day(30, 650), "amount": b.amount()})
		}
	}
}

func (b *book) receipt() {
	if b.random.IntN(4) == 0 {
		b.add("credits", map[string]string{"credit_id": b.id("credits", "M"), "customer_id": b.pick("C1", "C2"), "issued_on": b.day(0, 640),
			"amount": b.amount(), "currency": b.pick("EUR", "USD")})
		return
	}
	b.add("payments", map[string]string{"payment_id": b.id("payments", "P"), "customer_id": b.pick("C1", "C2", "C3"), "received_on": b.day(0, 640),
		"amount": b.amount(), "currency": b.pick("EUR", "EUR", "USD")})
}

func (b *book) source() string {
	if b.random.IntN(4) == 0 {
		return b.some("credits", "credit_id")
	}
	return b.some("payments", "payment_id")
}

func (b *book) application() {
	row := map[string]string{"application_id": b.id("applications", "A"), "source_id": b.source(), "invoice_id": b.some("invoices", "invoice_id"),
		"applied_on": b.day(0, 660), "amount": b.amount()}
	if b.random.IntN(5) == 0 {
		row["discount"] = "1.50"
	}
	b.add("applications", row)
}

func (b *book) writeOff() {
	row := map[string]string{"write_off_id": b.id("write_offs", "W"), "written_off_on": b.day(100, 560), "amount": b.amount(), "reason": b.pick("minor", "bankrupt")}
	if b.random.IntN(3) == 0 {
		row["source_id"] = b.some("payments", "payment_id")
	} else {
		row["invoice_id"] = b.some("invoices", "invoice_id")
	}
	b.add("write_offs", row)
}

func (b *book) dispute() {
	b.add("disputes", map[string]string{"dispute_id": b.id("disputes", "D"), "invoice_id": b.some("invoices", "invoice_id"), "customer_id": "C1",
		"opened_at": b.day(50, 560) + " 10:00:00", "amount": b.amount(), "reason": b.pick("price", "quantity")})
}

func (b *book) customer() {
	b.add("customers", map[string]string{"customer_id": b.id("customers", "C"), "name": "x", "entity": b.pick("E", "F"), "terms_days": b.pick("", "14", "30")})
}

// change is one thing that happens to the books.
func (b *book) change() {
	corrections := []func(){
		func() { b.correct("invoices", map[string]string{"amount": b.amount()}) },
		func() {
			b.correct("invoices", map[string]string{"customer_id": b.pick("C1", "C2", "C9"), "issued_on": b.day(0, 600)})
		},
		func() { b.correct("invoices", map[string]string{"voided_on": b.day(0, 700)}) },
		func() { b.correct("invoices", map[string]string{"cleared_on": b.day(0, 700)}) },
		func() { b.correct("invoices", map[string]string{"currency": b.pick("EUR", "USD")}) },
		func() { b.correct("payments", map[string]string{"reversed_on": b.day(0, 700)}) },
		func() { b.correct("payments", map[string]string{"amount": b.amount(), "received_on": b.day(0, 640)}) },
		func() { b.correct("credits", map[string]string{"amount": b.amount()}) },
		func() { b.correct("applications", map[string]string{"invoice_id": b.some("invoices", "invoice_id")}) },
		func() { b.correct("applications", map[string]string{"source_id": b.source()}) },
		func() { b.correct("write_offs", map[string]string{"amount": b.amount()}) },
		func() { b.correct("instalments", map[string]string{"due_on": b.day(30, 650), "amount": b.amount()}) },
		func() {
			b.correct("disputes", map[string]string{"resolved_at": b.day(300, 400) + " 09:00:00", "outcome": b.pick("valid", "invalid", "partial")})
		},
		func() { b.correct("customers", map[string]string{"terms_days": b.pick("10", "60"), "segment": "S"}) },
		func() { b.correct("customers", map[string]string{"entity": b.pick("E", "F")}) },
		func() {
			b.add("rates", map[string]string{"from_currency": "USD", "to_currency": "EUR", "on": b.day(0, 640), "rate": b.pick("0.8", "0.95", "1.1")})
		},
		func() {
			b.add("promises", map[string]string{"promise_id": b.id("promises", "T"), "customer_id": "C1", "made_on": b.day(0, 500), "due_on": b.day(500, 100),
				"amount": b.amount(), "currency": "EUR", "invoice_id": b.some("invoices", "invoice_id")})
		},
		b.customer,
	}
	additions := []func(){b.invoice, b.invoice, b.invoice, b.receipt, b.receipt, b.application, b.application, b.application, b.writeOff, b.dispute}
	if b.random.IntN(2) == 0 {
		additions[b.random.IntN(len(additions))]()
	} else {
		corrections[b.random.IntN(len(corrections))]()
	}
}

func opening(seed uint64) *book {
	b := &book{random: rand.New(rand.NewPCG(seed, 7)), rows: map[string]rows{}, came: map[string]rows{}}
	b.add("rates", map[string]string{"from_currency": "USD", "to_currency": "EUR", "on": "2022-12-31", "rate": "0.9"})
	for range 3 {
		b.customer()
	}
	for range 25 {
		b.invoice()
		b.receipt()
		b.application()
		b.application()
	}
	return b
}

// Whatever changes, a refresh that goes on from the last one ends where one that begins anew does: every table, to the last digit.
func TestGoingOnEqualsBeginningAnew(t *testing.T) {
	sequences, steps := 2, 4
	if os.Getenv("ARREARS_LONG") != "" {
		sequences, steps = 40, 6
	}
	days := []string{"latest", "2024-09-30", "2024-09-30", "2024-10-01", "2024-10-20", "2024-03-31", "2024-05-17"}
	advanced := 0
	for seed := range sequences {
		b := opening(uint64(seed))
		onward, anew := input(t, "latest", nil), input(t, "latest", nil)
		onward.AdvanceRows, anew.Full = 1, true
		// Parts of seven invoices: what is made of some at a time is what is made of all at once.
		onward.PartRows = int64(1 + seed%2*6)
		for _, in := range []*Input{&onward, &anew} {
			in.Batches, in.Currency, in.Severity = nil, "EUR", map[string]string{}
		}
		for step := range steps {
			id := fmt.Sprintf("b%d", step)
			for _, in := range []*Input{&onward, &anew} {
				in.Batches = append(in.Batches, land(t, in.State, id, b.came))
			}
			onward.AsOf = days[b.random.IntN(len(days))]
			anew.AsOf = onward.AsOf
			if run := refresh(t, onward); run.From != "" {
				advanced++
			}
			refresh(t, anew)
			if differs := compareAll(t, onward.State, anew.State); differs != "" {
				t.Fatalf("sequence %d, step %d as of %s, after %v: %s", seed, step, onward.AsOf, b.came, differs)
			}
			b.came = map[string]rows{}
			for range 1 + b.random.IntN(5) {
				b.change()
			}
		}
	}
	t.Logf("%d of %d refreshes went on from the last", advanced, sequences*steps)
	if advanced < sequences*(steps-1)*3/4 {
		t.Errorf("only %d refreshes went on", advanced)
	}
}

// compareAll names the first table that two published files do not hold alike.
func compareAll(t *testing.T, state, other string) string {
	t.Helper()
	ctx := context.Background()
	one, two := tables(t, state), tables(t, other)
	defer func() { _ = errors.Join(one.Close(), two.Close()) }()
	models, err := known(ctx, input(t, "", nil).Models)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		if m.kind() != "table" || !m.kept() || historical(m.Name) {
			continue
		}
		var made [2]Digest
		for i, db := range []*warehouse.Duck{one, two} {
			if made[i], err = digest(ctx, db, m.Name); err != nil {
				t.Fatal(err)
			}
		}
		if made[0] != made[1] {
			return fmt.Sprintf("%s differs: %d rows going on, %d anew", m.Name, made[0].Rows, made[1].Rows)
		}
	}
	return ""
}

func tables(t *testing.T, state string) *warehouse.Duck {
	t.Helper()
	path, _, err := Published(state)
	if err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(context.Background(), warehouse.Options{Path: path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

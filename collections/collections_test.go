package collections

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// shop is the books of a company with one customer, who has one invoice.
type shop struct{}

func (shop) Customer(_ context.Context, id string) (bool, error) { return id == "C1", nil }

func (shop) Invoice(_ context.Context, customer, id string) (bool, error) {
	return customer == "C1" && id == "I1", nil
}

func (shop) Open(_ context.Context, customer, id string) (decimal.Decimal, string, error) {
	if customer != "C1" || id != "I1" {
		return decimal.Zero, "", nil
	}
	return decimal.NewFromInt(1000), "EUR", nil
}

func (shop) Collector(_ context.Context, name string) (bool, error) { return name == "EAST", nil }

func (shop) Plans(context.Context, string) ([]OpenPlan, int64, error) { return nil, 0, nil }

var berlin = must(time.LoadLocation("Europe/Berlin"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// noon is when entries of these tests are made.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, berlin)

func desk(t *testing.T, now time.Time) (*Desk, *ledger.Ledger, string) {
	t.Helper()
	state := t.TempDir()
	clock := func() time.Time { return now }
	l, err := ledger.Open(t.Context(), state, ledger.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	d := New(l, shop{}, berlin)
	d.now = clock
	return d, l, state
}

func same(a, b Done) bool { return reflect.DeepEqual(a, b) }

func account(t *testing.T) ledger.Actor {
	t.Helper()
	who, err := ledger.Account()
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func TestPendingIsWhatFiguresDoNotHold(t *testing.T) {
	d, _, _ := desk(t, noon)
	who := account(t)
	first, err := d.LogCall(t.Context(), who, "1", Contact{Customer: "C1", Channel: "call", Direction: "out", Outcome: "reached", Text: " will\r\npay "})
	if err != nil {
		t.Fatal(err)
	}
	if first.Text != "will\npay" || first.By != who || !first.At.Equal(noon) || first.Kind != Call {
		t.Errorf("%+v", first)
	}
	second, err := d.TakePromise(t.Context(), who, "2", Word{Customer: "C1", Invoice: "I1", DueOn: "2026-11-30", Amount: "1250.00", Currency: "EUR"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.TakePromise(t.Context(), who, "2", Word{Customer: "C1", Invoice: "I1", DueOn: "2026-11-30", Amount: "1250.00", Currency: "EUR"})
	if err != nil || !same(again, second) {
		t.Errorf("%+v %v", again, err)
	}
	if all, err := d.Pending(t.Context(), 0); err != nil || !slices.EqualFunc(all, []Done{first, second}, same) {
		t.Errorf("%v %v", all, err)
	}
	if rest, err := d.PendingOf(t.Context(), "C1", first.Sequence); err != nil || !slices.EqualFunc(rest, []Done{second}, same) {
		t.Errorf("%v %v", rest, err)
	}
	if none, err := d.PendingOf(t.Context(), "C2", 0); err != nil || len(none) > 0 {
		t.Errorf("%v %v", none, err)
	}
}

// Half past midnight in Berlin is still the day before in UTC.
func TestTodayIsTheCompanysDay(t *testing.T) {
	at := time.Date(2026, 11, 2, 23, 30, 0, 0, berlin)
	clock := func() time.Time { return at }
	l, err := ledger.Open(t.Context(), t.TempDir(), ledger.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // the test is over
	d := New(l, shop{}, berlin)
	d.now = clock
	for i := range 3 {
		if _, err := d.Note(t.Context(), account(t), fmt.Sprint(i), "C1", "", fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Hour)
	}
	today, err := d.Today(t.Context())
	if err != nil || len(today) != 2 || today[0].Text != "2" || today[1].Text != "1" {
		t.Errorf("%v %v", today, err)
	}
}

func TestEntryWithMistakesIsNotWritten(t *testing.T) {
	d, l, _ := desk(t, noon)
	who, ctx := account(t), t.Context()
	good := Word{Customer: "C1", DueOn: "2026-11-02", Amount: "0.001", Currency: "EUR", Channel: "mail"}
	if _, err := d.TakePromise(ctx, who, "good", good); err != nil {
		t.Fatal(err)
	}
	word := func(change func(*Word)) func() (Done, error) {
		return func() (Done, error) { w := good; change(&w); return d.TakePromise(ctx, who, ledger.NewKey(), w) }
	}
	call := func(c Contact) func() (Done, error) {
		return func() (Done, error) { return d.LogCall(ctx, who, ledger.NewKey(), c) }
	}
	place := func(do func(context.Context, ledger.Actor, string, Place) (Done, error), p Place) func() (Done, error) {
		return func() (Done, error) { return do(ctx, who, ledger.NewKey(), p) }
	}
	plan := func(change func(*Plan)) func() (Done, error) {
		return func() (Done, error) {
			p := Plan{Customer: "C1", Invoices: []string{"I1"}, Currency: "EUR",
				Instalments: []Instalment{{DueOn: "2026-12-01", Amount: "600.00"}, {DueOn: "2027-12-01", Amount: "400.00"}}}
			change(&p)
			return d.AgreePlan(ctx, who, ledger.NewKey(), p)
		}
	}
	for _, c := range []struct {
		fields string
		do     func() (Done, error)
	}{
		{"customer", word(func(w *Word) { w.Customer = "C2" })},
		{"invoice", word(func(w *Word) { w.Invoice = "I2" })},
		{"due_on", word(func(w *Word) { w.DueOn = "2026-11-01" })},
		{"due_on", word(func(w *Word) { w.DueOn = "2027-11-04" })},
		{"due_on", word(func(w *Word) { w.DueOn = "30.11.2026" })},
		{"amount", word(func(w *Word) { w.Amount = "0.00" })},
		{"amount", word(func(w *Word) { w.Amount = "-1" })},
		{"amount", word(func(w *Word) { w.Amount = "1e3" })},
		{"amount", word(func(w *Word) { w.Amount = "1.2345" })},
		{"amount", word(func(w *Word) { w.Amount = "1,250.00" })},
		{"amount", word(func(w *Word) { w.Amount = "1234567890123456" })},
		{"currency", word(func(w *Word) { w.Currency = "euro" })},
		{"channel", word(func(w *Word) { w.Channel = "pigeon" })},
		{"direction", word(func(w *Word) { w.Direction = "up" })},
		{"text", word(func(w *Word) { w.Text = strings.Repeat("x", longestText+1) })},
		{"text", word(func(w *Word) { w.Text = "\x1b[31m" })},
		{"text", word(func(w *Word) { w.Text = "\xff" })},
		{"due_on amount currency", word(func(w *Word) { w.DueOn, w.Amount, w.Currency = "", "", "" })},
		{"channel direction outcome", call(Contact{Customer: "C1"})},
		{"at", call(Contact{Customer: "C1", Channel: "call", Direction: "in", Outcome: "x", At: noon.Add(time.Minute)})},
		{"at", call(Contact{Customer: "C1", Channel: "call", Direction: "in", Outcome: "x", At: noon.AddDate(0, -2, 0)})},
		{"outcome", call(Contact{Customer: "C1", Channel: "call", Direction: "in", Outcome: "a\nb"})},
		{"until reason", place(d.Snooze, Place{Customer: "C1"})},
		{"reason", place(d.Pin, Place{Customer: "C1"})},
		{"until", place(d.Hold, Place{Customer: "C1", Reason: "x", Until: "2026-11-01"})},
		{"collector reason", func() (Done, error) { return d.Assign(ctx, who, ledger.NewKey(), "C1", "NORTH", "") }},
		{"invoices customer", plan(func(p *Plan) { p.Customer = "C2" })},
		{"invoices", plan(func(p *Plan) { p.Invoices = nil })},
		{"invoices", plan(func(p *Plan) { p.Invoices = []string{"I2"} })},
		{"invoices", plan(func(p *Plan) { p.Invoices = []string{"I1", "I1"} })},
		{"invoices", plan(func(p *Plan) { p.Currency = "USD" })},
		{"instalments", plan(func(p *Plan) { p.Instalments = nil })},
		{"instalments", plan(func(p *Plan) { p.Instalments[0].Amount = "600.01" })},
		{"instalments", plan(func(p *Plan) { p.Instalments[0].Amount = "-600" })},
		{"instalments", plan(func(p *Plan) { p.Instalments[0].DueOn = "2026-11-01" })},
		{"instalments", plan(func(p *Plan) { p.Instalments[1].DueOn = "2026-12-01" })},
		{"reason customer", place(d.Skip, Place{Customer: "C2"})},
		{"kind", func() (Done, error) {
			return d.End(ctx, who, ledger.NewKey(), Skip, Place{Customer: "C1", Reason: "x"})
		}},
		{"text", func() (Done, error) { return d.Note(ctx, who, ledger.NewKey(), "C1", "", " \n ") }},
	} {
		_, err := c.do()
		var mistakes Mistakes
		var fields []string
		errors.As(err, &mistakes)
		for _, m := range mistakes {
			fields = append(fields, m.Field)
		}
		if got := strings.Join(fields, " "); got != c.fields {
			t.Errorf("mistakes in %q, want %q: %v", got, c.fields, err)
		}
	}
	if end, err := l.End(ctx); err != nil || end.Sequence != 1 {
		t.Errorf("%d events were written: %v", end.Sequence, err)
	}
}

// A call at half past eleven at night in UTC is one of the next day in Berlin, where the company is.
func TestExtractIsInTheCompanysTime(t *testing.T) {
	late := time.Date(2026, 11, 2, 23, 30, 0, 0, time.UTC)
	d, l, state := desk(t, late)
	who, ctx := account(t), t.Context()
	pinned, err := d.Pin(ctx, who, "1", Place{Customer: "C1", Reason: "the CFO asked"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Skip(ctx, who, "2", Place{Customer: "C1", Invoice: "I1", Reason: "no time"}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write(ctx, ledger.Draft{Key: "3", Actor: who, Subject: ledger.Subject{Kind: "case", ID: "1"}, Type: Note}); err != nil {
		t.Fatal(err)
	}
	if n, err := l.Extract(ctx, Form(berlin)); err != nil || n != 2 {
		t.Fatalf("%d records: %v", n, err)
	}
	files, err := filepath.Glob(Source(state).Files[0])
	if err != nil || len(files) != 1 || Landed(files...) != 3 {
		t.Fatalf("%v %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || len(records) != 3 {
		t.Fatalf("%v %v", records, err)
	}
	hash := records[1][2]
	want := []string{"1", pinned.Event, hash, "pin", "2026-11-03 00:30:00", "2026-11-03", "C1", who.Name(), "", "", "", "", "", "", "", "", "the CFO asked", ""}
	if !slices.Equal(records[1], want) || len(hash) != 64 {
		t.Errorf("%q, want %q", records[1], want)
	}
	if records[2][15] != "2026-11-03" {
		t.Errorf("a skip of today holds until %s", records[2][15])
	}
}

// Every column that a map reads is one that extracts have.
func TestSourceReadsColumnsOfTheExtract(t *testing.T) {
	for _, m := range Source("state").Maps {
		for name, column := range m.Columns {
			if !slices.Contains(header, column.From) && column.From != "event" {
				t.Errorf("%s.%s is read from %q, which no extract has", m.Dataset, name, column.From)
			}
		}
	}
}

// A plan is a record for each instalment and each invoice, and one for the call in which it was agreed.
func TestPlanIsRecordsOfItsInstalmentsAndInvoices(t *testing.T) {
	d, l, state := desk(t, noon)
	who, ctx := account(t), t.Context()
	done, err := d.AgreePlan(ctx, who, "1", Plan{Customer: "C1", Invoices: ReadLines(" I1 \r\n\n"), Currency: "EUR", Channel: "call",
		Instalments: ReadInstalments("2026-12-01 600.00\r\n2027-01-04  400.00\n")})
	if err != nil || done.Amount != "1000.00" {
		t.Fatalf("%+v %v", done, err)
	}
	if _, err := d.End(ctx, who, "2", AgreedPlan, Place{Customer: "C1", Reason: "pays at once"}); err != nil {
		t.Fatal(err)
	}
	if n, err := l.Extract(ctx, Form(berlin)); err != nil || n != 5 {
		t.Fatalf("%d records: %v", n, err)
	}
	files, err := filepath.Glob(Source(state).Files[0])
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, r := range must(csv.NewReader(strings.NewReader(string(text))).ReadAll())[1:] {
		for i := range r {
			r[i] = strings.ReplaceAll(r[i], done.Event, "PLAN")
		}
		said = append(said, strings.Join(slices.DeleteFunc(append(r[:1:1], append(r[3:7:7], r[8:]...)...), func(s string) bool { return s == "" }), "|"))
	}
	want := []string{
		"1|plan instalment|2026-11-02 12:00:00|2026-11-02|C1|2026-12-01|600.00|EUR",
		"1|plan instalment|2026-11-02 12:00:00|2026-11-02|C1|2027-01-04|400.00|EUR",
		"1|plan invoice|2026-11-02 12:00:00|2026-11-02|C1|I1",
		"1|plan|2026-11-02 12:00:00|2026-11-02|C1|call|out|plan|1000.00|EUR",
		"2|unplan|2026-11-02 12:00:00|2026-11-02|C1|EUR|pays at once|PLAN",
	}
	if !slices.Equal(said, want) {
		t.Errorf("%q\nwant %q", said, want)
	}
}

// booked are books that know of a plan in dollars, from another system.
type booked struct{ shop }

func (booked) Plans(_ context.Context, customer string) ([]OpenPlan, int64, error) {
	if customer != "C1" {
		return nil, 0, nil
	}
	return []OpenPlan{{"P-9", "USD", decimal.NewFromInt(50)}}, 0, nil
}

// One of several plans is ended by its number, and the last one without; asked for again the same is answered.
func TestOnePlanOfSeveralIsEnded(t *testing.T) {
	d, _, _ := desk(t, noon)
	d.books = booked{}
	who, ctx := account(t), t.Context()
	agreed := must(d.AgreePlan(ctx, who, "1", Plan{Customer: "C1", Invoices: []string{"I1"}, Currency: "EUR", Instalments: ReadInstalments("2026-12-01 600.00")}))
	end := func(key, plan string) (Done, error) {
		return d.End(ctx, who, key, AgreedPlan, Place{Customer: "C1", Plan: plan, Reason: "pays at once"})
	}
	for plan, want := range map[string]string{
		"":    "plan: name the one to end: open are " + agreed.Event + " of 600 EUR, P-9 of 50 USD",
		"P-8": `plan: customer C1 has no "P-8" that is open: open are ` + agreed.Event + " of 600 EUR, P-9 of 50 USD",
	} {
		if _, err := end("try "+plan, plan); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", plan, err, want)
		}
	}
	first := must(end("2", "P-9"))
	second := must(end("3", ""))
	if first.Plan != "P-9" || second.Plan != agreed.Event {
		t.Errorf("%+v %+v", first, second)
	}
	if again, err := end("3", ""); err != nil || !same(again, second) {
		t.Errorf("%+v %v", again, err)
	}
	if _, err := end("2", agreed.Event); !errors.Is(err, ledger.ErrKeyReused) {
		t.Errorf("another plan under the same key: %v", err)
	}
	if _, err := end("4", ""); err == nil || err.Error() != "plan: there is none of customer C1 that is open" {
		t.Errorf("when all are ended: %v", err)
	}
	two := []OpenPlan{{"old", "EUR", decimal.NewFromInt(1)}, {"other", "USD", decimal.NewFromInt(2)}}
	if left := OpenPlans(two, []Done{agreed}); len(left) != 2 || left[0].ID != agreed.Event {
		t.Errorf("a new plan takes the place of the one in its currency, and there are %v", left)
	}
	if left := OpenPlans(two, []Done{{Kind: EndedPlan}}); len(left) != 0 {
		t.Errorf("an ending that names none, as they were before, leaves %v", left)
	}
}

package transform

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// openItems is a list of open items of a day.
func openItems(t *testing.T, state, id, day string, whole bool, invoices ...string) Batch {
	t.Helper()
	var list rows
	for _, invoice := range invoices {
		list = append(list, map[string]string{"invoice_id": invoice, "customer_id": "C", "issued_on": "2025-01-01", "due_on": "2025-01-31", "amount": "100", "currency": "EUR"})
	}
	b := land(t, state, id, map[string]rows{"invoices": list})
	on, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	b.Source, b.Snapshot = "list", &Snapshot{Day: on, Vanished: "closed", Whole: whole}
	return b
}

// asked refreshes for a day and asks.
func asked(t *testing.T, in Input, asOf string, queries ...string) string {
	t.Helper()
	in.AsOf, in.Full = asOf, true
	refresh(t, in)
	v := openView(t, Reading{State: in.State})
	var text string
	for _, query := range queries {
		got, err := v.DB.Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprint(got.Rows)
	}
	return text
}

const (
	howMuch  = "select cast(coalesce(sum(open_amount), 0) as varchar) from mart.open_item"
	between  = "select invoice_id, cast(listed_on as varchar), cast(gone_on as varchar), days_between from mart.cleared_between"
	receipts = "select cast(coalesce(sum(received), 0) as varchar) from mart.movement"
)

func TestWhatVanishesFromAListWasClearedBetweenTheTwo(t *testing.T) {
	in := input(t, "2025-03-31", map[string]rows{"customers": {{"customer_id": "C"}}})
	january := openItems(t, in.State, "l1", "2025-01-31", true, "A", "B", "D")
	february := openItems(t, in.State, "l2", "2025-02-28", false, "B") // D is in quarantine
	march := openItems(t, in.State, "l3", "2025-03-31", true, "B", "D")
	base := in.Batches
	for _, lists := range [][]Batch{{january, february, march}, {march, january, february}} {
		in.Batches = slices.Concat(base, lists)
		for _, c := range []struct{ asOf, want string }{
			{"2025-03-30", "[[300.000]][][[0.000000000000]]"},
			{"2025-03-31", "[[200.000]][[A 2025-01-31 2025-03-31 59]][[0.000000000000]]"},
		} {
			if got := asked(t, in, c.asOf, howMuch, between, receipts); got != c.want {
				t.Errorf("on %s %s, want %s", c.asOf, got, c.want)
			}
		}
	}
}

func TestAListThatComesBackOpensAgainAndOnlyClosedCloses(t *testing.T) {
	in := input(t, "2025-03-31", map[string]rows{"customers": {{"customer_id": "C"}}})
	base := in.Batches
	lists := []Batch{openItems(t, in.State, "l1", "2025-01-31", true, "A", "B"), openItems(t, in.State, "l2", "2025-02-28", true, "B"),
		openItems(t, in.State, "l3", "2025-03-31", true, "A", "B")}
	in.Batches = slices.Concat(base, lists)
	if got := asked(t, in, "2025-03-31", howMuch); got != "[[200.000]]" {
		t.Errorf("an item that came back: %s is open", got)
	}
	kept := slices.Clone(lists[:2])
	for i := range kept {
		s := *kept[i].Snapshot
		s.Vanished = "kept"
		kept[i].Snapshot = &s
	}
	in.Batches = slices.Concat(base, kept)
	if got := asked(t, in, "2025-03-31", howMuch); got != "[[200.000]]" {
		t.Errorf("vanished: kept closed something: %s is open", got)
	}
}

package transform

import (
	"testing"

	"arrears/warehouse"
)

// The check that every score is the sum of its parts sees a point too many, a score that is missing, one too many, and parts that say
// something else.
func TestScoreCheckBites(t *testing.T) {
	in := input(t, "2025-03-31", bridged())
	in.Currency = "EUR"
	refresh(t, in)
	path, _, err := Published(in.State)
	if err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(t.Context(), warehouse.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if n, err := count(t.Context(), db, "select count(*) from mart.score"); err != nil || n < 4 {
		t.Fatalf("%d scores: %v", n, err)
	}
	found := faults(t, db, "score_adds_up")
	if found > 0 {
		t.Errorf("%d faults before anything was changed", found)
	}
	for _, change := range []string{
		"update mart.score set score = score + 1 where invoice_id = (select min(invoice_id) from mart.score)",
		"delete from mart.score where invoice_id = (select max(invoice_id) from mart.score)",
		"insert into mart.score select * replace (99 as number) from mart.score where invoice_id = (select max(invoice_id) from mart.score)",
		"update mart.score_part set points = points + 2 where feature = 'days_late'",
	} {
		if err := db.Exec(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		now := faults(t, db, "score_adds_up")
		if now <= found {
			t.Errorf("%d faults, and %d after: %s", found, now, change)
		}
		found = now
	}
}

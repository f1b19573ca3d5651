package transform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"arrears/sql"
)

// restated is what the list of restatements holds of the whole company, as "kpi bucket month before > after (cause)", and the batches.
func restated(t *testing.T, state string) (figures, batches []string) {
	t.Helper()
	return restatedOn(t, state, time.Time{})
}

func restatedOn(t *testing.T, state string, asOf time.Time) (figures, batches []string) {
	t.Helper()
	v, err := Open(context.Background(), Reading{State: state, Models: sql.Models, AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = v.Close() }()
	table, err := v.DB.Query(context.Background(), `select kpi, bucket, month_end, before, after, change, cause from mart.restatement
		where dimension = '' and kpi in ('ar_net', 'sales', 'aging_due') order by run_id, month, kpi, bucket`)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table.Rows {
		figures = append(figures, strings.TrimSpace(fmt.Sprintf("%s %s", r[0], r[1]))+
			fmt.Sprintf(" %s %v > %v = %v (%v)", r[2].(time.Time).Format(time.DateOnly), r[3], r[4], r[5], r[6]))
	}
	table, err = v.DB.Query(context.Background(), `select batch, file, dataset, month, rows from mart.restatement_batch
		order by run_id, batch, dataset, month`)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table.Rows {
		month := r[3].(int64)
		batches = append(batches, fmt.Sprintf("%v %v %v %d-%02d %v", r[0], r[1], r[2], month/12, month%12+1, r[4]))
	}
	return figures, batches
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// late is a batch with an invoice of February that came when March was closed too.
func late(t *testing.T, state string) Batch {
	t.Helper()
	return land(t, state, "b2", map[string]rows{"invoices": {
		{"invoice_id": "I9", "customer_id": "B", "issued_on": "2025-02-27", "due_on": "2025-04-13", "amount": "70", "currency": "EUR"},
	}})
}

func TestALateRowIsListedWithWhatItChanged(t *testing.T) {
	in := input(t, "2025-04-15", ledger())
	refresh(t, in)
	figures, batches := restated(t, in.State)
	same(t, "after the first run", append(figures, batches...))

	in.Batches = append(in.Batches, late(t, in.State))
	in.AsOf = "2025-04-20"
	refresh(t, in)
	want := []string{
		"aging_due current 2025-02-28 800 > 870 = 70 (rows)", "ar_net 2025-02-28 1100 > 1170 = 70 (rows)", "sales 2025-02-28 1800 > 1870 = 70 (rows)",
		"aging_due current 2025-03-31 800 > 870 = 70 (rows)", "ar_net 2025-03-31 1700 > 1770 = 70 (rows)", "sales 2025-03-31 2700 > 2770 = 70 (rows)",
	}
	row := []string{"b2 b2.csv invoices 2025-02 1"} // due in April, which is not closed
	figures, batches = restated(t, in.State)
	same(t, "restated", figures, want...)
	same(t, "batches", batches, row...)
	figures, batches = restatedOn(t, in.State, time.Date(2025, 3, 10, 0, 0, 0, 0, time.UTC))
	same(t, "restated, seen from another date", figures, want...)
	same(t, "batches, seen from another date", batches, row...)

	if err := os.RemoveAll(filepath.Join(in.State, "warehouse")); err != nil {
		t.Fatal(err)
	}
	refresh(t, in)
	figures, batches = restated(t, in.State)
	same(t, "restated, when nothing came and the warehouse was lost", figures, want...)
	same(t, "batches, when nothing came and the warehouse was lost", batches, row...)
}

func TestASettingIsNamedAsTheCauseOfWhatItChanges(t *testing.T) {
	in := input(t, "2025-04-15", ledger())
	in.Batches = append(in.Batches, land(t, in.State, "b2", map[string]rows{"rates": {
		{"from_currency": "EUR", "to_currency": "USD", "on": "2025-01-01", "rate": "2"},
	}}))
	in.Currency = "EUR"
	refresh(t, in)
	in.Currency, in.Company = "USD", "Renamed"
	refresh(t, in)
	figures, batches := restated(t, in.State)
	if len(figures) == 0 || len(batches) != 0 {
		t.Fatalf("restated %v by %v", figures, batches)
	}
	for _, f := range figures {
		if !strings.HasSuffix(f, "(settings)") {
			t.Errorf("cause of %s", f)
		}
	}
}

func TestARunThatIsNotPublishedRestatesNothing(t *testing.T) {
	in := input(t, "2025-04-15", ledger())
	refresh(t, in)
	broken := in
	broken.Batches = append(broken.Batches, late(t, in.State), land(t, in.State, "b3", map[string]rows{"instalments": {
		{"invoice_id": "I1", "number": "1", "due_on": "2025-02-09", "amount": "1"},
	}}))
	broken.Severity = map[string]string{"instalments_add_up": Error}
	if _, err := Refresh(context.Background(), broken); !errors.Is(err, ErrCheck) {
		t.Fatalf("the refresh ends with %v", err)
	}
	refresh(t, in)
	figures, batches := restated(t, in.State)
	same(t, "restated", append(figures, batches...))
}

func TestARefreshStoppedBeforeItLeftItsFiguresIsComparedOnceMore(t *testing.T) {
	in := input(t, "2025-04-15", ledger())
	before := figuresFile(in, refresh(t, in))
	kept, err := os.ReadFile(before)
	if err != nil {
		t.Fatal(err)
	}
	in.Batches = append(in.Batches, late(t, in.State))
	after := figuresFile(in, refresh(t, in))
	want, _ := restated(t, in.State)
	// Its restatements were in place, its figures were not.
	if err := errors.Join(os.Remove(after), os.WriteFile(before, kept, 0o600)); err != nil {
		t.Fatal(err)
	}
	refresh(t, in)
	got, batches := restated(t, in.State)
	same(t, "restated", got, want...)
	if len(want) == 0 || len(batches) != 1 {
		t.Errorf("%d figures by %v", len(want), batches)
	}
}

func figuresFile(in Input, run Run) string {
	return filepath.Join(in.State, "closing", "figures", run.ID+".parquet")
}

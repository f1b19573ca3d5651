package transform

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"arrears/sql"
	"arrears/warehouse"
)

// A check that nothing can make fail proves nothing: each tie is shown books in which one number was changed.
func TestEachTieBites(t *testing.T) {
	data := bridged()
	data["gl_balances"] = closed("0")["gl_balances"]
	in := input(t, "2025-03-31", data)
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
	for check, change := range map[string]string{
		"ar_ties_every_day":       "update core.flow set amount = amount + 0.01 where kind = 'received'",
		"ar_ties_to_documents":    "update core.control set amount = amount + 0.01",
		"buckets_are_a_partition": "delete from mart.aging where basis = 'invoice' and bucket = '0-30'",
		"parts_add_up":            "update mart.kpi_month set value = value + 0.01 where kpi = 'ar_net' and dimension = 'currency' and member = 'USD'",
		"customers_add_up":        "update mart.customer set disputed_amount = 0",
		"control_account_ties":    "update mart.control_account set difference = 0.01",
		"fx_differences_add_up":   "update mart.fx_difference set total = total + 0.01 where currency = 'USD'",
		"dso_bridge_adds_up":      "delete from mart.dso_bridge where step = 'mix' and dimension = 'entity'",
	} {
		if found := faults(t, db, check); found > 0 && check != "control_account_ties" {
			t.Errorf("%s finds %d faults before anything was changed", check, found)
		}
		if err := db.Exec(t.Context(), change); err != nil {
			t.Fatalf("%s: %v", check, err)
		}
		if faults(t, db, check) == 0 {
			t.Errorf("%s sees nothing wrong after: %s", check, change)
		}
	}
}

func faults(t *testing.T, db *warehouse.Duck, check string) int64 {
	t.Helper()
	text, err := fs.ReadFile(sql.Checks, "check/"+check+".sql")
	if err != nil {
		t.Fatal(err)
	}
	found, err := count(t.Context(), db, "select count(*) from ("+string(text)+")")
	if err != nil {
		t.Fatalf("%s: %v", check, err)
	}
	return found
}

// Every proof belongs to a check and shows two equal sides where its check finds no fault.
func TestProofsShowEqualSides(t *testing.T) {
	data := bridged()
	data["gl_balances"] = rows{{"entity": "E", "account": "1201", "on": "2025-03-31", "amount": "4500", "currency": "USD"},
		{"entity": "E", "account": "1200", "on": "2025-03-31", "amount": "1600", "currency": "EUR"}}
	in := input(t, "2025-03-31", data)
	in.Currency = "EUR"
	if found := refresh(t, in).Faults(Warn); len(found) > 0 {
		t.Errorf("faults %s", pretty(found))
	}
	v := openView(t, Reading{State: in.State})
	proofs, err := fs.Glob(sql.Proofs, "proof/*.sql")
	if err != nil || len(proofs) == 0 {
		t.Fatalf("no proofs (%v)", err)
	}
	for _, proof := range proofs {
		if _, err := fs.Stat(sql.Checks, strings.Replace(proof, "proof/", "check/", 1)); err != nil {
			t.Errorf("%s proves no check", proof)
		}
		text, err := fs.ReadFile(sql.Proofs, proof)
		if err != nil {
			t.Fatal(err)
		}
		table, err := v.DB.Query(t.Context(), "select count(*), sum(case when abs(left_amount - right_amount) < 1e-9 and compared > 0 then 1 else 0 end) from ("+string(text)+")")
		if err != nil {
			t.Fatalf("%s: %v", proof, err)
		}
		if row := table.Rows[0]; row[0] == int64(0) || fmt.Sprint(row[0]) != fmt.Sprint(row[1]) {
			t.Errorf("%s: %v parts, %v of them tie", proof, row[0], row[1])
		}
	}
}

// Whatever customers are told apart by, the parts add up to the whole.
func TestPartsAddUpByEveryDimension(t *testing.T) {
	in := input(t, "2025-03-31", bridged())
	in.Currency = "EUR"
	refresh(t, in)
	text, err := fs.ReadFile(sql.Checks, "check/parts_add_up.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range Dimensions {
		v := openView(t, Reading{State: in.State, By: by})
		if n, err := count(t.Context(), v.DB, "select count(*) from mart.kpi_month where kpi = 'ar_net' and dimension = '"+by+"'"); err != nil || n == 0 {
			t.Errorf("by %s there are %d parts (%v)", by, n, err)
		}
		if n, err := count(t.Context(), v.DB, "select count(*) from ("+string(text)+")"); err != nil || n > 0 {
			t.Errorf("by %s %d amounts do not add up (%v)", by, n, err)
		}
	}
}

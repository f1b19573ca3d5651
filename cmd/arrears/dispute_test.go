package main

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"arrears/disputes"
	"arrears/ledger"
)

// A claim is filed, checked, proposed and found in the figures by the command line alone; who proposed it does not approve it.
func TestDisputeAtTheCommandLine(t *testing.T) {
	dir, path := configured(t, "")
	must(t, exitDone, "run", "-c", path)
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), filepath.Join(dir, ".arrears"), ledger.Options{Projections: projections()})
	if err != nil {
		t.Fatal(err)
	}
	who := ledger.User{Name: me.Username, Title: "Desk", Roles: []string{"analyst", "approver"}, Active: true}
	if err := l.SetUser(t.Context(), ledger.Program("test"), who, "test"); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	all := decode[map[string]any](t, must(t, exitDone, "query", "select customer_id, invoice_id from core.invoice order by invoice_id limit 1", "-c", path, "-o", "json"))
	customer, invoice := show(all[0]["customer_id"]), show(all[0]["invoice_id"])
	must(t, exitFailed, "dispute", "file", "--customer", customer, "--line", "none=5", "--reason", "price", "-c", path)
	must(t, exitUsage, "dispute", "file", "--customer", customer, "--line", "none", "-c", path)
	filed := must(t, exitDone, "dispute", "file", "--customer", customer, "--line", invoice+"=120.50", "--reason", "price", "--text", "agreed less", "--key", "once", "-c", path)
	if filed.stdout != "D-000001 is in review, owner "+me.Username+"\n" {
		t.Errorf("%s%s", filed.stdout, filed.stderr)
	}
	must(t, exitDone, "dispute", "file", "--customer", customer, "--line", invoice+"=120.50", "--reason", "price", "--text", "agreed less", "--key", "once", "-c", path)
	must(t, exitDone, "dispute", "propose", "D-000001", "credit", "--line", invoice+"=120.50", "--because", "so it was", "-c", path)
	if refused := must(t, exitFailed, "dispute", "approve", "D-000001", "-c", path); !strings.Contains(refused.stderr, disputes.ErrOwnWork.Error()) {
		t.Error(refused.stderr)
	}
	listed := decode[map[string]any](t, must(t, exitDone, "dispute", "list", "--customer", customer, "-c", path, "-o", "json"))
	if len(listed) != 1 || listed[0]["state"] != "approval" || show(listed[0]["claimed"]) != "120.50" {
		t.Errorf("%v", listed)
	}
	must(t, exitDone, "dispute", "conformance", "-c", path)
	must(t, exitDone, "dispute", "load", "-c", path)
	must(t, exitDone, "run", "-c", path)
	rows := decode[map[string]any](t, must(t, exitDone, "query", "select dispute_id, status, owner from stg.dispute", "-c", path, "-o", "json"))
	if len(rows) != 1 || rows[0]["dispute_id"] != "D-000001/1" || rows[0]["status"] != "approval" || rows[0]["owner"] != me.Username {
		t.Errorf("%v", rows)
	}
	must(t, exitDone, "verify", "-c", path)
}

func TestModelIsCheckedAndDrawnWithoutACompany(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(file, []byte(disputes.DefaultText()), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, exitDone, "dispute", "model", "check", file)
	if drawn := must(t, exitDone, "dispute", "model", "draw", file).stdout; !strings.HasPrefix(drawn, "<svg ") {
		t.Errorf("%.40s", drawn)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(disputes.DefaultText(), "to: waiting", "to: wating", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if wrong := must(t, exitUsage, "dispute", "model", "check", file).stderr; !strings.Contains(wrong, "own.yaml:") || !strings.Contains(wrong, "wating") {
		t.Error(wrong)
	}
}

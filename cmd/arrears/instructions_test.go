package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/ledger"
)

// refunding is a shop whose case about I3 was decided to be refunded, and accepted: the instruction is out. C2 is Bee, of entity S.
func refunding(t *testing.T) (dir, path, id string) {
	t.Helper()
	dir, path = configured(t, `payers: {S: {name: Small Shop, iban: DE89370400440532013000, town: Hamburg, country: DE}}`)
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString("  - {name: accounts, files: [bank_accounts*.csv], settle: 0s, maps: [{dataset: bank_accounts, canonical: true}]}\n")
	if err = errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	must(t, exitDone, "run", "-c", path)
	ctx := t.Context()
	inside(t, path, func(l *ledger.Ledger, d *disputes.Desk) {
		as := func(name, role string) ledger.Actor {
			by := ledger.Program("test")
			err := errors.Join(l.SetUser(ctx, by, ledger.User{Name: name, Title: name, Roles: []string{role}, Active: true}, "test"), l.SetPassword(ctx, by, name, "correct horse "+name, "test"))
			token, wrong := l.SignIn(ctx, name, "correct horse "+name)
			if err = errors.Join(err, wrong); err != nil {
				t.Fatal(err)
			}
			s, err := l.Session(ctx, token)
			if err != nil {
				t.Fatal(err)
			}
			return s.Actor
		}
		account, err := ledger.Account()
		if err != nil {
			t.Fatal(err)
		}
		as(account.Name(), "analyst") // who confirms at the command line has to work on disputes
		analyst, manager, approver := as("ana", "analyst"), as("max", "manager"), as("app", "approver")
		amount := decimal.RequireFromString("120.40")
		c, err := d.File(ctx, analyst, "1", disputes.Claim{Customer: "C2", Currency: "EUR", Reason: "already_paid", Text: "paid twice", Channel: disputes.Staff,
			Contact: "bee@example.com", Lines: []disputes.Line{{Invoice: "I3", Amount: amount}}})
		step := func(next disputes.Case, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			if c, err = d.Advance(ctx, next.ID); err != nil {
				t.Fatal(err)
			}
		}
		step(c, err)
		step(d.Propose(ctx, analyst, "2", c.ID, disputes.Offer{Kind: disputes.Refund, Reasons: []string{"it was paid twice"}, Lines: []disputes.Award{{Invoice: "I3", Amount: amount, Kind: disputes.Refund}}}))
		step(d.Approve(ctx, manager, "3", c.ID, c.Proposal.Hash, ""))
		step(d.Approve(ctx, approver, "4", c.ID, c.Proposal.Hash, ""))
		if c.State == "decided" {
			step(d.Send(ctx, analyst, "5", c.ID))
		}
		step(d.Accept(ctx, analyst, "6", c.ID, c.Proposal.Hash, "said so on the telephone"))
		if len(c.Orders) != 1 {
			t.Fatalf("%s is in %s with %d instructions", c.ID, c.State, len(c.Orders))
		}
		id = c.Orders[0].Message
	})
	return dir, path, id
}

// inside opens a company's ledger and desk of disputes, as its commands do.
func inside(t *testing.T, path string, do func(*ledger.Ledger, *disputes.Desk)) {
	t.Helper()
	d, err := (&company{file: path}).open(newLog(os.Stderr, 8))
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.openLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	books := &bookkeeper{desk: d}
	defer books.close(context.WithoutCancel(t.Context()))
	cases, err := d.disputeDesk(l, books)
	if err != nil {
		t.Fatal(err)
	}
	do(l, cases)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// A refund waits for the customer's account in master data, is written once, and closes its case when the bank has paid.
func TestRefundIsWrittenOnceAndConfirmed(t *testing.T) {
	t.Parallel()
	dir, path, id := refunding(t)
	want := func(state, answer, said string) {
		t.Helper()
		all := decode[map[string]any](t, must(t, exitDone, "instructions", "list", "-c", path, "-o", "json"))
		if len(all) != 1 || all[0]["instruction"] != id || all[0]["state"] != state || all[0]["answer"] != answer || all[0]["total"] != "120.40" || !strings.Contains(all[0]["said"].(string), said) {
			t.Errorf("%v, want %s, %s, %s", all, state, answer, said)
		}
	}
	want(ledger.Queued, "", "")
	must(t, exitDone, "instructions", "write", "-c", path)
	want(ledger.Queued, "", "no account of customer C2")

	putRows(t, dir, "bank_accounts", []row{{"customer_id": "C2", "iban": "GB82 WEST 1234 5698 7654 32", "town": "London", "country": "GB"}})
	must(t, exitDone, "run", "-c", path)
	d, err := (&company{file: path}).open(newLog(os.Stderr, 8))
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.openLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	books := &bookkeeper{desk: d}
	w, err := d.instructions(l, books, nil)
	if err != nil {
		t.Fatal(err)
	}
	later := func() time.Time { return time.Now().Add(time.Hour) }
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if w.Ledger, err = ledger.Open(t.Context(), filepath.Join(dir, ".arrears"), ledger.Options{Now: later, Projections: []ledger.Projection{disputes.Projection()}}); err != nil {
		t.Fatal(err)
	}
	w.Now = later
	if n, err := w.Drain(t.Context()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if err := w.Ledger.Close(); err != nil {
		t.Fatal(err)
	}
	books.close(t.Context())
	want(ledger.Sent, "", "in outbox/"+id)
	payment, err := os.ReadFile(filepath.Join(dir, ".arrears", "instructions", "outbox", id, id+".xml"))
	if err != nil || !strings.Contains(string(payment), "<IBAN>GB82WEST12345698765432</IBAN>") || !strings.Contains(string(payment), "<Nm>Bee</Nm>") {
		t.Errorf("%s %v", payment, err)
	}

	must(t, exitUsage, "instructions", "confirm", "-c", path)
	put(t, filepath.Join(dir, "bad.csv"), "instruction,status\n"+id+",paid\n")
	must(t, exitFailed, "instructions", "confirm", filepath.Join(dir, "bad.csv"), "-c", path)
	put(t, filepath.Join(dir, "done.csv"), "instruction,status,reference\n"+id+",confirmed,PAY-9\n")
	for range 2 { // a file that comes again changes nothing
		must(t, exitDone, "instructions", "confirm", filepath.Join(dir, "done.csv"), "-c", path)
		want(ledger.Sent, "confirmed", "PAY-9")
	}
	inside(t, path, func(_ *ledger.Ledger, d *disputes.Desk) {
		c, err := d.Case(t.Context(), "D-000001")
		if err != nil || !c.Closed || c.Outcome != disputes.OutcomeValid {
			t.Errorf("%+v %v", c, err)
		}
	})
	letters := decode[map[string]any](t, must(t, exitDone, "outbox", "-c", path, "-o", "json"))
	mails := 0
	for _, m := range letters {
		if m["channel"] == "mail" {
			mails++
		}
	}
	if mails < 3 {
		t.Errorf("%d letters were written, fewer than the steps the customer is told of", mails)
	}
	must(t, exitDone, "verify", "-c", path)
}

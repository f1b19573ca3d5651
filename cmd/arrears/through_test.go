package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"arrears/disputes"
	"arrears/ledger"
	"arrears/ledger/mail"
)

// A process is a company that serves staff and customers, from filing to payment instruction, in one browser.
type process struct {
	*serving
	t         *testing.T
	dir, path string
	portal    string
	ctx       context.Context // of the browser
}

// through starts the company: I1 (1,000 EUR, 60 days old) is C1's, I2 (20 EUR) is C2's, and both have an address.
func through(t *testing.T) *process {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	portal := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "arrears.yaml")
	put(t, path, `company: Small Shop
entity: S
currency: EUR
as_of: today
schedule: "@every 20s"
sign_in: {second_factor: []}
worklist: {contacted_days: 0}
portal: {listen: "`+portal+`", address: "http://`+portal+`"}
mail: {server: "127.0.0.1:1", from: Receivables <ar@example.com>, tls: none}
mailboxes: [{name: drop, maildir: drop, vouched_by: mx.example.com, every: 1s}]
payers: {S: {name: Small Shop, iban: DE89370400440532013000, town: Hamburg, country: DE}}
sources:
  - {name: customers, files: [customers*.csv], settle: 0s, maps: [{dataset: customers, canonical: true}]}
  - {name: accounts, files: [bank_accounts*.csv], settle: 0s, maps: [{dataset: bank_accounts, canonical: true}]}
  - {name: invoices, files: [invoices*.csv], settle: 0s, maps: [{dataset: invoices, canonical: true}]}
`)
	ago := func(days int) string { return time.Now().UTC().AddDate(0, 0, -days).Format(time.DateOnly) }
	putRows(t, dir, "customers", []row{
		{"customer_id": "C1", "name": "One Works", "entity": "S", "email": "ana@one.example"},
		{"customer_id": "C2", "name": "Two Works", "entity": "S", "email": "bob@two.example"},
	})
	putRows(t, dir, "bank_accounts", []row{{"customer_id": "C1", "iban": "FR1420041010050500013M02606", "town": "Lyon", "country": "FR"}})
	putRows(t, dir, "invoices", []row{
		{"invoice_id": "I1", "customer_id": "C1", "issued_on": ago(60), "due_on": ago(30), "amount": "1000", "currency": "EUR"},
		{"invoice_id": "I2", "customer_id": "C2", "issued_on": ago(60), "due_on": ago(30), "amount": "20", "currency": "EUR"},
	})
	if err := os.MkdirAll(filepath.Join(dir, "drop", "new"), 0o700); err != nil {
		t.Fatal(err)
	}
	must(t, exitDone, "run", "-c", path)
	inside(t, path, func(l *ledger.Ledger, _ *disputes.Desk) {
		for name, role := range map[string]string{"ann": "analyst", "max": "manager", "app": "approver", "fin": "cfo"} {
			by := ledger.Program("test")
			if err := l.SetUser(t.Context(), by, ledger.User{Name: name, Title: name, Roles: []string{role}, Active: true}, "test"); err != nil {
				t.Fatal(err)
			}
			if err := l.SetPassword(t.Context(), by, name, password, "test"); err != nil {
				t.Fatal(err)
			}
		}
	})
	p := &process{t: t, dir: dir, path: path, portal: "http://" + portal}
	p.ctx = chromium(t, &faults{host: p.portal}) // two hosts are visited on purpose; other tests watch for foreign ones
	p.serving = serve(t, "serve", "-c", path)
	p.until("/readyz", p.answers("/readyz", 200))
	return p
}

// open shows a page.
func (p *process) open(address string) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, chromedp.Navigate(address)); err != nil {
		p.t.Fatalf("open %s: %v", address, err)
	}
}

// submit fills a form in by the names of its fields, as a person does, sends it, and waits for the page that answers.
func (p *process) submit(form string, fields map[string]string) {
	p.t.Helper()
	values, err := json.Marshal(fields)
	if err != nil {
		p.t.Fatal(err)
	}
	found := evaluate[string](p.ctx, p.t, `(() => {
		const form = document.querySelector(`+fmt.Sprintf("%q", form)+`);
		if (!form) return "there is no such form on: " + document.title + ": " + document.body.innerText;
		for (const [name, value] of Object.entries(`+string(values)+` || {})) {
			const all = [...form.elements].filter(e => e.name === name);
			if (!all.length) return "the form has no " + name;
			for (const e of all) {
				if (e.type === "checkbox" || e.type === "radio") { if (e.value === value) e.checked = true; } else e.value = value;
			}
		}
		window.before = true; form.requestSubmit(); return "";
	})()`)
	if found != "" {
		p.t.Fatalf("%s: %s", form, found)
	}
	p.until("the answer to "+form, func() bool {
		loaded, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`!window.before && document.readyState === "complete"`))
		return err == nil && loaded // while the page changes, nobody answers
	})
	if wrong := evaluate[string](p.ctx, p.t, `[...document.querySelectorAll('[role="alert"]')].map(e => e.innerText).join("; ")`); wrong != "" {
		p.t.Fatalf("%s: the page says %s", form, wrong)
	}
}

func (p *process) shows(what string) bool {
	return strings.Contains(evaluate[string](p.ctx, p.t, "document.body.innerText"), what)
}

// as signs a user in.
func (p *process) as(user string) {
	p.t.Helper()
	p.open(p.host + "/sign-in")
	p.submit("form[action='/sign-in']", map[string]string{"name": user, "password": password})
}

// does takes a step on a case by the form of its page.
func (p *process) does(id, deed string, fields map[string]string) {
	p.t.Helper()
	p.open(p.host + "/disputes/" + id)
	p.submit("#do-"+deed+" form", fields)
}

// of is the only case of a customer.
func (p *process) of(customer string) disputes.Case {
	p.t.Helper()
	var found []disputes.Case
	inside(p.t, p.path, func(_ *ledger.Ledger, d *disputes.Desk) {
		var err error
		if found, err = d.Cases(p.t.Context(), disputes.Filter{Customer: customer}); err != nil {
			p.t.Fatal(err)
		}
	})
	if len(found) == 0 {
		return disputes.Case{}
	}
	return found[0]
}

func (p *process) reaches(customer, state string) disputes.Case {
	p.t.Helper()
	p.until(customer+" in "+state, func() bool { return p.of(customer).State == state })
	return p.of(customer)
}

var portalLink = regexp.MustCompile(`http://\S+/enter/[A-Za-z0-9_.-]+`)

// mailed is the link in the newest letter to an address.
func (p *process) mailed(to string) string {
	p.t.Helper()
	link := ""
	inside(p.t, p.path, func(l *ledger.Ledger, _ *disputes.Desk) {
		for _, state := range []string{ledger.Queued, ledger.Sending, ledger.Failed, ledger.Unknown} {
			letters, err := l.Letters(p.t.Context(), state)
			if err != nil {
				p.t.Fatal(err)
			}
			for _, one := range letters {
				var m mail.Letter
				if one.Channel != mail.Channel || one.To != to || json.Unmarshal(one.Content, &m) != nil {
					continue
				}
				if found := portalLink.FindString(m.Text); found != "" {
					link = found
				}
			}
		}
	})
	if link == "" {
		p.t.Fatalf("no letter to %s has a link", to)
	}
	return link
}

// A dispute from the portal and one by mail, each to its end: filed, validated, decided, answered, settled, and seen in the figures.
func TestDisputesFromFilingToPaymentInstruction(t *testing.T) {
	p := through(t)

	// The customer comes in by mailed link and files with a document.
	p.open(p.portal + "/")
	p.submit("form[action='/link']", map[string]string{"address": "ana@one.example"})
	p.open(p.mailed("ana@one.example"))
	p.submit("main form", nil)
	p.open(p.portal + "/file?invoice=I1")
	proof := filepath.Join(p.dir, "delivery note.pdf")
	put(t, proof, "%PDF-1.7 eight of ten")
	if err := chromedp.Do(p.ctx, chromedp.SetUploadFiles(chromedp.CSS("#document"), []string{proof})); err != nil {
		t.Fatal(err)
	}
	p.submit("form[action='/file']", map[string]string{"amount:I1": "400.00", "reason": "damaged", "text": "Two of ten were broken."})
	if !p.shows("delivery note.pdf") {
		t.Error("the customer does not see what was enclosed")
	}

	// Another files by mail; a rule settles it.
	postTo(t, p.dir, "Authentication-Results: mx.example.com; dmarc=pass header.from=two.example\nReturn-Path: <bob@two.example>\nFrom: Bob <bob@two.example>\n"+
		"To: ar@example.com\nSubject: Invoice I2\nMessage-ID: <1@two.example>\n\nThe freight on I2 was not agreed.\n")
	byRule := p.reaches("C2", "answer")
	if byRule.Report == nil || byRule.Proposal == nil || byRule.Decided == nil || byRule.Proposal.Needs != 0 {
		t.Errorf("the small claim was not settled by rule: %+v", byRule)
	}
	routed := p.reaches("C1", "review")
	if routed.Report == nil || routed.Owner == "" {
		t.Errorf("the large claim was not validated and routed: %+v", routed)
	}

	// Discussed, proposed, approved by a second user, answered.
	p.as("ann")
	p.does(routed.ID, "remark", map[string]string{"text": "they ask every quarter"})
	p.does(routed.ID, "say", map[string]string{"text": "Which two were broken?"})
	p.does(routed.ID, "propose", map[string]string{"kind": "reject", "reasons": "The delivery was signed for."})
	p.as("app")
	p.does(routed.ID, "approve", nil)
	told := p.reaches("C1", "answer")

	// The customer rejects; another level looks again and pays back, which takes two.
	p.open(p.mailed("ana@one.example"))
	p.submit("main form", nil)
	p.open(p.portal + "/case/" + told.ID)
	if p.shows("they ask every quarter") || !p.shows("Which two were broken?") || !p.shows("The delivery was signed for.") {
		t.Error("the customer sees what is ours alone, or not what was said")
	}
	p.submit("form[action$='/reject']", map[string]string{"reason": "It was signed for unopened."})
	p.reaches("C1", "appeal")
	p.as("max")
	p.does(told.ID, "propose", map[string]string{"kind": "refund", "award_0": "400.00", "reasons": "Two of ten were broken.", "root_cause": "carrier"})
	p.as("app")
	p.does(told.ID, "approve", nil)
	if got := p.of("C1"); got.State != "approval" || len(got.Proposal.Approvals) != 1 {
		t.Fatalf("one approval was enough to pay money back: %+v", got)
	}
	p.as("fin")
	p.does(told.ID, "approve", nil)
	p.reaches("C1", "answer")
	p.open(p.portal + "/case/" + told.ID)
	p.submit("form[action$='/accept']", nil)
	p.reaches("C1", "settling")

	p.instructed(told.ID)
	p.seen(told.ID, byRule.ID)
	p.end()
}

// instructed wants the refund written once, confirms it as the books would, and wants the case closed.
func (p *process) instructed(id string) {
	p.t.Helper()
	refunds := func() []string {
		found, err := filepath.Glob(filepath.Join(p.dir, ".arrears", "instructions", "outbox", "*", "*.xml"))
		if err != nil {
			p.t.Fatal(err)
		}
		return found
	}
	p.until("the refund instruction", func() bool { return len(refunds()) > 0 })
	text, err := os.ReadFile(refunds()[0])
	if err != nil {
		p.t.Fatal(err)
	}
	for _, want := range []string{"pain.001.001.09", "FR1420041010050500013M02606", `Ccy="EUR">400.00<`, id} {
		if !strings.Contains(string(text), want) {
			p.t.Errorf("the instruction lacks %s: %s", want, text)
		}
	}
	if c := p.of("C1"); len(c.Orders) != 1 || len(refunds()) != 1 {
		p.t.Errorf("%d instructions in %d files", len(c.Orders), len(refunds()))
	}
	p.as("max")
	p.does(id, "confirm", map[string]string{"text": "paid"})
	closed := p.reaches("C1", "closed")
	if closed.Awarded().String() != "400" || !closed.Upheld.IsZero() || closed.Outcome != disputes.OutcomeValid || closed.RootCause != "carrier" {
		p.t.Errorf("closed as %s with %s awarded and %s upheld for %s", closed.Outcome, closed.Awarded(), closed.Upheld, closed.RootCause)
	}
	if again := refunds(); len(again) != 1 {
		p.t.Errorf("afterwards there are %d files", len(again))
	}
}

// seen wants both cases in the next refresh's figures, metrics and worklist, and in the audit trail.
func (p *process) seen(settled, waiting string) {
	p.t.Helper()
	p.until("the closed dispute in the marts", func() bool {
		found := decode[map[string]any](p.t, must(p.t, exitDone, "query", "select dispute_id, outcome, cast(upheld as varchar) as upheld from core.dispute where dispute_id = '"+settled+"/1'", "-c", p.path, "-o", "json"))
		return len(found) == 1 && found[0]["outcome"] == "valid"
	})
	if open := kpis(p.t, "-c", p.path)["open_disputes"]; open.String() != "20" {
		p.t.Errorf("%s EUR are in dispute, want the 20 of the one that waits for its answer", open)
	}
	p.until("the metric", func() bool { _, text := p.get("/metrics"); return strings.Contains(text, "arrears_disputes_open") })
	listed := must(p.t, exitDone, "worklist", "-c", p.path, "-o", "json").stdout
	if !strings.Contains(listed, `"C1"`) || strings.Contains(listed, `"C2"`) {
		p.t.Errorf("C1 owes again and C2's dispute is open: %s", listed)
	}
	events := decode[map[string]any](p.t, must(p.t, exitDone, "events", "--about", "dispute:"+settled, "-c", p.path, "-o", "json"))
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, show(e["type"]))
	}
	for _, want := range []string{"filed", "validated", "remarked", "said", "proposed", "approved", "statement sent", "rejected", "accepted", "instructed", "instruction confirmed", "closed"} {
		if !slices.Contains(kinds, want) {
			p.t.Errorf("the audit trail of %s lacks %q: %v", settled, want, kinds)
		}
	}
	if !strings.Contains(must(p.t, exitDone, "verify", "-c", p.path).stdout, "events") {
		p.t.Error("the ledger does not verify")
	}
	if waiting == settled {
		p.t.Error("both are one case")
	}
}

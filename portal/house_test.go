package portal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/collections"
	"arrears/disputes"
	"arrears/ledger"
	"arrears/ledger/link"
	"arrears/ledger/mail"
)

// Whatever belongs to customer C2, or is said among ourselves, holds this word: nobody else may ever see it.
const canary = "CANARY"

// A house is a portal for customers C1 and C2, whose invoices are C1-A and C1-B, C2-CANARY-A and so on, with people and a clock.
type house struct {
	t      testing.TB
	l      *ledger.Ledger
	desk   *disputes.Desk
	links  link.Key
	shelf  disputes.Shelf
	server *httptest.Server
	now    time.Time
	ana    ledger.Actor // analyst
	max    ledger.Actor // manager
}

// invoices of a customer.
func invoices(customer string) []string {
	if customer == "C2" {
		return []string{"C2-CANARY-A", "C2-CANARY-B"}
	}
	return []string{customer + "-A", customer + "-B"}
}

type books struct{}

func (books) Customer(_ context.Context, id string) (disputes.Customer, error) {
	if id != "C1" && id != "C2" {
		return disputes.Customer{}, disputes.ErrNotInBooks
	}
	return disputes.Customer{ID: id, Name: names[id], Entity: "E1"}, nil
}

func (books) Invoice(_ context.Context, customer, id string) (disputes.Invoice, error) {
	for _, own := range invoices(customer) {
		if own == id {
			amount := decimal.NewFromInt(5000)
			return disputes.Invoice{ID: id, Customer: customer, Entity: "E1", Currency: "EUR", Amount: amount, Open: amount, Rate: decimal.NewFromInt(1),
				IssuedOn: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)}, nil
		}
	}
	return disputes.Invoice{}, disputes.ErrNotInBooks
}

var (
	names    = map[string]string{"C1": "Harbour Tools", "C2": "CANARY Works"}
	contacts = map[string][]string{"one@example.com": {"C1"}, "canary@example.com": {"C2"}}
)

// debts are the books of collections.
type debts struct{}

func (debts) Customer(_ context.Context, id string) (bool, error) {
	return id == "C1" || id == "C2", nil
}
func (debts) Plans(context.Context, string) ([]collections.OpenPlan, int64, error) {
	return nil, 0, nil
}
func (debts) Collector(context.Context, string) (bool, error) { return false, nil }
func (debts) Open(context.Context, string, string) (decimal.Decimal, string, error) {
	return decimal.Zero, "", nil
}

func (debts) Invoice(_ context.Context, customer, id string) (bool, error) {
	return slices.Contains(invoices(customer), id), nil
}

type bookAccounts struct{}

func (bookAccounts) Of(_ context.Context, address string) ([]string, error) {
	return contacts[address], nil
}

func (bookAccounts) Account(_ context.Context, customer string) (Account, error) {
	a := Account{Customer: customer, Name: names[customer], AsOf: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	for i, id := range invoices(customer) {
		a.Items = append(a.Items, Item{Invoice: id, Number: "1", Currency: "EUR", Open: decimal.NewFromInt(5000), DaysPastDue: int64(10 - 20*i),
			IssuedOn: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), DueOn: time.Date(2026, 10, 22, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 20*i)})
	}
	a.Credits = []Credit{{Source: customer + "-" + strings.TrimPrefix(names[customer], "Harbour ") + "-CR", Kind: "payment", Currency: "EUR", Open: decimal.RequireFromString("120.50")}}
	return a, nil
}

func newHouse(t testing.TB) *house {
	t.Helper()
	state := t.TempDir()
	h := &house{t: t, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), shelf: disputes.Shelf{State: state}}
	clock := func() time.Time { return h.now }
	ctx := context.Background()
	var err error
	if h.l, err = ledger.Open(ctx, state, ledger.Options{Projections: []ledger.Projection{disputes.Projection()}, Now: clock}); err != nil {
		t.Fatal(err)
	}
	h.ana, h.max = h.hire("ana", "analyst"), h.hire("max", "manager")
	h.desk = disputes.New(h.l, disputes.Default(), disputes.Options{Books: books{}, Now: clock})
	if h.links, err = link.Load(state, clock); err != nil {
		t.Fatal(err)
	}
	h.server = httptest.NewUnstartedServer(nil)
	address, err := url.Parse("http://" + h.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Options{
		Company: "Example Company", Address: address, Accounts: bookAccounts{}, Desk: h.desk, Shelf: h.shelf, Links: h.links, Ledger: h.l, Promises: collections.New(h.l, debts{}, time.UTC),
		Zone: time.UTC, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), Now: clock,
		Statement: func(_ context.Context, c disputes.Case) ([]byte, error) { return []byte("%PDF-" + c.Customer), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	h.server.Config.Handler = p
	h.server.Start()
	t.Cleanup(func() {
		h.server.Close()
		if err := h.l.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

const password = "correct horse battery"

// hire makes a user who has signed in.
func (h *house) hire(name, role string) ledger.Actor {
	h.t.Helper()
	ctx, program := context.Background(), ledger.Program("test")
	if err := h.l.SetUser(ctx, program, ledger.User{Name: name, Title: name, Roles: []string{role}, Active: true}, "test"); err != nil {
		h.t.Fatal(err)
	}
	if err := h.l.SetPassword(ctx, program, name, password, "test"); err != nil {
		h.t.Fatal(err)
	}
	token, err := h.l.SignIn(ctx, name, password)
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := h.l.Session(ctx, token)
	if err != nil {
		h.t.Fatal(err)
	}
	return s.Actor
}

// A browser keeps cookies and follows no redirects.
type browser struct {
	h *house
	*http.Client
}

func (h *house) browser() browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return browser{h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// An answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (b browser) do(r *http.Request) answer {
	b.h.t.Helper()
	response, err := b.Do(r)
	if err != nil {
		b.h.t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || response.Body.Close() != nil {
		b.h.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

func (b browser) get(path string) answer {
	b.h.t.Helper()
	r, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodGet, b.h.server.URL+path, nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return b.do(r)
}

func (b browser) post(path string, form url.Values) answer {
	b.h.t.Helper()
	r, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodPost, b.h.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// send posts a form with documents: names and what is in them.
func (b browser) send(path string, form url.Values, documents ...string) answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			b.must(w.WriteField(name, v))
		}
	}
	for i := 0; i < len(documents); i += 2 {
		part, err := w.CreateFormFile("document", documents[i])
		b.must(err)
		_, err = io.WriteString(part, documents[i+1])
		b.must(err)
	}
	b.must(w.Close())
	r, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodPost, b.h.server.URL+path, &body)
	b.must(err)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r)
}

func (b browser) must(err error) {
	b.h.t.Helper()
	if err != nil {
		b.h.t.Fatal(err)
	}
}

var linkShape = regexp.MustCompile(`http://[^/\s]+(/enter/[A-Za-z0-9_.-]+)`)

// mailed are the links in letters to an address, oldest first.
func (h *house) mailed(address string) []string {
	h.t.Helper()
	letters, err := h.l.Letters(h.t.Context(), ledger.Queued)
	if err != nil {
		h.t.Fatal(err)
	}
	var links []string
	for _, l := range letters {
		var m mail.Letter
		if l.Channel != mail.Channel || l.To != address {
			continue
		}
		if err := json.Unmarshal(l.Content, &m); err != nil {
			h.t.Fatal(err)
		}
		for _, found := range linkShape.FindAllStringSubmatch(m.Text, -1) {
			links = append(links, found[1])
		}
	}
	return links
}

// signedIn is a browser in which a contact has come in.
func (h *house) signedIn(address string) browser {
	h.t.Helper()
	b := h.browser()
	h.now = h.now.Add(time.Minute)
	if got := b.post("/link", url.Values{"address": {address}}); got.status != http.StatusOK {
		h.t.Fatalf("asking for a link: %d %s", got.status, got.body)
	}
	links := h.mailed(address)
	if len(links) == 0 {
		h.t.Fatalf("no link was mailed to %s", address)
	}
	if got := b.post(links[len(links)-1], nil); got.status != http.StatusSeeOther {
		h.t.Fatalf("coming in: %d %s", got.status, got.body)
	}
	return b
}

// filed is a dispute of a customer about the first invoice.
func (h *house) filed(customer string) disputes.Case {
	h.t.Helper()
	c, err := h.desk.File(h.t.Context(), ledger.Customer(customer, "one@example.com"), ledger.NewKey(), disputes.Claim{
		Customer: customer, Currency: "EUR", Reason: "price", Text: "The price is wrong, says " + names[customer], Channel: disputes.Portal,
		Contact: "one@example.com", Verified: true, Lines: []disputes.Line{{Invoice: invoices(customer)[0], Amount: decimal.NewFromInt(900)}},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// decided is that dispute once the customer has been told that nothing is wrong, with what we said among ourselves.
func (h *house) decided(customer string) disputes.Case {
	h.t.Helper()
	ctx := h.t.Context()
	c := h.filed(customer)
	steps := []func() (disputes.Case, error){
		func() (disputes.Case, error) {
			return h.desk.Remark(ctx, h.ana, ledger.NewKey(), c.ID, canary+" among ourselves")
		},
		func() (disputes.Case, error) {
			return h.desk.Move(ctx, h.ana, ledger.NewKey(), c.ID, "review", "looked at")
		},
		func() (disputes.Case, error) {
			return h.desk.Propose(ctx, h.ana, ledger.NewKey(), c.ID, disputes.Offer{Kind: disputes.Reject, Reasons: []string{"the price list says so"}})
		},
		func() (disputes.Case, error) {
			return h.desk.Approve(ctx, h.max, ledger.NewKey(), c.ID, c.Proposal.Hash, "")
		},
		func() (disputes.Case, error) { return h.desk.Send(ctx, h.ana, ledger.NewKey(), c.ID) },
	}
	for i, take := range steps {
		after, err := take()
		if err != nil {
			h.t.Fatalf("step %d: %v", i, err)
		}
		c = after
	}
	return c
}

func key() string { return fmt.Sprint("test-", ledger.NewKey()) }

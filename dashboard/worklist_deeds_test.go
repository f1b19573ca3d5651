package dashboard

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/shopspring/decimal"
	"golang.org/x/net/html"

	"arrears/collections"
	"arrears/ledger"
)

// anyBooks know the customers of these tests, and all their invoices.
type anyBooks struct{}

func (anyBooks) Customer(_ context.Context, id string) (bool, error) {
	return strings.HasPrefix(id, "C0"), nil
}

func (anyBooks) Invoice(_ context.Context, _, id string) (bool, error) { return id != "unknown", nil }

func (anyBooks) Open(_ context.Context, _, id string) (decimal.Decimal, string, error) {
	currency := "EUR"
	if strings.HasSuffix(id, " USD") {
		currency = "USD"
	}
	return decimal.NewFromInt(int64(len(id))), currency, nil
}

func (anyBooks) Collector(_ context.Context, name string) (bool, error) {
	return strings.HasSuffix(name, "-1"), nil
}

func (anyBooks) Plans(context.Context, string) ([]collections.OpenPlan, int64, error) {
	return nil, 0, nil
}

// newDesk is the pages with a desk that writes down what collectors do. The figures hold nothing of it.
func newDesk(t testing.TB) (*Handler, *marts) {
	t.Helper()
	end, err := staff.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m := &marts{db: newCompany(t).fill().db, landed: end.Sequence}
	opts := testOptions(m)
	opts.Collections = collections.New(staff, anyBooks{}, time.UTC).WriteLetters(anyLetters{})
	opts.Now = time.Now
	opts.StaleAfter = 100 * 365 * 24 * time.Hour
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return h, m
}

// post sends a form as a user.
func post(t testing.TB, h http.Handler, user, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "arrears", Value: tokenOf(t, user)})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const besideC003 = "/worklist?collector=EAST-1&customer=C003"

func TestCallIsOnThePageAtOnceAndWrittenOnce(t *testing.T) {
	h, _ := newDesk(t)
	page := httptest.NewRecorder()
	h.ServeHTTP(page, as(t, "collector", http.MethodGet, besideC003))
	key := regexp.MustCompile(`name="key" value="(\w+)"`).FindStringSubmatch(page.Body.String())
	if key == nil {
		t.Fatalf("no form: %s", page.Body)
	}
	form := url.Values{"key": {key[1]}, "customer": {"C003"}, "channel": {"call"}, "direction": {"out"}, "outcome": {"reached"},
		"text": {`<b>"will pay"</b>`}, "back": {besideC003}}
	for range 2 { // the button was pressed twice
		if w := post(t, h, "collector", "/worklist/call", form); w.Code != http.StatusSeeOther || w.Header().Get("Location") != besideC003+"#customer" {
			t.Fatalf("%d %s %s", w.Code, w.Header().Get("Location"), w.Body)
		}
	}
	root := document(t, h, besideC003)
	beside := reads(byID(t, root, "customer"))
	if !strings.Contains(beside, "Not in the figures yet") || strings.Count(beside, "call: reached, collector") != 1 || !strings.Contains(beside, `<b>"will pay"</b>`) {
		t.Errorf("beside the list: %s", beside)
	}
	lines := find(root, func(n *html.Node) bool { return strings.Contains(attribute(n, "class"), "line here") })
	if len(lines) != 1 || !strings.Contains(attribute(lines[0], "class"), "dealt") || !strings.Contains(reads(lines[0]), "call: reached") {
		t.Errorf("the list does not say what was done: %s", reads(lines[0]))
	}
	events, err := staff.Of(t.Context(), ledger.Subject{Kind: "customer", ID: "C003"}, 0)
	if err != nil || len(events) != 1 || events[0].Actor.Name() != "collector" || events[0].Actor.Kind() != ledger.KindUser {
		t.Errorf("%+v %v", events, err)
	}
	form.Set("outcome", "no_answer")
	if w := post(t, h, "collector", "/worklist/call", form); w.Code != http.StatusConflict {
		t.Errorf("something else under the same key: %d", w.Code)
	}
}

func TestMistakesComeBackWithTheForm(t *testing.T) {
	h, _ := newDesk(t)
	form := url.Values{"key": {"k-promise"}, "customer": {"C003"}, "amount": {"1,000"}, "currency": {"EUR"}, "due_on": {"2020-01-01"},
		"channel": {"call"}, "text": {"as <agreed>"}, "back": {besideC003}}
	w := post(t, h, "collector", "/worklist/promise", form)
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	root, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	dialog := byID(t, root, "do-promise")
	if !hasAttribute(dialog, "open") || !strings.Contains(reads(dialog), "is no amount") || !strings.Contains(reads(dialog), "lies between") ||
		!strings.Contains(reads(dialog), "as <agreed>") {
		t.Errorf("the form says %s", reads(dialog))
	}
	if end, err := staff.Of(t.Context(), ledger.Subject{Kind: "customer", ID: "C003"}, 0); err != nil || len(end) > 1 {
		t.Errorf("a promise with mistakes was written down: %v", end)
	}
	for user, want := range map[string]int{"auditor": 403, "cfo": 403, "manager": 422} {
		if w := post(t, h, user, "/worklist/promise", form); w.Code != want {
			t.Errorf("%s: %d", user, w.Code)
		}
	}
	if w := post(t, h, "collector", "/worklist/pay", url.Values{"key": {"x"}, "back": {"https://elsewhere.example/"}}); w.Code != http.StatusNotFound {
		t.Errorf("%d", w.Code)
	}
	form = url.Values{"key": {ledger.NewKey()}, "customer": {"C003"}, "text": {"x"}, "back": {"//elsewhere.example/worklist"}}
	if w := post(t, h, "collector", "/worklist/note", form); w.Header().Get("Location") != "/worklist#customer" {
		t.Errorf("sent to %s", w.Header().Get("Location"))
	}
}

func hasAttribute(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// Everything that can be done, done; what the figures hold is pending no more.
func TestEveryDeedIsWrittenDown(t *testing.T) {
	h, m := newDesk(t)
	day := time.Now().UTC().AddDate(0, 0, 3).Format(time.DateOnly)
	for kind, more := range map[string]url.Values{
		"call": {"channel": {"mail"}, "direction": {"in"}, "outcome": {"asked"}}, "note": {"text": {"x"}},
		"promise": {"amount": {"12.50"}, "currency": {"EUR"}, "due_on": {day}},
		"snooze":  {"until": {day}, "reason": {"r"}}, "pin": {"reason": {"r"}}, "skip": {"reason": {"r"}}, "hold": {"reason": {"r"}, "until": {day}},
		"plan":  {"invoices": {"INV-1\r\nINV-2"}, "instalments": {day + " 7.50"}, "currency": {"EUR"}, "channel": {"call"}},
		"legal": {"until": {day}, "reason": {"second default notice"}}, "end": {"what": {"hold"}, "reason": {"r"}}, "assign": {"collector": {"WEST-1"}, "reason": {"r"}},
	} {
		more.Set("key", ledger.NewKey())
		more.Set("customer", "C005")
		more.Set("back", "/worklist?customer=C005")
		if w := post(t, h, "manager", "/worklist/"+kind, more); w.Code != http.StatusSeeOther {
			t.Errorf("%s: %d %s", kind, w.Code, w.Body)
		}
	}
	pending := func() string { return reads(byID(t, document(t, h, "/worklist?customer=C005"), "customer")) }
	send := func(kind string, form url.Values) *httptest.ResponseRecorder {
		form.Set("key", ledger.NewKey())
		form.Set("customer", "C005")
		form.Set("back", "/worklist?customer=C005")
		return post(t, h, "manager", "/worklist/"+kind, form)
	}
	if strings.Contains(pending(), "Which payment plan") {
		t.Error("there is one plan, and it is asked which")
	}
	if w := send("plan", url.Values{"invoices": {"INV-9 USD"}, "instalments": {day + " 6"}, "currency": {"USD"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("a second plan: %d %s", w.Code, w.Body)
	}
	unnamed := send("end", url.Values{"what": {"plan"}, "reason": {"r"}})
	usd := regexp.MustCompile(`value="(\w+)"[^>]*>6.00 USD<`).FindStringSubmatch(unnamed.Body.String())
	if unnamed.Code != http.StatusUnprocessableEntity || !strings.Contains(unnamed.Body.String(), "name the one to end: open are") || usd == nil {
		t.Fatalf("which of two is not asked: %d %s", unnamed.Code, unnamed.Body)
	}
	for _, form := range []url.Values{{"what": {"plan"}, "plan": {usd[1]}, "reason": {"r"}}, {"what": {"plan"}, "reason": {"r"}}} {
		if w := send("end", form); w.Code != http.StatusSeeOther {
			t.Errorf("%v: %d %s", form, w.Code, w.Body)
		}
	}
	for _, want := range []string{"mail from the customer: asked", "promised 12.50 EUR", "snoozed until", "pinned", "skipped today", "on hold until", "hold ended", "note", "given to WEST-1",
		"payment plan of 7.50 EUR in 1 instalments", "with legal until", "payment plan in USD ended", "payment plan in EUR ended"} {
		if !strings.Contains(pending(), want) {
			t.Errorf("pending is not %q: %s", want, pending())
		}
	}
	end, err := staff.End(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m.set(func(m *marts) { m.landed = end.Sequence })
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if said := pending(); strings.Contains(said, "Not in the figures yet") {
		t.Errorf("what the figures hold is still pending: %s", said)
	}
}

func TestProgressCountsWhoWasDealtWith(t *testing.T) {
	h, _ := newDesk(t)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, as(t, "manager", http.MethodGet, besideC003))
	before := progressIn(t, w.Body.String())
	for _, customer := range []string{"C002", "C002"} {
		form := url.Values{"key": {ledger.NewKey()}, "customer": {customer}, "reason": {"closed on Mondays"}, "back": {besideC003}}
		if w := post(t, h, "collector", "/worklist/skip", form); w.Code != http.StatusSeeOther {
			t.Fatal(w.Code, w.Body)
		}
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, as(t, "manager", http.MethodGet, besideC003))
	if after := progressIn(t, w.Body.String()); before[2] != after[2] || before[1] == after[1] {
		t.Errorf("from %v to %v", before[1:], after[1:])
	}
}

func progressIn(t *testing.T, page string) []string {
	t.Helper()
	found := regexp.MustCompile(`<b>(\d+) of (\d+)</b> dealt with today`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no progress on the page")
	}
	return found
}

func TestKeysOpenTheDialogsOfTheWorklist(t *testing.T) {
	h, _ := newDesk(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	b.open("/worklist?collector=EAST-1&customer=C001", 1440, 900, false)
	for key, dialog := range map[string]string{"c": "do-call", "p": "do-promise", "n": "do-note", "s": "do-snooze"} {
		b.press(key)
		b.await("document.querySelector('dialog:modal')?.id === '" + dialog + "' && document.activeElement.closest('dialog')?.id === '" + dialog + "'")
		evaluate[bool](b, "document.querySelector('dialog:modal [data-cancel]').click() === undefined")
	}
	for _, window := range windows {
		b.open("/worklist?collector=EAST-1&customer=C001&do=promise", window.width, window.height, window.dark)
		b.await("document.querySelector('dialog:modal')")
		b.keep("worklist-promise-" + window.name)
		if evaluate[bool](b, "document.documentElement.scrollWidth > innerWidth") {
			t.Errorf("%s: the page is wider than its window", window.name)
		}
	}
	b.open("/worklist?collector=EAST-1&customer=C001", 1440, 900, false)
	b.press("n")
	evaluate[bool](b, "(document.querySelector('#do-note textarea').value = 'rang twice') !== ''")
	if err := chromedp.Do(b.ctx, chromedp.Click(chromedp.CSS("#do-note button.main")), chromedp.WaitReady(chromedp.CSS("#customer .pending"))); err != nil {
		t.Fatal(err)
	}
	if said := evaluate[string](b, "document.querySelector('#customer .pending').innerText"); !strings.Contains(said, "rang twice") {
		t.Errorf("pending is %s", said)
	}
	b.keep("worklist-pending")
	b.clean()
}

// A supervisor gives a customer to another collector and takes it back; collectors do not.
func TestOnlyASupervisorReassigns(t *testing.T) {
	h, _ := newDesk(t)
	form := func(more url.Values) url.Values {
		more.Set("key", ledger.NewKey())
		more.Set("customer", "C006")
		more.Set("reason", "holidays")
		return more
	}
	given := url.Values{"collector": {"WEST-1"}}
	if w := post(t, h, "collector", "/worklist/assign", form(given)); w.Code != http.StatusForbidden {
		t.Errorf("a collector gives a customer away: %d", w.Code)
	}
	if w := post(t, h, "collector", "/worklist/end", form(url.Values{"what": {"assign"}})); w.Code != http.StatusForbidden {
		t.Errorf("a collector takes a customer back: %d", w.Code)
	}
	if w := post(t, h, "manager", "/worklist/assign", form(url.Values{"collector": {"nobody"}})); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("given to nobody: %d", w.Code)
	}
	for _, one := range []struct {
		path string
		more url.Values
	}{{"/worklist/assign", given}, {"/worklist/end", url.Values{"what": {"assign"}}}} {
		if w := post(t, h, "manager", one.path, form(one.more)); w.Code != http.StatusSeeOther {
			t.Errorf("%s: %d %s", one.path, w.Code, w.Body)
		}
	}
	shown := reads(byID(t, document(t, h, "/worklist?customer=C006"), "customer"))
	for _, want := range []string{"given to WEST-1", "given back", "holidays"} {
		if !strings.Contains(shown, want) {
			t.Errorf("lacks %q: %s", want, shown)
		}
	}
}

// anyLetters are written to everybody but C007.
type anyLetters struct{}

func (anyLetters) Overdue(_ context.Context, customer, text string) (collections.Letter, error) {
	if customer == "C007" {
		return collections.Letter{}, collections.Mistakes{{Field: "text", Text: "nothing is past due"}}
	}
	return collections.Letter{To: customer + "@example.com", Subject: "Past due", Body: "Please pay.\n\n" + text,
		Message: ledger.Message{Channel: "mail", To: customer + "@example.com", Content: []byte(`{"subject":"s","text":"t"}`)}}, nil
}

// A letter is shown before it goes out, and goes out as it was shown.
func TestALetterIsReadBeforeItGoesOut(t *testing.T) {
	h, _ := newDesk(t)
	queued := func() int {
		letters, err := staff.Letters(t.Context(), ledger.Queued)
		if err != nil {
			t.Fatal(err)
		}
		return len(letters)
	}
	before := queued()
	form := func(customer, seen string) url.Values {
		return url.Values{"key": {ledger.NewKey()}, "customer": {customer}, "back": {"/worklist?customer=" + customer}, "text": {"By Friday, please."}, "seen": {seen}}
	}
	w := post(t, h, "collector", "/worklist/mail", form("C004", ""))
	read, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	shown := reads(byID(t, read, "do-mail"))
	for _, want := range []string{"C004@example.com", "Past due", "Please pay. By Friday, please.", "Send"} {
		if w.Code != http.StatusOK || !strings.Contains(shown, want) {
			t.Errorf("%d, lacks %q: %s", w.Code, want, shown)
		}
	}
	seen := regexp.MustCompile(`name="seen" value="([0-9a-f]{64})"`).FindStringSubmatch(w.Body.String())
	if len(seen) == 0 || queued() != before {
		t.Fatalf("%v, %d letters", seen, queued()-before)
	}
	for range 2 {
		if w := post(t, h, "collector", "/worklist/mail", form("C004", seen[1])); w.Code != http.StatusSeeOther || queued() != before+1 {
			t.Errorf("sent: %d %s, %d letters", w.Code, w.Body, queued()-before)
		}
	}
	if shown := reads(byID(t, document(t, h, "/worklist?customer=C004"), "customer")); !strings.Contains(shown, "mail: past due letter") {
		t.Errorf("pending lacks the letter: %s", shown)
	}
	if w := post(t, h, "collector", "/worklist/mail", form("C007", "")); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "nothing is past due") {
		t.Errorf("of nothing: %d", w.Code)
	}
}

package dashboard

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/collections"
	"arrears/disputes"
	"arrears/ledger"
)

// billed are the books of disputes: customers C001 to C014, and any invoice.
type billed struct{}

func (billed) Customer(_ context.Context, id string) (disputes.Customer, error) {
	if !strings.HasPrefix(id, "C0") {
		return disputes.Customer{}, fmt.Errorf("customer %s %w", id, disputes.ErrNotInBooks)
	}
	return disputes.Customer{ID: id, Name: "Customer " + id, Entity: "DE01"}, nil
}

func (billed) Invoice(_ context.Context, customer, id string) (disputes.Invoice, error) {
	amount := decimal.NewFromInt(50_000)
	return disputes.Invoice{ID: id, Customer: customer, Entity: "DE01", Currency: "EUR", Amount: amount, Open: amount, Rate: decimal.NewFromInt(1)}, nil
}

// found supports half of every claim.
type found struct{}

func (found) Validate(_ context.Context, c disputes.Case) (disputes.Report, error) {
	half := c.Claimed().Div(decimal.NewFromInt(2)).Truncate(2)
	return disputes.Report{Verdict: disputes.Valid, Supported: half, Tests: []disputes.Test{
		{Name: "price", Verdict: disputes.Valid, Amount: half, Says: "The agreed price is lower.", Rows: []disputes.Proof{{Table: "prices", Key: "P-7", Values: map[string]string{"price": "9.50"}}}},
		{Name: "duplicate", Verdict: disputes.Invalid, Says: "No other invoice is like it."},
		{Name: "quantity", Verdict: disputes.Undecidable, Says: "There is no delivery note."}}}, nil
}

// newCases is the pages with a desk for disputes.
func newCases(t testing.TB) (*Handler, *disputes.Desk) {
	t.Helper()
	opts := testOptions(&marts{db: newCompany(t).fill().db})
	opts.Disputes = disputes.New(staff, disputes.Default(), disputes.Options{Books: billed{}, Validator: found{}})
	opts.Collections = collections.New(staff, anyBooks{}, time.UTC)
	opts.Verify = func(ctx context.Context) (ledger.Evidence, error) {
		return ledger.Verify(ctx, staffState, ledger.Question{Projections: []ledger.Projection{disputes.Projection()}})
	}
	opts.Documents = disputes.Shelf{State: t.TempDir()}
	opts.Now = time.Now
	opts.StaleAfter = 100 * 365 * 24 * time.Hour
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h, opts.Disputes
}

// filed files a dispute by the form and returns its number.
func filed(t testing.TB, h http.Handler, user string, more url.Values) string {
	t.Helper()
	form := url.Values{"key": {ledger.NewKey()}, "customer": {"C003"}, "lines": {"INV-00005 1250.00\nINV-01005 750.50"}, "currency": {"EUR"},
		"reason": {"price"}, "text": {"too expensive"}, "contact": {"buyer@example.com"}, "back": {disputesPath}}
	for name, values := range more {
		form[name] = values
	}
	w := post(t, h, user, disputesPath, form)
	id := strings.TrimPrefix(w.Header().Get("Location"), disputesPath+"/")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(id, "D-") {
		t.Fatalf("%d %s %s", w.Code, id, w.Body)
	}
	return id
}

// do sends a form of the case page.
func do(t testing.TB, h http.Handler, user, id, kind string, want int, pairs ...string) string {
	t.Helper()
	form := url.Values{"key": {ledger.NewKey()}, "back": {disputesPath + "/" + id}}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	w := post(t, h, user, disputesPath+"/"+id+"/"+kind, form)
	if w.Code != want {
		t.Errorf("%s does %s with %s: %d, want %d: %s", user, kind, id, w.Code, want, w.Body)
	}
	return w.Body.String()
}

func caseText(t testing.TB, h http.Handler, user, id string) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, as(t, user, http.MethodGet, disputesPath+"/"+id))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", id, w.Code, w.Body)
	}
	return w.Body.String()
}

// A document is shared by a link that stands on the case page while it opens, by who works on cases and where there is a portal.
func TestDocumentIsSharedOnTheCasePage(t *testing.T) {
	h, d := newCases(t)
	id := filed(t, h, "collector", nil)
	doc, err := h.opts.Documents.Keep("note.pdf", []byte("%PDF-1.7"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Attach(t.Context(), ledger.Customer("C003", "buyer@example.com"), ledger.NewKey(), id, doc); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(caseText(t, h, "analyst", id), "Share a document") {
		t.Error("there is no portal, and yet something can be shared")
	}
	h.opts.DocumentLink = func(disputed, digest string, until time.Time) string {
		return "https://portal.example/document/" + disputed + digest[:8] + until.Format("-20060102")
	}
	if !strings.Contains(caseText(t, h, "analyst", id), "Share a document") || strings.Contains(caseText(t, h, "auditor", id), "Share a document") {
		t.Error("an analyst shares, an auditor does not")
	}
	do(t, h, "auditor", id, "share", http.StatusForbidden, "document", doc.Digest, "days", "7")
	do(t, h, "analyst", id, "share", http.StatusUnprocessableEntity, "document", doc.Digest, "days", "many")
	do(t, h, "analyst", id, "share", http.StatusUnprocessableEntity, "document", strings.Repeat("0", 64), "days", "7")
	do(t, h, "analyst", id, "share", http.StatusSeeOther, "document", doc.Digest, "days", "7")
	link := h.opts.DocumentLink(id, doc.Digest, h.opts.Now().UTC().AddDate(0, 0, 7))
	if page := caseText(t, h, "auditor", id); !strings.Contains(page, link) || !strings.Contains(page, "shared by link until") {
		t.Errorf("the page does not show %s", link)
	}
	do(t, h, "auditor", id, "unshare", http.StatusForbidden, "document", doc.Digest, "why", "the wrong one")
	do(t, h, "analyst", id, "unshare", http.StatusUnprocessableEntity, "document", doc.Digest, "why", "")
	do(t, h, "analyst", id, "unshare", http.StatusSeeOther, "document", doc.Digest, "why", "the wrong one")
	do(t, h, "analyst", id, "unshare", http.StatusUnprocessableEntity, "document", doc.Digest, "why", "twice")
	if page := caseText(t, h, "analyst", id); strings.Contains(page, link) || !strings.Contains(page, "the link no longer opens") ||
		!strings.Contains(page, "sharing ended") || !strings.Contains(page, "the wrong one") || strings.Contains(page, "End a sharing") {
		t.Errorf("the page does not say that it was ended: %s", page)
	}
	do(t, h, "analyst", id, "share", http.StatusSeeOther, "document", doc.Digest, "days", "7")
	if !strings.Contains(caseText(t, h, "analyst", id), "End a sharing") {
		t.Error("what is shared again cannot be ended again")
	}
	h.opts.Now = func() time.Time { return time.Now().AddDate(0, 0, 8) }
	if page := caseText(t, h, "analyst", id); strings.Contains(page, "portal.example") || strings.Contains(page, "End a sharing") {
		t.Error("the page shows a link that opens nothing")
	}
}

// From filing to settlement by the forms of the pages, each step by who may take it.
func TestCaseIsWorkedOnFromFilingToSettlement(t *testing.T) {
	h, d := newCases(t)
	id := filed(t, h, "collector", nil)
	do(t, h, "auditor", id, "remark", http.StatusForbidden, "text", "x")
	do(t, h, "analyst", id, "validate", http.StatusSeeOther)
	do(t, h, "analyst", id, "say", http.StatusSeeOther, "text", "We look into it.", "channel", "mail")
	do(t, h, "analyst", id, "remark", http.StatusSeeOther, "text", "They always say so.")
	do(t, h, "analyst", id, "hear", http.StatusSeeOther, "text", "Please hurry", "channel", "call", "contact", "Ms Buyer")
	page := caseText(t, h, "analyst", id)
	for _, want := range []string{"The claim is valid: 1,000.25 EUR", "The agreed price is lower.", "prices P-7", "They always say so.", "Please hurry", "Castellan Works", "routing table"} {
		if !strings.Contains(page, want) {
			t.Errorf("the case page does not say %q", want)
		}
	}
	do(t, h, "analyst", id, "propose", http.StatusUnprocessableEntity, "kind", "credit", "award_invoice", "INV-00005", "award_0", "99999", "reasons", "r")
	again := do(t, h, "analyst", id, "propose", http.StatusUnprocessableEntity, "kind", "credit", "award_invoice", "INV-00005", "award_0", "1,000", "reasons", "kept <text>")
	if !strings.Contains(again, "is no amount") || !strings.Contains(again, "kept &lt;text&gt;") || !strings.Contains(again, `id="do-propose" aria-labelledby="title-do-propose" open`) {
		t.Errorf("the form does not come back with its mistake: %s", again)
	}
	do(t, h, "analyst", id, "propose", http.StatusSeeOther, "kind", "credit", "award_invoice", "INV-00005", "award_0", "900.25", "reasons", "The list says so", "root_cause", "price_list")
	if c, err := d.Case(t.Context(), id); err != nil || c.Proposal == nil || c.Proposal.Needs != 1 || !c.Proposal.Awarded().Equal(decimal.RequireFromString("900.25")) {
		t.Fatalf("%+v %v", c.Proposal, err)
	}
	hash := regexp.MustCompile(`name="hash" value="(\w+)"`)
	if hash.MatchString(caseText(t, h, "analyst", id)) {
		t.Error("who proposed is offered the approval")
	}
	approve := hash.FindStringSubmatch(caseText(t, h, "approver", id))
	if approve == nil {
		t.Fatal("the approver is not offered the approval")
	}
	do(t, h, "analyst", id, "approve", http.StatusForbidden, "hash", approve[1])
	do(t, h, "approver", id, "approve", http.StatusConflict, "hash", strings.Repeat("0", 64))
	do(t, h, "approver", id, "approve", http.StatusSeeOther, "hash", approve[1])
	do(t, h, "analyst", id, "send", http.StatusSeeOther)
	do(t, h, "analyst", id, "reject", http.StatusSeeOther, "hash", approve[1], "why", "wants all of it")
	do(t, h, "analyst", id, "refund", http.StatusNotFound)
	if c, err := d.Case(t.Context(), id); err != nil || c.State != "appeal" || c.Rounds != 1 {
		t.Errorf("after the customer's no: %s %v", c.State, err)
	}
	if w := get(t, h, disputesPath+"/D-999999"); w.Code != http.StatusNotFound {
		t.Errorf("a case that is not there: %d", w.Code)
	}
}

// What was filed wrongly is put right in the same words in which it is filed; what is left empty stays.
func TestClaimIsPutRight(t *testing.T) {
	h, d := newCases(t)
	id := filed(t, h, "analyst", url.Values{"lines": {"INV-00005 line 10 1250.00\nINV-01005 750.50"}})
	if page := caseText(t, h, "analyst", id); !strings.Contains(page, "INV-00005 line 10 1250.00\nINV-01005 750.50</textarea>") {
		t.Error("the form does not begin with the claim as it is")
	}
	do(t, h, "analyst", id, "amend", http.StatusSeeOther, "lines", "INV-00005 line 10 1100\r\nINV-00101 20.25\r\n", "customer", "C004", "why", "the customer wrote again")
	c, err := d.Case(t.Context(), id)
	if err != nil || c.Customer != "C004" || c.Reason != "price" || writtenLines(c.Lines, "EUR") != "INV-00005 line 10 1100.00\nINV-00101 20.25" || c.Lines[0].OrderLine != "10" {
		t.Errorf("%+v %v", c, err)
	}
	do(t, h, "analyst", id, "amend", http.StatusSeeOther, "reason", "freight", "why", "it is the freight")
	if c, err = d.Case(t.Context(), id); err != nil || c.Reason != "freight" || len(c.Lines) != 2 {
		t.Errorf("%+v %v", c, err)
	}
	again := do(t, h, "analyst", id, "amend", http.StatusUnprocessableEntity, "lines", "INV-00005", "why", "x")
	if !strings.Contains(again, "is no invoice and amount") || !strings.Contains(again, `id="do-amend" aria-labelledby="title-do-amend" open`) {
		t.Error("the form does not come back with its mistake")
	}
	do(t, h, "analyst", id, "amend", http.StatusUnprocessableEntity, "lines", "INV-00005 -5", "why", "x")
}

func TestBoardShowsCasesByStateAndFilters(t *testing.T) {
	h, _ := newCases(t)
	mine := filed(t, h, "analyst", url.Values{"customer": {"C005"}, "reason": {"freight"}, "lines": {"INV-00101 77.00"}})
	other := filed(t, h, "analyst", url.Values{"customer": {"C006"}, "reason": {"tax"}})
	for address, want := range map[string][]bool{
		disputesPath: {true, true}, disputesPath + "?customer=C005": {true, false}, disputesPath + "?reason=tax": {false, true},
		disputesPath + "?invoice=INV-00101": {true, false}, disputesPath + "?state=closed&closed=1": {false, false}, disputesPath + "?owner=nobody": {false, false},
	} {
		page := get(t, h, address).Body.String()
		if got := []bool{strings.Contains(page, mine), strings.Contains(page, other)}; !slices.Equal(got, want) {
			t.Errorf("%s shows %v, want %v", address, got, want)
		}
	}
	w := post(t, h, "analyst", disputesPath, url.Values{"key": {ledger.NewKey()}, "customer": {"nobody"}, "lines": {"INV-1"}, "text": {"still <here>"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "is no invoice and amount") || !strings.Contains(w.Body.String(), "still &lt;here&gt;") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// What a stranger sends is handed out to be kept, never to be run under our name; and only as part of its own case.
func TestDocumentIsHandedOutAsAnAttachment(t *testing.T) {
	h, _ := newCases(t)
	id := filed(t, h, "analyst", nil)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"key": ledger.NewKey(), "text": "see <b>there</b>", "channel": "mail", "back": disputesPath} {
		if err := form.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("documents", `list "\r\n../x.txt`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("the agreed prices")); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := as(t, "analyst", http.MethodPost, disputesPath+"/"+id+"/hear")
	r.Body, r.ContentLength = http.NoBody, 0
	r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, disputesPath+"/"+id+"/hear", &body)
	r.AddCookie(&http.Cookie{Name: "arrears", Value: tokenOf(t, "analyst")})
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	link := regexp.MustCompile(`/disputes/` + id + `/documents/\w+`).FindString(caseText(t, h, "analyst", id))
	got := get(t, h, link)
	if got.Code != http.StatusOK || got.Body.String() != "the agreed prices" || !strings.HasPrefix(got.Header().Get("Content-Disposition"), "attachment") ||
		got.Header().Get("Content-Type") != "application/octet-stream" || got.Header().Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
		t.Errorf("%d %v", got.Code, got.Header())
	}
	other := filed(t, h, "analyst", nil)
	if w := get(t, h, strings.Replace(link, id, other, 1)); w.Code != http.StatusNotFound {
		t.Errorf("as part of another case: %d", w.Code)
	}
}

func TestDisputesWorkInABrowser(t *testing.T) {
	h, _ := newCases(t)
	server := httptest.NewServer(h)
	defer server.Close()
	id := filed(t, h, "collector", nil)
	filed(t, h, "analyst", url.Values{"reason": {"other"}, "customer": {"C001"}, "text": {"<script>alert(1)</script> " + strings.Repeat("long", 60)}})
	do(t, h, "analyst", id, "validate", http.StatusSeeOther)
	do(t, h, "analyst", id, "say", http.StatusSeeOther, "text", "We look into it.", "channel", "mail")
	do(t, h, "analyst", id, "remark", http.StatusSeeOther, "text", "They always say so.")
	do(t, h, "analyst", id, "propose", http.StatusSeeOther, "kind", "credit", "award_invoice", "INV-00005", "award_0", "900.25", "reasons", "The list says so")
	b := newBrowser(t, server.URL)
	b.signIn("approver")
	for _, window := range windows {
		for name, path := range map[string]string{"disputes-": disputesPath, "dispute-": disputesPath + "/" + id, "dispute-file-": disputesPath + "?do=file"} {
			b.open(path, window.width, window.height, window.dark)
			b.keep(name + window.name)
			if evaluate[bool](b, "document.documentElement.scrollWidth > innerWidth") {
				t.Errorf("%s: %s is wider than its window", window.name, path)
			}
			if nameless := evaluate[int](b, "[...document.querySelectorAll('a, button, summary, select, textarea, input:not([type=hidden])')].filter(e => !(e.textContent.trim() || e.ariaLabel || e.labels && e.labels.length)).length"); nameless > 0 {
				t.Errorf("%s: %d things to press have no name", path, nameless)
			}
			if twice := evaluate[string](b, "(ids => ids.filter((id, i) => ids.indexOf(id) !== i).join())([...document.querySelectorAll('[id]')].map(e => e.id))"); twice != "" {
				t.Errorf("%s: two elements are called %s", path, twice)
			}
		}
	}
	b.clean()
}

// At fifty requests a second, of many cases, nine hundred and ninety of a thousand pages are there within fifty milliseconds.
func BenchmarkCasePage(b *testing.B) {
	h, _ := newCases(b)
	var ids []string
	for i := range 40 {
		id := filed(b, h, "analyst", url.Values{"customer": {fmt.Sprintf("C%03d", i%14+1)}})
		do(b, h, "analyst", id, "validate", http.StatusSeeOther)
		ids = append(ids, id)
		get(b, h, disputesPath+"/"+id) // what is known of the customer is read once a run
	}
	const persecond, asked = 50, 500
	b.ResetTimer()
	for b.Loop() {
		took := make([]time.Duration, asked)
		var all sync.WaitGroup
		tick := time.NewTicker(time.Second / persecond)
		for i := range asked {
			<-tick.C
			all.Go(func() {
				start := time.Now()
				if w := get(b, h, disputesPath+"/"+ids[i%len(ids)]); w.Code != http.StatusOK {
					b.Error(w.Code)
				}
				took[i] = time.Since(start)
			})
		}
		tick.Stop()
		all.Wait()
		slices.Sort(took)
		b.ReportMetric(float64(took[asked*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(took[asked/2].Microseconds())/1000, "median-ms")
	}
}

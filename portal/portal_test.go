package portal

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

func TestLinkSignsInOnce(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	if got := b.get("/account"); got.status != http.StatusSeeOther || got.header.Get("Location") != "/" {
		t.Errorf("a stranger's account: %d %s", got.status, got.header)
	}
	known := b.post("/link", url.Values{"address": {" One@Example.com "}})
	unknown := b.post("/link", url.Values{"address": {"two@example.com"}})
	if known.status != http.StatusOK || strings.ReplaceAll(known.body, "one@", "two@") != unknown.body {
		t.Errorf("the answers to a known and an unknown address differ:\n%s\n%s", known.body, unknown.body)
	}
	if others := h.mailed("two@example.com"); len(others) > 0 {
		t.Errorf("a stranger was mailed %s", others)
	}
	links := h.mailed("one@example.com")
	if len(links) != 1 {
		t.Fatalf("links %s", links)
	}
	for range 2 { // a mail program that looks at links uses nothing up
		if got := h.browser().get(links[0]); got.status != http.StatusOK || !strings.Contains(got.body, "Continue") {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	if got := b.post(links[0], nil); got.status != http.StatusSeeOther {
		t.Errorf("coming in: %d", got.status)
	}
	if got := b.get("/account"); got.status != http.StatusOK || !strings.Contains(got.body, "C1-B") || !strings.Contains(got.body, "9,879.50 EUR") {
		t.Errorf("the account is %d %s", got.status, got.body)
	}
	if got := h.browser().post(links[0], nil); got.status != http.StatusGone {
		t.Errorf("a second time: %d", got.status)
	}
	if got := b.post("/leave", nil); got.status != http.StatusSeeOther || b.get("/account").status != http.StatusSeeOther {
		t.Errorf("still in after leaving: %d", got.status)
	}
}

func TestOldLinkOpensNothing(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	b.post("/link", url.Values{"address": {"one@example.com"}})
	links := h.mailed("one@example.com")
	h.now = h.now.Add(entryOpens)
	if got := b.post(links[0], nil); got.status != http.StatusGone {
		t.Errorf("%d", got.status)
	}
	changed := links[0][:len(links[0])-1] + "x"
	if got := b.get(changed); got.status != http.StatusGone {
		t.Errorf("a changed link: %d", got.status)
	}
}

func TestAskingForLinksIsLimited(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	last := 0
	for range 10 {
		last = b.post("/link", url.Values{"address": {"one@example.com"}}).status
	}
	if last != http.StatusTooManyRequests || len(h.mailed("one@example.com")) > 5 {
		t.Errorf("the tenth got %d, and %d links went out", last, len(h.mailed("one@example.com")))
	}
}

func TestCustomerFilesWithADocument(t *testing.T) {
	h := newHouse(t)
	b := h.signedIn("one@example.com")
	if got := b.get("/file?invoice=C1-B"); !strings.Contains(got.body, `value="C1-B" checked`) || strings.Contains(got.body, `value="C1-A" checked`) {
		t.Errorf("the form is %s", got.body)
	}
	form := url.Values{"customer": {"C1"}, "key": {key()}, "invoice": {"C1-B"}, "amount:C1-B": {"12,50"}, "reason": {"price"}, "text": {"<b>wrong</b> price"}}
	filed := b.send("/file", form, "price list.pdf", "%PDF-1.7 prices")
	if filed.status != http.StatusSeeOther {
		t.Fatalf("%d %s", filed.status, filed.body)
	}
	place := filed.header.Get("Location")
	if again := b.send("/file", form, "price list.pdf", "%PDF-1.7 prices"); again.header.Get("Location") != place {
		t.Errorf("filed twice: %s and %s", place, again.header.Get("Location"))
	}
	page := b.get(place).body
	for _, want := range []string{"12.50 EUR", "&lt;b&gt;wrong&lt;/b&gt; price", "price list.pdf", "The price is not the one agreed"} {
		if !strings.Contains(page, want) {
			t.Errorf("the dispute does not show %q: %s", want, page)
		}
	}
	c, err := h.desk.Case(t.Context(), strings.TrimPrefix(place, "/case/"))
	if err != nil || c.Customer != "C1" || !c.Verified || c.Contact != "one@example.com" || len(c.Documents) != 1 {
		t.Fatalf("%+v %v", c, err)
	}
	doc := b.get(place + "/document/" + c.Documents[0].Digest)
	if doc.body != "%PDF-1.7 prices" || doc.header.Get("Content-Disposition") != `attachment; filename="price list.pdf"` ||
		doc.header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" {
		t.Errorf("the document comes back as %d %v %s", doc.status, doc.header, doc.body)
	}
}

func TestWhatIsWrongWithAFilingIsSaid(t *testing.T) {
	h := newHouse(t)
	b := h.signedIn("one@example.com")
	good := func() url.Values {
		return url.Values{"customer": {"C1"}, "key": {key()}, "invoice": {"C1-A"}, "amount:C1-A": {"10.00"}, "reason": {"price"}, "text": {"too much"}}
	}
	for want, change := range map[string]func(url.Values) []string{
		"Tick at least one":     func(f url.Values) []string { f.Del("invoice"); return nil },
		"write the amount like": func(f url.Values) []string { f.Set("amount:C1-A", "1,234.50"); return nil },
		"reason":                func(f url.Values) []string { f.Set("reason", "no such reason"); return nil },
		"this is none":          func(url.Values) []string { return []string{"run.exe", "MZ"} },
		"at most 10 MB":         func(url.Values) []string { return []string{"a.txt", strings.Repeat("a", disputes.LargestDocument+1)} },
		"was not complete":      func(f url.Values) []string { f.Del("key"); return nil },
		"ten documents at most": func(url.Values) []string { return strings.Split(strings.Repeat("a.txt,a,", 11), ",")[:22] },
		"Documents of one message": func(url.Values) []string {
			big := strings.Repeat("a", 9<<20)
			return []string{"a.txt", big, "b.txt", big, "c.txt", big}
		},
	} {
		f := good()
		documents := change(f)
		got := b.send("/file", f, documents...)
		if got.status != http.StatusUnprocessableEntity && got.status != http.StatusRequestEntityTooLarge || !strings.Contains(got.body, want) {
			t.Errorf("%q: %d %s", want, got.status, got.body)
		}
	}
	if cases, err := h.desk.Cases(t.Context(), disputes.Filter{}); err != nil || len(cases) != 0 {
		t.Errorf("%d disputes were filed all the same, %v", len(cases), err)
	}
}

func TestDecisionIsAnsweredOnce(t *testing.T) {
	h := newHouse(t)
	c := h.decided("C1")
	b := h.browser()
	opened := b.post("/enter/"+h.links.Sign(CasePurpose, c.ID, h.now.Add(time.Hour)), nil)
	if opened.status != http.StatusSeeOther {
		t.Fatalf("%d %s", opened.status, opened.body)
	}
	page := b.get("/case/" + c.ID)
	if !strings.Contains(page.body, "the price list says so") || !strings.Contains(page.body, c.Decided.Hash) || strings.Contains(page.body, canary) {
		t.Errorf("the decision is shown as %s", page.body)
	}
	if got := b.get("/case/" + c.ID + "/statement.pdf"); got.body != "%PDF-C1" {
		t.Errorf("the statement is %d %s", got.status, got.body)
	}
	if got := b.get("/account"); got.status != http.StatusSeeOther {
		t.Errorf("the link to one dispute opens the account: %d", got.status)
	}
	if got := b.post("/case/"+c.ID+"/accept", url.Values{"key": {key()}, "hash": {"another"}}); got.status != http.StatusConflict {
		t.Errorf("a decision that was not shown: %d", got.status)
	}
	if got := b.post("/case/"+c.ID+"/reject", url.Values{"key": {key()}, "hash": {c.Decided.Hash}}); got.status != http.StatusConflict || !strings.Contains(got.body, "reason") {
		t.Errorf("a rejection without a reason: %d %s", got.status, got.body)
	}
	if got := b.post("/case/"+c.ID+"/reject", url.Values{"key": {key()}, "hash": {c.Decided.Hash}, "reason": {"look at the contract"}}); got.status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.status, got.body)
	}
	after, err := h.desk.Case(t.Context(), c.ID)
	if err != nil || after.State != "appeal" || after.Decided.Why != "look at the contract" {
		t.Errorf("%+v %v", after, err)
	}
	if got := b.post("/case/"+c.ID+"/accept", url.Values{"key": {key()}, "hash": {c.Decided.Hash}}); got.status != http.StatusConflict {
		t.Errorf("an answer after the answer: %d", got.status)
	}
	if got := b.get("/case/" + c.ID); !strings.Contains(got.body, "You have rejected") || strings.Contains(got.body, "Accept the decision") {
		t.Errorf("%s", got.body)
	}
}

func TestProcessIsExplainedToAnybody(t *testing.T) {
	got := newHouse(t).browser().get("/process")
	for _, want := range []string{"Waiting for your answer", "counts as accepted", "delivery note", "within 90 days"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("%q is not said: %s", want, got.body)
		}
	}
}

func TestAmountsHaveTheDecimalsOfTheirCurrency(t *testing.T) {
	for want, c := range map[string]struct{ value, currency string }{
		"3,757.47 EUR": {"3757.470", "EUR"}, "1,000,000.00 USD": {"1000000", "USD"}, "1,234 JPY": {"1234.000", "JPY"},
		"0.005 EUR": {"0.005", "EUR"}, "1.234 KWD": {"1.234", "KWD"}, "−12.50 EUR": {"-12.5", "EUR"}, "7.00 ???": {"7", "???"},
	} {
		if got := amount(decimal.RequireFromString(c.value), c.currency); got != want {
			t.Errorf("%s %s is %q, want %q", c.value, c.currency, got, want)
		}
	}
}

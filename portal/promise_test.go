package portal

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"arrears/ledger"
)

// promises are those on record, as "who: invoice amount currency by day".
func (h *house) promises() []string {
	h.t.Helper()
	events, err := h.l.Find(h.t.Context(), ledger.Query{Kind: "customer", Type: "promise"})
	if err != nil {
		h.t.Fatal(err)
	}
	var all []string
	for _, e := range events {
		var said struct {
			Invoice  string `json:"invoice"`
			Amount   string `json:"amount"`
			Currency string `json:"currency"`
			DueOn    string `json:"due_on"`
		}
		if err := e.Into(&said); err != nil {
			h.t.Fatal(err)
		}
		all = append(all, e.Actor.String()+": "+e.Subject.ID+" "+said.Invoice+" "+said.Amount+" "+said.Currency+" by "+said.DueOn)
	}
	return all
}

// A customer's word to pay own open items is a promise of that customer, once; nothing else is taken.
func TestCustomerPromisesToPay(t *testing.T) {
	h := newHouse(t)
	h.now = time.Now().UTC() // the desk of collections goes by the machine's clock
	b := h.signedIn("one@example.com")
	day := h.now.AddDate(0, 0, 5).Format(time.DateOnly)
	good := func() url.Values {
		return url.Values{"key": {key()}, "customer": {"C1"}, "invoice": {"C1-A"}, "amount:C1-A": {"1250,50"}, "amount:C1-B": {"9"}, "due_on": {day}}
	}
	form := b.get("/account/promise?customer=C1&invoice=C1-A")
	if form.status != http.StatusOK || !strings.Contains(form.body, `value="C1-A" checked`) || strings.Contains(form.body, `value="C1-B" checked`) {
		t.Fatalf("%d %s", form.status, form.body)
	}
	for name, try := range map[string]struct {
		field, value string
		status       int
	}{
		"no invoice":         {"invoice", "", http.StatusUnprocessableEntity},
		"another's invoice":  {"invoice", "C2-CANARY-A", http.StatusUnprocessableEntity},
		"another's account":  {"customer", "C2", http.StatusNotFound},
		"more than is open":  {"amount:C1-A", "5000.01", http.StatusUnprocessableEntity},
		"nothing":            {"amount:C1-A", "0", http.StatusUnprocessableEntity},
		"no amount":          {"amount:C1-A", "much", http.StatusUnprocessableEntity},
		"yesterday":          {"due_on", h.now.AddDate(0, 0, -1).Format(time.DateOnly), http.StatusUnprocessableEntity},
		"much later":         {"due_on", h.now.AddDate(0, 0, promisedWithin+1).Format(time.DateOnly), http.StatusUnprocessableEntity},
		"no day":             {"due_on", "soon", http.StatusUnprocessableEntity},
		"a day with a <sign": {"due_on", day + "<script>", http.StatusUnprocessableEntity},
		"no key":             {"key", "", http.StatusUnprocessableEntity},
	} {
		bad := good()
		bad.Set(try.field, try.value)
		if got := b.post("/account/promise", bad); got.status != try.status || strings.Contains(got.body, canary) || strings.Contains(got.body, "<script") {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if all := h.promises(); len(all) != 0 {
		t.Fatalf("%q", all)
	}
	said := good()
	for range 2 { // the button is pressed twice
		got := b.post("/account/promise", said)
		if got.status != http.StatusSeeOther || got.header.Get("Location") != "/account?promised="+day {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	if all := h.promises(); len(all) != 1 || all[0] != "customer C1 one@example.com: C1 C1-A 1250.5 EUR by "+day {
		t.Errorf("%q", all)
	}
	if got := b.get("/account?promised=" + day); !strings.Contains(got.body, "We have noted") {
		t.Errorf("nothing is said: %s", got.body)
	}
	limited := false
	for range 10 {
		limited = limited || strings.Contains(b.post("/account/promise", good()).body, "Wait a minute")
	}
	if !limited {
		t.Error("there is no end of promises")
	}
}

package chat

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/ledger"
	"arrears/ledger/webhook"
)

// books are those of customers C1 and C2, each with a contact.
type books struct{}

func (books) Customer(_ context.Context, id string) (disputes.Customer, error) {
	return disputes.Customer{ID: id}, nil
}

func (books) Invoice(_ context.Context, customer, id string) (disputes.Invoice, error) {
	amount := decimal.NewFromInt(100)
	return disputes.Invoice{ID: id, Customer: customer, Currency: "EUR", Amount: amount, Open: amount, Rate: decimal.NewFromInt(1)}, nil
}

func (books) Customers(_ context.Context, address string) ([]string, error) {
	return map[string][]string{"one@example.com": {"C1"}, "two@example.com": {"C2"}}[address], nil
}

var (
	key   = []byte("the key of the team's chat")
	other = []byte("the key of another chat system")
)

// A room is a receiver before a real desk, with a case of C1, and a clock.
type room struct {
	t    *testing.T
	desk *disputes.Desk
	case1,
	case2 string
	receiver http.Handler
	now      time.Time
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{t: t, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return r.now }
	l, err := ledger.Open(t.Context(), t.TempDir(), ledger.Options{Projections: []ledger.Projection{disputes.Projection()}, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	r.desk = disputes.New(l, disputes.Default(), disputes.Options{Books: books{}, Now: clock})
	r.case1, r.case2 = r.filed("C1"), r.filed("C2")
	mux := http.NewServeMux()
	mux.Handle("POST /webhooks/{name}", &Receiver{Desk: r.desk, Books: books{}, Keys: map[string][]byte{"team": key, "shop": other},
		Log: slog.New(slog.DiscardHandler), Now: clock})
	r.receiver = mux
	return r
}

func (r *room) filed(customer string) string {
	r.t.Helper()
	c, err := r.desk.File(r.t.Context(), ledger.Customer(customer, "someone@example.com"), ledger.NewKey(), disputes.Claim{Customer: customer, Currency: "EUR",
		Reason: "price", Channel: disputes.Portal, Lines: []disputes.Line{{Invoice: customer + "-1", Amount: decimal.NewFromInt(10)}}})
	if err != nil {
		r.t.Fatal(err)
	}
	return c.ID
}

// A call is one that is right, until a test changes it.
type call struct {
	name, id, body string
	at             time.Time
	key            []byte
	change         func(http.Header)
}

func (r *room) call(c call) *httptest.ResponseRecorder {
	r.t.Helper()
	asked := httptest.NewRequestWithContext(r.t.Context(), http.MethodPost, "/webhooks/"+c.name, strings.NewReader(c.body))
	webhook.Sign(c.key, asked.Header, c.id, c.at, []byte(c.body))
	if c.change != nil {
		c.change(asked.Header)
	}
	w := httptest.NewRecorder()
	r.receiver.ServeHTTP(w, asked)
	return w
}

func said(id, from, author, text string) string {
	return fmt.Sprintf(`{"case":%q,"from":%q,"author":%q,"text":%q}`, id, from, author, text)
}

func (r *room) last(id string) disputes.Moment {
	r.t.Helper()
	history, err := r.desk.History(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return history[len(history)-1]
}

func TestWhatIsSaidInAChatIsPutOnItsCase(t *testing.T) {
	r := newRoom(t)
	for i, c := range []struct {
		from, author, by, kind string
		alert, public          bool
	}{
		{"customer", "one@example.com", "customer C1 one@example.com", disputes.Heard, false, true},
		{"customer", "two@example.com", "program chat team", disputes.Heard, true, true}, // the contact of somebody else
		{"customer", "Ann", "program chat team", disputes.Heard, true, true},
		{"staff", "the analyst", "program chat team", disputes.Remarked, true, false},
	} {
		text := fmt.Sprintf("message %d of %s", i, c.author)
		if got := r.call(call{"team", fmt.Sprint("m-", i), said(r.case1, c.from, c.author, text), r.now, key, nil}); got.Code != http.StatusOK || got.Body.String() != "{\"taken\":true}\n" {
			t.Fatalf("%s: %d %s", c.author, got.Code, got.Body)
		}
		m := r.last(r.case1)
		if m.By.String() != c.by || m.Type != c.kind || m.Text != text || m.Channel != disputes.Chat || m.Contact != c.author || m.Public != c.public {
			t.Errorf("%s: %+v", c.author, m)
		}
		now, err := r.desk.Case(t.Context(), r.case1)
		if err != nil || strings.Contains(now.Alert, "nobody has verified") != c.alert {
			t.Errorf("%s: alert %q, %v", c.author, now.Alert, err)
		}
	}
}

// Whoever is refused has written nothing, and learns nothing of cases.
func TestHostileCallsWriteNothing(t *testing.T) {
	r := newRoom(t)
	good := call{"team", "m-1", said(r.case1, "customer", "one@example.com", "hello"), r.now, key, nil}
	if got := r.call(good); got.Code != http.StatusOK {
		t.Fatal(got.Body)
	}
	before, other1 := r.last(r.case1).Sequence, r.last(r.case2).Sequence
	for name, c := range map[string]struct {
		change func(*call)
		status int
	}{
		"no signature": {func(c *call) { c.change = func(h http.Header) { h.Del("Arrears-Signature") } }, http.StatusUnauthorized},
		"a short signature": {func(c *call) {
			c.change = func(h http.Header) { h.Set("Arrears-Signature", h.Get("Arrears-Signature")[:20]) }
		}, http.StatusUnauthorized},
		"an empty signature":        {func(c *call) { c.change = func(h http.Header) { h.Set("Arrears-Signature", "v1=") } }, http.StatusUnauthorized},
		"another's key":             {func(c *call) { c.key = other }, http.StatusUnauthorized},
		"no key":                    {func(c *call) { c.key = nil }, http.StatusUnauthorized},
		"an unknown name":           {func(c *call) { c.name = "nobody" }, http.StatusUnauthorized},
		"an unknown name, no key":   {func(c *call) { c.name, c.key = "nobody", nil }, http.StatusUnauthorized},
		"another time than signed":  {func(c *call) { c.change = func(h http.Header) { h.Set("Arrears-Timestamp", "1793610060") } }, http.StatusUnauthorized},
		"another id than signed":    {func(c *call) { c.change = func(h http.Header) { h.Set("Arrears-Id", "m-2") } }, http.StatusUnauthorized},
		"an old timestamp":          {func(c *call) { c.id, c.at = "m-2", r.now.Add(-6*time.Minute) }, http.StatusUnauthorized},
		"a timestamp of the future": {func(c *call) { c.id, c.at = "m-2", r.now.Add(6*time.Minute) }, http.StatusUnauthorized},
		"no id":                     {func(c *call) { c.id = "" }, http.StatusUnauthorized},
		"a long id":                 {func(c *call) { c.id = strings.Repeat("i", 101) }, http.StatusUnauthorized},
		"an id used before":         {func(c *call) { c.body = said(r.case1, "customer", "one@example.com", "other words") }, http.StatusConflict},
		"an id of another case":     {func(c *call) { c.body = said(r.case2, "customer", "two@example.com", "hello") }, http.StatusConflict},
		"the same call again":       {func(*call) {}, http.StatusOK},
		"no such case":              {func(c *call) { c.id, c.body = "m-2", said("D-999999", "customer", "one@example.com", "x") }, http.StatusNotFound},
		"no such case of staff":     {func(c *call) { c.id, c.body = "m-2", said("D-999999", "staff", "ana", "x") }, http.StatusNotFound},
		"nobody's words":            {func(c *call) { c.id, c.body = "m-2", said(r.case1, "customer", " ", "x") }, http.StatusUnprocessableEntity},
		"neither side":              {func(c *call) { c.id, c.body = "m-2", said(r.case1, "robot", "one@example.com", "x") }, http.StatusUnprocessableEntity},
		"no words":                  {func(c *call) { c.id, c.body = "m-2", said(r.case1, "customer", "one@example.com", "") }, http.StatusUnprocessableEntity},
		"signs that are no text":    {func(c *call) { c.id, c.body = "m-2", said(r.case1, "staff", "ana", "a\x00b") }, http.StatusBadRequest},
		"words without end":         {func(c *call) { c.id, c.body = "m-2", said(r.case1, "staff", "ana", strings.Repeat("a", 21_000)) }, http.StatusUnprocessableEntity},
		"no JSON":                   {func(c *call) { c.id, c.body = "m-2", "case=D-000001" }, http.StatusBadRequest},
		"two values":                {func(c *call) { c.id, c.body = "m-2", c.body+c.body }, http.StatusBadRequest},
		"a field nobody knows":      {func(c *call) { c.id, c.body = "m-2", `{"case":"D-000001","verified":true}` }, http.StatusBadRequest},
		"brackets without end":      {func(c *call) { c.id, c.body = "m-2", strings.Repeat("[", 60_000) }, http.StatusBadRequest},
		"a huge body":               {func(c *call) { c.id, c.body = "m-2", strings.Repeat(" ", Largest)+c.body }, http.StatusRequestEntityTooLarge},
	} {
		bad := good
		c.change(&bad)
		got := r.call(bad)
		if got.Code != c.status {
			t.Errorf("%s: %d %s, want %d", name, got.Code, got.Body, c.status)
		}
		if answer := got.Body.String(); strings.Contains(answer, "C1") || strings.Contains(answer, "example.com") || strings.Contains(answer, "hello") {
			t.Errorf("%s: the answer tells %s", name, answer)
		}
		if r.last(r.case1).Sequence != before || r.last(r.case2).Sequence != other1 {
			t.Fatalf("%s: something was written", name)
		}
	}
}

// The example of the reference is signed as it says.
func TestExampleOfTheReferenceIsTaken(t *testing.T) {
	text, err := os.ReadFile("../../docs/reference/mail.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(text), "    POST /webhooks/team\n")
	headers, rest, ended := strings.Cut(example, "\n\n    ")
	body, _, closed := strings.Cut(rest, "\n")
	if !found || !ended || !closed {
		t.Fatal("the page shows no example")
	}
	h := http.Header{}
	for line := range strings.SplitSeq(headers, "\n") {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		h.Set(name, value)
	}
	if id, err := webhook.Check([]byte("a key that nobody guesses"), h, []byte(body), time.Unix(1793602800, 0)); err != nil || id != "m-7781" {
		t.Error(id, err)
	}
}

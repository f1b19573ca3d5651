package intake

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"arrears/disputes"
	"arrears/ledger"
)

func TestClaimOfAKnownSenderIsFiled(t *testing.T) {
	d := open(t)
	path := filepath.Join(t.TempDir(), "1")
	if err := os.WriteFile(path, []byte("%PDF-1.7"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := d.take(t, d.message(func(m *Message) {
		m.Text = "The price is wrong. So is that of inv-1, INV-1002, and INV-2001 (not ours)."
		m.Files = []File{{"list.pdf", path}}
	}))
	c := d.of(t, r.Case)
	if r.Outcome != Filed || c.Customer != "C1" || !c.Verified || c.Reason != "price" || c.Channel != disputes.Mail || c.Contact != "ana@one.example" {
		t.Errorf("%+v %+v", r, c)
	}
	if len(c.Lines) != 2 || c.Lines[0].Invoice != "INV-1001" || !c.Lines[0].Amount.Equal(eur("500")) || !c.Lines[1].Amount.Equal(eur("80")) {
		t.Errorf("lines %+v", c.Lines)
	}
	if len(c.Documents) != 1 || c.Documents[0].Name != "list.pdf" || c.Documents[0].Type != "application/pdf" {
		t.Errorf("documents %+v", c.Documents)
	}
	if content, err := d.Shelf.Open(c.Documents[0].Digest); err != nil || string(content) != "%PDF-1.7" {
		t.Error(err)
	}
	if sent := d.sent(t); len(sent) != 1 || sent[0].To != "ana@one.example" {
		t.Errorf("sent %+v", sent)
	}
}

func TestWhoIsNotVouchedForHasNoEffectAndLearnsNothing(t *testing.T) {
	for name, change := range map[string]func(*Message){
		"a stranger":                     func(m *Message) { m.From = "eve@stranger.example" },
		"a contact nobody vouches for":   func(m *Message) { m.Authentic, m.Vouched = false, "dmarc=fail" },
		"a contact of several customers": func(m *Message) { m.From, m.Subject = "shared@agency.example", "Invoices" },
		"nobody":                         func(m *Message) { m.From = "" },
	} {
		d := open(t)
		r := d.take(t, d.message(change))
		c := d.of(t, r.Case)
		if r.Outcome != Filed || c.Verified || len(c.Lines) != 0 || r.Why == "" {
			t.Errorf("%s: %+v %+v", name, r, c)
		}
		if sent := d.sent(t); len(sent) != 0 {
			t.Errorf("%s is written to: %+v", name, sent)
		}
		history, err := d.Desk.(*disputes.Desk).History(context.Background(), c.ID)
		if err != nil || !slices.ContainsFunc(history, func(m disputes.Moment) bool { return m.Type == disputes.Remarked && strings.Contains(m.Text, r.Why) }) {
			t.Errorf("%s: nobody is told why: %+v %v", name, history, err)
		}
	}
}

func TestSharedContactIsKnownByTheInvoicesNamed(t *testing.T) {
	d := open(t)
	r := d.take(t, d.message(func(m *Message) { m.From, m.Subject = "shared@agency.example", "INV-2001" }))
	if c := d.of(t, r.Case); c.Customer != "C2" || !c.Verified || len(c.Lines) != 1 {
		t.Errorf("%+v", c)
	}
}

func TestInvoiceIsFoundInWhatIsForwarded(t *testing.T) {
	d := open(t)
	r := d.take(t, d.message(func(m *Message) { m.Subject, m.Text, m.Quoted = "FW", "", "> Our invoice INV-1002" }))
	if c := d.of(t, r.Case); len(c.Lines) != 1 || c.Lines[0].Invoice != "INV-1002" || !strings.Contains(c.Text, "Our invoice") {
		t.Errorf("%+v", c)
	}
	r = d.take(t, d.message(func(m *Message) { m.Quoted = "> INV-1002, INV-1003" }))
	if c := d.of(t, r.Case); len(c.Lines) != 1 || c.Lines[0].Invoice != "INV-1001" {
		t.Errorf("what is said comes before what is repeated: %+v", c)
	}
}

func TestInvoicesInAnotherCurrencyAreLeftToAPerson(t *testing.T) {
	d := open(t)
	r := d.take(t, d.message(func(m *Message) { m.Text = "and INV-1003" }))
	if c := d.of(t, r.Case); len(c.Lines) != 1 || c.Currency != "EUR" || !strings.Contains(r.Why, "INV-1003 (USD)") {
		t.Errorf("%+v %s", c, r.Why)
	}
}

func TestReasonIsGuessedByKeywordsAlone(t *testing.T) {
	for text, want := range map[string]string{
		"The price is wrong":                   "price",
		"Der PREIS stimmt nicht.":              "price",
		"We were billed twice":                 "duplicate",
		"The priceless goods":                  Unclear,
		"the price, and the goods are damaged": Unclear,
		"please call":                          Unclear,
		"":                                     Unclear,
	} {
		if got := guess(disputes.Default(), text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestAnswersFindTheirCase(t *testing.T) {
	var c disputes.Case
	var letter string
	for _, tc := range []struct {
		name    string
		change  func(*Message)
		outcome string
		same    bool
		says    string
	}{
		{"in reply to our letter", func(m *Message) { m.References = []string{letter + "@example.com"} }, Heard, true, ""},
		{"in reply to our letter, nobody vouches", func(m *Message) { m.References, m.Authentic = []string{letter + "@example.com"}, false }, Heard, true, "Nobody vouches"},
		{"in reply to our letter, by a stranger", func(m *Message) { m.References, m.From = []string{letter + "@example.com"}, "eve@stranger.example" }, Filed, false, "no contact of that case"},
		{"in reply to our letter, by another customer", func(m *Message) { m.References, m.From = []string{letter + "@example.com"}, "bob@two.example" }, Filed, false, "no contact of that case"},
		{"with the signed number", func(m *Message) {
			m.Subject = "Re: [" + Marker{func(s string) string { return "secret " + s }}.Of(c.ID) + "]"
		}, Heard, true, ""},
		{"to the signed address", func(m *Message) {
			m.To = []string{"ar+" + strings.ToLower(Marker{func(s string) string { return "secret " + s }}.Of(c.ID)) + "@example.com"}
			m.Authentic = false
		}, Heard, true, "Nobody vouches"},
		{"with a number signed by somebody else", func(m *Message) {
			m.Subject, m.Authentic = "["+Marker{func(s string) string { return "guess " + s }}.Of(c.ID)+"]", false
		}, Filed, false, "nobody vouches for its sender"},
		{"with the bare number", func(m *Message) { m.Subject = "About " + c.ID }, Heard, true, ""},
		{"with the bare number, nobody vouches", func(m *Message) { m.Subject, m.Authentic = "About "+c.ID, false }, Filed, false, "nobody vouches for its sender"},
		{"with the bare number, by a stranger", func(m *Message) { m.Subject, m.From = "About "+c.ID, "eve@stranger.example" }, Filed, false, "no contact of that case"},
		{"with a number that is none", func(m *Message) { m.Subject, m.Text = "About D-999999", "and INV-1002" }, Filed, false, ""},
		{"about the same invoice", func(m *Message) { m.Subject = "INV-1001" }, Heard, true, ""},
		{"about the same invoice and another", func(m *Message) { m.Subject = "INV-1001, INV-1002" }, Filed, false, ""},
		{"about the same invoice, nobody vouches", func(m *Message) { m.Subject, m.Authentic = "INV-1001", false }, Filed, false, "INV-1001 of the customer"},
		{"soon after our letter", func(*Message) {}, Heard, true, ""},
		{"long after our letter", func(m *Message) { m.At = m.At.Add(echoWithin) }, Filed, false, "which are meant"},
		{"in reply to the first message", func(m *Message) { m.References = []string{"1@one.example"} }, Heard, true, ""},
		{"by a colleague of the customer", func(m *Message) { m.Subject, m.From = "About "+c.ID, "shared@agency.example" }, Heard, true, ""},
		{"repeating only", func(m *Message) { m.Subject, m.Text = "Re: "+c.ID, "" }, Heard, true, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := open(t)
			c = d.of(t, d.take(t, d.message(func(*Message) {})).Case)
			letter = d.sent(t)[0].ID
			d.now = d.now.Add(time.Hour)
			r := d.take(t, d.message(func(m *Message) { m.Subject = "Re: it"; m.Text = fmt.Sprint("Here is more. ", tc.name); tc.change(m) }))
			if r.Outcome != tc.outcome || (r.Case == c.ID) != tc.same || !strings.Contains(r.Why, tc.says) {
				t.Errorf("%+v", r)
			}
			if tc.same && len(d.sent(t)) != 1 {
				t.Errorf("sent %+v", d.sent(t))
			}
		})
	}
}

// A stranger whose own mail server is in order is still a stranger on the case that they filed.
func TestStrangerSpeaksForNoCustomer(t *testing.T) {
	d := open(t)
	stranger := func(m *Message) { m.From, m.ID = "eve@stranger.example", m.Digest+"@stranger.example" }
	first := d.take(t, d.message(stranger))
	r := d.take(t, d.message(func(m *Message) { stranger(m); m.References = []string{first.MessageID} }))
	if r.Outcome != Heard || r.Case != first.Case {
		t.Fatalf("%+v", r)
	}
	history, err := d.Desk.(*disputes.Desk).History(context.Background(), r.Case)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range history {
		if m.By.Kind() == ledger.KindCustomer {
			t.Errorf("%s by %s", m.Type, m.By)
		}
	}
	if c := d.of(t, r.Case); c.Verified || c.Alert == "" {
		t.Errorf("nobody is told: %+v", c)
	}
}

func TestWhatIsCountedLeadsToNothing(t *testing.T) {
	d := open(t)
	first := d.message(func(*Message) {})
	d.take(t, first)
	letter := d.sent(t)[0].ID
	for want, change := range map[string]func(*Message){
		"an automatic reply":    func(m *Message) { m.Automatic = "an automatic reply" },
		"it has 200.0 MB":       func(m *Message) { m.Refused = "it has 200.0 MB" },
		"from ourselves":        func(m *Message) { m.From = "AR@example.com" },
		"a letter of ours came": func(m *Message) { m.ID = letter + "@example.com" },
		"the same message":      func(m *Message) { m.Digest = first.Digest },
		"the same words":        func(m *Message) { m.Text = first.Text },
	} {
		if r := d.take(t, d.message(change)); r.Outcome != Counted || !strings.Contains(r.Why, want) {
			t.Errorf("%s: %+v", want, r)
		}
	}
	if sent := d.sent(t); len(sent) != 1 {
		t.Errorf("sent %+v", sent)
	}
	all, err := Records(context.Background(), d.l, Filter{})
	if err != nil || len(all) != 7 {
		t.Errorf("%d records, %v", len(all), err)
	}
	if counted, err := Records(context.Background(), d.l, Filter{Outcome: Counted, Since: d.now}); err != nil || len(counted) != 6 {
		t.Errorf("%d counted, %v", len(counted), err)
	}
}

func TestSenderFilesSoManyClaimsADayAndNobodyElses(t *testing.T) {
	d := open(t)
	spoofed := func(m *Message) { m.Authentic = false }
	for range mostCases {
		if r := d.take(t, d.message(spoofed)); r.Outcome != Filed {
			t.Fatalf("%+v", r)
		}
	}
	if r := d.take(t, d.message(spoofed)); r.Outcome != Counted || !strings.Contains(r.Why, "within a day") {
		t.Errorf("%+v", r)
	}
	if r := d.take(t, d.message(func(*Message) {})); r.Outcome != Filed {
		t.Errorf("the real sender is shut out: %+v", r)
	}
	d.now = d.now.Add(25 * time.Hour)
	if r := d.take(t, d.message(spoofed)); r.Outcome != Filed {
		t.Errorf("%+v", r)
	}
}

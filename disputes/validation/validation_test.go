package validation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

func eur(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func on(month, day int) time.Time {
	return time.Date(2025, time.Month(month), day, 10, 0, 0, 0, time.UTC)
}

// A world is one customer with one invoice over 1,000.00 of which all is open, and what else is said of them.
type world struct {
	account Account
	cases   []disputes.Case
	days    int
	claim   disputes.Case
}

func newWorld() *world {
	return &world{
		account: Account{Known: true, Email: "ap@acme.example", Invoices: []Invoice{
			{ID: "I1", Customer: "C1", Currency: "EUR", Amount: eur("1000"), Open: eur("1000"), IssuedOn: on(3, 1)},
			{ID: "I2", Customer: "C2", Currency: "EUR", Amount: eur("777"), Open: eur("777"), IssuedOn: on(3, 1)},
		}},
		days: 90,
		claim: disputes.Case{ID: "D-000009", Customer: "C1", Currency: "EUR", Reason: "price", Channel: disputes.Portal, Contact: "AP@acme.example",
			Verified: true, Rate: eur("1"), OpenedAt: on(3, 20), Lines: []disputes.Line{{Invoice: "I1", Amount: eur("100")}}},
	}
}

func (w *world) Account(_ context.Context, customer string, invoices []string) (Account, error) {
	a := w.account
	a.Invoices = slices.DeleteFunc(slices.Clone(a.Invoices), func(i Invoice) bool { return !slices.Contains(invoices, i.ID) })
	return a, nil
}

func (w *world) Cases(_ context.Context, f disputes.Filter) ([]disputes.Case, error) {
	return slices.DeleteFunc(slices.Clone(w.cases), func(c disputes.Case) bool {
		return f.Customer != "" && c.Customer != f.Customer || f.Contact != "" && c.Contact != f.Contact
	}), nil
}

func (w *world) SeenElsewhere(_ context.Context, digest, customer string) (found []string, _ error) {
	for _, c := range w.cases {
		for _, d := range c.Documents {
			if d.Digest == digest && c.Customer != customer {
				found = append(found, c.ID)
			}
		}
	}
	return found, nil
}

func (w *world) Model(context.Context) (disputes.Model, error) {
	return disputes.Model{FilingDays: w.days}, nil
}

func (w *world) report(t *testing.T) disputes.Report {
	t.Helper()
	r, err := New(w, w, DefaultLimits).Validate(t.Context(), w.claim)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func found(rule, verdict, amount string) Finding {
	return Finding{Invoice: "I1", OrderNo: "S1", LineNo: "10", Rule: rule, Verdict: verdict, Amount: eur(amount), Found: "11", Expected: "10", Table: "prices", Key: "C1/P/2025-01-01"}
}

func TestConditionsAndEvidenceMakeAVerdict(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(w *world)
		verdict string // and what is supported
		tests   string // those that must come out so
	}{
		{"nothing is known of prices", func(*world) {}, "undecidable 0", "identity valid 100, invoice valid 100, amount valid 100, repeat valid 100, credited valid 100, in_time valid 100, paid invalid 0"},
		{"the price is proven", func(w *world) { w.account.Findings = []Finding{found("price", "valid", "100")} }, "valid 100", "price valid 100"},
		{"all but a cent is", func(w *world) { w.account.Findings = []Finding{found("price", "valid", "99.99")} }, "valid 99.99", ""},
		{"a part is", func(w *world) { w.account.Findings = []Finding{found("price", "valid", "60")} }, "valid 60", ""},
		{"more is than is claimed", func(w *world) { w.account.Findings = []Finding{found("price", "valid", "160")} }, "valid 100", "price valid 160"},
		{"a part is, and of another line nobody knows", func(w *world) {
			w.account.Findings = []Finding{found("price", "valid", "60"), found("price", "undecidable", "0")}
		}, "undecidable 60", "price valid 60"},
		{"the price was the agreed one", func(w *world) { w.account.Findings = []Finding{found("price", "invalid", "0")} }, "invalid 0", "price invalid 0"},
		{"another rule is no answer", func(w *world) { w.account.Findings = []Finding{found("tax", "valid", "100")} }, "undecidable 0", "tax valid 100"},
		{"short delivery answers a claim of quantity", func(w *world) {
			w.claim.Reason = "quantity"
			w.account.Findings = []Finding{found("quantity", "invalid", "0"), found("short_delivery", "valid", "100")}
		}, "valid 100", "quantity invalid 0, short_delivery valid 100"},
		{"a reason that people decide", func(w *world) {
			w.claim.Reason = "damaged"
			w.account.Findings = []Finding{found("price", "valid", "100")}
		}, "undecidable 0", ""},
		{"only the line that is meant counts", func(w *world) {
			w.claim.Lines[0].OrderLine = "S1/20"
			w.account.Findings = []Finding{found("price", "valid", "100")}
		}, "undecidable 0", ""},
		{"a sender who is not proven decides nothing alone, but the books do", func(w *world) {
			w.claim.Verified = false
			w.account.Findings = []Finding{found("price", "valid", "100")}
		}, "valid 100", "identity undecidable 0"},
		{"nobody knows the customer", func(w *world) { w.claim.Customer, w.account.Known = disputes.Unknown, false }, "invalid 0", "identity invalid 0"},
		{"a customer beyond master data", func(w *world) {
			w.account.Known = false
			w.account.Findings = []Finding{found("price", "valid", "100")}
		}, "invalid 0", "identity invalid 0"},
		{"no such invoice", func(w *world) { w.claim.Lines[0].Invoice = "I9" }, "invalid 0", "invoice invalid 0"},
		{"another customer's invoice", func(w *world) { w.claim.Lines[0].Invoice = "I2" }, "invalid 0", "invoice invalid 0"},
		{"a cancelled invoice", func(w *world) { w.account.Invoices[0].Voided = true }, "invalid 0", "invoice invalid 0"},
		{"another currency", func(w *world) { w.claim.Currency = "USD" }, "invalid 0", "invoice invalid 0"},
		{"all of the invoice", func(w *world) { w.claim.Lines[0].Amount = eur("1000") }, "undecidable 0", "amount valid 1000"},
		{"more than the invoice", func(w *world) {
			w.claim.Lines[0].Amount = eur("1000.01")
			w.account.Findings = []Finding{found("price", "valid", "1000")}
		}, "invalid 0", "amount invalid 1000"},
		{"more than is open", func(w *world) {
			w.account.Invoices[0].Open = eur("99.99")
			w.account.Findings = []Finding{found("price", "valid", "100")}
		}, "valid 100", "amount undecidable 99.99"},
		{"nothing is claimed", func(w *world) { w.claim.Lines[0].Amount = eur("0") }, "invalid 0", "amount invalid 0"},
		{"on the last day", func(w *world) { w.claim.OpenedAt = on(5, 30) }, "undecidable 0", "in_time valid 100"},
		{"a day late", func(w *world) {
			w.claim.OpenedAt = on(5, 31)
			w.account.Findings = []Finding{found("price", "valid", "100")}
		}, "invalid 0", "in_time invalid 0"},
		{"without a last day", func(w *world) { w.claim.OpenedAt, w.days = on(12, 31), 0 }, "undecidable 0", "in_time valid 100"},
		{"credited already", func(w *world) {
			w.account.Credited = []Document{{ID: "M1", Invoice: "I1", Currency: "EUR", Amount: eur("100"), On: on(3, 10)}}
			w.account.Findings = []Finding{found("price", "valid", "100")}
		}, "invalid 0", "credited invalid 0"},
		{"half of it credited already", func(w *world) {
			w.account.Credited = []Document{{ID: "M1", Invoice: "I1", Currency: "EUR", Amount: eur("50"), On: on(3, 10)}}
			w.account.Findings = []Finding{found("price", "valid", "100")}
		}, "valid 50", "credited undecidable 50"},
		{"a receipt that fits", func(w *world) {
			w.claim.Reason, w.claim.Lines[0].Amount = "already_paid", eur("1000")
			w.account.Unapplied = []Document{{ID: "P1", Currency: "EUR", Amount: eur("1000"), On: on(3, 15)}}
		}, "valid 1000", "paid valid 1000"},
		{"a receipt in other money", func(w *world) {
			w.claim.Reason, w.claim.Lines[0].Amount = "already_paid", eur("1000")
			w.account.Unapplied = []Document{{ID: "P1", Currency: "USD", Amount: eur("1000"), On: on(3, 15)}}
		}, "invalid 0", "paid invalid 0"},
		{"an invoice that is settled", func(w *world) {
			w.claim.Reason, w.account.Invoices[0].Open = "already_paid", eur("0")
		}, "valid 100", "paid valid 100"},
		{"the same is open already", func(w *world) { w.earlier(disputes.Case{ID: "D-000001", Reason: "price"}) }, "invalid 0", "repeat invalid 0"},
		{"the same was refused", func(w *world) {
			w.earlier(disputes.Case{ID: "D-000001", Reason: "price", Closed: true, Outcome: disputes.OutcomeInvalid})
		}, "invalid 0", "repeat invalid 0"},
		{"the same was granted", func(w *world) {
			w.earlier(disputes.Case{ID: "D-000001", Reason: "price", Closed: true, Outcome: disputes.OutcomeValid})
		}, "undecidable 0", "repeat valid 100"},
		{"something else is open", func(w *world) { w.earlier(disputes.Case{ID: "D-000001", Reason: "tax"}) }, "undecidable 0", "repeat valid 100"},
		{"an extract knows the same", func(w *world) {
			w.account.Earlier = []Earlier{{ID: "X7", Invoice: "I1", Reason: "price", Open: true, OpenedAt: on(3, 2)}}
		}, "invalid 0", "repeat invalid 0"},
		{"the extract is of the case itself", func(w *world) {
			w.account.Earlier = []Earlier{{ID: "D-000009/1", Invoice: "I1", Reason: "price", Open: true, OpenedAt: on(3, 20)}}
		}, "undecidable 0", "repeat valid 100"},
		{"of two invoices one is another's", func(w *world) {
			w.claim.Lines = append(w.claim.Lines, disputes.Line{Invoice: "I2", Amount: eur("50")})
			w.account.Findings = []Finding{found("price", "valid", "100")}
		}, "valid 100", "invoice invalid 100"},
		{"no invoice is named yet", func(w *world) { w.claim.Lines = nil }, "undecidable 0", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.change(w)
			r := w.report(t)
			if got := fmt.Sprint(r.Verdict, " ", r.Supported); got != c.verdict {
				t.Errorf("the verdict is %s, want %s", got, c.verdict)
			}
			lines := make([]string, len(r.Tests))
			for i, test := range r.Tests {
				lines[i] = fmt.Sprint(test.Name, " ", test.Verdict, " ", test.Amount)
				if test.Says == "" || strings.Contains(test.Says, "%!") {
					t.Errorf("%s says %q", test.Name, test.Says)
				}
				if strings.Contains(test.Says, "777") {
					t.Errorf("%s tells of another customer's invoice: %s", test.Name, test.Says)
				}
			}
			for want := range strings.SplitSeq(c.tests, ", ") {
				if want != "" && !slices.Contains(lines, want) {
					t.Errorf("want %s among %v", want, lines)
				}
			}
		})
	}
}

// earlier is a case of the customer about the invoice, two days before.
func (w *world) earlier(c disputes.Case) {
	c.Customer, c.OpenedAt = "C1", on(3, 18)
	c.Lines = []disputes.Line{{Invoice: "I1", Amount: eur("100")}}
	w.cases = append(w.cases, c)
}

func TestSignsOfFraud(t *testing.T) {
	other := func(w *world, c disputes.Case) { c.OpenedAt = on(3, 18); w.cases = append(w.cases, c) }
	for _, c := range []struct {
		name   string
		change func(w *world)
		want   string
	}{
		{"the address on file", func(*world) {}, ""},
		{"a new address", func(w *world) { w.claim.Contact = "me@elsewhere.example" }, "new sender"},
		{"an address that was proven", func(w *world) {
			w.claim.Contact = "me@acme.example"
			other(w, disputes.Case{ID: "D-000001", Customer: "C1", Contact: "me@acme.example", Verified: true, Reason: "tax"})
		}, ""},
		{"an address that was never proven", func(w *world) {
			w.claim.Contact = "me@acme.example"
			other(w, disputes.Case{ID: "D-000001", Customer: "C1", Contact: "me@acme.example", Reason: "tax"})
		}, "new sender"},
		{"one who also writes for another", func(w *world) {
			other(w, disputes.Case{ID: "D-000001", Customer: "C2", Contact: "AP@acme.example", Verified: true})
		}, "other customer"},
		{"staff have no address of the customer", func(w *world) { w.claim.Channel, w.claim.Contact = disputes.Staff, "desk@us.example" }, ""},
		{"a bank account", func(w *world) { w.claim.Text = "Please refund to GB82 WEST 1234 5698 7654 32 TODAY AND NOT LATER" }, "bank details"},
		{"the same in one piece", func(w *world) { w.claim.Text = "refund DE89370400440532013000." }, "bank details"},
		{"the account on file", func(w *world) {
			w.account.IBAN, w.claim.Text = "DE89 3704 0044 0532 0130 00", "refund to DE89370400440532013000"
		}, ""},
		{"the account on file, and another", func(w *world) {
			w.account.IBAN, w.claim.Text = "DE89370400440532013000", "not DE89370400440532013000 but GB82WEST12345698765432"
		}, "bank details"},
		{"check digits that are wrong", func(w *world) { w.claim.Text = "our order GB83 WEST 1234 5698 7654 32" }, ""},
		{"an enclosure of another customer", func(w *world) {
			w.claim.Documents = []disputes.Document{{Digest: "aa"}}
			other(w, disputes.Case{ID: "D-000001", Customer: "C2", Documents: []disputes.Document{{Digest: "aa"}}})
		}, "shared document"},
		{"one's own enclosure again", func(w *world) {
			w.claim.Documents = []disputes.Document{{Digest: "aa"}}
			other(w, disputes.Case{ID: "D-000001", Customer: "C1", Documents: []disputes.Document{{Digest: "aa"}}})
		}, ""},
		{"the fifth small claim", func(w *world) { small(w, 4, on(3, 18)) }, "many small claims"},
		{"the fourth", func(w *world) { small(w, 3, on(3, 18)) }, ""},
		{"the fifth, after a month", func(w *world) { small(w, 4, on(2, 17)) }, ""},
		{"the fifth, which is large", func(w *world) { small(w, 4, on(3, 18)); w.claim.Lines[0].Amount = eur("100.01") }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			c.change(w)
			if got := strings.Join(w.report(t).Flags, ", "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func small(w *world, n int, at time.Time) {
	for i := range n {
		w.cases = append(w.cases, disputes.Case{ID: fmt.Sprintf("D-%06d", i+1), Customer: "C1", Reason: "freight", Rate: eur("1"), OpenedAt: at,
			Lines: []disputes.Line{{Invoice: fmt.Sprintf("J%d", i), Amount: eur("20")}}})
	}
}

package instruction

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"arrears/disputes"
)

// schema is where .ci/needs puts the schema of the message.
const schema = "../../.needs/pain.001.001.09.xsd"

// valid holds a message against its schema.
func valid(t testing.TB, text string) {
	t.Helper()
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Log("xmllint is not installed (.ci/needs): the message was not held against its schema")
		return
	}
	if _, err := os.Stat(schema); err != nil {
		t.Logf("%s is not here (.ci/needs fetches it): the message was not held against its schema", schema)
		return
	}
	path := filepath.Join(t.TempDir(), "pain.001.xml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(lint, "--noout", "--nonet", "--schema", schema, path).CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, said, text)
	}
}

func TestPaymentsAreValidByTheSchema(t *testing.T) {
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is not installed; .ci/needs does so")
	}
	if _, err := os.Stat(schema); err != nil {
		t.Skipf("%s is not here; .ci/needs fetches it", schema)
	}
	i := refundOf(t, Customer{Name: "Søren's Æbler & Co. A/S", Account: &Account{IBAN: "GB82WEST12345698765432", BIC: "WESTGB22", Town: "London", Country: "GB"}}, "USD")
	text, err := i.pain001()
	if err != nil {
		t.Fatal(err)
	}
	valid(t, string(text))
	broken := strings.Replace(string(text), "<TwnNm>London</TwnNm>", "<TwnNm></TwnNm>", 1)
	path := filepath.Join(t.TempDir(), "broken.xml")
	if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("xmllint", "--noout", "--nonet", "--schema", schema, path).Run(); err == nil {
		t.Error("the schema takes everything: the test proves nothing")
	}
}

// refundOf is an instruction to refund a customer.
func refundOf(t testing.TB, c Customer, currency string, amounts ...string) Instruction {
	t.Helper()
	w := &Writer{Payers: payers}
	if len(amounts) == 0 {
		amounts = []string{"12.34"}
	}
	i := Instruction{ID: strings.Repeat("0", 32) + "-1", Day: "2026-11-22", Order: order(), Company: "Harbour Tools", CustomerName: c.Name,
		At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	i.Currency = currency
	for n, amount := range amounts {
		i.Lines = append(i.Lines, award(disputes.Refund, "INV-"+string(rune('A'+n)), amount))
		i.Entities = append(i.Entities, []string{"DE01", "US01"}[n%2])
		i.Total = i.Total.Add(i.Lines[n].Amount)
	}
	i.Totals = totals(i.Order)
	var err error
	if i.Refunds, err = w.payments(i, c); err != nil {
		t.Fatal(err)
	}
	return i
}

// Names, reasons and references of every kind: each file is what it should be, says the same amounts, and holds what was written as text.
func TestNaughtyStringsAreTextInEveryForm(t *testing.T) {
	some := naughty(t)
	if testing.Short() {
		some = some[:50]
	}
	var tried int
	for n, s := range some {
		c := Customer{Name: "A" + s, Account: &Account{Holder: "Acme " + s, IBAN: "GB82WEST12345698765432", BIC: "WESTGB22", Street: s, Building: s, Postcode: s, Town: "T" + s, Country: "GB"}}
		if !legible(c.Account.Holder) {
			c.Account.Holder = "Acme"
		}
		i := refundOf(t, c, "EUR", "0.01", "999999999.99", "3")
		i.Reference, i.RootCause, i.Case, i.Lines[0].Invoice, i.Refunds[0].Invoices[0] = s, s, "D"+s, "I"+s, "I"+s
		files, err := i.files()
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		for _, f := range files {
			if !utf8.Valid(f.text) {
				t.Errorf("%q: %s is no UTF-8", s, f.name)
			}
		}
		var back struct{ Reference, Total string }
		if err := json.Unmarshal(files[0].text, &back); err != nil || back.Total != "1000000003.00" || back.Reference != strings.ToValidUTF8(s, "\uFFFD") {
			t.Errorf("%q came back from JSON as %q, %v", s, back.Reference, err)
		}
		records, err := csv.NewReader(strings.NewReader(string(files[1].text))).ReadAll()
		if err != nil || len(records) != 4 || strings.HasPrefix(records[1][15], "=") || records[1][11] != "1000000003.00" {
			t.Errorf("%q: %v %v", s, records, err)
		}
		if n%10 == 0 || os.Getenv("ARREARS_LONG") != "" { // a process each
			valid(t, string(files[2].text))
		}
		if x := sumOf(t, files[2].text); x.String() != "1000000003" {
			t.Errorf("%q: the payments add up to %s", s, x)
		}
		tried++
	}
	if tried < 50 {
		t.Errorf("only %d strings were tried", tried)
	}
}

// sumOf adds up the payments of a message, by a reading of its own.
func sumOf(t testing.TB, text []byte) decimal.Decimal {
	t.Helper()
	sum, inside := decimal.Zero, false
	for d := xml.NewDecoder(strings.NewReader(string(text))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return sum
		}
		if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = token.Name.Local == "InstdAmt"
		case xml.CharData:
			if inside {
				sum = sum.Add(decimal.RequireFromString(string(token)))
			}
		case xml.EndElement:
			inside = false
		}
	}
}

// naughty is the shared collection where it is at hand, and made-up ones of each kind everywhere.
func naughty(t testing.TB) []string {
	some := []string{"", "\x00\x01", "\ufffe", "]]>", "<!--", "&amp;", "<script>alert(1)</script>", "=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "田中さん", "الله",
		"👩‍👩‍👧‍👦", "Z̮̞̠͙͔ͅ", "\u202etxt", "a\nb", strings.Repeat("ü", 300), "\xff", "ẞøÆł", "'", "\"", ";", "../../etc/passwd"}
	text, err := os.ReadFile("../../../shared/data/naughty-strings/blns.json")
	if err != nil {
		t.Log("the collection of naughty strings is not at hand; made-up ones are tried")
		for n := range 60 {
			some = append(some, strings.Repeat(some[n%20], n))
		}
		return some
	}
	var all []string
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return append(some, all...)
}

// Whatever is refunded: the message's sum, its batches' sums and its payments are the order's lines to the cent.
func TestSumsTieToTheCent(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		currency := rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "USD"}).Draw(r, "currency")
		places := map[string]int32{"JPY": 0, "KWD": -3}
		at, other := places[currency]
		if !other {
			at = -2
		}
		var amounts []string
		want := decimal.Zero
		for range rapid.IntRange(1, 12).Draw(r, "lines") {
			amount := decimal.New(rapid.Int64Range(1, 99_999_999_999).Draw(r, "units"), at)
			want = want.Add(amount)
			amounts = append(amounts, amount.String())
		}
		i := refundOf(t, good().customers["C1"], currency, amounts...)
		text, err := i.pain001()
		if err != nil {
			r.Fatal(err)
		}
		var d creditTransfer
		if err := xml.Unmarshal(text, &d); err != nil {
			r.Fatal(err)
		}
		sum := decimal.Zero
		for _, b := range d.Batches {
			if b.Sum != b.Transfer.Amount.Amount {
				r.Errorf("a batch of %s pays %s", b.Sum, b.Transfer.Amount.Amount)
			}
			sum = sum.Add(decimal.RequireFromString(b.Sum))
		}
		if got := decimal.RequireFromString(d.Header.Sum); !got.Equal(want) || !sum.Equal(want) || !sumOf(t, text).Equal(want) || d.Header.Payments != len(d.Batches) {
			r.Errorf("%v in %s: header %s, batches %s", amounts, currency, got, sum)
		}
	})
}

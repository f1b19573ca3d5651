package statement

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"arrears/disputes/letter"
)

func language(t testing.TB, name string) *letter.Language {
	t.Helper()
	b, err := letter.Load(nil, "en")
	if err != nil {
		t.Fatal(err)
	}
	return b.Language(name)
}

func amount(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func example() Statement {
	return Statement{
		Company: "Harbour Tools", Case: "D-000042", Customer: "Müller & Söhne", CustomerID: "C-7", Reference: "PO 1",
		On: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), AnswerBy: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		Link: "https://ar.example.com/case/abc?x=1&y=2", Currency: "EUR", Reason: "price", Text: "The price was 9.50.\nSee the offer.",
		Documents: []string{"offer.pdf", "<b>.png"},
		Lines:     []Line{{"INV-1", "10", amount("1000.10")}, {"INV-1", "20", amount("234.4")}, {"INV-2", "", amount("0.05")}},
		Findings: []Finding{{"Price", "valid", amount("1000.10"), "The price list says 9.50, the invoice 10.00."},
			{"Duplicate", "invalid", decimal.Zero, "No other invoice is like it."}, {"Filed in time", "undecidable", decimal.Zero, ""}},
		Decision: Split, Awards: []Award{{"INV-1", Credit, amount("1000.10")}, {"INV-2", Refund, amount("0.05")}},
		Reasons: []string{"The offer of 1 October holds.", "Line 20 was ordered later."},
	}
}

// parsed is a page's elements and its visible text; a page that a browser would have to mend is found.
func parsed(t testing.TB, page []byte) (elements []string, text string) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var words strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			elements = append(elements, n.Data)
		}
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			words.WriteString(n.Data + " ")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return elements, words.String()
}

func TestStatementSaysWhatWasClaimedFoundAndDecided(t *testing.T) {
	for name, wants := range map[string][]string{
		"en": {"Decision on dispute D-000042", "2 November 2026", "1,234.55", "speaks for the claim; supports 1,000.10", "credit memo", "Not granted", "234.40",
			"refund 0.05", "by 23 November 2026", "We refund 0.05 EUR", "234.40 EUR stays due", "Nothing of this takes away rights", "decided in part"},
		"de": {"Bescheid zur Reklamation D-000042", "2. November 2026", "1.234,55", "spricht gegen", "Gutschrift", "bis zum 23. November 2026", "Ihre Rechte"},
		"fr": {"Décision sur le litige D-000042", "2 novembre 2026", "avoir", "Vos droits"},
	} {
		page, err := HTML(example(), language(t, name))
		if err != nil {
			t.Fatal(err)
		}
		_, text := parsed(t, page)
		text = strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)), " ")
		for _, want := range append(wants, "Müller & Söhne", "INV-1", "offer.pdf", "<b>.png", "The price list says 9.50", "Line 20 was ordered later.", "PO 1", "See the offer.") {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the page does not say %q:\n%s", name, want, text)
			}
		}
		if bytes.Contains(page, []byte("<script")) || bytes.Contains(page, []byte("src=")) || !bytes.Contains(page, []byte(`<html lang="`+name+`"`)) {
			t.Errorf("%s: the page calls for something, or names no language", name)
		}
	}
}

func TestStatementIsTheSameBytes(t *testing.T) {
	l := language(t, "de")
	for range 3 {
		for _, form := range []func(Statement, *letter.Language) ([]byte, error){HTML, PDF} {
			one, err := form(example(), l)
			if err != nil {
				t.Fatal(err)
			}
			two, err := form(example(), l)
			if err != nil || !bytes.Equal(one, two) {
				t.Errorf("%d and %d bytes differ, %v", len(one), len(two), err)
			}
		}
	}
}

func TestStatementThatDoesNotTieIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*Statement){
		"more than was claimed": func(s *Statement) { s.Awards[0].Amount = amount("1234.51") },
		"in two parts":          func(s *Statement) { s.Awards = append(s.Awards, Award{"INV-2", Credit, amount("0.01")}) },
		"another invoice":       func(s *Statement) { s.Awards[0].Invoice = "INV-3" },
		"nothing":               func(s *Statement) { s.Awards[0].Amount = decimal.Zero },
		"another kind":          func(s *Statement) { s.Awards[0].Kind = "gift" },
		"one kind for two":      func(s *Statement) { s.Decision = Credit },
		"rejected and awarded":  func(s *Statement) { s.Decision = Reject },
		"decided for nothing":   func(s *Statement) { s.Awards = nil },
		"no claim":              func(s *Statement) { s.Lines = nil },
		"no day":                func(s *Statement) { s.On = time.Time{} },
	} {
		s := example()
		spoil(&s)
		if _, err := HTML(s, language(t, "en")); err == nil {
			t.Errorf("%s passes as a page", name)
		}
		if _, err := PDF(s, language(t, "en")); err == nil {
			t.Errorf("%s passes as a PDF", name)
		}
	}
}

// stream is what stands between the two words and their line ends; packed bytes may end with a carriage return of their own.
var stream = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)

// sound looks through a PDF: its parts can be unpacked, it ends as it should, and it has pages.
func sound(t testing.TB, text []byte) {
	t.Helper()
	if !bytes.HasPrefix(text, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(text), []byte("%%EOF")) || !bytes.Contains(text, []byte("/Type /Page")) {
		t.Error("it is no PDF")
	}
	for _, found := range stream.FindAllSubmatch(text, 1) {
		r, err := zlib.NewReader(bytes.NewReader(found[1]))
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// TestPDFSaysTheSame reads the PDF with another program, where it is installed.
func TestPDFSaysTheSame(t *testing.T) {
	reader, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed (poppler-utils)")
	}
	s := example()
	s.Findings[0].Says = strings.Repeat("A long explanation that goes on over pages. ", 400)
	s.Reference = "田 end"
	text, err := PDF(s, language(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "s.pdf")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command(reader, "-layout", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	all := strings.Join(strings.Fields(string(said)), " ")
	for _, want := range []string{"Decision on dispute D-000042", "Müller & Söhne C-7", "1,234.55", "1,000.10", "234.40", "Page 1 of ", "\ufffd end",
		"shown as \ufffd", "Nothing of this takes away rights", "https://ar.example.com/case/abc?x=1&y=2", "The price was 9.50."} {
		if !strings.Contains(all, want) {
			t.Errorf("the PDF does not say %q:\n%s", want, said)
		}
	}
	if n := strings.Count(all, "A long explanation that goes on over pages."); n < 380 { // a few are broken by a page's foot
		t.Errorf("%d of 400 sentences are there", n)
	}
}

func TestSignsTheTypefaceLacksAreReplaced(t *testing.T) {
	for text, want := range map[string]string{
		"Grüße, Žižek, Ελλάς, Москва ₹ ₺ €": "Grüße, Žižek, Ελλάς, Москва ₹ ₺ €", "田中": "\ufffd\ufffd", "👍🏽 ok": "\ufffd\ufffd ok", "الله": "\ufffd\ufffd\ufffd\ufffd",
		"a\tb\u2003c": "a b c", "é": "é", "x\u200dy\ufe0f": "xy", "{nb}": "{nb}",
	} {
		if got, replaced, err := settable(text); err != nil || got != want || replaced != strings.Contains(want, "\ufffd") {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// Whatever people write is text: on the page no element comes of it, and in the PDF nothing breaks.
func TestNaughtyStringsAreText(t *testing.T) {
	l := language(t, "en")
	plain := example()
	plain.Documents = []string{"x"}
	page, err := HTML(plain, l)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := parsed(t, page)
	all := naughty(t)
	for n, s := range all {
		v := plain
		v.Company, v.Customer, v.CustomerID, v.Reference, v.Reason, v.Case = "A"+s, "B"+s, s, "C"+s, "r"+s, "D"+s
		v.Text, v.Documents, v.Reasons = "T"+s, []string{s}, []string{"1" + s, "2" + s}
		v.Lines = []Line{{s, s, amount("1000.10")}, {"INV-1", s, amount("234.4")}, {"INV-2", "", amount("0.05")}}
		v.Awards = []Award{{s, Credit, amount("1000.10")}, {"INV-2", Refund, amount("0.05")}}
		v.Findings = []Finding{{"a" + s, "v" + s, amount("1000.10"), "s" + s}, {"b" + s, s, decimal.Zero, "s" + s}, {"c", "invalid", decimal.Zero, ""}}
		page, err := HTML(v, l)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		got, text := parsed(t, page)
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%q changes the page:\n%v\n%v", s, got, want)
		}
		if flat := strings.Join(strings.Fields(text), " "); !strings.Contains(flat, letter.Line("T"+s)) {
			t.Errorf("%q is not said", s)
		}
		if n%20 == 0 || os.Getenv("ARREARS_LONG") != "" || len(all) < 100 { // a font is packed each time
			pdf, err := PDF(v, l)
			if err != nil {
				t.Fatalf("%q: %v", s, err)
			}
			sound(t, pdf)
		}
	}
}

func naughty(t testing.TB) []string {
	some := []string{"\x00", "\ufffe", "<script>alert(1)</script>", "</main><h1>", "\"'><img src=x onerror=alert(1)>", "{{.}}", "{nb}", "田中さん", "الله", "👩‍👩‍👧‍👦",
		"Z̮̞̠͙͔ͅ", "\u202etxt", strings.Repeat("x", 4000), strings.Repeat("word ", 2000), "\xff\xfe", "javascript:alert(1)", strings.Repeat("\n", 500), "\u2028", "(\\)"}
	text, err := os.ReadFile("../../../shared/data/naughty-strings/blns.json")
	if err != nil {
		t.Log("the collection of naughty strings is not at hand; only some of them are tried")
		return some
	}
	var all []string
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return append(some, all...)
}

// Of any claim and any awards of it, the parts of the decision add up to the claim, to the cent, as the page shows them.
func TestDecisionTiesToTheCent(t *testing.T) {
	l := language(t, "en")
	rapid.Check(t, func(r *rapid.T) {
		s := example()
		s.Lines, s.Awards, s.Decision = nil, nil, Split
		s.Currency = rapid.SampledFrom([]string{"EUR", "JPY", "KWD"}).Draw(r, "currency")
		for n := range rapid.IntRange(1, 8).Draw(r, "lines") {
			claimed := rapid.Int64Range(1, 10_000_000).Draw(r, "claimed")
			invoice := "INV-" + string(rune('A'+n))
			s.Lines = append(s.Lines, Line{invoice, "", decimal.New(claimed, -3)})
			if got := rapid.Int64Range(0, claimed).Draw(r, "awarded"); got > 0 {
				s.Awards = append(s.Awards, Award{invoice, rapid.SampledFrom([]string{Credit, Refund, Withhold}).Draw(r, "kind"), decimal.New(got, -3)})
			}
		}
		if len(s.Awards) == 0 {
			s.Decision = Reject
		}
		d, err := build(s, l)
		if err != nil {
			r.Fatal(err)
		}
		for _, part := range d.sections {
			if part.Table == nil {
				continue
			}
			sum := decimal.Zero
			for _, row := range part.Table.Rows {
				sum = sum.Add(decimal.RequireFromString(strings.ReplaceAll(row[2], ",", "")))
			}
			if want := strings.ReplaceAll(part.Table.Sum[2], ",", ""); !sum.Equal(decimal.RequireFromString(want)) || !sum.Equal(s.claimed()) {
				r.Errorf("%s: rows add up to %s, the sum says %s, claimed are %s", part.Heading, sum, want, s.claimed())
			}
		}
	})
}

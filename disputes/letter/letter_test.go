package letter

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

func book(t *testing.T, own fstest.MapFS, standard string) *Book {
	t.Helper()
	if own == nil {
		own = fstest.MapFS{}
	}
	b, err := Load(own, standard)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func facts() Facts {
	return Facts{
		Company: "Kontor GmbH", Customer: "Müller & Söhne", Case: "D-000007", Invoices: []string{"1001", "1002"}, Reason: "price",
		State: "answered", Outcome: "refund", Text: "Which list?", Owner: "a", Link: "https://x.example/l", Currency: "EUR",
		Amount: decimal.RequireFromString("1234.5"), Awarded: decimal.NewNullDecimal(decimal.RequireFromString("0")),
		Opened: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), RespondBy: time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC),
		AnswerBy: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC),
		Items: []Item{{"1001", "EUR", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), decimal.RequireFromString("1000.5")},
			{"1002", "JPY", time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), decimal.RequireFromString("7000")},
			{"1003", "EUR", time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), decimal.RequireFromString("200")}},
	}
}

func TestEveryLetterIsThereInEveryLanguage(t *testing.T) {
	b := book(t, nil, "en")
	for _, language := range []string{"en", "de", "fr"} {
		for _, k := range Kinds {
			text, err := b.Write(k, language, facts())
			if err != nil {
				t.Error(err)
				continue
			}
			if text.Language != language || k != Overdue && !strings.Contains(text.Subject, "D-000007") || strings.ContainsAny(text.Subject+text.Body, "{}") {
				t.Errorf("%s %s: %+v", language, k, text)
			}
			for _, tone := range append(b.Tones(), "") {
				if _, err := b.Preview(k, language, tone); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// Whoever is told of a decision is told of every right.
func TestLettersOfADecisionStateTheRights(t *testing.T) {
	b := book(t, nil, "en")
	for _, language := range []string{"en", "de", "fr"} {
		rights, err := b.Language(language).Rights("Kontor GmbH", "D-000007")
		if err != nil || len(rights) < 5 {
			t.Fatal(rights, err)
		}
		for _, k := range []Kind{Received, Statement, Closed} {
			text, err := b.Write(k, language, facts())
			if err != nil {
				t.Fatal(err)
			}
			for _, right := range rights {
				if !strings.Contains(text.Body, right) {
					t.Errorf("%s %s does not say %q", language, k, right)
				}
			}
		}
	}
}

func TestAmountsAndDaysAreTheReaders(t *testing.T) {
	b := book(t, fstest.MapFS{}, "en")
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ language, amount, currency, want, day string }{
		{"en", "1234567.5", "EUR", "1,234,567.50 EUR", "1 March 2026"},
		{"de-AT", "1234567.5", "EUR", "1.234.567,50 EUR", "1. März 2026"},
		{"fr", "-1234.5", "KWD", "-1 234,500 KWD", "1er mars 2026"},
		{"en", "0.005", "EUR", "0.005 EUR", "1 March 2026"},
		{"en", "100.000", "EUR", "100.00 EUR", "1 March 2026"},
		{"en", "100.000", "JPY", "100 JPY", "1 March 2026"},
		{"xx-nonsense", "9007199254740993.01", "USD", "9,007,199,254,740,993.01 USD", "1 March 2026"},
		{"en", "123456789012345678901.10", "USD", "123456789012345678901.10 USD", "1 March 2026"},
	} {
		l := b.Language(c.language)
		got := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(l.Amount(decimal.RequireFromString(c.amount), c.currency))
		if got != c.want || l.Date(day) != c.day {
			t.Errorf("%s: %q, %q; want %q, %q", c.language, got, l.Date(day), c.want, c.day)
		}
	}
}

func TestOwnTextTakesThePlaceOfTheBuiltInOne(t *testing.T) {
	own := fstest.MapFS{
		"de/status.txt": {Data: []byte("\uFEFFNeues zu {case}\r\n\r\n{{Kopf}} {state}.\r\n")},
		"de/words.txt":  {Data: []byte("# eigene\nstate.answered = beantwortet\n")},
	}
	b := book(t, own, "de")
	text, err := b.Write(Status, "nl", facts())
	if err != nil || text.Subject != "Neues zu D-000007" || text.Body != "{Kopf} beantwortet.\n" || text.Language != "de" {
		t.Errorf("%+v %v", text, err)
	}
	if text, err = b.Write(Closed, "de", facts()); err != nil || !strings.Contains(text.Body, "Erstattung") {
		t.Errorf("the built-in one is gone: %+v %v", text, err)
	}
}

func TestMistakesInATextAreNamedWithTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"S {case}\n\nText {state} and\n  ähm {custmer}":          "en/status.txt:4:7: there is no {custmer} here",
		"S {case}\n\nText {state} {rights}":                      "en/status.txt:3:14: there is no {rights} here",
		"S {case}\n\nText":                                       "en/status.txt:3:5: {state} is missing",
		"S {case}\n\n{state} {":                                  "en/status.txt:3:9: a { without its }",
		"S {case}\n\n{state} {{case}":                            "en/status.txt:3:15: a } without its {",
		"S {case}\n\n{state} {case\n}":                           "en/status.txt:3:9: a { without its }",
		"S {case} {state}":                                       "en/status.txt:1:1: a letter is a subject",
		"\n\n{state} {case}":                                     "en/status.txt:1:1: a letter is a subject",
		"S {case}\n\n{state} {{{{ {{.Customer}} {{state}} {%x%}": "there is no {%x%} here",
	} {
		_, err := Load(fstest.MapFS{"en/status.txt": {Data: []byte(text)}}, "en")
		var mistakes Mistakes
		if !errors.As(err, &mistakes) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"statement.title = Without its number": "{case} is missing", "statment.title = x": "nothing is called statment.title",
		"none": "is a name, = and a text", "next.credit = x {amount} {iban}": "en/words.txt:2:26: there is no {iban}",
	} {
		_, err := Load(fstest.MapFS{"en/words.txt": {Data: []byte("# words\n" + text)}}, "en")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	_, err := Load(fstest.MapFS{"nl/status.txt": {Data: []byte("S {case}\n\n{state}")}}, "en")
	if err == nil || strings.Contains(err.Error(), "nl/status.txt") || !strings.Contains(err.Error(), "nl/closed.txt:1:1") ||
		!strings.Contains(err.Error(), "nl/rights.txt") || !strings.Contains(err.Error(), "has no text for next.credit") {
		t.Errorf("half a language passes: %v", err)
	}
	if _, err := Load(fstest.MapFS{"english/a.txt": {}}, "en"); err == nil {
		t.Error("a folder that is no language passes")
	}
	if _, err := Load(nil, "nl"); err == nil {
		t.Error("a language without texts is the company's")
	}
}

func TestPlaceholderWithoutAValueIsNamedWithItsPlace(t *testing.T) {
	f := facts()
	f.AnswerBy = time.Time{}
	_, err := book(t, nil, "en").Write(Reminder, "en", f)
	var m Mistake
	if !errors.As(err, &m) || m.File != "en/reminder.txt" || m.Line != 5 || m.Column != 79 || !strings.Contains(m.Text, "{answer_by}") {
		t.Errorf("%v", err)
	}
	if _, err := book(t, nil, "en").Write("invitation", "en", f); err == nil {
		t.Error("an unknown kind is written")
	}
}

// Whatever people write is text in a letter: nothing of it becomes a placeholder, a header or a sign that controls a terminal.
func TestNaughtyStringsAreText(t *testing.T) {
	b := book(t, nil, "en")
	for _, naughty := range append(naughtyStrings(t), "{case} {{case}} {nobody}", "a\r\nBcc: x@example.com") {
		f := facts()
		f.Customer, f.Reference, f.Text, f.Reason, f.Owner, f.Invoices = naughty, naughty, naughty, naughty, naughty, []string{naughty, naughty}
		for _, k := range Kinds {
			f.State, f.Outcome = "s"+naughty, "o"+naughty
			text, err := b.Write(k, "de", f)
			if err != nil {
				t.Fatalf("%q: %v", naughty, err)
			}
			if strings.ContainsAny(text.Subject, "\r\n\t") || !utf8.ValidString(text.Subject+text.Body) {
				t.Errorf("%q: subject %q", naughty, text.Subject)
			}
			if strings.ContainsFunc(text.Body, func(r rune) bool {
				return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
			}) {
				t.Errorf("%q: %q", naughty, text.Body)
			}
			if k == Question && !strings.Contains(text.Body, Clean(naughty)) {
				t.Errorf("%q is not said: %q", naughty, text.Body)
			}
		}
	}
}

// naughtyStrings are those of the shared collection where it is at hand, and a few of each kind everywhere.
func naughtyStrings(t *testing.T) []string {
	some := []string{"", "undefined", "\x00", "\u202etxt.exe", "\ufeff", "<script>alert(1)</script>", "=1+1", "田中さん", "الله", "👩‍👩‍👧‍👦", "Z̮̞̠͙͔ͅ", "\xff\xfe", "\u2028"}
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

func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"S {case}\n\n{state}", "{", "}}", "{{}", "\n\n", "a{case}\nb{{{state}}}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, mistakes := parse("f", text, map[string]bool{"case": true, "state": false})
		for _, m := range mistakes {
			if m.Line < 1 || m.Line > 1+strings.Count(text, "\n") || m.Column < 1 {
				t.Errorf("%+v lies outside of %q", m, text)
			}
		}
		if len(mistakes) > 0 {
			return
		}
		got, err := tmpl.fill(map[string]string{"case": "{state}", "state": "{case}"})
		if err != nil || !strings.Contains(got, "{state}") {
			t.Errorf("%q gives %q, %v", text, got, err)
		}
	})
}

// A tone has letters of its own; what it leaves out is written as usual.
func TestATonesLettersGoBeforeTheUsualOnes(t *testing.T) {
	b := book(t, fstest.MapFS{"en/stern/overdue.txt": {Data: []byte("Last reminder\n\n{items}\nin all {total}")}}, "en")
	if tones := b.Tones(); strings.Join(tones, " ") != "firm personal stern" {
		t.Errorf("tones are %v", tones)
	}
	f := facts()
	f.Tone = "stern"
	text, err := b.Write(Overdue, "en", f)
	want := "1001 | 1 March 2026 | 1,000.50\u00a0EUR\n1002 | 2 March 2026 | 7,000\u00a0JPY\n1003 | 3 March 2026 | 200.00\u00a0EUR\nin all 1,200.50\u00a0EUR, 7,000\u00a0JPY\n"
	if err != nil || text.Subject != "Last reminder" || text.Body != want {
		t.Errorf("%q %v, want %q", text, err, want)
	}
	for _, kind := range []Kind{Overdue, Status} { // German has no such tone, and the tone no such letter
		usual, err := b.Write(kind, "de", facts())
		if got, wrong := b.Write(kind, "de", f); err != nil || wrong != nil || got != usual {
			t.Errorf("%s: %v %v", kind, got, wrong)
		}
	}
	_, err = Load(fstest.MapFS{"de/firm/overdue.txt": {Data: []byte("Mahnung\n\n{item}")}}, "en")
	if err == nil || !strings.Contains(err.Error(), "de/firm/overdue.txt:3:1: there is no {item} here") || !strings.Contains(err.Error(), "{items} is missing") {
		t.Errorf("%v", err)
	}
}

package validation

import (
	"regexp"
	"strings"
	"testing"

	"arrears/disputes"
	"arrears/disputes/letter"
)

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// No test is told to a German or French customer in English, and nothing of it is lost: each sentence speaks of the same things.
func TestEveryTestIsSaidInEveryLanguage(t *testing.T) {
	book, err := letter.Load(nil, "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range []string{"de", "fr"} {
		l := book.Language(tag)
		for _, name := range Names() {
			if l.Name("test", name) == name {
				t.Errorf("%s has no name for the test %s", tag, name)
			}
		}
		for _, code := range Codes() {
			values := map[string]string{}
			for _, found := range placeholder.FindAllStringSubmatch(sentences[code], -1) {
				values[found[1]] = "<" + found[1] + ">"
			}
			text, known := l.Sentence(code, values, "EUR")
			if !known || text == "" {
				t.Errorf("%s does not say %s: %q", tag, code, sentences[code])
			}
			for _, value := range values {
				if !strings.Contains(text, value) {
					t.Errorf("%s: %s does not speak of %s: %q", tag, code, value, text)
				}
			}
		}
		if text, known := l.Sentence("unexamined", nil, "EUR"); !known || text == "" {
			t.Errorf("%s has no words for what is not examined", tag)
		}
	}
	for _, name := range Names() {
		if said := book.Language("en").Name("test", name); strings.Contains(said, "_") {
			t.Errorf("in English a test is called %s", said)
		}
	}
}

// What a report says in English is what its phrases say, in the same order.
func TestPhrasesSayWhatTheReportSays(t *testing.T) {
	for _, code := range Codes() {
		if text, p := sentence(code, "invoice", "I-1", "amount", "7.50"); p.Code != code || text == "" || p.Values["amount"] != "7.50" ||
			strings.Contains(sentences[code], "{invoice}") != strings.Contains(text, "I-1") {
			t.Errorf("%s: %q %+v", code, text, p)
		}
	}
	text, p := ruled(disputes.Test{Name: "a rule of their own", Verdict: disputes.Undecidable}, "I-1")
	if text != "The books do not say whether invoice I-1 is right by the rule a rule of their own." || p.Code != "rule.undecidable" {
		t.Errorf("%q %+v", text, p)
	}
}

package letter

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// words are the single words and phrases every language needs, beside names of reasons, states, outcomes and tests (reason.price), which it
// may have. Some hold placeholders, named here.
var words = map[string]map[string]bool{
	"none": nil, "no_link": nil,
	"statement.title": {"case": true}, "statement.date": nil, "statement.case": nil, "statement.customer": nil, "statement.reference": nil,
	"statement.claimed": nil, "statement.reason": nil, "statement.their_words": nil, "statement.documents": nil, "statement.invoice": nil,
	"statement.order_line": nil, "statement.amount_claimed": nil, "statement.found": nil,
	"statement.supported": nil, "statement.nothing_found": nil, "statement.decided": nil, "statement.decision": nil,
	"statement.amount_awarded": nil, "statement.remains": nil, "statement.before": nil, "statement.total": nil, "statement.why": nil, "statement.next": nil,
	"statement.rights": nil, "statement.answer": nil, "statement.page": {"page": true, "pages": true}, "statement.missing_signs": nil,
	"verdict.valid": nil, "verdict.invalid": nil, "verdict.undecidable": nil,
	"outcome.credit": nil, "outcome.refund": nil, "outcome.withhold": nil, "outcome.reject": nil, "outcome.split": nil, "outcome.release": nil,
	"next.answer": {"answer_by": true}, "next.credit": {"amount": true}, "next.refund": {"amount": true}, "next.withhold": {"amount": true},
	"next.release": {"amount": true}, "next.reject": {"amount": true}, "next.refuse": nil,
}

// lists are the families of names a language may have any of.
var lists = []string{"reason.", "state.", "outcome.", "test.", said}

// said is the family of standard sentences, and what they may speak of. Those of spoken that are true are amounts.
const said = "says."

var spoken = map[string]bool{"customer": false, "invoice": false, "currency": false, "other": false, "document": false, "rule": false, "days": false, "allowed": false,
	"amount": true, "claimed": true, "open": true, "given": true}

// holds are the placeholders that a phrase may use; true are those that it must.
func holds(name string) map[string]bool {
	if !strings.HasPrefix(name, said) {
		return words[name]
	}
	may := map[string]bool{}
	for placeholder := range spoken {
		may[placeholder] = false
	}
	return may
}

// Sentence is a standard sentence of the language, with amounts as it writes them; false where it has none, or where a value is missing.
func (l *Language) Sentence(code string, values map[string]string, currency string) (string, bool) {
	written := map[string]string{}
	for name, value := range values {
		written[name] = Line(value)
		if amount, err := decimal.NewFromString(value); spoken[name] && err == nil {
			written[name] = l.Amount(amount, currency)
		}
	}
	if l.words[said+code] == "" {
		return "", false
	}
	text, err := l.Word(said+code, written)
	return text, err == nil
}

// readWords reads words.txt: a name, =, and the text, one a line; empty lines and those that begin with # say nothing.
func (l *Language) readWords(folders []fs.FS, language string) (mistakes Mistakes, err error) {
	for _, folder := range folders {
		name := path.Join(language, "words.txt")
		file, text, err := last([]fs.FS{folder}, name)
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(text, "\n") {
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			if wrong := l.word(file, i+1, line); wrong != nil {
				mistakes = append(mistakes, *wrong)
			}
		}
	}
	for name := range words {
		if _, there := l.words[name]; !there {
			mistakes = append(mistakes, Mistake{path.Join(language, "words.txt"), 1, 1, fmt.Sprintf("has no text for %s", name)})
		}
	}
	slices.SortFunc(mistakes, func(a, b Mistake) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text)) })
	return mistakes, nil
}

func (l *Language) word(file string, line int, text string) *Mistake {
	name, value, found := strings.Cut(text, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	wrong := func(text string) *Mistake { return &Mistake{file, line, 1, text} }
	if !found || value == "" {
		return wrong("is a name, = and a text")
	}
	_, known := words[name]
	if !known && !slices.ContainsFunc(lists, func(list string) bool { return strings.HasPrefix(name, list) && name != list }) {
		return wrong(fmt.Sprintf("nothing is called %s", name))
	}
	if _, mistakes := parse(file, value, holds(name)); len(mistakes) > 0 {
		m := mistakes[0]
		m.Line, m.Column = line, m.Column+strings.Index(text, value)
		return &m
	}
	l.words[name] = value
	return nil
}

// readRights reads rights.txt: one right a line. A company may name itself and the case in them.
func (l *Language) readRights(folders []fs.FS, language string) (mistakes Mistakes, err error) {
	file, text, err := last(folders, path.Join(language, "rights.txt"))
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		t, wrong := parse(file, line, map[string]bool{"company": false, "case": false})
		for _, m := range wrong {
			m.Line = i + 1
			mistakes = append(mistakes, m)
		}
		l.rights = append(l.rights, t)
	}
	if len(l.rights) == 0 {
		mistakes = append(mistakes, Mistake{file, 1, 1, "names no right: what customers may do is one right a line"})
	}
	return mistakes, nil
}

// Name is what a code is called in the language, or the code itself where it has no name: companies make their own.
func (l *Language) Name(list, code string) string { return cmp.Or(l.words[list+"."+code], code) }

// Word is a phrase by its name, with values in the place of its placeholders.
func (l *Language) Word(name string, values map[string]string) (string, error) {
	t, mistakes := parse("words.txt: "+name, l.words[name], holds(name))
	if len(mistakes) > 0 {
		return "", mistakes
	}
	return t.fill(values)
}

// Rights are what a customer may do, one a line.
func (l *Language) Rights(company, disputed string) ([]string, error) {
	rights := make([]string, len(l.rights))
	for i, t := range l.rights {
		text, err := t.fill(map[string]string{"company": Line(company), "case": Line(disputed)})
		if err != nil {
			return nil, err
		}
		rights[i] = text
	}
	return rights, nil
}

// Tag is the language's name, as in de.
func (l *Language) Tag() string { return l.tag.String() }

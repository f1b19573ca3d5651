package letter

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed texts
var builtIn embed.FS

// A Book holds the texts of all languages.
type Book struct {
	languages []*Language // the one for who has none first
	matcher   language.Matcher
}

// A Language is all that is written in one.
type Language struct {
	tag       language.Tag
	templates map[Kind]form
	tones     map[string]map[Kind]form // letters of a tone that differ from the usual ones
	rights    []template
	words     map[string]string
	printer   *message.Printer
	sign      string // before decimals
}

// form is the template of a letter: its first line is the subject.
type form struct{ subject, body template }

// Load reads the built-in texts and over them the company's own, whose folder has one folder a language: de/received.txt. It may be nil.
// A language that is not built in needs every text. The error is [Mistakes], which names all of them.
func Load(own fs.FS, standard string) (*Book, error) {
	base, err := fs.Sub(builtIn, "texts")
	if err != nil {
		return nil, err
	}
	folders := []fs.FS{base}
	if own != nil {
		folders = append(folders, own)
	}
	var names []string
	var mistakes Mistakes
	for _, folder := range folders {
		entries, err := fs.ReadDir(folder, ".")
		if err != nil {
			return nil, fmt.Errorf("read the letters: %w", err)
		}
		for _, e := range entries {
			if _, err := language.Parse(e.Name()); !e.IsDir() || err != nil {
				mistakes = append(mistakes, Mistake{e.Name(), 1, 1, "is no language; there is one folder a language, as in de or pt-BR"})
			} else if !slices.Contains(names, e.Name()) {
				names = append(names, e.Name())
			}
		}
	}
	b := &Book{}
	for _, name := range names {
		l, wrong, err := read(folders, name)
		if err != nil {
			return nil, err
		}
		mistakes = append(mistakes, wrong...)
		b.languages = append(b.languages, l)
	}
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	return b, b.prefer(standard)
}

// prefer puts the language first that is used where there is none.
func (b *Book) prefer(standard string) error {
	tags := make([]language.Tag, len(b.languages))
	for i, l := range b.languages {
		tags[i] = l.tag
	}
	wanted, err := language.Parse(standard)
	if err != nil {
		return fmt.Errorf("language of letters: %w", err)
	}
	_, i, sure := language.NewMatcher(tags).Match(wanted)
	if sure == language.No {
		return fmt.Errorf("language of letters: there are no texts in %s", standard)
	}
	b.languages[0], b.languages[i] = b.languages[i], b.languages[0]
	tags[0], tags[i] = tags[i], tags[0]
	b.matcher = language.NewMatcher(tags)
	return nil
}

// Language is the one nearest to what a reader asks for, as in de-AT, or the company's where there is none.
func (b *Book) Language(wanted string) *Language {
	tag, err := language.Parse(strings.TrimSpace(wanted))
	if err != nil {
		return b.languages[0]
	}
	_, i, _ := b.matcher.Match(tag)
	return b.languages[i]
}

// Languages are the names of those there are, that of the company first.
func (b *Book) Languages() []string {
	names := make([]string, len(b.languages))
	for i, l := range b.languages {
		names[i] = l.tag.String()
	}
	return names
}

// read reads one language; a file of a later folder takes the place of that of an earlier one.
func read(folders []fs.FS, name string) (*Language, Mistakes, error) {
	l := &Language{tag: language.Make(name), templates: map[Kind]form{}, words: map[string]string{}}
	latin, err := l.tag.SetTypeForKey("nu", "latn") // digits that amounts have everywhere else
	if err != nil {
		return nil, nil, err
	}
	l.printer = message.NewPrinter(latin)
	l.sign = decimalSign(l.printer)
	mistakes, err := l.readTones(folders, name)
	if err != nil {
		return nil, nil, err
	}
	for _, k := range Kinds {
		file, text, err := last(folders, path.Join(name, string(k)+".txt"))
		if err != nil {
			return nil, nil, err
		}
		m, wrong := parseLetter(file, text, Placeholders(k))
		l.templates[k] = m
		mistakes = append(mistakes, wrong...)
	}
	wrong, err := l.readRights(folders, name)
	if err != nil {
		return nil, nil, err
	}
	mistakes = append(mistakes, wrong...)
	wrong, err = l.readWords(folders, name)
	return l, append(mistakes, wrong...), err
}

// readTones reads the folders within a language's: each is a tone with letters of its own, as in de/firm/overdue.txt.
func (l *Language) readTones(folders []fs.FS, name string) (mistakes Mistakes, err error) {
	l.tones = map[string]map[Kind]form{}
	for _, folder := range folders {
		entries, err := fs.ReadDir(folder, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read the letters: %w", err)
		}
		for _, tone := range entries {
			if !tone.IsDir() {
				continue
			}
			if l.tones[tone.Name()] == nil {
				l.tones[tone.Name()] = map[Kind]form{}
			}
			for _, k := range Kinds {
				file, text, err := last([]fs.FS{folder}, path.Join(name, tone.Name(), string(k)+".txt"))
				if err != nil {
					return nil, err
				}
				if text == "" {
					continue
				}
				m, wrong := parseLetter(file, text, Placeholders(k))
				l.tones[tone.Name()][k] = m
				mistakes = append(mistakes, wrong...)
			}
		}
	}
	return mistakes, nil
}

// Tones are the names of the sets of letters beside the usual one, in any language.
func (b *Book) Tones() []string {
	all := map[string]bool{}
	for _, l := range b.languages {
		for tone := range l.tones {
			all[tone] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// last is a file from the last folder that has it; a text that is nowhere is empty, which is found when it is parsed.
func last(folders []fs.FS, name string) (file, text string, err error) {
	for _, folder := range slices.Backward(folders) {
		found, err := fs.ReadFile(folder, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return name, "", fmt.Errorf("read the letters: %w", err)
		}
		return name, strings.ReplaceAll(strings.TrimPrefix(string(found), "\uFEFF"), "\r\n", "\n"), nil
	}
	return name, "", nil
}

// parseLetter takes the first line as the subject. What must be said may stand in either.
func parseLetter(file, text string, names map[string]bool) (form, Mistakes) {
	subject, body, _ := strings.Cut(text, "\n")
	if strings.TrimSpace(subject) == "" || strings.TrimSpace(body) == "" {
		return form{}, Mistakes{{file, 1, 1, "a letter is a subject on the first line, then its text"}}
	}
	whole, mistakes := parse(file, text, names)
	if len(mistakes) > 0 {
		return form{}, mistakes
	}
	return whole.split(), nil
}

// split divides a letter behind its first line, so that places stay those of the file.
func (t template) split() form {
	m := form{template{file: t.file}, template{file: t.file}}
	for i, p := range t.parts {
		head, tail, found := strings.Cut(p.text, "\n")
		if !found {
			m.subject.parts = append(m.subject.parts, p)
			continue
		}
		m.subject.parts = append(m.subject.parts, part{text: head})
		m.body.parts = append([]part{{text: strings.TrimLeft(tail, "\n")}}, t.parts[i+1:]...)
		break
	}
	return m
}

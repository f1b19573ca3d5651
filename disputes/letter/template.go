package letter

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Mistake is something in a text that cannot be used.
type Mistake struct {
	File         string
	Line, Column int // from 1; the column in characters
	Text         string
}

// Error is the mistake as an editor understands it.
func (m Mistake) Error() string { return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Text) }

// Mistakes are all that is wrong with the texts of a folder.
type Mistakes []Mistake

// Error prints one a line.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// A template is a text with placeholders: {name}, and doubled braces for the signs themselves.
type template struct {
	file  string
	parts []part
}

// part is a piece of text, or a placeholder by its name and place.
type part struct {
	text, name   string
	line, column int
}

// parse reads a template that may use some placeholders, of which those that are true must be there.
func parse(file, text string, names map[string]bool) (template, Mistakes) {
	t := template{file: file}
	var mistakes Mistakes
	line, column := 1, 1
	wrong := func(text string, args ...any) {
		mistakes = append(mistakes, Mistake{file, line, column, fmt.Sprintf(text, args...)})
	}
	missing := maps.Clone(names)
	for text != "" {
		size := 1
		switch sign := text[0]; {
		case strings.HasPrefix(text, "{{") || strings.HasPrefix(text, "}}"):
			t.add(string(sign))
			size = 2
		case sign == '}':
			wrong("a } without its {; write }} for the sign itself")
		case sign == '{':
			name, _, closed := strings.Cut(text[1:], "}")
			if !closed || strings.ContainsAny(name, "{\n") {
				wrong("a { without its }; write {{ for the sign itself")
				break
			}
			if _, known := names[name]; !known {
				wrong("there is no {%s} here; there are %s", name, listed(names))
			}
			delete(missing, name)
			t.parts = append(t.parts, part{name: name, line: line, column: column})
			size = len(name) + 2
		default:
			if size = strings.IndexAny(text, "{}"); size < 0 {
				size = len(text)
			}
			t.add(text[:size])
		}
		line, column = after(line, column, text[:size])
		text = text[size:]
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		if missing[name] {
			wrong("{%s} is missing: a letter of this kind must say it", name)
		}
	}
	return t, mistakes
}

// after is the place behind a text.
func after(line, column int, text string) (int, int) {
	if breaks := strings.Count(text, "\n"); breaks > 0 {
		return line + breaks, 1 + utf8.RuneCountInString(text[strings.LastIndexByte(text, '\n')+1:])
	}
	return line, column + utf8.RuneCountInString(text)
}

func listed(names map[string]bool) string {
	return "{" + strings.Join(slices.Sorted(maps.Keys(names)), "}, {") + "}"
}

func (t *template) add(text string) {
	if last := len(t.parts) - 1; last >= 0 && t.parts[last].name == "" {
		t.parts[last].text += text
		return
	}
	t.parts = append(t.parts, part{text: text})
}

// fill puts values in the place of placeholders. What stands in a value is text, whatever it looks like.
func (t template) fill(values map[string]string) (string, error) {
	var text strings.Builder
	for _, p := range t.parts {
		value, found := values[p.name]
		if p.name != "" && !found {
			return "", Mistake{t.file, p.line, p.column, fmt.Sprintf("{%s} has no value in this letter", p.name)}
		}
		text.WriteString(cmp.Or(p.text, value))
	}
	return text.String(), nil
}

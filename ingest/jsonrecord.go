package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

var (
	errNoRecord = errors.New("it is no record {...}")
	errTwice    = errors.New("the same name stands in it twice, and which value holds is anybody's guess")
)

// take takes one record in.
func (r *jsonReader) take(text []byte, number int64) error {
	cells := make([][]byte, len(r.plan.header))
	err := checkRecord(text)
	column := ""
	if err == nil {
		w := recordWalker{text: text, decimal: r.plan.formats.decimal}
		err = w.object("", func(name string, value []byte) error {
			at, ok := r.names[name]
			if !ok {
				if len(r.other) < maxColumns {
					r.other[name] = true
				}
				return nil
			}
			r.seen[at] = true
			column = name
			if cells[at] != nil {
				return errTwice
			}
			cells[at] = value
			return nil
		})
	}
	if err != nil {
		return r.refuseText(fault{column: column, reason: err.Error()}, number, bytes.TrimSpace(text))
	}
	for i, cell := range cells {
		if bytes.Contains(cell, replacement) {
			return r.refuseText(fault{column: r.plan.header[i], value: cut(cell, maxValue), reason: "there is half a character in it, or one that was lost before"}, number, text)
		}
	}
	return r.record(cells, number, bytes.TrimSpace(text))
}

func checkRecord(text []byte) error {
	var broken *json.SyntaxError
	switch err := json.Unmarshal(text, new(json.RawMessage)); {
	case errors.As(err, &broken):
		return fmt.Errorf("it is no JSON behind byte %d: %w", broken.Offset, err)
	case err != nil:
		return err
	case !utf8.Valid(text):
		return errors.New("there are bytes in it that are no UTF-8")
	}
	return nil
}

// recordWalker goes over the members of a record, which is known to be JSON and not to be deep. Numbers stay the digits they are.
type recordWalker struct {
	text    []byte
	pos     int
	decimal byte // sign in which the source declares its numbers
}

func (w *recordWalker) space() {
	for w.pos < len(w.text) && (w.text[w.pos] == ' ' || w.text[w.pos] == '\t' || w.text[w.pos] == '\n' || w.text[w.pos] == '\r') {
		w.pos++
	}
}

// object hands over every value of an object and of those within it. The value nil stands for null.
func (w *recordWalker) object(prefix string, member func(name string, value []byte) error) error {
	w.space()
	if w.text[w.pos] != '{' {
		return errNoRecord
	}
	names := map[string]bool{}
	for {
		w.pos++ // past { or ,
		w.space()
		if w.text[w.pos] == '}' {
			w.pos++
			return nil
		}
		name, err := w.word()
		if err != nil {
			return err
		}
		if names[string(name)] {
			return fmt.Errorf("%q: %w", name, errTwice)
		}
		names[string(name)] = true
		w.space()
		w.pos++ // past :
		if err := w.value(prefix+string(name), member); err != nil {
			return err
		}
		w.space()
		if w.text[w.pos] == '}' {
			w.pos++
			return nil
		}
	}
}

func (w *recordWalker) value(name string, member func(string, []byte) error) error {
	w.space()
	switch w.text[w.pos] {
	case '{':
		return w.object(name+".", member)
	case '"':
		value, err := w.word()
		if err != nil {
			return err
		}
		return member(name, value)
	case '[':
		return member(name, w.list())
	}
	start := w.pos
	for w.pos < len(w.text) && bytes.IndexByte([]byte(",}] \t\r\n"), w.text[w.pos]) < 0 {
		w.pos++
	}
	literal := w.text[start:w.pos]
	switch literal[0] {
	case 'n':
		return member(name, nil)
	case 't', 'f':
		return member(name, literal)
	}
	number, err := w.number(literal)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return member(name, number)
}

// number writes a number the way the source declares numbers, digit by digit.
func (w *recordWalker) number(literal []byte) ([]byte, error) {
	if bytes.ContainsAny(literal, "eE") {
		v, err := decimal.NewFromString(string(literal))
		if err != nil || v.Exponent() > 40 || v.Exponent() < -40 {
			return nil, fmt.Errorf("%s: %w", literal, errTooLarge)
		}
		literal = []byte(v.String())
	}
	if w.decimal != '.' {
		literal = bytes.Replace(literal, []byte{'.'}, []byte{w.decimal}, 1)
	}
	return literal, nil
}

// word reads a quoted text.
func (w *recordWalker) word() ([]byte, error) {
	start := w.pos
	escaped := false
	for w.pos++; w.text[w.pos] != '"'; w.pos++ {
		if w.text[w.pos] == '\\' {
			escaped = true
			w.pos++
		}
	}
	w.pos++
	if !escaped {
		return w.text[start+1 : w.pos-1], nil
	}
	var text string
	err := json.Unmarshal(w.text[start:w.pos], &text)
	return []byte(text), err
}

// list is a list as it stands: no column holds one, but it may be read as text.
func (w *recordWalker) list() []byte {
	start, depth, quoted := w.pos, 0, false
	for ; ; w.pos++ {
		switch c := w.text[w.pos]; {
		case quoted && c == '\\':
			w.pos++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[', c == '{':
			depth++
		case c == ']', c == '}':
			if depth--; depth == 0 {
				w.pos++
				return w.text[start:w.pos]
			}
		}
	}
}

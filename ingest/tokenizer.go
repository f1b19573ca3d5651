package ingest

import "bytes"

// A record longer than this, or a quoted field that does not close within it, is not read.
const maxRecord = 1 << 20

// maxColumns is the widest header that is read.
const maxColumns = 2000

// damage is what keeps a record from being taken apart.
type damage int

const (
	undamaged damage = iota
	strayQuote
	textAfterQuote
	unclosedQuote
	bareReturn
	tooLong
)

// outcome says whether the bytes at hand held a whole record.
type outcome int

const (
	whole   outcome = iota
	more            // the record may go on beyond the bytes at hand
	endless         // damaged and far too long: go on after the next line end, wherever it is
)

// tokenizer takes delimited text apart, one record at a time. A quote means something at the start of a field only; inside a
// quoted field it is doubled. A quote that fits nowhere, or never closes, damages its record, which then ends with the line
// on which the faulty field began: the next line is read as if nothing had happened, and one stray quote costs one record.
// Where a record ends depends on its own bytes and the first megabyte from its start, so blocks can be read apart.
type tokenizer struct {
	delimiter byte
	quote     int // -1 where nothing is quoted
	special   [256]bool

	cells    [][]byte // of the record last read
	breaks   int      // line ends in it
	damage   damage
	damaged  int  // index of the cell where the damage is
	offset   int  // the line in which that cell begins, counted from the record's first
	at       int  // where it is, in bytes from the record's start
	unclosed bool // the record ends with the file and not with a line end
	arena    []byte
}

func newTokenizer(delimiter byte, quote int) *tokenizer {
	t := &tokenizer{delimiter: delimiter, quote: quote}
	for _, b := range []byte{delimiter, '\n', '\r'} {
		t.special[b] = true
	}
	if quote >= 0 {
		t.special[quote] = true
	}
	return t
}

// next reads the record that begins at b[pos]. last says that the file ends where b ends.
func (t *tokenizer) next(b []byte, pos int, last bool) (end int, state outcome) {
	t.cells, t.breaks, t.damage, t.unclosed = t.cells[:0], 0, undamaged, false
	i := pos
	for {
		if i-pos > maxRecord {
			return t.breakOff(b, pos, i, last, tooLong)
		}
		start := i
		if i < len(b) && int(b[i]) == t.quote {
			at, escaped, found := t.closing(b, pos, i+1, last)
			if found == askMore {
				return 0, more
			}
			if found != closed {
				return t.breakOff(b, pos, i, last, found.damage())
			}
			t.quoted(b[i+1:at], escaped)
			i = at + 1
		} else {
			for i < len(b) && !t.special[b[i]] {
				i++
			}
			if i < len(b) && b[i] == '\r' && i+1 < len(b) && b[i+1] != '\n' {
				i = t.pastReturns(b, pos, start, i)
			}
			if i < len(b) && int(b[i]) == t.quote {
				return t.breakOff(b, pos, start, last, strayQuote)
			}
			t.cells = append(t.cells, b[start:i])
		}
		switch {
		case i == len(b) && last:
			t.unclosed = true
			return t.finish(pos, i), whole
		case i == len(b):
			if i-pos > maxRecord {
				t.cells = t.cells[:len(t.cells)-1]
				return t.breakOff(b, pos, start, last, tooLong)
			}
			return 0, more
		case b[i] == t.delimiter:
			i++
		case b[i] == '\n':
			t.breaks++
			return t.finish(pos, i+1), whole
		case i+1 < len(b): // a carriage return before a line feed
			t.breaks++
			return t.finish(pos, i+2), whole
		case last:
			t.unclosed = true
			return t.finish(pos, i+1), whole
		default:
			return 0, more
		}
	}
}

func (t *tokenizer) finish(pos, end int) int {
	if end-pos > maxRecord && t.damage == undamaged {
		t.damage, t.damaged, t.offset, t.at = tooLong, len(t.cells)-1, 0, 0
	}
	return end
}

// pastReturns goes to the end of an unquoted field that holds carriage returns without line feeds.
func (t *tokenizer) pastReturns(b []byte, pos, start, i int) int {
	if t.damage == undamaged {
		t.damage, t.damaged, t.offset, t.at = bareReturn, len(t.cells), t.breaks, start-pos
	}
	for i < len(b) && (!t.special[b[i]] || b[i] == '\r' && i+1 < len(b) && b[i+1] != '\n') {
		i++
	}
	return i
}

// breakOff ends the damaged record that begins at b[pos] with the line that b[i] is in.
func (t *tokenizer) breakOff(b []byte, pos, i int, last bool, why damage) (int, outcome) {
	t.damage, t.damaged, t.offset, t.at = why, len(t.cells), t.breaks, i-pos
	n := bytes.IndexByte(b[i:], '\n')
	switch {
	case n >= 0:
		t.breaks++
		return i + n + 1, whole
	case last:
		t.unclosed = true
		return len(b), whole
	case len(b)-pos > maxRecord:
		t.breaks++
		return len(b), endless
	default:
		return 0, more
	}
}

// closure is what was found at the end of a quoted field.
type closure int

const (
	closed closure = iota
	askMore
	neverCloses
	textFollows
)

func (c closure) damage() damage {
	if c == textFollows {
		return textAfterQuote
	}
	return unclosedQuote
}

// closing looks for the quote that ends the field whose text begins at b[i], in the record that begins at b[pos].
func (t *tokenizer) closing(b []byte, pos, i int, last bool) (at int, escaped bool, found closure) {
	for {
		n := bytes.IndexByte(b[i:], byte(t.quote))
		if n < 0 && !last && len(b)-pos <= maxRecord {
			return 0, false, askMore
		}
		if n < 0 || i+n-pos > maxRecord {
			return 0, false, neverCloses
		}
		i += n
		rest := b[i+1:]
		switch {
		case len(rest) == 0 && last:
			return i, escaped, closed
		case len(rest) == 0:
			return 0, false, askMore
		case int(rest[0]) == t.quote:
			escaped = true
			i += 2
		case rest[0] == t.delimiter, rest[0] == '\n':
			return i, escaped, closed
		case rest[0] != '\r':
			return 0, false, textFollows
		case len(rest) == 1 && !last:
			return 0, false, askMore
		case len(rest) == 1, rest[1] == '\n':
			return i, escaped, closed
		default:
			return 0, false, textFollows
		}
	}
}

// quoted keeps the text of a quoted field, with doubled quotes made single.
func (t *tokenizer) quoted(text []byte, escaped bool) {
	t.breaks += bytes.Count(text, lineEnd)
	if !escaped {
		t.cells = append(t.cells, text)
		return
	}
	if cap(t.arena)-len(t.arena) < len(text) {
		t.arena = make([]byte, 0, max(64<<10, 2*len(text))) // cells of earlier records keep the old one
	}
	start := len(t.arena)
	for i := 0; i < len(text); i++ {
		t.arena = append(t.arena, text[i])
		if int(text[i]) == t.quote {
			i++
		}
	}
	t.cells = append(t.cells, t.arena[start:len(t.arena):len(t.arena)])
}

var lineEnd = []byte{'\n'}

// blank says whether a record is an empty line, which is none.
func blank(text []byte) bool {
	switch len(text) {
	case 0:
		return true
	case 1:
		return text[0] == '\n' || text[0] == '\r'
	case 2:
		return text[0] == '\r' && text[1] == '\n'
	}
	return false
}

package ingest

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// blockReader parses one block after the other.
type blockReader struct {
	*pipeline
	tokens *tokenizer
	loader *loader
}

func newBlockReader(p *pipeline) *blockReader {
	return &blockReader{pipeline: p, tokens: p.dialect.tokenizer(), loader: newLoader(p.plan, p.job)}
}

// parseFrom reads a block again from where the block before really ended.
func (r *blockReader) parseFrom(b *block, start, line int64) parsed {
	if start >= b.end { // all of it belonged to a record of the block before
		return parsed{end: start, line: line}
	}
	text, err := r.read(start)
	if err != nil {
		return parsed{err: err}
	}
	return r.parse(&block{text: text, start: start, end: b.end, line: line})
}

// ends says whether the text of a block goes to the end of the file.
func (r *blockReader) ends(b *block) bool {
	end := b.start + int64(len(b.text))
	return r.in.reach(end+1) == end
}

func (r *blockReader) parse(b *block) parsed {
	r.loader.reset()
	p := parsed{end: b.start, line: b.line}
	clean := r.isText(b.text)
	limit := len(b.text)
	pos := 0
	for p.end < b.end {
		last := r.ends(b)
		end, state := r.tokens.next(b.text, pos, last)
		if state == more {
			if p.err = r.extend(b); p.err != nil {
				return p
			}
			continue
		}
		text := b.text[pos:end]
		if !blank(text) {
			r.record(text, p.line, clean && end <= limit)
			if r.tokens.unclosed {
				p.cut = p.line
			}
		}
		p.line += int64(r.tokens.breaks)
		pos, p.end = end, b.start+int64(end)
		if state == endless {
			if p.end, p.err = r.nextLine(p.end); p.err != nil {
				return p
			}
			break // the block ended with this line
		}
	}
	p.groups, p.err = r.encode()
	p.tally = r.loader.tally
	if int64(cap(b.text)) == r.block {
		r.texts.Put(&b.text)
	}
	return p
}

// extend reads on where a record goes beyond its block.
func (r *blockReader) extend(b *block) error {
	after := b.start + int64(len(b.text))
	n := r.in.reach(after+maxRecord+maxRecord/2) - after
	longer := make([]byte, len(b.text), len(b.text)+int(n))
	copy(longer, b.text)
	b.text = longer[:len(b.text)+int(n)]
	_, err := r.in.ReadAt(b.text[len(longer):], after)
	return err
}

// record hands a record on, or says why it could not be taken apart.
func (r *blockReader) record(text []byte, line int64, clean bool) {
	t := r.tokens
	if r.loader.skips(text) {
		return
	}
	if t.unclosed && r.dialect.closed {
		r.loader.refuse(fault{reason: "the last record has no line end, and the source declares that it has one (csv.closed): the file was cut off; have it sent again"}, line, text)
		return
	}
	if t.damage != undamaged {
		r.loader.refuse(r.damage(text, line), line, text)
		return
	}
	if r.dialect.layout != nil {
		r.fixed(text, line, clean)
		return
	}
	if len(t.cells) != len(r.plan.header) {
		r.loader.refuse(fault{reason: r.ragged(t)}, line, text)
		return
	}
	if !clean {
		if f, ok := r.unreadable(text, t.cells); ok {
			r.loader.refuse(f, line, text)
			return
		}
	}
	r.loader.record(t.cells, line, text)
}

// fixed takes a record apart by the places of its columns.
func (r *blockReader) fixed(text []byte, line int64, clean bool) {
	if !clean {
		if f, ok := r.unreadable(text, nil); ok {
			r.loader.refuse(f, line, text)
			return
		}
	}
	cells, reason := r.dialect.layout.cut(bytes.TrimRight(text, "\r\n"))
	if reason != "" {
		r.loader.refuse(fault{reason: reason}, line, text)
		return
	}
	r.loader.record(cells, line, text)
}

func (r *blockReader) ragged(t *tokenizer) string {
	reason := fmt.Sprintf("the record has %d columns and the header %d", len(t.cells), len(r.plan.header))
	switch {
	case t.unclosed && len(t.cells) < len(r.plan.header):
		return reason + "; the file ends in the middle of it, so it was cut off: have it sent again"
	case len(t.cells) > len(r.plan.header):
		return reason + "; a value that holds the delimiter must be quoted"
	default:
		return reason + "; a value is missing, or a line end stands in one that is not quoted"
	}
}

// replacement stands where bytes could not be decoded.
var replacement = []byte("\ufffd")

// unreadable finds the value that is no text.
func (r *blockReader) unreadable(text []byte, cells [][]byte) (fault, bool) {
	if r.isText(text) {
		return fault{}, false
	}
	f := fault{reason: fmt.Sprintf("there are bytes in it that are not %s; declare the encoding in which the file is written", r.dialect.encoding)}
	if bytes.IndexByte(text, 0) >= 0 {
		f.reason = "there is a zero byte in it; the file is damaged or not in encoding " + r.dialect.encoding
	}
	for i, cell := range cells {
		if !r.isText(cell) {
			f.column, f.value = r.plan.header[i], cut(cell, maxValue)
			break
		}
	}
	return f, true
}

func (r *blockReader) isText(b []byte) bool {
	return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 && (!r.dialect.decoded || !bytes.Contains(b, replacement))
}

// damage says where and how a record is broken.
func (r *blockReader) damage(text []byte, line int64) fault {
	t := r.tokens
	f := fault{line: line + int64(t.offset)}
	if t.damaged < len(r.plan.header) {
		f.column = r.plan.header[t.damaged]
	}
	switch t.damage {
	case strayQuote:
		f.reason = fmt.Sprintf("a %c stands inside a value that does not begin with one; a value that holds it must be quoted, and it doubled", r.dialect.quote)
	case textAfterQuote:
		f.reason = fmt.Sprintf("there is text behind the closing %c of a quoted value; a quote inside it must be doubled", r.dialect.quote)
	case unclosedQuote:
		f.reason = "a quoted value begins here and is never closed; the record is taken to end with this line, and the next line is read on its own"
	case bareReturn:
		f.reason = "a carriage return without a line feed stands in a value that is not quoted"
	case tooLong:
		f.reason = fmt.Sprintf("the record is longer than %d bytes; the delimiter or the quote may not be the declared one", maxRecord)
	}
	f.value = cut(bytes.TrimRight(text[min(len(text), t.at):], "\r\n"), maxValue)
	return f
}

// encode turns the rows of a block into row groups.
func (r *blockReader) encode() ([]group, error) {
	r.loader.total()
	tables := r.loader.files()
	groups := make([]group, len(tables))
	for i, t := range tables {
		buffer, _ := r.buffers.Get().(*bytes.Buffer)
		if buffer == nil {
			buffer = &bytes.Buffer{}
		}
		var err error
		if groups[i], err = t.encode(buffer); err != nil {
			return nil, err
		}
	}
	return groups, nil
}

package ingest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxDepth is how deep JSON may be nested; parsers go as deep as the text does, and end the process with it.
const maxDepth = 64

// jsonGuard walks over JSON byte by byte, without recursion: it refuses what is nested too deep or has a record too long, and counts the
// records. It shares no code with the parser, and does not care whether the text is JSON otherwise.
type jsonGuard struct {
	lines bool     // a record a line
	list  []string // names on the way to the list of records

	records int64
	stack   []level
	quoted  bool
	escaped bool
	word    []byte // the last text, as far as a name of the path may go
	start   int64  // of the record, or of the line
	inside  bool   // of a record
}

// level is an open object or list.
type level struct {
	list    bool
	records bool   // its members are the records
	name    string // that the value to come has
}

// mostName is how much of a name the guard keeps, to find the path by.
const mostName = 256

func (g *jsonGuard) walk(from io.Reader) error {
	in := bufio.NewReaderSize(from, copySize)
	for at := int64(0); ; at++ {
		c, err := in.ReadByte()
		if errors.Is(err, io.EOF) {
			if g.lines && g.inside {
				g.records++
			}
			return nil
		}
		if err != nil {
			return err
		}
		if g.lines {
			err = g.line(c, at)
		} else {
			err = g.step(c, at)
		}
		if err != nil {
			return err
		}
	}
}

// line counts lines with something on them. Each begins anew, whatever the one before left open.
func (g *jsonGuard) line(c byte, at int64) error {
	if c == '\n' {
		if g.inside {
			g.records++
		}
		g.stack, g.quoted, g.escaped, g.inside, g.start = g.stack[:0], false, false, false, at+1
		return nil
	}
	if c != '\r' && (at > 2 || c != "\xef\xbb\xbf"[at]) {
		g.inside = true
	}
	if at-g.start > maxRecord {
		return refusal{g.records + 1, "", fmt.Sprintf("the record is longer than %d bytes", maxRecord)}
	}
	return g.nest(c)
}

func (g *jsonGuard) nest(c byte) error {
	switch {
	case g.escaped:
		g.escaped = false
	case g.quoted:
		g.escaped, g.quoted = c == '\\', c != '"'
	case c == '"':
		g.quoted = true
	case c == '{', c == '[':
		g.stack = append(g.stack, level{list: c == '['})
		if len(g.stack) > maxDepth {
			return refusal{reason: fmt.Sprintf("it is nested deeper than %d levels; nothing of it was read", maxDepth)}
		}
	case (c == '}' || c == ']') && len(g.stack) > 0:
		g.stack = g.stack[:len(g.stack)-1]
	}
	return nil
}

func (g *jsonGuard) step(c byte, at int64) error {
	if (g.inside || g.quoted) && at-g.start > maxRecord {
		return refusal{reason: fmt.Sprintf("record %d is longer than %d bytes", g.records, maxRecord)}
	}
	if g.quoted {
		g.text(c)
		return g.nest(c)
	}
	top := len(g.stack) - 1
	if top >= 0 && g.stack[top].records && !g.inside && !blankSign(c) && c != ',' && c != ']' {
		g.records++
		g.inside, g.start = true, at
	}
	switch c {
	case '"':
		g.word = g.word[:0]
		if !g.inside {
			g.start = at
		}
	case ':':
		if top >= 0 {
			g.stack[top].name = string(g.word)
		}
	case ',':
		if top >= 0 && g.stack[top].records {
			g.inside = false
		}
	case ']':
		if top >= 0 && g.stack[top].records {
			g.inside = false
		}
	}
	opened := c == '['
	here := opened && !g.inside && g.records == 0 && g.arrived()
	if err := g.nest(c); err != nil {
		return err
	}
	if here {
		g.stack[len(g.stack)-1].records = true
	}
	return nil
}

func (g *jsonGuard) text(c byte) {
	if len(g.word) < mostName && (g.escaped || c != '"') {
		g.word = append(g.word, c)
	}
}

// arrived says that the list which opens here is the one at the path.
func (g *jsonGuard) arrived() bool {
	names := make([]string, len(g.stack))
	for i, l := range g.stack {
		if l.list {
			return false
		}
		names[i] = l.name
	}
	return slices.Equal(names, g.list)
}

func blankSign(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// gatherRows is how many rows become one row group.
const gatherRows = 64 << 10

// gatherer lands records that are read one after the other.
type gatherer struct {
	plan   *plan
	loader *loader
	out    *output
	rows   int
}

func newGatherer(p *plan, j job) *gatherer {
	return &gatherer{plan: p, loader: newLoader(p, j), out: newOutput(p, j)}
}

// record takes one record in, as it was received: nil where it was no text. Its cells must not change any more.
func (g *gatherer) record(cells [][]byte, line int64, received []byte) error {
	switch f, ok := g.unreadable(cells); {
	case g.noData(cells):
	case ok && received == nil:
		g.loader.refuse(f, line, g.plan.describe(cells))
	case ok:
		g.loader.refuse(f, line, received)
	default:
		g.loader.record(cells, line, received)
	}
	return g.step()
}

// refuse takes in a record that cannot be a row, whatever is in its cells.
func (g *gatherer) refuse(f fault, cells [][]byte, line int64) error {
	if !g.noData(cells) {
		g.loader.refuse(f, line, g.plan.describe(cells))
	}
	return g.step()
}

// refuseText takes in a record that could not be taken apart.
func (g *gatherer) refuseText(f fault, line int64, received []byte) error {
	if !g.loader.skips(received) {
		g.loader.refuse(f, line, received)
	}
	return g.step()
}

// noData says whether the source declares what is in the cells no data.
func (g *gatherer) noData(cells [][]byte) bool {
	return len(g.plan.nonData) > 0 && g.loader.skips(bytes.Join(cells, []byte("|")))
}

// describe writes a record that was no text as one of JSON: the columns that the maps read, by name, and what no column is there for. It is
// what quarantine shows of it, and what can be corrected.
func (p *plan) describe(cells [][]byte) []byte {
	var out bytes.Buffer
	words := json.NewEncoder(&out)
	words.SetEscapeHTML(false)
	word := func(text string) {
		_ = words.Encode(text)      // a text can always be encoded
		out.Truncate(out.Len() - 1) // the line end
	}
	out.WriteByte('{')
	for i, cell := range cells {
		name := fmt.Sprintf("column %d", i+1)
		if i < len(p.header) {
			name = p.header[i]
		}
		if i < len(p.header) && !p.read[i] {
			continue
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		word(name)
		out.WriteByte(':')
		word(string(cell))
	}
	out.WriteByte('}')
	return out.Bytes()
}

func (g *gatherer) unreadable(cells [][]byte) (fault, bool) {
	for i, cell := range cells {
		if !utf8.Valid(cell) || bytes.IndexByte(cell, 0) >= 0 {
			return fault{column: g.plan.header[i], value: cut(cell, maxValue), reason: "there are bytes in it that are no text"}, true
		}
	}
	return fault{}, false
}

func (g *gatherer) step() error {
	if g.rows++; g.rows < gatherRows {
		return nil
	}
	return g.flush()
}

// flush writes what has been gathered.
func (g *gatherer) flush() error {
	g.rows = 0
	g.loader.total()
	groups := make([]group, 0, len(g.loader.tables)+1)
	for _, t := range g.loader.files() {
		made, err := t.encode(&bytes.Buffer{})
		if err != nil {
			return err
		}
		groups = append(groups, made)
	}
	err := g.out.add(groups, g.loader.tally)
	g.loader.reset()
	return err
}

// finish writes the rest, or leaves everything to the next sweep.
func (g *gatherer) finish(err error) (result, error) {
	if err == nil {
		err = g.flush()
	}
	if err != nil {
		g.out.abandon()
		return result{}, err
	}
	return g.out.finish()
}

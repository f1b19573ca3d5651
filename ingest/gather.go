package ingest

import (
	"bytes"
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

// record takes one record in. Its cells must not change any more.
func (g *gatherer) record(cells [][]byte, line int64) error {
	text := bytes.Join(cells, []byte("|"))
	switch f, ok := g.unreadable(cells); {
	case g.loader.skips(text):
	case ok:
		g.loader.refuse(f, line, text)
	default:
		g.loader.record(cells, line, text)
	}
	return g.step()
}

// refuse takes in a record that could not be taken apart.
func (g *gatherer) refuse(f fault, line int64, text []byte) error {
	if !g.loader.skips(text) {
		g.loader.refuse(f, line, text)
	}
	return g.step()
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

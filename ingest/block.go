package ingest

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// blockSize is how much of a file one worker takes at a time. A block becomes one row group of some 100,000 rows.
const blockSize = 8 << 20

// block is a stretch of text that begins and ends with a line. That its first line begins a record is a guess: the line may lie
// within a quoted field of the block before. Blocks are parsed side by side on that guess, and each is checked when its
// turn to be written comes: if the block before ended elsewhere, this one is parsed again from there. So the result is
// that of reading from front to back.
type block struct {
	text  []byte
	start int64 // in the file
	end   int64 // records that begin before it belong to the block
	line  int64 // of its start
	done  chan parsed
}

// parsed is what a block became.
type parsed struct {
	end    int64 // where its last record ended
	line   int64 // of that place
	groups []group
	tally  tally
	cut    int64 // line of a last record that no line end closes; 0 for none
	err    error
}

// pipeline reads one delimited file.
type pipeline struct {
	in       text
	job      job
	plan     *plan
	dialect  dialect
	progress func(bytes int64)
	block    int64 // bytes of a block
	texts    sync.Pool
	buffers  sync.Pool
}

// run parses the records from an offset on into the output.
func (p *pipeline) run(start, line int64, out *output) error {
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan *block, workers), make(chan *block, 2*workers)
	stop := make(chan struct{})
	var g errgroup.Group
	g.Go(func() error {
		defer close(work)
		defer close(order)
		return p.split(start, line, work, order, stop)
	})
	for range workers {
		g.Go(func() error {
			r := newBlockReader(p)
			for b := range work {
				b.done <- r.parse(b)
			}
			return nil
		})
	}
	g.Go(func() error {
		err := p.gather(start, line, order, out)
		close(stop)
		for range order { // so that nobody waits for a place in line
		}
		return err
	})
	return g.Wait()
}

// split cuts the file into blocks and counts their lines.
func (p *pipeline) split(start, line int64, work, order chan<- *block, stop <-chan struct{}) error {
	for p.in.reach(start+1) > start {
		b := &block{start: start, line: line, done: make(chan parsed, 1)}
		var err error
		if b.text, err = p.read(start); err != nil {
			return err
		}
		if b.end, err = p.cut(b); err != nil {
			return err
		}
		line += int64(bytes.Count(b.text[:min(int64(len(b.text)), b.end-start)], lineEnd))
		if b.end-start > int64(len(b.text)) {
			line++ // the one line end of an endless line
		}
		start = b.end
		for _, queue := range []chan<- *block{order, work} {
			select {
			case queue <- b:
			case <-stop:
				return nil
			}
		}
	}
	return nil
}

// cut finds where a block should end: after its last line end, or after the first one behind it.
func (p *pipeline) cut(b *block) (int64, error) {
	after := b.start + int64(len(b.text))
	if p.in.reach(after+1) == after {
		return after, nil
	}
	if n := bytes.LastIndexByte(b.text, '\n'); n >= 0 {
		return b.start + int64(n) + 1, nil
	}
	return p.nextLine(after)
}

// nextLine is the start of the line after the one that goes through an offset.
func (p *pipeline) nextLine(from int64) (int64, error) {
	buffer := make([]byte, 1<<20)
	for {
		n, err := p.in.ReadAt(buffer[:p.in.reach(from+int64(len(buffer)))-from], from)
		if n == 0 && (err == nil || errors.Is(err, io.EOF)) {
			return from, nil
		}
		if i := bytes.IndexByte(buffer[:n], '\n'); i >= 0 {
			return from + int64(i) + 1, nil
		}
		if err != nil {
			return 0, err
		}
		from += int64(n)
	}
}

func (p *pipeline) read(start int64) ([]byte, error) {
	var text []byte
	if used, ok := p.texts.Get().(*[]byte); ok {
		text = *used
	} else {
		text = make([]byte, p.block)
	}
	text = text[:p.in.reach(start+p.block)-start]
	_, err := p.in.ReadAt(text, start)
	return text, err
}

// gather writes the blocks in their order and checks where each began.
func (p *pipeline) gather(at, line int64, order <-chan *block, out *output) error {
	again := newBlockReader(p)
	for b := range order {
		done := <-b.done
		if b.start != at {
			done = again.parseFrom(b, at, line)
		}
		if done.err != nil {
			return done.err
		}
		at, line = done.end, done.line
		if done.cut > 0 {
			out.plan.noteUnclosed(done.cut)
		}
		if err := out.add(done.groups, done.tally); err != nil {
			return err
		}
		for _, g := range done.groups {
			if g.bytes != nil {
				p.buffers.Put(g.bytes)
			}
		}
		p.progress(at)
	}
	return nil
}

package pull

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"arrears/config"
	"arrears/ingest"
)

// query is a source that is the answer of a database.
type query struct {
	source  config.Source
	config  config.Database
	server  server
	options Options
}

// A server answers queries. Its session is read-only and sees one moment of the data.
type server interface {
	open(ctx context.Context, w *watch) (session, error)
}

// session is one connection in one transaction.
type session interface {
	// columns are those of the query's answer.
	columns(ctx context.Context, query string) ([]column, error)

	// newest is the greatest watermark of the answer, without a row none; a row that has none is an error.
	newest(ctx context.Context, query string, watermark []column) ([]string, error)

	// rows writes the answer as tab-separated lines, and returns how many rows the server says it sent.
	rows(ctx context.Context, q question, to io.Writer) (int64, error)

	io.Closer
}

// question is what is asked of a session.
type question struct {
	query     string
	columns   []column
	watermark []column
	after     []string      // values of the watermark, empty for all rows
	overlap   time.Duration // how far before them
}

// column is one of an answer.
type column struct {
	name string
	kind kind
}

type kind int

const (
	other kind = iota // text for one
	integer
	number // with decimals
	day
	moment // date and time
)

// Mark says how a database was read: it stands on the receipt of what was read.
type Mark struct {
	Query     string    `json:"query"`
	Watermark []string  `json:"watermark,omitempty"` // names of its columns
	Values    []string  `json:"values,omitempty"`    // up to which rows were read, as the server writes them
	Rows      int64     `json:"rows"`                // that the server says it sent
	At        time.Time `json:"at"`                  // when it was asked
}

// List is the one answer that there is.
func (q query) List(ctx context.Context, known []ingest.Receipt) ([]ingest.Extract, error) {
	p := &asked{query: q, mark: Mark{Query: q.config.Query, Watermark: q.config.Watermark, Rows: -1}}
	if last, ok := q.last(known); ok {
		p.after = last.Values
	}
	return []ingest.Extract{{
		Name: q.source.Name, Size: -1, Live: true, Open: p.open,
		Rows: func() int64 { return p.mark.Rows },
		Mark: func() string { return jsonOf(p.mark) },
	}}, nil
}

// last is the newest mark under which rows landed, if it is of the same columns.
func (q query) last(known []ingest.Receipt) (Mark, bool) {
	for _, r := range slices.Backward(known) {
		var m Mark
		if r.Failed != "" || json.Unmarshal([]byte(r.Mark), &m) != nil || len(m.Values) == 0 {
			continue
		}
		if !slices.Equal(m.Watermark, q.config.Watermark) {
			q.options.Log.Warn("watermark is of other columns than before, everything is read again", "was", strings.Join(m.Watermark, ", "))
			return Mark{}, false
		}
		return m, true
	}
	return Mark{}, false
}

// asked is one pull.
type asked struct {
	query
	after []string
	mark  Mark
}

// open asks the server. What comes is read while it is asked for more.
func (p *asked) open(ctx context.Context) (io.ReadCloser, error) {
	p.mark.At = p.options.Now().UTC()
	ctx, cancel := context.WithTimeoutCause(ctx, p.config.Connect+p.config.Statement,
		fmt.Errorf("it took longer than %v (statement_timeout)", p.config.Statement))
	ctx, w := watched(ctx, p.config.Connect)
	s, err := p.server.open(ctx, w)
	if err != nil {
		cancel()
		return nil, causeOf(ctx, err)
	}
	w.limit.Store(int64(p.config.Stall))
	question, err := p.ask(ctx, s)
	if err != nil {
		err = errors.Join(causeOf(ctx, err), s.Close())
		cancel()
		return nil, err
	}
	return p.answer(ctx, cancel, s, question), nil
}

// ask finds out what the answer will look like, and up to where it goes.
func (p *asked) ask(ctx context.Context, s session) (question, error) {
	columns, err := s.columns(ctx, p.config.Query)
	if err != nil {
		return question{}, fmt.Errorf("ask for the columns: %w", err)
	}
	header := make([]string, len(columns))
	for i, c := range columns {
		header[i] = c.name
	}
	if err := ingest.Fits(p.source, header); err != nil {
		return question{}, fmt.Errorf("the answer does not fit its maps: %w", err)
	}
	q := question{query: p.config.Query, columns: columns, overlap: p.config.Overlap}
	if len(p.config.Watermark) == 0 {
		return q, nil
	}
	for _, name := range p.config.Watermark {
		at := slices.Index(header, name)
		if at < 0 {
			return q, fmt.Errorf("the answer has no column %q, which watermark names; it has %s", name, strings.Join(header, ", "))
		}
		q.watermark = append(q.watermark, columns[at])
	}
	if k := q.watermark[0].kind; p.config.Overlap > 0 && k != moment && k != day {
		return q, fmt.Errorf("overlap is a time, and the column %q holds none", p.config.Watermark[0])
	}
	newest, err := s.newest(ctx, p.config.Query, q.watermark)
	if err != nil {
		return q, fmt.Errorf("ask for the newest row: %w", err)
	}
	p.bound(&q, newest)
	return q, nil
}

// bound says from where to where the answer goes. A watermark in the future, of a row or of a clock that was wrong, would hide all rows
// that come before that time: it counts as now.
func (p *asked) bound(q *question, newest []string) {
	q.after = p.notAhead(q.watermark, p.after)
	p.mark.Values = p.notAhead(q.watermark, newest)
	if len(newest) == 0 {
		p.mark.Values = q.after
	}
}

// notAhead is a watermark that is not more than a day ahead of the clock. A day is what time zones may differ by.
func (p *asked) notAhead(columns []column, values []string) []string {
	const seconds = "2006-01-02 15:04:05"
	if len(values) == 0 || columns[0].kind != moment && columns[0].kind != day {
		return values
	}
	limit := p.mark.At.Add(24 * time.Hour).Format(seconds)
	if values[0] <= limit[:min(len(limit), len(values[0]))] && len(values[0]) >= len(time.DateOnly) {
		return values
	}
	now := p.mark.At.Format(seconds)
	if columns[0].kind == day {
		now = now[:len(time.DateOnly)]
	}
	p.options.Log.Warn("watermark lies in the future, read from now on", "column", columns[0].name, "value", values[0])
	return []string{now}
}

// answer is the text of the rows.
func (p *asked) answer(ctx context.Context, cancel context.CancelFunc, s session, q question) io.ReadCloser {
	read, write := io.Pipe()
	a := &answered{asked: p, PipeReader: read, done: make(chan struct{})}
	go func() {
		defer close(a.done)
		defer cancel()
		rows, err := writeRows(ctx, s, q, write)
		if err == nil {
			p.mark.Rows = rows
		}
		err = errors.Join(causeOf(ctx, err), s.Close())
		_ = write.CloseWithError(err) // nil is the end of the text
	}()
	a.cancel = cancel
	return a
}

func writeRows(ctx context.Context, s session, q question, to io.Writer) (int64, error) {
	out := newLines(to, len(q.columns))
	for _, c := range q.columns {
		out.cell(c.name)
	}
	if err := out.end(); err != nil {
		return 0, err
	}
	if err := out.flush(); err != nil {
		return 0, err
	}
	return s.rows(ctx, q, to)
}

// answered is the text of an answer on its way.
type answered struct {
	*asked
	*io.PipeReader
	cancel context.CancelFunc
	done   chan struct{}
}

// Close stops what is still on its way, and says whether there was anything.
func (a *answered) Close() error {
	_ = a.PipeReader.Close() // whoever writes is told
	select {
	case <-a.done:
	default:
		a.cancel()
		<-a.done
	}
	if a.mark.Rows < 0 {
		return errors.New("the answer ended before its end")
	}
	if a.mark.Rows == 0 && len(a.config.Watermark) > 0 {
		return ingest.ErrNothingNew
	}
	return nil
}

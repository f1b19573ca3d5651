package ingest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"

	"arrears/config"
)

// correction says which rejected records of a batch an extract stands for.
type correction struct {
	batch string
	lines []int64
}

// corrected is a source as corrections are written: never packed, and only by themselves.
func corrected(s config.Source) config.Source {
	s.Packed, s.Manifest = "none", config.Manifest{}
	if !written(s.Format) {
		s.CSV.Encoding = "utf-8"
	}
	return s
}

// written says that the records of a format are text under a header. Of every other, quarantine has a record of JSON.
func written(format string) bool { return slices.Contains([]string{"", "csv", "tsv", "fixed"}, format) }

// Replay takes in rejected records that somebody has corrected. The file is the quarantine as exported in CSV; of each record whose text is
// another than the one rejected, the new text lands, under the contract of its source, as a new batch that points to the old one. A record that
// is still wrong goes to quarantine again.
func Replay(ctx context.Context, cfg config.Config, log *slog.Logger, in io.Reader) (Report, error) {
	rows, err := readCorrections(in)
	if err != nil {
		return Report{}, err
	}
	l, err := newLanding(cfg, log, Options{})
	if err != nil {
		return Report{}, err
	}
	unlock, err := l.lock(ctx)
	if err != nil {
		return Report{}, err
	}
	defer unlock()
	if err := l.open(); err != nil {
		return Report{}, err
	}
	defer func() { _ = os.RemoveAll(l.folder) }() // or the next sweep does it
	arrivals, err := l.corrections(rows)
	if err != nil {
		return Report{}, err
	}
	var errs []error
	for _, a := range arrivals {
		if err := l.land(ctx, a); err != nil {
			errs = append(errs, fmt.Errorf("land corrections of %s: %w", a.source.Name, err))
		}
	}
	if l.report.Over, err = l.over(); err != nil {
		errs = append(errs, err)
	}
	return l.report, errors.Join(errs...)
}

// place is a record in quarantine.
type recordPlace struct {
	batch string
	line  int64
}

// readCorrections reads the texts of an export by record; one that stands in it several times, for it had several faults, may be corrected
// in any of these.
func readCorrections(in io.Reader) (map[recordPlace][]string, error) {
	reader := csv.NewReader(in)
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("read the corrections: %w", err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	at := map[string]int{}
	for _, name := range []string{"batch", "line", "text"} {
		if at[name] = slices.Index(header, name); at[name] < 0 {
			return nil, fmt.Errorf("the corrections have no column %q; they are what arrears rejects -o csv writes, with another text", name)
		}
	}
	rows := map[recordPlace][]string{}
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the corrections: %w", err)
		}
		line, err := strconv.ParseInt(row[at["line"]], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read the corrections: line %q is no number", row[at["line"]])
		}
		key := recordPlace{row[at["batch"]], line}
		rows[key] = append(rows[key], row[at["text"]])
	}
}

// corrections makes an extract of the corrected records of each batch.
func (l *landing) corrections(rows map[recordPlace][]string) ([]arrival, error) {
	rejects, err := Rejects(l.cfg.State)
	if err != nil {
		return nil, err
	}
	was := map[recordPlace]string{}
	for _, r := range rejects {
		was[recordPlace{r.Batch, r.Line}] = r.Text
	}
	lines := map[string][]int64{}
	text := map[recordPlace]string{}
	for place, texts := range rows {
		before, ok := was[place]
		if !ok || place.line == 0 {
			return nil, fmt.Errorf("line %d of batch %s is not in quarantine (any more)", place.line, place.batch)
		}
		texts = slices.DeleteFunc(slices.Clone(texts), func(t string) bool { return t == before })
		slices.Sort(texts)
		texts = slices.Compact(texts)
		switch {
		case len(texts) == 0:
			continue // as it was
		case len(texts) > 1:
			return nil, fmt.Errorf("line %d of batch %s is corrected in two ways", place.line, place.batch)
		case len(before) >= maxText-3:
			return nil, fmt.Errorf("line %d of batch %s is longer than quarantine keeps; correct it where it comes from and have it sent again", place.line, place.batch)
		}
		text[place] = texts[0]
		lines[place.batch] = append(lines[place.batch], place.line)
	}
	var arrivals []arrival
	for batch, numbers := range lines {
		slices.Sort(numbers)
		a, err := l.correction(batch, numbers, text)
		if err != nil {
			return nil, err
		}
		arrivals = append(arrivals, a)
	}
	slices.SortFunc(arrivals, func(a, b arrival) int { return cmp.Compare(a.extract.of.batch, b.extract.of.batch) })
	return arrivals, nil
}

// correction is the corrected records of a batch, below the header of the extract they come from.
func (l *landing) correction(batch string, numbers []int64, text map[recordPlace]string) (arrival, error) {
	r, _ := l.receiptOf(batch) // its records are in quarantine
	i := slices.IndexFunc(l.cfg.Sources, func(s config.Source) bool { return s.Name == r.Source })
	if i < 0 {
		return arrival{}, fmt.Errorf("there is no source %q any more", r.Source)
	}
	source := &l.cfg.Sources[i]
	content, err := l.head(r, *source)
	if err != nil {
		return arrival{}, fmt.Errorf("read the header of %s: %w", r.File, err)
	}
	for _, n := range numbers {
		content = append(content, text[recordPlace{batch, n}]...)
		content = append(content, '\n')
	}
	encoded, err := encode(content, corrected(*source).CSV.Encoding)
	if err != nil {
		return arrival{}, fmt.Errorf("corrections of %s: %w", r.File, err)
	}
	return arrival{source, Extract{Name: r.File + " (corrected)", Size: -1, of: &correction{batch, numbers},
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(encoded)), nil }}}, nil
}

func (l *landing) receiptOf(batch string) (Receipt, bool) {
	i := slices.IndexFunc(l.receipts, func(r Receipt) bool { return r.Batch == batch })
	if i < 0 {
		return Receipt{}, false
	}
	return l.receipts[i], true
}

// head is the header of an extract with what stands above it.
func (l *landing) head(r Receipt, s config.Source) ([]byte, error) {
	d := dialectOf(s)
	if !written(s.Format) || d.header == 0 {
		return nil, nil
	}
	var head []byte
	for n := range d.header {
		line, err := Line(l.cfg.State, r.Digest, int64(n+1))
		if err != nil && n+1 == d.header {
			return nil, err
		}
		head = append(append(head, strings.TrimPrefix(line, "\ufeff")...), '\n')
	}
	return head, nil
}

// encode writes text the way the source's extracts are written.
func encode(text []byte, encoding string) ([]byte, error) {
	decoder, ok := decoders[encoding]
	if !ok {
		return text, nil
	}
	return decoder.NewEncoder().Bytes(text)
}

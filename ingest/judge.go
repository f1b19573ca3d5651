package ingest

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"arrears/config"
)

// judge decides whether what a worker read is taken in: by what came before it, which the worker does not know.
func (l *landing) judge(r *Receipt, done *result) error {
	i := slices.IndexFunc(l.cfg.Sources, func(s config.Source) bool { return s.Name == r.Source })
	if i < 0 {
		return nil
	}
	source := l.cfg.Sources[i]
	if r.Completeness == "" {
		r.Completeness = orElse(done.Completeness, byNobody)
	}
	r.Columns, r.Faults = done.Columns, done.Faults
	if err := l.date(r, source, done); err != nil {
		return err
	}
	if r.Of != "" {
		r.Columns, r.Faults = nil, nil // a few records say nothing of the next extract
		return nil
	}
	l.drift(r, source, done)
	if r.Vanished == "error" && done.Failed == "" {
		return l.vanished(r, source, done)
	}
	return nil
}

// earlier are the extracts of a source that landed, the last one last.
func (l *landing) earlier(r *Receipt) []Receipt {
	return slices.DeleteFunc(slices.Clone(l.receipts), func(b Receipt) bool {
		return b.Source != r.Source || b.Failed != "" || b.Of != "" || b.Digest == r.Digest
	})
}

func (l *landing) drift(r *Receipt, source config.Source, done *result) {
	for _, d := range drifts(*done, l.earlier(r)) {
		switch rule(source, d.Kind) {
		case driftRuleOff:
			continue
		case driftRuleFails:
			if done.Failed == "" {
				*done = done.refused(fmt.Sprintf("drift (%s): %s; where that is meant, declare drift: {%s: warn}", d.Kind, d.What, d.Kind))
			}
		}
		r.Drift = append(r.Drift, d)
	}
}

// refused is a result of which nothing lands.
func (r result) refused(why string) result {
	return result{Records: r.Records, Rejected: r.Records, Notes: r.Notes, Member: r.Member, Columns: r.Columns, Faults: r.Faults, Failed: why}
}

// date finds the day of which a snapshot lists all there was.
func (l *landing) date(r *Receipt, source config.Source, done *result) error {
	if source.Extract != "snapshot" {
		return nil
	}
	r.Vanished = source.Vanished
	if r.Of != "" {
		for _, of := range l.receipts {
			if of.Batch == r.Of {
				r.Day = of.Day
			}
		}
		return nil
	}
	if source.Day == "" {
		return l.dayOfArrival(r)
	}
	re, err := regexp.Compile(source.Day)
	if err != nil {
		return err
	}
	found := re.FindStringSubmatch(r.File)
	if found == nil {
		*done = done.refused(fmt.Sprintf("the name %q does not say of which day the list is (day)", r.File))
		return nil
	}
	text := found[re.SubexpIndex("year")] + "-" + found[re.SubexpIndex("month")] + "-" + found[re.SubexpIndex("day")]
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		*done = done.refused(fmt.Sprintf("the name %q says the day %s, which is none", r.File, text))
		return nil
	}
	r.Day = text
	return nil
}

// dayOfArrival is the day on which the bytes came for the first time, whatever contract they have landed by since.
func (l *landing) dayOfArrival(r *Receipt) error {
	at := time.Now()
	for _, b := range l.receipts {
		if b.Source == r.Source && b.Digest == r.Digest {
			at = b.LandedAt
			break
		}
	}
	zone, err := time.LoadLocation(l.cfg.TimeZone)
	if err != nil {
		return fmt.Errorf("time zone %s: %w", l.cfg.TimeZone, err)
	}
	r.Day = at.In(zone).Format(time.DateOnly)
	return nil
}

// vanished refuses a snapshot that lacks a row of the one before, where that is declared an error.
func (l *landing) vanished(r *Receipt, source config.Source, done *result) error {
	var last *Receipt
	for _, b := range l.earlier(r) {
		if b.Day != "" && b.Day <= r.Day && (last == nil || b.Day >= last.Day) {
			last = &b
		}
	}
	if last == nil {
		return nil
	}
	for _, d := range last.Datasets {
		had, err := keysOf(filepath.Join(l.cfg.State, d.Path), d.Dataset)
		if err != nil {
			return fmt.Errorf("read the list before: %w", err)
		}
		has := map[string]bool{}
		if i := slices.IndexFunc(done.Datasets, func(n rows) bool { return n.Dataset == d.Dataset }); i >= 0 {
			if has, err = keysOf(filepath.Join(l.folder, done.Datasets[i].Name), d.Dataset); err != nil {
				return fmt.Errorf("read the list: %w", err)
			}
		}
		var lost []string
		for key := range had {
			if !has[key] {
				lost = append(lost, key)
			}
		}
		if slices.Sort(lost); len(lost) > 0 {
			*done = done.refused(fmt.Sprintf("%d rows of %s that %s had are not in it, and %s declares that an error (vanished): %s",
				len(lost), d.Dataset, last.File, source.Name, listed(lost)))
			return nil
		}
	}
	return nil
}

// keysOf are the keys of a batch's rows, which this program wrote itself.
func keysOf(path, dataset string) (map[string]bool, error) {
	d, _ := config.DatasetNamed(dataset)
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	reader, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: 4096}, memory.DefaultAllocator)
	if err != nil {
		return nil, err
	}
	var columns []int
	for i, field := range d.Fields {
		if slices.Contains(d.Key, field.Name) {
			columns = append(columns, i)
		}
	}
	records, err := reader.GetRecordReader(context.Background(), columns, nil)
	if err != nil {
		return nil, err
	}
	defer records.Release()
	keys := map[string]bool{}
	for records.Next() {
		batch := records.RecordBatch()
		for row := range int(batch.NumRows()) {
			values := make([]string, batch.NumCols())
			for i := range values {
				values[i] = string(wordsOf(batch.Column(i))(nil, row))
			}
			keys[strings.Join(values, "/")] = true
		}
	}
	return keys, records.Err()
}

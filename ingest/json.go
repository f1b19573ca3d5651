package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"arrears/config"
)

// readJSON lands a file of JSON: one value that holds a list of records, or a record a line. The guard has gone over every byte
// before a parser sees the first one, and counts the records by itself.
func readJSON(j job, in *os.File, progress func(int64)) (result, error) {
	text, err := dialectOf(j.Source).text(in, j.Folder)
	if err != nil {
		return result{}, err
	}
	if text != in {
		defer func() { _ = text.Close() }() // it has served
	}
	info, err := text.Stat()
	if err != nil {
		return result{}, err
	}
	guard := jsonGuard{lines: j.Corrected || j.Source.Format == "ndjson", list: pathOf(j.Source.Records)}
	if err := guard.walk(io.NewSectionReader(text, 0, info.Size())); err != nil {
		return result{}, err
	}
	if info.Size() == 0 {
		return result{}, refusal{1, "", "the file is empty; have it sent again"}
	}
	r, err := parseJSON(j, guard, io.NewSectionReader(text, 0, info.Size()), info.Size(), progress)
	var refused refusal
	if errors.As(err, &refused) {
		return result{Records: guard.records, Rejected: guard.records, Failed: refused.Error()}, nil
	}
	r.Records, r.Since1904 = guard.records, j.Since1904 // a correction of a correction has to know it too
	return r, err
}

func pathOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ".")
}

// jsonReader takes records of JSON in.
type jsonReader struct {
	*gatherer
	names map[string]int // columns that the maps read
	seen  []bool         // of these, in any record
	other map[string]bool
}

// parseJSON matches records to the columns by name: a name within a name is written with a point, as in customer.id.
func parseJSON(j job, guard jsonGuard, in io.Reader, size int64, progress func(int64)) (result, error) {
	header := wanted(j.Source)
	p, err := planFor(j.Source, header, 0)
	if err != nil {
		return result{}, err
	}
	p.formats.since1904 = j.Since1904
	r := jsonReader{gatherer: newGatherer(p, j), names: map[string]int{}, seen: make([]bool, len(header)), other: map[string]bool{}}
	for i, name := range header {
		r.names[name] = i
	}
	if guard.lines {
		err = r.eachLine(in, size, progress)
	} else {
		err = r.eachOfList(in, guard.list, size, progress)
	}
	if err == nil && guard.records > 0 {
		err = r.missing(j.Source)
	}
	r.note()
	return r.finish(err)
}

// wanted are the columns that the maps of a source read.
func wanted(source config.Source) []string {
	var names []string
	formats := formatsOf(source.CSV)
	read := func(text string, where bool) {
		if f, err := compile(text, &formats, where); err == nil && text != "" {
			names = append(names, f.columns()...)
		}
	}
	for _, m := range source.Maps {
		read(m.Where, true)
		dataset, _ := config.DatasetNamed(m.Dataset)
		for _, field := range dataset.Fields {
			column, mapped := m.Columns[field.Name]
			switch {
			case !mapped && m.Canonical:
				names = append(names, field.Name)
			case column.Expr != "":
				read(column.Expr, false)
			case column.From != "":
				names = append(names, strings.TrimSpace(column.From))
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// missing refuses a file in which no record has a column that the maps ask for by name, or that every row needs.
func (r *jsonReader) missing(source config.Source) error {
	for _, m := range source.Maps {
		dataset, _ := config.DatasetNamed(m.Dataset)
		for _, field := range dataset.Fields {
			column, mapped := m.Columns[field.Name]
			name := strings.TrimSpace(column.From)
			if !mapped && m.Canonical && field.Required {
				name = field.Name
			}
			if at, ok := r.names[name]; ok && !r.seen[at] {
				return refusal{column: name, reason: fmt.Sprintf("column %q is missing; no record has it, and they have %s", name, listed(r.others()))}
			}
		}
	}
	return nil
}

func (r *jsonReader) others() []string {
	var names []string
	for i, name := range r.plan.header {
		if r.seen[i] {
			names = append(names, name)
		}
	}
	for name := range r.other {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (r *jsonReader) note() {
	r.plan.unseen = map[string]bool{}
	for i, name := range r.plan.header {
		r.plan.unseen[name] = !r.seen[i]
	}
	var names []string
	for name := range r.other {
		names = append(names, name)
	}
	if slices.Sort(names); len(names) > 0 {
		r.plan.unused = names
		r.plan.notes = append(r.plan.notes, "columns that no map reads: "+listed(names))
	}
}

// eachLine reads a record a line. A line that is no record costs only itself.
func (r *jsonReader) eachLine(in io.Reader, size int64, progress func(int64)) error {
	lines := bufio.NewReaderSize(in, maxRecord+2)
	line, at := int64(0), int64(0)
	for {
		line++
		text, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return refusal{line, "", fmt.Sprintf("the record is longer than %d bytes", maxRecord)} // the guard has seen to it
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		at += int64(len(text))
		if line == 1 {
			text = bytes.TrimPrefix(text, byteOrderMark)
		}
		if len(bytes.TrimRight(text, "\r\n")) > 0 {
			if err := r.take(bytes.Clone(text), line); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if line%10_000 == 0 {
			progress(min(at, size))
		}
	}
}

// eachOfList reads the records of the list.
func (r *jsonReader) eachOfList(in io.Reader, path []string, size int64, progress func(int64)) error {
	text := bufio.NewReaderSize(in, copySize)
	if mark, _ := text.Peek(len(byteOrderMark)); bytes.Equal(mark, byteOrderMark) {
		_, _ = text.Discard(len(mark)) // it has been peeked at
	}
	decoder := json.NewDecoder(text)
	decoder.UseNumber()
	if err := enter(decoder, path); err != nil {
		return err
	}
	for number := int64(1); decoder.More(); number++ {
		var record json.RawMessage
		if err := decoder.Decode(&record); err != nil {
			return noJSON(decoder, err)
		}
		if err := r.take(onOneLine(record), number); err != nil {
			return err
		}
		if number%10_000 == 0 {
			progress(min(decoder.InputOffset(), size))
		}
	}
	return toTheEnd(decoder, len(path)+1)
}

// onOneLine is a record as quarantine keeps it, whatever room its sender gave it.
func onOneLine(record []byte) []byte {
	var line bytes.Buffer
	if bytes.IndexByte(record, '\n') < 0 || json.Compact(&line, record) != nil {
		return record
	}
	return line.Bytes()
}

// toTheEnd reads what follows the records, so that a file that was cut off is seen as such.
func toTheEnd(decoder *json.Decoder, depth int) error {
	for {
		token, err := decoder.Token()
		switch {
		case errors.Is(err, io.EOF) && depth == 0:
			return nil
		case errors.Is(err, io.EOF):
			return noJSON(decoder, io.ErrUnexpectedEOF)
		case err != nil:
			return noJSON(decoder, err)
		case depth == 0:
			return refusal{reason: fmt.Sprintf("something follows behind the JSON, at byte %d; format: ndjson reads a record a line", decoder.InputOffset())}
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
}

func noJSON(decoder *json.Decoder, err error) error {
	return refusal{reason: fmt.Sprintf("the file is no whole JSON behind byte %d: %s; have it sent again", decoder.InputOffset(), firstLine(err))}
}

// enter goes to the list at a path of names.
func enter(decoder *json.Decoder, path []string) error {
	for _, name := range path {
		if token, err := decoder.Token(); err != nil {
			return noJSON(decoder, err)
		} else if token != json.Delim('{') {
			return refusal{reason: fmt.Sprintf("there is no %q in it, where the records should be (records)", strings.Join(path, "."))}
		}
		for found := false; !found; {
			if !decoder.More() {
				return refusal{reason: fmt.Sprintf("there is no %q in it, where the records should be (records)", strings.Join(path, "."))}
			}
			key, err := decoder.Token()
			if err != nil {
				return noJSON(decoder, err)
			}
			if found = key == name; found {
				continue
			}
			var skipped json.RawMessage
			if err := decoder.Decode(&skipped); err != nil {
				return noJSON(decoder, err)
			}
		}
	}
	token, err := decoder.Token()
	if err != nil {
		return noJSON(decoder, err)
	}
	if token != json.Delim('[') {
		return refusal{reason: fmt.Sprintf("the records should be a list [...], and there is %v; records says where it is, and format: ndjson reads a record a line", token)}
	}
	return nil
}

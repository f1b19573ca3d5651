package ingest

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// sheetWalker goes over the XML of a sheet on its own, beside the parser: it counts the rows that have something in them, and says which
// cells are numbers. A formula whose result was never computed has no value, and refuses the sheet.
type sheetWalker struct {
	rows    chan sheetRow
	stopped chan struct{}
	done    chan error
	records int64
	err     error
}

// sheetRow says which cells of a row are numbers, by column from 0.
type sheetRow struct {
	number  int64
	numeric map[int]bool
}

func walkSheet(archive *zip.Reader, name string, header int) (*sheetWalker, error) {
	part, err := partOf(archive, name)
	if err != nil {
		return nil, refusal{reason: "the workbook is damaged: " + firstLine(err)}
	}
	blanks, err := blankStrings(archive)
	if err != nil {
		return nil, refusal{reason: "the workbook is damaged: " + firstLine(err)}
	}
	w := &sheetWalker{rows: make(chan sheetRow, 1024), stopped: make(chan struct{}), done: make(chan error, 1)}
	go func() {
		defer close(w.rows)
		w.done <- w.walk(part, blanks, int64(max(header, 1)))
	}()
	return w, nil
}

// numbers are the cells of a row that hold numbers.
func (w *sheetWalker) numbers(row int64) (map[int]bool, error) {
	for r := range w.rows {
		if r.number == row {
			return r.numeric, nil
		}
		if r.number > row {
			break
		}
	}
	if _, err := w.result(); err != nil {
		return nil, err
	}
	return nil, refusal{row, "", "the rows of the sheet are not in order, or stand in it twice; have it saved again"}
}

// stop lets the walker go on without anybody who wants to know about cells.
func (w *sheetWalker) stop() { close(w.stopped) }

// result waits for the end of the sheet.
func (w *sheetWalker) result() (int64, error) {
	if w.done != nil {
		go func() {
			for range w.rows { // nobody reads them any more
			}
		}()
		w.err = <-w.done
		w.done = nil
	}
	return w.records, w.err
}

// cellSeen is what the walker knows of the cell it is in.
type cellSeen struct {
	column         int
	kind, place    string
	value, formula bool // it has a value, and one that is computed
	text           strings.Builder
}

func (w *sheetWalker) walk(part *zip.File, blanks map[string]bool, header int64) error {
	content, err := part.Open()
	if err != nil {
		return refusal{reason: "the sheet is damaged: " + firstLine(err)}
	}
	defer func() { _ = content.Close() }() // only read
	decoder := xml.NewDecoder(content)
	row := sheetRow{}
	filled, reading, phonetic := false, false, false
	var cell cellSeen
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refusal{reason: "the sheet is damaged: " + firstLine(err) + "; have it sent again"}
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "row":
				row, filled = sheetRow{rowNumber(t, row.number+1), map[int]bool{}}, false
				cell.column = -1
			case "c":
				cell = cellSeen{column: columnOf(attribute(t, "r"), cell.column+1), kind: attribute(t, "t"), place: attribute(t, "r")}
			case "v":
				reading, cell.value = true, true
			case "t":
				reading, cell.value = !phonetic, true
			case "f":
				cell.formula = true
			case "rPh":
				phonetic = true
			}
		case xml.CharData:
			if reading {
				cell.text.Write(t)
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "v", "t":
				reading = false
			case "rPh":
				phonetic = false
			case "c":
				if cell.formula && !cell.value {
					return refusal{row.number, "", fmt.Sprintf("cell %s holds a formula whose result was never computed; open the workbook, save it and have it sent again", cell.place)}
				}
				if !cell.blank(blanks) {
					filled = true
				}
				row.numeric[cell.column] = cell.value && (cell.kind == "" || cell.kind == "n")
			case "row":
				if filled && row.number > header {
					w.records++
					select {
					case w.rows <- row:
					case <-w.stopped:
					}
				}
			}
		}
	}
}

func (c *cellSeen) blank(blanks map[string]bool) bool {
	text := strings.TrimSpace(c.text.String())
	return text == "" || c.kind == "s" && blanks[text]
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func rowNumber(t xml.StartElement, otherwise int64) int64 {
	if n, err := strconv.ParseInt(attribute(t, "r"), 10, 64); err == nil {
		return n
	}
	return otherwise
}

// columnOf is the column of a place such as AB12, from 0.
func columnOf(place string, otherwise int) int {
	n := 0
	for _, c := range place {
		if c < 'A' || c > 'Z' || n > 1<<20 {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	if n == 0 {
		return otherwise
	}
	return n - 1
}

// partOf finds the part of the archive that a sheet is in.
func partOf(archive *zip.Reader, name string) (*zip.File, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	if err := errors.Join(decodePart(archive, "xl/workbook.xml", &book), decodePart(archive, "xl/_rels/workbook.xml.rels", &relations)); err != nil {
		return nil, err
	}
	for _, sheet := range book.Sheets {
		for _, relation := range relations.Relationship {
			if sheet.Name == name && relation.ID == sheet.ID {
				target := strings.TrimPrefix(relation.Target, "/")
				if !strings.HasPrefix(relation.Target, "/") {
					target = path.Join("xl", target)
				}
				return partNamed(archive, target)
			}
		}
	}
	return nil, fmt.Errorf("the sheet %q has no content", name)
}

func partNamed(archive *zip.Reader, name string) (*zip.File, error) {
	for _, f := range archive.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name) {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%s is missing", name)
}

func decodePart(archive *zip.Reader, name string, into any) error {
	f, err := partNamed(archive, name)
	if err != nil {
		return err
	}
	content, err := f.Open()
	if err != nil {
		return err
	}
	return errors.Join(xml.NewDecoder(content).Decode(into), content.Close())
}

// blankStrings are the shared texts that are blank, by number. A workbook without shared texts has none.
func blankStrings(archive *zip.Reader) (map[string]bool, error) {
	f, err := partNamed(archive, "xl/sharedStrings.xml")
	if err != nil {
		return nil, nil
	}
	content, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }() // only read
	decoder := xml.NewDecoder(content)
	blanks := map[string]bool{}
	number, filled, reading, phonetic := 0, false, false, false
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return blanks, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "si":
				filled = false
			case "rPh":
				phonetic = true
			case "t":
				reading = !phonetic
			}
		case xml.CharData:
			filled = filled || reading && strings.TrimSpace(string(t)) != ""
		case xml.EndElement:
			switch t.Name.Local {
			case "si":
				if !filled {
					blanks[strconv.Itoa(number)] = true
				}
				number++
			case "rPh":
				phonetic = false
			case "t":
				reading = false
			}
		}
	}
}

package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetErrors are what a cell shows whose formula has no value.
var sheetErrors = []string{"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}

// readWorkbook lands one sheet of a workbook. The values come from excelize as they are stored, never as they are shown; a walker of our own
// counts the rows and says which cells are numbers, beside it.
func readWorkbook(j job, in *os.File, progress func(int64)) (result, error) {
	info, err := in.Stat()
	if err != nil {
		return result{}, err
	}
	whole := io.NewSectionReader(in, 0, info.Size())
	archive, err := j.openWorkbook(whole, info.Size())
	if err != nil {
		return result{}, err
	}
	book, err := excelize.OpenReader(whole, excelize.Options{RawCellValue: true, UnzipSizeLimit: j.mostUnpacked(), UnzipXMLSizeLimit: 16 << 20, TmpDir: j.Folder})
	if err != nil {
		return result{}, refusal{reason: "the file is no whole workbook: " + firstLine(err) + "; have it sent again"}
	}
	defer func() { _ = book.Close() }() // only read
	name, err := sheetOf(j, book)
	if err != nil {
		return result{}, err
	}
	walker, err := walkSheet(archive, name, j.Source.CSV.Header)
	if err != nil {
		return result{}, err
	}
	r, err := parseSheet(j, book, name, walker, info.Size(), progress)
	walker.stop()
	records, walkErr := walker.result()
	var refused refusal
	if errors.As(err, &refused) || errors.As(walkErr, &refused) {
		return result{Records: records, Rejected: records, Failed: refused.Error()}, nil
	}
	r.Records = records
	return r, errors.Join(err, walkErr)
}

// openWorkbook checks the archive that a workbook is before anything is unpacked.
func (j job) openWorkbook(in *io.SectionReader, size int64) (*zip.Reader, error) {
	head := make([]byte, 8)
	_, _ = in.ReadAt(head, 0) // a short file is no zip either
	switch {
	case size == 0:
		return nil, refusal{reason: "the file is empty; have it sent again"}
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, refusal{reason: "the workbook has a password or is of the kind before 2007; have it saved as .xlsx without one"}
	}
	archive, err := zip.NewReader(in, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, refusal{reason: "the file is no whole workbook: " + firstLine(err) + "; have it sent again"}
	}
	var unpacked uint64
	for _, f := range archive.File {
		if f.UncompressedSize64 > uint64(j.mostUnpacked()) {
			unpacked = f.UncompressedSize64
			break
		}
		unpacked += f.UncompressedSize64
	}
	switch byRatio := max(16<<20, size*max(j.Ratio, 1)); {
	case len(archive.File) > mostMembers:
		return nil, refusal{reason: fmt.Sprintf("the workbook has %d parts, and no more than %d are read", len(archive.File), mostMembers)}
	case unpacked > uint64(j.mostUnpacked()):
		return nil, refusal{reason: fmt.Sprintf("unpacked it is larger than %d bytes (worker.unpacked); nothing of it was read", j.mostUnpacked())}
	case unpacked > uint64(byRatio):
		return nil, refusal{reason: fmt.Sprintf("unpacked it is more than %d times as large (worker.ratio), as files are that are made to fill a disk; nothing of it was read", max(j.Ratio, 1))}
	}
	return archive, nil
}

func (j job) mostUnpacked() int64 {
	if j.Unpacked <= 0 {
		return 5e9
	}
	return max(j.Unpacked, 16<<20)
}

// sheetOf finds the sheet that is meant.
func sheetOf(j job, book *excelize.File) (string, error) {
	names := book.GetSheetList()
	switch {
	case j.Source.Sheet != "" && !slices.Contains(names, j.Source.Sheet):
		return "", refusal{reason: fmt.Sprintf("there is no sheet %q; the workbook has %s", j.Source.Sheet, listed(names))}
	case j.Source.Sheet != "":
		return j.Source.Sheet, nil
	case len(names) != 1:
		return "", refusal{reason: fmt.Sprintf("the workbook has the sheets %s; declare which is meant as sheet", listed(names))}
	}
	return names[0], nil
}

func parseSheet(j job, book *excelize.File, name string, walker *sheetWalker, size int64, progress func(int64)) (result, error) {
	rows, err := book.Rows(name)
	if err != nil {
		return result{}, refusal{reason: "the sheet cannot be read: " + firstLine(err)}
	}
	defer func() { _ = rows.Close() }() // only read
	header, err := sheetHeader(rows, max(j.Source.CSV.Header, 1))
	if err != nil {
		return result{}, err
	}
	p, err := planFor(j.Source, header, int64(max(j.Source.CSV.Header, 1)))
	if err != nil {
		return result{}, err
	}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		p.formats.since1904 = *props.Date1904
	}
	r := sheetReader{gatherer: newGatherer(p, j), walker: walker}
	done, err := r.finish(r.rows(rows, int64(max(j.Source.CSV.Header, 1)), func(row int64) { progress(min(size, row*size/100_000)) }))
	done.Since1904 = p.formats.since1904
	return done, err
}

func sheetHeader(rows *excelize.Rows, at int) ([]string, error) {
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, refusal{int64(n), "", "the sheet is damaged: " + firstLine(err)}
		}
		if n < at {
			continue
		}
		if len(cells) > maxColumns {
			return nil, refusal{int64(n), "", fmt.Sprintf("the header has %d columns, and no more than %d are read", len(cells), maxColumns)}
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		return cells, nil
	}
	if err := rows.Error(); err != nil {
		return nil, refusal{reason: "the sheet is damaged: " + firstLine(err)}
	}
	return nil, refusal{int64(at), "", fmt.Sprintf("the header should be in row %d, and the sheet ends before; csv.header says which row it is in", at)}
}

// sheetReader takes the rows of a sheet in.
type sheetReader struct {
	*gatherer
	walker *sheetWalker
}

func (r *sheetReader) rows(rows *excelize.Rows, number int64, progress func(int64)) error {
	for rows.Next() {
		number++
		cells, err := rows.Columns()
		if err != nil {
			return refusal{number, "", "the sheet is damaged: " + firstLine(err)}
		}
		if blankCells(cells) {
			continue
		}
		if err := r.row(cells, number); err != nil {
			return err
		}
		if number%10_000 == 0 {
			progress(number)
		}
	}
	if err := rows.Error(); err != nil {
		return refusal{number, "", "the sheet is damaged: " + firstLine(err)}
	}
	return nil
}

func blankCells(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

func (r *sheetReader) row(values []string, number int64) error {
	numeric, err := r.walker.numbers(number)
	if err != nil {
		return err
	}
	width := len(r.plan.header)
	for len(values) > width && strings.TrimSpace(values[len(values)-1]) == "" {
		values = values[:len(values)-1]
	}
	cells := make([][]byte, max(width, len(values)))
	for i, v := range values {
		cells[i] = []byte(v)
		if numeric[i] {
			cells[i] = cellNumber(v, r.plan.formats.decimal)
		}
	}
	if len(values) > width {
		return r.refuse(fault{reason: fmt.Sprintf("the row has %d columns and the header %d", len(values), width)}, cells, number)
	}
	for i, v := range values {
		if slices.Contains(sheetErrors, v) {
			return r.refuse(fault{column: r.plan.header[i], value: v, reason: "the cell's formula gives an error and no value"}, cells, number)
		}
	}
	return r.record(cells, number, nil)
}

// cellNumber writes a stored number the way the source declares numbers. A workbook computes with binary fractions and stores them with
// up to 17 digits: 1.1 as 1.1000000000000001. The shortest decimal that stands for the same number is the one that is shown.
func cellNumber(stored string, sign byte) []byte {
	v, err := strconv.ParseFloat(stored, 64)
	if err != nil {
		return []byte(stored)
	}
	text := strconv.AppendFloat(nil, v, 'f', -1, 64)
	if sign != '.' {
		text = bytes.Replace(text, []byte{'.'}, []byte{sign}, 1)
	}
	return text
}

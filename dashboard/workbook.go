package dashboard

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A workbook is one sheet: what it shows, as of when, by which filters and run; then the table.
type sheet struct {
	file   *excelize.File
	name   string
	styles map[string]int
	row    int
	err    error // the first fault; everything after it is skipped
}

func (e export) workbook(out io.Writer) error {
	s := &sheet{file: excelize.NewFile(), name: "Sheet1", styles: map[string]int{}}
	defer func() { s.keep(s.file.Close()) }()
	s.heading(e)
	first := s.row + 1
	s.table(e)
	s.keep(s.file.SetPanes(s.name, &excelize.Panes{
		Freeze: true, YSplit: first - 1, TopLeftCell: fmt.Sprintf("A%d", first), ActivePane: "bottomLeft",
	}))
	s.keep(s.file.SetSheetName(s.name, sheetName(e.title)))
	if s.err == nil {
		_, s.err = s.file.WriteTo(out)
	}
	if s.err != nil {
		return fmt.Errorf("write workbook of %s: %w", e.name, s.err)
	}
	return nil
}

// sheetName leaves out what a sheet may not be called.
func sheetName(title string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return -1
		}
		return r
	}, title)
	return clean[:min(31, len(clean))]
}

func (s *sheet) heading(e export) {
	s.line(textCell(e.run.company))
	s.style(s.row, 1, 1, &excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	s.line(textCell(e.title))
	s.style(s.row, 1, 1, &excelize.Style{Font: &excelize.Font{Bold: true, Size: 12}})
	s.line(textCell("As of"), dateCell(e.snapshot.asOf))
	s.line(textCell("Filters"), textCell(e.filters()))
	s.line(textCell("Compared with"), textCell("prior "+e.compare))
	s.line(textCell("Reporting currency"), textCell(e.money))
	s.line(textCell("Run"), textCell(e.run.id))
	s.line(textCell("Refreshed"), momentCell(e.run.finished.In(e.zone)))
	s.line(textCell("Definition"), textCell(e.definition))
	s.row++
	head := make([]cell, len(e.columns))
	for i, col := range e.columns {
		title := col.title
		if unit := e.unit(col.kind); unit != "" {
			title += " (" + unit + ")"
		}
		head[i] = textCell(title)
		name, err := excelize.ColumnNumberToName(i + 1)
		s.keep(err)
		s.keep(s.file.SetColWidth(s.name, name, name, float64(max(18, len(title)+4))))
	}
	s.line(head...)
	s.style(s.row, 1, len(e.columns), &excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E3E7ED"}},
	})
}

func (s *sheet) table(e export) {
	first := s.row + 1
	for _, cells := range e.rows {
		s.line(cells...)
		for i, c := range cells {
			if format := c.format(e.money); format != "" {
				s.style(s.row, i+1, i+1, &excelize.Style{CustomNumFmt: &format})
			}
		}
	}
	sums := e.totals()
	if sums == nil {
		return
	}
	last := s.row
	s.row++
	for i, c := range sums {
		at, err := excelize.CoordinatesToCellName(i+1, s.row)
		s.keep(err)
		name, err := excelize.ColumnNumberToName(i + 1)
		s.keep(err)
		s.keep(s.set(at, c))
		style := &excelize.Style{Font: &excelize.Font{Bold: true}}
		if format := c.format(e.money); format != "" {
			style.CustomNumFmt = &format
			s.keep(s.file.SetCellFormula(s.name, at, fmt.Sprintf("SUM(%s%d:%s%d)", name, first, name, last)))
		}
		s.style(s.row, i+1, i+1, style)
	}
}

// format is how a workbook shows a value; the value itself keeps every digit.
func (c cell) format(currency string) string {
	switch c.kind {
	case text:
		return ""
	case date:
		return "yyyy-mm-dd"
	case moment:
		return "yyyy-mm-dd hh:mm"
	case count, moneyDays:
		return "#,##0"
	case amount:
		return strings.TrimSuffix("#,##0."+strings.Repeat("0", int(decimalsOf(currency))), ".")
	default:
		return "#,##0.00"
	}
}

func (s *sheet) line(cells ...cell) {
	s.row++
	for i, c := range cells {
		at, err := excelize.CoordinatesToCellName(i+1, s.row)
		s.keep(err)
		s.keep(s.set(at, c))
	}
}

// set writes numbers as numbers and dates as dates. Text is written as text, so that none of it is ever a formula.
func (s *sheet) set(at string, c cell) error {
	switch {
	case c.empty():
		return nil
	case c.kind == text:
		return s.file.SetCellStr(s.name, at, c.text)
	case c.kind == date || c.kind == moment:
		if err := s.file.SetCellValue(s.name, at, c.at); err != nil {
			return err
		}
		format := c.format("")
		style, err := s.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			return err
		}
		return s.file.SetCellStyle(s.name, at, at, style)
	default:
		return s.file.SetCellValue(s.name, at, c.number.Decimal.InexactFloat64())
	}
}

// style gives some cells of a row a look, each look made once.
func (s *sheet) style(row, from, to int, look *excelize.Style) {
	id, err := s.file.NewStyle(look)
	s.keep(err)
	left, err := excelize.CoordinatesToCellName(from, row)
	s.keep(err)
	right, err := excelize.CoordinatesToCellName(max(from, to), row)
	s.keep(err)
	s.keep(s.file.SetCellStyle(s.name, left, right, id))
}

func (s *sheet) keep(err error) {
	if s.err == nil {
		s.err = err
	}
}

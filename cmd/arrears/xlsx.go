package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"arrears/warehouse"
)

// writeXLSX writes numbers as numbers, dates as dates and text as text, whatever it begins with. A number of more digits
// than a spreadsheet's float carries is written as text, so that none is lost.
func writeXLSX(w io.Writer, t warehouse.Table) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = excelize.Cell{StyleID: bold, Value: c.Name}
	}
	if err := s.SetRow("A1", head); err != nil {
		return err
	}
	for n, row := range t.Rows {
		cells := make([]any, len(row))
		for i, value := range row {
			cells[i] = sheetCell(value, day)
		}
		if err := s.SetRow(fmt.Sprintf("A%d", n+2), cells); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

func sheetCell(value any, day int) any {
	switch v := value.(type) {
	case money:
		return sheetNumber(v.Decimal)
	case decimal.Decimal:
		return sheetNumber(v)
	case time.Time:
		return excelize.Cell{StyleID: day, Value: v}
	default:
		return v
	}
}

func sheetNumber(d decimal.Decimal) any {
	number := d.InexactFloat64()
	if back := decimal.NewFromFloat(number); !back.Equal(d) && d.NumDigits() > 15 && places(d) <= 3 {
		return exact(d)
	}
	return number
}

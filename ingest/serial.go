package ingest

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/shopspring/decimal"
)

// Workbooks keep days as numbers: those since the end of 1899, with a 29 February 1900 that never was, or since 1904. The time of
// day is the fraction.
const (
	serialOf1970 = 25569
	daysTo1904   = 1462
	lastSerial   = 2958465 // 9999-12-31
)

var (
	serialShape = regexp.MustCompile(`^[0-9]{1,7}([.,][0-9]{1,17})?$`)
	errClockDay = errors.New("it has a time of day")
)

// day reads a day as days since 1970-01-01.
func (f *formats) day(b []byte) (int32, error) {
	v, err := f.date.day(b)
	if err == nil || !f.sheet {
		return v, err
	}
	serial, ok := f.serial(b)
	if !ok {
		return 0, err
	}
	if !serial.IsInteger() {
		return 0, errClockDay
	}
	return f.fromSerial(serial)
}

// at reads a moment as microseconds since 1970-01-01.
func (f *formats) at(b []byte) (int64, error) {
	v, err := f.timestamp.at(b)
	if err == nil || !f.sheet {
		return v, err
	}
	serial, ok := f.serial(b)
	if !ok {
		return 0, err
	}
	days, err := f.fromSerial(serial.Floor())
	millis := serial.Sub(serial.Floor()).Mul(decimal.NewFromInt(86_400_000)).Round(0) // finer than a workbook shows
	return int64(days)*day + millis.IntPart()*1000, err
}

func (f *formats) serial(b []byte) (decimal.Decimal, bool) {
	if !serialShape.Match(b) {
		return decimal.Decimal{}, false
	}
	text := string(b)
	if f.decimal == ',' {
		text = decimalPoint.ReplaceAllString(text, ".")
	}
	v, err := decimal.NewFromString(text)
	return v, err == nil
}

var decimalPoint = regexp.MustCompile(`,`)

func (f *formats) fromSerial(v decimal.Decimal) (int32, error) {
	n := v.IntPart()
	switch {
	case f.since1904:
		n += daysTo1904
	case n == 60:
		return 0, fmt.Errorf("day 60 of a workbook is 1900-02-29, which never was")
	case n < 60:
		n++
	}
	if n < 1 || n > lastSerial {
		return 0, fmt.Errorf("day %v of a workbook is none of the calendar", v)
	}
	return int32(n - serialOf1970), nil
}

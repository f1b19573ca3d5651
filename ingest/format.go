package ingest

import (
	"bytes"
	"fmt"
	"strings"

	"arrears/config"
)

// formats are the ways in which a source writes what is not text. Nothing else is understood, and nothing is guessed.
type formats struct {
	decimal     byte
	thousands   string
	trailing    bool // 1- is negative
	parentheses bool // (1) is negative
	date        pattern
	timestamp   pattern
	sheet       bool // of a workbook, where a number may stand for a day
	since1904   bool // in which day 0 is 1904-01-01
}

// plain is how constants of a configuration, results of expressions and values of a Parquet file are written.
var plain = formats{decimal: '.', date: patternOf("YYYY-MM-DD"), timestamp: patternOf("YYYY-MM-DD HH:MM:SS")}

func formatsOf(d config.Dialect) formats {
	f := formats{
		decimal:     '.',
		thousands:   d.Thousands,
		trailing:    d.Negative == "trailing",
		parentheses: d.Negative == "parentheses",
		date:        patternOf(orElse(d.Date, "YYYY-MM-DD")),
	}
	if d.Decimal != "" {
		f.decimal = d.Decimal[0]
	}
	f.timestamp = patternOf(orElse(d.Timestamp, f.date.text+" HH:MM:SS"))
	return f
}

func orElse(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}

// digits after the decimal sign of the kinds that have some
const (
	amountScale = 3
	rateScale   = 9
)

// trim takes blanks off a value that is not text.
func trim(b []byte) []byte {
	if len(b) > 0 && b[0] > ' ' && b[0] < 0x80 && b[len(b)-1] > ' ' && b[len(b)-1] < 0x80 {
		return b
	}
	return bytes.TrimSpace(b)
}

// wholeNumber reads a number without decimals.
func (f *formats) wholeNumber(b []byte) (int64, error) {
	v, err := f.number(b, 0)
	if err != nil {
		return 0, fmt.Errorf("not a whole number: %w", err)
	}
	return v, nil
}

// truth reads a yes or no.
func truth(b []byte) (bool, error) {
	switch strings.ToLower(string(b)) {
	case "true", "t", "yes", "y", "1":
		return true, nil
	case "false", "f", "no", "n", "0":
		return false, nil
	}
	return false, errNotTruth
}

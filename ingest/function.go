package ingest

import (
	"errors"
	"fmt"
	"time"

	"github.com/expr-lang/expr"
	"github.com/shopspring/decimal"
)

// functions are what expressions over a record can call beside the language's own.
func functions(f *formats) []expr.Option {
	options := []expr.Option{
		expr.Function("dec", func(args ...any) (any, error) { return f.decimalOf(args[0].(string)) },
			new(func(string) decimal.Decimal)),
		expr.DisableBuiltin("date"),
		expr.Function("date", func(args ...any) (any, error) { return f.dayOf(args[0].(string)) },
			new(func(string) time.Time)),
		expr.Function("addDays", func(args ...any) (any, error) {
			return args[0].(time.Time).AddDate(0, 0, args[1].(int)), nil
		}, new(func(time.Time, int) time.Time)),
	}
	for sign, of := range arithmetic {
		options = append(options, operator(sign, "arithmetic"+sign, of, decimal.Decimal{})...)
	}
	for sign, of := range comparison {
		options = append(options, operator(sign, "comparison"+sign, of, false)...)
	}
	return options
}

var arithmetic = map[string]func(a, b decimal.Decimal) any{
	"+": func(a, b decimal.Decimal) any { return a.Add(b) },
	"-": func(a, b decimal.Decimal) any { return a.Sub(b) },
	"*": func(a, b decimal.Decimal) any { return a.Mul(b) },
}

var comparison = map[string]func(a, b decimal.Decimal) any{
	"<":  func(a, b decimal.Decimal) any { return a.LessThan(b) },
	"<=": func(a, b decimal.Decimal) any { return a.LessThanOrEqual(b) },
	">":  func(a, b decimal.Decimal) any { return a.GreaterThan(b) },
	">=": func(a, b decimal.Decimal) any { return a.GreaterThanOrEqual(b) },
	"==": func(a, b decimal.Decimal) any { return a.Equal(b) },
	"!=": func(a, b decimal.Decimal) any { return !a.Equal(b) },
}

// operator makes a sign work between exact numbers, and between these and literals.
func operator(sign, name string, of func(a, b decimal.Decimal) any, result any) []expr.Option {
	run := func(args ...any) (any, error) {
		a, err := exact(args[0])
		if err != nil {
			return nil, err
		}
		b, err := exact(args[1])
		if err != nil {
			return nil, err
		}
		return of(a, b), nil
	}
	var types []any
	if _, truth := result.(bool); truth {
		types = []any{new(func(decimal.Decimal, decimal.Decimal) bool), new(func(decimal.Decimal, int) bool), new(func(int, decimal.Decimal) bool),
			new(func(decimal.Decimal, float64) bool), new(func(float64, decimal.Decimal) bool)}
	} else {
		types = []any{new(func(decimal.Decimal, decimal.Decimal) decimal.Decimal), new(func(decimal.Decimal, int) decimal.Decimal),
			new(func(int, decimal.Decimal) decimal.Decimal), new(func(decimal.Decimal, float64) decimal.Decimal),
			new(func(float64, decimal.Decimal) decimal.Decimal)}
	}
	return []expr.Option{expr.Function(name, run, types...), expr.Operator(sign, name)}
}

// exact takes a literal by its digits.
func exact(v any) (decimal.Decimal, error) {
	switch v := v.(type) {
	case decimal.Decimal:
		return v, nil
	case int:
		return decimal.NewFromInt(int64(v)), nil
	case float64:
		return decimal.NewFromFloat(v), nil
	}
	return decimal.Decimal{}, fmt.Errorf("%v is not a number", v)
}

var errEmpty = errors.New("it is empty")

func (f *formats) decimalOf(text string) (decimal.Decimal, error) {
	b := trim([]byte(text))
	if len(b) == 0 {
		return decimal.Decimal{}, fmt.Errorf("number: %w", errEmpty)
	}
	v, err := f.number(b, rateScale)
	if errors.Is(err, errTooLarge) {
		v, err = f.number(b, amountScale)
		return decimal.New(v, -amountScale), wrapText("number", text, err)
	}
	return decimal.New(v, -rateScale), wrapText("number", text, err)
}

func (f *formats) dayOf(text string) (time.Time, error) {
	b := trim([]byte(text))
	if len(b) == 0 {
		return time.Time{}, fmt.Errorf("date: %w", errEmpty)
	}
	days, err := f.day(b)
	return time.Unix(int64(days)*86400, 0).UTC(), wrapText("date", text, err)
}

func wrapText(what, text string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %q: %w", what, text, err)
}

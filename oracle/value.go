package oracle

import (
	"slices"

	"github.com/shopspring/decimal"
)

// A Value is a figure, or not Valid where it is not defined.
type Value = decimal.NullDecimal

// undefined is the figure of a zero denominator (0, Zero denominator).
var undefined = Value{}

// places are the digits kept of a quotient.
const places = 30

var hundred = decimal.New(100, 0)

func defined(d decimal.Decimal) Value { return decimal.NewNullDecimal(d) }

func number(n int) decimal.Decimal { return decimal.New(int64(n), 0) }

func count(n int) Value { return defined(number(n)) }

// ratio divides; by zero it is undefined.
func ratio(a, b decimal.Decimal) Value {
	if b.IsZero() {
		return undefined
	}
	return defined(a.DivRound(b, places))
}

// percent is a share of a whole.
func percent(part, whole decimal.Decimal) Value { return ratio(part.Mul(hundred), whole) }

// overDays is amount x days / sales, the shape of the whole DSO family.
func overDays(amount decimal.Decimal, days int, sales decimal.Decimal) Value {
	return ratio(amount.Mul(number(days)), sales)
}

func total[T any](list []T, amount func(T) decimal.Decimal) decimal.Decimal {
	sum := decimal.Zero
	for _, one := range list {
		sum = sum.Add(amount(one))
	}
	return sum
}

func mean(values []decimal.Decimal) Value {
	sum := total(values, func(d decimal.Decimal) decimal.Decimal { return d })
	return ratio(sum, number(len(values)))
}

// median is the middle, or the mean of the two middles.
func median(values []decimal.Decimal) Value {
	n := len(values)
	if n == 0 {
		return undefined
	}
	values = slices.SortedFunc(slices.Values(values), decimal.Decimal.Cmp)
	return ratio(values[(n-1)/2].Add(values[n/2]), number(2))
}

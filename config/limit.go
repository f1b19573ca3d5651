package config

import (
	"fmt"
	"math/big"
	"regexp"

	"github.com/shopspring/decimal"
)

// Limit is how many records of a file may be in quarantine: a number as in 20, or a share as in 0.5%.
type Limit string

var limitShape = regexp.MustCompile(`^([0-9]{1,12}|[0-9]{1,3}(\.[0-9]{1,6})?%)$`)

func (l Limit) check() error {
	if l != "" && !limitShape.MatchString(string(l)) {
		return fmt.Errorf("%q is neither a number of records as in 20 nor a share of them as in 0.5%%", string(l))
	}
	return nil
}

// Of is how many of so many records are tolerated. Nothing is where the limit says nothing.
func (l Limit) Of(records int64) int64 {
	share, whole := string(l), true
	if n := len(l) - 1; n > 0 && l[n] == '%' {
		share, whole = string(l[:n]), false
	}
	number, err := decimal.NewFromString(share)
	if err != nil {
		return 0
	}
	if !whole {
		number = number.Mul(decimal.NewFromBigInt(big.NewInt(records), -2)).Floor()
	}
	return number.IntPart()
}

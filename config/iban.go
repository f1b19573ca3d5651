package config

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

var (
	ibanShape    = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$`)
	bicShape     = regexp.MustCompile(`^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$`)
	countryShape = regexp.MustCompile(`^[A-Z]{2}$`)
)

// IBAN is an account number as banks write it between machines, without blanks; an error says that its check digits are wrong.
func IBAN(text string) (string, error) {
	iban := strings.ToUpper(strings.Join(strings.Fields(text), ""))
	if !ibanShape.MatchString(iban) {
		return "", fmt.Errorf("%q is no IBAN; write it as in DE89 3704 0044 0532 0130 00", text)
	}
	var digits strings.Builder
	for _, r := range iban[4:] + iban[:4] {
		if r >= 'A' {
			fmt.Fprint(&digits, r-'A'+10)
		} else {
			digits.WriteRune(r)
		}
	}
	number, _ := new(big.Int).SetString(digits.String(), 10) // digits alone
	if new(big.Int).Mod(number, big.NewInt(97)).Int64() != 1 {
		return "", fmt.Errorf("the check digits of the IBAN %q are wrong", text)
	}
	return iban, nil
}

// IsBIC says whether a text has the shape of a bank's identifier.
func IsBIC(text string) bool { return bicShape.MatchString(text) }

// IsCountry says whether a text has the shape of a country's two letters.
func IsCountry(text string) bool { return countryShape.MatchString(text) }

package validation

import (
	"context"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"arrears/disputes"
)

// Signs of fraud, as flags of a report. None of them decides anything; a flag takes a case off what rules settle by themselves.
const (
	NewSender       = "new sender"        // writes for the customer for the first time, from an address nobody has on file
	OtherCustomer   = "other customer"    // the sender has written for another customer
	BankDetails     = "bank details"      // the text names a bank account that is not the one on file
	ManySmallClaims = "many small claims" // each of them too small to be looked at
	SharedDocument  = "shared document"   // enclosed in a case of another customer too
)

func (v *Validator) flags(ctx context.Context, e examination) ([]string, error) {
	var flags []string
	sender, err := v.sender(ctx, e)
	if err != nil {
		return nil, err
	}
	flags = append(flags, sender...)
	if namesAccount(e.Text, e.account.IBAN) {
		flags = append(flags, BankDetails)
	}
	if v.manySmall(e) {
		flags = append(flags, ManySmallClaims)
	}
	for _, d := range e.Documents {
		seen, err := v.records.SeenElsewhere(ctx, d.Digest, e.Customer)
		if err != nil {
			return nil, err
		}
		if len(seen) > 0 {
			return append(flags, SharedDocument), nil
		}
	}
	return flags, nil
}

// sender looks at who has written from the address before. Staff and programs write for a customer under no address of its own.
func (v *Validator) sender(ctx context.Context, e examination) ([]string, error) {
	if e.Contact == "" || e.Channel != disputes.Portal && e.Channel != disputes.Mail {
		return nil, nil
	}
	cases, err := v.records.Cases(ctx, disputes.Filter{Contact: e.Contact})
	if err != nil {
		return nil, fmt.Errorf("read the cases of a sender: %w", err)
	}
	known, flags := strings.EqualFold(e.Contact, e.account.Email), []string(nil)
	for _, c := range others(cases, e.Case) {
		switch {
		case c.Customer == e.Customer:
			known = known || c.Verified
		case c.Customer != disputes.Unknown && len(flags) == 0:
			flags = []string{OtherCustomer}
		}
	}
	if !known {
		flags = append([]string{NewSender}, flags...)
	}
	return flags, nil
}

// manySmall counts the case itself and the small ones before it. One whose rate is not known is not measured.
func (v *Validator) manySmall(e examination) bool {
	small := func(c disputes.Case) bool {
		return c.Rate.IsPositive() && c.Claimed().Mul(c.Rate).LessThanOrEqual(v.limits.Small)
	}
	if !small(e.Case) {
		return false
	}
	n := 1
	for _, c := range e.before {
		if small(c) && e.OpenedAt.Sub(c.OpenedAt) <= v.limits.Within {
			n++
		}
	}
	return n >= v.limits.Many
}

// accountShape is an IBAN in groups of four or in one piece.
var accountShape = regexp.MustCompile(`\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b`)

// namesAccount is whether a text has an international bank account number whose check digits are right, other than the one on file.
func namesAccount(text, onFile string) bool {
	onFile = strings.ReplaceAll(onFile, " ", "")
	for _, found := range accountShape.FindAllString(text, -1) {
		for found != "" { // words in capitals that follow look like more of it
			if number := strings.ReplaceAll(found, " ", ""); checked(number) {
				if number != onFile {
					return true
				}
				break
			}
			found = found[:max(strings.LastIndex(found, " "), 0)]
		}
	}
	return false
}

// checked is the test of ISO 13616: the country and its digits behind the rest, letters as numbers from 10, modulo 97 is 1.
func checked(iban string) bool {
	if len(iban) < 15 {
		return false
	}
	var digits strings.Builder
	for _, r := range iban[4:] + iban[:4] {
		if r >= 'A' {
			_, _ = fmt.Fprint(&digits, int(r-'A')+10)
		} else {
			digits.WriteRune(r)
		}
	}
	n, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && new(big.Int).Mod(n, big.NewInt(97)).Int64() == 1
}

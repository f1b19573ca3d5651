package validation

import (
	"maps"
	"slices"
	"strings"

	"arrears/disputes"
)

// sentences are what tests say in English, by their codes. Other languages have them as says.CODE in their words.
var sentences = withRules(map[string]string{
	"identity.unknown":  "Nobody knows yet which customer this is.",
	"identity.absent":   "Customer {customer} is not in master data.",
	"identity.unproven": "It is not proven that the sender speaks for customer {customer}.",
	"identity.valid":    "The sender speaks for customer {customer}.",
	"invoice.absent":    "There is no invoice {invoice} of this customer.",
	"invoice.voided":    "Invoice {invoice} was cancelled.",
	"invoice.currency":  "Invoice {invoice} is in {currency}, the claim in {other}.",
	"invoice.valid":     "Invoice {invoice} is this customer's.",
	"amount.none":       "Nothing is claimed of invoice {invoice}.",
	"amount.over":       "{claimed} is claimed, and invoice {invoice} is over {amount}.",
	"amount.settled":    "{claimed} is claimed, and {open} of invoice {invoice} is open.",
	"amount.valid":      "{claimed} of the {open} open of invoice {invoice} is claimed.",
	"repeat.none":       "Nothing like it was claimed of invoice {invoice} before.",
	"repeat.refused":    "The same was claimed of invoice {invoice} in {other}, and refused.",
	"repeat.open":       "The same is claimed of invoice {invoice} in {other}, which is still open.",
	"credited.none":     "Nothing has been credited for invoice {invoice}.",
	"credited.all":      "{given} has been credited for invoice {invoice} already.",
	"credited.part":     "{given} of the {claimed} claimed has been credited for invoice {invoice} already.",
	"in_time.any":       "There is no last day for claims.",
	"in_time.late":      "The claim came {days} days after invoice {invoice}; {allowed} are allowed.",
	"in_time.valid":     "The claim came {days} days after invoice {invoice}; {allowed} are allowed.",
	"paid.settled":      "Nothing of invoice {invoice} is open.",
	"paid.receipt":      "Receipt {document} over {amount} has not been applied and fits invoice {invoice}.",
	"paid.open":         "{open} of invoice {invoice} is open, and no receipt that fits waits.",

	"rule.valid":       "Invoice {invoice} is wrong by the rule {rule}: {amount} is not owed.",
	"rule.invalid":     "Invoice {invoice} is right by the rule {rule}.",
	"rule.undecidable": "The books do not say whether invoice {invoice} is right by the rule {rule}.",
})

// rules are what each discrepancy rule says of an invoice when it supports the claim, and when it does not.
var rules = map[string][2]string{
	"price":          {"was billed above the agreed price", "was billed at the agreed price"},
	"quantity":       {"was billed with more than was ordered", "was billed with what was ordered"},
	"short_delivery": {"was billed with more than was delivered", "was delivered in full"},
	"late_delivery":  {"was delivered late, for which the order takes something off", "was delivered in time"},
	"duplicate":      {"bills what an earlier invoice has billed", "is the only one of its kind"},
	"tax":            {"was billed with more tax than is due", "was billed with the tax that is due"},
	"freight":        {"was billed with more freight than was agreed", "was billed with the freight that was agreed"},
	"terms_discount": {"was paid in time for the cash discount, which was refused", "was not paid in time for the cash discount, or got it"},
	"late_fee":       {"is a fee for paying late, and the payment came in time", "is a fee for paying late, and the payment was late"},
}

// withRules adds the sentences of the rules, which are made of what they find.
func withRules(all map[string]string) map[string]string {
	for rule, found := range rules {
		all[rule+".valid"] = "Invoice {invoice} " + found[0] + ": {amount} is not owed."
		all[rule+".invalid"] = "Invoice {invoice} " + found[1] + "."
		all[rule+".undecidable"] = "The books do not say whether invoice {invoice} " + found[0] + "."
	}
	return all
}

// sentence is what a code says in English, and the phrase that other languages say it by.
func sentence(code string, pairs ...string) (string, disputes.Phrase) {
	p := disputes.Phrase{Code: code}
	var values []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if p.Values == nil {
			p.Values = map[string]string{}
		}
		p.Values[pairs[i]] = pairs[i+1]
		values = append(values, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(values...).Replace(sentences[code]), p
}

// ruled is what a discrepancy rule says. One that is not known here speaks by its name.
func ruled(t disputes.Test, invoice string) (string, disputes.Phrase) {
	family := t.Name
	if _, known := rules[family]; !known {
		family = "rule"
	}
	return sentence(family+"."+t.Verdict, "invoice", invoice, "amount", t.Amount.String(), "rule", t.Name)
}

// Codes are all that tests say, and Names all that they are called: each language has words for them.
func Codes() []string { return slices.Sorted(maps.Keys(sentences)) }

// Names are those of all tests.
func Names() []string {
	return append([]string{identity, invoice, amount, repeat, credited, inTime, paid}, slices.Sorted(maps.Keys(rules))...)
}

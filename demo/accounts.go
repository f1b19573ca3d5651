package demo

import (
	"fmt"

	"arrears/config"
)

// accountSheet is where customers are refunded to, as the treasury keeps it: of most of those in SEPA countries, in whose banks nobody
// else has an account, for there are no such banks. Whoever is not in it cannot be refunded yet.
func accountSheet(c *Company) sheet {
	s := sheet{header: []string{"customer_id", "iban", "holder", "postcode", "town", "country"}}
	banks := map[string]string{"DE": "99900000%010d", "GB": "NORD999999%08d", "IE": "NORD999999%08d", "CH": "99999%012d", "PL": "99999999%016d"}
	for i, customer := range c.Customers {
		bank, reached := banks[customer.Country]
		if !reached || !customer.InMaster || i%10 == 9 {
			continue
		}
		town := placesDE[i%len(placesDE)]
		if customer.Country != "DE" {
			town = placesEN[i%len(placesEN)]
		}
		s.add(customer.ID, iban(customer.Country, fmt.Sprintf(bank, 1000+i)), customer.Name, fmt.Sprintf("%05d", 99000+i), town, customer.Country)
	}
	return s
}

// iban finds the check digits of an account.
func iban(country, account string) string {
	for digits := 2; digits <= 98; digits++ {
		if found, err := config.IBAN(fmt.Sprintf("%s%02d%s", country, digits, account)); err == nil {
			return found
		}
	}
	return "" // one of them always fits
}

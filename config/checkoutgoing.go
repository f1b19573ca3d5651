package config

import (
	"fmt"
	"maps"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"

	"golang.org/x/text/language"
)

// payers checks the accounts that refunds are paid from.
func (c checker) payers(payers Payers) {
	for _, entity := range slices.Sorted(maps.Keys(payers)) {
		at, p := "payers."+entity, payers[entity]
		if p.Name == "" {
			c.mistake(at+".name", "is missing: the name under which the bank keeps the account")
		}
		if _, err := IBAN(p.IBAN); err != nil {
			c.mistake(at+".iban", "%v", err)
		}
		if p.BIC != "" && !IsBIC(p.BIC) {
			c.mistake(at+".bic", "%q is no BIC; it has 8 or 11 signs, as in COBADEFFXXX", p.BIC)
		}
		if p.Town == "" {
			c.mistake(at+".town", "is missing: banks refuse an address without town and country")
		}
		if !IsCountry(p.Country) {
			c.mistake(at+".country", "%q is no country; write its two letters of ISO 3166, as in DE", p.Country)
		}
	}
}

func (c checker) letters(l Letters) {
	if _, err := language.Parse(l.Language); err != nil {
		c.mistake("letters.language", "%q is no language; write it as in de or pt-BR", l.Language)
	}
	for _, role := range slices.Sorted(maps.Keys(l.Staff)) {
		if _, err := mail.ParseAddress(l.Staff[role]); err != nil {
			c.mistake("letters.staff."+role, "%q is not an address; write it as in desk@example.com", l.Staff[role])
		}
	}
}

// webhooks checks who is told what, and that nobody is told who may not be called.
func (c checker) webhooks(w Webhooks) {
	for i, text := range w.Networks {
		if _, err := netip.ParsePrefix(text); err != nil {
			c.mistake(fmt.Sprintf("webhooks.networks[%d]", i), "%q is no network; write it as in 10.1.0.0/16", text)
		}
	}
	first := map[string]int{}
	for i, hook := range w.Calls {
		at := fmt.Sprintf("webhooks.calls[%d]", i)
		if !sourceShape.MatchString(hook.Name) {
			c.mistake(at+".name", "%q is no name; write letters, digits, - and _", hook.Name)
		}
		if n, taken := first[hook.Name]; taken {
			c.mistake(at+".name", "%q is webhooks.calls[%d] already", hook.Name, n)
		}
		first[hook.Name] = i
		c.hook(at, hook, w.Hosts)
	}
}

func (c checker) hook(at string, hook Hook, hosts []string) {
	switch address, err := url.Parse(hook.URL); {
	case err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" || address.User != nil:
		c.mistake(at+".url", "%q is no address that can be called; write it as in https://hooks.example.com/arrears", hook.URL)
	case !slices.Contains(hosts, address.Host):
		c.mistake(at+".url", "%s is not among webhooks.hosts, and nothing else is called", address.Host)
	}
	if hook.SecretFile == "" {
		c.mistake(at+".secret_file", "is missing: without a key nobody can tell that a call is ours")
	}
}

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
	calls, chats := map[string]int{}, map[string]int{}
	for i, hook := range w.Calls {
		c.hookName("webhooks.calls", i, hook.Name, calls)
		c.hook(fmt.Sprintf("webhooks.calls[%d]", i), hook, w.Hosts)
	}
	for i, chat := range w.Receive {
		c.hookName("webhooks.receive", i, chat.Name, chats)
		if chat.SecretFile == "" {
			c.mistake(fmt.Sprintf("webhooks.receive[%d].secret_file", i), "is missing: without a key anybody could write for anybody")
		}
	}
}

// hookName checks the name of an entry, and that no other of its list has it.
func (c checker) hookName(list string, i int, name string, first map[string]int) {
	at := fmt.Sprintf("%s[%d].name", list, i)
	if !sourceShape.MatchString(name) {
		c.mistake(at, "%q is no name; write letters, digits, - and _", name)
	}
	if n, taken := first[name]; taken {
		c.mistake(at, "%q is %s[%d] already", name, list, n)
	}
	first[name] = i
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

package mailbox

import (
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/authres"
)

// authentic says whether our own mail server vouches for the one sender's domain: by DMARC, or by a DKIM signature of that domain or
// of one above it. Only the topmost header of our server counts, for whatever a stranger wrote into the message lies below it.
func authentic(headers []string, trusted string, from []Address) (bool, string) {
	if trusted == "" {
		return false, "no mail server is trusted to vouch for senders"
	}
	if len(from) != 1 {
		return false, fmt.Sprintf("it has %d senders", len(from))
	}
	_, domain, _ := strings.Cut(from[0].Address, "@")
	for _, header := range headers {
		id, results, err := authres.Parse(header)
		if err != nil || !strings.EqualFold(strings.TrimSpace(id), trusted) {
			continue
		}
		return vouched(results, domain)
	}
	return false, "our mail server has said nothing about its sender"
}

func vouched(results []authres.Result, domain string) (bool, string) {
	signed := ""
	for _, r := range results {
		switch r := r.(type) {
		case *authres.DMARCResult:
			if r.Value == authres.ResultPass && strings.EqualFold(r.From, domain) {
				return true, "dmarc=pass"
			}
			if r.Value != authres.ResultNone && r.Value != authres.ResultPass {
				return false, "dmarc=" + clean(string(r.Value), 20)
			}
		case *authres.DKIMResult:
			if r.Value == authres.ResultPass && covers(r.Domain, domain) {
				signed = "dkim=pass of " + clean(strings.ToLower(r.Domain), 100)
			}
		}
	}
	if signed != "" {
		return true, signed
	}
	return false, "neither DMARC nor a signature of its sender's domain passed"
}

// covers says whether a domain signs for another: the same, or one below it. Whoever can sign for a domain may name hosts below it.
func covers(signer, domain string) bool {
	signer, domain = strings.ToLower(strings.Trim(signer, ".")), strings.ToLower(domain)
	return strings.Contains(signer, ".") && (signer == domain || strings.HasSuffix(domain, "."+signer))
}

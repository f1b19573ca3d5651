package demo

import (
	"fmt"
	"strings"
)

// mailbox is the maildir of the disputes desk, as the company's own mail server fills it.
func mailbox(c *Company) map[string][]byte {
	box := map[string][]byte{}
	add := func(from, subject, more string, lines ...string) {
		n := len(box) + 1
		_, domain, _ := strings.Cut(from, "@")
		text := "Return-Path: <" + from + ">\n" + more +
			"Received: from mail." + domain + " by mx.nordwind.example; " + AsOf.format("Mon, 2 Jan 2006") + " 08:00:00 +0000\n" +
			"From: " + from + "\nTo: disputes@nordwind.example\nSubject: " + subject + "\nDate: " + AsOf.format("Mon, 2 Jan 2006") + " 08:00:00 +0000\n" +
			fmt.Sprintf("Message-ID: <%d@%s>\n", n, domain) + "Content-Type: text/plain; charset=utf-8\n\n" + strings.Join(lines, "\n") + "\n"
		box[fmt.Sprintf("mail/new/%d.M%d.nordwind", AsOf.Time().Unix(), n)] = []byte(strings.ReplaceAll(text, "\n", "\r\n"))
	}
	writers := correspondence(c)
	vouched := func(k *Customer) string {
		_, domain, _ := strings.Cut(k.Email, "@")
		return "Authentication-Results: mx.nordwind.example; dmarc=pass header.from=" + domain + "\n"
	}
	for i, inv := range writers {
		k := inv.Customer
		switch i {
		case 0:
			add(k.Email, "Invoice "+inv.ID, vouched(k), "Hello,", "", "the price on "+inv.ID+" is not the one we agreed in the spring. Please check and send a credit note.", "",
				"Kind regards", k.Name, "", "On "+inv.Issued.format("2 January 2006")+", Nordwind <ar@nordwind.example> wrote:", "> Please find our invoice "+inv.ID+" enclosed.")
		case 1:
			add(k.Email, "Short delivery", vouched(k), "The quantity on your invoice "+inv.ID+" is not what came: two boxes were missing.", "", k.Name)
		case 2:
			add(k.Email, inv.ID, "", "Our buyer says this is a duplicate. Tell us what else is open on our account.")
		case 3:
			add(k.Email, "Out of office: your statement", vouched(k)+"Auto-Submitted: auto-replied\n", "I am back on Monday.")
		}
	}
	add("offers@stranger.example", "An offer for your receivables", "List-Unsubscribe: <mailto:no@stranger.example>\n", "We buy them all.")
	return box
}

// correspondence is an open invoice of each of a few customers who can be written to, the first in the order of numbers that no dispute
// is about.
func correspondence(c *Company) []*Invoice {
	disputed := map[*Invoice]bool{}
	for _, d := range c.Disputes {
		disputed[d.Invoice] = true
	}
	open := c.open(AsOf).invoices
	shared, seen := map[string]int{}, map[*Customer]bool{}
	for _, k := range c.Customers {
		shared[k.Email]++
	}
	var found []*Invoice
	for _, inv := range c.Invoices {
		k := inv.Customer
		if k == nil || k.Email == "" || shared[k.Email] > 1 || seen[k] || disputed[inv] || !open[inv].IsPositive() || len(found) == 4 {
			continue
		}
		seen[k] = true
		found = append(found, inv)
	}
	return found
}

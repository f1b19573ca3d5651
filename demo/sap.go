package demo

import (
	"fmt"
	"strconv"
)

// sap writes as the system of the domestic entity does: one list of postings for every kind of document, credits and
// receipts with a minus behind the number, and 00.00.0000 where there is no day.
var sap = style{
	delimiter: ";", newline: "\r\n", day: "02.01.2006", noDay: "00.00.0000",
	decimal: ",", thousands: ".", negative: "%s-", latin: true,
}

// sapFiles are the extracts of the domestic entity by file name.
func sapFiles(c *Company) map[string]sheet {
	files := map[string]sheet{"sap/kunden.csv": sapCustomers(c), "sap/raten.csv": sapInstalments(c), "sap/ausgleich.csv": sapClearings(c)}
	for name, s := range sapPostings(c) {
		files[name] = s
	}
	return files
}

func sapCustomers(c *Company) sheet {
	s := sheet{header: []string{"KUNNR", "NAME1", "LAND1", "WAERS", "ZTERM", "KLIMK", "BUSAB", "SPRAS", "CTLPC", "KONZS", "BRSCH", "SMTP_ADDR", "SPERR"}}
	for _, k := range c.Customers {
		if k.Entity != Domestic {
			continue
		}
		s.add(k.ID, k.Name, k.Country, k.Currency, sapTerms(k), sap.money(cents(int64(k.CreditLimit)*100)), k.Collector,
			k.Language, k.Risk, customerID(k.Parent), k.Segment, k.Email, blank(k.OnHold, "X"))
	}
	return s
}

func sapTerms(k *Customer) string { return fmt.Sprintf("N%03d", k.Terms) }

func blank(shown bool, text string) string {
	if shown {
		return text
	}
	return ""
}

// sapPostings is a file a year. Among the documents are down payment requests, which are no receivables: no map takes them.
func sapPostings(c *Company) map[string]sheet {
	files := map[string]sheet{}
	add := func(day Day, fields ...string) {
		name := fmt.Sprintf("sap/posten_%d.csv", day.Time().Year())
		s, ok := files[name]
		if !ok {
			s.header = []string{"BUKRS", "BELNR", "BLART", "KUNNR", "BLDAT", "NETDT", "ZTERM", "WRBTR", "WAERS", "AUGDT", "STODT", "VBELN", "BSTNK", "ZLSCH", "REBZG", "SGTXT"}
		}
		s.add(fields...)
		files[name] = s
	}
	for i, d := range c.Invoices {
		if d.Entity != Domestic {
			continue
		}
		kind := "RV"
		if d.Kind == "debit_memo" {
			kind = "DR"
		}
		add(d.Issued, Domestic, d.ID, kind, customerID(d.Customer), sap.date(d.Issued), sap.date(d.Due), d.Terms, sap.money(d.Amount), d.Currency,
			sap.date(d.Cleared), sap.date(d.Voided), d.Order, d.PO, "", "", "")
		if i%400 == 7 {
			add(d.Issued, Domestic, fmt.Sprintf("2400%06d", i), "DA", customerID(d.Customer), sap.date(d.Issued), sap.date(d.Due), d.Terms,
				sap.money(d.Amount.Abs()), d.Currency, sap.noDay, sap.noDay, d.Order, "", "", "", "Anzahlungsanforderung")
		}
	}
	for _, d := range c.Payments {
		if entityOf(d.Customer) == Domestic {
			add(d.Received, Domestic, d.ID, "DZ", customerID(d.Customer), sap.date(d.Received), sap.noDay, "", sap.money(d.Amount.Neg()), d.Currency,
				sap.noDay, sap.date(d.Reversed), "", "", sapMethods[d.Method], "", d.Reference)
		}
	}
	for _, d := range c.Credits {
		if entityOf(d.Customer) == Domestic {
			reference := ""
			if d.Invoice != nil {
				reference = d.Invoice.ID
			}
			add(d.Issued, Domestic, d.ID, "DG", customerID(d.Customer), sap.date(d.Issued), sap.noDay, "", sap.money(d.Amount.Neg()), d.Currency,
				sap.noDay, sap.noDay, "", "", "", reference, d.Reason)
		}
	}
	return files
}

var sapMethods = map[string]string{"transfer": "T", "direct_debit": "E", "cheque": "S"}

func sapInstalments(c *Company) sheet {
	s := sheet{header: []string{"BELNR", "RATNR", "NETDT", "WRBTR"}}
	for _, d := range c.Invoices {
		for i, part := range d.Instalments {
			if d.Entity == Domestic {
				s.add(d.ID, strconv.Itoa(i+1), sap.date(part.Due), sap.money(part.Amount))
			}
		}
	}
	return s
}

// sapClearings has applications and write-offs in one list, told apart by VORGANG.
func sapClearings(c *Company) sheet {
	s := sheet{header: []string{"LFDNR", "VORGANG", "AUGBL", "BELNR", "AUGDT", "WRBTR", "SKNTO", "RSTGR"}}
	for _, a := range c.Applications {
		if a.Invoice.Entity == Domestic {
			s.add(a.ID, "AUSGL", a.SourceID(), a.Invoice.ID, sap.date(a.On), sap.money(a.Amount), sap.money(a.Discount), "")
		}
	}
	for _, w := range c.WriteOffs {
		if w.entity() != Domestic {
			continue
		}
		reason := "UNE" // uneinbringlich
		if w.Reason == "minor" {
			reason = "KLD" // Kleindifferenz
		}
		payment, invoice := w.ends()
		s.add(w.ID, "AUSB", payment, invoice, sap.date(w.On), sap.money(w.Amount), "", reason)
	}
	return s
}

// ends are the numbers of what is written off; one of them is empty.
func (w *WriteOff) ends() (payment, invoice string) {
	if w.Payment != nil {
		return w.Payment.ID, ""
	}
	return "", w.Invoice.ID
}

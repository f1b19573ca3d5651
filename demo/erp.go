package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// erp writes as the system of the overseas entity does: American dates, amounts in quotes, credits in parentheses, and a
// byte order mark. Its receipts are with the bank's lockbox.
var erp = style{
	delimiter: ",", newline: "\r\n", mark: "\ufeff", day: "1/2/2006", decimal: ".", thousands: ",", negative: "(%s)",
}

// products are what an overseas invoice says it is for; commas and inch signs come with the trade.
var products = []string{`Hex bolts 3/8", zinc`, "Gate valve DN50", `Steel pipe 2", seamless`, "Conveyor belt, 12 m", "Hydraulic pump", "Bearing set"}

// erpFiles are the extracts of the overseas entity by file name.
func erpFiles(c *Company) map[string]sheet {
	files := map[string]sheet{
		"erp/customers.csv": erpCustomers(c), "erp/applications.csv": erpApplications(c), "erp/adjustments.csv": erpAdjustments(c),
		"erp/schedules.csv": erpSchedules(c),
	}
	for name, s := range erpDocuments(c) {
		files[name] = s
	}
	return files
}

// erpNumber is a customer's number in the ERP; without a customer there is none.
func erpNumber(c *Customer) string {
	if c == nil {
		return ""
	}
	return "C-" + strings.TrimPrefix(c.ID, "0000")
}

func erpTerms(code string) string {
	days := strings.TrimLeft(code[1:], "0")
	if code[0] == 'S' {
		return "2% 10 Net " + days
	}
	return "Net " + days
}

func erpCustomers(c *Company) sheet {
	s := sheet{header: []string{"No.", "Name", "Country", "Currency", "Terms", "Credit Limit", "Collector", "Group", "Segment", "Risk", "E-Mail", "On Hold"}}
	for _, k := range c.Customers {
		if k.Entity == Overseas {
			s.add(erpNumber(k), k.Name, k.Country, k.Currency, erpTerms(sapTerms(k)), erp.money(cents(int64(k.CreditLimit)*100)), k.Collector,
				erpNumber(k.Parent), k.Segment, k.Risk, k.Email, strconv.FormatBool(k.OnHold))
		}
	}
	return s
}

// erpDocuments is a file a quarter.
func erpDocuments(c *Company) map[string]sheet {
	files := map[string]sheet{}
	add := func(day Day, fields ...string) {
		name := erpQuarter(day)
		s, ok := files[name]
		if !ok {
			s.header = []string{"Type", "No.", "Customer No.", "Posting Date", "Due Date", "Amount", "Currency", "Order No.", "PO No.", "Terms", "Description", "Closed On", "Voided On", "Applies-to"}
		}
		s.add(fields...)
		files[name] = s
	}
	for i, d := range c.Invoices {
		if d.Entity != Overseas {
			continue
		}
		kind := "Invoice"
		if d.Kind == "debit_memo" {
			kind = "Debit Memo"
		}
		add(d.Issued, kind, d.ID, erpNumber(d.Customer), erp.date(d.Issued), erp.date(d.Due), erp.money(d.Amount), d.Currency, d.Order, d.PO,
			erpTerms(d.Terms), products[i%len(products)], erp.date(d.Cleared), erp.date(d.Voided), "")
	}
	for _, d := range c.Credits {
		if entityOf(d.Customer) != Overseas {
			continue
		}
		reference := ""
		if d.Invoice != nil {
			reference = d.Invoice.ID
		}
		add(d.Issued, "Credit Memo", d.ID, erpNumber(d.Customer), erp.date(d.Issued), "", erp.money(d.Amount.Neg()), d.Currency, "", "", "",
			d.Reason, "", "", reference)
	}
	return files
}

func erpQuarter(day Day) string {
	t := day.Time()
	return fmt.Sprintf("erp/documents-%d-q%d.csv", t.Year(), (int(t.Month())+2)/3)
}

func erpApplications(c *Company) sheet {
	s := sheet{header: []string{"Entry", "Applied From", "Applied To", "Applied On", "Amount", "Discount"}}
	for _, a := range c.Applications {
		if a.Invoice.Entity == Overseas {
			s.add(a.ID, a.SourceID(), a.Invoice.ID, erp.date(a.On), erp.money(a.Amount), erp.money(a.Discount))
		}
	}
	return s
}

func erpAdjustments(c *Company) sheet {
	s := sheet{header: []string{"Entry", "Receipt", "Document", "Date", "Amount", "Reason Code"}}
	for _, w := range c.WriteOffs {
		if w.entity() == Overseas {
			payment, invoice := w.ends()
			s.add(w.ID, payment, invoice, erp.date(w.On), erp.money(w.Amount), w.Reason)
		}
	}
	return s
}

func erpSchedules(c *Company) sheet {
	s := sheet{header: []string{"Document", "Part", "Due Date", "Amount"}}
	for _, d := range c.Invoices {
		for i, part := range d.Instalments {
			if d.Entity == Overseas {
				s.add(d.ID, strconv.Itoa(i+1), erp.date(part.Due), erp.money(part.Amount))
			}
		}
	}
	return s
}

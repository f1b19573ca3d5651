package demo

// strays are what every ledger has and no system should: documents of a customer master data does not know, and documents
// that name no customer. They count in every total.
func addStrays(c *Company) {
	ghost := &Customer{ID: "0000199999", Entity: Domestic, Currency: Reporting, Terms: 30}
	for i, amount := range []int64{184050, 92300, 415075} {
		issued := monthStart(3-i) + 11
		inv := &Invoice{
			Customer: ghost, Issued: issued, Due: issued + 30, dueAgreed: issued + 30, Amount: cents(amount), Currency: Reporting,
			Kind: "invoice", Entity: Domestic, Terms: "N030", open: amount,
		}
		c.Invoices = append(c.Invoices, inv)
		if i == 0 {
			p := &Payment{Customer: ghost, Received: issued + 33, Amount: cents(100000), Currency: Reporting, Method: "transfer", Reference: "REF 000001"}
			c.Payments = append(c.Payments, p)
			c.Applications = append(c.Applications, &Application{Payment: p, Invoice: inv, On: p.Received, Amount: p.Amount})
			inv.open -= 100000
		}
	}
	c.Invoices = append(c.Invoices, &Invoice{
		Issued: monthStart(1) + 16, Due: monthStart(0) + 16, Amount: cents(23890), Currency: "USD", Kind: "debit_memo",
		Entity: Overseas, Terms: "N030", open: 23890,
	})
	c.Payments = append(c.Payments, &Payment{
		Received: monthStart(0) + 20, Amount: cents(61248), Currency: Reporting, Method: "transfer", Reference: "UNKNOWN SENDER",
	})
}

// customerID is the number a document carries, empty where it names no customer.
func customerID(c *Customer) string {
	if c == nil {
		return ""
	}
	return c.ID
}

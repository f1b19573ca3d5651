package demo

import "fmt"

// massProducts is how many products each customer has agreed prices for.
const massProducts = 20

// orders are the files of one part that say what was ordered and delivered.
type orders struct{ lines, deliveries *canonical }

func (f *folder) orders(dir, suffix string) orders {
	return orders{
		f.open(dir, "order_lines", suffix, "order_no", "line_no", "invoice_id", "product", "quantity", "price", "ordered_on", "tax_percent", "freight",
			"billed_quantity", "billed_price", "billed_tax", "billed_freight"),
		f.open(dir, "deliveries", suffix, "delivery_id", "line_no", "order_no", "order_line", "quantity", "promised_on", "delivered_on"),
	}
}

// order writes the lines of an invoice, ten pieces each. Of a hundred lines two are too dear, one has too much tax, and two come short.
func (p *part) order(n int, d drawn) {
	first, last := n*p.opts.OrderLines/p.opts.Invoices, (n+1)*p.opts.OrderLines/p.opts.Invoices
	if first == last {
		return
	}
	order, each := code('S', n), d.cents/int64(last-first)
	for i := first; i < last; i++ {
		number := fmt.Sprint(i - first + 1)
		price := each * 1000 / 119 * 1000 // millionths of one of ten pieces, before 19 % tax
		agreed, tax, delivered := price, each-each*100/119, int64(10_000_000)
		switch i % 100 {
		case 7, 57:
			agreed = price * 9 / 10
		case 21:
			tax += each / 50
		case 33, 83:
			delivered = 8_000_000
		}
		p.orders.lines.text(order).text(number).text(code('I', n)).text(massProduct(i)).rate(10_000_000).rate(agreed).day(d.issued - 10).
			rate(19_000_000).cents(0).rate(10_000_000).rate(price).cents(tax).cents(0).end()
		p.orders.deliveries.text(code('L', i)).text("1").text(order).text(number).rate(delivered).day(d.issued - 2).day(d.issued - 2).end()
	}
}

func massProduct(i int) string { return fmt.Sprintf("P%02d", i%massProducts) }

// prices writes what was agreed with each customer: more than any order asks, so that the order's price is the lower one.
func (m *mass) prices() (err error) {
	var files folder
	defer func() { err = files.close(err) }()
	prices := files.open(m.dir, "prices", "", "customer_id", "product", "valid_from", "price", "currency")
	for customer := range m.customers {
		for product := range massProducts {
			prices.text(code('C', customer)).text(massProduct(product)).day(m.first - 100).rate(900_000_000_000_000).
				text(massCurrencies[massCurrency(customer)]).end()
		}
	}
	return files.err
}

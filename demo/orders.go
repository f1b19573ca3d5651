package demo

import "github.com/shopspring/decimal"

// orderFiles are the extracts of the order system, which serves both entities and writes canonical files.
func orderFiles(c *Company) map[string]sheet {
	return map[string]sheet{
		"orders/order_lines.csv": orderLineSheet(c), "orders/deliveries.csv": deliverySheet(c), "orders/prices.csv": priceSheet(c),
	}
}

func orderLineSheet(c *Company) sheet {
	s := sheet{header: []string{"order_no", "line_no", "customer_id", "invoice_id", "kind", "product", "quantity", "price", "currency", "ordered_on",
		"tax_percent", "freight", "late_percent", "billed_quantity", "billed_price", "billed_tax", "billed_freight", "fee_for"}}
	for _, l := range c.OrderLines {
		kind, fee := "goods", ""
		if l.Product == "" {
			kind = "late_fee"
		}
		if l.FeeFor != nil {
			fee = l.FeeFor.ID
		}
		s.add(l.Invoice.Order, l.Line, l.Invoice.Customer.ID, l.Invoice.ID, kind, l.Product, maybe(l.Quantity), maybe(l.Price), l.Invoice.Currency,
			iso.date(l.Ordered), maybe(l.Tax), maybe(l.Freight), maybe(l.LatePercent), l.BilledQuantity.String(), l.BilledPrice.String(),
			iso.money(l.BilledTax), iso.money(l.BilledFreight), fee)
	}
	return s
}

func deliverySheet(c *Company) sheet {
	s := sheet{header: []string{"delivery_id", "line_no", "order_no", "order_line", "product", "quantity", "promised_on", "delivered_on"}}
	for _, d := range c.Deliveries {
		s.add(d.ID, "1", d.Of.Invoice.Order, d.Of.Line, d.Of.Product, d.Quantity.String(), iso.date(d.Promised), iso.date(d.Delivered))
	}
	return s
}

func priceSheet(c *Company) sheet {
	s := sheet{header: []string{"customer_id", "product", "valid_from", "valid_to", "price", "currency"}}
	for _, p := range c.Prices {
		s.add(p.Of.Invoice.Customer.ID, p.Of.Product, iso.date(p.From), iso.date(p.To), p.Amount.String(), p.Of.Invoice.Currency)
	}
	return s
}

func maybe(n decimal.NullDecimal) string {
	if !n.Valid {
		return ""
	}
	return n.Decimal.String()
}

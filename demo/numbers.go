package demo

import "fmt"

// number gives every document the number its system would have given it.
func (c *Company) number() {
	byDay(c.Invoices, func(d *Invoice) int64 { return int64(d.Issued) })
	byDay(c.Payments, func(d *Payment) int64 { return int64(d.Received) })
	byDay(c.Credits, func(d *Credit) int64 { return int64(d.Issued) })
	byDay(c.Applications, func(d *Application) int64 { return int64(d.On) })
	byDay(c.WriteOffs, func(d *WriteOff) int64 { return int64(d.On) })
	byDay(c.Disputes, func(d *Dispute) int64 { return d.Opened.Unix() })
	byDay(c.Promises, func(d *Promise) int64 { return int64(d.Made) })
	byDay(c.Activities, func(d *Activity) int64 { return d.At.Unix() })
	for i, d := range c.Invoices {
		d.ID = pick(d.Entity, "1900%06d", "INV-%06d", i+1)
		d.Order = pick(d.Entity, "45%08d", "SO-%06d", i+1)
	}
	for i, d := range c.Payments {
		d.ID = pick(entityOf(d.Customer), "1400%06d", "LB-%06d", i+1)
	}
	for i, d := range c.Credits {
		d.ID = pick(entityOf(d.Customer), "1600%06d", "CM-%06d", i+1)
	}
	for i, d := range c.Applications {
		d.ID = pick(d.Invoice.Entity, "AP%08d", "APP-%06d", i+1)
	}
	for i, d := range c.WriteOffs {
		d.ID = pick(d.entity(), "AB%08d", "ADJ-%06d", i+1)
	}
	for i, d := range c.Disputes {
		d.ID = fmt.Sprintf("D-%05d", i+1)
	}
	for i, d := range c.Promises {
		d.ID = fmt.Sprintf("P-%05d", i+1)
	}
	for i, d := range c.Activities {
		d.ID = fmt.Sprintf("A-%06d", i+1)
	}
}

func pick(entity, domestic, overseas string, n int) string {
	if entity == Domestic {
		return fmt.Sprintf(domestic, n)
	}
	return fmt.Sprintf(overseas, n)
}

func (w *WriteOff) entity() string {
	if w.Invoice != nil {
		return w.Invoice.Entity
	}
	return entityOf(w.Payment.Customer)
}

// entityOf is where a document without an entity of its own belongs: to its customer's, else to the company's first.
func entityOf(c *Customer) string {
	if c == nil || c.Entity == "" {
		return Domestic
	}
	return c.Entity
}

package oracle

import "slices"

// prefixed is the ledger with its entity named on every document and in front of every id. Customers carry the entity of
// their payments and credits.
func (l Ledger) prefixed() Ledger {
	id := func(name *string) {
		if *name != "" {
			*name = l.Entity + "-" + *name
		}
	}
	l.Customers, l.Invoices = slices.Clone(l.Customers), slices.Clone(l.Invoices)
	l.Payments, l.Credits = slices.Clone(l.Payments), slices.Clone(l.Credits)
	l.Apply, l.WriteOffs, l.Recoveries = slices.Clone(l.Apply), slices.Clone(l.WriteOffs), slices.Clone(l.Recoveries)
	l.Disputes, l.Promises = slices.Clone(l.Disputes), slices.Clone(l.Promises)
	for i := range l.Customers {
		c := &l.Customers[i]
		c.Entity = l.Entity
		id(&c.ID)
		id(&c.Parent)
	}
	for i := range l.Invoices {
		v := &l.Invoices[i]
		v.Entity = l.Entity
		id(&v.ID)
		id(&v.Customer)
	}
	for _, sources := range [][]Source{l.Payments, l.Credits} {
		for i := range sources {
			id(&sources[i].ID)
			id(&sources[i].Customer)
		}
	}
	for i := range l.Apply {
		id(&l.Apply[i].ID)
		id(&l.Apply[i].Source)
		id(&l.Apply[i].Invoice)
	}
	for i := range l.WriteOffs {
		id(&l.WriteOffs[i].ID)
		id(&l.WriteOffs[i].Source)
		id(&l.WriteOffs[i].Invoice)
	}
	for i := range l.Recoveries {
		id(&l.Recoveries[i].ID)
	}
	for i := range l.Disputes {
		id(&l.Disputes[i].ID)
		id(&l.Disputes[i].Invoice)
		id(&l.Disputes[i].Customer)
	}
	for i := range l.Promises {
		id(&l.Promises[i].ID)
		id(&l.Promises[i].Customer)
		id(&l.Promises[i].Invoice)
	}
	return l
}

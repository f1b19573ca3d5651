package dashboard

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A choice is what the reader asked to see. All of it is in the address, so that a view is a link.
type choice struct {
	asOf     time.Time // zero for the published day
	entity   string
	currency string
	compare  string // "month" or "year"
	scale    string // "", "k" or "M"

	collector string // whose worklist
	customer  string // who stands beside it

	by     string // by what the aging is told apart: "" for the entity, "segment" or "collector"
	basis  string // "" to count from the due date, or "invoice"
	part   string // whose cell of the aging is opened
	bucket string // and which; "" for all of the row
}

func parseChoice(q url.Values) (choice, error) {
	c := choice{entity: q.Get("entity"), currency: q.Get("currency"), compare: q.Get("compare"), scale: q.Get("scale"),
		collector: q.Get("collector"), customer: q.Get("customer"),
		by: q.Get("by"), basis: q.Get("basis"), part: q.Get("part"), bucket: q.Get("bucket")}
	if text := q.Get("as_of"); text != "" {
		day, err := time.Parse(time.DateOnly, text)
		if err != nil || day.Year() < 1970 || day.Year() > 2200 {
			return choice{}, fmt.Errorf("as_of %q is not a date as in 2026-10-31", text)
		}
		c.asOf = day
	}
	if c.compare == "" {
		c.compare = "month"
	}
	if c.compare != "month" && c.compare != "year" {
		return choice{}, fmt.Errorf("compare %q is neither month nor year", c.compare)
	}
	if !slices.Contains([]string{"", "k", "M"}, c.scale) {
		return choice{}, fmt.Errorf("scale %q is neither k nor M", c.scale)
	}
	return c, c.checkCell()
}

// query writes the choice back as it is written in an address; what is usual is left out.
func (c choice) query() url.Values {
	q := url.Values{}
	if !c.asOf.IsZero() {
		q.Set("as_of", c.asOf.Format(time.DateOnly))
	}
	for name, value := range map[string]string{"entity": c.entity, "currency": c.currency, "scale": c.scale,
		"collector": c.collector, "customer": c.customer, "by": c.by, "basis": c.basis, "part": c.part, "bucket": c.bucket} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if c.compare == "year" {
		q.Set("compare", "year")
	}
	return q
}

// link is an address of ours that carries the choice.
func (c choice) link(path string) string {
	if q := c.query().Encode(); q != "" {
		return path + "?" + q
	}
	return path
}

func (c choice) on(day time.Time) choice    { c.asOf = day; return c }
func (c choice) scaled(scale string) choice { c.scale = scale; return c }

func (c choice) list(collector, customer string) choice {
	c.collector, c.customer = collector, customer
	return c
}

// aged is the choice of a cell of the aging.
func (c choice) aged(by, basis, part, bucket string) choice {
	c.by, c.basis, c.part, c.bucket = by, basis, part, bucket
	return c
}

func (c choice) checkCell() error {
	if !slices.Contains([]string{"", "segment", "collector"}, c.by) {
		return fmt.Errorf("by %q is neither segment nor collector; without it the entity is meant", c.by)
	}
	if !slices.Contains([]string{"", "invoice"}, c.basis) {
		return fmt.Errorf("basis %q is not invoice; without it days count from the due date", c.basis)
	}
	if buckets := c.ladder(); c.bucket != "" && !slices.Contains(buckets, c.bucket) {
		return fmt.Errorf("bucket %q is none of %s", c.bucket, strings.Join(buckets, ", "))
	}
	return nil
}

// ladder are the buckets of the basis, the youngest first.
func (c choice) ladder() []string {
	if c.basis == "invoice" {
		return ageBuckets
	}
	return agingBuckets
}

// slice is the one dimension the figures are read by: an entity wins over a currency.
func (c choice) slice() (dimension, member string) {
	switch {
	case c.entity != "":
		return "entity", c.entity
	case c.currency != "":
		return "currency", c.currency
	default:
		return "", ""
	}
}

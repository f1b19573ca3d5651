package demo

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"
)

// ScaleOptions is the size of a company for measurements. It has a customer for every 200 invoices, sizes that fall off
// like Zipf's law, six currencies, a fifth of the invoices paid in two parts, 3 % with a credit memo and 2.5 % disputed.
type ScaleOptions struct {
	Invoices int
	Seed     uint64 // 0 is 1
	Months   int    // 0 is 36; the last one is that of AsOf

	OrderLines int // 0: none; so many lines of orders, with what was delivered and agreed, divided among the invoices
}

// Scaled is what Scale wrote, and the net receivables on AsOf that are to be found in it.
type Scaled struct {
	Customers, Invoices, Payments, Applications, Credits, Disputes int64
	Net                                                            map[string]decimal.Decimal // by document currency
}

// partSize is how many invoices one file holds: large enough that a file is worth a worker.
const partSize = 1_000_000

// Scale writes a folder of canonical Parquet files, as for --data: documents in parts, several at once, so that any size
// needs the memory of a few batches and of one number for each customer and week.
func Scale(dir string, opts ScaleOptions) (Scaled, error) {
	if opts.Seed == 0 {
		opts.Seed = 1
	}
	if opts.Months == 0 {
		opts.Months = 36
	}
	if opts.Invoices < 1 || opts.Months < 1 {
		return Scaled{}, fmt.Errorf("scale the company to %d invoices in %d months: both must be at least 1", opts.Invoices, opts.Months)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Scaled{}, fmt.Errorf("scale the company: %w", err)
	}
	m := newMass(dir, opts)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for part := range (opts.Invoices + partSize - 1) / partSize {
		group.Go(func() error { return m.documents(part) })
	}
	group.Go(m.masterData)
	if opts.OrderLines > 0 {
		group.Go(m.prices)
	}
	if err := group.Wait(); err != nil {
		return Scaled{}, fmt.Errorf("scale the company: %w", err)
	}
	if err := m.payments(); err != nil {
		return Scaled{}, fmt.Errorf("scale the company: %w", err)
	}
	return m.result(), nil
}

// mass is a company too large to hold: only what each customer pays in each week is kept, until the receipts are written.
type mass struct {
	dir       string
	opts      ScaleOptions
	customers int
	first     Day
	weeks     int
	received  []int64 // cents by customer and week, added to by all parts at once
	net       [len(massCurrencies)]atomic.Int64

	paid, applied, credited, disputed atomic.Int64 // rows written
}

var massCurrencies = [...]string{"EUR", "USD", "GBP", "CHF", "SEK", "PLN"}

func newMass(dir string, opts ScaleOptions) *mass {
	m := &mass{dir: dir, opts: opts, customers: max(1, opts.Invoices/200), first: monthStart(opts.Months - 1)}
	m.weeks = int(AsOf-m.first)/7 + 1
	m.received = make([]int64, m.customers*m.weeks)
	return m
}

func (m *mass) result() Scaled {
	s := Scaled{
		Customers: int64(m.customers), Invoices: int64(m.opts.Invoices), Payments: m.paid.Load(), Applications: m.applied.Load(),
		Credits: m.credited.Load(), Disputes: m.disputed.Load(), Net: map[string]decimal.Decimal{},
	}
	for i, currency := range massCurrencies {
		s.Net[currency] = cents(m.net[i].Load())
	}
	return s
}

// week is the receipt that takes the money of a day; its own day is the last of the week, or AsOf.
func (m *mass) week(paid Day) int { return int(paid-m.first) / 7 }

func (m *mass) lastDay(week int) Day { return min(m.first+Day(7*week+6), AsOf) }

func (m *mass) receipt(customer, week int) string { return code('R', customer*m.weeks+week) }

// code is a letter and nine digits: for all the numbers there are, the same order as text and as a number.
func code(letter byte, n int) string {
	var b [10]byte
	b[0] = letter
	for i := len(b) - 1; i > 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return string(b[:])
}

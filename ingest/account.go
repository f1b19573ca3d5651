package ingest

import (
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// An Account says where every record of a source went.
type Account struct {
	Source     string
	Files      int64 // current batches, corrections too
	Refused    int64 // of these, files of which nothing landed
	Records    int64 // counted, apart from the parser
	Landed     int64
	Rejected   int64
	NonData    int64
	Open       int64 // rejected records that nobody has corrected
	Unverified int64 // files of which nobody has confirmed that nothing is missing

	Sums   map[string]map[string]decimal.Decimal // dataset -> currency -> sum of what landed
	Last   time.Time                             // when something landed last; zero for never
	Listed string                                // day of the newest list, for a source of snapshots
	Drift  []Drift                               // of the newest extract
}

// Unreconciled is how many records are accounted for nowhere. It is 0.
func (a Account) Unreconciled() int64 { return a.Records - a.Landed - a.Rejected - a.NonData }

// Accounts are those of every source that has a receipt, by name.
func Accounts(state string) ([]Account, error) {
	receipts, err := Receipts(state, time.Time{})
	if err != nil {
		return nil, err
	}
	open := Uncorrected(receipts)
	accounts := map[string]*Account{}
	for _, r := range receipts {
		a := accounts[r.Source]
		if a == nil {
			a = &Account{Source: r.Source, Sums: map[string]map[string]decimal.Decimal{}}
			accounts[r.Source] = a
		}
		if err := a.add(r, open[r.Batch]); err != nil {
			return nil, err
		}
	}
	list := make([]Account, 0, len(accounts))
	for _, name := range slices.Sorted(maps.Keys(accounts)) {
		list = append(list, *accounts[name])
	}
	return list, nil
}

func (a *Account) add(r Receipt, open int64) error {
	a.Files++
	a.Records += r.Records
	a.Landed += r.Landed
	a.Rejected += r.Rejected
	a.NonData += r.NonData
	a.Open += max(open, 0)
	if r.Of == "" {
		a.Drift = r.Drift
	}
	if r.Failed != "" {
		a.Refused++
		return nil
	}
	if (r.Completeness == "" || r.Completeness == byNobody) && r.Of == "" {
		a.Unverified++
	}
	a.Last, a.Listed = r.LandedAt, max(a.Listed, r.Day)
	for _, d := range r.Datasets {
		if a.Sums[d.Dataset] == nil {
			a.Sums[d.Dataset] = map[string]decimal.Decimal{}
		}
		for currency, text := range d.Sums {
			v, err := decimal.NewFromString(text)
			if err != nil {
				return err
			}
			a.Sums[d.Dataset][currency] = a.Sums[d.Dataset][currency].Add(v)
		}
	}
	return nil
}

package score

import "fmt"

// A Leak is a feature that tells of an item something else in the books as they are than in the books as they stood when less was
// known: it reads what happened after the item was issued.
type Leak struct {
	Feature   string
	Items     int // that differ
	Invoice   string
	Number    int64
	Then, Now int64 // levels of the first item that differs
}

// Error says what leaks.
func (l Leak) Error() string {
	return fmt.Sprintf("%s reads what came later: item %s/%d has level %d, and had %d (%d items differ)", l.Feature, l.Invoice, l.Number,
		l.Now, l.Then, l.Items)
}

// Leaks compares examples with the same ones from books cut off at a day. Every item issued by that day must have the levels it had
// then; only features that say of themselves that they become known later may differ.
func Leaks(now, then []Example) []Leak {
	type item struct {
		invoice string
		number  int64
	}
	had := make(map[item]Example, len(then))
	for _, e := range then {
		had[item{e.Invoice, e.Number}] = e
	}
	var leaks []Leak
	for j, f := range features {
		if f.Later {
			continue
		}
		leak := Leak{Feature: f.Name}
		for _, e := range now {
			before, known := had[item{e.Invoice, e.Number}]
			if !known || before.Levels[j] == e.Levels[j] {
				continue
			}
			if leak.Items == 0 {
				leak.Invoice, leak.Number, leak.Then, leak.Now = e.Invoice, e.Number, before.Levels[j], e.Levels[j]
			}
			leak.Items++
		}
		if leak.Items > 0 {
			leaks = append(leaks, leak)
		}
	}
	return leaks
}

package transform

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"arrears/warehouse"
)

// A Snapshot says that a batch is a list of all there was on a day, and what it means that the next list lacks a row of it.
type Snapshot struct {
	Day      time.Time
	Vanished string // closed, kept or error; only closed changes a figure
	Whole    bool   // no row of the list is in quarantine: what it lacks was not on it
}

// vanished is what is known of the rows whose last list is one batch: they were on the list of one day and not on that of another.
type vanished struct {
	batch, source string
	listed, gone  time.Time
}

// order gives every batch its place among the versions: that in which they landed, but for the lists of one source, which come by
// their days, whichever came first.
func order(batches []Batch) []int {
	places := make([]int, len(batches))
	lists := map[string][]int{}
	for i, b := range batches {
		places[i] = i + 1
		if b.Snapshot != nil {
			lists[b.Source] = append(lists[b.Source], i)
		}
	}
	for _, slots := range lists {
		byDay := slices.Clone(slots)
		slices.SortStableFunc(byDay, func(a, b int) int { return batches[a].Snapshot.Day.Compare(batches[b].Snapshot.Day) })
		for i, at := range byDay {
			places[at] = slots[i] + 1
		}
	}
	return places
}

// vanishings finds for every list the next whole one of its source. A list of which rows are in quarantine proves of none that it was
// not there.
func vanishings(batches []Batch) []vanished {
	places := order(batches)
	var lists []int
	for i, b := range batches {
		if b.Snapshot != nil && b.Snapshot.Vanished == "closed" && b.Failed == "" {
			lists = append(lists, i)
		}
	}
	slices.SortFunc(lists, func(a, b int) int { return cmp.Compare(places[a], places[b]) })
	var all []vanished
	for n, i := range lists {
		for _, next := range lists[n+1:] {
			if batches[next].Source != batches[i].Source || !batches[next].Snapshot.Whole || batches[next].Of != "" {
				continue
			}
			all = append(all, vanished{batches[i].ID, batches[i].Source, batches[i].Snapshot.Day, batches[next].Snapshot.Day})
			break
		}
	}
	return all
}

// loadVanished makes raw.vanished, which tells what is only known to have happened between two lists.
func loadVanished(ctx context.Context, db *warehouse.Duck, in *Input) error {
	err := db.Exec(ctx, `create table raw.vanished (batch varchar, source varchar, listed_on date, listed_day bigint, gone_on date, gone_day bigint)`)
	for _, v := range vanishings(in.Batches) {
		if err == nil {
			err = db.Exec(ctx, "insert into raw.vanished values (?, ?, ?, ?, ?, ?)", v.batch, v.source, v.listed, dayNumber(v.listed), v.gone, dayNumber(v.gone))
		}
	}
	if err != nil {
		return fmt.Errorf("load what vanished between lists: %w", err)
	}
	return nil
}

func dayNumber(day time.Time) int64 { return day.Unix() / 86400 }

// closing is a list of files whose invoices are cleared, where nothing else says when, on the day of the first list without them:
// until then they may have been open. Nobody says that they were paid that day.
func closing(files string, batches []Batch) string {
	gone := vanishings(batches)
	if len(gone) == 0 {
		return files
	}
	rows := make([]string, len(gone))
	for i, v := range gone {
		rows[i] = fmt.Sprintf("(%s, date '%s')", warehouse.Literal(v.batch), v.gone.Format(time.DateOnly))
	}
	return fmt.Sprintf(`(select received.* replace (coalesce(received.cleared_on, vanished.gone_on) as cleared_on) from %s as received
		left join (values %s) as vanished(batch, gone_on) on vanished.batch = received._batch)`, files, strings.Join(rows, ", "))
}

// listed says that a batch closes what an earlier one had, so that more changes than its own rows.
func (b Batch) listed() bool { return b.Snapshot != nil && b.Snapshot.Vanished == "closed" }

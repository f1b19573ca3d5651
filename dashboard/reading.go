package dashboard

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"arrears/sql"
)

// A reading is one snapshot seen through the choice of one reader.
type reading struct {
	*snapshot
	choice
	words
	now       time.Time
	zone      *time.Location
	stale     time.Duration
	catalogue []sql.KPI
	piped     bool      // there is a page that says how data comes in
	cases     bool      // there are pages of cases
	practice  *practice // how they went, where that is asked for
	opened    []row     // of the cell that is chosen
	unopened  string    // why they could not be read
	top       int       // rows of a long table that are wanted; 0 for all
}

// first is the reading of the first rows of long tables.
func (r reading) first(rows int) reading {
	r.top = rows
	return r
}

// trend is how many month ends a trend shows.
const trend = 24

func (r reading) month() int64 { return monthOf(r.snapshot.asOf) }

func monthOf(on time.Time) int64 { return int64(on.Year())*12 + int64(on.Month()) - 1 }

func (r reading) key(kpi, bucket string) key {
	dimension, member := r.slice()
	return key{kpi, dimension, member, bucket}
}

// figure is a KPI on the day the books are read.
func (r reading) figure(kpi, bucket string) decimal.NullDecimal {
	return r.figures[r.key(kpi, bucket)].value
}

// at is a KPI at an earlier month end.
func (r reading) at(kpi, bucket string, month int64) decimal.NullDecimal {
	for _, f := range r.history[r.key(kpi, bucket)] {
		if f.month == month {
			return f.value
		}
	}
	return decimal.NullDecimal{}
}

// trace is a KPI at each of the month ends of the trend.
func (r reading) trace(kpi, bucket string) []decimal.NullDecimal {
	ends := r.monthEnds()
	values := make([]decimal.NullDecimal, len(ends))
	for i, end := range ends {
		values[i] = r.at(kpi, bucket, monthOf(end))
	}
	return values
}

// monthEnds are the days of the trend, oldest first; the last is the day the books are read.
func (r reading) monthEnds() []time.Time {
	var ends []time.Time
	for _, f := range r.history[key{kpi: "ar_net"}] {
		ends = append(ends, f.on)
	}
	return ends[max(0, len(ends)-trend):]
}

// monthEnd is the last day of a month.
func monthEnd(month int64) time.Time {
	return time.Date(int(month/12), time.Month(month%12+1)+1, 0, 0, 0, 0, 0, time.UTC)
}

// before is the month the reader compares with.
func (r reading) before() int64 {
	if r.compare == "year" {
		return r.month() - 12
	}
	return r.month() - 1
}

// sum adds up a KPI over some of its buckets, undefined when none of them is defined.
func (r reading) sum(kpi string, month int64, buckets ...string) decimal.NullDecimal {
	total := decimal.NullDecimal{}
	for _, bucket := range buckets {
		value := r.figure(kpi, bucket)
		if month != r.month() {
			value = r.at(kpi, bucket, month)
		}
		if value.Valid {
			total = decimal.NewNullDecimal(total.Decimal.Add(value.Decimal))
		}
	}
	return total
}

// target is what was to be reached in a month: the latest target set up to then, of the entity before the company's.
func (r reading) target(kpi string, month int64) decimal.NullDecimal {
	entities := []string{""}
	switch {
	case r.entity != "":
		entities = []string{r.entity, ""}
	case len(r.entities) == 1:
		entities = []string{"", r.entities[0]}
	}
	for _, entity := range entities {
		latest := targetKey{month: -1}
		for k := range r.targets {
			if k.kpi == kpi && k.entity == entity && k.month <= month && k.month > latest.month {
				latest = k
			}
		}
		if latest.month >= 0 {
			return decimal.NewNullDecimal(r.targets[latest])
		}
	}
	return decimal.NullDecimal{}
}

// covers tells whether a row of an entity and document currency belongs to what the reader asked for.
func (r reading) covers(entity, currency string) bool {
	dimension, member := r.slice()
	switch dimension {
	case "entity":
		return entity == member
	case "currency":
		return currency == member
	default:
		return true
	}
}

// about finds what the catalogue says of a KPI.
func (r reading) about(kpi string) (sql.KPI, bool) {
	i := slices.IndexFunc(r.catalogue, func(k sql.KPI) bool { return k.Name == kpi })
	if i < 0 {
		return sql.KPI{Name: kpi, Title: kpi}, false
	}
	return r.catalogue[i], true
}

// age is how long ago the marts were refreshed; a stale figure is shown grey with its age.
func (r reading) age() time.Duration {
	if r.run.finished.IsZero() {
		return 0
	}
	return max(0, r.now.Sub(r.run.finished))
}

func (r reading) isStale() bool { return r.age() > r.stale }

// late tells whether a source has delivered nothing for too long.
func (r reading) late(s source) bool { return s.landedAt.IsZero() || r.now.Sub(s.landedAt) > r.stale }

// filters says in words what the figures are restricted to.
func (r reading) filters() string {
	switch dimension, member := r.slice(); dimension {
	case "entity":
		return "Entity " + member
	case "currency":
		return "Documents in " + member
	default:
		return "All entities, all currencies"
	}
}

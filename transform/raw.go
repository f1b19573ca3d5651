package transform

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"arrears/config"
	"arrears/warehouse"
)

// A Batch is one file as it landed: what a refresh needs to know of its receipt.
type Batch struct {
	ID, Source, File, Digest           string
	LandedAt                           time.Time
	Records, Landed, Rejected, NonData int64
	Failed                             string
	Datasets                           map[string]string // dataset -> Parquet file
	Snapshot                           *Snapshot         // nil for an extract of new or changed rows
	Of                                 string            // the batch whose rejected rows this one has, corrected
}

// schemas are the steps from what came in to what people read.
var schemas = []string{"raw", "stg", "core", learnt, ruled, "mart"}

// loadRaw makes the tables that models start from. Everything that is said differently from engine to engine is said here:
// days and months of dates, the calendar, the reading of Parquet.
func loadRaw(ctx context.Context, db *warehouse.Duck, in *Input) error {
	statements := []string{
		`create table raw.batch (batch varchar, sequence bigint, source varchar, file varchar, digest varchar,
			landed_at timestamp, records bigint, landed bigint, rejected bigint, non_data bigint, failed varchar)`,
	}
	for _, schema := range schemas {
		statements = append([]string{"create schema if not exists " + schema}, statements...)
	}
	for _, d := range config.Datasets {
		statements = append(statements, rawDataset(d, in.Batches))
	}
	for _, s := range statements {
		if err := db.Exec(ctx, s); err != nil {
			return fmt.Errorf("load the batches: %w", err)
		}
	}
	places := order(in.Batches)
	for i, b := range in.Batches {
		err := db.Exec(ctx, "insert into raw.batch values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", b.ID, places[i], b.Source, b.File,
			b.Digest, b.LandedAt.UTC(), b.Records, b.Landed, b.Rejected, b.NonData, b.Failed)
		if err != nil {
			return fmt.Errorf("load the batches: %w", err)
		}
	}
	if err := loadVanished(ctx, db, in); err != nil {
		return err
	}
	if err := loadSuperseded(ctx, db, in); err != nil {
		return err
	}
	if err := loadClosings(ctx, db, in); err != nil {
		return err
	}
	if err := loadCalendar(ctx, db, in); err != nil {
		return err
	}
	return loadSetting(ctx, db, in)
}

// loadSetting completes the settings with the only currency there is, where none is named, and shows them to the models.
func loadSetting(ctx context.Context, db *warehouse.Duck, in *Input) error {
	if in.Currency == "" {
		var err error
		if in.Currency, err = onlyCurrency(ctx, db); err != nil {
			return err
		}
	}
	err := db.Exec(ctx, `create table raw.setting as select cast(? as varchar) as entity,
		cast(? as varchar) as reporting_currency, cast(? as varchar) as company,
		(select max(day) from (
			select max(issued_day) as day from raw.invoices union all select max(received_day) from raw.payments
			union all select max(issued_day) from raw.credits
		)) as last_document_day,
		cast(? as bigint) as promise_grace_days, cast(? as decimal(28, 9)) as promise_share`,
		in.Entity, in.Currency, in.Company, in.PromiseGrace, fmt.Sprintf("%d.%02d", in.PromisePercent/100, in.PromisePercent%100))
	if err != nil {
		return fmt.Errorf("load the settings: %w", err)
	}
	if err := db.Exec(ctx, "create table raw.provision_rate (bucket varchar, rate decimal(28, 9))"); err != nil {
		return fmt.Errorf("load the provision rates: %w", err)
	}
	for bucket, rate := range in.ProvisionRates {
		err := db.Exec(ctx, "insert into raw.provision_rate values (?, cast(? as decimal(28, 9)))", bucket, rate)
		if err != nil {
			return fmt.Errorf("load the provision rates: %w", err)
		}
	}
	if err := loadEntities(ctx, db, in.Entities); err != nil {
		return err
	}
	if err := loadWorklist(ctx, db, in.Worklist); err != nil {
		return err
	}
	return loadValidation(ctx, db, in.Validation)
}

// The calendar holds every day from 1900 to 2199, the one that stands for never, and what documents carry beyond: a due date
// in the year 2999 is odd, but no reason to lose the invoice.
const calendarDay = `create table raw.day as
	select cast(day as bigint) as day, cast(date '1970-01-01' + cast(day as integer) as date) as on_date,
		cast(extract(year from date '1970-01-01' + cast(day as integer)) * 12
			+ extract(month from date '1970-01-01' + cast(day as integer)) - 1 as bigint) as month
	from (select unnest(range(-25567, 84006)) as day union select 2932896 union select day from (%s))`

const calendarMonth = `create table raw.month as
	select month, cast(min(day) as bigint) as first_day, cast(max(day) as bigint) as last_day, max(on_date) as last_on
	from raw.day where day < 2932896 group by month`

func loadCalendar(ctx context.Context, db *warehouse.Duck, in *Input) error {
	odd := []string{"select cast(null as bigint) as day where false"}
	for _, d := range config.Datasets {
		if !in.holds(d.Name) {
			continue
		}
		for _, f := range d.Fields {
			if f.Kind == config.Date || f.Kind == config.Timestamp {
				odd = append(odd, fmt.Sprintf(`select cast(cast("%s" as date) - date '1970-01-01' as bigint) as day from raw.%s
					where "%s" < date '1900-01-01' or "%s" >= date '2200-01-01'`, f.Name, d.Name, f.Name, f.Name))
			}
		}
	}
	for _, s := range []string{fmt.Sprintf(calendarDay, strings.Join(odd, " union ")), calendarMonth} {
		if err := db.Exec(ctx, s); err != nil {
			return fmt.Errorf("load the calendar: %w", err)
		}
	}
	return nil
}

// holds says whether any batch has rows of a dataset.
func (in *Input) holds(dataset string) bool {
	return slices.ContainsFunc(in.Batches, func(b Batch) bool { return b.Datasets[dataset] != "" })
}

// rawDataset makes raw.<dataset> of all batches known, with the days and months of its dates beside them.
func rawDataset(d config.Dataset, batches []Batch) string {
	var files []string
	for _, b := range batches {
		if file, ok := b.Datasets[d.Name]; ok {
			files = append(files, warehouse.Literal(file))
		}
	}
	columns := make([]string, 0, 2*len(d.Fields))
	for _, f := range d.Fields {
		name := `"` + f.Name + `"`
		if len(files) == 0 {
			columns = append(columns, fmt.Sprintf("cast(null as %s) as %s", f.Kind.SQL(), name))
		} else {
			columns = append(columns, name)
		}
		columns = append(columns, derived(f, len(files) == 0)...)
	}
	if len(files) == 0 {
		return fmt.Sprintf("create table raw.%s as select %s, cast(null as varchar) as _batch, cast(null as bigint) as _line where false",
			d.Name, strings.Join(columns, ", "))
	}
	from := "read_parquet([" + strings.Join(files, ", ") + "])"
	if d.Name == "invoices" {
		from = closing(from, batches)
	}
	return fmt.Sprintf("create view raw.%s as select %s, _batch, _line from %s", d.Name, strings.Join(columns, ", "), from)
}

// derived are a date's day and month, and a timestamp's second too, as integers: issued_on has issued_day and issued_month.
func derived(f config.Field, empty bool) []string {
	base := strings.TrimSuffix(strings.TrimSuffix(f.Name, "_on"), "_at")
	date := fmt.Sprintf(`cast("%s" as date)`, f.Name)
	if empty {
		date = "cast(null as date)"
	}
	day := fmt.Sprintf("cast(%s - date '1970-01-01' as bigint) as %s_day", date, base)
	month := fmt.Sprintf("cast(extract(year from %s) * 12 + extract(month from %s) - 1 as bigint) as %s_month", date, date, base)
	switch f.Kind {
	case config.Date:
		return []string{day, month}
	case config.Timestamp:
		second := fmt.Sprintf(`cast(floor(epoch("%s")) as bigint) as %s_second`, f.Name, base)
		if empty {
			second = fmt.Sprintf("cast(null as bigint) as %s_second", base)
		}
		return []string{day, month, second}
	default:
		return nil
	}
}

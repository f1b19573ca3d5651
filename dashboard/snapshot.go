package dashboard

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"arrears/warehouse"
)

// A snapshot is the panel queries over one run at one date. Its figures are never changed once it is taken.
type snapshot struct {
	asOf    time.Time
	run     run
	landed  int64 // last event of the ledger that the figures hold
	queries map[string]string
	faults  map[string]error // panel queries that could not be read

	figures   map[key]figure
	history   map[key][]figure // by month, oldest first
	movements []movement
	overdue   []overdueItem
	dueSoon   []dueItem
	targets   map[targetKey]decimal.Decimal
	checks    []check
	sources   []source

	restatements []restatement   // newest run first
	restatedBy   []restatingFile // newest run first

	dsoSteps    []dsoStep
	dsoVariants []dsoVariant

	listed   []listed   // by collector, in the order of the day
	unlisted []unlisted // by collector and reason
	workdays []workday  // of everything, by collector

	names map[string]string // of the customers on the worklist or beside it

	entities, currencies []string

	rows map[string][]row // of the queries that panels read row by row

	besides  *besides // what is known of the customers on the worklist
	dossiers *besides // the same of customers whose own page was looked at
	written  *cache   // pages made of it
}

// key names one figure: of everything, of one entity, or of one document currency.
type key struct{ kpi, dimension, member, bucket string }

// figure is the value of a KPI on a day; not every KPI is defined on every day.
type figure struct {
	month int64
	on    time.Time
	value decimal.NullDecimal
	unit  string
}

type run struct {
	id, company, currency, entity string
	finished                      time.Time
	batches, landed, rejected     int64
}

type movement struct {
	month                                                 int64
	on                                                    time.Time
	entity                                                string
	opening, billed, voided, received, reversed, credited decimal.Decimal
	discounted, writtenOff, cleared                       decimal.Decimal
	transferred, exchange, closing                        decimal.Decimal
}

type overdueItem struct {
	customer, name, entity, currency string
	items, oldest                    int64
	amount                           decimal.Decimal
}

type dueItem struct {
	entity, currency    string
	daysLeft, items     int64
	open, disputed, due decimal.Decimal
}

type targetKey struct {
	kpi, entity string
	month       int64
}

type check struct {
	name, title, severity, sample string
	faults                        int64
}

type source struct {
	name                                              string
	files, failed, records, landed, rejected, nonData int64
	landedAt, newest                                  time.Time
}

// A restatement is a figure of a closed month that a run changed.
type restatement struct {
	run, previous, cause, kpi, bucket string
	dimension, member, unit, currency string
	knownAt, on                       time.Time
	before, after, change             decimal.NullDecimal
}

// A restatingFile had landed before a run that restated closed months, and has rows that bear dates of one.
type restatingFile struct {
	run, source, file, batch, dataset string
	knownAt                           time.Time
	month, rows                       int64
}

// A dsoStep is one part of the change of DSO since a month end.
type dsoStep struct {
	dimension, member, name string
	month                   int64
	days, from, to          decimal.Decimal
}

// A dsoVariant is what DSO would be without something.
type dsoVariant struct {
	dimension, member, name, leftOut string
	days, change                     decimal.NullDecimal
}

// takeSnapshot runs every panel query. A page without its figures is no page, so run and kpi must be there; any other
// panel that fails says so in its own place.
func takeSnapshot(ctx context.Context, log *slog.Logger, view View, queries map[string]string) (*snapshot, error) {
	s := &snapshot{
		asOf: view.AsOf, landed: view.Landed, queries: queries, faults: map[string]error{},
		written: &cache{}, besides: &besides{}, dossiers: &besides{}, rows: map[string][]row{}, figures: map[key]figure{}, history: map[key][]figure{}, targets: map[targetKey]decimal.Decimal{},
	}
	for _, name := range slices.Sorted(maps.Keys(queries)) {
		table, err := view.DB.Query(ctx, queries[name])
		switch {
		case ctx.Err() != nil:
			return nil, fmt.Errorf("read panel %s: %w", name, ctx.Err())
		case err != nil && (name == "run" || name == "kpi"):
			return nil, fmt.Errorf("read panel %s: %w", name, err)
		case err != nil:
			log.ErrorContext(ctx, "panel not read", "panel", name, "run", view.Run, "error", err)
			s.faults[name] = err
		default:
			s.take(name, table)
		}
	}
	s.workdays = workdaysOf(s.listed, s.unlisted, "")
	s.names = map[string]string{}
	for _, l := range s.listed {
		s.names[l.customer] = l.name
	}
	for _, u := range s.unlisted {
		s.names[u.customer] = u.name
	}
	if view.Run != "" {
		s.run.id = view.Run
	}
	return s, nil
}

func (s *snapshot) take(name string, table warehouse.Table) {
	for r := range rowsOf(table) {
		switch name {
		case "run":
			s.takeRun(r)
		case "kpi":
			s.takeFigure(r)
		case "kpi_month":
			k := r.key()
			s.history[k] = append(s.history[k], r.figure())
		case "movement":
			s.movements = append(s.movements, r.movement())
		case "overdue":
			s.overdue = append(s.overdue, overdueItem{
				customer: r.text("customer_id"), name: r.text("name"), entity: r.text("entity"), currency: r.text("currency"),
				items: r.integer("items"), oldest: r.integer("oldest_days_past_due"), amount: r.amount("amount"),
			})
		case "due_soon":
			s.dueSoon = append(s.dueSoon, dueItem{
				entity: r.text("entity"), currency: r.text("currency"), daysLeft: r.integer("days_left"), items: r.integer("items"),
				open: r.amount("open_amount"), disputed: r.amount("disputed_amount"), due: r.amount("amount"),
			})
		case "target":
			s.targets[targetKey{r.text("kpi"), r.text("entity"), r.integer("month")}] = r.amount("value")
		case "check":
			s.checks = append(s.checks, check{
				name: r.text("name"), title: r.text("title"), severity: r.text("severity"), sample: r.text("sample"),
				faults: r.integer("faults"),
			})
		case "source":
			s.sources = append(s.sources, source{
				name: r.text("source"), files: r.integer("files"), failed: r.integer("failed_files"),
				records: r.integer("records"), landed: r.integer("landed"), rejected: r.integer("rejected"),
				nonData: r.integer("non_data"), landedAt: r.time("last_landed_at"), newest: r.time("newest_event_on"),
			})
		case "restatement":
			s.restatements = append(s.restatements, r.restatement())
		case "restatement_batch":
			s.restatedBy = append(s.restatedBy, r.restatingFile())
		case "worklist":
			s.listed = append(s.listed, r.listed())
		case "not_listed":
			s.unlisted = append(s.unlisted, r.unlisted())
		case "dso_bridge":
			s.dsoSteps = append(s.dsoSteps, dsoStep{
				month: r.integer("from_month"), dimension: r.text("dimension"), member: r.text("member"), name: r.text("step"),
				days: r.amount("days"), from: r.amount("from_dso"), to: r.amount("to_dso"),
			})
		case "dso_sensitivity":
			s.dsoVariants = append(s.dsoVariants, dsoVariant{
				dimension: r.text("dimension"), member: r.text("member"), name: r.text("variant"), leftOut: r.text("left_out"),
				days: r.number("days"), change: r.number("change"),
			})
		default:
			s.rows[name] = append(s.rows[name], r)
		}
	}
}

func (s *snapshot) takeRun(r row) {
	s.run = run{
		id: r.text("run_id"), company: r.text("company"), currency: r.text("reporting_currency"), entity: r.text("entity"),
		finished: r.time("finished_at"), batches: r.integer("batches"), landed: r.integer("rows_landed"),
		rejected: r.integer("rows_rejected"),
	}
}

func (s *snapshot) takeFigure(r row) {
	k := r.key()
	s.figures[k] = r.figure()
	switch {
	case k.dimension == "entity" && !slices.Contains(s.entities, k.member):
		s.entities = append(s.entities, k.member)
	case k.dimension == "currency" && !slices.Contains(s.currencies, k.member):
		s.currencies = append(s.currencies, k.member)
	}
}

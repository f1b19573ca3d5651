package dashboard

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"arrears/sql"
	"arrears/warehouse"
)

// The company of these tests: two entities, three document currencies, 25 months of history. Every amount is a whole number
// of cents of one matrix (entity, currency, bucket), so that cards, aging, movements and open items tie by construction.
var (
	testEntities   = []string{"DE01", "NL01"}
	testCurrencies = []string{"EUR", "GBP", "USD"}
	testCustomers  = []string{
		"Aldermoor Textiles", "Brightwater Foods", "Castellan Works", "Dunmore & Sons", "Eastgate Paper", "Fennimore Tools",
		"Granville Marine", "Hollis Optics", "Ivybridge Glass", "Juniper Freight", "Kestrel Dairies", "Lowfield Timber",
		"Meridian Chemicals and Industrial Supplies of the North", "Norcastle Steel",
	}
	asOf     = time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)
	morning  = time.Date(2026, 11, 1, 6, 4, 0, 0, time.UTC)
	asOfLate = int64(2026*12 + 9)
)

// openCents is what is open in one cell of the matrix, i months before as_of.
func openCents(entity, currency, bucket, back int) int64 {
	weight := []float64{0.42, 0.58}[entity] * []float64{0.68, 0.12, 0.2}[currency]
	shares := []float64{0.66, 0.17, 0.08, 0.05, 0.04}
	m := float64(24 - back)
	total := 2_350_000 + 17_500*m + 130_000*math.Sin(m*0.7)
	share := shares[bucket] * (1 + 0.16*math.Sin(m*0.5+float64(bucket)) + 0.008*m*float64(bucket))
	return int64(total*weight*share*100) + 7
}

func cents(v int64) string { return fmt.Sprintf("%d.%02d", v/100, v%100) }

// testSlice sums the matrix over one entity or currency; -1 is all of them.
func testSlice(entity, currency, back int, buckets ...int) (sum int64) {
	for e := range testEntities {
		for c := range testCurrencies {
			for _, b := range buckets {
				if (entity < 0 || entity == e) && (currency < 0 || currency == c) {
					sum += openCents(e, c, b, back)
				}
			}
		}
	}
	return sum
}

// netCents is gross less credits. What the company has in credit is what its entities have, to the cent.
func netCents(entity, currency, back int) int64 {
	if entity < 0 && currency < 0 {
		return netCents(0, -1, back) + netCents(1, -1, back)
	}
	gross := testSlice(entity, currency, back, 0, 1, 2, 3, 4)
	return gross - gross/40
}

const testSchema = `
create schema mart; create schema stg; create schema core; create schema raw;
create table mart.run(run_id varchar, as_of date, known_at timestamp, started_at timestamp, finished_at timestamp, batches bigint,
	rows_landed bigint, rows_rejected bigint, company varchar, reporting_currency varchar, entity varchar);
create table mart.kpi(kpi varchar, as_of date, entity varchar, currency varchar, dimension varchar, member varchar, bucket varchar,
	value decimal(38,12), unit varchar);
create table mart.kpi_month(kpi varchar, month bigint, month_end date, entity varchar, currency varchar, dimension varchar,
	member varchar, bucket varchar, value decimal(38,12), unit varchar);
create table mart.movement(month bigint, month_end date, entity varchar, opening decimal(38,3), billed decimal(38,3), voided decimal(38,3),
	received decimal(38,3), reversed decimal(38,3), credited decimal(38,3), discounted decimal(38,3), written_off decimal(38,3),
	cleared decimal(38,3), transferred decimal(38,3), fx decimal(38,3), closing decimal(38,3));
create table mart.open_item(invoice_id varchar, number bigint, customer_id varchar, entity varchar, issued_on date, due_on date,
	days_past_due bigint, bucket varchar, currency varchar, open_amount decimal(38,3), reporting_amount decimal(38,3), kind varchar,
	due_assumed boolean, age_bucket varchar);
create table mart.customer(customer_id varchar, name varchar, entity varchar, segment varchar, country varchar, collector varchar, terms_days bigint,
	open_items bigint, gross_amount decimal(38,12));
create table mart.dispute(dispute_id varchar, invoice_id varchar, customer_id varchar, open boolean, open_reporting_amount decimal(38,3));
create table mart.check(name varchar, severity varchar, faults bigint, sample varchar, title varchar);
create table mart.source(source varchar, files bigint, failed_files bigint, records bigint, landed bigint, rejected bigint,
	non_data bigint, last_landed_at timestamp, newest_event_on date);
create table mart.restatement(run_id varchar, previous_run_id varchar, known_at timestamp, cause varchar, month bigint, month_end date,
	kpi varchar, bucket varchar, dimension varchar, member varchar, unit varchar, currency varchar, before decimal(38,12),
	after decimal(38,12), change decimal(38,12));
create table mart.restatement_batch(run_id varchar, previous_run_id varchar, batch varchar, source varchar, file varchar, dataset varchar,
	month bigint, rows bigint);
create table mart.dso_bridge(from_month bigint, from_month_end date, to_month bigint, to_month_end date, entity varchar, dimension varchar,
	member varchar, step varchar, step_order bigint, days decimal(38,12), from_dso decimal(38,12), to_dso decimal(38,12));
create table mart.dso_sensitivity(entity varchar, dimension varchar, member varchar, variant varchar, variant_order bigint,
	left_out varchar, net_amount decimal(38,12), sales_amount decimal(38,12), window_days bigint, days decimal(38,12), change decimal(38,12));
create table mart.worklist(collector varchar, place bigint, customer_id varchar, name varchar, entity varchar, segment varchar, currency varchar,
	pinned boolean, invoices bigint, days_past_due bigint, past_due_amount decimal(38,12), disputed_amount decimal(38,12),
	promised_amount decimal(38,12), credit_amount decimal(38,12), collectable_amount decimal(38,12), further_days decimal(18,3),
	money_days decimal(38,3), duty_points decimal(38,3), priority decimal(38,3), promise_broken boolean, dispute_closed boolean,
	requested boolean, why_late varchar, days_since_contact bigint, to_rise_ten decimal(38,3), minutes_to_here bigint, is_today boolean,
	declared_segment varchar, strategy varchar, percent decimal(18,3), rule_1 varchar, rule_2 varchar,
	action varchar, minutes bigint, planned_amount decimal(38,12), plan_broken boolean, legal_step boolean);
create table mart.not_listed(collector varchar, customer_id varchar, name varchar, entity varchar, currency varchar, reason varchar,
	until_on date, open_amount decimal(38,12), past_due_amount decimal(38,12), disputed_amount decimal(38,12),
	promised_amount decimal(38,12), credit_amount decimal(38,12), collectable_amount decimal(38,12), days_since_contact bigint, planned_amount decimal(38,12));
create table stg.target(kpi varchar, entity varchar, target_month bigint, value decimal(18,9));` + riskSchema + agingSchema + dsoSchema + disputeSchema

// A company fills the marts of one test.
type company struct {
	t  testing.TB
	db *warehouse.Duck
}

func newCompany(t testing.TB) *company {
	t.Helper()
	db, err := warehouse.Open(t.Context(), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &company{t, db}
	for _, statement := range strings.Split(testSchema, ";") {
		if strings.TrimSpace(statement) != "" {
			c.do(statement)
		}
	}
	return c
}

func (c *company) do(statement string, args ...any) {
	c.t.Helper()
	if err := c.db.Exec(context.Background(), statement, args...); err != nil {
		c.t.Fatal(err)
	}
}

// insert adds rows written as SQL values.
func (c *company) insert(table string, rows []string) {
	c.t.Helper()
	if len(rows) > 0 {
		c.do("insert into " + table + " values " + strings.Join(rows, ","))
	}
}

// fill writes the whole company.
func (c *company) fill() *company {
	c.do(`insert into mart.run values ('r-20261101-0604', '2026-10-31', '2026-11-01 06:00:00', '2026-11-01 06:03:10', '2026-11-01 06:04:00',
		41, 182044, 37, 'Harrow & Vale', 'EUR', 'NL01')`)
	c.figures()
	c.movements()
	c.items()
	c.restatements()
	c.bridges()
	c.worklist()
	c.insert("mart.check", []string{
		"('aging_ties', 'error', 0, '', 'Aged balances are the sum of open items')",
		"('currency_without_rate', 'warn', 3, 'INV-3301: SEK on 2026-10-12 has no rate', 'Documents in a currency without a rate')",
		"('orphan_application', 'warn', 0, '', 'Applications lead to a payment and an invoice')",
	})
	c.insert("mart.source", []string{
		"('bank', 31, 0, 40210, 40210, 0, 62, '2026-11-01 05:40:00', '2026-10-31')",
		"('erp', 24, 1, 120877, 120840, 37, 48, '2026-11-01 05:58:00', '2026-10-31')",
		"('legacy', 12, 0, 21004, 20994, 0, 10, '2026-10-24 05:58:00', '2026-10-23')",
	})
	for i := range int64(25) {
		c.insert("stg.target", []string{fmt.Sprintf("('dso', null, %d, %d)", asOfLate-24+i, 46-i/12*2)})
	}
	c.insert("stg.target", []string{"('cei', null, 24298, 85)", "('pct_past_due', '', 24298, 30)"})
	return c
}

func (c *company) figures() {
	var now, months []string
	add := func(back int, kpi, dimension, member, bucket, value, unit string) {
		month := asOfLate - int64(back)
		end := monthEnd(month).Format(time.DateOnly)
		months = append(months, fmt.Sprintf("('%s', %d, '%s', '', 'EUR', '%s', '%s', '%s', %s, '%s')",
			kpi, month, end, dimension, member, bucket, value, unit))
		if back == 0 {
			now = append(now, fmt.Sprintf("('%s', '%s', '', 'EUR', '%s', '%s', '%s', %s, '%s')", kpi, end, dimension, member, bucket, value, unit))
		}
	}
	slices := []struct {
		dimension, member string
		entity, currency  int
	}{{"", "", -1, -1}}
	for i, name := range testEntities {
		slices = append(slices, struct {
			dimension, member string
			entity, currency  int
		}{"entity", name, i, -1})
	}
	for i, name := range testCurrencies {
		slices = append(slices, struct {
			dimension, member string
			entity, currency  int
		}{"currency", name, -1, i})
	}
	for back := 24; back >= 0; back-- {
		for k, s := range slices {
			gross := testSlice(s.entity, s.currency, back, 0, 1, 2, 3, 4)
			net := netCents(s.entity, s.currency, back)
			late := testSlice(s.entity, s.currency, back, 1, 2, 3, 4)
			for b, name := range agingBuckets {
				add(back, "aging_due", s.dimension, s.member, name, cents(testSlice(s.entity, s.currency, back, b)), "amount")
			}
			m := float64(24 - back + k)
			bpdso, extra := 27+1.6*math.Sin(m*0.4), 16+4.5*math.Sin(m*0.33)+0.1*m
			amounts := map[string]int64{
				"ar_gross": gross, "credits": gross - net, "ar_net": net, "disputed_open_ar": gross / int64(22+back%5),
				"unapplied_cash": gross / 60, "sales": gross * 2, "open_disputes": gross / 20,
			}
			for kpi, value := range amounts {
				add(back, kpi, s.dimension, s.member, "", cents(value), "amount")
			}
			rates := map[string]struct {
				value float64
				unit  string
			}{
				"dso": {bpdso + extra, "days"}, "bpdso": {bpdso, "days"}, "add": {extra, "days"}, "cei": {81 + 5*math.Sin(m*0.6), "percent"},
				"days_to_pay": {38 + 3*math.Sin(m*0.5), "days"}, "dbt": {6 + 2*math.Sin(m*0.5), "days"}, "dso_true": {bpdso + extra + 1, "days"}, "pct_paid_on_time": {63 + 6*math.Sin(m*0.3), "percent"},
				"pct_past_due": {float64(late) * 100 / float64(gross), "percent"}, "disputed_pct_ar": {100 / float64(22+back%5), "percent"},
				"top10_share":        {48 + 4*math.Sin(m*0.8), "percent"},
				"dispute_cycle_days": {15 + 4*math.Sin(m), "days"}, "dso_countback": {bpdso + extra - 3, "days"},
			}
			for kpi, rate := range rates {
				add(back, kpi, s.dimension, s.member, "", fmt.Sprintf("%.6f", rate.value), rate.unit)
			}
		}
	}
	c.insert("mart.kpi", now)
	c.insert("mart.kpi_month", months)
}

// movements leads from month end to month end; cash is what makes each month tie.
func (c *company) movements() {
	var rows []string
	for back := 23; back >= 0; back-- {
		month := asOfLate - int64(back)
		for e, name := range testEntities {
			net := func(back int) int64 { return netCents(e, -1, back) }
			opening, closing := net(back+1), net(back)
			billed, credited, written, discount, fx := opening*62/100, opening*3/100, opening*8/1000, opening*2/1000, opening*int64(back%3-1)/500
			received := opening + billed - credited - written - discount + fx - closing
			rows = append(rows, fmt.Sprintf("(%d, '%s', '%s', %s, %s, 0, %s, 0, %s, %s, %s, 0, 0, %.2f, %s)", month,
				monthEnd(month).Format(time.DateOnly), name, cents(opening), cents(billed), cents(received), cents(credited), cents(discount),
				cents(written), float64(fx)/100, cents(closing)))
		}
	}
	c.insert("mart.movement", rows)
}

// items splits each cell of the matrix over some customers, the first of them the largest.
func (c *company) items() {
	var customers, items []string
	for i, name := range testCustomers {
		customers = append(customers, fmt.Sprintf("('C%03d', '%s')", i+1, name))
	}
	days := []int{-12, 18, 44, 75, 120}
	for e, entity := range testEntities {
		for k, currency := range testCurrencies {
			for b, bucket := range agingBuckets {
				left := openCents(e, k, b, 0)
				for i := range testCustomers {
					part := left / 3
					if i == len(testCustomers)-1 {
						part = left
					}
					left -= part
					late := days[b] + (i*3)%11 - 5
					due := asOf.AddDate(0, 0, -late)
					items = append(items, fmt.Sprintf("('INV-%d%d%d%02d', 1, 'C%03d', '%s', '%s', '%s', %d, '%s', '%s', %s, %s, 'invoice', false, '%s')",
						e, k, b, i, (i*5+e+k*2)%len(testCustomers)+1, entity, due.AddDate(0, 0, -30).Format(time.DateOnly),
						due.Format(time.DateOnly), late, bucket, currency, cents(part), cents(part),
						ageBucket(late+30)))
				}
			}
		}
	}
	c.insert("mart.customer (customer_id, name)", customers)
	c.insert("mart.open_item", items)
	c.insert("mart.dispute", []string{"('D1', 'INV-00000', 'C001', true, 1500.25)", "('D2', 'INV-00001', 'C006', false, 0)"})
}

// ageBucket is the bucket of an item of so many days.
func ageBucket(days int) string {
	switch {
	case days <= 30:
		return "0-30"
	case days <= 60:
		return "31-60"
	case days <= 90:
		return "61-90"
	default:
		return "91+"
	}
}

// restatements are those of two runs: a late file of August, and before it a change of models.
func (c *company) restatements() {
	late := "('r-20261031-0604', 'r-20261030-0604', '2026-10-31 06:00:00', 'rows', 24319, '2026-08-31', "
	changed := "('r-20261015-0604', 'r-20261014-0604', '2026-10-15 06:00:00', 'models', 24318, '2026-07-31', "
	c.insert("mart.restatement", []string{
		changed + "'cei', '', '', '', 'percent', 'EUR', 80.5, 82, 1.5)",
		late + "'aging_due', '1-30', '', '', 'amount', 'EUR', 100, 1350.25, 1250.25)",
		late + "'ar_net', '', '', '', 'amount', 'EUR', 2800000, 2801250.25, 1250.25)",
		late + "'ar_net', '', 'entity', 'DE01', 'amount', 'EUR', 1100000, 1101250.25, 1250.25)",
		late + "'dso', '', '', '', 'days', 'EUR', 49, 48.5, -0.5)",
		late + "'sales', '', '', '', 'amount', 'JPY', null, 7, null)",
	})
	c.insert("mart.restatement_batch", []string{
		"('r-20261031-0604', 'r-20261030-0604', 'b1', 'erp', 'invoices-late.csv', 'invoices', 24319, 3)",
		"('r-20261031-0604', 'r-20261030-0604', 'b1', 'erp', 'invoices-late.csv', 'invoices', 24320, 2)",
		"('r-20261031-0604', 'r-20261030-0604', 'b2', 'bank', 'august.csv', 'payments', 24319, 1)",
		"('r-20260101-0604', 'r-20251231-0604', 'b0', 'erp', 'changed-nothing.csv', 'invoices', 24300, 9)",
	})
}

// bridges lead from the DSO of a month and of a year before to that of the day; lateness is what makes them tie.
func (c *company) bridges() {
	c.do(`insert into mart.dso_bridge
		select opening.month, opening.month_end, closing.month, closing.month_end, '', opening.dimension, opening.member, step.name, step.place,
			case step.name when 'lateness' then closing.value - opening.value - 2.25 else step.days end, opening.value, closing.value
		from mart.kpi_month as opening
		join mart.kpi_month as closing on closing.kpi = opening.kpi and closing.dimension = opening.dimension
			and closing.member = opening.member and closing.month = 24321
		cross join (values ('terms', 1, 1.5), ('mix', 2, -0.25), ('billing', 3, 2), ('lateness', 4, null), ('disputes', 5, 0),
			('unapplied_cash', 6, -1), ('credits', 7, 0), ('fx', 8, 0)) as step(name, place, days)
		where opening.kpi = 'dso' and opening.month in (24320, 24309)`)
	c.do(`insert into mart.dso_sensitivity
		select '', dso.dimension, dso.member, variant.name, variant.place, variant.left_out, 1000, 2000, 92, dso.value + variant.days, variant.days
		from mart.kpi as dso
		cross join (values ('dso', 1, null, 0), ('without_disputed', 2, null, -2.5), ('without_unapplied_cash', 3, null, 1.25),
			('without_largest_customer', 4, 'C003', 4), ('fixed_rates', 5, null, -0.5)) as variant(name, place, left_out, days)
		where dso.kpi = 'dso'`)
}

// marts serves one database at any date, and counts how often it was asked.
type marts struct {
	mu     sync.Mutex
	db     warehouse.DB
	run    string
	landed int64
	asked  int
	err    error
	wait   chan struct{} // what a read of another date waits for
}

func (m *marts) At(ctx context.Context, day time.Time) (View, func(), error) {
	m.mu.Lock()
	m.asked++
	err, wait, run, db, landed := m.err, m.wait, m.run, m.db, m.landed
	m.mu.Unlock()
	if err != nil {
		return View{}, nil, err
	}
	if day.IsZero() {
		return View{DB: db, Run: run, AsOf: asOf, Landed: landed}, func() {}, nil
	}
	if wait != nil {
		select {
		case <-wait:
		case <-ctx.Done():
			return View{}, nil, ctx.Err()
		}
	}
	return View{DB: db, Run: run, AsOf: day, Landed: landed}, func() {}, nil
}

func (m *marts) set(change func(*marts)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// catalogue is enough of the real one for a page.
var catalogue = []sql.KPI{
	{Name: "ar_net", Title: "Net receivables", Unit: "amount", Definition: "All open items less unapplied cash and credits.", Formula: "gross open items - credits - unapplied cash", Source: "CRF"},
	{Name: "pct_past_due", Title: "Share past due", Unit: "percent", Definition: "Open items one day or more past due, as a share of gross receivables.", Formula: "100 * past due / gross", Source: "CRF"},
	{Name: "dso", Title: "Days sales outstanding", Unit: "days", Definition: "Net receivables in days of credit sales.", Formula: "net AR * days / credit sales", Source: "CRF, JDE",
		Owner: "CFO", Edges: "Not defined without sales.", Tests: []string{"TestPublishedDSO", "edge-01"}},
	{Name: "cei", Title: "Collection effectiveness index", Unit: "percent", Definition: "What was collected of what could be collected in the month.", Formula: "100 * (opening + sales - closing) / (opening + sales - closing current)", Source: "CMA/CRF"},
	{Name: "aging_due", Title: "Aging by due date", Unit: "amount", Definition: "Gross open items by days past due.", Formula: "days_late = as_of_day - due_day", Source: "CRF"},
}

func testOptions(m Marts) Options {
	return Options{
		Marts: m, Panels: os.DirFS("../sql/panel"), Panes: os.DirFS("../sql/pane"), Drills: os.DirFS("../sql/drill"), KPIs: catalogue, Company: "Harrow & Vale", Ledger: staff,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return morning.Add(2 * time.Hour) },
	}
}

// newPages is the dashboard over a filled company.
func newPages(t testing.TB) (*Handler, *marts, *company) {
	t.Helper()
	c := newCompany(t).fill()
	m := &marts{db: c.db}
	h, err := New(testOptions(m))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h, m, c
}

func get(t testing.TB, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, as(t, "manager", http.MethodGet, path))
	return w
}

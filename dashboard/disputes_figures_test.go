package dashboard

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"arrears/warehouse"
)

// disputeSchema are the marts of how disputes go.
const disputeSchema = `
create table mart.dispute_flow(week_on date, entity varchar, opened bigint, closed bigint, backlog bigint, opened_amount decimal(38,12),
	closed_amount decimal(38,12), backlog_amount decimal(38,12));
create table mart.dispute_cause(entity varchar, reason varchar, outcome varchar, cases bigint, amount decimal(38,12), credited decimal(38,12),
	recovered decimal(38,12), mean_days decimal(18,3), median_days decimal(18,3), first_response_hours decimal(18,3));
create table mart.dispute_stage(entity varchar, reason varchar, stage varchar, visits bigint, now_in bigint, mean_hours decimal(18,3),
	median_hours decimal(18,3), late bigint, in_time_percent decimal(18,3));
create table mart.discrepancy_rule(rule varchar, hits bigint, undecidable bigint, amount decimal(38,12), disputed bigint, decided bigint,
	upheld bigint, upheld_percent decimal(18,3));
create table mart.deduction(invoice_id varchar, payment_id varchar, customer_id varchar, entity varchar, paid_on date, days bigint, currency varchar,
	paid_amount decimal(18,3), short_amount decimal(18,3), reporting_amount decimal(38,12), rule varchar, suggested_reason varchar,
	supported_amount decimal(18,3), verdict varchar);`

// disputed fills the marts of how disputes go: a year of weeks that tie, in two entities.
func (c *company) disputed() *company {
	for _, statement := range []string{
		`insert into mart.dispute_flow select date '2025-10-27' + (n * 7)::integer, e, 3 + n % 4, 3 + (n + 1) % 4, 0,
			1000.5 * (3 + n % 4), 900 * (3 + (n + 1) % 4), 20000 - n from range(53) as r(n) cross join (values ('DE01'), ('NL01')) as x(e)`,
		// left is what was left before, and what came in less what went out
		`update mart.dispute_flow set backlog = 20 + (select sum(f.opened - f.closed) from mart.dispute_flow as f
			where f.entity = mart.dispute_flow.entity and f.week_on <= mart.dispute_flow.week_on)`,
		`insert into mart.dispute_cause values ('DE01', 'price', 'open', 4, 9000.50, 0, 0, 12, 11.5, 6.25), ('NL01', 'price', 'open', 2, 1000, 0, 0, 30, 30, null),
			('DE01', 'price', 'valid', 6, 4000, 3900.25, 0, 10, 8, 7), ('NL01', 'price', 'valid', 2, 600, 600, 0, 30, 29, 8),
			('DE01', 'late_delivery', 'invalid', 3, 700, 0, 55.5, 21, 20, 30), ('NL01', '(none)', 'withdrawn', 1, 80, 0, 0, 5, 5, null)`,
		`insert into mart.dispute_stage values ('DE01', 'price', 'review', 10, 2, 20, 18, 3, 70), ('NL01', 'price', 'review', 4, 0, 50, 45.5, 0, 100),
			('DE01', 'late_delivery', 'waiting', 3, 3, null, null, 1, 66.667)`,
		"insert into mart.discrepancy_rule values ('short_delivery', 12, 4, 8100.75, 6, 5, 4, 80), ('tax', 0, 9, 0, 0, 0, 0, null)",
		`insert into mart.deduction select 'SHORT-' || n, 'P-' || n, 'C0' || lpad((n % 14 + 1)::varchar, 2, '0'), 'DE01', date '2026-10-01' + n::integer, 30 - n, 'USD',
			900, 100 + n, 90 + n, 'price', 'price', 50 + n, 'valid' from range(25) as r(n)`,
		"insert into mart.deduction values ('SHORT-N', 'P-N', 'C999', 'NL01', '2026-10-02', 29, 'EUR', 500, 7.5, 7.5, null, null, 0, 'undecidable')",
	} {
		c.do(statement)
	}
	return c
}

// query reads a mart.
func (c *company) query(sql string) warehouse.Table {
	c.t.Helper()
	found, err := c.db.Query(c.t.Context(), sql)
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

func TestDisputeFiguresAreThoseOfTheMarts(t *testing.T) {
	c := newCompany(t).fill().disputed()
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	for address, mart := range map[string]string{
		"dispute_flow.csv":  "select week_on, sum(opened), sum(closed), sum(backlog), sum(opened_amount), sum(closed_amount), sum(backlog_amount) from mart.dispute_flow group by 1 order by 1",
		"dispute_cause.csv": "select replace(reason, '_', ' '), sum(cases), sum(amount), null, sum(credited), sum(recovered) from mart.dispute_cause group by 1 order by sum(amount) desc",
		"dispute_outcome.csv?entity=DE01": `select replace(reason, '_', ' '), null, entity, cases, amount, credited, mean_days, median_days, first_response_hours from mart.dispute_cause
			where entity = 'DE01' order by reason, outcome`,
		"dispute_stage.csv": `select replace(reason, '_', ' '), stage, entity, visits, now_in, mean_hours, median_hours, late, in_time_percent from mart.dispute_stage
			order by reason, stage, entity`,
		"dispute_cycle.csv": `select replace(reason, '_', ' '), (sum(mean_days * cases) / sum(cases))::decimal(18,3) from mart.dispute_cause where outcome <> 'open' group by 1 order by 1`,
		"dispute_rule.csv": `select replace(rule, '_', ' '), hits, undecidable, amount, disputed, decided, upheld, upheld_percent from mart.discrepancy_rule
			order by amount desc`,
		"dispute_deduction.csv?currency=USD": `select invoice_id, customer_id, null, paid_on, days, currency, short_amount, supported_amount, reporting_amount, suggested_reason, 'supported'
			from mart.deduction where currency = 'USD' order by reporting_amount desc`,
	} {
		records, err := csv.NewReader(get(t, h, "/panel/"+address).Body).ReadAll()
		want := c.query(mart).Rows
		if err != nil || len(want) == 0 || len(records) != len(want)+1 {
			t.Errorf("%s has %d rows, the mart %d (%v)", address, len(records)-1, len(want), err)
			continue
		}
		for i, values := range want {
			for k, value := range values {
				if value != nil && !same(records[i+1][k], value) {
					t.Errorf("%s, row %d, %s: %s, the mart says %v", address, i+1, records[0][k], records[i+1][k], value)
				}
			}
		}
	}
}

// same compares what an export says with a value of a mart.
func same(said string, value any) bool {
	want, err := decimal.NewFromString(fmt.Sprint(value))
	if err != nil {
		return strings.HasPrefix(fmt.Sprint(value), said) && said != ""
	}
	got, err := decimal.NewFromString(said)
	return err == nil && got.Round(3).Equal(want.Round(3))
}

func TestDisputeFiguresSayWhatTheyMean(t *testing.T) {
	h, c, _ := figured(t)
	page := document(t, h, figuresPath)
	for id, wants := range map[string][]string{
		"dispute_flow":      {"as many as are left now"},
		"dispute_cause":     {"price 14 14,600.50", "Total 18"},
		"dispute_outcome":   {"price The customer was right DE01 6 4,000.00 3,900.25 10.0 8.0 7.00"},
		"dispute_stage":     {"4 of 17 visits lasted longer than their service level.", "price review NL01 4 0 50.0 45.5 0 100.0"},
		"dispute_cycle":     {"late delivery 21.0", "price 15.0"},
		"dispute_rule":      {"short delivery 12 4 8,100.75 6 5 4 80.0"},
		"dispute_deduction": {"25 of 26 short payments, EUR 2,557.50 in all, have a reason in the books.", "SHORT-24 C011 Kestrel Dairies 25 Oct 2026 6 USD 124.00 74.00 114.00 price supported", "6 more in the exports."},
	} {
		shown := reads(byID(t, page, id))
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s lacks %q: %s", id, want, shown)
			}
		}
	}
	if shown := reads(byID(t, document(t, h, figuresPath+"?currency=USD"), "dispute_flow")); !strings.Contains(shown, "Choose all currencies") {
		t.Errorf("disputes by document currency: %s", shown)
	}
	if shown := reads(byID(t, document(t, h, figuresPath+"?entity=NL01"), "dispute_cause")); !strings.Contains(shown, "1,600.00") || strings.Contains(shown, "late delivery") {
		t.Errorf("causes of one entity: %s", shown)
	}
	c.do("update mart.dispute_flow set backlog = backlog + 1 where entity = 'NL01' and week_on = (select max(week_on) from mart.dispute_flow)")
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if shown := reads(byID(t, document(t, h, figuresPath), "dispute_flow")); !strings.Contains(shown, "they do not tie") {
		t.Errorf("a dispute too many goes unseen: %s", shown)
	}
}

// figured is the pages with a desk, over marts of disputes.
func figured(t testing.TB) (*Handler, *company, Options) {
	t.Helper()
	h, _ := newCases(t)
	c := newCompany(t).fill().disputed()
	opts := h.opts
	opts.Marts = &marts{db: c.db}
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h, c, opts
}

func TestDisputeFiguresSayHowCasesWent(t *testing.T) {
	h, _, opts := figured(t)
	for range 2 {
		filed(t, h, "analyst", nil)
	}
	model, err := opts.Disputes.Model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	how, err := opts.Disputes.Conform(t.Context(), model, opts.Now().AddDate(0, 0, -practised))
	if err != nil || how.Cases < 2 {
		t.Fatalf("%d cases (%v)", how.Cases, err)
	}
	loads, spreads, err := opts.Disputes.Assignments(t.Context(), opts.Now().AddDate(0, 0, -practised))
	if err != nil {
		t.Fatal(err)
	}
	if got := panelJSON(t, h, "/panel/dispute_process.json").Rows[0]["cases"]; got != fmt.Sprint(how.Followed) {
		t.Errorf("%v cases followed the process, want %d", got, how.Followed)
	}
	for i, row := range panelJSON(t, h, "/panel/dispute_wait.json").Rows {
		w := how.Waits[i]
		if row["visits"] != fmt.Sprint(w.Visits) || row["late"] != fmt.Sprint(w.Late) {
			t.Errorf("waits %v, want %+v", row, w)
		}
	}
	for i, row := range panelJSON(t, h, "/panel/dispute_load.json").Rows {
		l := loads[i]
		if row["owner"] != ownerWords(l.Owner) || row["open"] != fmt.Sprint(l.Open) || row["closed"] != fmt.Sprint(l.Closed) || row["late"] != fmt.Sprint(l.Late) {
			t.Errorf("load %v, want %+v", row, l)
		}
	}
	for i, row := range panelJSON(t, h, "/panel/dispute_spread.json").Rows {
		s := spreads[i]
		if row["reason"] != plainWords(s.Reason) || row["cases"] != fmt.Sprint(s.Cases) || row["owners"] != fmt.Sprint(s.Owners) || row["most"] != ownerWords(s.Most) {
			t.Errorf("spread %v, want %+v", row, s)
		}
	}
	if page := get(t, h, "/explain/dispute_load"); page.Code != http.StatusOK {
		t.Errorf("the load is explained with %d", page.Code)
	}
	if page := get(t, h, disputesPath).Body.String(); !strings.Contains(page, `href="`+figuresPath+`"`) {
		t.Error("the board does not lead to its figures")
	}
	var picture struct{ Arrears struct{ Links []string } }
	if err := json.Unmarshal(get(t, h, "/chart/dispute_cause.json").Body.Bytes(), &picture); err != nil || len(picture.Arrears.Links) != 3 {
		t.Errorf("the causes lead to %v (%v)", picture.Arrears.Links, err)
	}
	for _, link := range picture.Arrears.Links {
		if w := get(t, h, link); w.Code != http.StatusOK || !strings.HasPrefix(link, disputesPath+"?") {
			t.Errorf("%s answers %d", link, w.Code)
		}
	}
}

func TestDisputeFiguresOfNothingSaySo(t *testing.T) {
	opts := testOptions(&marts{db: newCompany(t).fill().db})
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	if w := get(t, h, figuresPath); w.Code != http.StatusNotFound {
		t.Errorf("without a desk the page answers %d", w.Code)
	}
	for _, p := range figurePanels {
		page := reads(document(t, h, "/explain/"+p.name))
		want := p.empty
		if p.live {
			want = "No cases are kept here."
		}
		if !strings.Contains(page, want) {
			t.Errorf("%s says nothing of being empty: %s", p.name, page)
		}
	}
}

func TestDisputeFiguresWorkInABrowser(t *testing.T) {
	h, _, _ := figured(t)
	filed(t, h, "analyst", url.Values{"reason": {"freight"}})
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	for _, window := range windows {
		b.open(figuresPath, window.width, window.height, window.dark)
		b.keep("figures-" + window.name)
		for _, fault := range evaluate[[]string](b, "[...document.querySelectorAll('.chart .fault')].map(p => p.title)") {
			t.Errorf("%s: a chart is not drawn: %s", window.name, fault)
		}
		if evaluate[bool](b, "document.documentElement.scrollWidth > innerWidth") {
			t.Errorf("%s: the page is wider than its window", window.name)
		}
		if drawn := evaluate[int](b, "[...document.querySelectorAll('.chart svg')].filter(s => s.getBoundingClientRect().height > 150).length"); drawn != 5 {
			t.Errorf("%s: %d charts are drawn, want 5", window.name, drawn)
		}
		if window.name == "wide" && evaluate[bool](b, "(box => box.scrollWidth > box.clientWidth)(document.querySelector('#dispute_deduction .scroll'))") {
			t.Error("a column of the deductions is out of sight")
		}
		if here := evaluate[string](b, "document.querySelector('nav [aria-current=page]').textContent"); here != "Disputes" {
			t.Errorf("%s: the page stands under %q", window.name, here)
		}
	}
	b.clean()
}

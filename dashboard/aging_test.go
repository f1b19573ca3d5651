package dashboard

import (
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"golang.org/x/net/html"
)

// agingSchema are the marts of the aging beyond those of the overview.
const agingSchema = `
create table mart.control_account(entity varchar, account varchar, accounts bigint, balance_on date, balance_day bigint, currency varchar,
	gl_amount decimal(38,3), open_amount decimal(38,3), unapplied_amount decimal(38,3), subledger_amount decimal(38,3), difference decimal(38,3));`

// aged gives the customers segments and collectors, but not to all.
func (c *company) aged() *company {
	c.do("update mart.customer set segment = case when customer_id < 'C005' then 'Trade' when customer_id < 'C010' then 'Public' end, collector = case when customer_id < 'C008' then 'EAST-1' end")
	for _, scope := range []string{"'', ''", "'entity', 'DE01'", "'entity', 'NL01'"} {
		c.do(`insert into mart.kpi select 'roll_rate', '2026-10-31', '', 'EUR', ` + scope + `, bucket, value, 'percent'
			from (values ('current>current', 30.5), ('current>1-30', 9.5), ('current>cash', 60), ('1-30>31-60', 25), ('1-30>cash', 75)) as r(bucket, value)`)
	}
	return c
}

func (c *company) one(query string, args ...any) decimal.Decimal {
	c.t.Helper()
	found, err := c.db.Query(c.t.Context(), query, args...)
	if err != nil || len(found.Rows) != 1 {
		c.t.Fatalf("%s: %d rows (%v)", query, len(found.Rows), err)
	}
	return found.Rows[0][0].(decimal.Decimal)
}

// csvOf reads an export.
func csvOf(t *testing.T, h http.Handler, path string) [][]string {
	t.Helper()
	records, err := csv.NewReader(get(t, h, path).Body).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return records
}

func newAging(t *testing.T) (*Handler, *company) {
	t.Helper()
	c := newCompany(t).fill().aged().forecasts()
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	return h, c
}

// Every cell is what the open items say, its customers add up to it, and all cells to gross receivables.
func TestEveryCellOfTheAgingIsItsOpenItems(t *testing.T) {
	h, c := newAging(t)
	for _, scope := range []string{"", "entity=DE01", "currency=USD"} {
		for by, column := range map[string]string{"": "i.entity", "segment": "coalesce(c.segment, '(none)')", "collector": "coalesce(c.collector, '(none)')"} {
			for basis, bucketed := range map[string]string{"": "bucket", "invoice": "age_bucket"} {
				path := "/aging?" + scope + "&by=" + by + "&basis=" + basis
				where := "true"
				if name, value, found := strings.Cut(scope, "="); found {
					where = "i." + name + " = '" + value + "'"
				}
				page, cells := document(t, h, path), 0
				for _, a := range find(byID(t, page, "aging_cell"), func(n *html.Node) bool { return n.Data == "a" && strings.Contains(attribute(n, "href"), "part=") }) {
					q := query(t, attribute(a, "href"))
					member := q.Get("part")
					want := c.one("select sum(i.reporting_amount) from mart.open_item i join mart.customer c using (customer_id) where "+where+" and "+column+
						" = ? and (? = '' or i."+bucketed+" = ?)", member, q.Get("bucket"), q.Get("bucket"))
					if shown := decimal.RequireFromString(strings.ReplaceAll(reads(a), ",", "")); !shown.Equal(want) {
						t.Errorf("%s: %s is shown for %v, the items say %s", path, shown, q, want)
					}
					sum := decimal.Zero
					for _, record := range csvOf(t, h, "/panel/aging_customer.csv?"+q.Encode())[1:] {
						sum = sum.Add(decimal.RequireFromString(record[4]))
					}
					if !sum.Equal(want) {
						t.Errorf("%s: the customers of %v add up to %s, want %s", path, q, sum, want)
					}
					cells++
				}
				if cells < 4 {
					t.Errorf("%s has %d cells", path, cells)
				}
				if shown := reads(byID(t, page, "aging_total")); !strings.Contains(shown, "it ties to the cent (difference 0.00 EUR)") {
					t.Errorf("%s: %s", path, shown)
				}
			}
		}
	}
	c.do("update mart.open_item set reporting_amount = reporting_amount + 0.01 where invoice_id = 'INV-00000'")
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if shown := reads(byID(t, document(t, h, "/aging"), "aging_total")); !strings.Contains(shown, "it does not tie, the difference is 0.01 EUR") {
		t.Errorf("a cent too much goes unseen: %s", shown)
	}
}

func query(t *testing.T, href string) url.Values {
	t.Helper()
	u, err := url.Parse(href)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestACellLeadsToItsCustomersAndTheyToTheirPages(t *testing.T) {
	h, _ := newAging(t)
	page := document(t, h, "/aging?by=segment&entity=DE01&part=Trade&bucket=31-60")
	customers := byID(t, page, "aging_customer")
	if shown := reads(customers); !strings.Contains(shown, "Trade, 31–60 days: EUR") || !strings.Contains(shown, "Aldermoor Textiles") || strings.Contains(shown, "Norcastle") {
		t.Errorf("the cell shows %s", shown)
	}
	for _, a := range find(customers, func(n *html.Node) bool { return n.Data == "a" }) {
		if href := attribute(a, "href"); strings.HasPrefix(href, customerPath) && (!strings.Contains(href, "entity=DE01") || strings.Contains(href, "part=")) {
			t.Errorf("a customer is behind %s", href)
		}
	}
	for path, want := range map[string]string{
		"/aging?by=segment&part=(none)":     "(none): EUR",
		"/aging?bucket=91%2B":               "all, 91+ days: EUR",
		"/aging?part=XX99":                  "Nothing is open in this cell.",
		"/explain/aging_customer":           "No cell is chosen",
		"/explain/aging_customer?part=DE01": "Aldermoor",
	} {
		if shown := reads(byID(t, document(t, h, path), "main")); !strings.Contains(shown, want) {
			t.Errorf("%s lacks %q", path, want)
		}
	}
	if page := document(t, h, "/aging"); len(find(page, func(n *html.Node) bool { return attribute(n, "id") == "aging_customer" })) != 0 {
		t.Error("without a cell there are customers of one")
	}
	for _, path := range []string{"/aging?by=country", "/aging?basis=ship", "/aging?bucket=0-30", "/aging?basis=invoice&bucket=1-30"} {
		if w := get(t, h, path); w.Code != http.StatusBadRequest {
			t.Errorf("%s answers %d", path, w.Code)
		}
	}
}

func TestACellThatCannotBeReadIsSaidInItsPlace(t *testing.T) {
	c := newCompany(t).fill().aged()
	m := &marts{db: c.db, run: "r-1"}
	h, err := New(testOptions(m))
	if err != nil {
		t.Fatal(err)
	}
	document(t, h, "/aging")
	m.set(func(m *marts) { m.run = "r-2" })
	page := document(t, h, "/aging?part=DE01")
	if shown := reads(byID(t, page, "aging_customer")); !strings.Contains(shown, "New figures have been published this moment") {
		t.Errorf("rows of two runs: %s", shown)
	}
	if shown := reads(byID(t, page, "aging_total")); !strings.Contains(shown, "it ties") {
		t.Errorf("the other panels are touched: %s", shown)
	}
	if w := get(t, h, "/panel/aging_customer.csv?part=DE01"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("the export answers %d", w.Code)
	}
}

func TestAgingShowsTheControlAccountAndWhereBucketsWent(t *testing.T) {
	h, c := newAging(t)
	if shown := reads(byID(t, document(t, h, "/aging"), "aging_account")); !strings.Contains(shown, "No balance of a control account has been delivered") {
		t.Errorf("without balances: %s", shown)
	}
	c.do(`insert into mart.control_account values ('DE01', '1200', 1, '2026-09-30', 0, 'EUR', 5, 5, 0, 5, 0), ('DE01', '1200', 1, '2026-10-31', 0, 'EUR', 100.5, 110, 10, 100, 0.5),
		('NL01', '1300', 1, '2026-10-31', 0, 'USD', 70, 70, 0, 70, 0)`)
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := document(t, h, "/aging")
	for id, wants := range map[string][]string{
		"aging_account": {"1 of 2 balances differ", "DE01 1200 31 Oct 2026 EUR 100.50 100.00 0.50", "NL01 1300 31 Oct 2026 USD 70.00 70.00 0.00"},
		"aging_roll":    {"Paid (%)", "30.5 9.5", "75.0"},
	} {
		shown := reads(byID(t, page, id))
		for _, want := range wants {
			if !strings.Contains(shown, want) || strings.Contains(shown, "Sep 2026") {
				t.Errorf("%s lacks %q: %s", id, want, shown)
			}
		}
	}
	if shown := reads(byID(t, document(t, h, "/aging?entity=NL01"), "aging_account")); strings.Contains(shown, "DE01") || !strings.Contains(shown, "Every balance is that of the sub-ledger") {
		t.Errorf("of one entity: %s", shown)
	}
}

// Pages of panels are looked at in every window, without a fault and without being wider than it.
func TestPagesOfPanelsWorkInABrowser(t *testing.T) {
	h, _ := newAging(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	for _, path := range []string{"/aging?by=collector", "/aging?part=DE01&bucket=1-30", "/dso"} {
		for _, window := range windows {
			b.open(path, window.width, window.height, window.dark)
			b.keep(window.name + strings.NewReplacer("/", "-", "?", "-", "&", "-", "=", "-").Replace(path))
			if evaluate[bool](b, "document.documentElement.scrollWidth > innerWidth") {
				t.Errorf("%s %s: the page is wider than its window", path, window.name)
			}
			if drawn := evaluate[int](b, "[...document.querySelectorAll('.chart svg')].filter(s => s.getBoundingClientRect().height > 150).length"); drawn != evaluate[int](b, "document.querySelectorAll('.chart').length") || drawn == 0 {
				t.Errorf("%s %s: %d charts are drawn", path, window.name, drawn)
			}
		}
	}
	b.clean()
}

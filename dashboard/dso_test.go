package dashboard

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

// dsoSchema are the marts of the forecasts of cash.
const dsoSchema = `
create table mart.forecast(week bigint, from_on date, until_on date, open_amount decimal(38,12), new_amount decimal(38,12), expected_amount decimal(38,12),
	low_amount decimal(18,6), high_amount decimal(18,6));
create table mart.forecast_accuracy(week bigint, origins bigint, forecast_amount decimal(38,12), actual_amount decimal(38,12), accuracy decimal(18,9), bias decimal(18,9),
	low_share decimal(18,9), high_share decimal(18,9));
create table mart.forecast_kept(week bigint, forecasts bigint, first_made_on date, last_made_on date, expected_amount decimal(38,12), actual_amount decimal(38,12),
	accuracy decimal(18,9), bias decimal(18,9), within_band decimal(18,9));`

// forecasts fills the marts of cash, and what three customers agreed and did.
func (c *company) forecasts() *company {
	for _, statement := range []string{
		`insert into mart.forecast select n, date '2026-10-25' + 7 * n::integer, date '2026-10-31' + 7 * n::integer, 90000.5 / n, 1000.25 * n, 90000.5 / n + 1000.25 * n,
			0.8 * (90000.5 / n + 1000.25 * n), 1.3 * (90000.5 / n + 1000.25 * n) from range(1, 14) as r(n)`,
		"insert into mart.forecast_accuracy select n, 12, 100, 90, 0.9 - n * 0.02, 0.05, 0.8, 1.3 from range(1, 14) as r(n)",
		"insert into mart.forecast_kept values (1, 6, '2026-09-01', '2026-10-20', 100, 90, 0.885, -0.031, 0.75)",
		"delete from mart.behaviour",
		`insert into mart.behaviour (customer_id, paid_amount, days_beyond_terms, on_time_percent) values ('C001', 3000, 10, 40), ('C002', 1000, -2, 80), ('C012', 500, 5, 0)`,
		"update mart.customer set entity = case customer_id when 'C012' then 'NL01' else 'DE01' end, terms_days = case customer_id when 'C001' then 30 when 'C002' then 60 end",
	} {
		c.do(statement)
	}
	return c
}

// Each figure of the page is the mart's, for the whole company and for a part of it.
func TestDSOPageShowsTheFiguresOfTheMarts(t *testing.T) {
	h, c := newAging(t)
	for _, scope := range []struct{ path, dimension, member string }{{"?", "", ""}, {"?entity=DE01", "entity", "DE01"}, {"?currency=USD&compare=year", "currency", "USD"}} {
		before := asOfLate - 1
		if strings.Contains(scope.path, "year") {
			before = asOfLate - 12
		}
		where := fmt.Sprintf(" and bucket = '' and dimension = '%s' and member = '%s'", scope.dimension, scope.member)
		shown := map[string][]string{}
		for _, record := range csvOf(t, h, "/panel/dso_family.csv"+scope.path) {
			shown[record[0]] = record
		}
		for _, kpi := range []string{"dso", "bpdso", "add", "dso_countback", "dso_true"} {
			about, _ := reading{catalogue: catalogue}.about(kpi)
			record := shown[about.Title]
			if record == nil {
				t.Fatalf("%s: %s is not on the page", scope.path, kpi)
			}
			for column, query := range map[int]string{
				1: "select value from mart.kpi where kpi = '" + kpi + "'",
				2: fmt.Sprintf("select value from mart.kpi_month where month = %d and kpi = '%s'", before, kpi),
				4: fmt.Sprintf("select min(value) from mart.kpi_month where month > %d and kpi = '%s'", asOfLate-24, kpi),
				5: fmt.Sprintf("select max(value) from mart.kpi_month where month > %d and kpi = '%s'", asOfLate-24, kpi),
			} {
				if want := c.one(query + where); !decimal.RequireFromString(record[column]).Equal(want) {
					t.Errorf("%s %s: column %d is %s, the mart says %s", scope.path, kpi, column, record[column], want)
				}
			}
		}
		months := csvOf(t, h, "/panel/terms_month.csv"+scope.path)
		if len(months) != trend+1 {
			t.Fatalf("%s: %d months", scope.path, len(months)-1)
		}
		last := months[trend]
		for column, query := range map[int]string{1: "select value from mart.kpi where kpi = 'days_to_pay'", 3: "select value from mart.kpi where kpi = 'dbt'"} {
			if want := c.one(query + where); !decimal.RequireFromString(last[column]).Equal(want) {
				t.Errorf("%s: terms_month says %s, the mart %s", scope.path, last[column], want)
			}
		}
		if sum := decimal.RequireFromString(last[2]).Add(decimal.RequireFromString(last[3])); !sum.Equal(decimal.RequireFromString(last[1])) {
			t.Errorf("%s: terms and days beyond are %s, days to pay %s", scope.path, sum, last[1])
		}
	}
}

func TestDSOPageSaysWhatCashIsExpected(t *testing.T) {
	h, c := newAging(t)
	page := document(t, h, "/dso")
	for id, wants := range map[string][]string{
		"dso_bridge":    {"they lead exactly from one DSO to the other"},
		"dso_without":   {"Without the largest debtor"},
		"terms":         {"Trade 4,000.00 37.5 7.0 50.0", "(none) 500.00 – 5.0 0.0", "Total 4,500.00"},
		"cash_forecast": {"are expected by 28 Nov 2026.", "1 1 Nov 2026 7 Nov 2026 90,000.50 1,000.25 91,000.75 72,800.60 118,300.98"},
		"cash_accuracy": {"1 12 88.0 5.0 80.0 130.0 6 88.5 −3.1 75.0", "13 12 64.0 5.0 80.0 130.0 – –"},
	} {
		shown := reads(byID(t, page, id))
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s lacks %q: %s", id, want, shown)
			}
		}
	}
	sum := decimal.Zero
	for _, record := range csvOf(t, h, "/panel/cash_forecast.csv")[1:] {
		sum = sum.Add(decimal.RequireFromString(record[5]))
	}
	if want := c.one("select sum(expected_amount) from mart.forecast"); !sum.Equal(want) {
		t.Errorf("the weeks add up to %s, the mart says %s", sum, want)
	}
	for path, wants := range map[string]map[string]string{
		"/dso?entity=DE01":  {"cash_forecast": "Cash is forecast for the whole company", "cash_accuracy": "Cash is forecast for the whole company", "terms": "Trade 4,000.00"},
		"/dso?currency=USD": {"terms": "not told apart by document currency"},
	} {
		page := document(t, h, path)
		for id, want := range wants {
			if shown := reads(byID(t, page, id)); !strings.Contains(shown, want) || strings.Contains(shown, "(none)") {
				t.Errorf("%s: %s lacks %q: %s", path, id, want, shown)
			}
		}
	}
	for _, mart := range []string{"forecast", "forecast_accuracy", "behaviour"} {
		c.do("delete from mart." + mart)
	}
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	page = document(t, h, "/dso")
	for id, want := range map[string]string{"terms": "Nothing has been paid in 24 months.", "cash_forecast": "Nothing is expected.", "cash_accuracy": "Nothing has been tested yet."} {
		if shown := reads(byID(t, page, id)); !strings.Contains(shown, want) {
			t.Errorf("%s lacks %q: %s", id, want, shown)
		}
	}
}

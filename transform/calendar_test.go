package transform

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// fiscal is a 4-4-5 calendar whose first quarter begins with the year, of the company or of an entity.
func fiscal(entity string, first string) rows {
	period := func(starts, ends, number string) map[string]string {
		return map[string]string{"entity": entity, "starts_on": starts, "ends_on": ends, "fiscal_year": "2025", "fiscal_period": number}
	}
	if first == "2025-01-01" {
		return rows{period("2025-01-01", "2025-01-28", "1"), period("2025-01-29", "2025-02-25", "2"),
			period("2025-02-26", "2025-04-01", "3"), period("2025-04-02", "2025-04-29", "4")}
	}
	return rows{period("2024-10-01", "2024-12-31", "9"), period("2025-01-01", "2025-02-28", "10"), period("2025-03-01", "2025-05-31", "11")}
}

// The third period ends on the day the books are read, and its window is the 90 days of the quarter: DSO is that of the month.
func TestFiscalPeriodsOfA445Calendar(t *testing.T) {
	data := ledger()
	data["calendar"] = fiscal("", "2025-01-01")
	in := input(t, "2025-03-31", data)
	refresh(t, in)
	v := openView(t, Reading{State: in.State})
	query := "select fiscal_period || ' ' || cast(ends_on as varchar), value from mart.kpi_period where dimension = '' and kpi = "
	figured(t, v, query+"'ar_net'", map[string]string{"1 2025-01-28": "1000", "2 2025-02-25": "1100", "3 2025-03-31": "1700"})
	figured(t, v, query+"'pct_past_due'", map[string]string{"1 2025-01-28": "0", "2 2025-02-25": "27.272727", "3 2025-03-31": "56.756757"})
	figured(t, v, query+"'sales'", map[string]string{"1 2025-01-28": "null", "2 2025-02-25": "null", "3 2025-03-31": "2700"})
	figured(t, v, query+"'dso'", map[string]string{"1 2025-01-28": "null", "2 2025-02-25": "null", "3 2025-03-31": "56.666667"})
	later := openView(t, Reading{State: in.State, AsOf: day("2025-04-29"), Months: 3})
	figured(t, later, query+"'sales' and fiscal_period > 3", map[string]string{"4 2025-04-29": "1700"})
	figured(t, later, query+"'dso' and fiscal_period > 3", map[string]string{"4 2025-04-29": "91"})
}

// Every balance at a period's end is what the books say when they are read on that day, for every dimension.
func TestFiscalPeriodsAgreeWithTheBooksReadOnTheirLastDay(t *testing.T) {
	data := ledger()
	data["calendar"] = fiscal("", "2025-01-01")
	in := input(t, "2025-03-31", data)
	refresh(t, in)
	v := openView(t, Reading{State: in.State, By: "customer", Months: 6})
	shared := `kpi in ('ar_net', 'ar_gross', 'credits', 'unapplied_cash', 'aging_due', 'pct_current', 'pct_past_due') and value <> 0`
	for _, end := range []string{"2025-01-28", "2025-02-25"} {
		books := openView(t, Reading{State: in.State, AsOf: day(end), By: "customer"})
		table, err := books.DB.Query(t.Context(), "select dimension || '/' || member || ' ' || kpi || ' ' || bucket, value from mart.kpi where "+shared)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for _, row := range table.Rows {
			want[row[0].(string)] = row[1].(decimal.Decimal).Round(6).String()
		}
		if len(want) < 15 {
			t.Errorf("only %d figures were compared on %s", len(want), end)
		}
		figured(t, v, "select dimension || '/' || member || ' ' || kpi || ' ' || bucket, value from mart.kpi_period where ends_on = '"+end+"' and "+shared, want)
	}
}

func day(text string) time.Time {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return at
}

func TestEntityIsReadByItsOwnCalendar(t *testing.T) {
	in := input(t, "2025-03-31", map[string]rows{
		"customers": {{"customer_id": "A", "entity": "X"}, {"customer_id": "B", "entity": "Y"}},
		"invoices": {
			{"invoice_id": "1", "customer_id": "A", "issued_on": "2025-02-10", "amount": "10", "currency": "EUR"},
			{"invoice_id": "2", "customer_id": "B", "issued_on": "2025-02-20", "amount": "200", "currency": "EUR"},
			{"invoice_id": "3", "customer_id": "A", "issued_on": "2025-03-20", "amount": "5", "currency": "EUR"},
		},
		"calendar": append(fiscal("", "2025-01-01"), fiscal("X", "2024-10-01")...),
	})
	refresh(t, in)
	v := openView(t, Reading{State: in.State})
	query := "select member || ' ' || fiscal_period, value from mart.kpi_period where kpi = 'ar_net' and dimension = "
	figured(t, v, query+"'entity'", map[string]string{"X 9": "0", "X 10": "10", "X 11": "15", "Y 1": "0", "Y 2": "200", "Y 3": "200"})
	figured(t, v, query+"''", map[string]string{" 1": "0", " 2": "210", " 3": "215"})
}

func TestWithoutACalendarThereAreNoFiscalPeriods(t *testing.T) {
	in := input(t, "2025-03-31", ledger())
	refresh(t, in)
	figured(t, openView(t, Reading{State: in.State}), "select kpi, value from mart.kpi_period", nil)
}

func TestTargetsAreComparedWithTheirMonth(t *testing.T) {
	data := ledger()
	target := func(kpi, entity, month, value string) map[string]string {
		return map[string]string{"kpi": kpi, "entity": entity, "month": month, "value": value}
	}
	data["targets"] = rows{target("dso", "", "2025-03-01", "50"), target("cei", "E", "2025-03-15", "20"), target("ar_net", "", "2025-02-01", "1100"),
		target("dso", "", "2025-04-01", "45"), target("dso", "E", "2019-03-01", "40"), target("cei", "", "2025-03-01", "26")}
	in := input(t, "2025-03-31", data)
	refresh(t, in)
	figured(t, openView(t, Reading{State: in.State}), "select kpi || '/' || entity || ' ' || cast(month_end as varchar) || ' ' || status, gap from mart.kpi_target", map[string]string{
		"dso/ 2025-03-31 missed": "6.666667", "cei/E 2025-03-31 met": "5", "cei/ 2025-03-31 missed": "-1", "ar_net/ 2025-02-28 met": "0",
		"dso/E 2019-03-31 undefined": "null",
	})
}

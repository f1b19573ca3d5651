package dashboard

import (
	"encoding/csv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// riskSchema are the marts of the risk page and of what changed on the worklist.
const riskSchema = `
create table mart.score(invoice_id varchar, number bigint, customer_id varchar, probability_late decimal(9,6), score bigint,
	further_days_late decimal(18,3), reason_1 varchar, reason_2 varchar, reason_3 varchar);
create table mart.behaviour(customer_id varchar, paid_invoices bigint, paydex_like decimal(9,4), days_beyond_terms decimal(18,4),
	on_time_percent decimal(9,4), most_days_late bigint, last_paid_on date, paid_amount decimal(38,12));
create table mart.score_card(as_of date, kind varchar, examples bigint);
create table mart.score_backtest(forecast varchar, month bigint, from_on date, until_on date, learnt bigint, tested bigint, auc decimal(18,9),
	auc_low decimal(18,9), auc_high decimal(18,9), brier decimal(18,9), brier_low decimal(18,9), brier_high decimal(18,9), ece decimal(18,9),
	ece_low decimal(18,9), ece_high decimal(18,9), rmse_days decimal(18,9), rmse_days_low decimal(18,9), rmse_days_high decimal(18,9),
	top_fifth decimal(18,9), top_fifth_low decimal(18,9), top_fifth_high decimal(18,9), top_fifth_by_amount decimal(18,9), top_fifth_best decimal(18,9));
create table mart.score_decile(decile bigint, items bigint, probability decimal(18,9), late_share decimal(18,9), money_days_share decimal(18,9));
create table mart.score_part(customer_id varchar, feature varchar, title varchar, level bigint, points bigint, words varchar);
create table mart.credit_exposure(customer_id varchar, parent_id varchar, gross_amount decimal(38,12), past_due_amount decimal(38,12),
	credit_amount decimal(38,12), net_amount decimal(38,12), limit_amount decimal(38,12), utilisation_percent decimal(18,9),
	billed_90_amount decimal(38,12), expected_30_amount decimal(38,12), projected_30_amount decimal(18,6), standing varchar);
create table mart.alarm(customer_id varchar, alarm varchar, before_value decimal(18,9), after_value decimal(18,9));
create table mart.worklist_change(collector varchar, since date, customer_id varchar, name varchar, change varchar, place_before bigint,
	place bigint, why varchar, score_before bigint, score bigint);
create table mart.override_kind(collector varchar, kind varchar, overrides bigint, customers bigint, in_force bigint,
	past_due_amount decimal(38,12), settled_amount decimal(38,12), settled_percent decimal(18,9), others_percent decimal(18,9));`

// risks fills the marts of the risk page.
func (c *company) risks() *company {
	for _, statement := range []string{
		"insert into mart.score_card values ('2026-10-31', 'model', 18400)",
		`insert into mart.score_backtest select forecast, month, case when month = 0 then date '2026-01-01' else date '2026-08-01' end, '2026-08-31', 15000, 900,
			auc, auc - 0.02, auc + 0.02, 0.12, 0.11, 0.13, 0.03, 0.02, 0.04, 7.25, 7, 7.5, 0.71, 0.68, 0.74, 0.4, 0.91
			from (values ('model', 0.93), ('prior_rate', 0.86)) as f(forecast, auc) cross join (values (0), (24319)) as m(month)`,
		"insert into mart.score_decile values (1, 90, 0.05, 0.04, 0.01), (10, 90, 0.95, 0.9, 0.3)",
		"update mart.score set customer_id = 'C001', probability_late = 0.5",
		"insert into mart.credit_exposure values ('C001', 'C001', 5000, 4000, 0, 5000, 4000, 125, 300, 100, 5000, 'over'), ('C002', 'C002', 900, 0, 0, 900, null, null, 0, 0, 900, 'no limit')",
		`insert into mart.score_part values ('C001', 'late_percent', 'payments late', 84, 120, '84 % of its payments were late'), ('C001', 'days_late', 'mean days late', 4, 0, ''),
			('C001', 'days_late_recent', 'mean days late, last 90 days', 19, 33, 'paid 19 days late on average in the last 90 days')`,
		"insert into mart.alarm values ('C001', 'drifting', 4.25, 19.5)",
		"insert into mart.worklist_change values ('EAST-1', '2026-10-30', 'C002', 'Brightwater Foods', 'entered', null, 3, 'snoozed', 480, 500), ('EAST-1', '2026-10-30', 'C009', 'Ivybridge Glass', 'left', 2, null, 'promised', 500, 500)",
		"insert into mart.override_kind values ('EAST-1', 'snooze', 7, 5, 2, 9000, 1800, 20, 45.5)",
	} {
		c.do(statement)
	}
	return c
}

func TestRiskPageSaysHowGoodTheScoresAre(t *testing.T) {
	c := newCompany(t).fill().risks()
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	page := document(t, h, "/risk")
	for id, wants := range map[string][]string{
		"main":             {"Learnt from 18,400 settled items"},
		"risk_band":        {"40–60 %", "Late"},
		"risk_test":        {"The score 900 AUC 0.930 0.910 0.950", "The customer's prior late rate 900 AUC 0.860", "By amount alone the top fifth would hold 40.0 % of all money-days late, the best possible order 91.0 %"},
		"risk_month":       {"1 Aug 2026"},
		"risk_calibration": {"5.0 4.0", "95.0 90.0"},
		"risk_customer":    {"C001 Aldermoor Textiles 5,000.00 4,000.00 1,175 153 +120: 84 % of its payments were late; +33: paid 19 days late"},
		"risk_mover":       {"C001 Aldermoor Textiles 4 19 15 5,000.00"},
		"risk_limit":       {"125.0 4,000.00 5,000.00 over"},
		"risk_alarm":       {"C001 Aldermoor Textiles Pays later 4.25 19.50 mean days late"},
	} {
		shown := reads(byID(t, page, id))
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s lacks %q: %s", id, want, shown)
			}
		}
	}
	for _, id := range []string{"risk_customer", "risk_mover", "risk_limit", "risk_alarm"} {
		if len(find(byID(t, page, id), func(n *html.Node) bool { return attribute(n, "href") == "/customer?customer=C001" })) == 0 {
			t.Errorf("%s does not lead to the customer", id)
		}
	}
	c.do("update mart.score_card set kind = 'naive'")
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if shown := reads(byID(t, document(t, h, "/risk"), "main")); !strings.Contains(shown, "so that rate is used") {
		t.Errorf("where the rate is as good: %s", shown[:200])
	}
}

func TestWorklistPageSaysWhatChangedAndWhoWasOverruled(t *testing.T) {
	c := newCompany(t).fill().risks()
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	page := document(t, h, "/worklist?collector=EAST-1")
	changes := reads(byID(t, page, "worklist_change"))
	for _, want := range []string{"1 of the first 5 are new since 30 Oct 2026: 20.0 %.", "C002 Brightwater Foods entered – 3 was: snoozed", "left 2 – now: promised"} {
		if !strings.Contains(changes, want) {
			t.Errorf("lacks %q: %s", want, changes)
		}
	}
	if shown := reads(byID(t, page, "worklist_override")); !strings.Contains(shown, "snooze 7 5 2 9,000.00 20.0 45.5") {
		t.Errorf("overrides: %s", shown)
	}
	if shown := reads(byID(t, document(t, h, "/worklist?collector=WEST-1"), "worklist_change")); strings.Contains(shown, "Brightwater") {
		t.Errorf("the changes of another: %s", shown)
	}
	records, err := csv.NewReader(get(t, h, "/panel/worklist_change.csv?collector=EAST-1").Body).ReadAll()
	if err != nil || len(records) != 3 {
		t.Errorf("the export has %d rows (%v)", len(records), err)
	}
}

func TestACustomerHasAPageOfItsOwn(t *testing.T) {
	c := newCompany(t).fill().risks()
	for _, statement := range []string{
		"create table raw.day as select n::bigint as day, date '1970-01-01' + n::integer as on_date from range(20000, 21000) as r(n)",
		"alter table raw.run_param add column as_of_month bigint", "update raw.run_param set as_of_month = 24321",
		`create table core.reduction as select 'R' || n as reduction_id, 'C001' as customer_id, 'INV-' || n as invoice_id, 'payment' as kind, null::varchar as fault,
			20700::bigint + n as paid_day, 20690::bigint as due_day, 20700::bigint as from_day, 2932896::bigint as until_day, 100.5::decimal(18,3) as amount, 1::decimal(18,9) as rate
			from range(3) as r(n)`,
		"create table core.period as select 24321 - n as month, date '2026-10-31' - (n * 31)::integer as end_on, (20757 - n * 31)::bigint as end_day from range(14) as r(n)",
		`create table core.open_span as select 'C001' as customer_id, 20730::bigint as due_day, 20700::bigint as from_day, 20800::bigint as to_day, 700.25::decimal(18,3) as open_amount,
			1::decimal(18,9) as rate`,
	} {
		c.do(statement)
	}
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	page := document(t, h, "/customer?customer=C001")
	for id, wants := range map[string][]string{
		"exposure": {"Over its limit", "Open items 5,000.00", "Limit 4,000.00", "In use 125.0 %", "Pays later: 4.25 before, 19.50 now (mean days late)"},
		"balance":  {"31 Oct 2026 700.25 700.25", "30 Sep 2026 700.25 0.00"},
		"parts":    {"payments late 84 % of its payments were late 120", "Total 153"},
		"payments": {"INV-2 25 Aug 2026 6 Sep 2026 12 100.50"},
		"timeline": {"EUR 100.50 of INV-2 12 days late", "call: left message", "of INV"},
		"customer": {"Aldermoor Textiles", "C001 · DE01 · Trade · DE", "Open items"},
	} {
		shown := reads(byID(t, page, id))
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s lacks %q: %s", id, want, shown)
			}
		}
	}
	for path, want := range map[string]int{"/customer": 404, "/customer?customer=C999": 404, "/customer?customer=C002": 200} {
		if w := get(t, h, path); w.Code != want {
			t.Errorf("%s answers %d, want %d", path, w.Code, want)
		}
	}
	if shown := reads(byID(t, document(t, h, "/worklist?customer=C002"), "customer")); !strings.Contains(shown, "all that is known") {
		t.Errorf("the pane does not lead to the page: %s", shown)
	}
}

package dashboard

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"golang.org/x/net/html"

	"arrears/warehouse"
)

// callers are the lists of the test: each line is a customer with amount at stake, days expected, duties and what is said of it.
var callers = []struct {
	collector string
	customer  int
	entity    string
	at, days  float64
	duties    int64
	pinned    bool
	broke     bool
}{
	{"EAST-1", 8, "DE01", 300, 10, 0, true, false},
	{"EAST-1", 1, "DE01", 24000, 25, 0, false, false},
	{"EAST-1", 2, "DE01", 20000, 28, 0, false, false},
	{"EAST-1", 3, "NL01", 9000.5, 30, 20000, false, true},
	{"EAST-1", 4, "DE01", 8000, 20, 0, false, false},
	{"WEST-1", 5, "NL01", 5000, 12, 0, false, false},
	{"WEST-1", 6, "NL01", 5000, 12, 0, false, false},
}

// worklist fills what the worklist page reads. EAST-1 can make three calls a day.
func (c *company) worklist() {
	var rows []string
	places := map[string]int{}
	for _, l := range callers {
		places[l.collector]++
		place, worth := places[l.collector], l.at*l.days
		today := l.collector != "EAST-1" || place <= 3
		rows = append(rows, fmt.Sprintf("('%s', %d, 'C%03d', '%s', '%s', 'Trade', 'EUR', %t, 2, 45, %.2f, 100, 0, 0, %.2f, %.3f, %.3f, %d, %.3f, %t, false, false,"+
			" '84 %% of its payments were late', 4, null, %d, %t, '', 'money_days', null, null, null, 'call', 15, 0, false, false)", l.collector, place, l.customer, strings.ReplaceAll(testCustomers[l.customer-1], "'", "''"),
			l.entity, l.pinned, l.at+100, l.at, l.days, worth, l.duties, worth+float64(l.duties), l.broke, place*15, today))
	}
	c.insert("mart.worklist", rows)
	c.insert("mart.not_listed", []string{
		"('EAST-1', 'C009', 'Ivybridge Glass', 'DE01', 'EUR', 'promised', null, 700, 500, 0, 500, 0, 0, 2, 0)",
		"('EAST-1', 'C010', 'Juniper Freight', 'DE01', 'EUR', 'snoozed', '2026-11-05', 900, 400, 0, 0, 0, 400, 2, 0)",
		"('EAST-1', 'C011', 'Kestrel Dairies', 'NL01', 'EUR', 'snoozed', '2026-11-09', 50.25, 50.25, 0, 0, 0, 50.25, null, 0)",
		"('EAST-1', 'C012', 'Lowfield Timber', 'DE01', 'EUR', 'sleeping', null, 10, 10, 0, 0, 0, 10, null, 0)",
	})
	for _, statement := range []string{
		"update mart.customer set entity = 'DE01', segment = 'Trade', country = 'DE', terms_days = 30, open_items = 45",
		"insert into mart.behaviour values ('C001', 30, 68.57, 13.78, 5.9, 44, '2026-10-07', 900)",
		"insert into mart.score (invoice_id, number, score, further_days_late, reason_1, reason_2, reason_3) select invoice_id, number, 1175 as score, 24.3::decimal(18,3) as further_days_late, " +
			"'more than 30 days past due' as reason_1, '84 % of its payments were late' as reason_2, 'owed by ' || invoice_id as reason_3 from mart.open_item",
		"create table stg.invoice as select distinct invoice_id, 'b1' as _batch, 17::bigint as _line from mart.open_item",
		"create table raw.batch as select 'b1' as batch, 'documents-2026-q1.csv' as file",
		"create table raw.run_param as select date '2026-10-31' as as_of, 20757::bigint as as_of_day",
		"create table raw.setting as select 1::decimal(9,4) as promise_share",
		"alter table mart.dispute add column reason varchar", "alter table mart.dispute add column outcome varchar",
		"alter table mart.dispute add column opened_at timestamp", "alter table mart.dispute add column resolved_at timestamp",
		"alter table mart.dispute add column age_days bigint", "alter table mart.dispute add column currency varchar",
		"alter table mart.dispute add column amount decimal(38,3)",
		"update mart.dispute set reason = 'short_delivery', opened_at = '2026-10-01 09:00:00', age_days = 30, currency = 'USD', amount = 1500.25",
		"create table stg.promise as select 'P1' as promise_id, 'C003' as customer_id, 'INV-1' as invoice_id, date '2026-10-10' as made_on, " +
			"20736::bigint as made_day, date '2026-10-20' as due_on, 900.5::decimal(18,3) as amount, 'GBP' as currency",
		"create table core.plan_kept as select 'C001' as customer_id, 'L1' as plan_id, 'EUR' as currency, 'jane' as actor, 100.5::decimal(18,3) as amount, 60::decimal(18,3) as remaining_amount",
		"create table core.plan_instalment as select 'L1' as plan_id, date '2026-10-01' as due_on, 20727 as due_day, 20729 as last_day, 40.5::decimal(18,3) as amount, " +
			"40.5::decimal(18,3) as due_amount, 40.5::decimal(18,3) as received union all select 'L1', date '2026-12-01', 20788, 20790, 60, 100.5, 40.5",
		"create table core.promise_kept as select 'P1' as promise_id, 12.25::decimal(18,3) as received",
		"create table stg.activity as select 'A' || n as activity_id, 'C001' as customer_id, timestamp '2026-10-27 12:53:00' - n * interval 1 day as happened_at, " +
			"(20753 - n)::bigint as happened_day, -n::bigint as happened_second, 'call' as channel, 'out' as direction, 'EAST-1' as actor, " +
			"'left_message' as outcome, 'note ' || n as note from range(9) as r(n)",
		"insert into stg.activity values ('A99', 'C001', '2026-11-02 08:00:00', 20759, 99, 'call', 'out', null, 'from_the_future', null)",
		"create table core.action_in_force as select 'C008' as customer_id, '' as invoice_id, 'pin' as family, null::date as until_on, " +
			"'board wants it' as reason, 'EAST-1' as actor",
		"create table core.assignment as select 'C008' as customer_id, 'EAST-1' as collector, 'the manager' as actor, 'knows them' as reason",
	} {
		c.do(statement)
	}
}

func TestWorklistShowsTheListInItsOrder(t *testing.T) {
	h, _, _ := newPages(t)
	page := document(t, h, "/worklist")
	list := byID(t, page, "worklist")
	var order []string
	for _, link := range find(list, func(n *html.Node) bool { return n.Data == "a" && strings.Contains(attribute(n, "href"), "#customer") }) {
		order = append(order, reads(link))
	}
	if got := strings.Join(order, ", "); got != "Hollis Optics, Aldermoor Textiles, Brightwater Foods, Castellan Works, Dunmore & Sons" {
		t.Errorf("the list is %s", got)
	}
	shown := reads(list)
	for _, want := range []string{
		"pinned · 2 invoices, up to 45 days past due, expected 10 days more", "24,000.00 at stake", "600,000 money-days",
		"call, 15 min", "broke a promise", "290,015 270,015 + 20,000 duties",
		"Today ends here, after 3 calls and 45 minutes. Waiting for the 2 below costs 430,015 money-days, 27.0 % of all.",
	} {
		if !strings.Contains(strings.ReplaceAll(shown, "pinned 2 invoices", "pinned · 2 invoices"), want) {
			t.Errorf("the list lacks %q: %s", want, shown)
		}
	}
	lines := find(list, func(n *html.Node) bool {
		return n.Data == "li" && strings.HasPrefix(attribute(n, "class"), "line") || attribute(n, "id") == "today-ends"
	})
	if len(lines) != 6 || attribute(lines[3], "id") != "today-ends" {
		t.Errorf("today ends at another of the %d lines", len(lines))
	}
	if shown := reads(byID(t, document(t, h, "/worklist?collector=WEST-1"), "worklist")); !strings.Contains(shown, "All of it fits into the day: 2 calls, 30 minutes.") {
		t.Errorf("the day of WEST-1 ends: %s", shown)
	}
	if shown := reads(byID(t, document(t, h, "/worklist?entity=NL01&collector=EAST-1"), "worklist")); strings.Contains(shown, "Aldermoor") || !strings.Contains(shown, "Castellan Works") {
		t.Errorf("the list of NL01: %s", shown)
	}
	if shown := reads(byID(t, document(t, h, "/worklist?collector=NORTH"), "main")); !strings.Contains(shown, "No customer who owes something has the collector NORTH.") {
		t.Errorf("a collector nobody has: %s", shown)
	}
	if shown := reads(byID(t, document(t, h, "/worklist?currency=USD"), "worklist")); !strings.Contains(shown, "whatever the currency") {
		t.Errorf("the list by currency: %s", shown)
	}
}

func TestWorklistSaysWhyACustomerStandsWhereHeStands(t *testing.T) {
	h, _, _ := newPages(t)
	for customer, wants := range map[string][]string{
		"C008": {"Place 1 of EAST-1", "First on the list because it is pinned, before Aldermoor Textiles", "Pinned by EAST-1: board wants it"},
		"C001": {"pinned and stands there whatever the call is worth: Hollis Optics", "Payment plan 1 Oct 2026 40.50 EUR paid 1 Dec 2026 60.00 EUR open"},
		"C002": {"40,000 money-days behind Aldermoor Textiles", "Less at stake: 20,000.00 against 24,000.00 EUR −106,000",
			"Expected to wait longer: 28.0 days against 25.0 +66,000", "40,000 money-days more and it is the first that is not pinned: as much as EUR 1,428.57 more at stake for 28 days."},
		"C003": {"269,985 money-days behind Brightwater Foods", "Less at stake: 9,000.50 against 20,000.00 EUR −318,986", "Expected to wait longer: 30.0 days against 28.0 +29,001", "More duties +20,000", "Money-days 270,015", "Duties +20,000",
			"Priority, in money-days 290,015"},
		"C006": {"Worth as much as the customer above; the lower customer number comes first: Eastgate Paper"},
		"C010": {"Not on the list: snoozed", "Until 5 Nov 2026", "Open items"},
	} {
		shown := reads(byID(t, document(t, h, "/worklist?customer="+customer), "customer"))
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s lacks %q: %s", customer, want, shown)
			}
		}
	}
}

// The parts of a distance add up to it, whatever the amounts.
func TestPartsOfADistanceAddUp(t *testing.T) {
	r := reading{words: newWords("en", "EUR", "")}
	for _, pair := range [][2]string{{"9283.41619668", "30.686"}, {"0.01", "1"}, {"123456789.99", "119.5"}} {
		at, days := decimal.RequireFromString(pair[0]), decimal.RequireFromString(pair[1])
		here := listed{atStake: at, furtherDays: days, moneyDays: at.Mul(days).Round(3), duties: decimal.NewFromInt(500)}
		other := listed{atStake: decimal.NewFromInt(13720), furtherDays: decimal.NewFromInt(25), moneyDays: decimal.NewFromInt(343000)}
		here.rank, other.rank = here.moneyDays.Add(here.duties), other.moneyDays
		sum := decimal.Zero
		for _, part := range r.distance(here, other).Parts {
			text := strings.NewReplacer(",", "", "−", "-", "+", "").Replace(part.Worth)
			sum = sum.Add(decimal.RequireFromString(text))
		}
		if gap := here.rank.Sub(other.rank).Round(0); !sum.Equal(gap) {
			t.Errorf("%v: the parts add up to %s, the distance is %s", pair, sum, gap)
		}
	}
}

// A strategy of points decides before money-days do, and the page says by what.
func TestAStrategyOfPointsSaysItsRules(t *testing.T) {
	c := newCompany(t).fill()
	c.do("update mart.worklist set strategy = 'careful', percent = 75, rule_1 = 'Broke a promise', rule_2 = 'Over its limit' where customer_id = 'C002'")
	c.do("update mart.worklist set strategy = 'careful', percent = 40.5, rule_1 = 'Over its limit' where customer_id = 'C003'")
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	for customer, wants := range map[string][]string{
		"C002": {"careful comes after the strategy of the customer above: Aldermoor Textiles"},
		"C003": {"34.5 percent of the points behind Brightwater Foods", "40.5 % of the points: Over its limit"},
		"C004": {"money_days comes after the strategy of the customer above: Castellan Works"},
	} {
		shown := reads(byID(t, document(t, h, "/worklist?customer="+customer), "customer"))
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("%s lacks %q: %s", customer, want, shown)
			}
		}
		if strings.Contains(shown, "money-days more and it is") {
			t.Errorf("%s is told what money would move, and points do: %s", customer, shown)
		}
	}
	list := reads(byID(t, document(t, h, "/worklist"), "worklist"))
	if want := "75 % of the points: Broke a promise, Over its limit"; !strings.Contains(list, want) {
		t.Errorf("the list lacks %q: %s", want, list)
	}
}

func TestTenPlacesUpSkipPins(t *testing.T) {
	r := reading{words: newWords("en", "EUR", "")}
	list := make([]listed, 14)
	for i := range list {
		list[i] = listed{rank: decimal.NewFromInt(int64(1000 - 10*i)), furtherDays: decimal.NewFromInt(5)}
	}
	if got := r.rise(list, 13); got != "100 money-days more and it is ten places up: as much as EUR 20.00 more at stake for 5 days." {
		t.Errorf("said %q", got)
	}
	if got := r.rise(list, 4); !strings.HasPrefix(got, "40 money-days more and it is first:") {
		t.Errorf("said %q", got)
	}
	list[0].pinned, list[1].pinned, list[2].pinned = true, true, true
	if got := r.rise(list, 12); !strings.HasPrefix(got, "90 money-days more and it is the first that is not pinned") {
		t.Errorf("said %q", got)
	}
	if got := r.rise(list, 2); got != "" {
		t.Errorf("a pinned customer is told %q", got)
	}
}

func TestTheCustomerBesideTheListIsKnown(t *testing.T) {
	h, _, _ := newPages(t)
	shown := reads(byID(t, document(t, h, "/worklist?customer=C001"), "customer"))
	for _, want := range []string{
		"Aldermoor Textiles", "C001 · DE01 · Trade · DE", "documents-2026-q1.csv, line 17", "expected 24 days more · score 1,175",
		"Of all of them the score says: 84 % of its payments were late.", "1,500.25 USD of INV-00000: short delivery · ", "open for 30 days",
		"27 Oct 2026 12:53 call: left message, EAST-1 · note 0", "PAYDEX-like index 68.6", "Paid on time 5.9 %", "Terms 30 days",
	} {
		if !strings.Contains(shown, strings.ReplaceAll(want, " · note", " note")) && !strings.Contains(shown, strings.TrimSuffix(want, " · ")) {
			t.Errorf("lacks %q: %s", want, shown)
		}
	}
	if !strings.Contains(shown, "33 more open items.") {
		t.Errorf("items are left out silently: %s", shown)
	}
	if strings.Contains(shown, "from the future") || strings.Contains(shown, "note 5") {
		t.Errorf("contacts of the future, or too many: %s", shown)
	}
	if shown := reads(byID(t, document(t, h, "/worklist?customer=C003"), "customer")); !strings.Contains(shown, "900.50 GBP by 20 Oct 2026 for INV-1 broken, 12.25 came") {
		t.Errorf("the promise of C003: %s", shown)
	}
	if shown := reads(byID(t, document(t, h, "/worklist?customer=C999"), "customer")); !strings.Contains(shown, "Nothing is known of a customer with this number.") {
		t.Errorf("a stranger: %s", shown)
	}
}

func TestWhoIsNotOnTheListHasAReason(t *testing.T) {
	h, _, _ := newPages(t)
	page := document(t, h, "/worklist?collector=EAST-1")
	shown := reads(byID(t, page, "not_listed"))
	for _, want := range []string{
		"Snoozed 2 customers 450.25 past due 950.25 open", "Promised 1 customer 500.00 past due 700.00 open", "Juniper Freight C010 · until 5 Nov 2026",
		"sleeping 1 customer", // a reason these pages do not know is still shown
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("lacks %q: %s", want, shown)
		}
	}
	if i, j := strings.Index(shown, "Snoozed"), strings.Index(shown, "Promised"); i > j {
		t.Error("reasons are not in the order in which they are tried")
	}
	// The reasons of the models and the words for them are the same.
	listOnly := reads(byID(t, page, "worklist_collectors"))
	if !strings.Contains(listOnly, "EAST-1 5 3 4 61,300.50 1,163,000 430,015") || !strings.Contains(listOnly, "WEST-1 2 2 0 10,000.00 120,000 0") {
		t.Errorf("all collectors: %s", listOnly)
	}
}

func TestWorklistExportsAreOfTheChosenCollector(t *testing.T) {
	h, _, _ := newPages(t)
	for path, want := range map[string]int{
		"/panel/worklist.csv": 7, "/panel/worklist.csv?collector=EAST-1": 5, "/panel/worklist.csv?collector=WEST-1": 2,
		"/panel/not_listed.csv?collector=EAST-1": 4, "/panel/not_listed.csv?collector=WEST-1": 0, "/panel/worklist_collectors.csv": 2,
	} {
		records, err := csv.NewReader(get(t, h, path).Body).ReadAll()
		if err != nil || len(records) != want+1 {
			t.Errorf("%s has %d rows, want %d (%v)", path, len(records)-1, want, err)
		}
	}
	row := panelJSON(t, h, "/panel/worklist.json?collector=EAST-1").Rows[3]
	if row["at_stake"] != "9000.5" || row["money_days"] != "270015" || row["duties"] != "20000" || row["today"] != nil ||
		!strings.HasPrefix(row["why"].(string), "9,000.50 EUR, 2 invoices, up to 45 days past due, expected 30 days more; broke a promise") {
		t.Errorf("JSON says %v", row)
	}
	book := sheetOf(t, h, "/panel/worklist.xlsx?collector=WEST-1")
	if total, err := book.GetCellFormula(book.GetSheetName(0), "F14"); err != nil || total != "SUM(F12:F13)" {
		t.Errorf("the total is %q (%v)", total, err)
	}
}

func TestAFailingCustomerLeavesTheListAlone(t *testing.T) {
	h, m, c := newPages(t)
	c.do("drop table stg.activity")
	page := document(t, h, "/worklist?customer=C002")
	if shown := reads(byID(t, page, "customer")); !strings.Contains(shown, "could not be read") || strings.Contains(shown, "Catalog") ||
		!strings.Contains(shown, "40,000 money-days behind") {
		t.Errorf("the customer: %s", shown)
	}
	if shown := reads(byID(t, page, "worklist")); !strings.Contains(shown, "Castellan Works") {
		t.Errorf("the list: %s", shown)
	}
	m.set(func(m *marts) { m.run = "r-next" })
	if shown := reads(byID(t, document(t, h, "/worklist?customer=C002"), "customer")); !strings.Contains(shown, "Load the page again") {
		t.Errorf("rows of the next run stand beside a list of this one: %s", shown)
	}
	m.set(func(m *marts) { m.err = errors.New("disk on fire") })
	if shown := reads(byID(t, document(t, h, "/worklist?customer=C002"), "customer")); strings.Contains(shown, "disk") {
		t.Errorf("the cause is shown: %s", shown)
	}
}

// Going down a list asks the database once.
func TestAListIsReadOnce(t *testing.T) {
	h, m, _ := newPages(t)
	before := m.asked
	for _, customer := range []string{"C008", "C001", "C002", "C003", "C009", "C010"} {
		document(t, h, "/worklist?collector=EAST-1&customer="+customer)
	}
	if asked := m.asked - before; asked != 1 {
		t.Errorf("the marts were opened %d times for six customers, want once", asked)
	}
}

func TestExplainOfTheWorklistShowsItsModels(t *testing.T) {
	c := newCompany(t).fill()
	opts := testOptions(&marts{db: c.db})
	opts.Models = func(_ context.Context, mart string) ([]Model, error) {
		return []Model{{mart, "select 'the text of " + mart + "'"}}, nil
	}
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	for panel, mart := range map[string]string{"worklist": "mart.worklist", "not_listed": "mart.not_listed"} {
		shown := reads(document(t, h, "/explain/"+panel+"?collector=EAST-1"))
		if !strings.Contains(shown, "the text of "+mart) || !strings.Contains(shown, "from "+mart+" as") || !strings.Contains(shown, "EAST-1") || strings.Contains(shown, "WEST-1") {
			t.Errorf("the explanation of %s: %s", panel, shown)
		}
	}
}

func TestALongListIsCutOnThePageOnly(t *testing.T) {
	c := newCompany(t).fill()
	c.do(`insert into mart.worklist select 'MANY', n + 1, 'M' || n, 'Customer ' || n, 'DE01', 'Trade', 'EUR', false, 1, 9, 1000 - n, 0, 0, 0, 1000 - n, 2,
		2000 - 2 * n, 0, 2000 - 2 * n, false, false, false, null, null, null, 15 * (n + 1), n < 24, '', 'money_days', null, null, null, 'call', 15, 0, false, false from range(150) as r(n)`)
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	page := document(t, h, "/worklist?collector=MANY&customer=M140")
	shown := reads(byID(t, page, "worklist"))
	if !strings.Contains(shown, "49 more are in the exports.") || !strings.Contains(shown, "Customer 140") || strings.Contains(shown, "Customer 120 ") {
		t.Errorf("the list: %s", shown[max(0, len(shown)-400):])
	}
	if shown := reads(byID(t, page, "customer")); !strings.Contains(shown, "20 money-days more and it is ten places up") {
		t.Errorf("the customer: %s", shown)
	}
	c.do("insert into mart.not_listed select 'MANY', 'N' || n, 'Customer ' || n, 'DE01', 'EUR', 'not_due', null, 5, 0, 0, 0, 0, 0, null, 0 from range(250) as r(n)")
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if shown := reads(document(t, h, "/explain/not_listed?collector=MANY")); !strings.Contains(shown, "50 more rows are not shown here.") || strings.Contains(shown, "Total") {
		t.Error("a long table is not cut in its explanation, or a total of a part passes for one of all")
	}
	if shown := reads(byID(t, document(t, h, "/worklist?collector=MANY"), "not_listed")); !strings.Contains(shown, "250 customers") || !strings.Contains(shown, "225 more are in the exports.") {
		t.Errorf("who is not on the list: %s", shown[:min(300, len(shown))])
	}
	records, err := csv.NewReader(get(t, h, "/panel/worklist.csv?collector=MANY").Body).ReadAll()
	if err != nil || len(records) != 151 {
		t.Errorf("the export has %d rows (%v)", len(records)-1, err)
	}
}

func TestWhysAreSentences(t *testing.T) {
	c := newCompany(t).fill()
	table, err := c.db.Query(t.Context(), "select * from mart.worklist where collector = 'EAST-1' order by place")
	if err != nil {
		t.Fatal(err)
	}
	whys := Whys(table)
	if len(whys) != 5 || whys[0] != "300.00 EUR, 2 invoices, up to 45 days past due, expected 10 days more; pinned, 100.00 disputed and left out" {
		t.Errorf("said %q", whys)
	}
	if Whys(warehouse.Table{}) != nil {
		t.Error("nobody has a reason")
	}
}

// The reasons that the models give, in the order in which they are tried, are those these pages have words for.
func TestEveryReasonNotToCallHasWords(t *testing.T) {
	var given, known []string
	for _, model := range []string{"account", "absence"} {
		text, err := os.ReadFile(filepath.Join("../sql/core", model+".sql"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`then '([a-z_]+)'`).FindAllStringSubmatch(string(text), -1) {
			given = append(given, m[1])
		}
	}
	given = slices.Compact(given) // one reason may have two conditions
	for _, a := range absences {
		known = append(known, a.name)
		if a.title == "" || a.text == "" || Absence(a.name) != a.title {
			t.Errorf("%s has no words", a.name)
		}
	}
	if len(given) < 5 || !slices.Equal(given, known) {
		t.Errorf("core.account and core.absence give %v, the words are for %v", given, known)
	}
}

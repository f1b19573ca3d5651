package transform

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"arrears/config"
	"arrears/warehouse"
)

// What conditions may ask for is what the model has, of the kind it has.
func TestFactsOfACustomerAreThoseOfTheModel(t *testing.T) {
	in := worklistInput(t, accounts("plain"))
	refresh(t, in)
	v := openView(t, Reading{State: in.State, Models: in.Models})
	defer func() { _ = v.Close() }()
	table, err := v.DB.Query(context.Background(), `select column_name, data_type from information_schema.columns
		where table_schema = 'core' and table_name = 'customer_fact' order by ordinal_position`)
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, row := range table.Rows {
		kind := config.Figure
		switch row[1] {
		case "VARCHAR":
			kind = config.Word
		case "BOOLEAN":
			kind = config.Flag
		}
		got = append(got, fmt.Sprint(row[0], " ", kind))
	}
	for _, f := range config.CustomerFacts {
		want = append(want, fmt.Sprint(f.Name, " ", f.Kind))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the model has %v\nconditions ask for %v", got, want)
	}
}

// A condition says the same of a customer as SQL and as it is worked out in the program, whatever is known of him.
func TestConditionsMeanTheSameInSQL(t *testing.T) {
	db := parser(t)
	random := rand.New(rand.NewPCG(4, 4))
	atoms := []func() string{
		func() string {
			return fmt.Sprintf("score %s %d", []string{"==", "!=", "<", "<=", ">", ">="}[random.IntN(6)], random.IntN(5)-1)
		},
		func() string {
			return fmt.Sprintf("%d.5 %s score", random.IntN(3), []string{"<", ">="}[random.IntN(2)])
		},
		func() string {
			return fmt.Sprintf("country %s %q", []string{"==", "!="}[random.IntN(2)], []string{"DE", "F'R", ""}[random.IntN(3)])
		},
		func() string { return `country in ["DE", "NL"]` }, func() string { return "score in [1, 2]" },
		func() string { return "on_hold" }, func() string { return "on_hold == false" }, func() string { return "true" },
	}
	var make func(depth int) string
	make = func(depth int) string {
		switch n := random.IntN(4); {
		case depth == 0 || n == 0:
			return atoms[random.IntN(len(atoms))]()
		case n == 1:
			return "not (" + make(depth-1) + ")"
		default:
			return "(" + make(depth-1) + []string{" and ", " or "}[n-2] + make(depth-1) + ")"
		}
	}
	for range 200 {
		text := make(3)
		c, err := config.NewCondition(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, known := range []map[string]any{{}, {"score": decimal.NewFromInt(1), "country": "DE", "on_hold": true},
			{"score": decimal.NewFromInt(2), "country": "F'R", "on_hold": false}, {"score": decimal.RequireFromString("2.5")}, {"country": ""}} {
			columns := []string{fmt.Sprintf("cast(%s as decimal(18, 3)) as score", sqlValue(known["score"])),
				fmt.Sprintf("cast(%s as varchar) as country", sqlValue(known["country"])), fmt.Sprintf("cast(%s as boolean) as on_hold", sqlValue(known["on_hold"]))}
			said, err := db.Query(t.Context(), "select "+c.SQL+" from (select "+strings.Join(columns, ", ")+") as fact")
			if err != nil {
				t.Fatalf("%s as %s: %v", text, c.SQL, err)
			}
			if want := c.Holds(known); said.Rows[0][0] != want {
				t.Fatalf("%s of %v is %v as %s, and %t here", text, known, said.Rows[0][0], c.SQL, want)
			}
		}
	}
}

func sqlValue(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return warehouse.Literal(v)
	default:
		return fmt.Sprint(v)
	}
}

// treated are two segments: large customers are called by points and first, for a quarter of an hour at most; those called "late" have
// a set of letters of their own.
func treated() config.Worklist {
	bound := int64(15)
	return config.Worklist{Minimum: 50, ContactedDays: 3, Minutes: 15, Capacity: 45,
		Strategies: []config.Strategy{{Name: "careful", Rules: []config.Rule{
			{Name: "Large", When: "gross_amount >= 5000", Points: 30},
			{Name: "Larger", When: "gross_amount >= 8000", Points: 20},
			{Name: "Small", When: "gross_amount < 100", Points: 10},
		}}},
		Segments: []config.Segment{
			{Name: "large", When: "gross_amount >= 3000", Strategy: "careful", Capacity: &bound},
			{Name: "late", When: `oldest_days_past_due > 60 or customer_id == "C-named"`, Letters: config.Style{Language: "de", Tone: "firm"}},
		},
	}
}

func TestSegmentsHaveStrategiesLettersAndCapacity(t *testing.T) {
	all := accounts("a", "b", "large", "larger", "third", "named")
	for name, amount := range map[string]string{"large": "5000.00", "larger": "8000.00", "third": "3000.00", "b": "2000.00"} {
		all["invoices"].of("I-" + name)["amount"] = amount
	}
	in := worklistInput(t, all)
	in.Worklist = treated()
	refresh(t, in)
	v := openView(t, Reading{State: in.State, Models: in.Models})
	defer func() { _ = v.Close() }()
	for query, want := range map[string]string{
		"select name, declared_segment, strategy, percent, rule_1, rule_2, minutes_to_here, is_today from mart.worklist order by place": "[" +
			"[larger large careful 100 Large Larger 15 true] [large large careful 60 Large <nil> 15 false] [third large careful 0 <nil> <nil> 15 false] " +
			"[b  money_days <nil> <nil> <nil> 30 true] [a  money_days <nil> <nil> <nil> 45 true] [named late money_days <nil> <nil> <nil> 60 false]]",
		"select customer_id, segment, strategy, minutes, language, tone from mart.segment where segment <> '' order by customer_id": "[" +
			"[C-large large careful 15 <nil> <nil>] [C-larger large careful 15 <nil> <nil>] [C-named late money_days <nil> de firm] [C-third large careful 15 <nil> <nil>]]",
		"select strategy, possible from raw.worklist_strategy order by place": "[[careful 50] [money_days 0]]",
	} {
		table, err := v.DB.Query(context.Background(), query)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(table.Rows); got != want {
			t.Errorf("%s:\n%s, want\n%s", query, got, want)
		}
	}
}

// Small customers are mailed, which is quick; those who were named are visited, which is not. The day has room for one visit, or for a
// call and three mails.
func TestTheDayEndsByTheMinutesOfItsActions(t *testing.T) {
	all := accounts("a", "b", "c", "d", "named")
	for name, amount := range map[string]string{"a": "400.00", "b": "300.00", "c": "200.00", "d": "5000.00", "named": "100.00"} {
		all["invoices"].of("I-" + name)["amount"] = amount
	}
	in := worklistInput(t, all)
	in.Worklist.Minutes, in.Worklist.Capacity = 15, 25
	in.Worklist.Actions = []config.Action{
		{Action: "visit", When: `customer_id == "C-named"`, Minutes: 120},
		{Action: "mail", When: "gross_amount < 1000", Minutes: 4},
	}
	refresh(t, in)
	v := openView(t, Reading{State: in.State, Models: in.Models})
	defer func() { _ = v.Close() }()
	table, err := v.DB.Query(context.Background(), "select name, action, minutes, minutes_to_here, is_today from mart.worklist order by place")
	if err != nil {
		t.Fatal(err)
	}
	want := "[[d call 15 15 true] [a mail 4 19 true] [b mail 4 23 true] [c mail 4 27 false] [named visit 120 147 false]]"
	if got := fmt.Sprint(table.Rows); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A list of another day asks the conditions that were published.
func TestAnotherDayHasItsOwnSegments(t *testing.T) {
	in := worklistInput(t, accounts("a"))
	in.Worklist.Segments = []config.Segment{{Name: "late", When: "oldest_days_past_due > 20"}}
	refresh(t, in)
	for on, want := range map[string]string{"2025-03-20": "", "2025-03-31": "late"} {
		v := openView(t, Reading{State: in.State, Models: in.Models, AsOf: day(on), Tables: []string{"mart.segment"}})
		table, err := v.DB.Query(context.Background(), "select segment from mart.segment")
		if err != nil || table.Rows[0][0] != want {
			t.Errorf("on %s the segment is %v, want %q (%v)", on, table.Rows, want, err)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

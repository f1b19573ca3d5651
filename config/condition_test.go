package config

import (
	"os"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

func TestConditionsBecomeSQL(t *testing.T) {
	for text, want := range map[string]string{
		"past_due_amount > 1000.50":                 "coalesce(fact.past_due_amount > 1000.5, false)",
		"-30 <= days_beyond_terms":                  "coalesce(fact.days_beyond_terms >= -30, false)",
		"on_hold":                                   "coalesce(fact.on_hold, false)",
		`country != "D'E"`:                          "not (coalesce(fact.country = 'D''E', false))",
		`not (country in ["DE", "FR"])`:             "not ((coalesce(fact.country = 'DE', false) or coalesce(fact.country = 'FR', false)))",
		`segment == "Key" and score >= 600 or true`: "((coalesce(fact.segment = 'Key', false) and coalesce(fact.score >= 600, false)) or 1 = 1)",
	} {
		c, err := NewCondition(text)
		if err != nil || c.SQL != want {
			t.Errorf("%s is %s (%v), want %s", text, c.SQL, err, want)
		}
	}
}

func TestConditionsThatCannotBeReadSayWhere(t *testing.T) {
	for text, want := range map[string]string{
		"past_due_amout > 3":              "did you mean past_due_amount? (at sign 1",
		`past_due_amount > "3"`:           "past_due_amount is a number, and is used as a text here (at sign 1",
		`country > "DE"`:                  "only numbers are more or less",
		"score > 3 and country":           "country is a text, and is used as a flag here (at sign 15",
		"score + 1 > 3":                   "column on one side",
		"score > gross_amount":            "write a number",
		"len(country) > 3":                "column on one side",
		"score > ":                        "is no condition",
		"country in segment":              "in has a column before it",
		`country in []`:                   "in has a column before it",
		"now() > 3":                       "column on one side",
		`country matches "x; drop table"`: "is none of",
		"score":                           "is a number, and is used as a flag",
	} {
		if _, err := NewCondition(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestWhatIsNotKnownMeetsNothing(t *testing.T) {
	known := map[string]any{"score": decimal.NewFromInt(600), "country": "DE", "on_hold": true}
	for text, want := range map[string][2]bool{ // of a customer known, and of one of whom nothing is
		"score > 500": {true, false}, "score <= 500": {false, false}, "not (score <= 500)": {true, true}, `country != "FR"`: {true, true},
		"score == 600.0": {true, false}, "on_hold == false": {false, false}, "on_hold and score != 601": {true, false}, "score >= 601": {false, false},
	} {
		c, err := NewCondition(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]bool{c.Holds(known), c.Holds(nil)}; got != want {
			t.Errorf("%s holds %v, want %v", text, got, want)
		}
	}
}

// Rules that exclude each other count once, rules on the same column that include each other add up, others are free.
func TestTheMostPossibleIsFound(t *testing.T) {
	s := Strategy{Rules: []Rule{
		{"a", "oldest_days_past_due > 30 and oldest_days_past_due <= 60", 20},
		{"b", "oldest_days_past_due > 60", 40},
		{"c", "past_due_amount >= 1000", 10},
		{"d", "past_due_amount >= 5000", 15},
		{"e", `risk_class in ["C", "D"]`, 7},
		{"f", `risk_class == "A"`, 3},
		{"g", "score > 9 and score < 9", 100},
	}}
	if most, err := s.Possible(); err != nil || most != 72 {
		t.Errorf("found %d (%v), want 40 + 10 + 15 + 7", most, err)
	}
	var many Strategy // each of twenty columns with three kinds is more than can be tried
	names := []string{}
	for _, f := range CustomerFacts {
		if f.Kind == Figure {
			names = append(names, f.Name+" > 1")
		}
	}
	many.Rules = []Rule{{"all", strings.Join(names, " and "), 5}, {"none", "not (" + strings.Join(names, " and ") + ")", 6}}
	if most, err := many.Possible(); err != nil || most != 11 {
		t.Errorf("where too many kinds would have to be tried: %d (%v), want the sum", most, err)
	}
}

func TestReferenceNamesEveryFact(t *testing.T) {
	page, err := os.ReadFile("../docs/reference/strategies.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range CustomerFacts {
		kind := map[FactKind]string{Figure: "number", Word: "text", Flag: "flag"}[f.Kind]
		if !strings.Contains(string(page), "| `"+f.Name+"` | "+kind+" | "+f.Help+" |") {
			t.Errorf("the reference does not say of %s that it is a %s: %s", f.Name, kind, f.Help)
		}
	}
}

func TestMistakesInStrategiesHaveTheirLine(t *testing.T) {
	text := `currency: EUR
worklist:
  strategy: carful
  strategies:
    - name: careful
      rules:
        - {name: late, when: oldest_days_past_du > 3, points: 4}
        - name: late
          when: on_hold
          points: 0
    - name: money_days
      rules: []
  segments:
    - name: key
      when: gross_amount > 3 +
      strategy: none
      capacity: 2000
      letters: {language: German, tone: "!"}
  actions:
    - {action: pigeon, when: gross_amount > 3, minutes: 3}
    - {action: mail, when: gross_amount, minutes: 0}
sources:
  - {name: a, files: [a.csv], maps: [{dataset: rates, columns: {from_currency: a, to_currency: b, on: c, rate: d}}]}
`
	_, err := parse("arrears.yaml", []byte(text))
	if err == nil {
		t.Fatal("nothing is wrong with it")
	}
	for _, want := range []string{
		":3: worklist.strategy: ", "did you mean careful?", ":7: worklist.strategies[0].rules[0].when: ", "did you mean oldest_days_past_due?",
		`:8: worklist.strategies[0].rules[1].name: "late" is there already`, ":10: worklist.strategies[0].rules[1].points: ",
		":11: worklist.strategies[1].name: ", ":12: worklist.strategies[1].rules: ", ":15: worklist.segments[0].when: is no condition",
		":16: worklist.segments[0].strategy: ", ":17: worklist.segments[0].capacity: ", ":18: worklist.segments[0].letters.language: ",
		":18: worklist.segments[0].letters.tone: ", ":20: worklist.actions[0].action: ", ":21: worklist.actions[1].when: ",
		":21: worklist.actions[1].minutes: is how long it takes",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("lacks %q:\n%v", want, err)
		}
	}
}

func TestMistakesInMailedListsHaveTheirLine(t *testing.T) {
	_, err := parse("arrears.yaml", []byte("currency: EUR\nmail:\n  worklists:\n    at: 6 in the morning\n    to:\n      EAST: ana\nsources: []\n"))
	for _, want := range []string{`:4: mail.worklists.at: "6 in the morning" is no time of day`, `:6: mail.worklists.to.EAST: "ana" is not an address`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("lacks %q: %v", want, err)
		}
	}
	_, err = parse("arrears.yaml", []byte("currency: EUR\nmail: {worklists: {at: \"6:30\"}}\nsources: []\n"))
	if err == nil || !strings.Contains(err.Error(), "no time of day") {
		t.Errorf("without its zero: %v", err)
	}
	_, err = parse("arrears.yaml", []byte("currency: EUR\nmail: {worklists: {at: \"06:30\"}}\nsources: []\n"))
	if err == nil || !strings.Contains(err.Error(), "needs mail.server") {
		t.Errorf("without a server: %v", err)
	}
}

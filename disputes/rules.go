package disputes

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"github.com/shopspring/decimal"
)

// Facts are what conditions are asked about. Amounts are in the reporting currency.
type Facts struct {
	Reason    string          `expr:"reason"`
	Customer  string          `expr:"customer"`
	Entity    string          `expr:"entity"`
	Currency  string          `expr:"currency"` // of the case
	Channel   string          `expr:"channel"`
	Verified  bool            `expr:"verified"`
	Claimed   decimal.Decimal `expr:"claimed"`
	Supported decimal.Decimal `expr:"supported"` // by the validation report
	Awarded   decimal.Decimal `expr:"awarded"`   // by the proposal
	Kind      string          `expr:"kind"`      // of the proposal
	Verdict   string          `expr:"verdict"`   // valid, invalid, undecidable, or empty before validation
	Flags     int             `expr:"flags"`     // signs of fraud
	Flag      []string        `expr:"flag"`      // the same by name, as in "new sender" in flag
	Lines     int             `expr:"lines"`
	Documents int             `expr:"documents"`
	Rounds    int             `expr:"rounds"` // times the customer rejected
}

// rules are the conditions of a model, compiled. A nil program is always met.
type rules struct {
	levels []*vm.Program
	routes []*vm.Program
	order  []int // of routes, by priority
}

// compile reads a condition. Amounts are decimals and are compared exactly, with one another and with numbers as they are written.
func compile(condition string) (*vm.Program, error) {
	options := []expr.Option{expr.Env(Facts{}), expr.AsBool(), expr.MaxNodes(200)}
	return expr.Compile(condition, append(options, money()...)...)
}

// money teaches expr to compare and add decimals.
func money() []expr.Option {
	var options []expr.Option
	compare := map[string]func(int) bool{
		"<": func(c int) bool { return c < 0 }, "<=": func(c int) bool { return c <= 0 }, ">": func(c int) bool { return c > 0 },
		">=": func(c int) bool { return c >= 0 }, "==": func(c int) bool { return c == 0 }, "!=": func(c int) bool { return c != 0 },
	}
	for sign, holds := range compare {
		name := "compare" + fmt.Sprintf("%x", sign)
		options = append(options, expr.Operator(sign, name), expr.Function(name, func(p ...any) (any, error) {
			return holds(exact(p[0]).Cmp(exact(p[1]))), nil
		}, new(func(decimal.Decimal, decimal.Decimal) bool), new(func(decimal.Decimal, int) bool), new(func(decimal.Decimal, float64) bool),
			new(func(int, decimal.Decimal) bool), new(func(float64, decimal.Decimal) bool)))
	}
	arithmetic := map[string]func(a, b decimal.Decimal) decimal.Decimal{
		"+": decimal.Decimal.Add, "-": decimal.Decimal.Sub, "*": decimal.Decimal.Mul,
	}
	for sign, do := range arithmetic {
		name := "money" + fmt.Sprintf("%x", sign)
		options = append(options, expr.Operator(sign, name), expr.Function(name, func(p ...any) (any, error) {
			return do(exact(p[0]), exact(p[1])), nil
		}, new(func(decimal.Decimal, decimal.Decimal) decimal.Decimal), new(func(decimal.Decimal, int) decimal.Decimal),
			new(func(decimal.Decimal, float64) decimal.Decimal), new(func(int, decimal.Decimal) decimal.Decimal),
			new(func(float64, decimal.Decimal) decimal.Decimal)))
	}
	return options
}

// exact is a number of a condition as it is written: the shortest decimal of a float is what the author wrote.
func exact(value any) decimal.Decimal {
	switch v := value.(type) {
	case int:
		return decimal.NewFromInt(int64(v))
	case float64:
		return decimal.NewFromFloat(v)
	}
	return value.(decimal.Decimal)
}

func met(p *vm.Program, f Facts) (bool, error) {
	if p == nil {
		return true, nil
	}
	answer, err := expr.Run(p, f)
	if err != nil {
		return false, err
	}
	return answer.(bool), nil
}

// level is the first whose condition is met, from a least one on. Where amounts have no rate, no limit can be held against them,
// and it is the last.
func (m Model) level(f Facts, least int, measured bool) (int, error) {
	last := len(m.Levels) - 1
	if !measured {
		return last, nil
	}
	for i := min(least, last); i < last; i++ {
		ok, err := met(m.rules.levels[i], f)
		if err != nil {
			return last, fmt.Errorf("level %s: %w", m.Levels[i].Name, err)
		}
		if ok {
			return i, nil
		}
	}
	return last, nil
}

// route is the row of the highest priority whose condition is met.
func (m Model) route(f Facts) (Route, error) {
	for _, i := range m.rules.order {
		ok, err := met(m.rules.routes[i], f)
		if err != nil {
			return Route{}, fmt.Errorf("route %s: %w", m.Routing[i].Name, err)
		}
		if ok {
			return m.Routing[i], nil
		}
	}
	return Route{}, fmt.Errorf("no row of the routing table is met, and none is without a condition")
}

// byPriority is the order in which rows are tried: the highest first, the one without a condition last.
func byPriority(rows []Route) []int {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if bare := cmp.Compare(btoi(rows[a].When == ""), btoi(rows[b].When == "")); bare != 0 {
			return bare
		}
		return cmp.Compare(rows[b].Priority, rows[a].Priority)
	})
	return order
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// facts are what is known of a case, with a proposal or without.
func (c Case) facts(p *Proposal) Facts {
	rate := c.Rate
	f := Facts{
		Reason: c.Reason, Customer: c.Customer, Entity: c.Entity, Currency: c.Currency, Channel: c.Channel, Verified: c.Verified,
		Claimed: c.Claimed().Mul(rate), Lines: len(c.Lines), Documents: len(c.Documents), Rounds: c.Rounds,
	}
	if c.Report != nil {
		f.Supported, f.Verdict = c.Report.Supported.Mul(rate), c.Report.Verdict
		f.Flag, f.Flags = c.Report.Flags, len(c.Report.Flags)
	}
	if p != nil {
		f.Awarded, f.Kind = p.Awarded().Mul(rate), p.Kind
	}
	return f
}

// measured says whether the case's amounts can be held against limits.
func (c Case) measured() bool { return c.Rate.IsPositive() }

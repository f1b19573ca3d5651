package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/shopspring/decimal"
)

// A Condition over what is known of a customer: a small part of the Expr language that is also SQL on every engine. Comparisons of a
// column with a number or a text, in [...], and, or, not, and flags as they stand. What is not known of a customer meets no comparison
// but !=, so that not always means the opposite.
type Condition struct {
	SQL     string   // over a table with the alias fact, never NULL
	Columns []string // that it reads, each once, in order of the alphabet
	compared
}

// compared are the values that each column is held against: between them a condition cannot change.
type compared struct {
	holds  func(fact map[string]any) bool
	values map[string][]any
}

// Holds says whether a customer meets the condition. A fact is a decimal, a string, a bool, or nil where it is not known.
func (c Condition) Holds(fact map[string]any) bool { return c.holds(fact) }

// NewCondition reads a condition; its error says what is wrong, and where in the text.
func NewCondition(text string) (Condition, error) {
	tree, err := parser.Parse(text)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return Condition{}, fmt.Errorf("is no condition: %s", first)
	}
	r := conditionReader{text: text, values: map[string][]any{}}
	t, err := r.truth(tree.Node)
	if err != nil {
		return Condition{}, err
	}
	c := Condition{SQL: t.sql, compared: compared{t.holds, r.values}}
	for name := range r.values {
		c.Columns = append(c.Columns, name)
	}
	slices.Sort(c.Columns)
	return c, nil
}

// A truth is a part of a condition, as SQL and as it is worked out here.
type truth struct {
	sql   string
	holds func(fact map[string]any) bool
}

type conditionReader struct {
	text   string
	values map[string][]any
}

// wrong says what cannot be read, where it stands, and what could.
func (r *conditionReader) wrong(node ast.Node, text string, args ...any) error {
	return fmt.Errorf("%s (at sign %d of %q)", fmt.Sprintf(text, args...), node.Location().From+1, r.text)
}

func (r *conditionReader) truth(node ast.Node) (truth, error) {
	switch n := node.(type) {
	case *ast.BoolNode:
		return truth{map[bool]string{true: "1 = 1", false: "1 = 0"}[n.Value], func(map[string]any) bool { return n.Value }}, nil
	case *ast.IdentifierNode:
		column, err := r.column(n, Flag)
		if err != nil {
			return truth{}, err
		}
		r.values[n.Value] = append(r.values[n.Value], true)
		return truth{"coalesce(" + column + ", false)", func(fact map[string]any) bool { return fact[n.Value] == true }}, nil
	case *ast.UnaryNode:
		if n.Operator != "not" && n.Operator != "!" {
			return truth{}, r.wrong(n, "%s makes no condition", n.Operator)
		}
		inner, err := r.truth(n.Node)
		return inner.opposite(), err
	case *ast.BinaryNode:
		return r.binary(n)
	default:
		return truth{}, r.wrong(node, "conditions compare columns with numbers and texts, and join comparisons with and, or, not; this is something else")
	}
}

func (t truth) opposite() truth {
	return truth{"not (" + t.sql + ")", func(fact map[string]any) bool { return !t.holds(fact) }}
}

func (r *conditionReader) binary(n *ast.BinaryNode) (truth, error) {
	switch n.Operator {
	case "and", "&&", "or", "||":
		left, err := r.truth(n.Left)
		if err != nil {
			return truth{}, err
		}
		right, err := r.truth(n.Right)
		if err != nil {
			return truth{}, err
		}
		if n.Operator == "and" || n.Operator == "&&" {
			return truth{"(" + left.sql + " and " + right.sql + ")", func(f map[string]any) bool { return left.holds(f) && right.holds(f) }}, nil
		}
		return truth{"(" + left.sql + " or " + right.sql + ")", func(f map[string]any) bool { return left.holds(f) || right.holds(f) }}, nil
	case "in":
		return r.among(n)
	case "==", "!=", "<", "<=", ">", ">=":
		return r.comparison(n)
	default:
		return truth{}, r.wrong(n, "%s is none of ==, !=, <, <=, >, >=, in, and, or, not", n.Operator)
	}
}

// turned is a comparison read from right to left.
var turned = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (r *conditionReader) comparison(n *ast.BinaryNode) (truth, error) {
	operator, left, right := n.Operator, n.Left, n.Right
	if _, named := left.(*ast.IdentifierNode); !named {
		operator, left, right = turned[operator], right, left
	}
	name, named := left.(*ast.IdentifierNode)
	if !named {
		return truth{}, r.wrong(n, "a comparison has a column on one side and a number or a text on the other")
	}
	value, literal, err := r.literal(right)
	if err != nil {
		return truth{}, err
	}
	column, err := r.column(name, kindOf(value))
	if err != nil {
		return truth{}, err
	}
	if _, isNumber := value.(decimal.Decimal); !isNumber && operator != "==" && operator != "!=" {
		return truth{}, r.wrong(n, "only numbers are more or less; texts and flags are == or !=")
	}
	r.values[name.Value] = append(r.values[name.Value], value)
	if operator == "!=" {
		return equal(column, literal, name.Value, value).opposite(), nil
	}
	if operator == "==" {
		return equal(column, literal, name.Value, value), nil
	}
	limit := value.(decimal.Decimal) // the kinds agree, and only numbers come here
	return truth{fmt.Sprintf("coalesce(%s %s %s, false)", column, operator, literal), func(fact map[string]any) bool {
		is, known := fact[name.Value].(decimal.Decimal)
		if !known {
			return false
		}
		side := is.Cmp(limit)
		return side < 0 && operator[0] == '<' || side > 0 && operator[0] == '>' || side == 0 && len(operator) == 2
	}}, nil
}

func equal(column, literal, name string, value any) truth {
	return truth{fmt.Sprintf("coalesce(%s = %s, false)", column, literal), func(fact map[string]any) bool { return same(fact[name], value) }}
}

func same(a, b any) bool {
	x, isNumber := a.(decimal.Decimal)
	y, alsoNumber := b.(decimal.Decimal)
	if isNumber && alsoNumber {
		return x.Equal(y)
	}
	return !isNumber && !alsoNumber && a == b
}

// among reads column in [value, ...].
func (r *conditionReader) among(n *ast.BinaryNode) (truth, error) {
	name, named := n.Left.(*ast.IdentifierNode)
	list, listed := n.Right.(*ast.ArrayNode)
	if !named || !listed || len(list.Nodes) == 0 {
		return truth{}, r.wrong(n, `in has a column before it and a list behind it, as in country in ["DE", "FR"]`)
	}
	var found truth
	for i, node := range list.Nodes {
		value, literal, err := r.literal(node)
		if err != nil {
			return truth{}, err
		}
		column, err := r.column(name, kindOf(value))
		if err != nil {
			return truth{}, err
		}
		r.values[name.Value] = append(r.values[name.Value], value)
		one := equal(column, literal, name.Value, value)
		if i == 0 {
			found = one
			continue
		}
		before := found
		found = truth{before.sql + " or " + one.sql, func(f map[string]any) bool { return before.holds(f) || one.holds(f) }}
	}
	found.sql = "(" + found.sql + ")"
	return found, nil
}

// literal reads a number, a text or a flag, and writes it as SQL.
func (r *conditionReader) literal(node ast.Node) (value any, sql string, err error) {
	switch n := node.(type) {
	case *ast.IntegerNode:
		return decimal.NewFromInt(int64(n.Value)), strconv.Itoa(n.Value), nil
	case *ast.FloatNode:
		d := decimal.NewFromFloat(n.Value)
		return d, d.String(), nil
	case *ast.BoolNode:
		return n.Value, strconv.FormatBool(n.Value), nil
	case *ast.StringNode:
		if strings.ContainsRune(n.Value, 0) {
			return nil, "", r.wrong(n, "a text holds no NUL")
		}
		return n.Value, "'" + strings.ReplaceAll(n.Value, "'", "''") + "'", nil
	case *ast.UnaryNode:
		value, sql, err := r.literal(n.Node)
		if number, ok := value.(decimal.Decimal); ok && n.Operator == "-" {
			return number.Neg(), "-" + sql, nil
		} else if err == nil {
			err = r.wrong(n, "%s stands before no number", n.Operator)
		}
		return nil, "", err
	default:
		return nil, "", r.wrong(node, `write a number as in 1000, a text as in "DE", or true and false here`)
	}
}

func kindOf(value any) FactKind {
	switch value.(type) {
	case decimal.Decimal:
		return Figure
	case bool:
		return Flag
	default:
		return Word
	}
}

// column is the SQL of a column of this kind.
func (r *conditionReader) column(n *ast.IdentifierNode, kind FactKind) (string, error) {
	i := slices.IndexFunc(CustomerFacts, func(f Fact) bool { return f.Name == n.Value })
	if i < 0 {
		names := make([]string, len(CustomerFacts))
		for i, f := range CustomerFacts {
			names[i] = f.Name
		}
		return "", r.wrong(n, "nothing called %s is known of a customer; %s", n.Value, suggest(n.Value, names))
	}
	if known := CustomerFacts[i].Kind; known != kind {
		return "", r.wrong(n, "%s is %s, and is used as %s here", n.Value, known, kind)
	}
	return "fact." + n.Value, nil
}

package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
	"github.com/shopspring/decimal"

	"arrears/config"
)

// formula is an expression over a record, compiled once a file. The record's columns are text, by bare name or as
// row["Header"]. Beside what the language brings:
//
//	dec(text)      a number in the source's formats, exact; + - * and comparisons work on it, floats do not exist
//	date(text)     a day in the source's formats, which compares and subtracts
//	addDays(d, n)  the day n days later
//
// A result that is text is read like a column of the file, in the source's formats: an expression may pass a column through.
// A result that is a number, a day or a truth needs no reading. Nil and blank text are empty.
type formula struct {
	text    string
	program *vm.Program
	bare    []string // columns by bare name
	keyed   []string // columns by row["name"]
	all     bool     // row is used in another way, and must be whole
	cells   []int    // of the bare names, then of the keyed ones
	header  []string // when all
}

func (f *formula) columns() []string { return append(slices.Clone(f.bare), f.keyed...) }

const rowName = "row"

// compile checks an expression and makes it ready to run. The columns are not looked for yet.
func compile(text string, formats *formats, where bool) (*formula, error) {
	f := &formula{text: text}
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, oneLine(err)
	}
	f.find(tree.Node)
	env := map[string]any{rowName: map[string]string{}}
	for _, name := range f.bare {
		env[name] = ""
	}
	options := append([]expr.Option{expr.Env(env), expr.DisableBuiltin("now"), expr.DisableBuiltin("float")}, functions(formats)...)
	if where {
		options = append(options, expr.AsBool())
	}
	if f.program, err = expr.Compile(text, options...); err != nil {
		return nil, oneLine(err)
	}
	return f, nil
}

// oneLine leaves the drawing of the expression out of a message.
func oneLine(err error) error {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(text)
}

// find notes which columns an expression reads.
func (f *formula) find(node ast.Node) {
	v := &columnVisitor{formula: f, known: map[ast.Node]bool{}, declared: map[string]bool{}}
	ast.Walk(&node, v)
	for n, name := range v.identifiers {
		switch {
		case v.known[n] || v.declared[name]:
		case name == rowName:
			f.all = true
		case !slices.Contains(f.bare, name):
			f.bare = append(f.bare, name)
		}
	}
	slices.Sort(f.bare)
}

// columnVisitor walks an expression from the leaves up: a name is seen before what it is part of.
type columnVisitor struct {
	formula     *formula
	identifiers map[ast.Node]string
	known       map[ast.Node]bool // names of functions, and row in row["name"]
	declared    map[string]bool   // by let
}

// Visit is called for every part of an expression.
func (v *columnVisitor) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		if v.identifiers == nil {
			v.identifiers = map[ast.Node]string{}
		}
		v.identifiers[n] = n.Value
	case *ast.CallNode:
		v.known[n.Callee] = true
	case *ast.VariableDeclaratorNode:
		v.declared[n.Name] = true
	case *ast.MemberNode:
		of, ok := n.Node.(*ast.IdentifierNode)
		key, literal := n.Property.(*ast.StringNode)
		if ok && literal && of.Value == rowName {
			v.known[of] = true
			if !slices.Contains(v.formula.keyed, key.Value) {
				v.formula.keyed = append(v.formula.keyed, key.Value)
			}
		}
	}
}

// machine runs formulas for one block of records at a time.
type machine struct {
	vm  vm.VM
	env map[string]any
	row map[string]string
}

func newMachine() *machine {
	row := map[string]string{}
	return &machine{env: map[string]any{rowName: row}, row: row}
}

// run gives the value of a formula for one record.
func (m *machine) run(f *formula, cells [][]byte) (any, error) {
	for i, name := range f.bare {
		m.env[name] = string(cells[f.cells[i]])
	}
	for i, name := range f.keyed {
		m.row[name] = string(cells[f.cells[len(f.bare)+i]])
	}
	if f.all {
		for i, name := range f.header {
			m.row[name] = string(cells[i])
		}
	}
	v, err := m.vm.Run(f.program, m.env)
	if err != nil {
		return nil, oneLine(err)
	}
	return v, nil
}

// text is a result in words, and whether these are in the source's formats or plain.
func resultText(v any) (text string, isPlain bool, err error) {
	switch v := v.(type) {
	case nil:
		return "", true, nil
	case string:
		return v, false, nil
	case decimal.Decimal:
		return v.String(), true, nil
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.Format(time.DateOnly), true, nil
		}
		return v.Format("2006-01-02 15:04:05.999999"), true, nil
	case bool, int, int64:
		return fmt.Sprint(v), true, nil
	case float64:
		return decimal.NewFromFloat(v).String(), true, nil // the digits of a literal
	default:
		return "", true, fmt.Errorf("the expression gives a %T, which no column can hold", v)
	}
}

// Problem is a mistake in an expression of a source, and the line of the configuration it is declared on.
type Problem struct {
	Line int
	Text string
}

// Check compiles every expression of a source without any file: what can be known to be wrong is.
func Check(source config.Source) []Problem {
	var problems []Problem
	formats := formatsOf(source.CSV)
	try := func(line int, name, text string, where bool) {
		if text == "" {
			return
		}
		if _, err := compile(text, &formats, where); err != nil {
			problems = append(problems, Problem{line, fmt.Sprintf("%s: expression %q: %v", name, text, err)})
		}
	}
	for _, m := range source.Maps {
		try(m.Line, m.Dataset+".where", m.Where, true)
		dataset, _ := config.DatasetNamed(m.Dataset)
		for _, field := range dataset.Fields {
			column := m.Columns[field.Name]
			try(column.Line, m.Dataset+"."+field.Name, column.Expr, false)
			if column.Value == nil {
				continue
			}
			if err := checkConstant(field, *column.Value); err != nil {
				problems = append(problems, Problem{column.Line, fmt.Sprintf("%s.%s: %v", m.Dataset, field.Name, err)})
			}
		}
	}
	return problems
}

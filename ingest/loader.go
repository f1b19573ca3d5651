package ingest

import (
	"bytes"
	"fmt"
	"math/big"
	"math/bits"
	"slices"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/parquet"

	"arrears/config"
)

// loader turns records into rows, or into quarantine. A record lands in every dataset whose map selects it, or in none.
type loader struct {
	plan    *plan
	tables  []*table
	rejects *table
	machine *machine
	faults  []fault
	tally   tally
}

// tally counts what became of records.
type tally struct {
	landed, rejected, nonData int64
	trailers                  []string          // records with the sender's control totals
	faults                    map[string]int64  // rejected records by the column at fault
	patterns                  []int64           // records that each of the source's patterns took
	sums                      []map[string]*sum // by dataset and currency
}

// fault is one thing that is wrong with a record.
type fault struct {
	line   int64
	column string
	value  string
	reason string
}

func newLoader(p *plan, job job) *loader {
	l := &loader{plan: p, rejects: newQuarantine(job), machine: newMachine()}
	for i := range p.datasets {
		l.tables = append(l.tables, p.table(job.Source, i, job.Batch))
	}
	l.reset()
	return l
}

// files are the tables in the order of an output: the datasets, then the quarantine.
func (l *loader) files() []*table { return slices.Concat(l.tables, []*table{l.rejects}) }

func (l *loader) reset() {
	for _, t := range l.files() {
		t.reset()
	}
	l.tally = tally{faults: map[string]int64{}, patterns: make([]int64, len(l.plan.nonData)), sums: make([]map[string]*sum, len(l.tables))}
	for i := range l.tally.sums {
		l.tally.sums[i] = map[string]*sum{}
	}
}

// record takes one record in. text is how it was received, nil where it was no text.
func (l *loader) record(cells [][]byte, line int64, text []byte) {
	l.faults = l.faults[:0]
	selected := false
	for i := range l.plan.maps {
		m := &l.plan.maps[i]
		if m.where != nil && !l.selects(m, cells) {
			continue
		}
		selected = true
		t := l.tables[m.dataset]
		for j := range m.bindings {
			l.bind(t, &m.bindings[j], cells)
		}
		number := &t.columns[len(t.columns)-1]
		number.ints = append(number.ints, line)
		t.rows++
	}
	switch {
	case len(l.faults) > 0 && text == nil:
		l.reject(line, l.plan.describe(cells))
	case len(l.faults) > 0:
		l.reject(line, text)
	case !selected:
		l.tally.nonData++
	default:
		l.tally.landed++
	}
}

func (l *loader) selects(m *mapping, cells [][]byte) bool {
	v, err := l.machine.run(m.where, cells)
	if err != nil {
		l.fault(m.name+".where", nil, err)
		return false
	}
	return v.(bool)
}

// bind fills one column of the row in work.
func (l *loader) bind(t *table, b *binding, cells [][]byte) {
	c := &t.columns[b.column]
	formats := &l.plan.formats
	var value []byte
	switch {
	case b.cell >= 0:
		value = cells[b.cell]
	case b.value != nil:
		value, formats = []byte(*b.value), &plain
	case b.formula != nil:
		var err error
		if value, formats, err = l.evaluate(b.formula, cells); err != nil {
			l.fault(b.name, nil, err)
			return
		}
	}
	text := value
	if c.kind != config.Text || len(value) > 0 && value[0] <= ' ' {
		text = trim(value)
	}
	if len(text) == 0 || c.kind == config.Text && len(trim(text)) == 0 {
		l.bindEmpty(c, b, value)
		return
	}
	if c.kind == config.Text {
		text = value
	}
	if err := c.read(formats, text); err != nil {
		l.fault(b.name, value, err)
	}
}

func (l *loader) evaluate(f *formula, cells [][]byte) ([]byte, *formats, error) {
	v, err := l.machine.run(f, cells)
	if err != nil {
		return nil, nil, err
	}
	text, isPlain, err := resultText(v)
	if isPlain {
		return []byte(text), &plain, err
	}
	return []byte(text), &l.plan.formats, err
}

func (l *loader) bindEmpty(c *column, b *binding, value []byte) {
	switch {
	case b.unknown:
		c.texts = append(c.texts, unknownCustomer)
	case c.required:
		l.fault(b.name, value, errRequired)
	default:
		c.empty()
	}
}

var unknownCustomer = parquet.ByteArray(config.UnknownCustomer)

func (l *loader) fault(column string, value []byte, err error) {
	f := fault{column: column, value: cut(value, maxValue), reason: reasonOf(err)}
	if !slices.Contains(l.faults, f) { // a column that feeds two datasets is wrong once
		l.faults = append(l.faults, f)
	}
}

// reject takes the record's rows off again and writes down what was wrong.
func (l *loader) reject(line int64, text []byte) {
	for _, t := range l.tables {
		if n := l.before(t, line); n < t.rows {
			t.keep(n)
		}
	}
	l.quarantine(line, text)
}

// before is how many rows a table had before the record on a line.
func (l *loader) before(t *table, line int64) int {
	lines := t.columns[len(t.columns)-1].ints
	n := t.rows
	for n > 0 && lines[n-1] == line {
		n--
	}
	return n
}

// refuse rejects a record that could not be taken apart.
func (l *loader) refuse(f fault, line int64, text []byte) {
	l.faults = append(l.faults[:0], f)
	l.quarantine(line, text)
}

// sum is a total of amounts that cannot overflow.
type sum struct{ high, low uint64 }

func (s *sum) add(v int64) {
	var carry uint64
	s.low, carry = bits.Add64(s.low, uint64(v), 0)
	s.high, _ = bits.Add64(s.high, uint64(v>>63), carry)
}

func (s *sum) merge(o *sum) {
	var carry uint64
	s.low, carry = bits.Add64(s.low, o.low, 0)
	s.high, _ = bits.Add64(s.high, o.high, carry)
}

// big is the total in thousandths.
func (s *sum) big() *big.Int {
	v := new(big.Int).Lsh(big.NewInt(int64(s.high)), 64)
	return v.Add(v, new(big.Int).SetUint64(s.low))
}

// total adds up the amounts of the rows that stayed, by currency.
func (l *loader) total() {
	for i, t := range l.tables {
		amounts, currencies := t.column("amount"), t.column("currency")
		if amounts == nil || amounts.kind != config.Amount || t.rows == 0 || amounts.values() == 0 {
			continue
		}
		l.totalOf(i, t, amounts, currencies)
	}
}

func (l *loader) totalOf(dataset int, t *table, amounts, currencies *column) {
	sums := l.tally.sums[dataset]
	var current *sum
	var last []byte
	value := 0
	for row := range t.rows {
		if !amounts.constant && len(amounts.levels) > 0 && amounts.levels[row] == 0 {
			continue // the row says no amount
		}
		var currency []byte
		if currencies != nil {
			currency = currencies.texts[min(row, len(currencies.texts)-1)] // one for all rows when it is constant
		}
		if current == nil || !bytes.Equal(currency, last) {
			if current = sums[string(currency)]; current == nil {
				current = &sum{}
				sums[string(currency)] = current
			}
			last = currency
		}
		current.add(amounts.ints[min(value, len(amounts.ints)-1)])
		value++
	}
}

func (t *table) column(name string) *column {
	for i := range t.columns {
		if t.columns[i].name == name {
			return &t.columns[i]
		}
	}
	return nil
}

// cut shortens a text for people to at most n bytes.
func cut(b []byte, n int) string {
	if len(b) > n {
		b = b[:n]
		for len(b) > 0 && !utf8.RuneStart(b[len(b)-1]) {
			b = b[:len(b)-1]
		}
		if len(b) > 0 && b[len(b)-1] >= utf8.RuneSelf {
			b = b[:len(b)-1]
		}
	}
	return string(bytes.ToValidUTF8(b, []byte("\ufffd")))
}

func reasonOf(err error) string { return fmt.Sprint(err) }

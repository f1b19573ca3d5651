package ingest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"arrears/config"
)

// plan is how the records of one file become rows: a source's maps, with every name found in the file's header. It does not
// change once it is made, and all blocks share it.
type plan struct {
	header   []string
	formats  formats
	datasets []config.Dataset // that the maps feed, each once
	maps     []mapping
	nonData  nonData
	trailer  int             // which of these finds the sender's control totals; -1 for none
	read     map[int]bool    // columns of the file that some map reads
	unused   []string        // columns of the file that none does
	unseen   map[string]bool // columns of the header that the file turned out not to have
	notes    []string
}

// mapping is one map of the source.
type mapping struct {
	dataset  int // index among the datasets of the plan
	where    *formula
	bindings []binding // in the order of the dataset's columns; constants and columns left empty may be missing
	name     string
}

// binding says where one canonical column comes from.
type binding struct {
	column  int // of the dataset
	field   config.Field
	name    string // as people know it: the header, or dataset.column
	cell    int    // index in the record; -1 for none
	value   *string
	formula *formula
	unknown bool // an empty customer is config.UnknownCustomer
}

// refusal is why a whole file is not taken in.
type refusal struct {
	line   int64
	column string
	reason string
}

func (r refusal) Error() string {
	if r.line == 0 {
		return r.reason
	}
	return fmt.Sprintf("line %d: %s", r.line, r.reason)
}

// planFor matches a source to the header of a file, by name.
func planFor(source config.Source, header []string, line int64) (*plan, error) {
	p := &plan{header: header, formats: formatsOf(source.CSV)}
	switch {
	case typed(source.Format):
		p.formats = plain
	case source.Format == "xlsx":
		p.formats.sheet = true
	}
	patterns := source.NonData
	if p.trailer = -1; source.Manifest.Trailer != "" {
		p.trailer = len(patterns)
		patterns = append(slices.Clone(patterns), source.Manifest.Trailer)
	}
	var err error
	if p.nonData, err = nonDataOf(patterns); err != nil {
		return nil, err
	}
	names, err := headerNames(header, line)
	if err != nil {
		return nil, err
	}
	p.read = map[int]bool{}
	b := binder{plan: p, names: names, line: line, used: p.read}
	for _, m := range source.Maps {
		if err := b.add(m); err != nil {
			return nil, err
		}
	}
	p.noteUnused(b.used)
	for i := range p.maps {
		p.maps[i].bindings = p.alone(p.maps[i])
	}
	return p, nil
}

// headerNames finds each column by name. Columns without one can not be asked for, and may be many.
func headerNames(header []string, line int64) (map[string]int, error) {
	names := make(map[string]int, len(header))
	for i, name := range header {
		if at, again := names[name]; again && name != "" {
			return nil, refusal{line, name, fmt.Sprintf("column %q stands twice in the header, as column %d and %d; have one of them renamed or left out",
				name, at+1, i+1)}
		}
		names[name] = i
	}
	delete(names, "")
	if len(names) == 0 {
		return nil, refusal{line, "", "the header is empty; csv.header says which line it is on"}
	}
	return names, nil
}

// binder makes the mappings of a plan.
type binder struct {
	plan  *plan
	names map[string]int
	line  int64
	used  map[int]bool // columns of the file that some map reads
}

func (b *binder) add(m config.Map) error {
	dataset, ok := config.DatasetNamed(m.Dataset)
	if !ok {
		return refusal{reason: fmt.Sprintf("there is no dataset %q", m.Dataset)}
	}
	made := mapping{dataset: b.dataset(dataset), name: dataset.Name}
	if m.Where != "" {
		where, err := b.formula(m.Where, true)
		if err != nil {
			return b.inMap(err, dataset.Name+".where")
		}
		made.where = where
	}
	for i, field := range dataset.Fields {
		bound, err := b.bind(m, dataset, field)
		if err != nil {
			return b.inMap(err, dataset.Name+"."+field.Name)
		}
		bound.column = i
		made.bindings = append(made.bindings, bound)
	}
	b.plan.maps = append(b.plan.maps, made)
	return nil
}

func (b *binder) inMap(err error, name string) error {
	var refused refusal
	if errors.As(err, &refused) {
		return refused
	}
	return refusal{reason: fmt.Sprintf("%s: %v", name, err)}
}

func (b *binder) dataset(d config.Dataset) int {
	for i, have := range b.plan.datasets {
		if have.Name == d.Name {
			return i
		}
	}
	b.plan.datasets = append(b.plan.datasets, d)
	return len(b.plan.datasets) - 1
}

// bind finds where a canonical column comes from. A column that the map names must be in the file; one that the map
// takes by its own name may be missing if it is optional.
func (b *binder) bind(m config.Map, dataset config.Dataset, field config.Field) (binding, error) {
	bound := binding{field: field, cell: -1, name: dataset.Name + "." + field.Name}
	bound.unknown = field.Name == "customer_id" && field.Required && !slices.Contains(dataset.Key, field.Name)
	column, mapped := m.Columns[field.Name]
	switch {
	case !mapped && m.Canonical:
		if at, ok := b.names[field.Name]; ok {
			b.take(&bound, at)
			return bound, nil
		}
		if field.Required {
			return bound, b.missing(field.Name)
		}
	case !mapped && field.Required:
		return bound, fmt.Errorf("the map says nothing about this column, which every row needs")
	case !mapped:
	case column.Value != nil:
		bound.value = column.Value
		return bound, checkConstant(field, *column.Value)
	case column.Expr != "":
		var err error
		bound.formula, err = b.formula(column.Expr, false)
		return bound, err
	default:
		at, ok := b.names[strings.TrimSpace(column.From)]
		if !ok {
			return bound, b.missing(column.From)
		}
		b.take(&bound, at)
	}
	return bound, nil
}

func (b *binder) take(bound *binding, at int) {
	bound.cell, bound.name = at, b.plan.header[at]
	b.used[at] = true
}

// missing says that the file lacks a column, and which one may have been meant.
func (b *binder) missing(name string) error {
	for _, there := range slices.Sorted(maps.Keys(b.names)) {
		if strings.EqualFold(squeeze(there), squeeze(name)) {
			return refusal{b.line, name, fmt.Sprintf("column %q is missing; the header has %q, and names must be the same to the letter", name, there)}
		}
	}
	return refusal{b.line, name, fmt.Sprintf("column %q is missing; the header has %s", name, listed(b.plan.header))}
}

// squeeze leaves of a name what two spellings of it have in common.
func squeeze(name string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "", ".", "").Replace(name)
}

func listed(header []string) string {
	const most = 20
	names := header[:min(len(header), most)]
	text := strings.Join(names, ", ")
	if len(header) > most {
		text += fmt.Sprintf(" and %d more", len(header)-most)
	}
	return text
}

func checkConstant(field config.Field, value string) error {
	c := column{kind: field.Kind, required: true}
	text := []byte(value)
	if field.Kind != config.Text {
		text = trim(text)
	}
	if len(trim(text)) == 0 {
		if field.Required {
			return errors.New("every row needs a value, and this one is empty")
		}
		return nil
	}
	if err := c.read(&plain, text); err != nil {
		return fmt.Errorf("value %q: %w", value, err)
	}
	return nil
}

func (b *binder) formula(text string, where bool) (*formula, error) {
	f, err := compile(text, &b.plan.formats, where)
	if err != nil {
		return nil, err
	}
	for _, name := range f.columns() {
		at, ok := b.names[name]
		if !ok {
			return nil, b.missing(name)
		}
		f.cells = append(f.cells, at)
		b.used[at] = true
	}
	if f.all {
		for _, at := range b.names {
			b.used[at] = true
		}
		f.header = b.plan.header
	}
	return f, nil
}

// columns are those of the file, where it says so; of JSON, those that some record had.
func (p *plan) columns() []string {
	names := slices.DeleteFunc(slices.Clone(p.header), func(name string) bool { return name == "" || p.unseen[name] })
	for _, name := range p.unused {
		if !slices.Contains(p.header, name) {
			names = append(names, name)
		}
	}
	return names
}

// noteUnused reports columns that no map knows.
func (p *plan) noteUnused(used map[int]bool) {
	var names []string
	for i, name := range p.header {
		if !used[i] && name != "" {
			names = append(names, name)
		}
	}
	p.unused = names
	if len(names) > 0 {
		p.notes = append(p.notes, "columns that no map reads: "+listed(names))
	}
}

// alone leaves out what is the same in every row, when the dataset's rows come from this map only.
func (p *plan) alone(m mapping) []binding {
	if p.feeds(m.dataset) > 1 {
		return m.bindings
	}
	return slices.DeleteFunc(slices.Clone(m.bindings), func(b binding) bool { return b.cell < 0 && b.formula == nil })
}

func (p *plan) feeds(dataset int) int {
	n := 0
	for _, m := range p.maps {
		if m.dataset == dataset {
			n++
		}
	}
	return n
}

// table makes an empty table of a dataset, with the values that all its rows share.
func (p *plan) table(source config.Source, dataset int, batch string) *table {
	t := newTable(p.datasets[dataset], batch)
	if p.feeds(dataset) > 1 {
		return t
	}
	for _, m := range source.Maps {
		if m.Dataset != p.datasets[dataset].Name {
			continue
		}
		for i, field := range p.datasets[dataset].Fields {
			if value := m.Columns[field.Name].Value; value != nil {
				t.columns[i].set(*value)
			}
		}
	}
	return t
}

// Fits says what keeps an answer with these columns from becoming rows under a source's maps.
func Fits(source config.Source, header []string) error {
	_, err := planFor(source, header, 0)
	return err
}

// Package transform turns batches into marts: it finds the models, orders them by what they read, builds them beside what is
// published, checks the result and publishes it whole or not at all.
package transform

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"arrears/warehouse"
)

// paramTable is the one row that says what today is. What reads it, directly or through others, depends on the as-of date.
const paramTable = "raw.run_param"

// A Model is one SELECT and the table it fills.
type Model struct {
	Name    string   // schema.table, from folder and file
	SQL     string   // the statement as it runs
	Reads   []string // schema.table of what it reads, by the engine's parser
	Hash    string   // SHA-256 of the text
	Dated   bool     // depends on the as-of date
	comment map[string]string
}

// Schema is the model's schema: stg, core or mart.
func (m Model) Schema() string { return m.Name[:strings.IndexByte(m.Name, '.')] }

// Title is the first sentence of the model's header.
func (m Model) Title() string { return m.comment["title"] }

// Note is one of the named lines of the model's header: grain, formula, source, unit, severity.
func (m Model) Note(name string) string { return m.comment[name] }

// Models are the models of one tree, ordered so that each comes after what it reads.
type Models []Model

// Find reads every model below root, which has a folder a schema and a file a table.
func Find(ctx context.Context, root fs.FS, engine *warehouse.Duck) (Models, error) {
	files, err := fs.Glob(root, "*/*.sql")
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, file := range files {
		text, err := fs.ReadFile(root, file)
		if err != nil {
			return nil, err
		}
		texts[table(file)] = string(text)
	}
	return arrange(ctx, texts, engine)
}

// table is the table that the model in a file makes.
func table(file string) string {
	return path.Dir(file) + "." + strings.TrimSuffix(path.Base(file), ".sql")
}

// arrange orders the models with these texts.
func arrange(ctx context.Context, texts map[string]string, engine *warehouse.Duck) (Models, error) {
	models := make(Models, 0, len(texts))
	for name, text := range texts {
		m, err := parse(ctx, name, text, engine)
		if err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	return models.order()
}

func parse(ctx context.Context, name, text string, engine *warehouse.Duck) (Model, error) {
	sum := sha256.Sum256([]byte(text))
	m := Model{Name: name, SQL: text, Hash: hex.EncodeToString(sum[:]), comment: header(text)}
	if reads, ok := parsed.Load(m.Hash); ok {
		m.Reads = slices.Clone(reads.([]string))
		return m, nil
	}
	var err error
	if m.Reads, err = engine.Reads(ctx, text); err != nil {
		return Model{}, fmt.Errorf("model %s: %w", name, err)
	}
	parsed.Store(m.Hash, slices.Clone(m.Reads))
	return m, nil
}

// parsed holds what each text reads, by its hash: that follows from the text alone, and the engine takes a third of a second for all of
// them, which every refresh and every figure of another date would wait for.
var parsed sync.Map

// header reads the comment at the top: the title, then "name: text" lines whose text may run over several lines.
func header(text string) map[string]string {
	notes, name := map[string]string{}, "title"
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "--")
		if !ok {
			break
		}
		rest = strings.TrimPrefix(rest, " ")
		if key, value, found := strings.Cut(rest, ":"); found && key != "" && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz") == "" {
			name, rest = key, value
		}
		notes[name] = strings.TrimSpace(notes[name] + " " + strings.TrimSpace(rest))
	}
	return notes
}

// order sorts models after what they read, by name where that leaves a choice, and marks what depends on the date.
func (models Models) order() (Models, error) {
	byName := map[string]Model{}
	for _, m := range models {
		byName[m.Name] = m
	}
	var sorted Models
	state := map[string]int{} // 1 being visited, 2 done
	dated := map[string]bool{paramTable: true}
	var visit func(name string, trail []string) error
	visit = func(name string, trail []string) error {
		m, known := byName[name]
		if !known || state[name] == 2 {
			return nil
		}
		if trail = append(trail, name); state[name] == 1 {
			return fmt.Errorf("models read each other in a circle: %s", strings.Join(trail, " -> "))
		}
		state[name] = 1
		for _, read := range m.Reads {
			read = origin(read)
			if _, made := byName[read]; !made && !strings.HasPrefix(read, "raw.") {
				return fmt.Errorf("model %s reads %s, which no model makes", name, read)
			}
			if err := visit(read, trail); err != nil {
				return err
			}
			m.Dated = m.Dated || dated[read]
		}
		dated[name] = m.Dated
		state[name] = 2
		sorted = append(sorted, m)
		return nil
	}
	names := make([]string, 0, len(byName))
	for name := range byName {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := visit(name, nil); err != nil {
			return nil, err
		}
	}
	return sorted, nil
}

// Needed are the models that the named tables rest on, themselves included, still in order.
func (models Models) Needed(tables ...string) Models {
	wanted := map[string]bool{}
	for _, t := range tables {
		wanted[origin(t)] = true
	}
	var needed Models
	for _, m := range slices.Backward(models) {
		if wanted[m.Name] {
			needed = append(needed, m)
			for _, read := range m.Reads {
				wanted[origin(read)] = true
			}
		}
	}
	slices.Reverse(needed)
	return needed
}

// Named finds a model by its table.
func (models Models) Named(name string) (Model, bool) {
	i := slices.IndexFunc(models, func(m Model) bool { return m.Name == name })
	if i < 0 {
		return Model{}, false
	}
	return models[i], true
}

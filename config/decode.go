package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// decoder fills a configuration from its YAML tree and goes on after a mistake. The decoder of the YAML package also lists
// several, but knows neither the place of a value nor the key that was meant, and its lines are gone once it is done.
type decoder struct {
	file     string
	lines    map[string]int // path -> line
	mistakes Mistakes
}

// mistake notes what is wrong at a place. What is found there later mostly follows from it.
func (d *decoder) mistake(path, text string, args ...any) {
	if slices.ContainsFunc(d.mistakes, func(m Mistake) bool { return m.Path == path }) {
		return
	}
	d.mistakes = append(d.mistakes, Mistake{d.file, d.line(path), path, fmt.Sprintf(text, args...)})
}

// line finds where a path is written. What is not written is missing from the nearest part around it that is.
func (d *decoder) line(path string) int {
	for path != "" {
		if line, ok := d.lines[path]; ok {
			return line
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return 1
}

// decode reads a node into a value. The types decide how deep it goes, so an alias that contains itself ends too.
func (d *decoder) decode(path string, node *yaml.Node, value reflect.Value) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if _, ok := d.lines[path]; !ok {
		d.lines[path] = node.Line
	}
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		return
	}
	if value.Kind() == reflect.Pointer {
		value.Set(reflect.New(value.Type().Elem()))
		if made, ok := value.Interface().(interface{ setDefaults() }); ok {
			made.setDefaults()
		}
		value = value.Elem()
	}
	switch value.Kind() {
	case reflect.Struct:
		d.decodeStruct(path, node, value)
	case reflect.Slice:
		d.decodeList(path, node, value)
	case reflect.Map:
		d.decodeMap(path, node, value)
	default:
		d.decodeScalar(path, node, value)
	}
}

func (d *decoder) decodeStruct(path string, node *yaml.Node, value reflect.Value) {
	if line := value.FieldByName("Line"); line.IsValid() {
		line.SetInt(int64(node.Line))
	}
	if column, ok := value.Addr().Interface().(*Column); ok && node.Kind == yaml.ScalarNode {
		column.From = node.Value
		return
	}
	fields, known := keys(value)
	for _, pair := range d.pairs(path, node) {
		d.lines[pair.path] = pair.line
		if field, ok := fields[pair.key]; ok {
			d.decode(pair.path, pair.node, field)
			continue
		}
		d.mistake(pair.path, "there is no such key; %s", suggest(pair.key, known))
	}
}

func (d *decoder) decodeList(path string, node *yaml.Node, value reflect.Value) {
	if node.Kind != yaml.SequenceNode {
		d.mistake(path, "is a list: write each entry on a line of its own that begins with \"- \"")
		return
	}
	value.SetZero() // what is written takes the place of the default, and is not added to it
	for i, entry := range node.Content {
		element := reflect.New(value.Type().Elem())
		if entry, ok := element.Interface().(interface{ setDefaults() }); ok {
			entry.setDefaults()
		}
		d.decode(fmt.Sprintf("%s[%d]", path, i), entry, element.Elem())
		value.Set(reflect.Append(value, element.Elem()))
	}
}

func (d *decoder) decodeMap(path string, node *yaml.Node, value reflect.Value) {
	value.Set(reflect.MakeMap(value.Type()))
	for _, pair := range d.pairs(path, node) {
		element := reflect.New(value.Type().Elem()).Elem()
		d.lines[pair.path] = pair.line
		d.decode(pair.path, pair.node, element)
		value.SetMapIndex(reflect.ValueOf(pair.key), element)
	}
}

func (d *decoder) decodeScalar(path string, node *yaml.Node, value reflect.Value) {
	if node.Kind != yaml.ScalarNode {
		d.mistake(path, "is %s, not a list or a block of keys", wanted(value.Type()))
		return
	}
	if value.Kind() == reflect.String {
		value.SetString(node.Value) // as written: 007 stays 007
		return
	}
	if err := node.Decode(value.Addr().Interface()); err != nil {
		d.mistake(path, "is %s, not %q", wanted(value.Type()), node.Value)
	}
}

// pair is one key of a block and what stands under it.
type pair struct {
	key, path string
	line      int
	node      *yaml.Node
}

func (d *decoder) pairs(path string, node *yaml.Node) []pair {
	if node.Kind != yaml.MappingNode {
		d.mistake(path, "is a block of keys, each on a line of its own as in \"key: value\"")
		return nil
	}
	var pairs []pair
	first := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		p := pair{key.Value, strings.TrimPrefix(path+"."+key.Value, "."), key.Line, node.Content[i+1]}
		if line, ok := first[p.key]; ok {
			d.mistakes = append(d.mistakes, Mistake{d.file, p.line, p.path, fmt.Sprintf("is written twice, first on line %d", line)})
			continue
		}
		first[p.key] = p.line
		pairs = append(pairs, p)
	}
	return pairs
}

// keys are the fields of a struct by the names they have in YAML, and these names in order.
func keys(value reflect.Value) (fields map[string]reflect.Value, known []string) {
	fields = map[string]reflect.Value{}
	for i := range value.NumField() {
		if name := value.Type().Field(i).Tag.Get("yaml"); name != "-" {
			fields[name] = value.Field(i)
			known = append(known, name)
		}
	}
	return fields, known
}

func wanted(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return `a duration as in "90s" or "10m"`
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.String:
		return "a text"
	default:
		return "a whole number"
	}
}

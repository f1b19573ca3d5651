package disputes

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"arrears/config"
)

// largestModel bounds the text of a model, which an event holds.
const largestModel = 256 << 10

// Parse reads a model and checks it. The error is a [*config.Mistakes] with every mistake and its line.
func Parse(file string, text []byte) (Model, error) {
	m := Model{Text: string(text), Digest: digestOf(text)}
	c := checker{file: file, lines: map[string]int{}, model: &m}
	if len(text) > largestModel {
		c.wrong("", "the text is longer than %d KB", largestModel>>10)
		return Model{}, c.err()
	}
	var tree yaml.Node
	if err := yaml.Unmarshal(text, &tree); err != nil {
		c.syntax(err)
		return Model{}, c.err()
	}
	c.locate("", &tree, 0)
	decode := yaml.NewDecoder(bytes.NewReader(text))
	decode.KnownFields(true)
	if err := decode.Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		c.syntax(err)
		return Model{}, c.err()
	}
	c.check()
	if err := c.err(); err != nil {
		return Model{}, err
	}
	return m, nil
}

// A checker notes what a model says that cannot be meant.
type checker struct {
	file     string
	lines    map[string]int // place in the text -> line
	model    *Model
	mistakes config.Mistakes
}

func (c *checker) err() error {
	if len(c.mistakes) == 0 {
		return nil
	}
	slices.SortStableFunc(c.mistakes, func(a, b config.Mistake) int { return cmp.Compare(a.Line, b.Line) })
	return &c.mistakes
}

func (c *checker) wrong(path, text string, args ...any) {
	line := c.lines[path]
	for at := path; line == 0 && at != ""; line = c.lines[at] {
		at = at[:max(0, strings.LastIndexAny(at, ".["))]
	}
	c.mistakes = append(c.mistakes, config.Mistake{File: c.file, Line: max(line, 1), Path: path, Text: fmt.Sprintf(text, args...)})
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// syntax takes over what the YAML package found, one mistake a line.
func (c *checker) syntax(err error) {
	texts := []string{err.Error()}
	if several := (*yaml.TypeError)(nil); errors.As(err, &several) {
		texts = several.Errors
	}
	for _, text := range texts {
		line := 1
		if found := yamlLine.FindStringSubmatch(text); found != nil {
			line, _ = strconv.Atoi(found[1])
			text = found[2]
		}
		c.mistakes = append(c.mistakes, config.Mistake{File: c.file, Line: line, Text: text})
	}
}

// deepest bounds how far the search for lines goes, where an alias contains itself.
const deepest = 8

// locate notes where each part of the text begins.
func (c *checker) locate(path string, n *yaml.Node, depth int) {
	if _, ok := c.lines[path]; !ok {
		c.lines[path] = n.Line
	}
	if depth > deepest {
		return
	}
	switch n.Kind {
	case yaml.DocumentNode:
		for _, part := range n.Content {
			c.locate(path, part, depth+1)
		}
	case yaml.SequenceNode:
		for i, part := range n.Content {
			c.locate(fmt.Sprintf("%s[%d]", path, i), part, depth+1)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if path != "" {
				key = path + "." + key
			}
			c.lines[key] = n.Content[i].Line
			c.locate(key, n.Content[i+1], depth+1)
		}
	}
}

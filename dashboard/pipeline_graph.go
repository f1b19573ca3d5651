package dashboard

import (
	"fmt"
	"slices"
	"strings"
)

// modelGraph is a drawing of which model reads which: a column a layer, from left to right.
type modelGraph struct {
	Width, Height int
	Layers        []graphLabel
	Nodes         []graphNode
	Lines         []graphLine
}

type graphLabel struct {
	X    int
	Name string
}

type graphNode struct {
	X, Y           int
	Name, Short    string
	Reads, Readers string
	Rows           int64
	Seconds        string
}

type graphLine struct {
	From, To       string
	X1, Y1, X2, Y2 int
}

const (
	graphColumn = 250 // between columns
	graphRow    = 16
	graphTop    = 30
	graphText   = 190 // of a name at most
)

// layers are the schemas in the order in which data goes through them.
var layers = []string{"raw", "stg", "core", "mart"}

// graphOf places the models. What is read and not built, the landed rows, stands first.
func graphOf(models []ModelState) modelGraph {
	if len(models) == 0 {
		return modelGraph{}
	}
	byName, readers := map[string]ModelState{}, map[string][]string{}
	for _, m := range models {
		byName[m.Name] = m
		for _, read := range m.Reads {
			readers[read] = append(readers[read], m.Name)
			if _, known := byName[read]; !known {
				byName[read] = ModelState{Name: read}
			}
		}
	}
	var g modelGraph
	at, rows := map[string][2]int{}, map[string]int{}
	for i, layer := range layers {
		g.Layers = append(g.Layers, graphLabel{10 + i*graphColumn, layer})
	}
	names := make([]string, 0, len(byName))
	for name := range byName {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		layer, short, _ := strings.Cut(name, ".")
		column := slices.Index(layers, layer)
		if column < 0 {
			continue
		}
		m, x, y := byName[name], 10+column*graphColumn, graphTop+rows[layer]*graphRow
		rows[layer]++
		at[name] = [2]int{x, y}
		g.Nodes = append(g.Nodes, graphNode{X: x, Y: y, Name: name, Short: short, Reads: strings.Join(m.Reads, ", "), Readers: strings.Join(readers[name], ", "),
			Rows: m.Rows, Seconds: fmt.Sprintf("%.3f", m.Seconds)})
		g.Height = max(g.Height, y+graphRow)
	}
	for _, n := range g.Nodes {
		for _, read := range byName[n.Name].Reads {
			if from, there := at[read]; there {
				g.Lines = append(g.Lines, graphLine{read, n.Name, from[0] + graphText, from[1] - 4, n.X - 4, n.Y - 4})
			}
		}
	}
	g.Width = len(layers) * graphColumn
	return g
}

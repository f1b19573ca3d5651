package dashboard

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/shopspring/decimal"
)

// A chart is an ECharts option and what our script needs to write its figures. A colour that begins with -- names a
// variable of the style sheet, so that one option serves light, dark and paper.
type chart struct {
	option map[string]any
	Kinds  []string `json:"kinds"`           // of each series
	Links  []string `json:"links,omitempty"` // where a click on a category leads
	Money  string   `json:"money"`
	Digits int32    `json:"digits"`
}

// rect is what bar and line charts of go-echarts have in common.
type rect interface {
	Validate()
	JSON() map[string]any
}

// newChart takes the finished builder. Its Render is never used: it would let a name end the script it stands in.
func newChart(r reading, built rect, kinds ...kind) *chart {
	built.Validate()
	c := &chart{option: built.JSON(), Money: r.money, Digits: decimalsOf(r.money)}
	for _, k := range kinds {
		c.Kinds = append(c.Kinds, k.String())
	}
	return c
}

// MarshalJSON writes the option with our part of it beside.
func (c *chart) MarshalJSON() ([]byte, error) {
	type ours chart
	return json.Marshal(map[string]any{"option": c.option, "arrears": (*ours)(c)})
}

// describe is what a screen reader says instead of the picture, and the tooltip.
func describe(label, trigger string) []charts.GlobalOpts {
	return []charts.GlobalOpts{
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: trigger}),
		charts.WithAriaOpts(&opts.Aria{
			Enabled: opts.Bool(true), Label: &opts.AriaLabel{Enabled: opts.Bool(true), Description: label},
		}),
	}
}

// below names what the categories of a chart are, where they do not say so themselves.
func below(name string) charts.GlobalOpts {
	return charts.WithXAxisOpts(opts.XAxis{Name: name})
}

// point is one value of a chart. Pixels need no exactness, so here alone money becomes a float.
func point(v decimal.NullDecimal) any {
	if !v.Valid {
		return nil
	}
	return v.Decimal.InexactFloat64()
}

func bars(values []decimal.NullDecimal) []opts.BarData {
	data := make([]opts.BarData, len(values))
	for i, v := range values {
		data[i] = opts.BarData{Value: point(v)}
	}
	return data
}

func dots(values []decimal.NullDecimal) []opts.LineData {
	data := make([]opts.LineData, len(values))
	for i, v := range values {
		data[i] = opts.LineData{Value: point(v)}
	}
	return data
}

// line is the look of one line of a chart.
func line(color, dash string, width float32) []charts.SeriesOpts {
	return []charts.SeriesOpts{
		charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(false), Symbol: "circle"}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: color, Type: dash, Width: width}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: color}),
	}
}

func monthNames(ends []time.Time) []string {
	names := make([]string, len(ends))
	for i, end := range ends {
		names[i] = monthName(end)
	}
	return names
}

// explainLinks lead from each month of a trend to the figure explained on that day.
func (r reading) explainLinks(kpi string, ends []time.Time) []string {
	links := make([]string, len(ends))
	for i, end := range ends {
		links[i] = r.on(end).link(fmt.Sprintf("/explain/%s", kpi))
	}
	return links
}

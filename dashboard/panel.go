package dashboard

import "cmp"

// A panel is one answer of the overview: a table, mostly a picture of it, and what it means.
type panel struct {
	name, title string
	kind        kind              // of its figures
	query       string            // the panel query without which it has nothing to show
	opens       bool              // its rows are those of a cell, read when it is opened
	mart        string            // whose models an explanation shows with the query; empty for the query alone
	size        func(reading) int // rows of a table too long for a page; nil for the others
	definition  string
	kpis        []string // the figures of the catalogue it is made of
	table       func(reading) table
	chart       func(reading) *chart // nil where a table says it best
	note        func(reading) *note  // a sentence under the picture
	missing     func(reading) string // why there is nothing to show for this choice; empty when there is
	empty       string               // what is said of a table without rows, where that says something
	plain       bool                 // the table stands on the page itself
	spare       bool                 // not a tile of its own on the overview
	live        bool                 // made of the ledger's cases instead of a query
	width       string               // class of its place on the page
}

// A note is one sentence about a panel; a tie that does not tie is a fault.
type note struct {
	Text string
	Mood string
}

var allPanels = []panel{headlinePanel, agingPanel, dsoPanel, movementPanel, overduePanel, dsoBridgePanel,
	dsoWithoutPanel, changesPanel, restatedPanel, exceptionsPanel, sourcesPanel, duePanel, restatedFilesPanel,
	agingCellPanel, agingCustomerPanel, agingTotalPanel, agingAccountPanel, agingRollPanel,
	dsoFamilyPanel, dsoMonthPanel, termsMonthPanel, termsPanel, cashForecastPanel, cashAccuracyPanel,
	worklistPanel, notListedPanel, collectorsPanel, worklistChangePanel, worklistOverridePanel,
	riskBandPanel, riskScorePanel, riskTestPanel, riskMonthPanel, riskCalibrationPanel, riskCustomerPanel, riskMoverPanel, riskLimitPanel,
	riskAlarmPanel,
	disputeFlowPanel, disputeCausePanel, disputeOutcomePanel, disputeStagePanel, disputeCyclePanel, disputeRulePanel, disputeDeductionPanel,
	disputeProcessPanel, disputeWaitPanel, disputeLoadPanel, disputeSpreadPanel}

// A tile is a panel as the page shows it.
type tile struct {
	Name, Title, Unit, Definition, Width string
	KPIs                                 []link
	HasChart, Plain                      bool
	Chart, Explain, CSV, Excel           string
	Table                                grid
	Note                                 *note
	Empty, Fault                         string
	Age                                  string // of figures that are too old
	Extra                                any
	More                                 int // lines that only the table has
}

type link struct{ Title, Href string }

// A grid is a table with its cells already written.
type grid struct {
	Head  []gridCell
	Rows  [][]gridCell
	Total []gridCell
}

type gridCell struct {
	Text    string
	Numeric bool
	Empty   bool
	Href    string
}

func (p panel) tile(r reading) tile {
	t := tile{
		Name: p.name, Title: p.title, Unit: r.unit(p.kind), Definition: p.definition, Width: p.width, Plain: p.plain,
		HasChart: p.chart != nil, Chart: r.link("/chart/" + p.name + ".json"), Explain: r.link("/explain/" + p.name),
		CSV: r.link("/panel/" + p.name + ".csv"), Excel: r.link("/panel/" + p.name + ".xlsx"),
	}
	if r.isStale() {
		t.Age = age(r.age())
	}
	for _, name := range p.kpis {
		about, _ := r.about(name)
		t.KPIs = append(t.KPIs, link{about.Title, r.link("/explain/" + name)})
	}
	if r.faults[p.query] != nil {
		t.Fault = "This panel could not be read. The cause is in the log of the service; the other panels are not touched by it."
		return t
	}
	if t.Fault = r.unopened; p.opens && t.Fault != "" {
		return t
	}
	t.Fault = ""
	if p.missing != nil {
		t.Empty = p.missing(r)
	}
	if t.Empty != "" {
		return t
	}
	t.Table = r.grid(p.table(r))
	if len(t.Table.Rows) == 0 && (p.chart != nil || p.empty != "") {
		t.Empty = cmp.Or(p.empty, "There is nothing to show for this choice.")
		return t
	}
	if p.note != nil {
		t.Note = p.note(r)
	}
	return t
}

// beginning is a panel with the first rows of a table that is too long for the page.
func (p panel) beginning(r reading, rows int) tile {
	t := p.tile(r.first(rows))
	if p.size == nil {
		return t
	}
	if t.More = max(0, p.size(r)-rows); t.More > 0 {
		t.Table.Total = nil // it would be that of the rows shown
	}
	return t
}

// grid writes the cells of a table for the page.
func (r reading) grid(t table) grid {
	g := grid{}
	for _, col := range t.columns {
		title := col.title
		if unit := r.unit(col.kind); unit != "" && col.kind != count {
			title += " (" + unit + ")"
		}
		g.Head = append(g.Head, gridCell{Text: title, Numeric: col.kind.numeric()})
	}
	for _, cells := range t.rows {
		g.Rows = append(g.Rows, r.gridRow(t.columns, cells))
	}
	if sums := t.totals(); sums != nil {
		g.Total = r.gridRow(t.columns, sums)
	}
	return g
}

func (r reading) gridRow(columns []column, cells []cell) []gridCell {
	written := make([]gridCell, len(cells))
	for i, c := range cells {
		written[i] = gridCell{Text: r.cell(c), Numeric: columns[i].kind.numeric(), Empty: c.empty(), Href: c.href}
	}
	return written
}

// cell writes one value. Its own kind decides how: a column may mix units, and then names them beside.
func (r reading) cell(c cell) string {
	switch {
	case c.kind == text:
		return c.text
	case c.kind == date:
		return day(c.at)
	case c.kind == moment && c.at.IsZero():
		return none
	case c.kind == moment:
		return c.at.In(r.zone).Format("2 Jan 2006 15:04")
	default:
		return r.write(c.number, c.kind)
	}
}

// icons of a change; the words beside them say the same.
var arrows = map[string]string{"up": "▲", "down": "▼", "even": "●"}

package disputes

import (
	"cmp"
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// Measures of the picture, in pixels.
const (
	boxWidth, boxHeight = 190, 56
	stepX, stepY        = 300, 140
	lane                = 200 // beside the boxes, for arrows that lead back
	margin              = 16
	signWidth           = 5.6 // of a letter of a label, at most on average
	labelHeight         = 12
)

// SVG is the model as a picture: states in rows by how many steps they are from the first, arrows with what leads along them. It
// has no style sheet and no script, takes the colour of the text around it, and says in words what it shows.
func (m Model) SVG() string {
	d := m.drawing()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" font-family="sans-serif" font-size="12" fill="currentColor">`, d.width, d.height)
	fmt.Fprintf(&b, "<title>How a dispute is settled</title><desc>%s</desc>", html.EscapeString(m.Mermaid()))
	b.WriteString(`<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>`)
	for _, a := range d.arrows {
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="currentColor" stroke-opacity="0.5" marker-end="url(#tip)"/>`, a.outline())
	}
	for _, a := range d.arrows {
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" font-size="10">%s</text>`, a.label.x+a.label.width/2, a.label.y+labelHeight-3, html.EscapeString(a.text))
	}
	for _, s := range m.States {
		s.draw(&b, d.place[s.Name])
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// draw writes the box of a state with its title and whose turn it is.
func (s State) draw(b *strings.Builder, p spot) {
	round := 6
	below := fmt.Sprintf("%s, %d h", s.Owner, s.Within)
	if s.End {
		round, below = boxHeight/2, "end"
	}
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" rx="%d" fill="none" stroke="currentColor"/>`, p.x, p.y, boxWidth, boxHeight, round)
	title := twoLines(s.Title)
	y := p.y + boxHeight/2 + 4 - len(title)*8 // the middle of the box is that of the lines
	for _, line := range title {
		fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle" font-weight="bold">%s</text>`, p.x+boxWidth/2, y, html.EscapeString(line))
		y += 16
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`, p.x+boxWidth/2, y, html.EscapeString(below))
}

// twoLines keeps a title in its box: broken between words once, and cut where that is not enough.
func twoLines(title string) []string {
	const most = 26
	var lines []string
	for _, word := range strings.Fields(title) {
		last := len(lines) - 1
		if last >= 0 && (last == 1 || utf8.RuneCountInString(lines[last]+" "+word) <= most) {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	for i, line := range lines {
		if r := []rune(line); len(r) > most {
			lines[i] = string(r[:most-1]) + "…"
		}
	}
	return lines
}

// A spot is a point, and where a box has one, its row and column, and whether it is the last of the row.
type spot struct {
	x, y, row, column int
	last              bool
}

// A patch is a rectangle that something is written in.
type patch struct{ x, y, width, height int }

func (a patch) meets(b patch) bool {
	return a.x < b.x+b.width && b.x < a.x+a.width && a.y < b.y+b.height && b.y < a.y+a.height
}

// A drawnArrow is the curve of an arrow, with lines that lead to it and from it, and what is written along it.
type drawnArrow struct {
	path       [4]spot
	lead, tail []spot
	text       string
	label      patch
}

// outline is the arrow as the data of a path.
func (a drawnArrow) outline() string {
	var b strings.Builder
	sign := "M"
	for _, p := range append(a.lead[:len(a.lead):len(a.lead)], a.path[0]) {
		fmt.Fprintf(&b, "%s%d %d", sign, p.x, p.y)
		sign = "L"
	}
	p := a.path
	fmt.Fprintf(&b, "C%d %d %d %d %d %d", p[1].x, p[1].y, p[2].x, p[2].y, p[3].x, p[3].y)
	for _, p := range a.tail {
		fmt.Fprintf(&b, "L%d %d", p.x, p.y)
	}
	return b.String()
}

// A drawing is where everything of the picture is.
type drawing struct {
	width, height int
	place         map[string]spot
	arrows        []drawnArrow
}

func (m Model) drawing() drawing {
	d := drawing{place: m.places()}
	var taken []patch
	for _, s := range m.States {
		p := d.place[s.Name]
		taken = append(taken, patch{p.x, p.y, boxWidth, boxHeight})
		d.width, d.height = max(d.width, p.x+boxWidth+lane), max(d.height, p.y+boxHeight+margin)
	}
	lanes := map[bool]int{}
	for _, a := range m.arrows() {
		if a.from == a.to {
			continue
		}
		from, to := d.place[a.from], d.place[a.to]
		drawn := drawnArrow{text: strings.Join(a.steps, ", ")}
		if to.row < from.row && (to.row < from.row-1 || to.column == from.column) {
			left := from.column == 0 && to.column == 0 || !from.last || !to.last
			drawn.aroundBoxes(from, to, left, lanes[left])
			lanes[left]++
		} else {
			drawn.path = betweenBoxes(from, to)
		}
		drawn.label = d.free(drawn, taken)
		taken = append(taken, drawn.label)
		d.arrows = append(d.arrows, drawn)
	}
	return d
}

// places puts each state into the row of its distance from the first, to the right of those that are there.
func (m Model) places() map[string]spot {
	row := map[string]int{m.initial().Name: 0}
	queue := []string{m.initial().Name}
	columns := map[int]int{}
	place := map[string]spot{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		r := row[at]
		place[at] = spot{x: lane + columns[r]*stepX, y: margin + r*stepY, row: r, column: columns[r]}
		columns[r]++
		for _, t := range m.Steps {
			if _, seen := row[t.To]; t.From == at && !seen {
				row[t.To] = r + 1
				queue = append(queue, t.To)
			}
		}
	}
	for name, p := range place {
		p.last = p.column == columns[p.row]-1
		place[name] = p
	}
	return place
}

// betweenBoxes leads to the next row, to the row before in another column, or within a row: nowhere there is a box in between, but where
// states of a row are no neighbours.
func betweenBoxes(from, to spot) [4]spot {
	const aside = boxWidth / 4
	p := [4]spot{{x: from.x + boxWidth/2, y: from.y + boxHeight}, {}, {}, {x: to.x + boxWidth/2, y: to.y}}
	across := cmp.Compare(to.column, from.column)
	switch {
	case to.row > from.row:
		p[0].x += across * aside * 3 / 2
		p[1], p[2] = spot{x: p[0].x, y: p[0].y + stepY/4}, spot{x: p[3].x, y: p[3].y - stepY/4}
	case to.row < from.row:
		p[0].y, p[3].y = from.y, to.y+boxHeight
		p[0].x, p[3].x = p[0].x+across*aside, p[3].x-across*aside*3/4
		p[1], p[2] = spot{x: p[0].x, y: p[0].y - stepY/4}, spot{x: p[3].x, y: p[3].y + stepY/4}
	case across > 0:
		p[0], p[3] = spot{x: from.x + boxWidth, y: from.y + boxHeight/3}, spot{x: to.x, y: to.y + boxHeight/3}
		p[1], p[2] = p[0], p[3]
	default:
		p[0], p[3] = spot{x: from.x, y: from.y + boxHeight*2/3}, spot{x: to.x + boxWidth, y: to.y + boxHeight*2/3}
		p[1], p[2] = p[0], p[3]
	}
	return p
}

// aroundBoxes leads back by a lane beside all boxes, the farther out the more arrows are there. What stands between a box and the lane is
// gone around, above the box it comes from and below the one it leads to.
func (a *drawnArrow) aroundBoxes(from, to spot, left bool, before int) {
	const gap = 16
	out, edge := -lane*2/3-before*24, lane
	p := &a.path
	p[0], p[3] = spot{x: from.x, y: from.y + boxHeight/2}, spot{x: to.x, y: to.y + boxHeight/2}
	if !left {
		out, edge = -out, max(from.x, to.x)+boxWidth
		p[0].x, p[3].x = from.x+boxWidth, to.x+boxWidth
	}
	if left && from.column > 0 {
		p[0] = spot{x: edge, y: from.y - gap}
		a.lead = []spot{{x: from.x + boxWidth/4, y: from.y}, {x: from.x + boxWidth/4, y: p[0].y}}
	}
	if left && to.column > 0 {
		p[3] = spot{x: edge, y: to.y + boxHeight + gap}
		a.tail = []spot{{x: to.x + boxWidth/4, y: p[3].y}, {x: to.x + boxWidth/4, y: to.y + boxHeight}}
	}
	p[1], p[2] = spot{x: edge + out, y: p[0].y}, spot{x: edge + out, y: p[3].y}
}

// free is where along an arrow its label meets neither a box nor another label; where it does everywhere, in the middle.
func (d drawing) free(a drawnArrow, taken []patch) patch {
	width := int(float64(utf8.RuneCountInString(a.text)) * signWidth)
	var middle patch
	places := []float64{0.5, 0.4, 0.6, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8, 0.15, 0.85}
	if a.path[3].y < a.path[0].y { // near where an arrow that leads back comes from, as another leads there
		places[0], places[5] = places[5], places[0]
	}
	for _, at := range places {
		x, y := along(a.path, at)
		for _, shift := range []int{0, -labelHeight, labelHeight} {
			p := patch{min(max(x-width/2, margin/2), d.width-width-margin/2), y - labelHeight + shift, width, labelHeight}
			if middle == (patch{}) {
				middle = p
			}
			if !meetsAny(p, taken) {
				return p
			}
		}
	}
	return middle
}

func meetsAny(p patch, taken []patch) bool {
	for _, t := range taken {
		if p.meets(t) {
			return true
		}
	}
	return false
}

// along is a point of a curve, from 0 at its beginning to 1 at its end.
func along(p [4]spot, t float64) (x, y int) {
	weights := [4]float64{(1 - t) * (1 - t) * (1 - t), 3 * t * (1 - t) * (1 - t), 3 * t * t * (1 - t), t * t * t}
	var fx, fy float64
	for i, w := range weights {
		fx, fy = fx+w*float64(p[i].x), fy+w*float64(p[i].y)
	}
	return int(fx), int(fy)
}

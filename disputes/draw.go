package disputes

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// Mermaid is the model as the text of a state diagram.
func (m Model) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range m.States {
		fmt.Fprintf(&b, "    state \"%s\" as %s\n", strings.ReplaceAll(s.caption(), `"`, "'"), s.Name)
	}
	fmt.Fprintf(&b, "    [*] --> %s\n", m.initial().Name)
	for _, a := range m.arrows() {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", a.from, a.to, strings.Join(a.steps, ", "))
	}
	for _, s := range m.States {
		if s.End {
			fmt.Fprintf(&b, "    %s --> [*]\n", s.Name)
		}
	}
	return b.String()
}

func (s State) caption() string {
	if s.End {
		return s.Title
	}
	return fmt.Sprintf("%s (%s, %d h)", s.Title, s.Owner, s.Within)
}

// An arrow is all steps from one state to another.
type arrow struct {
	from, to string
	steps    []string
}

func (m Model) arrows() []arrow {
	var all []arrow
	for _, t := range m.Steps {
		i := slices.IndexFunc(all, func(a arrow) bool { return a.from == t.From && a.to == t.To })
		if i < 0 {
			all = append(all, arrow{from: t.From, to: t.To})
			i = len(all) - 1
		}
		if !slices.Contains(all[i].steps, t.On) {
			all[i].steps = append(all[i].steps, t.On)
		}
	}
	return all
}

// Measures of the drawing, in pixels.
const (
	boxWidth, boxHeight = 190, 60
	stepX, stepY        = 300, 150
	margin              = 40
	rise                = 30  // of an arrow that leads back, for each column
	head                = 190 // above the first row and below the last, for those arrows
)

// SVG is the model as a picture: states in columns by how many steps they are from the first, arrows with what leads along them. It
// has no style sheet and no script, takes the colour of the text around it, and says in words what it shows.
func (m Model) SVG() string {
	place := m.places()
	width, height := 0, 0
	for _, p := range place {
		width, height = max(width, p.x+boxWidth+margin), max(height, p.y+boxHeight+head)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" font-family="sans-serif" font-size="12" fill="currentColor">`, width, height)
	fmt.Fprintf(&b, "<title>How a dispute is settled</title><desc>%s</desc>", html.EscapeString(m.Mermaid()))
	b.WriteString(`<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>`)
	for _, a := range m.arrows() {
		if a.from != a.to {
			drawArrow(&b, place[a.from], place[a.to], strings.Join(a.steps, ", "))
		}
	}
	for _, s := range m.States {
		p := place[s.Name]
		round := 6
		if s.End {
			round = boxHeight / 2
		}
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" rx="%d" fill="none" stroke="currentColor"/>`, p.x, p.y, boxWidth, boxHeight, round)
		below := fmt.Sprintf("%s, %d h", s.Owner, s.Within)
		if s.End {
			below = "end"
		}
		title := twoLines(s.Title)
		y := p.y + boxHeight/2 + 4 - len(title)*8 // the middle of the box is that of the lines
		for _, line := range title {
			fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" font-weight="bold">%s</text>`, p.x+boxWidth/2, y, html.EscapeString(line))
			y += 16
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`, p.x+boxWidth/2, y, html.EscapeString(below))
	}
	b.WriteString("</svg>\n")
	return b.String()
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

type spot struct{ x, y int }

// places puts each state into the column of its distance from the first, below those that are there.
func (m Model) places() map[string]spot {
	column := map[string]int{m.initial().Name: 0}
	queue := []string{m.initial().Name}
	rows := map[int]int{}
	place := map[string]spot{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		c := column[at]
		place[at] = spot{margin + c*stepX, head + rows[c]*stepY}
		rows[c]++
		for _, t := range m.Steps {
			if _, seen := column[t.To]; t.From == at && !seen {
				column[t.To] = c + 1
				queue = append(queue, t.To)
			}
		}
	}
	return place
}

// drawArrow leads from the right of a box to the left of one in a later column; over the boxes, or below them, where it leads back; at the right side
// down and at the left side up where they stand in one column. What leads along it is written where few arrows cross.
func drawArrow(b *strings.Builder, from, to spot, label string) {
	const bend = stepX / 3
	p := [4]spot{{from.x + boxWidth, from.y + boxHeight/2}, {}, {}, {to.x, to.y + boxHeight/2}}
	at := 0.7
	switch {
	case to.x > from.x:
		p[1], p[2] = spot{p[0].x + bend, p[0].y}, spot{p[3].x - bend, p[3].y}
		if to.y == from.y {
			at = 0.5
		}
	case to.x == from.x && to.y > from.y:
		p[3].x += boxWidth
		p[1], p[2], at = spot{p[0].x + bend/2, p[0].y}, spot{p[3].x + bend/2, p[3].y}, 0.3
	case to.x == from.x:
		p[0].x -= boxWidth
		p[1], p[2] = spot{p[0].x - bend/2, p[0].y}, spot{p[3].x - bend/2, p[3].y}
	default:
		p[0], p[3] = spot{from.x + boxWidth/2, from.y}, spot{to.x + boxWidth/2, to.y}
		way := margin + (from.x-to.x)/stepX*rise
		top := min(p[0].y, p[3].y) - way
		if from.y > head && to.y > head { // below, where no boxes are crossed
			p[0].y, p[3].y = p[0].y+boxHeight, p[3].y+boxHeight
			top = max(p[0].y, p[3].y) + way
		}
		p[1], p[2], at = spot{p[0].x, top}, spot{p[3].x, top}, 0.3
	}
	fmt.Fprintf(b, `<path d="M%d %dC%d %d %d %d %d %d" fill="none" stroke="currentColor" stroke-opacity="0.5" marker-end="url(#tip)"/>`,
		p[0].x, p[0].y, p[1].x, p[1].y, p[2].x, p[2].y, p[3].x, p[3].y)
	x, y := along(p, at)
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle" font-size="10">%s</text>`, x, y-4, html.EscapeString(label))
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

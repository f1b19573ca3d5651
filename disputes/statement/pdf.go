package statement

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"arrears/disputes/letter"
)

// Sizes in millimetres, of type in points.
const (
	left, top, right, bottom = 22.0, 20.0, 20.0, 22.0
	width                    = 210 - left - right
	small, normal, large     = 8.5, 10.0, 15.0
	leading                  = 0.49 // of a line, in millimetres a point
)

// PDF is the statement on A4. Signs that the typeface lacks are shown as a replacement, and the document says so.
func PDF(s Statement, l *letter.Language) ([]byte, error) {
	d, err := build(s, l)
	if err != nil {
		return nil, err
	}
	first, err := d.set(s, 0) // to count the pages
	if err != nil {
		return nil, err
	}
	second, err := d.set(s, first.pages)
	if err != nil {
		return nil, err
	}
	return second.text, nil
}

type set struct {
	text  []byte
	pages int
}

// set sets the document, of which the number of pages is known the second time.
func (d document) set(s Statement, pages int) (set, error) {
	p := &sheet{Fpdf: fpdf.New("P", "mm", "A4", ""), words: d.words, pages: pages}
	p.SetCatalogSort(true) // everything in it has one order, and its days are the statement's: the same statement is the same file
	p.SetCreationDate(s.On.UTC())
	p.SetModificationDate(s.On.UTC())
	p.AddUTF8FontFromBytes("text", "", regular)
	p.AddUTF8FontFromBytes("text", "B", bold)
	p.SetLang(d.language)
	p.SetTitle(p.clear(d.title), true)
	p.SetAuthor(p.clear(d.company), true)
	p.SetProducer("Arrears", true)
	p.SetMargins(left, top, right)
	p.SetAutoPageBreak(false, 0)
	p.SetFooterFunc(p.footer)
	p.AddPage()
	p.paragraph(d.company, "", normal)
	p.Ln(4)
	p.paragraph(d.title, "B", large)
	for _, part := range d.sections {
		p.section(part)
	}
	if p.replaced {
		p.Ln(4)
		p.paragraph(strings.ReplaceAll(d.words.say("statement.missing_signs"), string(missing), "\x00"), "", small)
	}
	var text bytes.Buffer
	err := p.Output(&text)
	return set{text.Bytes(), p.PageCount()}, errors.Join(err, p.err, d.words.err)
}

// A sheet is the document while it is set.
type sheet struct {
	*fpdf.Fpdf
	words    *words
	pages    int  // in all; 0 is not known yet
	replaced bool // a sign was missing
	err      error
}

// clear is a text that can be set. A zero byte is the replacement itself, where the document speaks of it.
func (p *sheet) clear(text string) string {
	parts := strings.Split(text, "\x00")
	for i := range parts {
		part, replaced, err := settable(parts[i])
		parts[i], p.replaced, p.err = part, p.replaced || replaced, errors.Join(p.err, err)
	}
	return strings.Join(parts, string(missing))
}

func (p *sheet) footer() {
	if p.pages == 0 {
		return
	}
	text := p.words.say("statement.page", "page", strconv.Itoa(p.PageNo()), "pages", strconv.Itoa(p.pages))
	p.SetXY(left, 297-bottom+8)
	p.SetFont("text", "", small)
	p.CellFormat(width, small*leading, text, "", 0, "R", false, 0, "")
}

// room begins a new page where so much of this one is not left.
func (p *sheet) room(height float64) {
	if p.GetY()+height > 297-bottom {
		p.AddPage()
		p.SetXY(left, top)
	}
}

// lines breaks a text into lines of a width, at blanks where there are any.
func (p *sheet) lines(text string, room float64) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		line, long := "", 0.0
		for _, word := range strings.SplitAfter(paragraph, " ") {
			wide := p.GetStringWidth(strings.TrimRight(word, " "))
			if long+wide > room && line != "" {
				lines, line, long = append(lines, line), "", 0
			}
			if wide > room {
				var cut []string
				cut, word = p.cut(word, room)
				lines = append(lines, cut...)
			}
			line, long = line+word, long+p.GetStringWidth(word)
		}
		lines = append(lines, line)
	}
	return lines
}

// cut breaks a word that is longer than a line.
func (p *sheet) cut(word string, room float64) (lines []string, rest string) {
	long := 0.0
	begin := 0
	for at, r := range word {
		wide := p.GetStringWidth(string(r))
		if long+wide > room && at > begin {
			lines, begin, long = append(lines, word[begin:at]), at, 0
		}
		long += wide
	}
	return lines, word[begin:]
}

// paragraph sets a text over the whole width.
func (p *sheet) paragraph(text, weight string, size float64) {
	p.block(text, weight, size, left, width, "")
}

// block sets a text from a place on, to so much width, with a link under it if there is one.
func (p *sheet) block(text, weight string, size, x, room float64, link string) {
	text = p.clear(text)
	p.SetFont("text", weight, size)
	for _, line := range p.lines(text, room) {
		p.room(size * leading)
		p.SetFont("text", weight, size) // a new page's foot has set another
		p.SetX(x)
		p.CellFormat(room, size*leading, line, "", 1, "L", false, 0, link)
	}
}

// heading stays with what follows.
func (p *sheet) heading(text string) {
	p.Ln(5)
	p.room(25)
	p.paragraph(text, "B", 12)
	p.Line(left, p.GetY()+0.5, left+width, p.GetY()+0.5)
	p.Ln(2)
}

func (p *sheet) section(s section) {
	if s.Heading != "" {
		p.heading(s.Heading)
	} else {
		p.Ln(3)
	}
	for _, fact := range s.Facts {
		p.fact(fact[0], fact[1])
	}
	if s.Table != nil {
		p.table(*s.Table)
	}
	for _, text := range s.Paragraphs {
		p.paragraph(text, "", normal)
	}
	for _, i := range s.Items {
		p.Ln(1.5)
		p.room(15)
		p.paragraph(i.Head, "B", normal)
		p.paragraph(i.Result, "", normal)
		p.block(i.Says, "", normal, left+4, width-4, "")
	}
	for _, text := range s.List {
		p.room(normal * leading)
		p.SetFont("text", "", normal)
		p.SetX(left)
		p.CellFormat(4, normal*leading, "•", "", 0, "L", false, 0, "")
		p.block(text, "", normal, left+4, width-4, "")
	}
	if s.Link != "" {
		p.block(s.Link, "", normal, left, width, s.Link)
	}
}

// fact sets a name and, beside it, its value.
func (p *sheet) fact(name, value string) {
	const column = 42.0
	p.SetFont("text", "", normal)
	lines := p.lines(p.clear(name), column-2)
	p.room(float64(len(lines)) * normal * leading)
	page, y := p.PageNo(), p.GetY()
	p.SetTextColor(85, 85, 85)
	p.block(name, "", normal, left, column-2, "")
	p.SetTextColor(0, 0, 0)
	under := p.GetY()
	p.SetY(y)
	p.block(value, "", normal, left+column, width-column, "")
	if p.PageNo() == page {
		p.SetY(max(p.GetY(), under))
	}
}

// table sets rows whose last column is an amount.
func (p *sheet) table(t table) {
	p.Ln(2)
	p.row(t.Head, t.Text, "B")
	for _, row := range t.Rows {
		if p.GetY()+3*normal*leading > 297-bottom {
			p.AddPage()
			p.SetXY(left, top)
			p.row(t.Head, t.Text, "B")
		}
		p.row(row, t.Text, "")
	}
	if len(t.Sum) > 0 {
		p.row(t.Sum, t.Text, "B")
	}
	p.Ln(2)
}

// longest is how much of a cell is shown: numbers of documents are short.
const longest = 300

func (p *sheet) row(cells []string, texts int, weight string) {
	wide := width / float64(len(cells))
	p.SetFont("text", weight, normal)
	split := make([][]string, len(cells))
	high := 1
	for i, cell := range cells {
		if runes := []rune(cell); len(runes) > longest {
			cell = string(runes[:longest]) + "…"
		}
		split[i] = p.lines(p.clear(cell), wide-3)
		high = max(high, len(split[i]))
	}
	p.room(float64(high)*normal*leading + 1)
	p.SetFont("text", weight, normal)
	y := p.GetY()
	for i, lines := range split {
		align := "L"
		if i >= texts {
			align = "R"
		}
		for n, line := range lines {
			p.SetXY(left+float64(i)*wide, y+float64(n)*normal*leading)
			p.CellFormat(wide, normal*leading, line, "", 0, align, false, 0, "")
		}
	}
	p.SetXY(left, y+float64(high)*normal*leading+1)
	p.SetDrawColor(200, 200, 200)
	p.Line(left, p.GetY()-0.5, left+width, p.GetY()-0.5)
	p.SetDrawColor(0, 0, 0)
}

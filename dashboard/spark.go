package dashboard

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/shopspring/decimal"
)

const sparkWidth, sparkHeight, sparkMargin = 160.0, 44.0, 3.0

// A spark is a trend without axes: the line, and behind it what could have been reached and what should have been.
type spark struct {
	label  string
	line   []decimal.NullDecimal
	ghost  []decimal.NullDecimal
	target decimal.NullDecimal
}

// svg draws the trend. It writes numbers and the classes of our style sheet only, so it is safe as it stands.
func (s spark) svg() template.HTML {
	low, high, found := s.span()
	if !found {
		return ""
	}
	y := func(v decimal.Decimal) float64 {
		if high == low {
			return sparkHeight / 2
		}
		return sparkHeight - sparkMargin - (v.InexactFloat64()-low)/(high-low)*(sparkHeight-2*sparkMargin)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="spark" viewBox="0 0 %g %g" role="img" aria-label="%s">`,
		sparkWidth, sparkHeight, template.HTMLEscapeString(s.label))
	if s.target.Valid {
		fmt.Fprintf(&b, `<path class="spark-target" d="M0 %.1fH%g"/>`, y(s.target.Decimal), sparkWidth)
	}
	if path := sparkPath(s.ghost, y); path != "" {
		fmt.Fprintf(&b, `<path class="spark-ghost" d="%s"/>`, path)
	}
	fmt.Fprintf(&b, `<path class="spark-line" d="%s"/>`, sparkPath(s.line, y))
	if last := s.line[len(s.line)-1]; last.Valid {
		fmt.Fprintf(&b, `<circle class="spark-dot" cx="%g" cy="%.1f" r="2.6"/>`, sparkWidth-sparkMargin, y(last.Decimal))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

func (s spark) span() (low, high float64, found bool) {
	drawn := 0
	for _, values := range [][]decimal.NullDecimal{s.line, s.ghost, {s.target}} {
		for _, v := range values {
			if !v.Valid {
				continue
			}
			f := v.Decimal.InexactFloat64()
			if drawn == 0 {
				low, high = f, f
			}
			low, high = min(low, f), max(high, f)
			drawn++
		}
	}
	points := 0
	for _, v := range s.line {
		if v.Valid {
			points++
		}
	}
	return low, high, points > 1
}

// sparkPath draws a line that breaks where the figure is not defined.
func sparkPath(values []decimal.NullDecimal, y func(decimal.Decimal) float64) string {
	var b strings.Builder
	pen := "M"
	for i, v := range values {
		if !v.Valid {
			pen = "M"
			continue
		}
		x := sparkMargin + float64(i)/float64(max(1, len(values)-1))*(sparkWidth-2*sparkMargin)
		fmt.Fprintf(&b, "%s%.1f %.1f", pen, x, y(v.Decimal))
		pen = "L"
	}
	return b.String()
}

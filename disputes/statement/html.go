package statement

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"

	"arrears/disputes/letter"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

// page escapes whatever it is given; only the style is ours.
var page = template.Must(template.New("statement").Parse(pageText))

// HTML is the statement as one page that calls for nothing else.
func HTML(s Statement, l *letter.Language) ([]byte, error) {
	d, err := build(s, l)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(style))
	var text bytes.Buffer
	err = page.Execute(&text, map[string]any{
		"Language": d.language, "Title": d.title, "Company": d.company, "Sections": d.sections, "Style": template.CSS(style),
		"Policy": "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
	})
	return text.Bytes(), err
}

package portal

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"

	"arrears/disputes"
)

var (
	//go:embed templates/*.html
	templates embed.FS

	//go:embed static/portal.css
	style []byte
)

func readPages() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{"amount": amount, "day": longDay, "moment": moment}).ParseFS(templates, "templates/*.html")
}

// typedAmount is money as a customer would type it: with the decimals of its currency, and with all that it has if those are more.
func typedAmount(value decimal.Decimal, code string) string {
	digits := 2
	if unit, err := currency.ParseISO(code); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
	}
	_, written, _ := strings.Cut(value.String(), ".") // without zeros at its end
	return value.StringFixed(int32(max(digits, len(written))))
}

// amount writes money to be read.
func amount(value decimal.Decimal, code string) string {
	whole, rest, _ := strings.Cut(typedAmount(value.Abs(), code), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		whole += "." + rest
	}
	if value.IsNegative() {
		whole = "−" + whole
	}
	return whole + " " + code
}

func longDay(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Format("2 January 2006")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Format("2 January 2006, 15:04")
}

// A page is what the frame around any content needs.
type page struct {
	Title, Company string
	In             bool // somebody is signed in
	Whole          bool // and sees more than one case
	Body           any
}

func (p *Portal) show(w http.ResponseWriter, r *http.Request, status int, name, title string, body any) {
	v, in := p.visitor(r.Context())
	content := page{Title: title, Company: p.options.Company, In: in, Whole: in && v.Case == "", Body: body}
	var text bytes.Buffer
	if err := p.pages.ExecuteTemplate(&text, name+".html", content); err != nil {
		p.options.Log.ErrorContext(r.Context(), "a page could not be made", "page", name, "cause", err)
		http.Error(w, "This page cannot be shown at the moment.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // whoever has gone needs no page
}

// A notice is a page that says one thing.
type notice struct {
	Text    string
	Details []string
}

func (p *Portal) wrong(w http.ResponseWriter, r *http.Request, status int, title, text string, details []string) {
	p.show(w, r, status, "notice", title, notice{text, details})
}

// failed says that it is our fault; the cause is for the log.
func (p *Portal) failed(w http.ResponseWriter, r *http.Request, title string, cause error) {
	p.options.Log.ErrorContext(r.Context(), "a customer's request failed", "route", r.Pattern, "cause", cause)
	p.wrong(w, r, http.StatusInternalServerError, title, "Something is wrong on our side. Nothing was changed. Try again in a moment.", nil)
}

// absent is the answer for what there is not, and for what is somebody else's.
func (p *Portal) absent(w http.ResponseWriter, r *http.Request) {
	p.wrong(w, r, http.StatusNotFound, "There is nothing here", "The address is wrong, or the page is not yours to see. If you have a link from a letter, open it again.", nil)
}

func (p *Portal) absentBecause(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil && !errors.Is(err, disputes.ErrNoCase) {
		p.failed(w, r, "The dispute could not be read", err)
		return
	}
	p.absent(w, r)
}

func static(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("name") != "portal.css" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	_, _ = w.Write(style)
}

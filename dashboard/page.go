package dashboard

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
)

//go:embed templates/*.html
var templateFiles embed.FS

// readPages parses each page together with the shell around it.
func readPages(assetPath func(string) (string, error)) (map[string]*template.Template, error) {
	shell := template.New("shell.html").Funcs(template.FuncMap{
		"asset": assetPath,
		"arrow": func(sign string) string { return arrows[sign] },
		"table": func(data grid, label string) labelled { return labelled{data, label} },
	})
	shell, err := shell.ParseFS(templateFiles, "templates/shell.html", "templates/parts.html")
	if err != nil {
		return nil, fmt.Errorf("parse page shell: %w", err)
	}
	pages := map[string]*template.Template{}
	for _, name := range []string{"overview", "worklist", "panels", "customer", "definitions", "explain", "problem", "sign-in", "disputes", "dispute", "pipeline", "rules", "audit", "settings"} {
		page, err := shell.Clone()
		if err == nil {
			files := []string{"templates/" + name + ".html"}
			if name == "dispute" || name == "customer" { // the customer stands beside a case as beside the list
				files = append([]string{"templates/worklist.html"}, files...)
			}
			page, err = page.ParseFS(templateFiles, files...)
		}
		if err != nil {
			return nil, fmt.Errorf("parse page %s: %w", name, err)
		}
		pages[name] = page
	}
	return pages, nil
}

// labelled is a table with the name a screen reader says.
type labelled struct {
	Grid  grid
	Label string
}

// A problem is a sentence for the reader and a cause for the log.
type problem struct {
	status      int
	Title, Text string
	cause       error
}

// read finds the snapshot the reader asked for.
func (h *Handler) read(r *http.Request) (reading, *problem) {
	c, err := parseChoice(r.URL.Query())
	if err != nil {
		return reading{}, &problem{http.StatusBadRequest, "This address cannot be read", err.Error() + ".", nil}
	}
	snap, err := h.shelf.at(r.Context(), c.asOf)
	switch {
	case errors.Is(err, ErrNotPublished):
		return reading{}, &problem{http.StatusServiceUnavailable, "No figures yet",
			"The first refresh has not been published. This page will show it as soon as it is.", nil}
	case errors.Is(err, context.DeadlineExceeded):
		return reading{}, &problem{http.StatusServiceUnavailable, "This date takes longer than usual",
			fmt.Sprintf("The figures of %s were not there within %s. Try again in a moment; the published day is at hand.",
				day(c.asOf), h.opts.Deadline), err}
	case err != nil:
		return reading{}, &problem{http.StatusInternalServerError, "The figures could not be read",
			"The cause is in the log of the service.", err}
	}
	return reading{
		snapshot: snap, choice: c, words: newWords(r.Header.Get("Accept-Language"), snap.run.currency, c.scale),
		now: h.opts.Now(), zone: h.opts.Zone, stale: h.opts.StaleAfter, catalogue: h.opts.KPIs, piped: h.opts.Pipeline != nil, cases: h.opts.Disputes != nil,
	}, nil
}

// A page is what the shell needs around any content.
type page struct {
	Title, Company, Locale string
	Path                   string // of the page, for the form
	Nav                    []navItem
	Bar                    *bar    // nil where there are no figures
	Reader                 *reader // nil before sign-in
	Body                   any
}

type navItem struct {
	link
	Here bool
	path string
}

// A bar is the choice of the reader, the ways to change it, and how fresh the figures are.
type bar struct {
	AsOf, AsOfWords      string
	Usual                string // the day that needs no as_of in the address
	Latest               string // address of the published day, when this is another
	Run, Refreshed       string
	Filters, Money       string
	Entities, Currencies []option
	Compare              []option
	Collectors           []option // on the worklist
	Kept                 []option // choices without a field, by their names
	Scales               []option
	Pill                 pill
	Scale                string
	Notice               string
	Stale                string // age of the data once it is too old
}

type option struct {
	Value, Title, Href string
	Chosen             bool
}

// A pill says how far the figures can be trusted right now.
type pill struct{ Text, Mood, Href string }

func (h *Handler) page(title, path string, r *reading, body any) page {
	p := page{Title: title, Company: h.opts.Company, Path: path, Locale: "en", Body: body}
	follow := choice{}
	if r != nil {
		p.Locale, p.Bar, follow = r.tag.String(), r.bar(path), r.aged("", "", "", "")
		if r.run.company != "" {
			p.Company = r.run.company
		}
	}
	for _, l := range []link{{"Overview", "/"}, {"Aging", agingPath}, {"DSO and cash", dsoPath}, {"Worklist", worklistPath}, {"Risk", riskPath}, {"Disputes", disputesPath}, {"Rules", rulesPath}, {"Pipeline", pipelinePath}, {"Definitions", "/definitions"}, {"Audit", auditPath}, {"Settings", settingsPath}} {
		to := follow
		switch l.Href {
		case worklistPath:
		case disputesPath, rulesPath, auditPath, settingsPath, pipelinePath:
			if h.opts.Pipeline == nil && l.Href == pipelinePath {
				continue
			}
			if h.opts.Disputes == nil && (l.Href == disputesPath || l.Href == rulesPath) {
				continue
			}
			to = choice{compare: "month"} // they are those of now
		default:
			to = follow.list("", "")
		}
		p.Nav = append(p.Nav, navItem{link{l.Title, to.link(l.Href)}, l.Href == path || strings.HasPrefix(path, l.Href+"/"), l.Href})
	}
	return p
}

func (r reading) bar(path string) *bar {
	b := &bar{
		AsOf: r.snapshot.asOf.Format(time.DateOnly), AsOfWords: day(r.snapshot.asOf), Scale: r.choice.scale, Pill: r.pill(),
		Run: r.run.id, Refreshed: r.run.finished.In(r.zone).Format("2 Jan 2006 15:04 MST"), Filters: r.filters(), Money: r.money,
		Compare: []option{
			{Value: "month", Title: "Prior month", Chosen: r.compare == "month"},
			{Value: "year", Title: "Prior year", Chosen: r.compare == "year"},
		},
	}
	b.Entities, b.Currencies = choices(r.entities, r.entity), choices(r.currencies, r.currency)
	for _, s := range []option{{Value: "", Title: "1"}, {Value: "k", Title: "k"}, {Value: "M", Title: "M"}} {
		s.Href, s.Chosen = r.scaled(s.Value).link(path), s.Value == r.choice.scale
		b.Scales = append(b.Scales, s)
	}
	for _, kept := range []option{{Title: "by", Value: r.by}, {Title: "basis", Value: r.basis}, {Title: "part", Value: r.part}, {Title: "bucket", Value: r.bucket}} {
		if kept.Value != "" {
			b.Kept = append(b.Kept, kept)
		}
	}
	if r.choice.asOf.IsZero() {
		b.Usual = b.AsOf
	} else {
		b.Latest = r.on(time.Time{}).link(path)
	}
	if _, found := r.figures[r.key("ar_net", "")]; !found && len(r.figures) > 0 {
		b.Notice = "There are no figures of this choice on this day: " + r.filters() + "."
	}
	if r.entity != "" && r.currency != "" {
		b.Notice = fmt.Sprintf("Figures are kept by entity or by document currency: this is entity %s in all currencies.", r.entity)
	}
	if r.isStale() {
		b.Stale = age(r.age())
	}
	return b
}

// choices are the members of a dimension; where there is only one there is nothing to choose.
func choices(members []string, chosen string) []option {
	if len(members) < 2 && chosen == "" {
		return nil
	}
	var options []option
	for _, name := range members {
		options = append(options, option{Value: name, Title: name, Chosen: name == chosen})
	}
	return options
}

func (r reading) pill() pill {
	p := pill{Mood: "good", Href: r.link("/") + "#sources"}
	if r.piped {
		p.Href = pipelinePath
	}
	refreshed, now := r.run.finished.In(r.zone), r.now.In(r.zone)
	at := refreshed.Format("15:04")
	if refreshed.YearDay() != now.YearDay() || refreshed.Year() != now.Year() {
		at = refreshed.Format("2 Jan 15:04")
	}
	trouble := 0
	for _, s := range r.sources {
		if r.state(s) != "ok" {
			trouble++
		}
	}
	state := "all sources OK"
	switch {
	case r.isStale():
		p.Mood, state = "bad", "stale for "+age(r.age()-r.stale)
	case trouble == 1:
		p.Mood, state = "warn", "1 source needs a look"
	case trouble > 1:
		p.Mood, state = "warn", fmt.Sprintf("%d sources need a look", trouble)
	case len(r.sources) == 0:
		state = "no sources"
	}
	p.Text = fmt.Sprintf("As of %s · data %s · %s", r.snapshot.asOf.Format("2 Jan"), at, state)
	return p
}

// serve answers with a page of a snapshot, as it was written before where it was.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, seen reading, name string, made func() page) {
	who := h.reader(r)
	key := seen.link(r.URL.Path) + " " + seen.tag.String() + " " + who.Name
	body, found := seen.written.find(key, seen.now)
	if !found {
		var err error
		if body, err = h.render(name, who.in(made())); err != nil {
			h.fail(w, r, &problem{http.StatusInternalServerError, "This page could not be written", "", err})
			return
		}
		seen.written.keep(key, body)
	}
	w.Header().Set("Vary", "Accept-Language")
	h.send(w, r, http.StatusOK, "text/html; charset=utf-8", body)
}

// show answers with a page made for this reader alone.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, name string, p page) {
	h.showWith(w, r, http.StatusOK, name, p)
}

func (h *Handler) showWith(w http.ResponseWriter, r *http.Request, status int, name string, p page) {
	body, err := h.render(name, h.reader(r).in(p))
	if err != nil {
		h.fail(w, r, &problem{http.StatusInternalServerError, "This page could not be written", "", err})
		return
	}
	h.send(w, r, status, "text/html; charset=utf-8", body)
}

// render writes a page whole: one that breaks half way must not be half sent.
func (h *Handler) render(name string, p page) ([]byte, error) {
	var b bytes.Buffer
	if err := h.pages[name].Execute(&b, p); err != nil {
		return nil, fmt.Errorf("write page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

func (h *Handler) send(w http.ResponseWriter, r *http.Request, status int, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		h.opts.Log.DebugContext(r.Context(), "reader went away", "path", r.URL.Path, "error", err)
	}
}

// fail is the one place where trouble is logged and told: a page to people, a line to everything else.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, p *problem) {
	if p.cause != nil {
		h.opts.Log.ErrorContext(r.Context(), "request not answered", "path", r.URL.Path, "status", p.status, "error", p.cause)
	}
	if p.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	if !strings.HasPrefix(r.URL.Path, "/panel/") && !strings.HasPrefix(r.URL.Path, "/chart/") {
		body, err := h.render("problem", h.reader(r).in(h.page(p.Title, r.URL.Path, nil, p)))
		if err == nil {
			h.send(w, r, p.status, "text/html; charset=utf-8", body)
			return
		}
		h.opts.Log.ErrorContext(r.Context(), "trouble not told", "error", err)
	}
	http.Error(w, p.Title+". "+p.Text, p.status)
}

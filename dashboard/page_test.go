package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"arrears/warehouse"
)

// document parses a page that must have been served.
func document(t testing.TB, h http.Handler, path string) *html.Node {
	t.Helper()
	w := get(t, h, path)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	root, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// find lists the elements for which this holds.
func find(root *html.Node, holds func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && holds(n) {
			found = append(found, n)
		}
	}
	return found
}

// reads is what a reader reads in an element, its spaces made one.
func reads(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func byID(t testing.TB, root *html.Node, id string) *html.Node {
	t.Helper()
	found := find(root, func(n *html.Node) bool { return attribute(n, "id") == id })
	if len(found) != 1 {
		t.Fatalf("%d elements are called %s, want 1", len(found), id)
	}
	return found[0]
}

func TestCardsShowTheFiguresOfTheMarts(t *testing.T) {
	h, _, _ := newPages(t)
	page := document(t, h, "/")
	for card, wants := range map[string][]string{
		"ar_net":           {"Open receivables", "EUR 2,830,735.55", "gross EUR 2,903,318.50", "+3.0 % higher", "since 30 Sep 2026", "since 31 Oct 2025"},
		"pct_past_due":     {"44.8 %", "EUR 1,301,687.48", "−0.7 points better", "target 30.0 %", "14.8 points above"},
		"dso":              {"49.6 days", "best possible 26.7 days", "target 42.0 days", "7.6 days above"},
		"cei":              {"85.8 %", "+0.1 points better"},
		"disputed_open_ar": {"EUR 131,969.02", "claimed in open disputes EUR 145,165.92", "+7.7 % worse"},
		"due_next_30":      {"EUR 1,600,130.77", "by 30 Nov 2026", "disputed and left out EUR 1,500.25"},
	} {
		shown := reads(byID(t, page, "card-"+card))
		for _, want := range wants {
			if !strings.Contains(shown, want) {
				t.Errorf("card %s says %q, want %q in it", card, shown, want)
			}
		}
	}
}

func TestOverviewTies(t *testing.T) {
	h, _, _ := newPages(t)
	for _, path := range []string{"/", "/?compare=year", "/?entity=DE01", "/?entity=NL01&compare=year"} {
		shown := reads(byID(t, document(t, h, path), "movement"))
		if !strings.Contains(shown, "it ties to the cent (difference 0.00 EUR)") {
			t.Errorf("%s: the movement says %q", path, shown)
		}
	}
	c := newCompany(t).fill()
	c.do("update mart.movement set billed = billed + 0.01 where month = 24321 and entity = 'DE01'")
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	shown := reads(byID(t, document(t, h, "/"), "movement"))
	if !strings.Contains(shown, "it does not tie, the difference is 0.01 EUR") {
		t.Errorf("a cent too much goes unseen: %q", shown)
	}
}

func TestEveryPanelHasItsParts(t *testing.T) {
	h, _, _ := newPages(t)
	page := document(t, h, "/")
	for _, p := range allPanels {
		if p.spare {
			continue
		}
		panel := byID(t, page, p.name)
		if len(find(panel, func(n *html.Node) bool { return n.Data == "table" })) != 1 {
			t.Errorf("panel %s has no table", p.name)
		}
		if shown := reads(panel); !strings.Contains(shown, p.title) || !strings.Contains(shown, p.definition) {
			t.Errorf("panel %s lacks its title or definition: %q", p.name, shown)
		}
		for _, link := range find(panel, func(n *html.Node) bool { return n.Data == "a" }) {
			if w := get(t, h, attribute(link, "href")); w.Code != http.StatusOK {
				t.Errorf("panel %s: %s answers %d", p.name, attribute(link, "href"), w.Code)
			}
		}
	}
}

func TestPagesCarryNothingInline(t *testing.T) {
	h, _, _ := newPages(t)
	for _, path := range []string{"/", "/worklist", "/worklist?collector=WEST-1", "/definitions", "/explain/dso", "/explain/sources", "/none", "/?as_of=x"} {
		w := get(t, h, path)
		if got := w.Header().Get("Content-Security-Policy"); got != policy || strings.Contains(got, "unsafe") {
			t.Errorf("%s: policy %q", path, got)
		}
		root, err := html.Parse(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "style" || (n.Data == "script" && attribute(n, "src") == "") {
				t.Errorf("%s: an inline %s", path, n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: attribute %s on %s", path, a.Key, n.Data)
				}
				if (a.Key == "href" || a.Key == "src" || a.Key == "action") && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") {
					t.Errorf("%s: %s leads to %s", path, n.Data, a.Val)
				}
			}
		}
	}
}

func TestAFilterIsKeptInEveryLink(t *testing.T) {
	h, _, _ := newPages(t)
	page := document(t, h, "/?entity=DE01&scale=k&compare=year")
	if shown := reads(byID(t, page, "card-ar_net")); !strings.Contains(shown, "EUR 1,188.9 k") {
		t.Errorf("the card of DE01 in thousands says %q", shown)
	}
	for _, link := range find(byID(t, page, "main"), func(n *html.Node) bool { return n.Data == "a" }) {
		href := attribute(link, "href")
		if !strings.Contains(href, "entity=DE01") || !strings.Contains(href, "compare=year") {
			t.Errorf("%q leads to %s and forgets the choice", reads(link), href)
		}
	}
	shown := reads(byID(t, document(t, h, "/?entity=DE01&currency=USD"), "main"))
	if !strings.Contains(shown, "this is entity DE01 in all currencies") {
		t.Error("two dimensions at once are not explained")
	}
	if shown := reads(byID(t, document(t, h, "/?entity=XX99"), "main")); !strings.Contains(shown, "no figures of this choice on this day: Entity XX99") {
		t.Error("an entity that is not there is not explained")
	}
	if shown := reads(byID(t, document(t, h, "/?currency=USD"), "movement")); !strings.Contains(shown, "not by document currency") {
		t.Errorf("the movement by currency says %q", shown)
	}
}

func TestWrongAddressesAreExplained(t *testing.T) {
	h, _, _ := newPages(t)
	for path, want := range map[string]int{
		"/?as_of=31.10.2026": 400, "/?as_of=0001-01-01": 400, "/?compare=week": 400, "/?scale=G": 400,
		"/nothing": 404, "/explain/nothing": 404, "/panel/nothing.csv": 404, "/panel/aging.pdf": 404, "/panel/aging": 404,
		"/chart/changes.json": 404, "/chart/aging.csv": 404, "/static/arrears.js": 404, "/static/../dashboard.go": 404,
	} {
		w := get(t, h, path)
		if w.Code != want && w.Code != http.StatusMovedPermanently && w.Code != http.StatusTemporaryRedirect {
			t.Errorf("%s answers %d, want %d", path, w.Code, want)
		}
	}
}

func TestDefinitionsListTheCatalogue(t *testing.T) {
	h, _, _ := newPages(t)
	page := document(t, h, "/definitions")
	for _, k := range catalogue {
		shown := reads(byID(t, page, k.Name))
		for _, want := range append(k.Tests, k.Title, k.Definition, k.Formula, k.Source, k.Owner, k.Edges) {
			if !strings.Contains(shown, want) {
				t.Errorf("%s: %q lacks %q", k.Name, shown, want)
			}
		}
	}
}

func TestExplainShowsWhereAFigureComesFrom(t *testing.T) {
	c := newCompany(t).fill()
	opts := testOptions(&marts{db: c.db})
	var asked time.Time
	opts.Explain = func(_ context.Context, kpi string, day time.Time) (Explanation, error) {
		asked = day
		if kpi == "cei" {
			return Explanation{}, errors.New("disk on fire")
		}
		rows, err := c.db.Query(t.Context(), "select 'INV-1' as invoice_id, 12.50::decimal(18,3) as open_amount, 'bank.csv' as file, 17 as line")
		return Explanation{Title: "Days sales outstanding", Formula: "net AR * days / credit sales",
			Inputs: []Input{{"net receivables", int64(1700)}}, SQL: []Model{{"mart.kpi", "select 1 < 2"}}, Rows: rows}, err
	}
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	shown := reads(document(t, h, "/explain/dso?as_of=2026-06-30"))
	for _, want := range []string{"49.6 days", "net AR * days / credit sales", "net receivables 1700", "select 1 < 2", "INV-1", "12.50", "bank.csv", "17"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the explanation lacks %q: %s", want, shown)
		}
	}
	if want := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC); !asked.Equal(want) {
		t.Errorf("explained for %s, want %s", asked, want)
	}
	if shown := reads(document(t, h, "/explain/dso?entity=DE01")); !strings.Contains(shown, "those of the whole company") {
		t.Error("rows of the whole company pass for those of an entity")
	}
	shown = reads(document(t, h, "/explain/cei"))
	if !strings.Contains(shown, "could not be read") || strings.Contains(shown, "disk on fire") {
		t.Errorf("a failing explanation says %q", shown)
	}
	if shown := reads(document(t, h, "/explain/overdue")); !strings.Contains(shown, "from mart.open_item as item") {
		t.Error("a panel does not show its query")
	}
}

func TestAnEmptyCompanyHasAPage(t *testing.T) {
	c := newCompany(t)
	c.do("insert into mart.run values ('r1', '2026-10-31', null, null, '2026-11-01 06:04:00', 0, 0, 0, 'New & Co', 'JPY', 'JP')")
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	shown := reads(document(t, h, "/"))
	for _, want := range []string{"New & Co", "There is nothing to show for this choice.", "No source has delivered anything yet.", "JPY –"} {
		if !strings.Contains(shown, strings.TrimPrefix(want, "JPY ")) {
			t.Errorf("the empty page lacks %q: %s", want, shown)
		}
	}
	for _, p := range allPanels {
		for _, format := range []string{"csv", "json", "xlsx"} {
			if w := get(t, h, "/panel/"+p.name+"."+format); w.Code != http.StatusOK {
				t.Errorf("%s.%s of an empty company answers %d: %s", p.name, format, w.Code, w.Body)
			}
		}
		if p.chart != nil {
			if w := get(t, h, "/chart/"+p.name+".json"); w.Code != http.StatusOK {
				t.Errorf("chart %s of an empty company answers %d", p.name, w.Code)
			}
		}
	}
}

func TestABrokenPanelLeavesTheOthersAlone(t *testing.T) {
	c := newCompany(t).fill()
	c.do("drop table mart.movement")
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	page := document(t, h, "/")
	if shown := reads(byID(t, page, "movement")); !strings.Contains(shown, "could not be read") || strings.Contains(shown, "Catalog Error") {
		t.Errorf("the broken panel says %q", shown)
	}
	if shown := reads(byID(t, page, "aging")); !strings.Contains(shown, "ties to the cent") {
		t.Errorf("the panel beside it says %q", shown)
	}
	if w := get(t, h, "/panel/movement.csv"); w.Code != http.StatusInternalServerError {
		t.Errorf("its export answers %d", w.Code)
	}
	if w := get(t, h, "/chart/movement.json"); w.Code != http.StatusInternalServerError {
		t.Errorf("its chart answers %d", w.Code)
	}
}

func TestReadersGetTheirOwnNumbers(t *testing.T) {
	h, _, _ := newPages(t)
	for accept, want := range map[string]string{"de": "2.830.735,55", "de-CH, en;q=0.5": "2’830’735.55", "en-IN": "28,30,735.55", "xx;;": "2,830,735.55"} {
		r := as(t, "manager", http.MethodGet, "/")
		r.Header.Set("Accept-Language", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("Accept-Language %s: no %s on the page", accept, want)
		}
	}
}

func TestStaticFilesAreKeptForEver(t *testing.T) {
	h, _, _ := newPages(t)
	page := get(t, h, "/").Body.String()
	files := regexp.MustCompile(`/static/[^"]+`).FindAllString(page, -1)
	if len(files) < 5 {
		t.Fatalf("the page names %v", files)
	}
	for _, file := range files {
		for _, encoding := range []string{"", "gzip"} {
			r := as(t, "manager", http.MethodGet, file)
			r.Header.Set("Accept-Encoding", encoding)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != encoding ||
				!strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
				t.Errorf("%s (%s): %d %v", file, encoding, w.Code, w.Header())
			}
		}
	}
}

func TestPanelQueriesReadMartsAndTargetsOnly(t *testing.T) {
	db, err := warehouse.Open(t.Context(), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	queries, err := readQueries(os.DirFS("../sql/panel"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range queries {
		reads, err := db.Reads(t.Context(), text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		header := regexp.MustCompile(`(?m)^-- source: +(.+)$`).FindStringSubmatch(text)
		if header == nil {
			t.Errorf("%s names no source", name)
			continue
		}
		declared := strings.Split(header[1], ", ")
		slices.Sort(declared)
		if !slices.Equal(declared, reads) {
			t.Errorf("%s says it reads %v and reads %v", name, declared, reads)
		}
		for _, table := range reads {
			if !strings.HasPrefix(table, "mart.") && table != "stg.target" {
				t.Errorf("%s reads %s", name, table)
			}
		}
	}
	for _, p := range allPanels {
		if (queries[p.query] == "") != p.live {
			t.Errorf("panel %s reads %s, which is not there", p.name, p.query)
		}
	}
}

func TestPanelsMustBeReadable(t *testing.T) {
	c := newCompany(t).fill()
	opts := testOptions(&marts{db: c.db})
	opts.Panels = fstest.MapFS{"run.sql": {Data: []byte("select 1 as run_id")}, "kpi.sql": {Data: []byte("select nonsense")}}
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	if w := get(t, h, "/"); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "nonsense") {
		t.Errorf("a page without figures answers %d: %s", w.Code, w.Body)
	}
}

func TestChartsAreDataOnly(t *testing.T) {
	h, _, _ := newPages(t)
	for _, p := range allPanels {
		if p.chart == nil {
			continue
		}
		var answer struct {
			Option  struct{ Series []struct{ Name string } }
			Arrears struct {
				Kinds, Links []string
				Money        string
			}
		}
		body := get(t, h, "/chart/"+p.name+".json").Body.Bytes()
		if err := json.Unmarshal(body, &answer); err != nil {
			t.Fatal(err)
		}
		if len(answer.Option.Series) == 0 || len(answer.Arrears.Kinds) < len(answer.Option.Series) || answer.Arrears.Money != "EUR" {
			t.Errorf("chart %s: %d series, %+v", p.name, len(answer.Option.Series), answer.Arrears)
		}
		for _, link := range answer.Arrears.Links {
			if w := get(t, h, link); w.Code != http.StatusOK {
				t.Errorf("chart %s leads to %s, which answers %d", p.name, link, w.Code)
			}
		}
		if strings.Contains(string(body), "__f__") || strings.Contains(string(body), "function") {
			t.Errorf("chart %s carries code", p.name)
		}
	}
}

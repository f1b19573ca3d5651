package dashboard

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/shopspring/decimal"
)

// A browser opens pages in headless Chromium and keeps what went wrong in them: errors on the console, violations of the
// content policy, requests to another host.
type browser struct {
	t    *testing.T
	ctx  context.Context
	host string

	mu     sync.Mutex
	faults []string
}

func newBrowser(t *testing.T, host string) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine: install chromium to test the pages in a browser")
	}
	b := &browser{t: t, host: host}
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(chromedp.ExecPath(path), chromedp.NoSandbox))
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	b.ctx = ctx
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	b.signIn("manager")
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) watch(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, "exception: "+fmt.Sprint(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.faults = append(b.faults, fmt.Sprintf("console: %v", e.Args))
		}
	case *log.EventEntryAdded:
		b.faults = append(b.faults, fmt.Sprintf("log: %s %s", e.Entry.Text, e.Entry.URL))
	case *network.EventRequestWillBeSent:
		url := e.Request.URL
		if !strings.HasPrefix(url, b.host+"/") && !strings.HasPrefix(url, "data:") && url != "about:blank" {
			b.faults = append(b.faults, "request to "+url)
		}
	}
}

// open shows a page in a window of this size and waits until every chart is drawn.
func (b *browser) open(path string, width, height int64, dark bool) {
	b.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if err == nil {
		err = chromedp.Do(b.ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(b.host+path),
			chromedp.WaitNotPresent(chromedp.CSS(`[aria-busy="true"]`)))
	}
	if err != nil {
		b.t.Fatalf("open %s: %v", path, err)
	}
}

// evaluate runs a script in the page.
func evaluate[T any](b *browser, script string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return value
}

// await lets the browser paint until something holds in the page.
func (b *browser) await(condition string) {
	b.t.Helper()
	script := "new Promise(done => { let frames = 600; const look = () => (" + condition +
		") ? done(true) : frames-- > 0 ? requestAnimationFrame(look) : done(false); requestAnimationFrame(look); })"
	held, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
	if err != nil || !held {
		b.t.Fatalf("%s does not come to hold (%v)", condition, err)
	}
}

// keep writes a picture of the page where SCREENSHOTS says.
func (b *browser) keep(name string) {
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644)
	}
	if err != nil {
		b.t.Fatalf("picture of %s: %v", name, err)
	}
}

// press types one key.
func (b *browser) press(key string) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.KeyEvent(key)); err != nil {
		b.t.Fatalf("press %s: %v", key, err)
	}
}

// saw tells whether a fault was seen that says this.
func (b *browser) saw(words string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.faults, func(fault string) bool { return strings.Contains(fault, words) })
}

// allow forgets the faults that say one of these: the browser reports an expected status like any other.
func (b *browser) allow(words ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = slices.DeleteFunc(b.faults, func(fault string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(fault, "status of "+w) })
	})
}

// clean fails the test when the page did anything it must not.
func (b *browser) clean() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, fault := range b.faults {
		b.t.Error(fault)
	}
}

// windows are how people look at the pages.
var windows = []struct {
	name          string
	width, height int64
	dark          bool
}{
	{"wide", 1440, 900, false}, {"dark", 1440, 900, true}, {"tablet", 820, 1100, false}, {"narrow", 390, 844, false}, {"small", 360, 740, true},
}

// shows compares a card, as a reader sees it, with the mart.
func (c *company) shows(b *browser, kpi string) {
	c.t.Helper()
	rows, err := c.db.Query(c.t.Context(), "select value from mart.kpi where dimension = '' and bucket = '' and kpi = '"+kpi+"'")
	if err != nil || len(rows.Rows) != 1 {
		c.t.Fatalf("%s: %d rows in mart.kpi: %v", kpi, len(rows.Rows), err)
	}
	text := evaluate[string](b, "document.querySelector('#card-"+kpi+" b').innerText")
	shown, err := decimal.NewFromString(strings.ReplaceAll(text, ",", ""))
	if err != nil {
		c.t.Fatalf("the card %s shows %q", kpi, text)
	}
	if mart := rows.Rows[0][0].(decimal.Decimal).Round(-shown.Exponent()); !mart.Equal(shown) {
		c.t.Errorf("the card %s shows %s, the mart says %s", kpi, shown, mart)
	}
}

func TestPagesWorkInABrowser(t *testing.T) {
	h, _, c := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	for _, window := range windows {
		b.open("/", window.width, window.height, window.dark)
		b.keep(window.name)
		for _, fault := range evaluate[[]string](b, "[...document.querySelectorAll('.chart .fault')].map(p => p.title)") {
			t.Errorf("%s: a chart is not drawn: %s", window.name, fault)
		}
		if evaluate[bool](b, "document.documentElement.scrollWidth > innerWidth") {
			t.Errorf("%s: the page is wider than its window", window.name)
		}
		if drawn := evaluate[int](b, "[...document.querySelectorAll('.chart svg')].filter(s => s.getBoundingClientRect().height > 150).length"); drawn != 5 {
			t.Errorf("%s: %d charts are drawn, want 5", window.name, drawn)
		}
		if evaluate[bool](b, "(box => box.scrollWidth > box.clientWidth)(document.querySelector('#dso_without .scroll'))") {
			t.Errorf("%s: a column of what DSO would be without is out of sight", window.name)
		}
		for _, card := range []string{"ar_net", "pct_past_due", "dso", "cei", "disputed_open_ar"} {
			c.shows(b, card)
		}
	}
	for _, path := range []string{"/definitions", "/explain/dso", "/explain/aging_due", "/explain/overdue", "/nothing", "/?as_of=today", "/?currency=USD&scale=k&compare=year"} {
		b.open(path, 1440, 900, false)
		b.keep("page" + strings.NewReplacer("/", "_", "?", "-", "&", "-", "=", "-").Replace(path))
	}
	b.allow("404", "400")
	b.clean()
}

func TestKeysAndTheThemeWork(t *testing.T) {
	h, _, _ := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	b.open("/", 1440, 900, false)
	before := evaluate[string](b, "getComputedStyle(document.body).backgroundColor")
	b.press("t")
	if after := evaluate[string](b, "getComputedStyle(document.body).backgroundColor"); after == before {
		t.Errorf("t leaves the page in the colour %s", after)
	}
	b.open("/definitions", 1440, 900, false)
	if theme := evaluate[string](b, "document.documentElement.dataset.theme"); theme != "dark" {
		t.Errorf("the next page has the theme %q, want dark", theme)
	}
	b.press("?")
	if !evaluate[bool](b, "document.getElementById('keys').open") {
		t.Error("? does not open the help")
	}
	b.clean()
}

func TestABarTellsItsFigureUnderThePointer(t *testing.T) {
	h, _, _ := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	b.open("/", 1440, 900, false)
	evaluate[bool](b, "document.querySelector('#aging').scrollIntoView() === undefined")
	b.await("document.querySelector('#aging').getBoundingClientRect().top < 200")
	at := evaluate[[]float64](b, "(r => [r.x + r.width * 0.6, r.y + r.height * 0.6])(document.querySelector('#aging .chart').getBoundingClientRect())")
	if err := chromedp.Do(b.ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1])); err != nil {
		t.Fatal(err)
	}
	b.await("document.querySelector('#aging .chart').textContent.split('EUR ').length === 6") // an amount for each of five buckets
	b.keep("tooltip")
	b.clean()
}

func TestBrowserSeesWhatThePolicyForbids(t *testing.T) {
	h, _, _ := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	b.open("/", 1440, 900, false)
	evaluate[bool](b, "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">red</p>') === undefined")
	evaluate[bool](b, "document.title !== ''") // the browser reports in order: what went before has been told
	if !b.saw("Content Security Policy") {
		t.Error("an inline style went unseen: the test of the pages proves nothing")
	}
}

func TestOverviewPrintsOnPaper(t *testing.T) {
	h, _, _ := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	b.open("/", 1440, 900, true)
	paper, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	if err != nil {
		t.Fatal(err)
	}
	if pages := bytes.Count(paper, []byte("/Type /Page\n")); pages < 1 || pages > 3 {
		t.Errorf("the overview takes %d sheets of A4, want at most 3", pages)
	}
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "print.pdf"), paper, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b.clean()
}

func TestOldFiguresAreGrey(t *testing.T) {
	c := newCompany(t).fill()
	opts := testOptions(&marts{db: c.db})
	opts.Now = func() time.Time { return morning.AddDate(0, 0, 4) }
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	b.open("/", 1440, 900, false)
	b.keep("stale")
	if filter := evaluate[string](b, "getComputedStyle(document.querySelector('.chart')).filter"); filter != "grayscale(1)" {
		t.Errorf("a chart of four days ago is drawn with the filter %q", filter)
	}
	if note := evaluate[string](b, "document.querySelector('.stale-note').innerText"); !strings.Contains(note, "4 days old") {
		t.Errorf("the page says %q of its age", note)
	}
	b.clean()
}

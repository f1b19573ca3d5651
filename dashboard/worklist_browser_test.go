package dashboard

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

func TestWorklistWorksInABrowser(t *testing.T) {
	h, _, _ := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	for _, window := range windows {
		b.open("/worklist?collector=EAST-1&customer=C003", window.width, window.height, window.dark)
		b.keep("worklist-" + window.name)
		if evaluate[bool](b, "document.documentElement.scrollWidth > innerWidth") {
			t.Errorf("%s: the page is wider than its window", window.name)
		}
		beside := evaluate[bool](b, "(list => list.top < document.querySelector('#customer').getBoundingClientRect().bottom && "+
			"list.right <= document.querySelector('#customer').getBoundingClientRect().left)(document.querySelector('#worklist').getBoundingClientRect())")
		if wide := window.width > 900; beside != wide {
			t.Errorf("%s: the customer stands beside the list: %v", window.name, beside)
		}
		if window.width > 1180 {
			order := evaluate[bool](b, "[...document.querySelectorAll('.line')].every(line => { const x = (part) => line.querySelector(part).getBoundingClientRect().x; "+
				"return x('.place') < x('.who') && x('.who') === x('.reasons') && x('.who') < x('.stake') && x('.stake') < x('.priority') })")
			if !order {
				t.Errorf("%s: place, customer, money at stake and priority do not stand side by side", window.name)
			}
		}
		if hidden := evaluate[int](b, "[...document.querySelectorAll('.line :is(a, b), .line .reasons')].filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline').length"); hidden > 0 {
			t.Errorf("%s: %d parts of the list are cut off", window.name, hidden)
		}
	}
	b.clean()
}

func TestKeysMoveThroughTheWorklist(t *testing.T) {
	h, _, _ := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	b.open("/", 1440, 900, false)
	b.press("w")
	b.await("document.querySelector('#customer h2') && document.querySelector('#customer h2').innerText === 'Hollis Optics'")
	evaluate[bool](b, "(window.stays = true)")
	b.press("j")
	b.await("document.querySelector('#customer h2').innerText === 'Aldermoor Textiles' && !document.querySelector('#customer').ariaBusy")
	b.press("j")
	b.press("j")
	b.await("document.querySelector('#customer h2').innerText === 'Castellan Works'")
	b.press("k")
	b.await("document.querySelector('#customer h2').innerText === 'Brightwater Foods'")
	if !evaluate[bool](b, "window.stays && location.search.includes('customer=C002') && document.activeElement.innerText === 'Brightwater Foods'") {
		t.Error("the page was left, or the address or the focus is that of another customer")
	}
	if marked := evaluate[string](b, "[...document.querySelectorAll('.line.here a, .line a[aria-current]')].map(a => a.innerText).join()"); marked != "Brightwater Foods" {
		t.Errorf("marked on the list: %s", marked)
	}
	evaluate[bool](b, "document.querySelector('#not_listed .absent summary').click() === undefined")
	evaluate[bool](b, "document.querySelector('#not_listed .absent [open] a').click() === undefined")
	b.await("document.querySelector('#customer .standing').innerText === 'Not on the list: snoozed'")
	b.keep("worklist-not-listed")
	b.press("?")
	if !evaluate[bool](b, "document.getElementById('keys').open") {
		t.Error("? does not open the help")
	}
	b.clean()
}

// Without a script every line is a link to the page with that customer.
func TestWorklistWorksWithoutAScript(t *testing.T) {
	h, _, _ := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.open("/worklist?collector=EAST-1", 390, 844, false)
	err := chromedp.Do(b.ctx, chromedp.Click(chromedp.CSS(`#worklist a[href*="customer=C003"]`)),
		chromedp.WaitReady(chromedp.CSS(`#worklist a[href*="customer=C003"][aria-current]`)))
	if err != nil {
		t.Fatal(err)
	}
	if name := evaluate[string](b, "document.querySelector('#customer h2').innerText"); name != "Castellan Works" {
		t.Errorf("beside the list stands %s", name)
	}
	if at := evaluate[string](b, "location.pathname + location.search + location.hash"); at != "/worklist?collector=EAST-1&customer=C003#customer" {
		t.Errorf("the link leads to %s", at)
	}
	b.clean()
}

func TestWorklistPrintsOnPaper(t *testing.T) {
	h, _, _ := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	b.open("/worklist?collector=EAST-1&customer=C003", 1440, 900, true)
	paper, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	if err != nil {
		t.Fatal(err)
	}
	if pages := bytes.Count(paper, []byte("/Type /Page\n")); pages < 1 || pages > 3 {
		t.Errorf("a list of five takes %d sheets of A4, want at most 3", pages)
	}
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "worklist.pdf"), paper, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b.clean()
}

// A screen reader finds names for everything, and headings in their order.
func TestWorklistReadsWell(t *testing.T) {
	h, _, _ := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	b.open("/worklist?collector=EAST-1&customer=C008", 1440, 900, false)
	if nameless := evaluate[int](b, "[...document.querySelectorAll('a, button, summary, select, input:not([type=hidden])')].filter(e => !(e.textContent.trim() || e.ariaLabel || e.labels && e.labels.length)).length"); nameless > 0 {
		t.Errorf("%d things to press have no name", nameless)
	}
	levels := evaluate[[]int](b, "[...document.querySelectorAll('main h1, main h2, main h3')].map(e => +e.tagName[1])")
	for i := 1; i < len(levels); i++ {
		if levels[i] > levels[i-1]+1 {
			t.Errorf("a heading of level %d follows one of level %d", levels[i], levels[i-1])
		}
	}
	if twice := evaluate[string](b, "(ids => ids.filter((id, i) => ids.indexOf(id) !== i).join())([...document.querySelectorAll('[id]')].map(e => e.id))"); twice != "" {
		t.Errorf("two elements are called %s", twice)
	}
	if small := evaluate[string](b, "[...document.querySelectorAll('.line')].filter(e => e.getBoundingClientRect().height < 24).length + ''"); !strings.HasPrefix(small, "0") {
		t.Errorf("%s lines are too low to hit", small)
	}
	b.clean()
}

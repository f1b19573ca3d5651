package dashboard

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
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

// clean fails the test when the page did anything it must not.
func (b *browser) clean() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, fault := range b.faults {
		b.t.Error(fault)
	}
}

func TestPagesWorkInABrowser(t *testing.T) {
	h, _, _ := newPages(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	for _, window := range []struct {
		name   string
		width  int64
		height int64
		dark   bool
	}{{"wide", 1440, 900, false}, {"narrow", 390, 844, false}, {"tablet", 820, 1100, false}, {"dark", 1440, 900, true}, {"small", 360, 740, true}} {
		b.open("/", window.width, window.height, window.dark)
		b.keep(window.name)
		for _, fault := range evaluate[[]string](b, "[...document.querySelectorAll('.chart .fault')].map(p => p.title)") {
			t.Errorf("%s: a chart is not drawn: %s", window.name, fault)
		}
		if wide := evaluate[bool](b, "document.documentElement.scrollWidth > innerWidth"); wide {
			t.Errorf("%s: the page is wider than its window", window.name)
		}
		if drawn := evaluate[int](b, "document.querySelectorAll('.chart svg').length"); drawn != 4 {
			t.Errorf("%s: %d charts are drawn, want 4", window.name, drawn)
		}
	}
	b.clean()
}

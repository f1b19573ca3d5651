package main

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// faults are what a page must not do: errors on the console, violations of its content policy, requests to another host.
type faults struct {
	host string
	mu   sync.Mutex
	seen []string
}

func (f *faults) watch(event any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch e := event.(type) {
	case *cdpruntime.EventExceptionThrown:
		f.seen = append(f.seen, fmt.Sprintf("exception: %v", e.ExceptionDetails))
	case *cdpruntime.EventConsoleAPICalled:
		if e.Type == cdpruntime.ConsoleAPICalledTypeError || e.Type == cdpruntime.ConsoleAPICalledTypeWarning {
			for _, said := range e.Args {
				f.seen = append(f.seen, fmt.Sprintf("console: %s", said.Value))
			}
		}
	case *log.EventEntryAdded: // violations of the content policy come here
		f.seen = append(f.seen, fmt.Sprintf("log: %s %s", e.Entry.Text, e.Entry.URL))
	case *network.EventRequestWillBeSent:
		url := e.Request.URL
		if !strings.HasPrefix(url, f.host+"/") && !strings.HasPrefix(url, "data:") && url != "about:blank" {
			f.seen = append(f.seen, "request to "+url)
		}
	}
}

func (f *faults) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.seen)
}

// chromium starts a browser that reports the faults of its pages.
func chromium(t *testing.T, f *faults) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on this machine: install chromium to test the demo in a browser")
	}
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(chromedp.ExecPath(path), chromedp.NoSandbox))
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	if err := chromedp.Listen(ctx, f.watch); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// evaluate runs a script in the page.
func evaluate[T any](ctx context.Context, t *testing.T, script string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return value
}

// What a newcomer sees: arrears demo, opened in a browser.
func TestDemoInABrowser(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, "demo", "--dir", dir, "--customers", "30", "--months", "12")
	f := &faults{host: s.host}
	ctx := chromium(t, f)
	s.until("/readyz", s.answers("/readyz", 200))
	if !strings.Contains(s.said.String(), "Open "+s.host) {
		t.Errorf("the demo does not say where to look: %s", s.said.String())
	}
	mart := kpis(t, "-c", dir+"/arrears.yaml")
	err := chromedp.Do(ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(s.host+"/"),
		chromedp.WaitNotPresent(chromedp.CSS(`[aria-busy="true"]`)))
	if err != nil {
		t.Fatal(err)
	}
	for card, places := range map[string]int32{"ar_net": 2, "pct_past_due": 1, "dso": 1, "cei": 1, "disputed_open_ar": 2} {
		got := evaluate[string](ctx, t, "document.querySelector('#card-"+card+" b').innerText")
		if shown := number(t, strings.ReplaceAll(got, ",", "")); !shown.Equal(mart[card].Round(places)) {
			t.Errorf("the card %s shows %s, the mart says %s", card, got, mart[card])
		}
	}
	if drawn := evaluate[int](ctx, t, "document.querySelectorAll('.chart svg').length"); drawn < 4 {
		t.Errorf("%d charts are drawn, want at least 4", drawn)
	}
	for _, fault := range f.all() {
		t.Error(fault)
	}
	// The watch itself is proven: a page that does what it must not is seen.
	evaluate[bool](ctx, t, "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">red</p>') === undefined")
	evaluate[bool](ctx, t, "console.error('loud') === undefined")
	said := strings.Join(f.all(), "\n")
	if !strings.Contains(said, "Content Security Policy") || !strings.Contains(said, "loud") {
		t.Errorf("an inline style or an error on the console went unseen: %s", said)
	}
	s.end()
}

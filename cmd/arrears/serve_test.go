package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// A serving is a command that serves, until it is told to end.
type serving struct {
	t       *testing.T
	host    string
	stop    context.CancelFunc
	ended   chan int
	said    lockedBuffer
	client  http.Client
	settled time.Duration // how long a test waits for what a refresh brings
}

// lockedBuffer is what a command says while it is at work.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// serve starts a command on a free port.
func serve(t *testing.T, args ...string) *serving {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	s := &serving{t: t, host: "http://" + address, stop: stop, ended: make(chan int, 1), settled: 2 * time.Minute}
	s.client.Transport = &http.Transport{DisableKeepAlives: true}
	go func() { s.ended <- run(ctx, append(args, "--listen", address), &s.said, &s.said) }()
	t.Cleanup(stop)
	return s
}

// get asks for a page; no answer is status 0.
func (s *serving) get(path string) (status int, text string) {
	answer, err := s.client.Get(s.host + path)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = answer.Body.Close() }() // only read
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// until waits for something to come true.
func (s *serving) until(what string, true func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(s.settled); !true(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain for %s; it says\n%s", what, s.said.String())
		}
	}
}

func (s *serving) answers(path string, status int) func() bool {
	return func() bool { got, _ := s.get(path); return got == status }
}

// end tells the command to end, as SIGTERM does, and wants it to, soon.
func (s *serving) end() {
	s.t.Helper()
	s.stop()
	select {
	case status := <-s.ended:
		if status != exitDone {
			s.t.Errorf("it ended with status %d: %s", status, s.said.String())
		}
	case <-time.After(10 * time.Second):
		s.t.Errorf("it is still there 10 seconds after it was told to end: %s", s.said.String())
	}
}

func TestServeIsReadyWhenFiguresAreShown(t *testing.T) {
	dir, path := configured(t, "schedule: '@every 1s'")
	putRows(t, dir, "invoices-yen", yen) // no rate: nothing can be published
	s := serve(t, "serve", "-c", path)
	s.signIn(path)
	s.until("a refresh to fail", func() bool { return strings.Contains(s.said.String(), "a check stopped the publish") })
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503, "/metrics": 200} {
		if got, text := s.get(path); got != want {
			t.Errorf("before anything is published %s answers %d: %s", path, got, text)
		}
	}
	putRows(t, dir, "rates", yenRate)
	s.until("/readyz", s.answers("/readyz", http.StatusOK))
	if status, page := s.get("/"); status != http.StatusOK || !strings.Contains(page, "2,160.50") {
		t.Errorf("/ answers %d, without 2,160.50", status)
	}
	s.end()
}

var (
	yen     = []row{{"invoice_id": "I9", "customer_id": "C2", "issued_on": "2025-03-20", "due_on": "2025-04-20", "amount": "10000", "currency": "JPY"}}
	yenRate = []row{{"from_currency": "JPY", "to_currency": "EUR", "on": "2025-01-01", "rate": "0.006"}}
	sample  = regexp.MustCompile(`(?m)^arrears_kpi_value\{currency="(\w*)",kpi="(\w+)",unit="(\w+)"\} (\S+)$`)
)

func TestMetricsAreTheFiguresOfTheMarts(t *testing.T) {
	_, path := configured(t, "")
	must(t, exitDone, "run", "-c", path)
	want := map[string]*decimal.Decimal{}
	for name, value := range kpis(t, "-c", path) {
		if !strings.Contains(name, " ") && value != nil {
			want[name] = value
		}
	}
	s := serve(t, "serve", "-c", path)
	s.until("/readyz", s.answers("/readyz", http.StatusOK))
	_, text := s.get("/metrics")
	got := sample.FindAllStringSubmatch(text, -1)
	for _, m := range got {
		value, err := decimal.NewFromString(m[4])
		if name := m[2]; err != nil || want[name] == nil || !value.Round(6).Equal(want[name].Round(6)) {
			t.Errorf("the metric %s is %s (%v), the mart says %v", name, m[4], err, want[name])
		}
		if (m[3] == "amount") != (m[1] == "EUR") {
			t.Errorf("%s: only an amount has a currency", m[0])
		}
	}
	if len(got) != len(want) || len(got) < 30 {
		t.Errorf("%d figures are metrics, want %d", len(got), len(want))
	}
	s.end()
}

func TestFailedRefreshKeepsPages(t *testing.T) {
	dir, path := configured(t, "schedule: '@every 1s'")
	s := serve(t, "serve", "-c", path)
	s.signIn(path)
	s.until("/readyz", s.answers("/readyz", http.StatusOK))
	if _, page := s.get("/"); !strings.Contains(page, "2,100.50") {
		t.Fatal("the page does not show 2,100.50")
	}
	putRows(t, dir, "invoices-yen", yen)
	s.until("a refresh to fail", func() bool {
		return strings.Contains(s.said.String(), "refresh failed, what was published before still stands")
	})
	if status, page := s.get("/"); status != http.StatusOK || !strings.Contains(page, "2,100.50") {
		t.Errorf("after a refresh failed / answers %d without 2,100.50", status)
	}
	if status, _ := s.get("/readyz"); status != http.StatusOK {
		t.Errorf("after a refresh failed /readyz answers %d", status)
	}
	if _, text := s.get("/metrics"); !strings.Contains(text, `currency="EUR",kpi="ar_net",unit="amount"} 2100.5`) {
		t.Error("after a refresh failed /metrics has lost the figures")
	}
	putRows(t, dir, "rates", yenRate)
	s.until("the new figures", func() bool { _, page := s.get("/"); return strings.Contains(page, "2,160.50") })
	s.end()
}

// What serve opened and started is closed and ended with it, also when it is told to end in the middle of a refresh.
func TestServeLeavesNothingBehind(t *testing.T) {
	_, path := configured(t, "")
	once := func(wait bool) {
		s := serve(t, "serve", "-c", path)
		s.signIn(path)
		if wait {
			s.until("/readyz", s.answers("/readyz", http.StatusOK))
			for _, page := range []string{"/", "/?as_of=2025-02-28", "/explain/dso", "/metrics"} {
				if status, text := s.get(page); status != http.StatusOK {
					t.Errorf("%s answers %d: %s", page, status, text)
				}
			}
		}
		s.end()
	}
	once(true) // what is made once and kept for good
	routines, files := runtime.NumGoroutine(), openFiles(t)
	for i := range 4 {
		once(i%2 == 0)
	}
	deadline := time.Now().Add(20 * time.Second)
	for runtime.NumGoroutine() > routines+2 && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	if now := runtime.NumGoroutine(); now > routines+2 {
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines before and %d after:\n%s", routines, now, stacks[:runtime.Stack(stacks, true)])
	}
	for len(openFiles(t)) > len(files) && time.Now().Before(deadline) { // an engine that was interrupted lets go of its files last
		time.Sleep(20 * time.Millisecond)
	}
	if now := openFiles(t); len(now) > len(files) {
		t.Errorf("open before were %q and after are %q", files, now)
	}
}

// openFiles are the files with a name that this process holds open.
func openFiles(t *testing.T) []string {
	t.Helper()
	links, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("this system does not say which files are open")
	}
	var names []string
	for _, l := range links {
		if name, err := os.Readlink(filepath.Join("/proc/self/fd", l.Name())); err == nil && strings.HasPrefix(name, "/") {
			names = append(names, name)
		}
	}
	return names
}

package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"
	"github.com/xuri/excelize/v2"

	"arrears/config"
	"arrears/ledger"
)

// letterBox is an SMTP server that takes everything.
func letterBox(t *testing.T) (address string, taken func() []string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var open sync.WaitGroup
	var letters []string
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer func() { _ = conn.Close() }()
				if text := takeLetter(conn); text != "" {
					mu.Lock()
					letters = append(letters, text)
					mu.Unlock()
				}
			})
		}
	})
	t.Cleanup(func() { _ = listener.Close(); open.Wait() })
	return listener.Addr().String(), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return letters
	}
}

func takeLetter(conn net.Conn) string {
	say := func(text string) { _, _ = fmt.Fprint(conn, text+"\r\n") }
	say("220 box")
	var text strings.Builder
	for lines, inside := bufio.NewReader(conn), false; ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return ""
		}
		switch word, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " "); {
		case inside && line == ".\r\n":
			say("250 taken")
			inside = false
		case inside:
			text.WriteString(strings.TrimPrefix(line, "."))
		case word == "DATA":
			say("354 go on")
			inside = true
		case word == "QUIT":
			say("221 bye")
			return text.String()
		default:
			say("250 ok")
		}
	}
}

// Each collector gets the list once a day, with the whole of it enclosed, whoever asks and however often.
func TestEveryCollectorGetsTheListOnceADay(t *testing.T) {
	dir := aList(t)
	putRows(t, dir, "customers-more", []row{{"customer_id": "C29", "name": "Customer C29", "collector": "ana@example.com"}, {"customer_id": "C30", "name": "Customer C30", "collector": "SOUTH"}})
	putRows(t, dir, "invoices-more", []row{{"invoice_id": "I29", "customer_id": "C29", "issued_on": "2026-09-30", "due_on": "2026-10-20", "amount": "500", "currency": "EUR"},
		{"invoice_id": "I30", "customer_id": "C30", "issued_on": "2026-09-30", "due_on": "2026-10-20", "amount": "500", "currency": "EUR"}})
	box, taken := letterBox(t)
	path := dir + "/arrears.yaml"
	text := `company: Small Shop
currency: EUR
as_of: 2026-10-31
mail: {server: "` + box + `", from: ar@example.com, tls: none, worklists: {at: "06:30", to: {EAST: Eve <eve@example.com>}}}
sources:
`
	for _, dataset := range []string{"customers", "invoices", "promises", "activities"} {
		text += fmt.Sprintf("  - {name: %[1]s, files: [%[1]s*.csv], settle: 0s, maps: [{dataset: %[1]s, canonical: true}]}\n", dataset)
	}
	put(t, path, text)
	must(t, exitDone, "run", "-c", path)
	states := func() string {
		var said []string
		for _, list := range decode[map[string]any](t, must(t, exitDone, "worklist", "--mail", "-c", path, "-o", "json")) {
			said = append(said, fmt.Sprint(list["collector"], " ", list["state"]))
		}
		return strings.Join(said, ", ")
	}
	if got, want := states(), "EAST queued, SOUTH no address, ana@example.com queued"; got != want {
		t.Errorf("states are %q, want %q", got, want)
	}
	if got := states(); got != "EAST sent already today, SOUTH no address, ana@example.com sent already today" {
		t.Errorf("asked again: %q", got)
	}
	if len(taken()) != 2 {
		t.Fatalf("%d letters were taken, want 2", len(taken()))
	}
	checkList(t, taken())
	mustNextDay(t, path, 2)
	mustMorning(t, path)
	must(t, exitUsage, "worklist", "--mail", "--on", "2026-10-01", "-c", path)
}

func checkList(t *testing.T, all []string) {
	t.Helper()
	for _, text := range all {
		letter, err := enmime.ReadEnvelope(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(letter.GetHeader("To"), "eve@example.com") {
			continue
		}
		if !strings.Contains(letter.Text, "1. Customer C26 (C26)") || !strings.Contains(letter.Text, "EAST: today ends after 24 of 26 (360 minutes)") || len(letter.Attachments) != 2 {
			t.Errorf("the letter says %s with %d files", letter.Text, len(letter.Attachments))
		}
		book, err := excelize.OpenReader(strings.NewReader(string(letter.Attachments[0].Content)))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.GetRows("Sheet1")
		if err != nil || len(rows) != 27 || !strings.HasSuffix(letter.Attachments[0].FileName, ".xlsx") {
			t.Errorf("the workbook %s has %d rows (%v)", letter.Attachments[0].FileName, len(rows), err)
		}
		if lines := strings.Count(string(letter.Attachments[1].Content), "\n"); lines != 27 {
			t.Errorf("the text %s has %d lines", letter.Attachments[1].FileName, lines)
		}
		return
	}
	t.Error("nobody wrote to eve")
}

// mustNextDay wants the lists once more on another day, but not for a user who has left.
func mustNextDay(t *testing.T, path string, lists int) {
	t.Helper()
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{cfg: cfg, log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	l, err := d.openLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	queued := func(day string) (n int) {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		sent, err := d.mailLists(t.Context(), l, ledger.Program("worklist"), at, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sent {
			if s.state == listQueued {
				n++
			}
		}
		return n
	}
	if got := queued("2031-01-02"); got != lists {
		t.Errorf("%d lists on the next day, want %d", got, lists)
	}
	if err := l.SetUser(t.Context(), ledger.Program("test"), ledger.User{Name: "ana@example.com", Title: "Ana", Roles: []string{"collector"}}, "left"); err != nil {
		t.Fatal(err)
	}
	if got := queued("2031-01-03"); got != lists-1 {
		t.Errorf("%d lists once one has left, want %d", got, lists-1)
	}
}

// mustMorning wants serve to mail the lists once on every day from half past six on, by the company's clocks, whenever it was started.
func mustMorning(t *testing.T, path string) {
	t.Helper()
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	cfg.TimeZone = "Europe/Berlin"
	d := &desk{cfg: cfg, log: slog.New(slog.DiscardHandler)}
	l, err := d.openLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	sent := func() (n int) {
		events, err := l.Of(t.Context(), ledger.Subject{Kind: "collector", ID: "EAST"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		return len(events)
	}
	before := sent()
	s, done := &service{desk: d, ledger: l}, ""
	for _, step := range []struct {
		at        string // in UTC, an hour behind
		restarted bool
		ready     bool
		want      int
	}{
		{"2031-02-03 05:29", false, true, 0},
		{"2031-02-03 05:30", false, false, 0}, // nothing is shown yet
		{"2031-02-03 05:31", false, true, 1},
		{"2031-02-03 05:32", false, true, 1},
		{"2031-02-03 12:00", true, true, 1},
		{"2031-02-04 05:00", true, true, 1},
		{"2031-02-05 17:00", true, true, 2}, // it was down in the morning; the day before has passed
		{"2031-02-05 17:01", true, true, 2},
		{"2031-02-05 23:30", false, true, 2}, // the next day has begun in Berlin, its morning has not
		{"2031-02-06 05:30", false, true, 3},
	} {
		at, err := time.Parse("2006-01-02 15:04", step.at)
		if err != nil {
			t.Fatal(err)
		}
		if step.restarted {
			s, done = &service{desk: d, ledger: l}, ""
		}
		s.ready.Store(step.ready)
		if done = s.morning(t.Context(), at, done); sent()-before != step.want {
			t.Errorf("at %s: %d lists of EAST were mailed, want %d", step.at, sent()-before, step.want)
		}
	}
}

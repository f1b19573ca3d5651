package main

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"arrears/ingest/schedule"
)

// The rates have a slot of their own, far away: until it comes, nothing new of them is landed.
func TestServeLandsOnlyWhatItIsTimeFor(t *testing.T) {
	dir, path := configured(t, "schedule: '@every 1s'")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, path, strings.Replace(string(text), "{name: rates,", `{name: rates, schedule: "0 0 29 2 *", time_zone: Asia/Tokyo,`, 1))
	s := serve(t, "serve", "-c", path)
	s.until("/readyz", s.answers("/readyz", http.StatusOK))
	putRows(t, dir, "rates", yenRate)
	putRows(t, dir, "invoices-yen", yen)
	s.until("a refresh that lacks the rate", func() bool {
		return strings.Contains(s.said.String(), "refresh failed, what was published before still stands")
	})
	_, scrape := s.get("/metrics")
	for _, want := range []string{
		`arrears_schedule_next_run_timestamp_seconds{source="rates"} 1.8353628e+09`, // 29 February 2028 in Tokyo
		`arrears_schedule_last_run_timestamp_seconds{source="invoices"} `,
		`arrears_schedule_slots_total{outcome="done",source="rates"} 1`,
	} {
		if !strings.Contains(scrape, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	s.end()
	must(t, exitDone, "run", "-c", path) // by hand, everything is landed
	book, err := schedule.Read(dir + "/.arrears")
	if err != nil {
		t.Fatal(err)
	}
	if rates := book["rates"]; len(rates) != 1 || rates[0].Outcome != schedule.Done {
		t.Errorf("the record of the rates is %+v", rates)
	}
	if invoices := book["invoices"]; len(invoices) < 2 {
		t.Errorf("the record of the invoices is %+v", invoices)
	}
}

// A command that holds the lock makes the schedule wait, and loses it no slot.
func TestScheduleWaitsForAnotherCommand(t *testing.T) {
	dir, path := configured(t, "schedule: '@every 1s'")
	unlock, err := lock(t.Context(), dir+"/.arrears")
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, "serve", "-c", path)
	s.until("/healthz", s.answers("/healthz", http.StatusOK))
	time.Sleep(200 * time.Millisecond)
	if status, _ := s.get("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("while another command holds the lock /readyz answers %d", status)
	}
	unlock()
	s.until("/readyz", s.answers("/readyz", http.StatusOK))
	s.end()
}

// A service that is killed in the middle of a slot runs it once more when it comes back, and not again after that.
func TestSlotOfAKilledServiceIsRunOnceMore(t *testing.T) {
	dir, path := configured(t, "schedule: '0 0 1 1 *'")
	c := exec.CommandContext(t.Context(), os.Args[0], "serve", "-c", path, "--listen", "127.0.0.1:0")
	c.Env = append(os.Environ(), asCommand+"=1")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	record := func() schedule.Record {
		book, err := schedule.Read(dir + "/.arrears")
		if err != nil {
			t.Fatal(err)
		}
		if len(book["invoices"]) == 0 {
			return schedule.Record{}
		}
		return book["invoices"][0]
	}
	for deadline := time.Now().Add(time.Minute); record().Began.IsZero() && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	_ = c.Process.Kill()
	_ = c.Wait() // it was killed
	killed := record()
	if killed.Tries != 1 || killed.Outcome != "" {
		t.Fatalf("the service was killed too late or never began: %+v", killed)
	}
	for range 2 {
		s := serve(t, "serve", "-c", path)
		s.until("/readyz", s.answers("/readyz", http.StatusOK))
		s.until("the run to end", func() bool { return strings.Contains(s.said.String(), "slots run") })
		s.end()
		again := record()
		if again.Tries != 2 || again.Outcome != schedule.Done || !again.Slot.Equal(killed.Slot) {
			t.Errorf("the record is %+v, and when it was killed it was %+v", again, killed)
		}
	}
}

package dashboard

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestPagesNeverAskTheDatabaseTwice(t *testing.T) {
	h, m, _ := newPages(t)
	asked := m.asked
	for range 20 {
		get(t, h, "/")
		get(t, h, "/chart/aging.json")
		get(t, h, "/?as_of=2026-10-31")
	}
	if m.asked != asked {
		t.Errorf("pages asked the marts %d times", m.asked-asked)
	}
	get(t, h, "/?as_of=2026-06-30")
	get(t, h, "/panel/aging.csv?as_of=2026-06-30&entity=DE01")
	if m.asked != asked+1 {
		t.Errorf("another date asked the marts %d times, want once", m.asked-asked)
	}
}

func TestPublishSwapsTheSnapshot(t *testing.T) {
	h, m, c := newPages(t)
	get(t, h, "/?as_of=2026-06-30")
	c.do("update mart.kpi set value = 12.3 where kpi = 'dso' and dimension = ''")
	if shown := reads(byID(t, document(t, h, "/"), "card-dso")); !strings.Contains(shown, "49.6 days") {
		t.Errorf("the page changed before it was published: %s", shown)
	}
	m.set(func(m *marts) { m.run = "r2" })
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/?as_of=2026-06-30"} {
		if shown := reads(byID(t, document(t, h, path), "card-dso")); !strings.Contains(shown, "12.3 days") {
			t.Errorf("%s shows the run before: %s", path, shown)
		}
	}
}

func TestAFailedPublishKeepsTheOldFigures(t *testing.T) {
	h, m, _ := newPages(t)
	m.set(func(m *marts) { m.err = errors.New("disk full") })
	if err := h.Publish(t.Context()); err == nil {
		t.Fatal("a failed read was published")
	}
	if w := get(t, h, "/"); w.Code != http.StatusOK {
		t.Errorf("the page answers %d", w.Code)
	}
	w := get(t, h, "/?as_of=2025-01-31")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "disk full") {
		t.Errorf("another date answers %d: %s", w.Code, w.Body)
	}
}

func TestAKeptPageStillTellsItsAge(t *testing.T) {
	c := newCompany(t).fill()
	opts := testOptions(&marts{db: c.db})
	now := morning
	opts.Now = func() time.Time { return now }
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		later time.Duration
		stale bool
	}{{0, false}, {35 * time.Hour, false}, {2 * time.Hour, true}} {
		now = now.Add(step.later)
		if stale := strings.Contains(get(t, h, "/").Body.String(), "stale-note"); stale != step.stale {
			t.Errorf("at %s the page is stale: %v, want %v", now, stale, step.stale)
		}
	}
}

func TestBeforeTheFirstPublishThePageSaysSo(t *testing.T) {
	m := &marts{err: ErrNotPublished}
	h, err := New(testOptions(m))
	if err != nil {
		t.Fatal(err)
	}
	w := get(t, h, "/")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "No figures yet") {
		t.Errorf("answers %d: %s", w.Code, w.Body)
	}
}

func TestASlowDateGivesUp(t *testing.T) {
	c := newCompany(t).fill()
	m := &marts{db: c.db, wait: make(chan struct{})}
	opts := testOptions(m)
	opts.Deadline = 50 * time.Millisecond
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := get(t, h, "/?as_of=2025-01-31")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "takes longer than usual") {
		t.Errorf("answers %d: %s", w.Code, w.Body)
	}
	if w := get(t, h, "/"); w.Code != http.StatusOK {
		t.Errorf("the published day answers %d meanwhile", w.Code)
	}
}

func TestOneDateIsReadOnceForManyReaders(t *testing.T) {
	c := newCompany(t).fill()
	m := &marts{db: c.db, wait: make(chan struct{})}
	h, err := New(testOptions(m))
	if err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	for range 10 {
		readers.Go(func() {
			if w := get(t, h, "/?as_of=2025-01-31"); w.Code != http.StatusOK {
				t.Errorf("answers %d", w.Code)
			}
		})
	}
	close(m.wait)
	readers.Wait()
	if m.asked > 2 {
		t.Errorf("ten readers of one date asked the marts %d times", m.asked)
	}
}

func TestTheShelfKeepsTheLastDates(t *testing.T) {
	h, m, _ := newPages(t)
	first := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range shelfSize + 3 {
		if _, err := h.shelf.at(context.Background(), first.AddDate(0, 0, i)); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.shelf.dated) != shelfSize {
		t.Errorf("the shelf holds %d dates, want %d", len(h.shelf.dated), shelfSize)
	}
	asked := m.asked
	if _, err := h.shelf.at(context.Background(), first.AddDate(0, 0, shelfSize+2)); err != nil || m.asked != asked {
		t.Errorf("the newest date was read again (%v)", err)
	}
	if _, err := h.shelf.at(context.Background(), first); err != nil || m.asked != asked+1 {
		t.Errorf("the oldest date was not read again (%v)", err)
	}
}

// The bytes of a library of others are those its makers published: npm echarts 6.1.0.
func TestVendoredScriptIsTheOneThatWasPublished(t *testing.T) {
	const published = "b66b25aeb4df84e33199dc21694014d336d222cbd9deb0e5a7c14bd6aa0d0fd0"
	body, err := staticFiles.ReadFile("static/vendor/echarts/echarts.min.js")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != published {
		t.Errorf("echarts.min.js has the digest %x", sum)
	}
	for _, file := range []string{"LICENSE", "NOTICE"} {
		if _, err := staticFiles.ReadFile("static/vendor/echarts/" + file); err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkOverview(b *testing.B) {
	h, _, _ := newPages(b)
	for b.Loop() {
		if w := get(b, h, "/"); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

package pull_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"arrears/config"
)

// web is a service that answers as a test says.
func web(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func fromWeb(t *testing.T, change func(*config.HTTP)) func(string, int64) config.Source {
	return func(host string, port int64) config.Source {
		h := &config.HTTP{URL: fmt.Sprintf("http://%s:%d/v1/invoices?tenant=7", host, port), Token: secretFile(t, secret), Timeout: 2 * time.Second,
			Retries: 2, MaxBytes: "100MB", Paging: config.Paging{By: "none", First: 1, MaxPages: 100}}
		s := config.Source{Name: "billing", Format: "csv", CSV: plainCSV(","), Maps: maps(), HTTP: h}
		if change != nil {
			change(h)
		}
		if h.Items != "" || h.Paging.Next != "" {
			s.Format = "ndjson"
		}
		return s
	}
}

func TestWebServiceIsAccepted(t *testing.T) {
	text := ""
	address := web(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+secret {
			http.Error(w, "who are you, "+r.Header.Get("Authorization")+"?", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		_, _ = w.Write([]byte(text))
	})
	accept(t, stand{
		address: address, source: fromWeb(t, nil),
		fill:  func(_ *testing.T, rows int) { text = csvOf(rows) },
		spoil: func(*testing.T) { text = strings.Replace(text, "amount", "total", 1) },
		wrong: func(s *config.Source) { s.HTTP.Token = config.Secret{Env: "PATH"} },
	})
}

func TestPagesArePutTogether(t *testing.T) {
	rows := func(from, to int) (csv, json string) {
		var items []string
		for n := from; n <= to; n++ {
			i := nth(n)
			csv += i.csv()
			items = append(items, fmt.Sprintf(`{"invoice_id":%q,"customer_id":%q,"issued_on":%q,"due_on":%q,"amount":%s,"currency":"EUR"}`,
				i.id, i.customer, i.issued, i.due, i.amount))
		}
		return header + csv, "[" + strings.Join(items, ", ") + "]"
	}
	for name, c := range map[string]struct {
		change func(*config.HTTP)
		answer func(w http.ResponseWriter, r *http.Request, page int)
	}{
		"link": {func(h *config.HTTP) { h.Paging.By = "link" }, func(w http.ResponseWriter, r *http.Request, page int) {
			if page < 3 {
				w.Header().Set("Link", fmt.Sprintf(`</v1/invoices?p=%d>; rel="next", </v1/invoices>; rel="first"`, page+1))
			}
			csv, _ := rows(page*10-9, page*10)
			_, _ = w.Write([]byte(csv))
		}},
		"page": {func(h *config.HTTP) { h.Paging.By, h.Paging.Parameter = "page", "p" }, func(w http.ResponseWriter, _ *http.Request, page int) {
			csv, _ := rows(page*10-9, min(page*10, 30))
			_, _ = w.Write([]byte(csv))
		}},
		"next": {func(h *config.HTTP) { h.Paging.By, h.Paging.Next, h.Items = "next", "meta.next", "data.list" }, func(w http.ResponseWriter, _ *http.Request, page int) {
			next := "null"
			if page < 3 {
				next = fmt.Sprintf(`"?p=%d"`, page+1)
			}
			_, json := rows(page*10-9, page*10)
			_, _ = fmt.Fprintf(w, `{"meta": {"next": %s}, "data": {"list": %s}}`, next, json)
		}},
		"cursor": {func(h *config.HTTP) {
			h.Paging.By, h.Paging.Next, h.Paging.Parameter, h.Items = "cursor", "next", "p", "items"
		}, func(w http.ResponseWriter, _ *http.Request, page int) {
			next := ""
			if page < 3 {
				next = fmt.Sprintf(`, "next": %d`, page+1)
			}
			_, json := rows(page*10-9, page*10)
			_, _ = fmt.Fprintf(w, `{"items": %s%s}`, json, next)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, stand{source: fromWeb(t, c.change), address: web(t, func(w http.ResponseWriter, r *http.Request) {
				page, err := strconv.Atoi(r.URL.Query().Get("p"))
				if err != nil {
					page = 1
				}
				c.answer(w, r, page)
			})})
			b.rows("three pages", 30)
			b.rows("again", 0)
			b.cfg.Sources[0].HTTP.Paging.MaxPages = 2
			b.fails("too many", "goes on after 2 pages")
		})
	}
}

func TestServiceIsAskedAgainAfterAPassingFault(t *testing.T) {
	var said []func(http.ResponseWriter)
	status := func(code int, after string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", after)
			w.WriteHeader(code)
		}
	}
	good := func(w http.ResponseWriter) { _, _ = w.Write([]byte(csvOf(1))) }
	cut := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(csvOf(1)))
	}
	b := newBench(t, stand{source: fromWeb(t, nil), address: web(t, func(w http.ResponseWriter, _ *http.Request) {
		next := said[0]
		said = said[1:]
		next(w)
	})})
	var waits []time.Duration
	b.sleep = func(_ context.Context, wait time.Duration) error { waits = append(waits, wait); return nil }

	said = []func(http.ResponseWriter){status(503, ""), cut, good}
	b.rows("at the third try", 1)
	if len(waits) != 2 || waits[0] < time.Second/2 || waits[0] > time.Second || waits[1] < time.Second || waits[1] > 2*time.Second {
		t.Errorf("it waited %v", waits)
	}
	waits = nil
	said = []func(http.ResponseWriter){status(429, "17"), status(503, b.now.Add(40*time.Second).Format(http.TimeFormat)), good}
	b.rows("after what it asks for", 0)
	if len(waits) != 2 || waits[0] != 17*time.Second || waits[1] != 40*time.Second {
		t.Errorf("it waited %v", waits)
	}
	waits = nil
	said = []func(http.ResponseWriter){status(500, ""), status(500, ""), status(500, "")}
	b.fails("three times", "answers 500", "tried 3 times")
	said = []func(http.ResponseWriter){status(429, "86400")}
	b.fails("tomorrow", "left alone for 24h")
	said = []func(http.ResponseWriter){status(404, "")}
	waits = nil
	b.fails("not there", "answers 404")
	if len(waits) > 0 || len(said) > 0 {
		t.Errorf("it waited %v for what does not pass", waits)
	}
}

func TestAnswerThatIsNoDataIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		change func(*config.HTTP)
		want   string
	}{
		"a sign-in page": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte("Please sign in"))
		}, nil, "a page for people"},
		"HTML called CSV": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			_, _ = w.Write([]byte("\n<!DOCTYPE html><html>"))
		}, nil, "a page for people"},
		"too much": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(csvOf(100))) }, func(h *config.HTTP) { h.MaxBytes = "1kB" }, "more than 1kB"},
		"elsewhere": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://elsewhere.example/")
			w.WriteHeader(302)
		}, nil, "elsewhere.example"},
		"a next page elsewhere": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", `<http://elsewhere.example/2>; rel="next"`)
			_, _ = w.Write([]byte(csvOf(1)))
		}, func(h *config.HTTP) { h.Paging.By = "link" }, "only 127.0.0.1"},
		"another header": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", `<?p=2>; rel="next"`)
			_, _ = w.Write([]byte(strings.Replace(csvOf(1), "invoice_id", "id"+r.URL.Query().Get("p"), 1)))
		}, func(h *config.HTTP) { h.Paging.By = "link" }, "header is another"},
		"no JSON": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"items": [{`)) },
			func(h *config.HTTP) { h.Items = "items" }, "no JSON"},
		"no list": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"error": "none"}`)) },
			func(h *config.HTTP) { h.Items = "items" }, "no list"},
		"deep": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(strings.Repeat("[", 200_000))) },
			func(h *config.HTTP) { h.Items = "items" }, "no JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			newBench(t, stand{source: fromWeb(t, c.change), address: web(t, c.answer)}).fails(name, c.want)
		})
	}
}

func TestUnchangedAnswerIsNotSentAgain(t *testing.T) {
	text, sent := csvOf(3), 0
	b := newBench(t, stand{source: fromWeb(t, nil), address: web(t, func(w http.ResponseWriter, r *http.Request) {
		tag := fmt.Sprintf(`"%d"`, len(text))
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		sent++
		_, _ = w.Write([]byte(text))
	})})
	b.rows("first", 3)
	b.rows("unchanged", 0)
	text = csvOf(4)
	b.rows("changed", 4)
	text = csvOf(3)
	b.rows("changed back", 3)
	if sent != 3 {
		t.Errorf("it was sent %d times", sent)
	}
}

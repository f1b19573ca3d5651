package pull_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"arrears/config"
	"arrears/ingest"
	"arrears/ingest/pull"
)

// A stand is a server of one kind that holds invoices, as the acceptance suite needs it.
type stand struct {
	address string // host:port; empty where there is no line to it
	source  func(host string, port int64) config.Source
	fill    func(t *testing.T, rows int) // it then holds that many invoices, and nothing else
	spoil   func(t *testing.T)           // its invoices have no amounts any more
	ahead   func(t *testing.T)           // one more invoice, changed in 2099; nil where nothing says when
	wrong   func(s *config.Source)       // other credentials; nil where there are none
	gone    func(t *testing.T)           // it is not there any more; nil: the line to it is cut
}

// secret is what no log, error or receipt may hold.
const secret = "s3cret-of-the-source"

// invoice is the nth invoice that every stand holds.
type invoice struct{ id, customer, issued, due, amount, currency, changed string }

func nth(n int) invoice {
	day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n%300)
	return invoice{fmt.Sprintf("INV-%07d", n), fmt.Sprintf("C%d", n%500), day.Format(time.DateOnly), day.AddDate(0, 0, 30).Format(time.DateOnly),
		fmt.Sprintf("%d.%02d", n%9000+1, n%100), "EUR",
		time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second).Format(time.DateTime)}
}

const header = "invoice_id,customer_id,issued_on,due_on,amount,currency,changed_at\n"

func (i invoice) csv() string {
	return strings.Join([]string{i.id, i.customer, i.issued, i.due, i.amount, i.currency, i.changed}, ",") + "\n"
}

// csvOf is a file of that many invoices.
func csvOf(rows int) string {
	var text strings.Builder
	text.WriteString(header)
	for n := range rows {
		text.WriteString(nth(n + 1).csv())
	}
	return text.String()
}

// maps are those of every source here.
func maps() []config.Map { return []config.Map{{Dataset: "invoices", Canonical: true}} }

func plainCSV(delimiter string) config.Dialect {
	return config.Dialect{Delimiter: delimiter, Quote: `"`, Encoding: "utf-8", Header: 1, Decimal: ".", Date: "YYYY-MM-DD",
		Timestamp: "YYYY-MM-DD HH:MM:SS", Negative: "minus"}
}

func secretFile(t testing.TB, text string) config.Secret {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Secret{File: path}
}

// bench lands one source into a state of its own, through a line that can be disturbed.
type bench struct {
	t     *testing.T
	cfg   config.Config
	line  *toxiproxy.Proxy
	log   syncBuffer
	now   time.Time
	sleep pull.Sleep
}

type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func newBench(t *testing.T, s stand) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC), sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	b.cfg = config.Config{State: filepath.Join(t.TempDir(), "state"), Worker: config.Worker{Memory: "1GB", Deadline: time.Minute}}
	if s.address == "" {
		b.cfg.Sources = []config.Source{s.source("", 0)}
		return b
	}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	b.line = toxiproxy.NewProxy(server, "line", "127.0.0.1:0", s.address)
	if err := b.line.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.line.Stop)
	host, port := split(t, b.line.Listen)
	b.cfg.Sources = []config.Source{s.source(host, port)}
	return b
}

func split(t testing.TB, address string) (string, int64) {
	t.Helper()
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	var port int64
	if _, err := fmt.Sscan(text, &port); err != nil {
		t.Fatal(err)
	}
	return host, port
}

// disturb puts something on the line, in the words of toxiproxy.
func (b *bench) disturb(kind, attributes string) {
	b.t.Helper()
	text := fmt.Sprintf(`{"name":%q,"type":%q,"stream":"downstream","attributes":{%s}}`, kind, kind, attributes)
	if _, err := b.line.Toxics.AddToxicJson(strings.NewReader(text)); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) heal() { b.line.Toxics.ResetToxics(b.t.Context()) }

func (b *bench) land() (ingest.Report, error) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), 50*time.Second)
	defer cancel()
	log := slog.New(slog.NewTextHandler(&b.log, nil))
	report, err := ingest.Land(ctx, b.cfg, log, ingest.Options{Source: pull.Opener(pull.Options{Log: log, Now: func() time.Time { return b.now }, Sleep: b.sleep})})
	if ctx.Err() != nil {
		b.t.Errorf("the pull did not end by itself: %v", err)
	}
	said := b.log.String()
	if err != nil {
		said += err.Error()
	}
	for _, r := range report.Landed {
		said += fmt.Sprintf("%+v", r)
	}
	if strings.Contains(said, secret) {
		b.t.Errorf("the secret is told: %s", said)
	}
	return report, err
}

// rows lands and expects so many rows to have come in new batches.
func (b *bench) rows(what string, want int64) ingest.Report {
	b.t.Helper()
	report, err := b.land()
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.log.String())
	}
	var landed int64
	for _, r := range report.Landed {
		if r.Failed != "" || r.Rejected > 0 || r.Records != r.Landed {
			b.t.Errorf("%s: %+v", what, r)
		}
		landed += r.Landed
	}
	if s := report.Sources[b.cfg.Sources[0].Name]; s.Cause != "" || s.Good.IsZero() || s.Good != s.Asked {
		b.t.Errorf("%s: the source stands so: %+v", what, s)
	}
	if landed != want {
		b.t.Errorf("%s: %d rows landed, want %d\n%s", what, landed, want, b.log.String())
	}
	return report
}

// fails lands and expects an error with these words, and that nothing has changed but what it says.
func (b *bench) fails(what string, words ...string) {
	b.t.Helper()
	before := b.files()
	name := b.cfg.Sources[0].Name
	stood, err := ingest.Standings(b.cfg.State)
	if err != nil {
		b.t.Fatal(err)
	}
	begun := time.Now()
	report, err := b.land()
	if err == nil || len(report.Landed) > 0 {
		b.t.Fatalf("%s: it landed %d batches (%v)", what, len(report.Landed), err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			b.t.Errorf("%s: %q is not in: %v", what, word, err)
		}
	}
	if took := time.Since(begun); took > 20*time.Second {
		b.t.Errorf("%s: it took %v to say so", what, took)
	}
	stands, readErr := ingest.Standings(b.cfg.State)
	if s := stands[name]; readErr != nil || s.Cause == "" || !s.Good.Equal(stood[name].Good) || strings.Contains(s.Cause, secret) {
		b.t.Errorf("%s: the source stood so: %+v, and now so: %+v (%v)", what, stood[name], s, readErr)
	}
	if after := b.files(); after != before {
		b.t.Errorf("%s: the state was\n%s\nand is\n%s", what, before, after)
	}
}

// files is what lies in the state.
func (b *bench) files() string {
	b.t.Helper()
	var all []string
	for _, glob := range []string{"archive/*", "lake/*/*", "tmp/*"} {
		found, err := filepath.Glob(filepath.Join(b.cfg.State, glob))
		if err != nil {
			b.t.Fatal(err)
		}
		all = append(all, found...)
	}
	return strings.Join(all, "\n")
}

// landInto lands one source on a line that nothing disturbs.
func landInto(t testing.TB, dir string, s config.Source) (ingest.Report, error) {
	t.Helper()
	cfg := config.Config{State: filepath.Join(dir, "state"), Worker: config.Worker{Memory: "1.5GB", Deadline: 10 * time.Minute}, Sources: []config.Source{s}}
	log := slog.New(slog.DiscardHandler)
	return ingest.Land(t.Context(), cfg, log, ingest.Options{Source: pull.Opener(pull.Options{Log: log, Now: time.Now})})
}

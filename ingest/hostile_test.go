package ingest

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"arrears/config"
	"arrears/ingest/worker"
)

func TestDeepJSONIsAClearReject(t *testing.T) {
	for _, c := range []struct{ name, format, text string }{
		{"nested", "json", strings.Repeat("[", 100_000)},
		{"nested and closed", "json", `{"data":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}"},
		{"objects", "json", strings.Repeat(`{"a":`, 100_000)},
		{"a line", "ndjson", `{"invoice_id":` + strings.Repeat("[", 100_000) + "\n"},
	} {
		r, _ := readHere(t, t.TempDir(), []byte(c.text), sourceIn(t, c.format), "")
		if r.Failed != "it is nested deeper than 64 levels; nothing of it was read" {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

func sourceIn(t testing.TB, format string) config.Source {
	s := invoiceSource(t.TempDir())
	s.Format = format
	return s
}

func TestPackedFilesStopAtTheirLimits(t *testing.T) {
	bomb := []byte(goodHeader + strings.Repeat(goodLine(1), 400_000)) // 15 MB of the same
	for _, how := range []string{"gzip", "zip"} {
		source := sourceIn(t, "csv")
		source.Packed = how
		r, _ := readHere(t, t.TempDir(), pack(t, bomb, how), source, "")
		if !strings.Contains(r.Failed, "more than 200 times as large (worker.ratio)") {
			t.Errorf("%s: %+v", how, r)
		}
		cut := pack(t, []byte(lines(1000)), how)
		r, _ = readHere(t, t.TempDir(), cut[:len(cut)/2], source, "")
		if r.Failed == "" {
			t.Errorf("half of a %s file: %+v", how, r)
		}
	}
}

func TestJSONRecordsThatAreWrongCostOnlyThemselves(t *testing.T) {
	good := `{"invoice_id":"1","customer_id":"C","issued_on":"2024-01-31","amount":0.1,"currency":"EUR"}`
	text := good + "\n" + `{"invoice_id":` + "\n" + strings.Replace(good, `"currency"`, `"amount":2,"currency"`, 1) + "\n" +
		strings.Replace(good, "0.1", "12345678901234567890", 1) + "\n" + strings.Replace(good, "0.1", "0.10000000000000001", 1) + "\n" +
		strings.Replace(good, `"1"`, `"\ud800"`, 1) + "\n[1]\n" + strings.Replace(good, `"1"`, `"2\u00e9"`, 1)
	r, rows := readHere(t, t.TempDir(), []byte(text), sourceIn(t, "ndjson"), "")
	if r.Failed != "" || r.Records != 8 || r.Landed != 2 || r.Rejected != 6 || !strings.Contains(strings.Join(rows, ";"), "invoice_id=2é") {
		t.Errorf("%+v %q", r, rows)
	}
	list := "[" + good + "," + good[:20]
	if r, _ := readHere(t, t.TempDir(), []byte(list), sourceIn(t, "json"), ""); !strings.Contains(r.Failed, "no whole JSON") {
		t.Errorf("%+v", r)
	}
}

// seeds are whole files of every format, and what a source declares to read them.
func seeds(t *testing.T) (texts [][]byte, sources []config.Source) {
	t.Helper()
	for _, format := range []string{"csv", "json", "ndjson", "xlsx", "arrow", "arrow stream", "bars", "parquet"} {
		for _, packed := range []string{"none", "zip", "gzip"} {
			if packed != "none" && format != "csv" {
				continue
			}
			source := sourceIn(t, format)
			var text []byte
			if format == "parquet" {
				text = parquetOf(t)
			} else {
				var declare func(*config.Source)
				text, declare = inFormat(t, format)
				declare(&source)
			}
			source.Packed = packed
			texts, sources = append(texts, pack(t, text, packed)), append(sources, source)
		}
	}
	return texts, sources
}

func parquetOf(t testing.TB) []byte {
	t.Helper()
	var fields []arrow.Field
	for _, name := range canonicalHeader {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	schema := arrow.NewSchema(fields, nil)
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for _, row := range threeInvoices {
		for i, v := range row {
			builder.Field(i).(*array.StringBuilder).Append(v)
		}
	}
	var b bytes.Buffer
	w, err := pqarrow.NewFileWriter(schema, &b, parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
	if err == nil {
		err = w.Write(builder.NewRecordBatch())
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// mutate does some damage.
func mutate(r *rand.Rand, text []byte) []byte {
	text = bytes.Clone(text)
	for range 1 + r.IntN(3) {
		if len(text) == 0 {
			return text
		}
		at := r.IntN(len(text))
		until := min(len(text), at+1+r.IntN(64))
		switch r.IntN(8) {
		case 0:
			text[at] ^= 1 << r.IntN(8)
		case 1:
			text[at] = byte(r.IntN(256))
		case 2:
			text = text[:at]
		case 3:
			text = append(text[:at:at], text[until:]...)
		case 4:
			text = append(text[:at:at], append(bytes.Repeat(text[at:until], 1+r.IntN(50)), text[at:]...)...)
		case 5:
			clear(text[at:until])
		case 6:
			for i := at; i < until; i++ {
				text[i] = 0xff
			}
		default:
			text = append(text[:at:at], append([]byte([]string{`"`, "[[[[[[", "{", "\x00", "PK\x03\x04", "99999999999999999999", "\r"}[r.IntN(7)]), text[at:]...)...)
		}
	}
	return text
}

// TestDamagedFilesCostNoMoreThanTheirWorker has damaged files of every format read, each by a worker of its own: each comes back in time with
// an account of its records, or is refused.
func TestDamagedFilesCostNoMoreThanTheirWorker(t *testing.T) {
	texts, sources := seeds(t)
	n := cases(80, 20_000)
	w := worker.Worker{Program: os.Args[0], Memory: 512 << 20, Deadline: 30 * time.Second}
	var mu sync.Mutex
	var slowest, most read
	counts := map[string]int{}
	var lanes sync.WaitGroup
	numbers := make(chan int)
	for range 3 {
		folder := t.TempDir()
		lanes.Go(func() {
			for seed := range numbers {
				which := seed % len(texts)
				text := mutate(rand.New(rand.NewPCG(uint64(seed), 7)), texts[which])
				r := hostile(t, w, folder, seed, sources[which], text)
				mu.Lock()
				counts[r.outcome]++
				if r.took > slowest.took {
					slowest = r
				}
				if r.peak > most.peak {
					most = r
				}
				mu.Unlock()
			}
		})
	}
	for seed := range n {
		numbers <- seed
	}
	close(numbers)
	lanes.Wait()
	t.Logf("of %d damaged files: %v; the slowest took %v (seed %d), the largest worker %d MB (seed %d)", n, counts,
		slowest.took.Round(time.Millisecond), slowest.seed, most.peak>>20, most.seed)
	if counts["refused"] == 0 || counts["read"] == 0 {
		t.Error("the damage is too mild or too rough to mean something")
	}
}

// read is what became of a damaged file.
type read struct {
	seed    int
	outcome string
	took    time.Duration
	peak    int64 // memory of its worker, in bytes
}

func hostile(t *testing.T, w worker.Worker, folder string, seed int, source config.Source, text []byte) read {
	found := read{seed: seed, outcome: "read"}
	path := filepath.Join(folder, "in")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Error(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Error(err)
		return found
	}
	defer func() { _ = f.Close() }()
	j := job{Batch: "b", Source: source, File: "a", Folder: folder, Ratio: 200, Unpacked: 50 << 20}
	var r result
	begun := time.Now()
	found.peak, err = w.Run(context.Background(), worker.Job{Task: Task.Name, Ask: j, File: f}, &r, func(int64, int64) {})
	found.took = time.Since(begun)
	var killed worker.KilledError
	switch {
	case found.took > 2*w.Deadline+5*time.Second:
		t.Errorf("seed %d: it took %v", seed, found.took)
	case errors.As(err, &killed):
		t.Logf("seed %d, %s: %s", seed, source.Format, killed.Why)
		found.outcome = "killed"
	case err != nil:
		t.Errorf("seed %d, %s: %v", seed, source.Format, err)
	case found.peak > w.Memory+64<<20:
		t.Errorf("seed %d, %s: the worker kept %d MB", seed, source.Format, found.peak>>20)
	case r.Broken != "":
		t.Errorf("seed %d, %s: the machine is blamed: %s", seed, source.Format, r.Broken)
	case r.Failed != "":
		found.outcome = "refused"
	case r.Records != r.Landed+r.Rejected+r.NonData:
		t.Errorf("seed %d, %s: %+v", seed, source.Format, r)
	}
	return found
}

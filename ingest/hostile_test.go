package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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

// TestDamagedFilesCostNoMoreThanTheirWorker has damaged files of every format read by workers: each comes back in time with an account of its
// records, or is refused. To start a worker takes longer than to read such a file, so each reads a batch of them, and only those of
// a batch that kills its worker are read by one each, as every file is outside of this test.
func TestDamagedFilesCostNoMoreThanTheirWorker(t *testing.T) {
	const batch = 40
	texts, sources := seeds(t)
	n := cases(80, 20_000)
	w := worker.Worker{Program: os.Args[0], Memory: 512 << 20, Deadline: 30 * time.Second}
	h := hostility{t: t, worker: w, outcomes: map[string]int{}}
	var lanes sync.WaitGroup
	firsts := make(chan int)
	for range 2 {
		folder := t.TempDir()
		lanes.Go(func() {
			for first := range firsts {
				var files []damaged
				for seed := first; seed < min(first+batch, n); seed++ {
					which := seed % len(texts)
					f := damaged{Seed: seed, Path: filepath.Join(folder, strconv.Itoa(seed-first)), Job: job{Batch: "b", Source: sources[which], File: "a",
						Folder: folder, Ratio: 200, Unpacked: 50 << 20}}
					if err := os.WriteFile(f.Path, mutate(rand.New(rand.NewPCG(uint64(seed), 7)), texts[which]), 0o600); err != nil {
						t.Error(err)
					}
					files = append(files, f)
				}
				h.read(files)
			}
		})
	}
	for first := 0; first < n; first += batch {
		firsts <- first
	}
	close(firsts)
	lanes.Wait()
	t.Logf("of %d damaged files: %v; the slowest took %v (seed %d), the largest worker had %d MB", n, h.outcomes,
		h.slowest.Round(time.Millisecond), h.slowestSeed, h.peak>>20)
	if h.outcomes["refused"] == 0 || h.outcomes["read"] == 0 {
		t.Error("the damage is too mild or too rough to mean something")
	}
}

// damaged is a file that was made wrong, and what a worker makes of it.
type damaged struct {
	Seed int
	Path string
	Job  job

	Result result
	Took   time.Duration
}

// batchTask has a worker read one damaged file after the other.
var batchTask = worker.Task{Name: "batch", Do: func(ask json.RawMessage, _ *os.File, progress worker.Progress) any {
	var files []damaged
	if err := json.Unmarshal(ask, &files); err != nil {
		panic(err)
	}
	for i := range files {
		begun := time.Now()
		in, err := os.Open(files[i].Path)
		if err != nil {
			panic(err)
		}
		j := files[i].Job
		j.rows = &atomic.Int64{}
		files[i].Result = j.run(in, func(int64) {})
		files[i].Took = time.Since(begun)
		_ = in.Close() // only read
		progress(int64(i), 0)
	}
	return files
}}

// hostility is what damaged files have come to.
type hostility struct {
	t      *testing.T
	worker worker.Worker

	mu          sync.Mutex
	outcomes    map[string]int
	slowest     time.Duration
	slowestSeed int
	peak        int64 // memory of a worker, in bytes
}

// read has a worker read files, or, if they kill it, one each.
func (h *hostility) read(files []damaged) {
	in, err := os.Open(os.DevNull)
	if err != nil {
		h.t.Error(err)
		return
	}
	defer func() { _ = in.Close() }() // only read
	var read []damaged
	begun := time.Now()
	peak, err := h.worker.Run(context.Background(), worker.Job{Task: batchTask.Name, Ask: files, File: in}, &read, func(int64, int64) {})
	took := time.Since(begun)
	var killed worker.KilledError
	h.mu.Lock()
	h.peak = max(h.peak, peak)
	h.mu.Unlock()
	switch {
	case took > 2*h.worker.Deadline+5*time.Second:
		h.t.Errorf("seeds from %d: it took %v", files[0].Seed, took)
	case errors.As(err, &killed) && len(files) > 1:
		for _, f := range files {
			h.read([]damaged{f})
		}
	case errors.As(err, &killed):
		h.t.Logf("seed %d, %s: %s", files[0].Seed, files[0].Job.Source.Format, killed.Why)
		h.note("killed", files[0].Seed, took)
	case err != nil:
		h.t.Errorf("seeds from %d: %v", files[0].Seed, err)
	case peak > h.worker.Memory+64<<20:
		h.t.Errorf("seeds from %d: the worker kept %d MB", files[0].Seed, peak>>20)
	default:
		for _, f := range read {
			h.judge(f)
		}
	}
}

func (h *hostility) judge(f damaged) {
	outcome := "read"
	switch r := f.Result; {
	case r.Broken != "":
		h.t.Errorf("seed %d, %s: the machine is blamed: %s", f.Seed, f.Job.Source.Format, r.Broken)
	case r.Failed != "":
		outcome = "refused"
	case r.Records != r.Landed+r.Rejected+r.NonData:
		h.t.Errorf("seed %d, %s: %+v", f.Seed, f.Job.Source.Format, r)
	}
	h.note(outcome, f.Seed, f.Took)
}

func (h *hostility) note(outcome string, seed int, took time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.outcomes[outcome]++
	if took > h.slowest {
		h.slowest, h.slowestSeed = took, seed
	}
}

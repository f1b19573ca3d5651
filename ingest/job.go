package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"arrears/config"
	"arrears/ingest/worker"
)

// job is what a worker is asked to do: one file, which it finds open as its first extra file.
type job struct {
	Batch  string        `json:"batch"`
	Source config.Source `json:"source"`
	File   string        `json:"file"`   // name for messages
	Folder string        `json:"folder"` // where the worker writes

	rows   *atomic.Int64  // made so far; nil where nobody asks
	growth *worker.Growth // of a file of which more comes while it is read

	Digest   string `json:"digest"`   // of the bytes
	Manifest string `json:"manifest"` // what the sender says of them; empty for nothing

	Corrected bool `json:"corrected"`  // the file holds records of quarantine that were no text, a record of JSON a line
	Since1904 bool `json:"since_1904"` // and their workbook counts days from 1904

	Unpacked int64 `json:"unpacked"` // most bytes that a packed file may become
	Ratio    int64 `json:"ratio"`    // how many times its size that may be
}

// result is what a worker found. Its files lie in the job's folder, on disk, under the names that rows give.
type result struct {
	Records  int64 `json:"records"`
	Landed   int64 `json:"landed"`
	Rejected int64 `json:"rejected"`
	NonData  int64 `json:"non_data"`

	Patterns []int64          `json:"patterns"` // how many records each of the source's non_data patterns took
	Datasets []rows           `json:"datasets"`
	Rejects  string           `json:"rejects"` // file name
	Columns  []string         `json:"columns"`
	Faults   map[string]int64 `json:"faults"`

	Trailers     []string `json:"trailers"`     // records that the sender's control totals are in
	Completeness string   `json:"completeness"` // see Receipt

	Since1904 bool `json:"since_1904"` // see Receipt

	Member string   `json:"member"` // file of the archive that was read
	Notes  []string `json:"notes"`
	Failed string   `json:"failed"` // the file is at fault
	Broken string   `json:"broken"` // the machine is: a full disk, an unreadable file
}

// rows are what a worker made for one dataset.
type rows struct {
	Dataset string            `json:"dataset"`
	Name    string            `json:"name"`
	Rows    int64             `json:"rows"`
	Sums    map[string]string `json:"sums"`
}

const rejectsName = "rejects"

func (j job) fileName(dataset string) string { return j.Batch + "." + dataset + ".parquet" }

// Task is what a worker does with an extract.
var Task = worker.Task{
	Name: "extract",
	Do: func(ask json.RawMessage, file *os.File, progress worker.Progress) any {
		return runJob(ask, file, nil, progress)
	},
	Follow: func(ask json.RawMessage, file *os.File, growth *worker.Growth, progress worker.Progress) any {
		return runJob(ask, file, growth, progress)
	},
}

func runJob(ask json.RawMessage, file *os.File, growth *worker.Growth, progress worker.Progress) result {
	j := job{growth: growth, rows: &atomic.Int64{}}
	if err := json.Unmarshal(ask, &j); err != nil {
		return result{Broken: fmt.Sprint("read the job: ", err)}
	}
	return j.run(file, func(bytes int64) { progress(bytes, j.rows.Load()) })
}

// work has a worker do a job; a file that kills its worker twice is refused whole.
func (l *landing) work(ctx context.Context, j job, extract *os.File, progress worker.Progress) (r result, peak int64, err error) {
	peak, err = l.worker.Run(ctx, worker.Job{Task: Task.Name, Ask: j, File: extract, Growth: j.growth}, &r, progress)
	var killed worker.KilledError
	switch {
	case errors.As(err, &killed):
		return result{Failed: fmt.Sprintf("the worker that reads the file died twice: %s", killed.Why)}, 0, nil
	case err == nil && r.Broken != "":
		return result{}, peak, errors.New(r.Broken)
	}
	return r, peak, err
}

// readers read one format each: they land the file of a job, and count its records in a way of their own.
var readers = map[string]func(j job, in *os.File, progress func(int64)) (result, error){
	"csv": readText, "tsv": readText, "fixed": readText, "json": readJSON, "ndjson": readJSON,
	"xlsx": readWorkbook, "parquet": readParquet, "arrow": readArrow,
}

// run lands the file of a job and sorts what can go wrong into faults of the file and faults of the machine.
func (j job) run(file *os.File, progress func(int64)) result {
	r, err := j.read(file, progress)
	var refused refusal
	switch {
	case errors.As(err, &refused):
		return result{Member: r.Member, Columns: r.Columns, Records: r.Records, Rejected: r.Records, Failed: refused.Error()}
	case err != nil:
		return result{Broken: err.Error()}
	case r.Failed == "" && r.Records != r.Landed+r.Rejected+r.NonData:
		return result{Records: r.Records, Rejected: r.Records, Failed: fmt.Sprintf(
			"the parser saw %d records (%d landed, %d rejected, %d no data) and the independent count %d; nothing of the file was taken in, and this is a fault of Arrears: please report it",
			r.Landed+r.Rejected+r.NonData, r.Landed, r.Rejected, r.NonData, r.Records)}
	}
	return r
}

// read reads what was received, or what is packed in it. A parser that loses its footing over foreign bytes refuses the file; one that does
// so out of reach costs the whole process, which is what it is there for.
func (j job) read(file *os.File, progress func(int64)) (r result, err error) {
	read, ok := readers[j.Source.Format]
	if j.Corrected {
		read = readJSON
	}
	if !ok {
		return result{}, refusal{reason: fmt.Sprintf("there is no format %q", j.Source.Format)}
	}
	unpacked, member, err := j.unpack(file)
	if err != nil {
		return result{}, err
	}
	if unpacked != file {
		defer func() { _ = unpacked.Close() }() // it has served
	}
	defer func() {
		if lost := recover(); lost != nil {
			err = refusal{reason: fmt.Sprintf("the file is damaged in a way that its reader cannot follow (%v); have it sent again", lost)}
		}
	}()
	r, err = read(j, unpacked, progress)
	r.Member = member
	if err == nil && r.Failed == "" {
		err = j.verify(&r)
	}
	return r, err
}

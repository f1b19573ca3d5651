package ingest

import (
	"arrears/config"
)

// job is what a worker is asked to do: one file, which it finds open as its first extra file.
type job struct {
	Batch  string        `json:"batch"`
	Source config.Source `json:"source"`
	File   string        `json:"file"`   // name for messages
	Folder string        `json:"folder"` // where the worker writes
	Memory int64         `json:"memory"` // bytes it may keep resident
}

// result is what a worker found. Its files lie in the job's folder, on disk, under the names that rows give.
type result struct {
	Records  int64    `json:"records"`
	Landed   int64    `json:"landed"`
	Rejected int64    `json:"rejected"`
	NonData  int64    `json:"non_data"`
	Datasets []rows   `json:"datasets"`
	Rejects  string   `json:"rejects"` // file name
	Notes    []string `json:"notes"`
	Failed   string   `json:"failed"` // the file is at fault
	Broken   string   `json:"broken"` // the machine is: a full disk, an unreadable file
}

// rows are what a worker made for one dataset.
type rows struct {
	Dataset string            `json:"dataset"`
	Name    string            `json:"name"`
	Rows    int64             `json:"rows"`
	Sums    map[string]string `json:"sums"`
}

// message is one line of what a worker says: how far it is, or at last its result.
type message struct {
	Bytes  int64   `json:"bytes,omitempty"`
	Result *result `json:"result,omitempty"`
}

const rejectsName = "rejects"

func (j job) fileName(dataset string) string { return j.Batch + "." + dataset + ".parquet" }

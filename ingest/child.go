package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// workerCommand is the argument that makes this program a worker.
const workerCommand = "worker"

// IsWorker says whether a program was started as a worker; args are those of the process, its name first.
func IsWorker(args []string) bool { return len(args) == 2 && args[1] == workerCommand }

// Worker is the whole life of a worker process: it reads one job from in, parses the file that it was given open, says
// how far it is and at last its result on out, and returns the exit status. It ends at once when in closes, for then the
// process that asked is gone.
func Worker(in io.Reader, out, messages io.Writer) int {
	say := json.NewEncoder(out)
	decoder := json.NewDecoder(in)
	var j job
	if err := decoder.Decode(&j); err != nil {
		_, _ = fmt.Fprintln(messages, "read the job:", err) // there is nobody else to tell
		return 1
	}
	go func() {
		_, _ = io.Copy(io.Discard, in) // until it closes
		os.Exit(1)
	}()
	confine()
	if j.Memory > 0 {
		debug.SetMemoryLimit(j.Memory * 3 / 4)
	}
	debug.SetGCPercent(200)
	file := os.NewFile(3, "extract")
	r := j.run(file, func(bytes int64) { _ = say.Encode(message{Bytes: bytes}) }) // progress may be lost
	if err := say.Encode(message{Result: &r}); err != nil {
		_, _ = fmt.Fprintln(messages, "hand the result over:", err)
		return 1
	}
	return 0
}

// run lands the file of a job and sorts what can go wrong into faults of the file and faults of the machine.
func (j job) run(file *os.File, progress func(int64)) result {
	read := readCSV
	if j.Source.Format == "parquet" {
		read = readParquet
	}
	r, err := read(j, file, progress)
	var refused refusal
	switch {
	case errors.As(err, &refused):
		return result{Failed: refused.Error()}
	case err != nil:
		return result{Broken: err.Error()}
	case r.Failed == "" && r.Records != r.Landed+r.Rejected+r.NonData:
		return result{Records: r.Records, Rejected: r.Records, Failed: fmt.Sprintf(
			"the parser saw %d records (%d landed, %d rejected, %d no data) and the independent count %d; nothing of the file was taken in, and this is a fault of Arrears: please report it",
			r.Landed+r.Rejected+r.NonData, r.Landed, r.Rejected, r.NonData, r.Records)}
	}
	return r
}

package worker

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// command is the argument that makes this program a worker.
const command = "worker"

// Is says whether a program was started as a worker; args are those of the process, its name first.
func Is(args []string) bool { return len(args) == 2 && args[1] == command }

// Progress hears how far a job is: bytes of its file, and rows made of them.
type Progress func(bytes, rows int64)

// A Task is what a worker can do with a file. What it returns becomes JSON.
type Task struct {
	Name string
	Do   func(ask json.RawMessage, file *os.File, progress Progress) any

	// Follow does it with a file of which more comes meanwhile. Nil where the task cannot.
	Follow func(ask json.RawMessage, file *os.File, growth *Growth, progress Progress) any
}

// request is what a worker reads, message one line of what it says: how far it is, or at last its result.
type (
	request struct {
		Task   string          `json:"task"`
		Memory int64           `json:"memory"`
		Grows  bool            `json:"grows"`
		Ask    json.RawMessage `json:"ask"`
	}
	message struct {
		Bytes  int64           `json:"bytes,omitempty"`
		Rows   int64           `json:"rows,omitempty"`
		Result json.RawMessage `json:"result,omitempty"`
	}
)

// Main is the whole life of a worker process: it reads one job from in, does the task with the file that it was given open, says
// how far it is and at last its result on out, and returns the exit status. It ends at once when in closes, for then the
// process that asked is gone.
func Main(in io.Reader, out, messages io.Writer, tasks ...Task) int {
	say := json.NewEncoder(out)
	var r request
	heard := json.NewDecoder(in)
	if err := heard.Decode(&r); err != nil {
		_, _ = fmt.Fprintln(messages, "read the job:", err) // there is nobody else to tell
		return 1
	}
	growth := NewGrowth()
	go func() {
		growth.listen(heard) // until it closes
		os.Exit(1)
	}()
	confine()
	if r.Memory > 0 {
		debug.SetMemoryLimit(r.Memory * 3 / 4)
	}
	debug.SetGCPercent(200)
	for _, t := range tasks {
		if t.Name != r.Task {
			continue
		}
		progress := func(bytes, rows int64) { _ = say.Encode(message{Bytes: bytes, Rows: rows}) } // it may be lost
		found := t.do(r, os.NewFile(3, "extract"), growth, progress)
		result, err := json.Marshal(found)
		if err == nil {
			err = say.Encode(message{Result: result})
		}
		if err != nil {
			_, _ = fmt.Fprintln(messages, "hand the result over:", err)
			return 1
		}
		return 0
	}
	_, _ = fmt.Fprintf(messages, "no task is called %q\n", r.Task)
	return 1
}

func (t Task) do(r request, file *os.File, growth *Growth, progress Progress) any {
	if r.Grows {
		return t.Follow(r.Ask, file, growth, progress)
	}
	return t.Do(r.Ask, file, progress)
}

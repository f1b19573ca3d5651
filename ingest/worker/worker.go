// Package worker runs what reads foreign bytes in a child process of the same program, with a cap on its memory, a deadline and, where
// that is permitted, no network: what they do to a parser, they do to a process that can be spared.
package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"
)

// A worker that was killed once gets one more chance: the machine may have been short of memory for a moment.
const tries = 2

// A KilledError is a worker that died on the same job as often as it was tried.
type KilledError struct{ Why string }

// Error is why the worker died the last time.
func (e KilledError) Error() string { return e.Why }

// A Worker starts child processes.
type Worker struct {
	Program  string
	Memory   int64 // resident bytes after which a child is killed; 0 for no limit
	Deadline time.Duration
}

// A Job is one file to read and what is asked of it.
type Job struct {
	Task string // name of a task of the child's
	Ask  any    // for the task, as JSON
	File *os.File

	// Growth tells of a file of which more comes while it is read; nil for one that is whole.
	Growth *Growth
}

// Run has a job done and decodes its result. It returns the most memory that the child kept, in bytes, and [KilledError] when the
// job killed its worker twice.
func (w Worker) Run(ctx context.Context, j Job, result any, progress Progress) (peak int64, err error) {
	for range tries {
		peak, err = w.once(ctx, j, result, progress)
		if ctx.Err() != nil {
			return peak, ctx.Err()
		}
		if !errors.As(err, new(KilledError)) {
			return peak, err
		}
	}
	return 0, err
}

func (w Worker) once(ctx context.Context, j Job, result any, progress Progress) (int64, error) {
	ask, err := json.Marshal(j.Ask)
	if err != nil {
		return 0, err
	}
	asked, err := json.Marshal(request{j.Task, w.Memory, j.Growth != nil, ask})
	if err != nil {
		return 0, err
	}
	child, err := w.start(j.File)
	if err != nil {
		return 0, fmt.Errorf("start a worker: %w", err)
	}
	stopped := make(chan struct{})
	var reason atomic.Pointer[string]
	go w.watch(ctx, child.cmd, j.Growth, stopped, &reason)
	_, err = child.in.Write(asked) // and it stays open: the child ends when it closes
	if j.Growth != nil {
		go j.Growth.tell(child.in)
	}
	r, readErr := readMessages(child.out, progress)
	if r != nil {
		killGroup(child.cmd.Process) // it has said all, and its files are on disk: how it would end is of no interest
	}
	waitErr := child.cmd.Wait()
	close(stopped)
	_ = child.in.Close() // the child is gone
	peak := peakMemory(child.cmd.ProcessState)
	if r != nil {
		return peak, json.Unmarshal(r, result)
	}
	if why := reason.Load(); why != nil {
		return peak, KilledError{*why}
	}
	if why := panicOf(child.messages.Bytes()); why != "" {
		return peak, KilledError{why}
	}
	return peak, KilledError{fmt.Sprint(errors.Join(waitErr, err, readErr))}
}

// child is a running worker.
type child struct {
	cmd      *exec.Cmd
	in       io.WriteCloser
	out      io.Reader
	messages *tail
}

// start starts a child with no network where that is permitted, and with one where it is not.
func (w Worker) start(file *os.File) (*child, error) {
	c, err := w.startIn(file, true)
	if err != nil {
		c, err = w.startIn(file, false)
	}
	return c, err
}

func (w Worker) startIn(file *os.File, alone bool) (*child, error) {
	cmd := exec.Command(w.Program, command)
	cmd.Env = []string{"LANG=C"} // secrets of this process are none of a parser's business
	cmd.ExtraFiles = []*os.File{file}
	cmd.SysProcAttr = attributes(alone)
	c := &child{cmd: cmd, messages: &tail{}}
	cmd.Stderr = c.messages
	var err error
	if c.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if c.out, err = cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	return c, cmd.Start()
}

// watch kills the child when it takes too long or too much memory, or when nobody waits any more.
func (w Worker) watch(ctx context.Context, cmd *exec.Cmd, growth *Growth, stopped <-chan struct{}, reason *atomic.Pointer[string]) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var late <-chan time.Time
	var whole <-chan struct{}
	var timer *time.Timer
	if w.Deadline > 0 {
		timer = time.NewTimer(w.Deadline)
		defer timer.Stop()
		late = timer.C
		if growth != nil {
			timer.Stop() // the sender's time is not the worker's
			whole = growth.end
		}
	}
	give := func(why string) {
		reason.Store(&why)
		killGroup(cmd.Process)
	}
	for {
		select {
		case <-stopped:
			return
		case <-ctx.Done():
			give("stopped: " + context.Cause(ctx).Error())
			return
		case <-whole:
			whole = nil
			timer.Reset(w.Deadline)
		case <-late:
			give(fmt.Sprintf("it took longer than %v (worker.deadline)", w.Deadline))
			return
		case <-tick.C:
			if used := residentMemory(cmd.Process.Pid); w.Memory > 0 && used > w.Memory {
				give(fmt.Sprintf("it used %d MB of memory, and %d MB are allowed (worker.memory)", used>>20, w.Memory>>20))
				return
			}
		}
	}
}

// most that a worker may say: progress is short, and a result lists notes of one file
const maxMessages = 64 << 20

var errNoResult = errors.New("it ended without a result")

// readMessages follows a worker until it has a result.
func readMessages(out io.Reader, progress Progress) (json.RawMessage, error) {
	decoder := json.NewDecoder(io.LimitReader(out, maxMessages))
	for {
		var m message
		if err := decoder.Decode(&m); errors.Is(err, io.EOF) {
			return nil, errNoResult
		} else if err != nil {
			_, _ = io.Copy(io.Discard, out) // so that the child can end
			return nil, err
		}
		if m.Result != nil {
			return m.Result, nil
		}
		progress(m.Bytes, m.Rows)
	}
}

// tail keeps the beginning of what a child says on its way out, where the reason stands.
type tail struct{ bytes.Buffer }

func (t *tail) Write(b []byte) (int, error) {
	const most = 64 << 10
	if room := most - t.Len(); room > 0 {
		t.Buffer.Write(b[:min(len(b), room)])
	}
	return len(b), nil
}

// panicOf finds the reason in the last words of a Go program.
func panicOf(words []byte) string {
	for line := range strings.Lines(string(words)) {
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			return "it crashed: " + strings.TrimSpace(line)
		}
	}
	return ""
}

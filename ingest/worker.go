package ingest

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
const workerTries = 2

// killedError is a worker that did not come back with a result.
type killedError struct{ why string }

func (e killedError) Error() string { return e.why }

// worker runs jobs in child processes, so that no byte from outside is parsed in this one.
type worker struct {
	program  string
	memory   int64 // resident bytes after which a child is killed; 0 for no limit
	deadline time.Duration
}

// do runs a job; a file that kills its worker twice is refused whole.
func (w worker) do(ctx context.Context, j job, file *os.File, progress func(int64)) (result, int64, error) {
	var killed killedError
	for range workerTries {
		r, peak, err := w.once(ctx, j, file, progress)
		if err == nil && r.Broken != "" {
			return result{}, peak, errors.New(r.Broken)
		}
		if ctx.Err() != nil {
			return result{}, peak, ctx.Err()
		}
		if !errors.As(err, &killed) {
			return r, peak, err
		}
	}
	return result{Failed: fmt.Sprintf("the worker that reads the file died twice: %s", killed.why)}, 0, nil
}

func (w worker) once(ctx context.Context, j job, extract *os.File, progress func(int64)) (result, int64, error) {
	request, err := json.Marshal(j)
	if err != nil {
		return result{}, 0, err
	}
	child, err := w.start(extract)
	if err != nil {
		return result{}, 0, fmt.Errorf("start a worker: %w", err)
	}
	stopped := make(chan struct{})
	var reason atomic.Pointer[string]
	go w.watch(ctx, child.cmd, stopped, &reason)
	_, err = child.in.Write(request) // and it stays open: the child ends when it closes
	r, readErr := readMessages(child.out, progress)
	if r != nil {
		killGroup(child.cmd.Process) // it has said all, and its files are on disk: how it would end is of no interest
	}
	waitErr := child.cmd.Wait()
	close(stopped)
	_ = child.in.Close() // the child is gone
	peak := peakMemory(child.cmd.ProcessState)
	if r != nil {
		return *r, peak, nil
	}
	if why := reason.Load(); why != nil {
		return result{}, peak, killedError{*why}
	}
	if why := panicOf(child.messages.Bytes()); why != "" {
		return result{}, peak, killedError{why}
	}
	return result{}, peak, killedError{fmt.Sprint(errors.Join(waitErr, err, readErr))}
}

// child is a running worker.
type child struct {
	cmd      *exec.Cmd
	in       io.WriteCloser
	out      io.Reader
	messages *tail
}

// start starts a child with no network where that is permitted, and with one where it is not.
func (w worker) start(extract *os.File) (*child, error) {
	c, err := w.startIn(extract, true)
	if err != nil {
		c, err = w.startIn(extract, false)
	}
	return c, err
}

func (w worker) startIn(extract *os.File, alone bool) (*child, error) {
	cmd := exec.Command(w.program, workerCommand)
	cmd.Env = []string{"LANG=C"} // secrets of this process are none of a parser's business
	cmd.ExtraFiles = []*os.File{extract}
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
func (w worker) watch(ctx context.Context, cmd *exec.Cmd, stopped <-chan struct{}, reason *atomic.Pointer[string]) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := make(<-chan time.Time)
	if w.deadline > 0 {
		timer := time.NewTimer(w.deadline)
		defer timer.Stop()
		late = timer.C
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
		case <-late:
			give(fmt.Sprintf("it took longer than %v (worker.deadline)", w.deadline))
			return
		case <-tick.C:
			if used := residentMemory(cmd.Process.Pid); w.memory > 0 && used > w.memory {
				give(fmt.Sprintf("it used %d MB of memory, and %d MB are allowed (worker.memory)", used>>20, w.memory>>20))
				return
			}
		}
	}
}

// most that a worker may say: progress is short, and a result lists notes of one file
const maxMessages = 64 << 20

var errNoResult = errors.New("it ended without a result")

// readMessages follows a worker until it has a result.
func readMessages(out io.Reader, progress func(int64)) (*result, error) {
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
		progress(m.Bytes)
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

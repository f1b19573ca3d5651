package ingest

import (
	"io"
	"os"

	"arrears/ingest/worker"
)

// text is what a pipeline reads: a file, or one that is still being received.
type text interface {
	io.ReaderAt

	// reach says up to where the text goes, at most to an offset. It waits for what is still to come.
	reach(to int64) int64
}

// wholeText has been received.
type wholeText struct {
	io.ReaderAt
	size int64
}

func (t wholeText) reach(to int64) int64 { return min(to, t.size) }

// growingText is a file of which more comes while it is read.
type growingText struct {
	file *os.File
	*worker.Growth
}

func (t growingText) reach(to int64) int64 {
	bytes, _ := t.After(to - 1)
	return min(to, bytes)
}

// ReadAt waits for the bytes that are still to come.
func (t growingText) ReadAt(b []byte, at int64) (int, error) {
	there := max(t.reach(at+int64(len(b)))-at, 0)
	n, err := t.file.ReadAt(b[:there], at)
	if err == nil && n < len(b) {
		err = io.EOF
	}
	return n, err
}

package ingest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"arrears/config"
)

const copySize = 1 << 20

func archivePath(state, digest string) string { return filepath.Join(state, archiveDir, digest) }

// buffers are used again: a folder may hold thousands of small files.
var buffers = sync.Pool{New: func() any { b := make([]byte, copySize); return &b }}

// digestOf is the SHA-256 of what is read.
func digestOf(in io.Reader) (string, error) {
	h := sha256.New()
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{in}, *buffer); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// copyIn copies an extract and digests it on the way, side by side, and says how far it is. The copy is not yet sure to be on disk.
func copyIn(in io.Reader, out *os.File, progress func(bytes int64)) (digest string, size int64, err error) {
	free, full := make(chan []byte, 4), make(chan []byte, 4)
	for range cap(free) {
		free <- make([]byte, copySize)
	}
	h := sha256.New()
	hashed := make(chan struct{})
	go func() {
		defer close(hashed)
		for b := range full {
			h.Write(b)
			free <- b[:cap(b)]
		}
	}()
	started := int64(0)
	for err == nil {
		b := <-free
		var n int
		n, err = fill(in, b)
		if n > 0 {
			if _, writeErr := out.Write(b[:n]); writeErr != nil {
				err = writeErr
			}
			full <- b[:n]
			size += int64(n)
			if err == nil || err == io.EOF { //nolint:errorlint // an end that is wrapped is none
				progress(size)
			}
		}
		if size-started >= blockSize {
			startWriting(out, started, size-started)
			started = size
		}
	}
	close(full)
	<-hashed
	if err == io.EOF { //nolint:errorlint // an end that is wrapped is none
		err = nil
	}
	return hex.EncodeToString(h.Sum(nil)), size, err
}

// fill reads until a buffer is full. Unlike [io.ReadFull] it leaves a sender who stops in the middle, and says so by
// [io.ErrUnexpectedEOF], apart from one who has sent all.
func fill(in io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var more int
		more, err = in.Read(b[n:])
		n += more
	}
	return n, err
}

// keep puts a copied extract into the archive under its digest, once and for all.
func keep(state, path, digest string) error {
	to := archivePath(state, digest)
	if _, err := os.Stat(to); err == nil {
		return os.Remove(path) // the same bytes are there
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close(), os.Chmod(path, 0o444)); err != nil {
		return err
	}
	return publish(path, to)
}

// maxLine is how much of one line is shown.
const maxLine = 1 << 20

// Line is a line of a kept extract, from 1, as it was received; a packed one is unpacked, and text in another encoding than UTF-8
// shown decoded. A Parquet or Arrow file, a workbook and a JSON list have no lines.
func Line(state, digest string, line int64) (string, error) {
	if len(digest) != sha256.Size*2 || strings.Trim(digest, "0123456789abcdef") != "" {
		return "", fmt.Errorf("%q is not the digest of an extract", digest)
	}
	f, err := os.Open(archivePath(state, digest))
	if err != nil {
		return "", fmt.Errorf("find the extract in the archive: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	packed, err := textOf(state, digest, f)
	if err != nil {
		return "", err
	}
	in := bufio.NewReaderSize(packed, copySize)
	head, _ := in.Peek(4)
	var from io.Reader = in
	switch {
	case string(head) == magic:
		return "", errors.New("the extract is a Parquet file, which has rows and no lines")
	case len(head) > 1 && (head[1] == 0 || head[0] == 0xff && head[1] == 0xfe):
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(in)
	case len(head) > 1 && (head[0] == 0 || head[0] == 0xfe && head[1] == 0xff):
		from = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(in)
	}
	return lineOf(bufio.NewReaderSize(from, copySize), line)
}

// textOf is the text of a kept extract, which its receipt knows how to come by.
func textOf(state, digest string, f *os.File) (io.Reader, error) {
	receipts, err := readReceipts(state)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(receipts, func(r Receipt) bool { return r.Digest == digest })
	if i < 0 {
		return f, nil
	}
	r := receipts[i]
	switch {
	case slices.Contains([]string{"parquet", "arrow", "xlsx", "json"}, r.Format):
		return nil, fmt.Errorf("the extract is of the format %s, which has rows and no lines", r.Format)
	case r.Packed == "":
		return f, nil
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	whole := io.NewSectionReader(f, 0, info.Size())
	var text io.Reader
	if r.Packed == "gzip" {
		text, _, err = openGzip(whole, info.Size())
	} else {
		text, _, err = job{Source: config.Source{Member: path.Base(r.Member)}}.openZip(whole, info.Size())
	}
	return text, err
}

func lineOf(in *bufio.Reader, line int64) (string, error) {
	for range line - 1 {
		if err := skipLine(in); err != nil {
			return "", fmt.Errorf("the extract has no line %d", line)
		}
	}
	text, err := in.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return "", err
	}
	if len(text) == 0 {
		return "", fmt.Errorf("the extract has no line %d", line)
	}
	text = bytes.TrimRight(text[:min(len(text), maxLine)], "\r\n")
	if !utf8.Valid(text) {
		if text, err = charmap.Windows1252.NewDecoder().Bytes(text); err != nil {
			return "", err
		}
	}
	return string(text), nil
}

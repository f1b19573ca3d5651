package ingest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// arrowMagic opens and closes an Arrow file; a stream has none.
const arrowMagic = "ARROW1"

// readArrow lands an Arrow IPC file or stream, batch by batch, under the rules for Parquet. Its messages are counted by a walker of our own.
func readArrow(j job, in *os.File, progress func(int64)) (result, error) {
	info, err := in.Stat()
	if err != nil {
		return result{}, err
	}
	size := info.Size()
	counted, err := countArrow(io.NewSectionReader(in, 0, size), size)
	if err != nil {
		return result{}, err
	}
	r, err := parseArrow(j, io.NewSectionReader(in, 0, size), counted, size, progress)
	var refused refusal
	if errors.As(err, &refused) {
		return result{Records: counted, Rejected: counted, Failed: refused.Error()}, nil
	}
	r.Records = counted
	return r, err
}

func parseArrow(j job, in *io.SectionReader, total, size int64, progress func(int64)) (result, error) {
	messages, err := ipcStream(in, size)
	if err != nil {
		return result{}, err
	}
	reader, err := ipc.NewReader(messages)
	if err != nil {
		return result{}, refusal{reason: "the file is no whole Arrow file: " + firstLine(err) + "; have it sent again"}
	}
	defer reader.Release()
	schema := reader.Schema()
	if schema.NumFields() > maxColumns {
		return result{}, refusal{reason: fmt.Sprintf("the file has %d columns, and no more than %d are read", schema.NumFields(), maxColumns)}
	}
	var header []string
	for _, field := range schema.Fields() {
		header = append(header, field.Name)
	}
	p, err := planFor(j.Source, header, 0)
	if err != nil {
		return result{}, err
	}
	if err := nested(p, schema); err != nil {
		return result{}, err
	}
	rows := rowReader{gatherer: newGatherer(p, j)}
	for reader.Next() {
		if err := rows.take(reader.RecordBatch()); err != nil {
			return rows.finish(err)
		}
		progress(size * rows.row / max(total, 1))
	}
	if err := reader.Err(); err != nil && !errors.Is(err, io.EOF) {
		return rows.finish(refusal{reason: fmt.Sprintf("the Arrow file is damaged behind row %d: %s; have it sent again", rows.row, firstLine(err))})
	}
	return rows.finish(nil)
}

// ipcStream is the stream of messages: all of a stream, and of a file what lies between its head and its footer.
func ipcStream(in *io.SectionReader, size int64) (io.Reader, error) {
	head := make([]byte, 8)
	if _, err := in.ReadAt(head, 0); err != nil {
		return nil, refusal{reason: "the file is no whole Arrow file: it is too short; have it sent again"}
	}
	if !bytes.HasPrefix(head, []byte(arrowMagic)) {
		return in, nil
	}
	tail := make([]byte, 10)
	if _, err := in.ReadAt(tail, size-10); err != nil || string(tail[4:]) != arrowMagic {
		return nil, refusal{reason: "the Arrow file has no end; have it sent again"}
	}
	end := size - 10 - int64(binary.LittleEndian.Uint32(tail))
	if end < 8 {
		return nil, refusal{reason: "the Arrow file's footer is damaged; have it sent again"}
	}
	return io.NewSectionReader(in, 8, end-8), nil
}

// countArrow adds up the rows that the batches of a file say they have. It reads the messages' heads itself: a length, a table that says
// what kind of message it is and how long its body, and in that of a batch the number of its rows.
func countArrow(in *io.SectionReader, size int64) (int64, error) {
	if size == 0 {
		return 0, refusal{reason: "the file is empty; have it sent again"}
	}
	stream, err := ipcStream(in, size)
	if err != nil {
		return 0, err
	}
	messages := stream.(*io.SectionReader)
	damaged := refusal{reason: "the Arrow file's messages do not follow each other; have it sent again"}
	rows, at := int64(0), int64(0)
	for at < messages.Size() {
		head := make([]byte, 8)
		if _, err := messages.ReadAt(head, at); err != nil {
			return 0, damaged
		}
		if binary.LittleEndian.Uint32(head) != 0xffffffff {
			return 0, refusal{reason: "the file is no Arrow file, or one of a version before 0.15"}
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		if at += 8; length == 0 {
			return rows, nil // the end of a stream
		}
		if length > 64<<20 || at+length > messages.Size() {
			return 0, damaged
		}
		meta := make([]byte, length)
		if _, err := messages.ReadAt(meta, at); err != nil {
			return 0, damaged
		}
		n, body, ok := ipcMessage(meta)
		if !ok || n < 0 || body < 0 || at+length+body > messages.Size() {
			return 0, damaged
		}
		rows += n
		at += length + body
	}
	return rows, nil
}

// recordBatch is the kind of a message that holds rows.
const recordBatch = 3

// ipcMessage is how many rows a message has, and how many bytes follow it.
func ipcMessage(meta []byte) (rows, body int64, ok bool) {
	t, ok := rootTable(meta)
	if !ok {
		return 0, 0, false
	}
	if at := t.field(3); at > 0 && at+8 <= len(meta) {
		body = int64(binary.LittleEndian.Uint64(meta[at:]))
	}
	kind := byte(0)
	if at := t.field(1); at > 0 && at < len(meta) {
		kind = meta[at]
	}
	if kind != recordBatch {
		return 0, body, true
	}
	at := t.field(2)
	if at <= 0 || at+4 > len(meta) {
		return 0, 0, false
	}
	batch, ok := tableAt(meta, at+int(binary.LittleEndian.Uint32(meta[at:])))
	if !ok {
		return 0, 0, false
	}
	if at := batch.field(0); at > 0 && at+8 <= len(meta) {
		rows = int64(binary.LittleEndian.Uint64(meta[at:]))
	}
	return rows, body, true
}

// flatTable is a table of a FlatBuffer: where it begins, and its list of fields.
type flatTable struct {
	data         []byte
	at, fields   int
	fieldsLength int
}

func rootTable(data []byte) (flatTable, bool) {
	if len(data) < 4 {
		return flatTable{}, false
	}
	return tableAt(data, int(binary.LittleEndian.Uint32(data)))
}

func tableAt(data []byte, at int) (flatTable, bool) {
	if at < 0 || at+4 > len(data) {
		return flatTable{}, false
	}
	fields := at - int(int32(binary.LittleEndian.Uint32(data[at:])))
	if fields < 0 || fields+4 > len(data) {
		return flatTable{}, false
	}
	length := int(binary.LittleEndian.Uint16(data[fields:]))
	return flatTable{data, at, fields, length}, fields+length <= len(data)
}

// field is where a field lies; 0 where the table has none.
func (t flatTable) field(number int) int {
	slot := 4 + 2*number
	if slot+2 > t.fieldsLength {
		return 0
	}
	if offset := int(binary.LittleEndian.Uint16(t.data[t.fields+slot:])); offset > 0 {
		return t.at + offset
	}
	return 0
}

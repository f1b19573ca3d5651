package ingest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"os"

	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// magic opens and closes every Parquet file.
const magic = "PAR1"

// stitcher puts row groups that were encoded apart into one Parquet file: their bytes one after the other, their places in the
// footer moved by where they came to lie.
type stitcher struct {
	path string
	file *os.File // opened by the first group, so that what has no rows has no file
	out  *bufio.Writer
	size int64
	rows int64
	meta *metadata.FileMetaData
}

func (s *stitcher) add(g group) error {
	if g.rows == 0 {
		return nil
	}
	if s.file == nil {
		if err := s.open(); err != nil {
			return err
		}
	}
	moved := s.size - int64(len(magic))
	for _, rows := range g.meta.RowGroups {
		move(rows.FileOffset, moved)
		rows.Ordinal = nil // there may be more of them than it can count
		for _, chunk := range rows.Columns {
			move(&chunk.FileOffset, moved)
			move(&chunk.MetaData.DataPageOffset, moved)
			move(chunk.MetaData.DictionaryPageOffset, moved)
			move(chunk.MetaData.IndexPageOffset, moved)
		}
	}
	data := g.bytes.Bytes()[len(magic):]
	if _, err := s.out.Write(data); err != nil {
		return err
	}
	s.size += int64(len(data))
	s.rows += g.rows
	if s.meta == nil {
		s.meta = g.meta
		return nil
	}
	return s.meta.AppendRowGroups(g.meta)
}

func (s *stitcher) open() error {
	f, err := os.Create(s.path)
	if err != nil {
		return err
	}
	s.file, s.out, s.size = f, bufio.NewWriterSize(f, 1<<20), int64(len(magic))
	_, err = s.out.WriteString(magic)
	return err
}

func move(offset *int64, by int64) {
	if offset != nil && *offset > 0 {
		*offset += by
	}
}

// finish writes the footer and waits until the file is on disk.
func (s *stitcher) finish() error {
	if s.file == nil {
		return nil
	}
	n, err := s.meta.WriteTo(s.out, nil)
	if err == nil {
		err = binary.Write(s.out, binary.LittleEndian, uint32(n))
	}
	if err == nil {
		_, err = s.out.WriteString(magic)
	}
	return errors.Join(err, s.out.Flush(), s.file.Sync(), s.file.Close())
}

// abandon leaves the file to the next sweep.
func (s *stitcher) abandon() {
	if s.file != nil {
		_ = s.file.Close() // its bytes are not wanted
	}
}

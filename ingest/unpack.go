package ingest

import (
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// smallUnpacked is what a packed file may always become: the ratio means nothing for a few lines.
const smallUnpacked = 1 << 20

// mostMembers is how many files a zip may hold.
const mostMembers = 1000

// unpack gives the file to read: the one received, or what is in it as a file that has no name and goes away when it is closed. The
// member is the name that the content has in the archive.
func (j job) unpack(in *os.File) (*os.File, string, error) {
	if j.growth != nil || j.Source.Packed == "" || j.Source.Packed == "none" {
		return in, "", nil
	}
	info, err := in.Stat()
	if err != nil {
		return nil, "", err
	}
	whole := io.NewSectionReader(in, 0, info.Size())
	open := openGzip
	if j.Source.Packed == "zip" {
		open = j.openZip
	}
	content, member, err := open(whole, info.Size())
	if err != nil {
		return nil, "", refusal{reason: "the file is no whole " + j.Source.Packed + " file: " + firstLine(err) + "; have it sent again"}
	}
	out, err := unnamed(j.Folder, "unpacked-*")
	if err != nil {
		return nil, "", err
	}
	if err := j.copyBounded(out, content, info.Size()); err != nil {
		return nil, "", errors.Join(err, out.Close())
	}
	return out, member, nil
}

// unnamed makes a file that goes away when it is closed.
func unnamed(folder, pattern string) (*os.File, error) {
	out, err := os.CreateTemp(folder, pattern)
	if err != nil {
		return nil, err
	}
	return out, os.Remove(out.Name())
}

// copyBounded unpacks up to the limits and not a byte further.
func (j job) copyBounded(out *os.File, content io.Reader, packed int64) error {
	most := j.Unpacked
	if most <= 0 {
		most = 5e9
	}
	byRatio := max(smallUnpacked, packed*max(j.Ratio, 1))
	source := &readFault{in: content}
	n, err := io.Copy(out, io.LimitReader(source, min(most, byRatio)+1))
	switch {
	case n > most:
		return refusal{reason: fmt.Sprintf("unpacked it is larger than %d bytes (worker.unpacked); nothing of it was read", most)}
	case n > byRatio:
		return refusal{reason: fmt.Sprintf("unpacked it is more than %d times as large (worker.ratio), as files are that are made to fill a disk; nothing of it was read", max(j.Ratio, 1))}
	case source.err != nil:
		return refusal{reason: fmt.Sprintf("the packed file is damaged behind byte %d of its content: %s; have it sent again", n, firstLine(source.err))}
	}
	return err
}

// readFault remembers that reading went wrong, so that it is told from writing.
type readFault struct {
	in  io.Reader
	err error
}

// Read passes on.
func (r *readFault) Read(b []byte) (int, error) {
	n, err := r.in.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

func openGzip(in *io.SectionReader, _ int64) (io.Reader, string, error) {
	content, err := gzip.NewReader(in)
	if err != nil {
		return nil, "", err
	}
	return content, content.Name, nil
}

// openZip finds the one file that is meant.
func (j job) openZip(in *io.SectionReader, size int64) (io.Reader, string, error) {
	archive, err := zip.NewReader(in, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names lead nowhere here
		return nil, "", err
	}
	if len(archive.File) > mostMembers {
		return nil, "", fmt.Errorf("it holds %d files, and no more than %d are looked through", len(archive.File), mostMembers)
	}
	var names []string
	var meant *zip.File
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if fits, err := path.Match(orElse(j.Source.Member, "*"), path.Base(f.Name)); err != nil || !fits {
			continue
		}
		names, meant = append(names, f.Name), f
	}
	switch {
	case len(names) == 0:
		return nil, "", fmt.Errorf("no file in it fits %q", orElse(j.Source.Member, "*"))
	case len(names) > 1:
		return nil, "", fmt.Errorf("it holds %s; declare which is meant as member", listed(names))
	}
	content, err := meant.Open()
	return content, meant.Name, err
}

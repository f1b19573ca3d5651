package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// sums is the last entry of a pack: a digest for every file before it. A pack without it was cut off.
const sums = "SHA256SUMS"

// packed counts what a pack holds.
type packed struct{ files, bytes int64 }

// A packer writes files with their digests into one compressed file.
type packer struct {
	packed
	file   *os.File
	zstd   *zstd.Encoder
	tar    *tar.Writer
	digest bytes.Buffer
}

func newPacker(path string) (*packer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewWriter(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &packer{file: f, zstd: z, tar: tar.NewWriter(z)}, nil
}

// folder adds the files of a folder that are wanted, by their names within it. An unwanted folder is left out whole.
func (p *packer) folder(ctx context.Context, dir string, wanted func(name string) bool) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if path == dir {
			return err
		}
		name, wrong := filepath.Rel(dir, path)
		if wrong != nil {
			return wrong
		}
		name = filepath.ToSlash(name)
		if errors.Is(err, fs.ErrNotExist) && takenByOthers(name) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !wanted(name) && entry.IsDir():
			return fs.SkipDir
		case !wanted(name) || !entry.Type().IsRegular():
			return nil
		}
		if err := p.add(path, name); !errors.Is(err, fs.ErrNotExist) || !takenByOthers(name) {
			return err
		}
		return nil
	})
}

// takenByOthers says whether a file lies where another program may take it at any moment.
func takenByOthers(name string) bool { return strings.HasPrefix(name, "instructions/outbox/") }

func (p *packer) add(path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := p.tar.WriteHeader(&tar.Header{Name: name, Mode: int64(info.Mode().Perm()), Size: info.Size(), ModTime: info.ModTime()}); err != nil {
		return err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(p.tar, h), f)
	if err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	p.files, p.bytes = p.files+1, p.bytes+n
	_, err = fmt.Fprintf(&p.digest, "%s  %s\n", hex.EncodeToString(h.Sum(nil)), name)
	return err
}

// close ends the pack with its digests; it is on disk then.
func (p *packer) close() error {
	err := p.tar.WriteHeader(&tar.Header{Name: sums, Mode: 0o644, Size: int64(p.digest.Len())})
	if err == nil {
		_, err = p.tar.Write(p.digest.Bytes())
	}
	return errors.Join(err, p.tar.Close(), p.zstd.Close(), p.file.Sync(), p.file.Close())
}

// unpackFile reads a pack and compares every file with its digest. With a folder it also puts the files there.
func unpackFile(ctx context.Context, path, dir string) (packed, error) {
	f, err := os.Open(path)
	if err != nil {
		return packed{}, err
	}
	defer func() { _ = f.Close() }() // only read
	z, err := zstd.NewReader(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		return packed{}, err
	}
	defer z.Close()
	return unpackAll(ctx, tar.NewReader(z), dir)
}

func unpackAll(ctx context.Context, in *tar.Reader, dir string) (packed, error) {
	var p packed
	var digests strings.Builder
	for ctx.Err() == nil {
		header, err := in.Next()
		if err != nil {
			return p, fmt.Errorf("it is damaged or cut off: %w", err)
		}
		if header.Name == sums {
			want, err := io.ReadAll(in)
			if err != nil || string(want) != digests.String() {
				return p, errors.Join(errors.New("its files are not the ones that were packed"), err)
			}
			return p, nil
		}
		digest, err := unpackOne(in, header, dir)
		if err != nil {
			return p, fmt.Errorf("unpack %s: %w", header.Name, err)
		}
		fmt.Fprintf(&digests, "%s  %s\n", digest, header.Name)
		p.files, p.bytes = p.files+1, p.bytes+header.Size
	}
	return p, ctx.Err()
}

// unpackOne digests a file and puts it into the folder, if there is one.
func unpackOne(in io.Reader, header *tar.Header, dir string) (digest string, err error) {
	if !filepath.IsLocal(header.Name) || header.Typeflag != tar.TypeReg {
		return "", errors.New("a backup holds plain files of the state folder only")
	}
	h := sha256.New()
	if dir == "" {
		_, err = io.Copy(h, in)
		return hex.EncodeToString(h.Sum(nil)), err
	}
	path := filepath.Join(dir, filepath.FromSlash(header.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, header.FileInfo().Mode().Perm()|0o200)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(io.MultiWriter(f, h), in)
	err = errors.Join(err, f.Sync(), f.Chmod(header.FileInfo().Mode().Perm()), f.Close(), os.Chtimes(path, header.ModTime, header.ModTime))
	return hex.EncodeToString(h.Sum(nil)), err
}

package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"arrears/config"
)

// fileSource is a folder into which files are dropped.
type fileSource struct {
	globs     []string
	settle    time.Duration // a file younger than this may still be written
	manifest  config.Manifest
	processed string // where files go once they have landed; empty: they stay
	log       *slog.Logger
}

// List waits until the youngest file is old enough, once for all of them.
func (s fileSource) List(ctx context.Context, known []Receipt) ([]Extract, error) {
	files, err := s.files()
	if err != nil {
		return nil, err
	}
	if len(known) > 0 && len(files) == 0 {
		if err := s.there(); err != nil {
			return nil, err
		}
	}
	wait := time.Duration(0)
	for _, f := range files {
		age := max(0, time.Since(f.info.ModTime())) // a clock elsewhere may be ahead
		wait = max(wait, s.settle-age)
	}
	if wait > 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
	extracts := make([]Extract, len(files))
	for i, f := range files {
		extracts[i] = Extract{Name: filepath.Base(f.path), Size: f.info.Size(), Open: f.open}
		if s.processed != "" {
			extracts[i].Done = func(_ context.Context, r Receipt) error { return s.away(f, r) }
		}
		if s.manifest.File != "" {
			extracts[i].Manifest = func(context.Context) (string, error) { return s.beside(f.path) }
		}
	}
	return extracts, nil
}

// there says whether there is still a folder that files have come from: a share that is not mounted has nothing new either.
func (s fileSource) there() error {
	for _, glob := range s.globs {
		if found, err := filepath.Glob(filepath.Dir(glob)); err != nil || len(found) > 0 {
			return err
		}
	}
	return fmt.Errorf("the folder %s is gone; is it a share that is not mounted?", filepath.Dir(s.globs[0]))
}

// files lists what the globs match by name, each once.
func (s fileSource) files() ([]dropped, error) {
	var paths []string
	for _, glob := range s.globs {
		found, err := filepath.Glob(glob)
		if err != nil {
			return nil, fmt.Errorf("look for files: %q: %w", glob, err)
		}
		paths = append(paths, found...)
	}
	slices.Sort(paths)
	var files []dropped
	for _, path := range slices.Compact(paths) {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			s.log.Warn("file cannot be read", "file", filepath.Base(path), "cause", err)
		case !info.Mode().IsRegular():
			s.log.Warn("not a file, left alone", "file", filepath.Base(path))
		default:
			files = append(files, dropped{path: path, info: info})
		}
	}
	return files, nil
}

// beside is the manifest of a file, empty where there is none and none has to be.
func (s fileSource) beside(path string) (string, error) {
	f, err := os.Open(filepath.Join(filepath.Dir(path), strings.ReplaceAll(s.manifest.File, "{name}", filepath.Base(path))))
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.manifest.Required:
		return "", ErrUnsettled
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	return string(text), errors.Join(err, f.Close())
}

// dropped is a file as it was last looked at.
type dropped struct {
	path string
	info fs.FileInfo
}

func (d dropped) open(context.Context) (io.ReadCloser, error) {
	f, err := os.Open(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrUnsettled
	}
	if err != nil {
		return nil, err
	}
	return settledFile{f, d.info}, d.unchanged(f)
}

// unchanged closes the file when it is not what it was.
func (d dropped) unchanged(f *os.File) error {
	if err := (settledFile{f, d.info}).settled(); err != nil {
		return errors.Join(err, f.Close())
	}
	return nil
}

// settledFile says when it is closed whether it changed while it was read.
type settledFile struct {
	*os.File
	before fs.FileInfo
}

func (f settledFile) settled() error {
	info, err := f.Stat()
	if err == nil && (info.Size() != f.before.Size() || !info.ModTime().Equal(f.before.ModTime())) {
		err = ErrUnsettled
	}
	return err
}

// Close says whether all that was read belongs together.
func (f settledFile) Close() error { return errors.Join(f.settled(), f.File.Close()) }

// away moves a file that has landed. One that was refused stays where somebody looks for it, and so does one that is no longer what
// has landed. A name that is taken gets the digest in front.
func (s fileSource) away(f dropped, r Receipt) error {
	info, err := os.Stat(f.path)
	if err != nil || r.Failed != "" || info.Size() != f.info.Size() || !info.ModTime().Equal(f.info.ModTime()) {
		return nil //nolint:nilerr // it is gone already
	}
	if err := os.MkdirAll(s.processed, 0o755); err != nil {
		return fmt.Errorf("move what has landed: %w", err)
	}
	to := filepath.Join(s.processed, filepath.Base(f.path))
	if _, err := os.Lstat(to); err == nil {
		to = filepath.Join(s.processed, r.Digest[:12]+"-"+filepath.Base(f.path))
	}
	if err := os.Rename(f.path, to); err != nil {
		return fmt.Errorf("move what has landed: %w", err)
	}
	return nil
}

package ingest

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"arrears/config"
)

// arrival is a file of a source that may be new: one in the inbox, or one that is in the archive since an earlier contract.
type arrival struct {
	source *config.Source
	path   string
	file   string      // base name as received
	info   fs.FileInfo // as last looked at; nil for a file from the archive
	digest string      // known for a file from the archive
}

// inbox lists the files of a source by name, each once.
func inbox(source *config.Source, log *slog.Logger) ([]arrival, error) {
	var paths []string
	for _, glob := range source.Files {
		found, err := filepath.Glob(glob)
		if err != nil {
			return nil, fmt.Errorf("look for files of %s: %q: %w", source.Name, glob, err)
		}
		paths = append(paths, found...)
	}
	slices.Sort(paths)
	var arrivals []arrival
	for _, path := range slices.Compact(paths) {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			log.Warn("file cannot be read", "source", source.Name, "file", filepath.Base(path), "cause", err)
		case !info.Mode().IsRegular():
			log.Warn("not a file, left alone", "source", source.Name, "file", filepath.Base(path))
		default:
			arrivals = append(arrivals, arrival{source: source, path: path, file: filepath.Base(path), info: info})
		}
	}
	return arrivals, nil
}

// settle waits once, for all young files together, and leaves those that still change for the next landing.
func settle(ctx context.Context, arrivals []arrival, log *slog.Logger) (settled []arrival, left int, err error) {
	wait := time.Duration(0)
	for _, a := range arrivals {
		age := max(0, time.Since(a.info.ModTime())) // a clock elsewhere may be ahead
		wait = max(wait, a.source.Settle-age)
	}
	if wait > 0 {
		select {
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		case <-time.After(wait):
		}
	}
	for _, a := range arrivals {
		info, err := os.Stat(a.path)
		if err != nil || changed(a.info, info) {
			log.Info("file is still being written, left alone", "source", a.source.Name, "file", a.file)
			left++
			continue
		}
		settled = append(settled, a)
	}
	return settled, left, nil
}

func changed(before, after fs.FileInfo) bool {
	return before.Size() != after.Size() || !before.ModTime().Equal(after.ModTime())
}

package ingest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The folders of a state. What lies in tmp is nobody's: it is cleared at the next landing.
const (
	archiveDir = "archive"
	lakeDir    = "lake"
	tmpDir     = "tmp"
	receiptDir = "lake/receipts"
	rejectDir  = "lake/rejects"
)

// prepare makes the folders of a state.
func prepare(state string) error {
	for _, dir := range []string{archiveDir, receiptDir, rejectDir, tmpDir} {
		if err := os.MkdirAll(filepath.Join(state, dir), 0o755); err != nil {
			return fmt.Errorf("prepare the state folder: %w", err)
		}
	}
	return nil
}

// publish moves a file whose bytes are already on disk to its place, and the name with it.
func publish(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

// writeDurably puts a small file in place so that after a crash it is there whole or not at all.
func writeDurably(tmp, path string, data []byte) error {
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return publish(tmp, path)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// sweep removes what an interrupted landing left behind: everything in tmp, and rows of batches without a receipt.
func sweep(state string) error {
	left, err := filepath.Glob(filepath.Join(state, tmpDir, "*"))
	if err != nil {
		return err
	}
	rows, err := filepath.Glob(filepath.Join(state, lakeDir, "*", "*.parquet"))
	if err != nil {
		return err
	}
	for _, path := range rows {
		batch := strings.TrimSuffix(filepath.Base(path), ".parquet")
		if _, err := os.Stat(receiptPath(state, batch)); errors.Is(err, os.ErrNotExist) {
			left = append(left, path)
		}
	}
	for _, path := range left {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("clear an interrupted landing: %w", err)
		}
	}
	return nil
}

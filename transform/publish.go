package transform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"arrears/warehouse"
)

const (
	building = ".building"
	finished = ".duckdb"
	pointer  = "current"
)

// ErrNothingPublished is returned where no refresh has been published yet.
var ErrNothingPublished = errors.New("nothing has been published yet: arrears run does it")

// publish gives a finished file its name and points to it, in that order: a crash leaves the old marts or the new.
func publish(dir, path, run string) error {
	name := run + finished
	if err := syncPath(path); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := os.Rename(path, filepath.Join(dir, name)); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := writeFile(filepath.Join(dir, pointer), []byte(name+"\n")); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return sweep(dir, name)
}

// Published is the database file that was published last, and the run that made it.
func Published(state string) (path, run string, err error) {
	dir := filepath.Join(state, "warehouse")
	text, err := os.ReadFile(filepath.Join(dir, pointer))
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", ErrNothingPublished
	}
	if err != nil {
		return "", "", fmt.Errorf("find the published marts: %w", err)
	}
	name := strings.TrimSpace(string(text))
	return filepath.Join(dir, name), strings.TrimSuffix(name, finished), nil
}

// sweep removes what earlier runs published or left unfinished. Who still reads an old file keeps it until he closes it.
func sweep(dir, keep string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("sweep the warehouse: %w", err)
	}
	var errs []error
	for _, e := range entries {
		if e.Name() != keep && e.Name() != pointer {
			errs = append(errs, warehouse.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// writeFile replaces a file whole: what is there after a crash is the old text or the new.
func writeFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncPath(filepath.Dir(path))
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

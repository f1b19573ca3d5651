package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Maildir is a folder with new, cur and tmp, as mail servers and fetchers write it. What lies in new waits; what has been taken
// lies in cur, as seen.
type Maildir struct{ Folder string }

// seen is how the name of a message ends that has been looked at.
const seen = ":2,S"

// Each implements [Source].
func (m Maildir) Each(ctx context.Context, take func(Arrival) error) error {
	waiting, err := m.waiting()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(m.Folder, "cur"), 0o700); err != nil {
		return fmt.Errorf("look into the maildir: %w", err)
	}
	var errs []error
	for _, info := range waiting {
		if ctx.Err() != nil {
			return errors.Join(append(errs, ctx.Err())...)
		}
		errs = append(errs, m.one(info, take))
	}
	return errors.Join(errs...)
}

// waiting are the messages in new, in the order in which they came.
func (m Maildir) waiting() ([]fs.FileInfo, error) {
	entries, err := os.ReadDir(filepath.Join(m.Folder, "new"))
	if err != nil {
		return nil, fmt.Errorf("look into the maildir: %w", err)
	}
	var found []fs.FileInfo
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && info.Mode().IsRegular() && !strings.HasPrefix(info.Name(), ".") { // one that is gone was taken by somebody else
			found = append(found, info)
		}
	}
	slices.SortStableFunc(found, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	return found, nil
}

func (m Maildir) one(info fs.FileInfo, take func(Arrival) error) error {
	path := filepath.Join(m.Folder, "new", info.Name())
	place, _, _ := strings.Cut(info.Name(), ":")
	err := take(Arrival{Place: place, Size: info.Size(), Open: func(most int64) (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		return limited{io.LimitReader(f, most), f}, nil
	}})
	if errors.Is(err, fs.ErrNotExist) && !exists(path) {
		return nil // somebody else took it
	}
	if err != nil {
		return fmt.Errorf("message %s: %w", place, err)
	}
	if err := os.Rename(path, filepath.Join(m.Folder, "cur", place+seen)); err != nil {
		return fmt.Errorf("mark message %s as taken: %w", place, err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// limited is the beginning of something that has to be closed.
type limited struct {
	io.Reader
	io.Closer
}

package instruction

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// A Box is the folder where instructions lie: made ready in staged, handed over in outbox by one rename, and after that nobody's but the
// ERP's, which may move or delete what it took. What was ever made ready is noted in kept, by its digests: an instruction that is noted
// and no longer staged was handed over, whatever happened meanwhile, so that it never has to be given a second time to be sure.
type Box string

func (b Box) staged(id string) string { return filepath.Join(string(b), "staged", id) }
func (b Box) outbox(id string) string { return filepath.Join(string(b), "outbox", id) }
func (b Box) kept(id string) string   { return filepath.Join(string(b), "kept", id+".sha256") }

// Folders of a box beside those above.
const (
	returnsDir = "returns"
	newName    = ".new"
)

// Hold makes the folders and keeps other processes from writing there until it is released. The ERP may take what is in the outbox all the same.
func (b Box) Hold(ctx context.Context) (release func(), err error) {
	for _, name := range []string{"staged", "outbox", "kept", returnsDir} {
		if err := os.MkdirAll(filepath.Join(string(b), name), 0o750); err != nil {
			return nil, fmt.Errorf("make the folder of instructions: %w", err)
		}
	}
	f, err := os.OpenFile(filepath.Join(string(b), "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the instructions: %w", err)
	}
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil // closing unlocks
		}
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock the instructions: %w", err), f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stage makes an instruction ready: its files first, then the note that they are. What is noted already stays as it is.
func (b Box) stage(id string, files []file) error {
	if noted, err := present(b.kept(id)); err != nil || noted {
		return err
	}
	aside := b.staged(newName)
	if err := os.RemoveAll(aside); err != nil { // what a crash left
		return err
	}
	if err := os.Mkdir(aside, 0o750); err != nil {
		return err
	}
	for _, f := range files {
		if err := writeFile(filepath.Join(aside, f.name), f.text); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(b.staged(id)); err != nil { // made ready and not noted: made again
		return err
	}
	if err := errors.Join(syncDir(aside), os.Rename(aside, b.staged(id)), syncDir(b.staged(""))); err != nil {
		return err
	}
	note := b.kept(newName)
	if err := errors.Join(os.RemoveAll(note), writeFile(note, files[len(files)-1].text), os.Rename(note, b.kept(id))); err != nil {
		return err
	}
	return syncDir(filepath.Dir(note))
}

// hand gives an instruction that is noted to the ERP. One that was given before stays given.
func (b Box) hand(id string) error {
	ready, err := present(b.staged(id))
	if err != nil || !ready {
		return err
	}
	if err := b.unchanged(id); err != nil {
		return err
	}
	if err := os.Rename(b.staged(id), b.outbox(id)); err != nil {
		return err
	}
	return errors.Join(syncDir(b.outbox("")), syncDir(b.staged("")))
}

// unchanged makes sure that what is handed over is what was noted.
func (b Box) unchanged(id string) error {
	noted, err := os.ReadFile(b.kept(id))
	if err != nil {
		return err
	}
	ready, err := os.ReadFile(filepath.Join(b.staged(id), id+".sha256"))
	if err == nil && !bytes.Equal(noted, ready) {
		err = fmt.Errorf("what is ready of instruction %s is not what was noted", id)
	}
	return err
}

// where says how far an instruction has come: whether it was noted, and whether it is still here.
func (b Box) where(id string) (noted, here bool, err error) {
	noted, err = present(b.kept(id))
	if err != nil {
		return false, false, err
	}
	here, err = present(b.staged(id))
	return noted, here, err
}

func present(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func writeFile(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

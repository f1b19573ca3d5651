package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Point is a place in the chain: an event's number and hash. Number 0 is the beginning.
type Point struct {
	Sequence int64
	Hash     string
}

// head is what is known about the end of the ledger outside of the database. Before a transaction it says where the end will be,
// after it that it is there; only then is anybody told. So the database ends at one of the two, or it has been cut or replaced.
type head struct {
	Ledger          string // identity
	Committed, Next Point
}

// The record lies in one sector and is written over in place: it is there whole, old or new.
const headSize = 512

const headForm = "arrears ledger head 1\nledger %s\ncommitted %d %s\nnext %d %s\n"

func (h head) text() []byte {
	body := fmt.Sprintf(headForm, h.Ledger, h.Committed.Sequence, h.Committed.Hash, h.Next.Sequence, h.Next.Hash)
	text := body + "sum " + sum(body) + "\n"
	return []byte(text + strings.Repeat("\n", max(0, headSize-len(text))))
}

var errNoHead = errors.New("the record of the ledger's head is not there")

// headFile is the open record.
type headFile struct{ *os.File }

// openHead opens the record; write says whether it may be written.
func openHead(path string, write bool) (headFile, error) {
	mode := os.O_RDONLY
	if write {
		mode = os.O_RDWR
	}
	f, err := os.OpenFile(path, mode, 0)
	if errors.Is(err, os.ErrNotExist) {
		return headFile{}, errNoHead
	}
	return headFile{f}, err
}

// createHead makes the record of a new ledger, or of a restored one.
func createHead(path string, h head) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(h.text())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func (f headFile) read() (head, error) {
	text := make([]byte, headSize+1)
	n, _ := f.ReadAt(text, 0) // one byte more than there should be: the end of the file is no error
	var h head
	_, err := fmt.Sscanf(string(text[:n]), headForm, &h.Ledger, &h.Committed.Sequence, &h.Committed.Hash, &h.Next.Sequence, &h.Next.Hash)
	if err != nil || string(text[:n]) != string(h.text()) {
		return head{}, fmt.Errorf("%s is damaged: it is not a record of a ledger's head", f.Name())
	}
	return h, nil
}

// write is done when the record is on disk.
func (f headFile) write(h head) error {
	if _, err := f.WriteAt(h.text(), 0); err != nil {
		return fmt.Errorf("record the head: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("record the head: %w", err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

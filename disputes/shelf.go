package disputes

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
)

// A Shelf holds the bytes of documents in the state folder, each once, under their digest.
type Shelf struct{ State string }

// LargestDocument is how many bytes a document has at most.
const LargestDocument = 10 << 20

var digestShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Errors of a shelf.
var (
	ErrTooLarge   = fmt.Errorf("a document has at most %d MB", LargestDocument>>20)
	ErrNoDocument = errors.New("there is no such document")
	ErrSpoilt     = errors.New("the document is not the one that was kept")
)

// Keep puts a document on the shelf, before the event that names it is written. Which types are let in is for whoever takes it in.
func (s Shelf) Keep(name string, text []byte) (Document, error) {
	if len(text) > LargestDocument {
		return Document{}, fmt.Errorf("%s: %w", name, ErrTooLarge)
	}
	sum := sha256.Sum256(text)
	d := Document{Name: name, Type: http.DetectContentType(text), Digest: hex.EncodeToString(sum[:]), Size: int64(len(text))}
	path := s.path(d.Digest)
	if _, err := os.Stat(path); err == nil {
		return d, nil
	}
	if err := put(path, text); err != nil {
		return d, fmt.Errorf("keep document %s: %w", name, err)
	}
	return d, nil
}

// put writes a file so that after a crash it is there whole or not at all.
func put(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func (s Shelf) path(digest string) string {
	return filepath.Join(s.State, "documents", digest[:2], digest)
}

// Open is the bytes of a document, if they are still those that were kept.
func (s Shelf) Open(digest string) ([]byte, error) {
	if !digestShape.MatchString(digest) {
		return nil, ErrNoDocument
	}
	f, err := os.Open(s.path(digest))
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrNoDocument
	}
	if err != nil {
		return nil, fmt.Errorf("open document %s: %w", digest, err)
	}
	text, err := io.ReadAll(io.LimitReader(f, LargestDocument+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read document %s: %w", digest, err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != digest {
		return nil, fmt.Errorf("%s: %w", digest, ErrSpoilt)
	}
	return text, nil
}

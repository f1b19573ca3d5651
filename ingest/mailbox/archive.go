package mailbox

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// archive is where messages are kept, in a folder of the state that only its owner reads.
const archive = "mail/archive"

// Path is where the bytes of a message are kept.
func Path(state, digest string) string {
	return filepath.Join(state, archive, digest[:min(2, len(digest))], filepath.Base(digest))
}

// ErrSpoilt says that a message is no longer the one that was kept.
var ErrSpoilt = errors.New("its bytes are not the ones received")

var digestShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Read is a message as it was kept, of one too large its beginning.
func Read(state, digest string) ([]byte, error) {
	if !digestShape.MatchString(digest) {
		return nil, fmt.Errorf("%q is not the digest of a message", digest)
	}
	text, err := os.ReadFile(Path(state, digest))
	if err != nil {
		return nil, fmt.Errorf("find the message in the archive: %w", err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != digest {
		return nil, ErrSpoilt
	}
	return text, nil
}

// keep streams a message into the archive and says under which digest it lies there.
func keep(state string, in io.Reader) (digest string, size int64, err error) {
	folder := filepath.Join(state, archive)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", 0, err
	}
	tmp, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(tmp, h), in)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		digest = hex.EncodeToString(h.Sum(nil))
		err = publish(tmp.Name(), Path(state, digest))
	}
	if err != nil {
		return "", 0, errors.Join(fmt.Errorf("keep a message: %w", err), os.Remove(tmp.Name()))
	}
	return digest, size, nil
}

// publish moves a file whose bytes are on disk to its place, and the name with it.
func publish(from, to string) error {
	folder := filepath.Dir(to)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	for _, dir := range []string{folder, filepath.Dir(folder)} { // the folder may be new as well
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes what a killed process left between keeping and publishing.
func sweep(state string) error {
	left, err := filepath.Glob(filepath.Join(state, archive, ".new-*"))
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(state, "mail", "files-*"))
	for _, path := range append(left, files...) {
		err = errors.Join(err, os.RemoveAll(path))
	}
	return err
}

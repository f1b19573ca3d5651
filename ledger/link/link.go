// Package link makes links that open one thing for one purpose until a day, without a sign-in: the holder of the link is who it was
// sent to. Whoever changes any of it holds nothing.
package link

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Errors of a token. They say no more than its holder may know.
var (
	ErrForged  = errors.New("the link is not one of ours, or not for this")
	ErrExpired = errors.New("the link has expired; ask for a new one")
)

const (
	keyFile = "link.key"
	keySize = 32
)

// A Key signs and opens links. A company has one.
type Key struct {
	secret []byte
	now    func() time.Time
}

// Load reads the key of a state folder, or makes it. Whoever can read its file can make links. A nil clock is the machine's.
func Load(state string, now func() time.Time) (Key, error) {
	if now == nil {
		now = time.Now
	}
	path := filepath.Join(state, keyFile)
	secret, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if err = create(path); err == nil {
			secret, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return Key{}, fmt.Errorf("read the key of signed links: %w", err)
	}
	if len(secret) != keySize {
		return Key{}, fmt.Errorf("the key of signed links, %s, has %d bytes, not %d: remove it, and links that are out no longer open", path, len(secret), keySize)
	}
	return Key{secret, now}, nil
}

// create puts a whole key in place, unless another process was first.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	secret := make([]byte, keySize)
	_, _ = rand.Read(secret) // never fails
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return err
	}
	_, err = f.Write(secret)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		if err = os.Link(f.Name(), path); errors.Is(err, os.ErrExist) {
			err = nil
		}
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// Sign is a token that opens an object for a purpose until a moment: letters, digits, - _ and one dot.
func (k Key) Sign(purpose, object string, until time.Time) string {
	body := binary.BigEndian.AppendUint64(nil, uint64(until.Unix()))
	body = append(body, object...)
	return encode(body) + "." + encode(k.mac(purpose, body))
}

// Open is the object that a token opens for a purpose, and until when.
func (k Key) Open(token, purpose string) (object string, until time.Time, err error) {
	first, second, _ := strings.Cut(token, ".")
	body, wrong := base64.RawURLEncoding.Strict().DecodeString(first)
	mac, alsoWrong := base64.RawURLEncoding.Strict().DecodeString(second)
	if wrong != nil || alsoWrong != nil || len(body) < 8 || !hmac.Equal(mac, k.mac(purpose, body)) {
		return "", until, ErrForged
	}
	if until = time.Unix(int64(binary.BigEndian.Uint64(body)), 0); !k.now().Before(until) {
		return "", until, ErrExpired
	}
	return string(body[8:]), until, nil
}

// mac is over purpose and body, each of a known length, so that neither can grow into the other.
func (k Key) mac(purpose string, body []byte) []byte {
	h := hmac.New(sha256.New, k.secret)
	_, _ = fmt.Fprintf(h, "arrears link 1 %d:%s %d:", len(purpose), purpose, len(body))
	_, _ = h.Write(body)
	return h.Sum(nil)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// Package mail sends what the ledger's outbox holds for the channel "mail", through one SMTP server, each letter at most once.
package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"strings"

	"arrears/ledger"
)

// Channel is that of letters in the outbox.
const Channel = "mail"

// A Letter is a mail to one person.
type Letter struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html,omitempty"` // the same for who would rather have it so
	Files   []File `json:"files,omitempty"`
}

// A File goes with a letter. It lies in the state folder under its digest.
type File struct {
	Name   string `json:"name"`
	Digest string `json:"digest"`
}

// Message is the letter as a message of an event.
func (l Letter) Message(to string) (ledger.Message, error) {
	if _, err := mail.ParseAddress(to); err != nil {
		return ledger.Message{}, fmt.Errorf("write to %q: %w", to, err)
	}
	if strings.TrimSpace(l.Subject) == "" || strings.TrimSpace(l.Text) == "" {
		return ledger.Message{}, errors.New("a letter has a subject and a text")
	}
	content, err := json.Marshal(l)
	if err != nil {
		return ledger.Message{}, err
	}
	return ledger.Message{Channel: Channel, To: to, Content: content}, nil
}

const outgoing = "outgoing"

// Keep puts a file where letters find it. It must be kept before the event that encloses the letter is written.
func Keep(state, name string, text []byte) (File, error) {
	sum := sha256.Sum256(text)
	f := File{Name: name, Digest: hex.EncodeToString(sum[:])}
	path := f.path(state)
	if _, err := os.Stat(path); err == nil {
		return f, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return f, err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return f, err
	}
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return f, errors.Join(fmt.Errorf("keep %s: %w", name, err), os.Remove(tmp.Name()))
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return f, err
	}
	return f, errors.Join(dir.Sync(), dir.Close())
}

func (f File) path(state string) string {
	return filepath.Join(state, outgoing, filepath.Base(f.Digest))
}

// Read is the file, if it is still the one that was kept.
func (f File) Read(state string) ([]byte, error) {
	text, err := os.ReadFile(f.path(state))
	if err != nil {
		return nil, fmt.Errorf("its file %s: %w", f.Name, errors.Unwrap(err))
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != f.Digest {
		return nil, fmt.Errorf("its file %s is not the one that was enclosed", f.Name)
	}
	return text, nil
}

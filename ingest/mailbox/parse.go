package mailbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/mail"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"

	"arrears/ingest/worker"
)

// Task is what a worker does with a message.
var Task = worker.Task{Name: "mail", Do: func(text json.RawMessage, file *os.File, _ worker.Progress) any {
	var a ask
	if err := json.Unmarshal(text, &a); err != nil {
		return reading{Broken: fmt.Sprint("read the job: ", err)}
	}
	return a.parse(file)
}}

// reading is what a worker hands over.
type reading struct {
	Message
	Broken string `json:"broken"` // the machine is at fault, not the message: a full disk
}

// ask is what a worker is asked of a message.
type ask struct {
	Folder  string `json:"folder"`  // for the files that came with it
	Trusted string `json:"trusted"` // authserv-id of our own server
	Cut     bool   `json:"cut"`     // only the beginning is there
}

// What a message may have at most. Messages of people come nowhere near.
const (
	maxParts      = 10_000
	maxDepth      = 500
	maxText       = 256 << 10 // bytes of text that are kept
	maxFiles      = 50
	maxReferences = 100
	maxAddresses  = 100
	maxAddress    = 200 // bytes of one
	maxNotes      = 20
	maxName       = 500 // runes of a subject or a name
)

var parser = enmime.NewParser(
	enmime.SkipMalformedParts(true), enmime.MultipartWOBoundaryAsSinglePart(true), enmime.MaxStoredPartErrors(10),
	enmime.SetReadPartErrorPolicy(func(*enmime.Part, error) bool { return true }), enmime.MinCharsetDetectRunes(200),
)

// parse reads a message. What cannot be understood of it is left out with a note; it is refused only where nothing can.
func (a ask) parse(in io.ReadSeeker) reading {
	root, err := parser.ReadParts(in)
	if err != nil {
		return a.plain(in, err)
	}
	header, err := headerOf(root)
	if err != nil {
		return a.plain(in, err)
	}
	var m Message
	m.header(header)
	m.Authentic, m.Vouched = authentic(header.GetHeaderValues("Authentication-Results"), a.Trusted, m.From)
	m.Automatic = automatic(marksOf(header, root.Header.Get("Content-Type"), m.From))
	if a.Cut {
		return reading{Message: m}
	}
	b := body{message: &m, folder: a.Folder}
	m.Refused = b.walk(root)
	if b.broken != nil {
		return reading{Broken: b.broken.Error()}
	}
	if m.Refused == "" {
		m.Text, m.Quoted = split(b.text())
	}
	return reading{Message: m}
}

// headerOf decodes the header of a message; its parts are gone through elsewhere.
func headerOf(root *enmime.Part) (*enmime.Envelope, error) {
	alone := enmime.NewPart("text/plain")
	alone.Header = maps.Clone(root.Header)
	alone.Header.Del("Content-Type")
	return enmime.EnvelopeFromPart(alone)
}

// plain is what is left of a message that is none: its beginning, as text.
func (a ask) plain(in io.ReadSeeker, why error) reading {
	m := Message{Notes: []string{fmt.Sprintf("this is not a message as mail programs write it (%s); its beginning is shown as text", clean(why.Error(), maxName))}}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return reading{Broken: err.Error()}
	}
	text, err := io.ReadAll(io.LimitReader(in, maxText))
	if err != nil {
		return reading{Broken: err.Error()}
	}
	m.Text = tidy(string(text))
	return reading{Message: m}
}

// header reads who wrote when about what, and in answer to which.
func (m *Message) header(e *enmime.Envelope) {
	m.Subject = clean(e.GetHeader("Subject"), maxName)
	m.From = addresses(e, "From")
	m.To = append(addresses(e, "To"), addresses(e, "Cc")...)
	if ids := messageIDs(e.GetHeader("Message-ID")); len(ids) > 0 {
		m.ID = ids[0]
	}
	m.References = messageIDs(e.GetHeader("In-Reply-To"))
	earlier := messageIDs(e.GetHeader("References"))
	for i := len(earlier) - 1; i >= 0 && len(m.References) < maxReferences; i-- {
		m.References = append(m.References, earlier[i])
	}
	if at, err := e.Date(); err == nil && at.Year() > 1970 && at.Year() < 9999 {
		m.Date = at.UTC()
	} else {
		m.Date = time.Time{}
	}
	if len(m.From) != 1 {
		m.note(fmt.Sprintf("its header names %d senders", len(m.From)))
	}
}

func (m *Message) note(text string) {
	if len(m.Notes) < maxNotes && !slices.Contains(m.Notes, text) {
		m.Notes = append(m.Notes, text)
	}
}

var bracketed = regexp.MustCompile(`<([^<>\s]{1,500})>`)

func messageIDs(text string) []string {
	var ids []string
	for _, found := range bracketed.FindAllStringSubmatch(text, maxReferences) {
		ids = append(ids, clean(found[1], maxName))
	}
	return ids
}

// addresses are those of a header, whether or not it keeps to the grammar.
func addresses(e *enmime.Envelope, name string) []Address {
	var found []Address
	for _, line := range e.GetHeaderValues(name) {
		list, err := enmime.ParseAddressList(line)
		if err != nil {
			list = loose(line)
		}
		for _, a := range list {
			if strings.Contains(a.Address, "@") && len(a.Address) <= maxAddress && len(found) < maxAddresses {
				found = append(found, Address{clean(a.Name, maxName), strings.ToLower(clean(a.Address, maxName))})
			}
		}
	}
	return found
}

var addressShape = regexp.MustCompile(`[^\s<>"',;:()\[\]@]+@[^\s<>"',;:()\[\]@]+`)

// loose finds what looks like an address.
func loose(line string) []*mail.Address {
	var found []*mail.Address
	for _, text := range addressShape.FindAllString(line, maxAddresses) {
		found = append(found, &mail.Address{Address: text})
	}
	return found
}

// mediaType is the type of a header without what follows it, and its parameters, in small letters.
func mediaType(text string) (string, map[string]string) {
	kind, params, err := mime.ParseMediaType(text)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		kind, _, _ = strings.Cut(text, ";")
	}
	return strings.ToLower(strings.TrimSpace(kind)), params
}

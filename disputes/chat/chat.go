// Package chat takes in what is said about a dispute in a chat system: a signed call puts one message into the conversation of one case. Whoever
// writes is as the chat system says; for a customer speaks only who is the contact of that customer in the books.
package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"arrears/disputes"
	"arrears/ledger"
	"arrears/ledger/webhook"
)

// A Desk is where what was said is put down.
type Desk interface {
	Case(ctx context.Context, id string) (disputes.Case, error)
	Hear(ctx context.Context, who ledger.Actor, key, id string, w disputes.Word) (disputes.Case, error)
	Relay(ctx context.Context, who ledger.Actor, key, id string, w disputes.Word) (disputes.Case, error)
}

// Books know contacts.
type Books interface {
	// Customers are those whose contact an address is.
	Customers(ctx context.Context, address string) ([]string, error)
}

// A Receiver answers chat systems, each known by the key with which it signs.
type Receiver struct {
	Desk  Desk
	Books Books
	Keys  map[string][]byte // name of a chat system -> its key
	Log   *slog.Logger
	Now   func() time.Time // nil is the machine's clock
}

// Largest is how many bytes a call has at most.
const Largest = 64 << 10

// A message is what a call says. Unknown fields are mistakes.
type message struct {
	Case   string `json:"case"`
	From   string `json:"from"`   // customer, or staff: among ourselves
	Author string `json:"author"` // who wrote: a customer's contact by the mail address
	Text   string `json:"text"`
}

// The sides of a conversation.
const (
	fromCustomer = "customer"
	fromStaff    = "staff"
)

// ServeHTTP takes one call in. Its path ends with the name of the chat system. What it answers says nothing of the case.
func (c *Receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, err := c.take(w, r)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err == nil {
		_, _ = io.WriteString(w, "{\"taken\":true}\n") // whoever has gone needs no answer
		return
	}
	c.Log.WarnContext(r.Context(), "chat message refused", "status", status, "cause", err)
	said := err.Error()
	if status == http.StatusInternalServerError {
		said = "the message could not be written down; send it again under the same id"
	}
	text, _ := json.Marshal(map[string]string{"error": said}) // strings always can be
	_, _ = w.Write(append(text, '\n'))
}

func (c *Receiver) take(w http.ResponseWriter, r *http.Request) (status int, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, Largest))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return http.StatusRequestEntityTooLarge, fmt.Errorf("a call has at most %d bytes", Largest)
	}
	if err != nil {
		return http.StatusBadRequest, errors.New("the call did not arrive whole")
	}
	name := r.PathValue("name")
	key, known := c.Keys[name]
	if !known { // whoever has no key does not learn which names there are
		return http.StatusUnauthorized, webhook.ErrUnsigned
	}
	id, err := webhook.Check(key, r.Header, body, c.now())
	if err != nil {
		return http.StatusUnauthorized, err
	}
	var m message
	if err := read(body, &m); err != nil {
		return http.StatusBadRequest, err
	}
	return statusOf(c.put(r.Context(), name, id, m))
}

// read takes the one JSON value of a call.
func read(body []byte, m *message) error {
	reader := json.NewDecoder(bytes.NewReader(body))
	reader.DisallowUnknownFields()
	if err := reader.Decode(m); err != nil {
		return fmt.Errorf("the body is not the JSON that is asked for: %w", err)
	}
	if reader.More() {
		return errors.New("the body holds more than one JSON value")
	}
	return nil
}

// put writes a message on its case, once for its id.
func (c *Receiver) put(ctx context.Context, name, id string, m message) error {
	if strings.TrimSpace(m.Author) == "" {
		return disputes.Mistakes{{Field: "author", Text: "is missing"}}
	}
	who, once := ledger.Program("chat "+name), "chat "+name+" "+id
	word := disputes.Word{Text: m.Text, Channel: disputes.Chat, Contact: m.Author}
	switch m.From {
	case fromStaff:
		_, err := c.Desk.Relay(ctx, who, once, m.Case, word)
		return err
	case fromCustomer:
		about, err := c.Desk.Case(ctx, m.Case)
		if err != nil {
			return err
		}
		customers, err := c.Books.Customers(ctx, strings.TrimSpace(m.Author))
		if err != nil {
			return err
		}
		if word.Verified = slices.Contains(customers, about.Customer); word.Verified {
			who = ledger.Customer(about.Customer, m.Author)
		}
		_, err = c.Desk.Hear(ctx, who, once, m.Case, word)
		return err
	}
	return disputes.Mistakes{{Field: "from", Text: fmt.Sprintf("is %s or %s", fromCustomer, fromStaff)}}
}

// statusOf sorts what the desk says.
func statusOf(err error) (int, error) {
	var wrong disputes.Mistakes
	switch {
	case err == nil:
		return http.StatusOK, nil
	case errors.As(err, &wrong):
		return http.StatusUnprocessableEntity, wrong
	case errors.Is(err, disputes.ErrNoCase):
		return http.StatusNotFound, disputes.ErrNoCase
	case errors.Is(err, ledger.ErrKeyReused):
		return http.StatusConflict, errors.New("another message was taken under this id")
	}
	return http.StatusInternalServerError, err
}

func (c *Receiver) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

package mailbox

import "time"

// A Message is one message as it was read. Everything in it comes from outside: it is text, and nothing else.
type Message struct {
	Digest string    `json:"digest"` // SHA-256 of its bytes, under which they are kept
	Box    string    `json:"box"`    // name of the mail box
	Place  string    `json:"place"`  // where in the box it lay
	Size   int64     `json:"size"`   // bytes
	At     time.Time `json:"at"`     // when it was taken

	ID         string    `json:"id"`         // Message-ID without its brackets; empty where there is none
	References []string  `json:"references"` // Message-IDs that it answers, the nearest first
	From       []Address `json:"from"`
	To         []Address `json:"to"` // also those who got a copy
	Subject    string    `json:"subject"`
	Date       time.Time `json:"date"` // as its sender says; zero where it says nothing that can be read

	Authentic bool   `json:"authentic"` // our own server vouches for the domain of From
	Vouched   string `json:"vouched"`   // what it said, or why it does not count

	Automatic string   `json:"automatic"` // why no person wrote it, empty where one may have
	Text      string   `json:"text"`      // what is new in it
	Quoted    string   `json:"quoted"`    // what it repeats of earlier ones, and its signature
	Files     []File   `json:"files"`
	Notes     []string `json:"notes"` // what was left out or guessed, for whoever reads it

	Refused string `json:"refused"` // why nothing of it could be read; empty where it could
}

// An Address is that of a sender or receiver, in small letters, with the name beside it.
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// A File came with a message.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"` // by its content, whatever the message says
	Path string `json:"path"` // where its bytes lie until the message has been handed on
	Size int64  `json:"size"` // bytes
}

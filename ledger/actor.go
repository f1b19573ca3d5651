package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"os/user"
	"strings"
)

// An Actor is who does something. Only sign-in makes one of a user, only the operating system's own account one of the command
// line: whoever holds an Actor has been recognised, and no page or file can name another one.
type Actor struct {
	kind, name string
}

// The kinds of an actor, as events hold them.
const (
	KindUser    = "user"    // signed in
	KindAccount = "account" // of the operating system, at the command line
	KindProgram = "program" // a part of Arrears that acts by rule

	KindCustomer = "customer" // signed in to the portal, or holding a signed link
)

// Name is the user's name, the account's, or that of the program's part.
func (a Actor) Name() string { return a.name }

// Kind is one of the kinds above.
func (a Actor) Kind() string { return a.kind }

// String is the actor as a log or an audit trail shows it.
func (a Actor) String() string {
	if a.kind == KindUser {
		return a.name
	}
	return a.kind + " " + a.name
}

// Account is the person at the command line, known by the account under which the program runs.
func Account() (Actor, error) {
	u, err := user.Current()
	if err != nil {
		return Actor{}, fmt.Errorf("find out which account this is: %w", err)
	}
	return Actor{KindAccount, u.Username}, nil
}

// Program is a part of Arrears that acts by rule and for nobody, as in "outbox".
func Program(part string) Actor { return Actor{KindProgram, part} }

// Customer is somebody who writes for a customer and has been recognised: by the portal's sign-in, by a signed link, or by the
// receiving server's word on a mail's sender. The contact is the address, without blanks; none is "-".
func Customer(id, contact string) Actor {
	contact = strings.Join(strings.Fields(contact), "")
	return Actor{KindCustomer, id + " " + cmp.Or(contact, "-")}
}

// Customer is the customer for whom the actor writes, and the address; false when it is somebody else.
func (a Actor) Customer() (id, contact string, ok bool) {
	at := strings.LastIndexByte(a.name, ' ')
	if a.kind != KindCustomer || at < 0 {
		return "", "", false
	}
	return a.name[:at], strings.TrimPrefix(a.name[at+1:], "-"), true
}

var errNobody = errors.New("an event needs an actor: sign in first")

package portal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/mail"
	"strings"
	"time"

	"arrears/ledger"
	"arrears/ledger/attempts"
	lettermail "arrears/ledger/mail"
)

// Purposes of links, and how long one of them opens.
const (
	EntryPurpose = "portal entry" // signs in the contact it names, once
	CasePurpose  = "portal case"  // shows one case, as often as is wanted

	DocumentPurpose = "portal document" // hands one document of a case out, as often as is wanted

	entryOpens = 30 * time.Minute
)

var errSpent = errors.New("the link was used before")

func (p *Portal) home(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.visitor(r.Context()); ok {
		to := "/account"
		if v.Case != "" {
			to = "/case/" + v.Case
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	p.show(w, r, http.StatusOK, "home", "Sign in", nil)
}

// largestForm is what a form without documents may send, in bytes.
const largestForm = 64 << 10

// askForLink mails a link to a contact. What it answers is the same for whom we know and whom we do not.
func (p *Portal) askForLink(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	typed := strings.ToLower(strings.TrimSpace(r.PostFormValue("address")))
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	if !p.tries.Allow("host "+host, attempts.Every/10) || !p.tries.Allow("address "+typed, attempts.Every*2) {
		p.wrong(w, r, http.StatusTooManyRequests, "Too many attempts", "Wait a minute, then ask for a link again.", nil)
		return
	}
	address, err := mail.ParseAddress(typed)
	if err != nil || address.Address != typed {
		p.show(w, r, http.StatusUnprocessableEntity, "home", "Sign in", "That is not an e-mail address, as in name@example.com.")
		return
	}
	customers, err := p.options.Accounts.Of(r.Context(), typed)
	if err == nil && len(customers) > 0 {
		err = p.sendLink(r.Context(), typed, customers[0])
	}
	if err != nil {
		p.options.Log.ErrorContext(r.Context(), "a sign-in link could not be sent", "cause", err)
	}
	p.show(w, r, http.StatusOK, "sent", "Look into your mail", typed)
}

// EntryLink is the path of a link that signs a contact in, once, until a moment.
func EntryLink(links Links, contact string, until time.Time) string {
	return "/enter/" + links.Sign(EntryPurpose, strings.ToLower(contact)+" "+rand.Text(), until)
}

func (p *Portal) sendLink(ctx context.Context, address, customer string) error {
	link := EntryLink(p.options.Links, address, p.options.Now().Add(entryOpens))
	letter, err := lettermail.Letter{
		Subject: "Your link to " + p.options.Company,
		Text: fmt.Sprintf("Open this link to see your open invoices and disputes at %s:\n\n%s\n\nIt opens once, within %d minutes. "+
			"If you have not asked for it, do nothing: nobody gets in without it.\n",
			p.options.Company, p.options.Address.String()+link, int(entryOpens.Minutes())),
	}.Message(address)
	if err != nil {
		return err
	}
	_, err = p.options.Ledger.Write(ctx, ledger.Draft{
		Key: ledger.NewKey(), Actor: ledger.Program("portal"), Subject: ledger.Subject{Kind: "customer", ID: customer},
		Type: "link asked for", Messages: []ledger.Message{letter},
	})
	return err
}

// showEntry shows a page with a button: mail programs open links to look at them, and must not use them up.
func (p *Portal) showEntry(w http.ResponseWriter, r *http.Request) {
	if _, err := p.reading(r.PathValue("token")); err != nil {
		p.stale(w, r, err)
		return
	}
	p.show(w, r, http.StatusOK, "enter", "Come in", r.PathValue("token"))
}

func (p *Portal) enter(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	e, err := p.reading(r.PathValue("token"))
	if err != nil {
		p.stale(w, r, err)
		return
	}
	v, err := p.visit(ctx, e)
	switch {
	case errors.Is(err, errSpent):
		p.stale(w, r, err)
		return
	case err != nil:
		p.failed(w, r, "You could not be signed in", err)
		return
	}
	if err := p.admit(ctx, v); err != nil {
		p.failed(w, r, "You could not be signed in", err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// An entry is what a link says: the case it opens, or the contact it signs in and the number by which it is known as used.
type entry struct{ caseID, contact, number string }

func (p *Portal) reading(token string) (entry, error) {
	if id, _, err := p.options.Links.Open(token, CasePurpose); err == nil {
		return entry{caseID: id}, nil
	}
	object, _, err := p.options.Links.Open(token, EntryPurpose)
	contact, number, _ := strings.Cut(object, " ")
	return entry{contact: contact, number: number}, err
}

func (p *Portal) visit(ctx context.Context, e entry) (visitor, error) {
	if e.caseID != "" {
		c, err := p.options.Desk.Case(ctx, e.caseID)
		return visitor{Contact: c.Contact, Customers: []string{c.Customer}, Case: c.ID}, err
	}
	customers, err := p.options.Accounts.Of(ctx, e.contact)
	if err != nil {
		return visitor{}, err
	}
	if len(customers) == 0 {
		return visitor{}, errSpent // no longer anybody's contact
	}
	return visitor{Contact: e.contact, Customers: customers}, p.spend(ctx, e.number, customers[0], e.contact)
}

// spend writes down that a link was used. The ledger asks the guard only for what it has not written yet.
func (p *Portal) spend(ctx context.Context, number, customer, contact string) error {
	first := false
	_, err := p.options.Ledger.Write(ctx, ledger.Draft{
		Key: "portal entry " + number, Actor: ledger.Customer(customer, contact),
		Subject: ledger.Subject{Kind: "customer", ID: customer}, Type: "came in by link",
		Guard: func(context.Context, ledger.Reader) error { first = true; return nil },
	})
	if err == nil && !first {
		return errSpent
	}
	return err
}

func (p *Portal) leave(w http.ResponseWriter, r *http.Request) {
	if err := p.sessions.Destroy(r.Context()); err != nil {
		p.failed(w, r, "You could not be signed out", err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// stale answers a link that opens nothing, without saying why in more than general words.
func (p *Portal) stale(w http.ResponseWriter, r *http.Request, cause error) {
	p.options.Log.DebugContext(r.Context(), "a link was refused", "cause", cause)
	p.wrong(w, r, http.StatusGone, "This link no longer opens", "It was used before, or its time is over. Ask for a new one.", nil)
}

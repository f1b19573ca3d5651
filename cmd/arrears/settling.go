package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"arrears/disputes"
	"arrears/disputes/correspondence"
	"arrears/disputes/instruction"
	words "arrears/disputes/letter"
	"arrears/ledger"
	"arrears/ledger/link"
	"arrears/ledger/mail"
	"arrears/ledger/webhook"
	"arrears/portal"
	"arrears/transform"
)

// clerk writes the letters of disputes, in the company's texts where it has some.
func (d *desk) clerk(books disputes.Books) (correspondence.Clerk, error) {
	var none correspondence.Clerk
	texts, err := d.letters()
	if err != nil {
		return none, err
	}
	zone, err := time.LoadLocation(d.cfg.TimeZone)
	if err != nil {
		return none, fmt.Errorf("time zone %s: %w", d.cfg.TimeZone, err)
	}
	key, err := link.Load(d.cfg.State, nil)
	if err != nil {
		return none, err
	}
	mark, err := d.marker()
	if err != nil {
		return none, err
	}
	k := correspondence.Clerk{
		Book: texts, Books: books, Company: d.cfg.Company, Zone: zone, Staff: d.cfg.Letters.Staff, Mark: mark.Of,
		Keep: func(name string, text []byte) (mail.File, error) { return mail.Keep(d.cfg.State, name, text) },
	}
	if d.cfg.Portal.Address == "" {
		return k, nil
	}
	address, err := url.Parse(d.cfg.Portal.Address)
	k.Link = func(id string, until time.Time) string {
		return address.JoinPath("enter", key.Sign(portal.CasePurpose, id, until)).String()
	}
	k.File = func(id, digest string, until time.Time) string {
		return address.JoinPath(portal.DocumentLink(key, id, digest, until)).String()
	}
	return k, err
}

// letters are the texts of letters.
func (d *desk) letters() (*words.Book, error) {
	var own fs.FS
	if folder := d.cfg.Letters.Folder; folder != "" {
		own = os.DirFS(folder)
	}
	texts, err := words.Load(own, d.cfg.Letters.Language)
	if err != nil {
		return nil, usageError{fmt.Errorf("letters: %w", err)}
	}
	for _, s := range d.cfg.Worklist.Segments {
		if tone := s.Letters.Tone; tone != "" && !slices.Contains(texts.Tones(), tone) {
			return nil, usageError{fmt.Errorf("segment %s: there are no letters of the tone %s: letters.folder has none in a folder as en/%[2]s", s.Name, tone)}
		}
	}
	return texts, nil
}

// box is where instructions lie.
func (d *desk) box() instruction.Box {
	return instruction.Box(filepath.Join(d.cfg.State, "instructions"))
}

// instructions is who writes payment instructions.
func (d *desk) instructions(l *ledger.Ledger, books *bookkeeper, cases *disputes.Desk) (*instruction.Writer, error) {
	zone, err := time.LoadLocation(d.cfg.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone %s: %w", d.cfg.TimeZone, err)
	}
	return &instruction.Writer{Ledger: l, Box: d.box(), Desk: cases, Master: master{debtors{books}}, Payers: d.cfg.Payers,
		Company: d.cfg.Company, Zone: zone, Log: d.log.With("room", "instructions")}, nil
}

// master is master data as instructions need them: as they were published last, and never from what a customer writes.
type master struct{ debtors }

// Customer is a customer with the account it is refunded to.
func (m master) Customer(ctx context.Context, id string) (instruction.Customer, error) {
	known, err := m.debtors.Customer(ctx, id)
	if err != nil {
		return instruction.Customer{}, err
	}
	c := instruction.Customer{Name: known.Name}
	found, err := m.ask(ctx, `
select coalesce(account.holder, ''), account.iban, coalesce(account.bic, ''), coalesce(account.street, ''), coalesce(account.building, ''),
	coalesce(account.postcode, ''), coalesce(account.town, ''), coalesce(account.country, '')
from stg.bank_account as account where account.customer_id = ?`, id)
	if err != nil || len(found.Rows) == 0 {
		return c, err
	}
	r := found.Rows[0]
	c.Account = &instruction.Account{Holder: text(r[0]), IBAN: text(r[1]), BIC: text(r[2]), Street: text(r[3]), Building: text(r[4]), Postcode: text(r[5]),
		Town: text(r[6]), Country: text(r[7])}
	return c, nil
}

// Entity is who issued an invoice.
func (m master) Entity(ctx context.Context, customer, invoice string) (string, error) {
	i, err := m.Invoice(ctx, customer, invoice)
	return i.Entity, err
}

// instruct hands instructions to the books and hears from them, until the context ends.
func (s *service) instruct(ctx context.Context) {
	w, err := s.instructions(s.ledger, s.books, s.disputes)
	if err != nil {
		s.log.ErrorContext(ctx, "no instruction is written", "cause", err)
		return
	}
	s.every(ctx, settleEvery, "instructions wait", func(ctx context.Context) error {
		_, err := w.Drain(ctx)
		_, alsoWrong := w.TakeReturns(ctx)
		if errors.Is(err, transform.ErrNothingPublished) {
			err = nil // there are no books yet
		}
		return errors.Join(err, alsoWrong)
	})
}

// tell calls webhooks until the context ends.
func (s *service) tell(ctx context.Context) {
	if len(s.cfg.Webhooks.Calls) == 0 {
		return
	}
	sender, err := s.webhooks(s.ledger)
	if err != nil {
		s.log.ErrorContext(ctx, "no webhook is called", "cause", err)
		return
	}
	s.every(ctx, settleEvery, "webhooks wait", func(ctx context.Context) error {
		_, err := sender.Follow(ctx)
		if err == nil {
			_, err = sender.Drain(ctx)
		}
		return err
	})
}

// every does something again and again; what goes wrong is logged.
func (s *service) every(ctx context.Context, pause time.Duration, wrong string, do func(context.Context) error) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if err := do(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, wrong, "cause", err)
		}
	}
}

// shortest is the least a key of a webhook may have, in bytes.
const shortest = 16

// webhooks is who tells other systems.
func (d *desk) webhooks(l *ledger.Ledger) (*webhook.Sender, error) {
	s := &webhook.Sender{Ledger: l, Hosts: d.cfg.Webhooks.Hosts, Log: d.log.With("room", "webhooks")}
	for _, text := range d.cfg.Webhooks.Networks {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, err
		}
		s.Networks = append(s.Networks, network)
	}
	for _, call := range d.cfg.Webhooks.Calls {
		secret, err := webhookKey(call.Name, call.SecretFile)
		if err != nil {
			return nil, err
		}
		s.Hooks = append(s.Hooks, webhook.Hook{Name: call.Name, URL: call.URL, Secret: secret, Events: call.Events})
	}
	return s, nil
}

// webhookKey is the key with which calls are signed.
func webhookKey(name, file string) ([]byte, error) {
	key, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the key of webhook %s: %w", name, err)
	}
	secret := strings.TrimSpace(string(key))
	if len(secret) < shortest {
		return nil, usageError{fmt.Errorf("the key of webhook %s has %d signs; at least %d make one that nobody guesses", name, len(secret), shortest)}
	}
	return []byte(secret), nil
}

// unsent is what is wrong with the texts of letters and the keys of webhooks.
func (d *desk) unsent() []string {
	var mistakes []string
	if _, err := d.letters(); err != nil {
		mistakes = append(mistakes, err.Error())
	}
	if _, err := d.webhooks(nil); err != nil {
		mistakes = append(mistakes, err.Error())
	}
	if _, err := d.chatKeys(); err != nil {
		mistakes = append(mistakes, err.Error())
	}
	return mistakes
}

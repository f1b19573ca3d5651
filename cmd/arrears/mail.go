package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"os"
	"strings"
	"time"

	"arrears/config"
	"arrears/disputes"
	"arrears/disputes/intake"
	"arrears/ingest/mailbox"
	"arrears/ingest/worker"
	"arrears/ledger"
	"arrears/ledger/link"
)

// What a worker that reads one message may take. A message has few bytes beside an extract.
const (
	mailMemory   = 512 << 20
	mailDeadline = time.Minute
)

// intake is who decides about what arrives.
func (d *desk) intake(l *ledger.Ledger, cases *disputes.Desk, books *bookkeeper) (*intake.Intake, error) {
	mark, err := d.marker()
	if err != nil {
		return nil, err
	}
	i := &intake.Intake{Ledger: l, Desk: cases, Books: correspondents{debtors{books}}, Shelf: disputes.Shelf{State: d.cfg.State}, Mark: mark,
		Log: d.log.With("room", "mail")}
	if from, err := mail.ParseAddress(d.cfg.Mail.From); err == nil {
		i.Own = []string{from.Address}
	}
	return i, nil
}

// marker signs the numbers of cases with the key of signed links. What it signs stays good: a customer may answer late.
func (d *desk) marker() (intake.Marker, error) {
	key, err := link.Load(d.cfg.State, nil)
	if err != nil {
		return intake.Marker{}, err
	}
	return intake.Marker{Sign: func(text string) string { return key.Sign("answer by mail", text, time.Unix(0, 0)) }}, nil
}

// collectMail takes what waits in one box, under the lock of mail; took is told of each message.
func (d *desk) collectMail(ctx context.Context, i *intake.Intake, box config.Mailbox, took func(intake.Record)) error {
	source, err := mailSource(box)
	if err != nil {
		return err
	}
	largest, err := config.Size(box.Largest)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program to start workers: %w", err)
	}
	c := mailbox.Collector{State: d.cfg.State, Limit: largest, Trusted: box.VouchedBy, Log: i.Log, Now: time.Now, Known: i.Known,
		Worker: worker.Worker{Program: program, Memory: mailMemory, Deadline: mailDeadline},
		Take: func(ctx context.Context, m mailbox.Message) error {
			r, err := i.Take(ctx, arrived(m))
			if err == nil {
				took(r)
			}
			return err
		}}
	_, err = c.Collect(ctx, box.Name, source)
	return err
}

func mailSource(box config.Mailbox) (mailbox.Source, error) {
	if box.Maildir != "" {
		return mailbox.Maildir{Folder: box.Maildir}, nil
	}
	password, err := os.ReadFile(box.PasswordFile)
	if err != nil {
		return nil, fmt.Errorf("read the password of mail box %s: %w", box.Name, err)
	}
	return mailbox.IMAP{Address: box.Server, TLS: box.TLS, User: box.User, Password: strings.TrimSpace(string(password)), Folder: box.Folder,
		Taken: box.Taken}, nil
}

// arrived is a message as those who decide know it. Several senders are none.
func arrived(m mailbox.Message) intake.Message {
	n := intake.Message{Digest: m.Digest, Box: m.Box, Place: m.Place, At: m.At, Size: m.Size, ID: m.ID, References: m.References, Subject: m.Subject,
		Text: m.Text, Quoted: m.Quoted, Notes: m.Notes, Authentic: m.Authentic, Vouched: m.Vouched, Automatic: m.Automatic, Refused: m.Refused}
	if len(m.From) == 1 {
		n.From = m.From[0].Address
	}
	for _, a := range m.To {
		n.To = append(n.To, a.Address)
	}
	for _, f := range m.Files {
		n.Files = append(n.Files, intake.File{Name: f.Name, Path: f.Path})
	}
	return n
}

// correspondents are the books as mail asks them. Before the first refresh nobody is known, and mail waits.
type correspondents struct{ debtors }

// Customers are those whose contact an address is.
func (b correspondents) Customers(ctx context.Context, address string) ([]string, error) {
	found, err := b.ask(ctx, `
select customer.customer_id from core.customer as customer
where lower(trim(customer.email)) = ? order by customer.customer_id`, strings.ToLower(address))
	if err != nil {
		return nil, fmt.Errorf("look for the customer of a sender: %w", err)
	}
	ids := make([]string, len(found.Rows))
	for i, row := range found.Rows {
		ids[i] = text(row[0])
	}
	return ids, nil
}

// Invoices are those among the ids that are a customer's, whatever letters were written small.
func (b correspondents) Invoices(ctx context.Context, customer string, ids []string) (invoices []disputes.Invoice, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{customer}
	for _, id := range ids {
		args = append(args, strings.ToUpper(id))
	}
	found, err := b.ask(ctx, `
select invoice.invoice_id from core.invoice as invoice
where invoice.customer_id = ? and upper(invoice.invoice_id) in (?`+strings.Repeat(", ?", len(ids)-1)+`) order by invoice.invoice_id`, args...)
	if err != nil {
		return nil, fmt.Errorf("look for the invoices of customer %s: %w", customer, err)
	}
	for _, row := range found.Rows {
		v, err := b.Invoice(ctx, customer, text(row[0]))
		if errors.Is(err, disputes.ErrNotInBooks) {
			continue // published anew in between
		}
		if err != nil {
			return nil, err
		}
		invoices = append(invoices, v)
	}
	return invoices, nil
}

// watchMail looks into the boxes until the context ends, each at its own pace. Before anything is published nobody would be known.
func (s *service) watchMail(ctx context.Context) {
	done := make(chan struct{}, len(s.cfg.Mailboxes))
	for _, box := range s.cfg.Mailboxes {
		go func() {
			defer func() { done <- struct{}{} }()
			for waitFor(ctx, box.Every) {
				if s.ready.Load() {
					s.takeFrom(ctx, box)
				}
			}
		}()
	}
	for range s.cfg.Mailboxes {
		<-done
	}
}

func waitFor(ctx context.Context, pause time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pause):
		return true
	}
}

func (s *service) takeFrom(ctx context.Context, box config.Mailbox) {
	unlock, err := lockMail(ctx, s.cfg.State, nil) // other boxes may take their time
	if err == nil {
		err = s.collectMail(ctx, s.mail, box, func(r intake.Record) { s.pipeline.Mailed(box.Name, r.Outcome) })
		unlock()
	}
	s.pipeline.Collected(box.Name, err)
	if err != nil && ctx.Err() == nil {
		s.log.LogAttrs(ctx, slog.LevelError, "mail waits in its box", slog.String("box", box.Name), slog.Any("cause", err))
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"arrears/disputes/intake"
	"arrears/ledger"
	"arrears/ledger/mail"
)

// sender is the one who empties the outbox, by the configuration.
func (d *desk) sender(l *ledger.Ledger) (*mail.Sender, error) {
	m := d.cfg.Mail
	if m.Server == "" {
		return nil, errors.New("the configuration names no mail.server: letters wait")
	}
	s := &mail.Sender{Ledger: l, State: d.cfg.State, Log: d.log.With("room", "mail"),
		Server: mail.Server{Address: m.Server, From: m.From, User: m.User, Plain: m.TLS == "none"}}
	if m.ReplyTo != "" {
		mark, err := d.marker()
		if err != nil {
			return nil, err
		}
		s.ReplyTo = func(ctx context.Context, event int64) (string, error) {
			return intake.ReplyTo(ctx, l, mark, m.ReplyTo, event)
		}
	}
	if m.PasswordFile != "" {
		text, err := os.ReadFile(m.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("read the mail server's password: %w", err)
		}
		s.Server.Password = strings.TrimSpace(string(text))
	}
	return s, nil
}

// postEvery is how long a letter waits at most before it is first tried.
const postEvery = 5 * time.Second

// post sends what waits in the outbox until the context ends.
func (s *service) post(ctx context.Context) {
	if s.cfg.Mail.Server == "" {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(postEvery):
		}
		if !ledger.Exists(s.cfg.State) {
			continue
		}
		if _, err := s.drain(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "letters wait in the outbox", "cause", err)
		}
	}
}

// drain sends what is due once, and says how many letters it dealt with.
func (d *desk) drain(ctx context.Context) (letters int, err error) {
	l, err := d.openLedger(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	s, err := d.sender(l)
	if err != nil {
		return 0, err
	}
	return s.Drain(ctx)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"arrears/collections"
	"arrears/disputes"
	"arrears/ledger/link"
	"arrears/portal"
)

// listenForCustomers is where the portal answers; nil where the configuration has none.
func (d *desk) listenForCustomers() (net.Listener, error) {
	if d.cfg.Portal.Listen == "" {
		return nil, nil
	}
	at, err := net.Listen("tcp", d.cfg.Portal.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for customers: %w", err)
	}
	return at, nil
}

// serveCustomers is a duty of the service, where it has a portal.
func (s *service) serveCustomers(ctx context.Context) {
	if s.customersAt == nil {
		return
	}
	s.log.InfoContext(ctx, "serving customers", "address", s.cfg.Portal.Address, "listening", s.customersAt.Addr().String())
	if err := s.answer(ctx, s.customersAt, s.customers); err != nil && !errors.Is(err, http.ErrServerClosed) {
		s.log.ErrorContext(ctx, "customers are no longer served", "cause", err)
	}
}

// portal is what customers see; nil where nobody listens for them.
func (s *service) portal() (http.Handler, error) {
	if s.customersAt == nil {
		return nil, nil
	}
	address, err := url.Parse(s.cfg.Portal.Address)
	if err != nil {
		return nil, fmt.Errorf("address of the portal: %w", err)
	}
	zone, err := time.LoadLocation(s.cfg.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone %s: %w", s.cfg.TimeZone, err)
	}
	links, err := link.Load(s.cfg.State, nil)
	if err != nil {
		return nil, err
	}
	clerk, err := s.clerk(debtors{s.books})
	if err != nil {
		return nil, err
	}
	return portal.New(portal.Options{
		Company: s.cfg.Company, Address: address, Accounts: debtorAccounts{s.books}, Desk: s.disputes, Shelf: disputes.Shelf{State: s.cfg.State},
		Links: links, Ledger: s.ledger, Promises: collections.New(s.ledger, accounts{s.books}, zone), Zone: zone, Log: s.log.With("room", "portal"),
		Statement: func(ctx context.Context, c disputes.Case) ([]byte, error) {
			return clerk.SentStatement(ctx, s.ledger, s.cfg.State, c)
		},
	})
}

// demoLink signs the demo's customer with the most open items in.
func (s *service) demoLink(ctx context.Context) (string, error) {
	found, err := s.books.ask(ctx, `
select max(customer.email) as email from mart.customer as debtor join core.customer as customer on customer.customer_id = debtor.customer_id
where customer.email is not null group by debtor.customer_id, debtor.open_items order by debtor.open_items desc, debtor.customer_id limit 1`)
	if err != nil {
		return "", err
	}
	if len(found.Rows) == 0 {
		return "", errors.New("no customer of the demo has an address")
	}
	links, err := link.Load(s.cfg.State, nil)
	if err != nil {
		return "", err
	}
	return s.cfg.Portal.Address + portal.EntryLink(links, text(found.Rows[0][0]), time.Now().Add(24*time.Hour)), nil
}

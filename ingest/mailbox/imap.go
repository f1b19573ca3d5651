package mailbox

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// An IMAP is a folder on a mail server. What has been taken carries a mark that only Arrears sets, so that people may read along;
// on a server that keeps no marks of its own it is what has been seen. With Taken it is moved there as well.
type IMAP struct {
	Address        string // host:port
	TLS            string // "required" (from the first byte on port 993, else STARTTLS) or "none"
	User, Password string
	Folder         string         // as in INBOX
	Taken          string         // folder to move to; empty leaves messages where they are
	Trust          *x509.CertPool // who may vouch for the server; nil: the system's
}

// How long a server may stay silent, and how long one whole visit may last.
const (
	silence = time.Minute
	visit   = 30 * time.Minute
)

// taken is the mark of a message that is on record.
const taken imap.Flag = "$ArrearsTaken"

// Each implements [Source].
func (m IMAP) Each(ctx context.Context, take func(Arrival) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, visit)
	defer cancel()
	c, err := m.connect(ctx)
	if err != nil {
		return fmt.Errorf("connect to %s: %w", m.Address, err)
	}
	defer func() { _ = c.Close() }()                         // all that matters has been answered by then
	defer context.AfterFunc(ctx, func() { _ = c.Close() })() // a command that waits ends with the connection
	if err := c.Login(m.User, m.Password).Wait(); err != nil {
		return fmt.Errorf("sign in at %s: %w", m.Address, err)
	}
	box, err := c.Select(m.Folder, nil).Wait()
	if err != nil {
		return fmt.Errorf("open the folder %s: %w", m.Folder, err)
	}
	mark := taken
	if !slices.Contains(box.PermanentFlags, imap.FlagWildcard) && !slices.Contains(box.PermanentFlags, taken) {
		mark = imap.FlagSeen
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{mark, imap.FlagDeleted}}, nil).Wait()
	if err != nil {
		return fmt.Errorf("look for what waits in %s: %w", m.Folder, err)
	}
	var errs []error
	s := session{IMAP: m, client: c, validity: box.UIDValidity, mark: mark}
	for _, uid := range slices.Sorted(slices.Values(found.AllUIDs())) {
		if ctx.Err() != nil {
			break
		}
		errs = append(errs, s.one(uid, take))
	}
	return errors.Join(append(errs, ctx.Err())...)
}

func (m IMAP) connect(ctx context.Context) (*imapclient.Client, error) {
	host, port, err := net.SplitHostPort(m.Address)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{Timeout: silence}).DialContext(ctx, "tcp", m.Address)
	if err != nil {
		return nil, err
	}
	conn = patient{conn}
	secure := &tls.Config{ServerName: host, NextProtos: []string{"imap"}, RootCAs: m.Trust, MinVersion: tls.VersionTLS12}
	switch {
	case m.TLS == "none":
		return imapclient.New(conn, nil), nil
	case port == "993":
		return imapclient.New(tls.Client(conn, secure), nil), nil
	default:
		return imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: secure})
	}
}

// patient is a connection whose other side may not stay silent for long, whatever deadlines are put off.
type patient struct{ net.Conn }

// Read waits for a while and no longer.
func (p patient) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}

// session is a visit to one folder.
type session struct {
	IMAP
	client   *imapclient.Client
	validity uint32
	mark     imap.Flag
}

func (s session) one(uid imap.UID, take func(Arrival) error) error {
	set := imap.UIDSetNum(uid)
	found, err := s.client.Fetch(set, &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
	if err != nil {
		return fmt.Errorf("look at message %d: %w", uid, err)
	}
	if len(found) == 0 {
		return nil // somebody else took it
	}
	place := fmt.Sprintf("%s/%d/%d", s.Folder, s.validity, uid)
	err = take(Arrival{Place: place, Size: found[0].RFC822Size, Open: func(most int64) (io.ReadCloser, error) { return s.open(set, most) }})
	if err != nil {
		return fmt.Errorf("message %s: %w", place, err)
	}
	flags := []imap.Flag{imap.FlagSeen}
	if s.mark != imap.FlagSeen {
		flags = append(flags, s.mark)
	}
	if err := s.client.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: flags}, nil).Close(); err != nil {
		return fmt.Errorf("mark message %s as taken: %w", place, err)
	}
	if s.Taken == "" {
		return nil
	}
	if _, err := s.client.Move(set, s.Taken).Wait(); err != nil {
		return fmt.Errorf("move message %s to %s: %w", place, s.Taken, err)
	}
	return nil
}

// open streams the beginning of a message, without marking it as seen.
func (s session) open(set imap.UIDSet, most int64) (io.ReadCloser, error) {
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: most}}
	fetch := s.client.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	m := fetch.Next()
	for m != nil {
		item := m.Next()
		if item == nil {
			break
		}
		if body, ok := item.(imapclient.FetchItemDataBodySection); ok {
			if body.Literal == nil {
				return limited{bytes.NewReader(nil), fetch}, nil
			}
			return limited{io.LimitReader(body.Literal, most), fetch}, nil
		}
	}
	return nil, errors.Join(errors.New("the server does not hand it over"), fetch.Close())
}

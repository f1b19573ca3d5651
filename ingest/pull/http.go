package pull

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"time"

	"arrears/config"
	"arrears/ingest"
)

// service is a source that is the answer of a web service: one page, or several that are put together.
type service struct {
	source  config.Source
	config  config.HTTP
	options Options
}

// Version is what a web service calls the state of its answer, on the receipt of what was read.
type Version struct {
	URL      string    `json:"url"` // without its query
	ETag     string    `json:"etag,omitempty"`
	Modified string    `json:"last_modified,omitempty"`
	Pages    int64     `json:"pages"`
	At       time.Time `json:"at"`
}

// List is the one answer that there is.
func (s service) List(_ context.Context, known []ingest.Receipt) ([]ingest.Extract, error) {
	f := &fetch{service: s, last: s.last(known)}
	return []ingest.Extract{{Name: s.source.Name, Size: -1, Anew: true, Open: f.open, Mark: func() string { return jsonOf(f.version) }}}, nil
}

func jsonOf(mark any) string {
	text, err := json.Marshal(mark)
	if err != nil {
		panic(err) // texts and numbers always marshal
	}
	return string(text)
}

func (s service) last(known []ingest.Receipt) Version {
	for _, r := range slices.Backward(known) {
		var v Version
		if r.Failed == "" && json.Unmarshal([]byte(r.Mark), &v) == nil {
			return v
		}
	}
	return Version{}
}

// fetch is one pull.
type fetch struct {
	service
	last    Version
	version Version
	client  *http.Client
	headers http.Header
	out     *os.File // all pages; it has no name
	left    int64    // bytes that may still come
	header  []byte   // of the first CSV page
}

// open fetches all pages before the first byte is handed over, so that a page can be asked for again.
func (f *fetch) open(ctx context.Context) (io.ReadCloser, error) {
	if err := f.prepare(); err != nil {
		return nil, err
	}
	defer f.client.CloseIdleConnections()
	err := f.pages(ctx)
	if err == nil {
		_, err = f.out.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.out.Close())
	}
	return f.out, nil
}

func (f *fetch) prepare() (err error) {
	u, err := url.Parse(f.config.URL)
	if err != nil {
		return errors.New("the address cannot be read")
	}
	f.version = Version{URL: (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String(), At: f.options.Now().UTC()}
	if f.left, err = config.Size(f.config.MaxBytes); err != nil {
		return err
	}
	if f.headers, err = f.signed(); err != nil {
		return err
	}
	protection, err := encrypted("verify", f.config.CA, "")
	if err != nil {
		return err
	}
	f.client = &http.Client{
		Timeout:   f.config.Timeout,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: protection, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > 4 || r.URL.Host != via[0].URL.Host || r.URL.Scheme != via[0].URL.Scheme {
				return fmt.Errorf("it sends us on to %s, and is read at its own address only", r.URL.Host)
			}
			return nil
		},
	}
	if f.out, err = os.CreateTemp("", "arrears-pull-*"); err != nil {
		return err
	}
	return os.Remove(f.out.Name())
}

// signed are the headers of every request, with the secret where there is one.
func (f *fetch) signed() (http.Header, error) {
	h := http.Header{"User-Agent": {"arrears"}}
	for name, value := range f.config.Headers {
		h.Set(name, value)
	}
	token, err := f.config.Token.Read()
	if err != nil {
		return nil, err
	}
	if token != "" {
		h.Set("Authorization", "Bearer "+token)
	}
	password, err := f.config.Password.Read()
	if err != nil {
		return nil, err
	}
	if f.config.User != "" {
		r := &http.Request{Header: h}
		r.SetBasicAuth(f.config.User, password)
	}
	return h, nil
}

// pages goes from page to page until there is none.
func (f *fetch) pages(ctx context.Context) error {
	at, err := url.Parse(f.config.URL)
	if err != nil {
		return errors.New("the address cannot be read")
	}
	if f.config.Paging.By == "page" {
		at = f.with(at, strconv.FormatInt(f.config.Paging.First, 10))
	}
	for at != nil {
		if f.version.Pages == f.config.Paging.MaxPages {
			return fmt.Errorf("it goes on after %d pages (paging.max_pages)", f.version.Pages)
		}
		p, err := f.page(ctx, at)
		if err != nil {
			return err
		}
		f.version.Pages++
		next, err := f.take(p)
		if err != nil {
			return fmt.Errorf("page %d: %w", f.version.Pages, err)
		}
		if next != nil && (next.Host != at.Host || next.Scheme != at.Scheme) {
			return fmt.Errorf("page %d: the next page is on %s, and only %s is read", f.version.Pages, next.Host, at.Host)
		}
		at = next
	}
	return nil
}

// with is the address of a page.
func (f *fetch) with(at *url.URL, value string) *url.URL {
	next := *at
	query := next.Query()
	query.Set(f.config.Paging.Parameter, value)
	next.RawQuery = query.Encode()
	return &next
}

// take adds a page to what there is, and says where the next one is.
func (f *fetch) take(p page) (*url.URL, error) {
	if f.source.Format == "ndjson" {
		return f.takeJSON(p)
	}
	return f.takeText(p)
}

// takeText leaves the header of all but the first page out.
func (f *fetch) takeText(p page) (*url.URL, error) {
	line, rest, _ := bytes.Cut(p.body, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	switch {
	case f.version.Pages == 1:
		f.header, rest = line, p.body
	case len(bytes.TrimSpace(p.body)) == 0:
		return nil, nil //nolint:nilnil // no page comes after an empty one
	case !bytes.Equal(line, f.header):
		return nil, errors.New("its header is another than that of the first page")
	}
	if len(rest) > 0 && rest[len(rest)-1] != '\n' && f.config.Paging.By != "none" {
		rest = append(rest, '\n')
	}
	if _, err := f.out.Write(rest); err != nil {
		return nil, err
	}
	empty := len(rest) == 0 || f.version.Pages == 1 && len(bytes.TrimSpace(p.body)) <= len(line)
	return f.next(p, nil, empty)
}

// next is the address of the page after this one, nil for the last.
func (f *fetch) next(p page, following json.RawMessage, empty bool) (*url.URL, error) {
	switch f.config.Paging.By {
	case "link":
		return linked(p)
	case "page":
		if empty {
			return nil, nil //nolint:nilnil // see above
		}
		return f.with(p.at, strconv.FormatInt(f.config.Paging.First+f.version.Pages, 10)), nil
	case "next", "cursor":
		text := wordOf(following)
		if text == "" {
			return nil, nil //nolint:nilnil // see above
		}
		if f.config.Paging.By == "cursor" {
			return f.with(p.at, text), nil
		}
		next, err := p.at.Parse(text)
		if err != nil {
			return nil, errors.New("the address of the next page cannot be read")
		}
		return next, nil
	}
	return nil, nil //nolint:nilnil // see above
}

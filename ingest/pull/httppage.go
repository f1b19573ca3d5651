package pull

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"arrears/ingest"
)

// page is one answer.
type page struct {
	at     *url.URL
	header http.Header
	body   []byte
}

const (
	firstWait   = time.Second
	longestWait = time.Minute
	patience    = 5 * time.Minute // with a service that says how long it wants to be left alone
)

// passing is a fault that may be gone at the next try.
type passing struct {
	error
	wait time.Duration // that the service asks for
}

func (p passing) Unwrap() error { return p.error }

// page asks for one page, again where the fault may pass.
func (f *fetch) page(ctx context.Context, at *url.URL) (page, error) {
	for try := int64(0); ; try++ {
		p, err := f.once(ctx, at)
		var fault passing
		if err == nil || !errors.As(err, &fault) || ctx.Err() != nil {
			return p, err
		}
		if try == f.config.Retries {
			return p, fmt.Errorf("%w (tried %d times)", err, try+1)
		}
		wait := min(firstWait<<min(try, 10), longestWait)
		wait = wait/2 + rand.N(wait/2) // so that many who failed together do not come back together
		if fault.wait > patience {
			return p, fmt.Errorf("%w, and wants to be left alone for %v", err, fault.wait.Round(time.Second))
		}
		if err := f.options.sleep()(ctx, max(wait, fault.wait)); err != nil {
			return p, err
		}
	}
}

func (f *fetch) once(ctx context.Context, at *url.URL) (page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return page{}, errors.New("the address cannot be read")
	}
	request.Header = f.headers.Clone()
	if f.version.Pages == 0 && f.last.Pages == 1 && f.last.URL == f.version.URL {
		setGiven(request.Header, "If-None-Match", f.last.ETag)
		setGiven(request.Header, "If-Modified-Since", f.last.Modified)
	}
	answer, err := f.client.Do(request)
	if err != nil {
		return page{}, f.unreached(ctx, err)
	}
	defer func() { _ = answer.Body.Close() }() // it has been read, or is not wanted
	if err := f.status(answer); err != nil {
		return page{}, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, f.left+1))
	if err != nil {
		return page{}, f.unreached(ctx, err)
	}
	if int64(len(body)) > f.left {
		return page{}, fmt.Errorf("it sends more than %s (max_bytes)", f.config.MaxBytes)
	}
	if err := noPageForPeople(answer.Header, body); err != nil {
		return page{}, err
	}
	f.left -= int64(len(body))
	if f.version.Pages == 0 {
		f.version.ETag, f.version.Modified = answer.Header.Get("ETag"), answer.Header.Get("Last-Modified")
	}
	return page{at, answer.Header, body}, nil
}

func setGiven(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// unreached tells a fault of the line without the address, whose query may hold what nobody else should read.
func (f *fetch) unreached(ctx context.Context, err error) error {
	var told *url.Error
	if errors.As(err, &told) {
		err = told.Err
	}
	if told != nil && told.Timeout() && ctx.Err() == nil {
		err = fmt.Errorf("it took longer than %v (timeout)", f.config.Timeout)
	}
	return passing{error: fmt.Errorf("ask %s: %w", f.version.URL, err)}
}

func (f *fetch) status(answer *http.Response) error {
	code := answer.StatusCode
	err := fmt.Errorf("%s answers %d %s", f.version.URL, code, http.StatusText(code))
	switch {
	case code == http.StatusNotModified:
		return ingest.ErrNothingNew
	case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests, code >= 500:
		return passing{err, f.waitOf(answer.Header.Get("Retry-After"))}
	case code == http.StatusOK:
		return nil
	}
	return err
}

// waitOf reads Retry-After: seconds, or a time.
func (f *fetch) waitOf(text string) time.Duration {
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(f.options.Now()))
	}
	return 0
}

var pageForPeople = regexp.MustCompile(`(?i)^\s*(<!doctype html|<html|<head|<body|<!--)`)

// noPageForPeople refuses what a proxy or a sign-in page says in place of the service.
func noPageForPeople(h http.Header, body []byte) error {
	start := bytes.TrimPrefix(body[:min(len(body), 512)], []byte("\ufeff"))
	if strings.HasPrefix(strings.ToLower(h.Get("Content-Type")), "text/html") || pageForPeople.Match(start) {
		return errors.New("it answers with a page for people (HTML) and not with data; a sign-in or a proxy may stand before it")
	}
	return nil
}

var nextLink = regexp.MustCompile(`<([^>]*)>\s*;[^,]*rel="?next"?`)

// linked is the address in the Link header.
func linked(p page) (*url.URL, error) {
	for _, line := range p.header.Values("Link") {
		if found := nextLink.FindStringSubmatch(line); found != nil {
			next, err := p.at.Parse(found[1])
			if err != nil {
				return nil, errors.New("the address of the next page cannot be read")
			}
			return next, nil
		}
	}
	return nil, nil //nolint:nilnil // no further page
}

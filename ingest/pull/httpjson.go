package pull

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// takeJSON writes each item of a page on a line of its own, as it came.
func (f *fetch) takeJSON(p page) (*url.URL, error) {
	found, err := inside(p.body, f.config.Items)
	if err != nil {
		return nil, err
	}
	var items []json.RawMessage
	if err := json.Unmarshal(found, &items); err != nil {
		return nil, fmt.Errorf("items: there is no list at %q", f.config.Items)
	}
	var line bytes.Buffer
	for _, item := range items {
		line.Reset()
		if err := json.Compact(&line, item); err != nil {
			return nil, err
		}
		line.WriteByte('\n')
		if _, err := f.out.Write(line.Bytes()); err != nil {
			return nil, err
		}
	}
	var following json.RawMessage
	if by := f.config.Paging.By; by == "next" || by == "cursor" {
		if following, err = inside(p.body, f.config.Paging.Next); err != nil {
			return nil, err
		}
	}
	return f.next(p, following, len(items) == 0)
}

// inside finds what stands at a path of names with dots between, nothing where the last of them is missing.
func inside(body []byte, path string) (json.RawMessage, error) {
	if !json.Valid(body) {
		return nil, errors.New("it is no JSON, or was cut off")
	}
	at := json.RawMessage(body)
	if path == "" {
		return at, nil
	}
	for name := range strings.SplitSeq(path, ".") {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(at, &object); err != nil {
			return nil, fmt.Errorf("there is no object where %q should be", path)
		}
		at = object[name]
		if at == nil {
			return nil, nil
		}
	}
	return at, nil
}

// wordOf is a text or a number, empty for anything else.
func wordOf(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var number json.Number
	if json.Unmarshal(value, &number) == nil {
		return number.String()
	}
	return ""
}

package dashboard

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// An asset is one file of ours, packed once when the service starts.
type asset struct {
	name         string // with the digest of its content, so that it may be kept for ever
	kind         string
	body, packed []byte
}

var assetKinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

// readAssets names every script, style and picture after its content.
func readAssets() (map[string]asset, error) {
	assets := map[string]asset{}
	err := fs.WalkDir(staticFiles, "static", func(file string, entry fs.DirEntry, err error) error {
		kind := assetKinds[path.Ext(file)]
		if err != nil || entry.IsDir() || kind == "" {
			return err
		}
		body, err := staticFiles.ReadFile(file)
		if err != nil {
			return err
		}
		packed, err := pack(body)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(body)
		name := strings.TrimPrefix(file, "static/")
		ext := path.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(digest[:6]) + ext
		assets[name] = asset{name: hashed, kind: kind, body: body, packed: packed}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	return assets, nil
}

func pack(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// assetPath is the address of an asset, for the templates.
func (h *Handler) assetPath(name string) (string, error) {
	a, found := h.static[name]
	if !found {
		return "", fmt.Errorf("no static file %s", name)
	}
	return "/static/" + a.name, nil
}

func (h *Handler) asset(w http.ResponseWriter, r *http.Request) {
	for _, a := range h.static {
		if a.name != r.PathValue("file") {
			continue
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		w.Header().Set("Vary", "Accept-Encoding")
		body := a.body
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			body = a.packed
		}
		h.send(w, r, http.StatusOK, a.kind, body)
		return
	}
	http.NotFound(w, r)
}

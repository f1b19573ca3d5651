package portal

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"arrears/disputes"
)

// DocumentLink is the path of a link that hands one document of a case out, until a moment.
func DocumentLink(links Links, caseID, digest string, until time.Time) string {
	return "/document/" + links.Sign(DocumentPurpose, caseID+" "+digest, until)
}

// shared hands out the one document that a link names, if somebody has shared it and nobody has ended that, to be saved and never shown in the page's own place.
func (p *Portal) shared(w http.ResponseWriter, r *http.Request) {
	object, until, err := p.options.Links.Open(r.PathValue("token"), DocumentPurpose)
	if err != nil {
		p.stale(w, r, err)
		return
	}
	id, digest, _ := strings.Cut(object, " ")
	d, err := p.options.Desk.SharedDocument(r.Context(), id, digest, until)
	if errors.Is(err, disputes.ErrEnded) {
		p.stale(w, r, err)
		return
	}
	if errors.Is(err, disputes.ErrNoDocument) || errors.Is(err, disputes.ErrNoCase) {
		p.absent(w, r)
		return
	}
	var text []byte
	if err == nil {
		text, err = p.options.Shelf.Open(d.Digest)
	}
	if err != nil {
		p.failed(w, r, "The document could not be read", err)
		return
	}
	attach(w, d.Name, "application/octet-stream", text)
}

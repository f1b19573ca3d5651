package dashboard

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"

	"arrears/ledger"
	"arrears/ledger/signin"
)

// A reader is who looks at a page, as the page shows it.
type reader struct {
	ledger.User
	actor  ledger.Actor
	To     string        // the address of this page
	Others []ledger.User // whom the reader of a demo may be instead
	nav    func(navItem) bool
}

// reader is who makes a request; nobody where it has not come through the door.
func (h *Handler) reader(r *http.Request) *reader {
	s, ok := signin.Of(r.Context())
	if !ok {
		return &reader{}
	}
	who := &reader{User: s.User, actor: s.Actor, To: r.URL.RequestURI(), nav: func(n navItem) bool { return s.User.Is(h.rolesOf(n.path)...) }}
	if len(h.opts.Demo) > 0 {
		users, err := h.opts.Ledger.Users(r.Context())
		if err != nil {
			h.opts.Log.ErrorContext(r.Context(), "demo users not read", "error", err)
		}
		who.Others = slices.DeleteFunc(users, func(u ledger.User) bool { return !slices.Contains(h.opts.Demo, u.Name) })
	}
	return who
}

// Shown is the name of the reader on pages.
func (r *reader) Shown() string {
	if r.Title != "" {
		return r.Title
	}
	return r.Name
}

// in is a page as this reader sees it: without the pages that are for others.
func (r *reader) in(p page) page {
	if r.Name == "" {
		return p
	}
	p.Reader = r
	p.Nav = slices.DeleteFunc(p.Nav, func(n navItem) bool { return !r.nav(n) })
	return p
}

// rolesOf are the roles a page is for.
func (h *Handler) rolesOf(path string) []string {
	if path == "/" {
		path = "/{$}"
	}
	for _, r := range h.routes() {
		if r.pattern == "GET "+path {
			return r.roles
		}
	}
	return nil
}

// signInForm is the page of the door.
func (h *Handler) signInForm(w http.ResponseWriter, f signin.Form) error {
	body := struct {
		signin.Form
		Picture template.URL // made here of bytes made here
	}{Form: f}
	if len(f.QR) > 0 {
		body.Picture = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(f.QR)) //nolint:gosec // our own picture
	}
	text, err := h.render("sign-in", page{Title: "Sign in", Company: h.opts.Company, Locale: "en", Body: body})
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// refuse tells why somebody may not see something.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, says string) {
	h.fail(w, r, &problem{status, "This is not open to you", says, nil})
}

package dashboard

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"arrears/ledger"
)

// A deed is something a reader can do on a page: a button, and the small form behind it. The form is a dialog; without a script it
// stands on the page that the button leads to.
type deed struct {
	Kind, Title, Letter string // Letter is its key, where it has one
	Text                string // what it means, where the title does not say so
	Button              string // empty: there is no form here, the button leads to another page
	Action, Href, Back  string // where the form goes, where the button leads without a script, where it all comes back to
	Key                 string // idempotency key: sent twice, it is done once
	Fields              []field
	Hidden              []option // Title is the name of the field
	Files               bool     // the form sends files
	Danger              bool
	Open                bool
	Wrong               []string // mistakes of no field that is shown
	Preview             *preview // what will go out
}

// A preview is a letter as it will go out.
type preview struct{ To, Subject, Body string }

// A field is one thing to fill in.
type field struct {
	Name, Label, Kind string // Kind: text, date, number, area, choice, files
	Value, Hint       string
	Options           []option
	Required          bool
	Wrong             string
}

// asked is what a reader asks for by a form.
type asked struct {
	who  ledger.Actor
	key  string
	form url.Values
	back string
}

// largestForm is what a form without files may send.
const largestForm = 256 << 10

// sent reads a form of ours.
func (h *Handler) sent(w http.ResponseWriter, r *http.Request, prefix string) (asked, *problem) {
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	if err := r.ParseForm(); err != nil {
		return asked{}, &problem{http.StatusBadRequest, "This form cannot be read", "Go back and send it again.", nil}
	}
	return h.askedBy(r, prefix)
}

func (h *Handler) askedBy(r *http.Request, prefix string) (asked, *problem) {
	who := h.reader(r)
	a := asked{who: who.actor, key: r.PostFormValue("key"), form: r.PostForm, back: r.PostFormValue("back")}
	if back, err := url.Parse(a.back); err != nil || back.IsAbs() || back.Host != "" || !strings.HasPrefix(back.Path, prefix) {
		a.back = prefix
	}
	if a.key == "" {
		return a, &problem{http.StatusBadRequest, "This form cannot be read", "It names no key under which it is written once.", nil}
	}
	return a, nil
}

func (a asked) get(name string) string { return strings.TrimSpace(a.form.Get(name)) }

// A mistake is a field that cannot be meant, whichever room says so.
type mistake struct{ field, text string }

// fillIn puts what was sent back into the form, with what is wrong with it.
func (d *deed) fillIn(a asked, mistakes []mistake) {
	d.Open = true
	d.Key = a.key
	for i := range d.Fields {
		f := &d.Fields[i]
		f.Value = cmp.Or(a.form.Get(f.Name), f.Value)
		for j := range f.Options {
			f.Options[j].Chosen = f.Options[j].Value == a.form.Get(f.Name)
		}
	}
	for _, m := range mistakes {
		if !d.wrong(m) {
			d.Wrong = append(d.Wrong, m.field+" "+m.text)
		}
	}
}

func (d *deed) wrong(m mistake) bool {
	for i := range d.Fields {
		if d.Fields[i].Name == m.field {
			d.Fields[i].Wrong = m.text
			return true
		}
	}
	return false
}

// told is what a reader is told of an error that a form ran into; nothing where it is not theirs.
func told(err error) *problem {
	switch {
	case errors.Is(err, ledger.ErrKeyReused):
		return &problem{http.StatusConflict, "This has been sent already", "What you sent before is written down. Load the page again for something else.", nil}
	default:
		return &problem{http.StatusInternalServerError, "This was not written down", "The cause is in the log of the service. Send it again.", err}
	}
}

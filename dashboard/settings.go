package dashboard

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"arrears/ledger"
)

const settingsPath = "/settings"

// settingsBody is the reader's own password and, for whom it concerns, who may sign in and as what.
type settingsBody struct {
	Own    ownPassword
	All    bool // the reader sees the other users
	Users  []userLine
	Second []string // roles that need a second factor
	Deeds  []deed
	Wrong  string
}

type userLine struct {
	Name, Title, Roles           string
	Active, SecondFactor, Misses bool // Misses: needs a second factor and has none yet
	Token                        bool
	Deeds                        []deed
}

func (h *Handler) settings(w http.ResponseWriter, r *http.Request) {
	h.showSettings(w, r, http.StatusOK, settingsBody{Own: ownPassword{Changed: r.URL.Query().Get("changed") == "1"}})
}

func (h *Handler) showSettings(w http.ResponseWriter, r *http.Request, status int, body settingsBody) {
	body.Own.Name = h.reader(r).Name
	if body.All = h.reader(r).Is("admin", "auditor"); !body.All {
		h.showWith(w, r, status, "settings", h.page("Settings", settingsPath, nil, body))
		return
	}
	users, err := h.opts.Ledger.Users(r.Context())
	if err != nil {
		h.fail(w, r, &problem{http.StatusInternalServerError, "The users cannot be read", "The cause is in the log of the service.", err})
		return
	}
	body.Second = h.opts.Second
	admin := h.reader(r).Is("admin")
	for _, u := range users {
		line := userLine{Name: u.Name, Title: u.Title, Roles: strings.Join(u.Roles, " "), Active: u.Active, SecondFactor: u.SecondFactor, Token: u.Token,
			Misses: !u.SecondFactor && u.Is(h.opts.Second...)}
		if admin {
			line.Deeds = userDeeds(u)
		}
		body.Users = append(body.Users, line)
	}
	if admin {
		body.Deeds = []deed{userDeed("add", "Add a user", "Add", "", append([]field{
			{Name: "name", Label: "Name", Hint: "small letters, digits and . _ @ -", Kind: "text", Required: true},
			{Name: "title", Label: "Shown as", Kind: "text"},
			{Name: "password", Label: "First password", Hint: "12 characters or more", Kind: "password", Required: true}}, roleFields(nil)...))}
	}
	open := r.URL.Query().Get("do")
	for i := range body.Deeds {
		body.Deeds[i].Open = body.Deeds[i].Kind == open
	}
	for _, u := range body.Users {
		for i := range u.Deeds {
			u.Deeds[i].Open = u.Deeds[i].Kind == open
		}
	}
	h.showWith(w, r, status, "settings", h.page("Settings", settingsPath, nil, body))
}

func roleFields(has []string) []field {
	return []field{{Name: "roles", Label: "Roles", Hint: strings.Join(ledger.Roles, " "), Kind: "text", Value: strings.Join(has, " "), Required: true},
		{Name: "why", Label: "Why", Kind: "text", Required: true}}
}

func userDeed(kind, title, button, name string, fields []field) deed {
	d := deed{Kind: kind, Title: title, Button: button, Action: settingsPath + "/users/" + kind, Back: settingsPath, Key: ledger.NewKey(), Fields: fields}
	if name != "" {
		d.Kind += "-" + name
		d.Hidden = []option{{Title: "name", Value: name}}
	}
	d.Href = settingsPath + "?do=" + d.Kind + "#do-" + d.Kind
	return d
}

func userDeeds(u ledger.User) []deed {
	why := []field{{Name: "why", Label: "Why", Kind: "text", Required: true}}
	deeds := []deed{userDeed("set", "Change", "Change", u.Name, append([]field{{Name: "title", Label: "Shown as", Kind: "text", Value: u.Title}}, roleFields(u.Roles)...))}
	if u.Active {
		deeds = append(deeds, userDeed("lock", "Lock", "Lock out at once", u.Name, why))
	} else {
		deeds = append(deeds, userDeed("unlock", "Unlock", "Let in again", u.Name, why))
	}
	if u.SecondFactor {
		deeds = append(deeds, userDeed("reset", "Reset second factor", "Take it away", u.Name, why))
	}
	return deeds
}

// setUser changes who may sign in. An admin changes others only: what bears on oneself another does.
func (h *Handler) setUser(w http.ResponseWriter, r *http.Request) {
	a, trouble := h.sent(w, r, settingsPath)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	err := h.changeUser(r, a, r.PathValue("kind"))
	switch {
	case err == nil:
		http.Redirect(w, r, settingsPath, http.StatusSeeOther)
	case errors.Is(err, errNoDeed):
		h.nothing(w, r)
	default:
		h.showSettings(w, r, http.StatusUnprocessableEntity, settingsBody{Wrong: err.Error()})
	}
}

var errOwnUser = errors.New("what you may do is changed by another admin, not by you")

func (h *Handler) changeUser(r *http.Request, a asked, kind string) error {
	l, ctx, name, why := h.opts.Ledger, r.Context(), a.get("name"), a.get("why")
	if name == a.who.Name() {
		return errOwnUser
	}
	u, err := l.User(ctx, name)
	if kind == "add" {
		return h.addUser(r, a, err)
	}
	if err != nil {
		return err
	}
	switch kind {
	case "set":
		u.Title, u.Roles = a.get("title"), strings.Fields(a.get("roles"))
	case "lock", "unlock":
		u.Active = kind == "unlock"
	case "reset":
		return l.ResetFactor(ctx, a.who, name, why)
	default:
		return errNoDeed
	}
	return l.SetUser(ctx, a.who, u, why)
}

func (h *Handler) addUser(r *http.Request, a asked, found error) error {
	l, ctx, name := h.opts.Ledger, r.Context(), a.get("name")
	if !errors.Is(found, ledger.ErrNoUser) {
		return errors.Join(errors.New("user "+name+" is there already"), found)
	}
	password := a.form.Get("password")
	if err := ledger.CheckPassword(password); err != nil {
		return err
	}
	u := ledger.User{Name: name, Title: a.get("title"), Roles: slices.Compact(strings.Fields(a.get("roles"))), Active: true}
	if err := l.SetUser(ctx, a.who, u, a.get("why")); err != nil {
		return err
	}
	return l.SetPassword(ctx, a.who, name, password, a.get("why"))
}

package dashboard

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"arrears/disputes"
	"arrears/ledger"
)

// An order is what somebody asks to be done with a case, by a form or by the API.
type order struct {
	To        string              `json:"to"`       // state of a move, user of an assignment
	Why       string              `json:"why"`      // the reason on record
	Text      string              `json:"text"`     // of what is said, heard or remarked
	Channel   string              `json:"channel"`  // of the same
	Contact   string              `json:"contact"`  // of who was heard
	Hash      string              `json:"hash"`     // of the proposal that is approved, refused, accepted or rejected
	Proposal  string              `json:"proposal"` // that an instruction was given for
	Kind      string              `json:"kind"`     // of a proposal
	Lines     []disputes.Award    `json:"lines"`    // of a proposal
	Reasons   []string            `json:"reasons"`  // of a proposal, told to the customer
	RootCause string              `json:"root_cause"`
	Customer  string              `json:"customer"` // of an amendment
	Reason    string              `json:"reason"`
	Currency  string              `json:"currency"`
	Claimed   []disputes.Line     `json:"claimed"`  // all the lines of the claim, as they are to be
	Document  string              `json:"document"` // digest of one that is shared, or no longer
	Days      int                 `json:"days"`     // for which its link opens
	documents []disputes.Document // on the shelf
}

type act func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error)

// acts are what can be done with a case, by the names that addresses have for them.
var acts = map[string]act{
	"validate": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, _ order) (disputes.Case, error) {
		return d.Validate(ctx, who, key, id)
	},
	"move": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Move(ctx, who, key, id, o.To, o.Why)
	},
	"verify": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Verify(ctx, who, key, id, o.Why)
	},
	"amend": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Amend(ctx, who, key, id, disputes.Amendment{Customer: o.Customer, Reason: o.Reason, Currency: o.Currency, Lines: o.Claimed}, o.Why)
	},
	"assign": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Assign(ctx, who, key, id, o.To, o.Why)
	},
	"say": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Say(ctx, who, key, id, disputes.Word{Text: o.Text, Channel: o.Channel, Documents: o.documents})
	},
	"hear": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Hear(ctx, who, key, id, disputes.Word{Text: o.Text, Channel: o.Channel, Contact: o.Contact, Documents: o.documents})
	},
	"remark": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Remark(ctx, who, key, id, o.Text)
	},
	"attach": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Attach(ctx, who, key, id, o.documents...)
	},
	"share": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Share(ctx, who, key, id, disputes.Sharing{Digest: o.Document, Days: o.Days})
	},
	"unshare": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Unshare(ctx, who, key, id, o.Document, o.Why)
	},
	"propose": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Propose(ctx, who, key, id, disputes.Offer{Kind: o.Kind, Lines: o.Lines, Reasons: o.Reasons, RootCause: o.RootCause})
	},
	"withdraw": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Withdraw(ctx, who, key, id, o.Why)
	},
	"approve": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Approve(ctx, who, key, id, o.Hash, o.Why)
	},
	"refuse": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Refuse(ctx, who, key, id, o.Hash, o.Why)
	},
	"send": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, _ order) (disputes.Case, error) {
		return d.Send(ctx, who, key, id)
	},
	"accept": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Accept(ctx, who, key, id, o.Hash, o.Why)
	},
	"reject": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Reject(ctx, who, key, id, o.Hash, o.Why)
	},
	"reopen": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Reopen(ctx, who, key, id, o.Why)
	},
	"confirm": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Confirm(ctx, who, key, id, o.Proposal, o.Text)
	},
	"return": func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id string, o order) (disputes.Case, error) {
		return d.Return(ctx, who, key, id, o.Proposal, o.Why)
	},
}

// refusal sorts what a desk says: the status it stands for, and the sentence for who asked.
func refusal(err error) (status int, says string) {
	var wrong disputes.Mistakes
	var move disputes.MoveError
	switch {
	case errors.As(err, &wrong):
		return http.StatusUnprocessableEntity, wrong.Error()
	case errors.As(err, &move):
		return http.StatusConflict, move.Error()
	case errors.Is(err, disputes.ErrNoCase), errors.Is(err, errNoDeed):
		return http.StatusNotFound, err.Error()
	case errors.Is(err, disputes.ErrNotAllowed), errors.Is(err, disputes.ErrOwnWork), errors.Is(err, disputes.ErrTwice):
		return http.StatusForbidden, err.Error()
	case errors.Is(err, disputes.ErrChanged), errors.Is(err, disputes.ErrUnverified), errors.Is(err, disputes.ErrUnsettled), errors.Is(err, disputes.ErrNoPortal), errors.Is(err, ledger.ErrKeyReused):
		return http.StatusConflict, err.Error()
	case errors.Is(err, disputes.ErrKind), errors.Is(err, disputes.ErrTooLarge):
		return http.StatusUnprocessableEntity, err.Error()
	}
	return http.StatusInternalServerError, "the ledger cannot be written; the cause is in the log of the service"
}

// mistakesOf are what is wrong with a form, each at its field where it has one.
func mistakesOf(err error) []mistake {
	var wrong disputes.Mistakes
	if !errors.As(err, &wrong) {
		_, says := refusal(err)
		return []mistake{{"", says}}
	}
	var found []mistake
	for _, m := range wrong {
		name, _, _ := strings.Cut(m.Field, "[")
		if name == "reason" {
			name = "why"
		}
		found = append(found, mistake{name, m.Text})
	}
	return found
}

// actOn does what a form of the case page asks for, and shows the case.
func (h *Handler) actOn(w http.ResponseWriter, r *http.Request) {
	id, kind := r.PathValue("id"), r.PathValue("kind")
	do, known := acts[kind]
	if !known {
		h.nothing(w, r)
		return
	}
	a, documents, err := h.sentWithFiles(w, r)
	if err == nil {
		var o order
		if o, err = orderOf(a); err == nil {
			o.documents = documents
			_, err = do(r.Context(), h.opts.Disputes, a.who, a.key, id, o)
		}
	}
	if err == nil {
		http.Redirect(w, r, disputesPath+"/"+id, http.StatusSeeOther)
		return
	}
	status, _ := refusal(err)
	if status == http.StatusInternalServerError {
		h.opts.Log.ErrorContext(r.Context(), "dispute not written", "case", id, "do", kind, "error", err)
	}
	h.showCase(w, r, status, id, func(d *deed) {
		if d.Kind == kind {
			d.fillIn(a, mistakesOf(err))
		}
	}, err)
}

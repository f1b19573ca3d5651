package portal

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/ledger"
)

// A Desk is where customers' disputes are worked on.
type Desk interface {
	Model(ctx context.Context) (disputes.Model, error)
	Case(ctx context.Context, id string) (disputes.Case, error)
	Cases(ctx context.Context, f disputes.Filter) ([]disputes.Case, error)
	History(ctx context.Context, id string) ([]disputes.Moment, error)
	SharedDocument(ctx context.Context, id, digest string, until time.Time) (disputes.Document, error)
	File(ctx context.Context, who ledger.Actor, key string, claim disputes.Claim) (disputes.Case, error)
	Hear(ctx context.Context, who ledger.Actor, key, id string, w disputes.Word) (disputes.Case, error)
	Accept(ctx context.Context, who ledger.Actor, key, id, hash, why string) (disputes.Case, error)
	Reject(ctx context.Context, who ledger.Actor, key, id, hash, why string) (disputes.Case, error)
}

// A Shelf keeps documents.
type Shelf interface {
	Keep(name string, text []byte) (disputes.Document, error)
	Open(digest string) ([]byte, error)
}

// A dispute is a case as its customer sees it: never who works on it, what we say among ourselves, or what a rule made of it.
type dispute struct {
	Key, ID, Currency, Reason, Reference, Text string
	OpenedAt                                   time.Time
	Lines                                      []disputes.Line
	Claimed                                    decimal.Decimal
	State                                      string
	Yours                                      bool // it is the customer's turn
	By                                         time.Time
	Silence                                    string
	Closed                                     bool
	Decision                                   *decision
	Steps                                      []step
	Wrong                                      []string
	Message                                    string // as typed
}

// A decision is what was decided, once the customer has been told.
type decision struct {
	Hash, Kind string
	Awarded    decimal.Decimal
	Lines      []disputes.Award
	Reasons    []string
	Open       bool // and may be answered
	Answer     string
	Silent     bool
}

// A step is one thing that happened.
type step struct {
	At        time.Time
	Ours      bool
	Title     string
	Text      string
	Documents []disputes.Document
}

func (p *Portal) showCase(w http.ResponseWriter, r *http.Request) {
	p.caseWith(w, r, http.StatusOK, nil, "")
}

// caseWith shows the case, with what was wrong with what the customer has sent.
func (p *Portal) caseWith(w http.ResponseWriter, r *http.Request, status int, wrong []string, typed string) {
	d, err := p.dispute(r.Context(), about(r))
	if err != nil {
		p.failed(w, r, "The dispute could not be read", err)
		return
	}
	d.Wrong, d.Message = wrong, typed
	p.show(w, r, status, "case", "Dispute "+d.ID, d)
}

func (p *Portal) dispute(ctx context.Context, c disputes.Case) (dispute, error) {
	m, err := p.options.Desk.Model(ctx)
	if err != nil {
		return dispute{}, err
	}
	history, err := p.options.Desk.History(ctx, c.ID)
	if err != nil {
		return dispute{}, err
	}
	reason, _ := m.ReasonOf(c.Reason)
	state, _ := m.State(c.State)
	d := dispute{
		Key: ledger.NewKey(), ID: c.ID, Currency: c.Currency, Reason: reason.Title, Reference: c.Reference, OpenedAt: c.OpenedAt.In(p.options.Zone),
		Lines: c.Lines, Claimed: c.Claimed(), State: forReader(state.Title), Yours: state.Owner == disputes.ByCustomer, Closed: c.Closed,
		By: c.RespondBy.In(p.options.Zone), Silence: silence(state), Decision: told(c, state), Steps: p.steps(history),
	}
	if c.RespondBy.IsZero() {
		d.By = c.Due.In(p.options.Zone)
	}
	return d, nil
}

// forReader is the title of a state as the customer reads it, who is you and not the customer.
func forReader(title string) string {
	return strings.NewReplacer("the customer's", "your", "the customer", "you").Replace(title)
}

// told is the decision, if the statement has been sent: before, there is none for the customer.
func told(c disputes.Case, s disputes.State) *decision {
	if c.Decided == nil || c.Proposal == nil || c.Decided.SentAt.IsZero() {
		return nil
	}
	return &decision{
		Hash: c.Decided.Hash, Kind: c.Proposal.Kind, Awarded: c.Proposal.Awarded(), Lines: c.Proposal.Lines, Reasons: c.Proposal.Reasons,
		Open: c.Decided.Answer == "" && s.Owner == disputes.ByCustomer, Answer: c.Decided.Answer, Silent: c.Decided.Silent,
	}
}

// titles are the steps a customer sees, in the customer's words.
var titles = map[string]string{
	disputes.Filed: "You filed the dispute", disputes.Said: "We wrote", disputes.Heard: "You wrote", disputes.Shared: "We shared a document",
	disputes.Unshared:      "We ended the sharing of a document",
	disputes.StatementSent: "We told you the decision", disputes.Accepted: "You accepted the decision", disputes.Rejected: "You rejected the decision",
	disputes.Closed: "The dispute was settled", disputes.Reopened: "The dispute was opened again",
}

func (p *Portal) steps(history []disputes.Moment) []step {
	var shown []step
	for _, m := range history {
		title, known := titles[m.Type]
		if !m.Public || !known {
			continue
		}
		s := step{At: m.At.In(p.options.Zone), Ours: m.By.Kind() != ledger.KindCustomer, Title: title, Text: m.Text, Documents: m.Documents}
		if m.Type == disputes.Rejected {
			s.Text = m.Reason
		}
		if m.Type == disputes.Unshared || m.Type == disputes.Shared && !m.Opens(p.options.Now()) {
			s.Documents = nil // what is no longer shared is not to be had here either
		}
		shown = append(shown, s)
	}
	return shown
}

// say takes what the customer writes, with documents.
func (p *Portal) say(w http.ResponseWriter, r *http.Request) {
	if !p.received(w, r) {
		return
	}
	defer forget(r.MultipartForm)
	text := r.PostFormValue("text")
	documents, wrong := p.documents(r)
	if text == "" && len(documents) == 0 && len(wrong) == 0 {
		wrong = []string{"Write something, or enclose a document."}
	}
	if len(wrong) > 0 {
		p.caseWith(w, r, http.StatusUnprocessableEntity, wrong, text)
		return
	}
	c := about(r)
	_, err := p.options.Desk.Hear(r.Context(), who(r).actor(c.Customer), r.PostFormValue("key"), c.ID,
		disputes.Word{Text: text, Documents: documents, Channel: disputes.Portal, Contact: who(r).Contact})
	p.done(w, r, err, text)
}

func (p *Portal) accept(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	c := about(r)
	_, err := p.options.Desk.Accept(r.Context(), who(r).actor(c.Customer), r.PostFormValue("key"), c.ID, r.PostFormValue("hash"), "")
	p.done(w, r, err, "")
}

func (p *Portal) reject(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	c := about(r)
	_, err := p.options.Desk.Reject(r.Context(), who(r).actor(c.Customer), r.PostFormValue("key"), c.ID, r.PostFormValue("hash"), r.PostFormValue("reason"))
	p.done(w, r, err, "")
}

// done shows the case after a step, or why it was not taken.
func (p *Portal) done(w http.ResponseWriter, r *http.Request, err error, typed string) {
	if err == nil {
		http.Redirect(w, r, "/case/"+about(r).ID, http.StatusSeeOther)
		return
	}
	wrong := mistakes(err)
	if wrong == nil {
		p.failed(w, r, "That could not be taken", err)
		return
	}
	p.caseWith(w, r, http.StatusConflict, wrong, typed)
}

// document sends what was enclosed on a step that the customer sees, to be saved and never shown in the page's own place.
func (p *Portal) document(w http.ResponseWriter, r *http.Request) {
	history, err := p.options.Desk.History(r.Context(), about(r).ID)
	if err != nil {
		p.failed(w, r, "The document could not be read", err)
		return
	}
	for _, s := range p.steps(history) {
		i := slices.IndexFunc(s.Documents, func(d disputes.Document) bool { return d.Digest == r.PathValue("digest") })
		if i < 0 {
			continue
		}
		text, err := p.options.Shelf.Open(s.Documents[i].Digest)
		if err != nil && !errors.Is(err, disputes.ErrNoDocument) {
			p.failed(w, r, "The document could not be read", err)
			return
		}
		if err == nil {
			attach(w, s.Documents[i].Name, "application/octet-stream", text)
			return
		}
	}
	p.absent(w, r)
}

// resolution is the statement of what was decided, as it was sent.
func (p *Portal) resolution(w http.ResponseWriter, r *http.Request) {
	c := about(r)
	m, err := p.options.Desk.Model(r.Context())
	if err != nil {
		p.failed(w, r, "The statement could not be read", err)
		return
	}
	state, _ := m.State(c.State)
	if told(c, state) == nil {
		p.absent(w, r)
		return
	}
	text, err := p.options.Statement(r.Context(), c)
	if err != nil {
		p.failed(w, r, "The statement could not be read", err)
		return
	}
	attach(w, c.ID+".pdf", "application/pdf", text)
}

// attach sends a file that the browser saves. Whatever it holds, it runs nowhere near the portal.
func attach(w http.ResponseWriter, name, kind string, text []byte) {
	w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	_, _ = w.Write(text) // whoever has gone needs no file
}

package dashboard

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"arrears/disputes"
	"arrears/ledger/signin"
)

const apiPath = "/api/disputes"

// The API is the desk for programs: the same cases, the same roles, JSON both ways. docs/reference/api.md is its contract.

// An apiFault is what the API answers where it does not do what was asked for.
type apiFault struct {
	Error    string       `json:"error"`
	Mistakes []apiMistake `json:"mistakes,omitempty"`
}

type apiMistake struct {
	Field string `json:"field"`
	Text  string `json:"text"`
}

// A caseList is one page of cases.
type caseList struct {
	Cases []disputes.Case `json:"cases"`
	Next  string          `json:"next,omitempty"` // to be sent as after
}

// mostCases is how many cases one answer holds at most.
const mostCases = 500

func (h *Handler) apiCases(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	f := filterOf(q)
	f.After, f.Limit = q.Get("after"), 100
	if text := q.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostCases {
			h.apiAnswer(w, r, http.StatusBadRequest, apiFault{Error: fmt.Sprintf("limit is a number from 1 to %d", mostCases)})
			return
		}
		f.Limit = n
	}
	cases, err := h.opts.Disputes.Cases(r.Context(), f)
	if err != nil {
		h.apiFail(w, r, err)
		return
	}
	answer := caseList{Cases: append([]disputes.Case{}, cases...)}
	if len(cases) == f.Limit {
		answer.Next = cases[len(cases)-1].ID
	}
	h.apiAnswer(w, r, http.StatusOK, answer)
}

func (h *Handler) apiCase(w http.ResponseWriter, r *http.Request) {
	c, err := h.opts.Disputes.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		h.apiFail(w, r, err)
		return
	}
	h.apiAnswer(w, r, http.StatusOK, c)
}

// An apiMoment is one thing that happened to a case.
type apiMoment struct {
	Sequence  int64               `json:"sequence"`
	At        time.Time           `json:"at"`
	By        string              `json:"by"`
	Type      string              `json:"type"`
	Reason    string              `json:"reason,omitempty"`
	State     string              `json:"state,omitempty"` // that was entered
	Text      string              `json:"text,omitempty"`
	Channel   string              `json:"channel,omitempty"`
	Documents []disputes.Document `json:"documents,omitempty"`
	Until     time.Time           `json:"until,omitzero"` // when the link to a document that was shared expires
	Ended     time.Time           `json:"ended,omitzero"` // when somebody ended that link before it expired
	Public    bool                `json:"public"`         // the customer may see it
}

// An apiHistory is all that happened to a case, in order.
type apiHistory struct {
	History []apiMoment `json:"history"`
}

func (h *Handler) apiHistory(w http.ResponseWriter, r *http.Request) {
	history, err := h.opts.Disputes.History(r.Context(), r.PathValue("id"))
	if err != nil {
		h.apiFail(w, r, err)
		return
	}
	answer := make([]apiMoment, len(history))
	for i, m := range history {
		answer[i] = apiMoment{m.Sequence, m.At, m.By.String(), m.Type, m.Reason, m.State, m.Text, m.Channel, m.Documents, m.Until, m.Ended, m.Public}
	}
	h.apiAnswer(w, r, http.StatusOK, apiHistory{answer})
}

func (h *Handler) apiFile(w http.ResponseWriter, r *http.Request) {
	var claim disputes.Claim
	key, ok := h.apiAsked(w, r, &claim)
	if !ok {
		return
	}
	claim.Channel, claim.Verified = disputes.API, true
	c, err := h.opts.Disputes.File(r.Context(), h.reader(r).actor, key, claim)
	if err != nil {
		h.apiFail(w, r, err)
		return
	}
	w.Header().Set("Location", apiPath+"/"+c.ID)
	h.apiAnswer(w, r, http.StatusCreated, c)
}

// byPerson are the deeds that take a person who has signed in: a token is a password that lies in a file.
var byPerson = map[string]bool{"approve": true, "refuse": true, "verify": true, "accept": true, "reject": true}

func (h *Handler) apiAct(w http.ResponseWriter, r *http.Request) {
	kind := r.PathValue("kind")
	if _, known := apiDeeds[kind]; !known {
		h.apiFail(w, r, errNoDeed)
		return
	}
	if s, _ := signin.Of(r.Context()); s.Token && byPerson[kind] {
		h.apiAnswer(w, r, http.StatusForbidden, apiFault{Error: kind + " takes a person who has signed in, not a token"})
		return
	}
	var o order
	key, ok := h.apiAsked(w, r, &o)
	if !ok {
		return
	}
	c, err := acts[kind](r.Context(), h.opts.Disputes, h.reader(r).actor, key, r.PathValue("id"), o)
	if err != nil {
		h.apiFail(w, r, err)
		return
	}
	h.apiAnswer(w, r, http.StatusOK, c)
}

// apiAttach encloses a document, whose bytes are the whole body. The same kinds are taken as of customers.
func (h *Handler) apiAttach(w http.ResponseWriter, r *http.Request) {
	key, ok := h.apiKey(w, r)
	if !ok {
		return
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, disputes.LargestDocument))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = disputes.ErrTooLarge
	}
	name := r.URL.Query().Get("name")
	if err == nil {
		err = disputes.Enclosure(name, text)
	}
	if err != nil {
		h.apiFail(w, r, err)
		return
	}
	id := r.PathValue("id")
	if _, err := h.opts.Disputes.Case(r.Context(), id); err != nil { // nothing is kept for a case that there is not
		h.apiFail(w, r, err)
		return
	}
	d, err := h.opts.Documents.Keep(name, text)
	if err != nil {
		h.apiFail(w, r, err)
		return
	}
	c, err := h.opts.Disputes.Attach(r.Context(), h.reader(r).actor, key, id, d)
	if err != nil {
		h.apiFail(w, r, err)
		return
	}
	h.apiAnswer(w, r, http.StatusCreated, c)
}

// keyHeader names a request, so that it is done once.
const keyHeader = "Idempotency-Key"

// apiKey is the key under which a request is done once. Keys of different users are different keys.
func (h *Handler) apiKey(w http.ResponseWriter, r *http.Request) (key string, ok bool) {
	if key = r.Header.Get(keyHeader); key == "" || len(key) > 200 {
		h.apiAnswer(w, r, http.StatusBadRequest, apiFault{Error: "the header Idempotency-Key is missing: send a name of this request's own, and the same one when it is repeated"})
		return "", false
	}
	return "api " + h.reader(r).Name + " " + key, true
}

// apiAsked reads what a program sends, with the key under which it is done once. A field that nobody knows is a mistake.
func (h *Handler) apiAsked(w http.ResponseWriter, r *http.Request, into any) (key string, ok bool) {
	if key, ok = h.apiKey(w, r); !ok {
		return "", false
	}
	read := json.NewDecoder(http.MaxBytesReader(w, r.Body, largestForm))
	read.DisallowUnknownFields()
	if err := read.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		h.apiAnswer(w, r, http.StatusBadRequest, apiFault{Error: "the body is not the JSON that is asked for: " + err.Error()})
		return "", false
	}
	if read.More() {
		h.apiAnswer(w, r, http.StatusBadRequest, apiFault{Error: "the body holds more than one JSON value"})
		return "", false
	}
	return key, true
}

func (h *Handler) apiFail(w http.ResponseWriter, r *http.Request, err error) {
	status, says := refusal(err)
	fault := apiFault{Error: says}
	var wrong disputes.Mistakes
	if errors.As(err, &wrong) {
		for _, m := range wrong {
			fault.Mistakes = append(fault.Mistakes, apiMistake{m.Field, m.Text})
		}
	}
	if status == http.StatusInternalServerError {
		h.opts.Log.ErrorContext(r.Context(), "request not answered", "path", r.URL.Path, "error", err)
	}
	h.apiAnswer(w, r, status, fault)
}

// apiAnswer writes JSON.
func (h *Handler) apiAnswer(w http.ResponseWriter, r *http.Request, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written"}`)
		h.opts.Log.ErrorContext(r.Context(), "answer not written", "error", err)
	}
	h.send(w, r, status, "application/json", append(text, '\n'))
}

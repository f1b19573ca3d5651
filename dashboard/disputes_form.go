package dashboard

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

// mostSent is what a form with documents may send.
const mostSent = 5*disputes.LargestDocument + largestForm

// sentWithFiles reads a form that may enclose documents, and puts them on the shelf.
func (h *Handler) sentWithFiles(w http.ResponseWriter, r *http.Request) (asked, []disputes.Document, error) {
	r.Body = http.MaxBytesReader(w, r.Body, mostSent)
	if err := r.ParseMultipartForm(largestForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return asked{}, nil, fmt.Errorf("%w, or the form cannot be read", disputes.ErrTooLarge)
	}
	a, trouble := h.askedBy(r, disputesPath)
	if trouble != nil {
		return a, nil, errors.New(trouble.Text)
	}
	if r.MultipartForm == nil {
		return a, nil, nil
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }() // temporary files
	var kept []disputes.Document
	for _, enclosed := range r.MultipartForm.File["documents"] {
		d, err := h.shelve(enclosed)
		if err != nil {
			return a, nil, err
		}
		kept = append(kept, d)
	}
	return a, kept, nil
}

func (h *Handler) shelve(enclosed *multipart.FileHeader) (d disputes.Document, err error) {
	f, err := enclosed.Open()
	if err != nil {
		return d, err
	}
	text, err := io.ReadAll(io.LimitReader(f, disputes.LargestDocument+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return d, err
	}
	if err := disputes.Enclosure(enclosed.Filename, text); err != nil {
		return d, err
	}
	return h.opts.Documents.Keep(enclosed.Filename, text)
}

// orderOf reads what a form of the case page asks for.
func orderOf(a asked) (order, error) {
	o := order{To: a.get("to"), Why: a.get("why"), Text: a.get("text"), Channel: a.get("channel"), Contact: a.get("contact"), Hash: a.get("hash"),
		Proposal: a.get("proposal"), Kind: a.get("kind"), RootCause: a.get("root_cause"), Customer: a.get("customer"), Reason: a.get("reason"), Currency: a.get("currency"),
		Document: a.get("document")}
	o.Days, _ = strconv.Atoi(a.get("days")) // no number is no number of days, which the desk says
	for text := range strings.SplitSeq(a.get("reasons"), "\n") {
		if text = strings.TrimSpace(text); text != "" {
			o.Reasons = append(o.Reasons, text)
		}
	}
	var err error
	if o.Claimed, err = linesOf(a.get("lines")); err != nil || o.Kind == disputes.Reject {
		return o, err
	}
	o.Lines, err = awards(a)
	return o, err
}

// awards are the amounts of a proposal's form, an invoice each.
func awards(a asked) ([]disputes.Award, error) {
	var lines []disputes.Award
	for i, invoice := range a.form["award_invoice"] {
		text := strings.TrimSpace(a.form.Get(fmt.Sprintf("award_%d", i)))
		if text == "" {
			continue
		}
		amount, err := decimal.NewFromString(text)
		if err != nil {
			return nil, disputes.Mistakes{{Field: fmt.Sprintf("award_%d", i), Text: fmt.Sprintf("%q is no amount; write it as in 250.00", text)}}
		}
		if amount.IsZero() {
			continue
		}
		lines = append(lines, disputes.Award{Invoice: invoice, Amount: amount, Kind: a.form.Get(fmt.Sprintf("award_kind_%d", i))})
	}
	return lines, nil
}

// fileOne files a dispute for a customer.
func (h *Handler) fileOne(w http.ResponseWriter, r *http.Request) {
	a, documents, err := h.sentWithFiles(w, r)
	var c disputes.Case
	if err == nil {
		var claim disputes.Claim
		if claim, err = claimOf(a, documents); err == nil {
			c, err = h.opts.Disputes.File(r.Context(), a.who, a.key, claim)
		}
	}
	if err == nil {
		http.Redirect(w, r, disputesPath+"/"+c.ID, http.StatusSeeOther)
		return
	}
	status, _ := refusal(err)
	if status == http.StatusInternalServerError {
		h.opts.Log.ErrorContext(r.Context(), "dispute not filed", "error", err)
	}
	again := r.Clone(r.Context())
	again.URL.RawQuery = "do=file"
	wrong := mistakesOf(err)
	for i := range wrong {
		if wrong[i].field == "why" {
			wrong[i].field = "reason"
		}
	}
	body, trouble := h.board(again, &a, wrong)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	h.showWith(w, again, status, "disputes", h.page("Disputes", disputesPath, nil, body))
}

// claimOf reads the form by which staff file.
func claimOf(a asked, documents []disputes.Document) (disputes.Claim, error) {
	c := disputes.Claim{Customer: a.get("customer"), Currency: a.get("currency"), Reason: a.get("reason"), Text: a.get("text"), Documents: documents,
		Channel: disputes.Staff, Contact: a.get("contact"), Verified: true, Reference: a.get("reference")}
	var err error
	c.Lines, err = linesOf(a.get("lines"))
	return c, err
}

// linesOf reads what is claimed of invoices, a line each: RE-1001 250.00, or RE-1001 line 10 250.00 where it is about a line of the order.
func linesOf(text string) ([]disputes.Line, error) {
	var lines []disputes.Line
	for text := range strings.SplitSeq(text, "\n") {
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		last := len(words) - 1
		amount, err := decimal.NewFromString(words[last])
		if last < 1 || err != nil {
			return nil, disputes.Mistakes{{Field: "lines", Text: fmt.Sprintf("%q is no invoice and amount; write them as in RE-1001 250.00", text)}}
		}
		l := disputes.Line{Amount: amount}
		if last > 2 && words[last-2] == "line" {
			l.OrderLine, last = words[last-1], last-2
		}
		l.Invoice = strings.Join(words[:last], " ")
		lines = append(lines, l)
	}
	return lines, nil
}

// writtenLines are the lines of a claim as linesOf reads them, with the currency's own decimals at least.
func writtenLines(lines []disputes.Line, currency string) string {
	var written []string
	for _, l := range lines {
		words := []string{l.Invoice}
		if l.OrderLine != "" {
			words = append(words, "line", l.OrderLine)
		}
		written = append(written, strings.Join(append(words, l.Amount.StringFixed(max(decimalsOf(currency), -l.Amount.Exponent()))), " "))
	}
	return strings.Join(written, "\n")
}

// document hands out what was enclosed: to be kept, never to be shown by the browser under our name.
func (h *Handler) document(w http.ResponseWriter, r *http.Request) {
	c, err := h.opts.Disputes.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		h.fail(w, r, caseProblem(err))
		return
	}
	for _, d := range h.enclosed(r.Context(), c) {
		if d.Digest != r.PathValue("digest") {
			continue
		}
		text, err := h.opts.Documents.Open(d.Digest)
		if err != nil {
			h.fail(w, r, &problem{http.StatusNotFound, "This document cannot be read", "It is not on the shelf, or not as it was kept.", err})
			return
		}
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		header.Set("Content-Disposition", attachment(d.Name))
		h.send(w, r, http.StatusOK, "application/octet-stream", text)
		return
	}
	h.nothing(w, r)
}

func caseProblem(err error) *problem {
	if errors.Is(err, disputes.ErrNoCase) {
		return &problem{http.StatusNotFound, "There is no such dispute", "The number may be misspelt.", nil}
	}
	return unreadable(err)
}

package portal

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/ledger"
)

// Limits of one filing, in bytes and documents.
const (
	largestFiling = 25 << 20
	mostDocuments = 10
	filingMemory  = 1 << 20 // the rest of a filing waits on disk
)

// A filing is the form: what can be chosen, and what was.
type filing struct {
	Key       string // idempotency key: pressing the button twice files once
	Customer  string
	Customers []string
	Lines     []filingLine
	Reasons   []disputes.Reason
	Reason    string
	Text      string
	Reference string
	Wrong     []string
}

// A filingLine is an invoice that can be disputed.
type filingLine struct {
	Invoice, Currency string
	Open              decimal.Decimal
	Chosen            bool
	Amount            string // as typed
}

// Chosen are the lines that were ticked.
func (f filing) Chosen() []filingLine { return f.lines(true) }

// Others are the lines that were not ticked.
func (f filing) Others() []filingLine { return f.lines(false) }

func (f filing) lines(chosen bool) []filingLine {
	return slices.DeleteFunc(slices.Clone(f.Lines), func(l filingLine) bool { return l.Chosen != chosen })
}

// showFiling shows the form, with the invoices chosen that the address names.
func (p *Portal) showFiling(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	f, ok := p.form(w, r, asked.Get("customer"))
	if !ok {
		return
	}
	f.begin(asked["invoice"])
	p.show(w, r, http.StatusOK, "file", "File a dispute", f)
}

// begin chooses the invoices that are asked for, and gives the form a key of its own.
func (f *filing) begin(invoices []string) {
	for i := range f.Lines {
		f.Lines[i].Chosen = slices.Contains(invoices, f.Lines[i].Invoice)
	}
	f.Key = ledger.NewKey()
}

// form is an empty one for a customer of the visitor's, the first if none is named.
func (p *Portal) form(w http.ResponseWriter, r *http.Request, customer string) (filing, bool) {
	v := who(r)
	if customer == "" {
		customer = v.Customers[0]
	}
	if !v.is(customer) {
		p.absent(w, r)
		return filing{}, false
	}
	a, err := p.options.Accounts.Account(r.Context(), customer)
	if err != nil {
		p.failed(w, r, "Your invoices could not be read", err)
		return filing{}, false
	}
	m, err := p.options.Desk.Model(r.Context())
	if err != nil {
		p.failed(w, r, "The form could not be made", err)
		return filing{}, false
	}
	f := filing{Customer: customer, Customers: v.Customers, Reasons: m.Reasons}
	for _, item := range a.Items {
		i := slices.IndexFunc(f.Lines, func(l filingLine) bool { return l.Invoice == item.Invoice })
		if i < 0 {
			i, f.Lines = len(f.Lines), append(f.Lines, filingLine{Invoice: item.Invoice, Currency: item.Currency})
		}
		f.Lines[i].Open = f.Lines[i].Open.Add(item.Open)
	}
	for i, l := range f.Lines {
		f.Lines[i].Amount = typedAmount(l.Open, l.Currency)
	}
	return f, true
}

func (p *Portal) file(w http.ResponseWriter, r *http.Request) {
	if !p.received(w, r) {
		return
	}
	defer forget(r.MultipartForm)
	f, ok := p.form(w, r, r.PostFormValue("customer"))
	if !ok {
		return
	}
	claim, wrong := f.read(r)
	documents, more := p.documents(r)
	claim.Documents, claim.Contact = documents, who(r).Contact
	var filed disputes.Case
	if wrong = append(wrong, more...); len(wrong) == 0 {
		var err error
		filed, err = p.options.Desk.File(r.Context(), who(r).actor(f.Customer), f.Key, claim)
		if wrong = mistakes(err); err != nil && wrong == nil {
			p.failed(w, r, "The dispute could not be filed", err)
			return
		}
	}
	if len(wrong) > 0 {
		f.Wrong = wrong
		p.show(w, r, http.StatusUnprocessableEntity, "file", "File a dispute", f)
		return
	}
	http.Redirect(w, r, "/case/"+filed.ID, http.StatusSeeOther)
}

// received reads a form with documents, up to its limit.
func (p *Portal) received(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, largestFiling)
	err := r.ParseMultipartForm(filingMemory)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		p.wrong(w, r, http.StatusRequestEntityTooLarge, "That is too large", "Documents of one message have at most 25 MB together. Nothing was sent.", nil)
	case err != nil:
		p.wrong(w, r, http.StatusBadRequest, "The form could not be read", "It did not arrive whole. Nothing was sent; try again.", nil)
	}
	return err == nil
}

// forget removes what of a form waited on disk; what cannot be removed now goes with the other temporary files.
func forget(form *multipart.Form) { _ = form.RemoveAll() }

// read takes the form's fields over, so that they are shown again, and makes a claim of them.
func (f *filing) read(r *http.Request) (disputes.Claim, []string) {
	f.Key, f.Reason, f.Text = r.PostFormValue("key"), r.PostFormValue("reason"), r.PostFormValue("text")
	f.Reference = r.PostFormValue("reference")
	claim := disputes.Claim{Customer: f.Customer, Reason: f.Reason, Text: f.Text, Reference: f.Reference, Channel: disputes.Portal, Verified: true}
	var wrong []string
	chosen := r.PostForm["invoice"]
	for i := range f.Lines {
		l := &f.Lines[i]
		if typed, ok := r.PostForm["amount:"+l.Invoice]; ok {
			l.Amount = typed[0]
		}
		if l.Chosen = slices.Contains(chosen, l.Invoice); !l.Chosen {
			continue
		}
		amount, ok := readAmount(l.Amount)
		switch {
		case !ok:
			wrong = append(wrong, "Invoice "+l.Invoice+": write the amount like 1234.50, without separators between thousands.")
		case claim.Currency != "" && claim.Currency != l.Currency:
			wrong = append(wrong, "Invoice "+l.Invoice+" is in "+l.Currency+": file a dispute of its own for each currency.")
		}
		claim.Currency = l.Currency
		claim.Lines = append(claim.Lines, disputes.Line{Invoice: l.Invoice, Amount: amount})
	}
	if len(claim.Lines) == 0 {
		wrong = append(wrong, "Tick at least one invoice.")
	}
	if f.Key == "" {
		wrong = append(wrong, "The form was not complete. Send it again.")
		f.Key = ledger.NewKey()
	}
	return claim, wrong
}

// plainAmount has one sign at most, which is the decimal sign: what 1,234 means nobody can know.
var plainAmount = regexp.MustCompile(`^[0-9]{1,15}(?:\.[0-9]{1,3}|,[0-9]{1,2})?$`)

func readAmount(typed string) (decimal.Decimal, bool) {
	typed = strings.TrimSpace(typed)
	if !plainAmount.MatchString(typed) {
		return decimal.Zero, false
	}
	amount, err := decimal.NewFromString(strings.Replace(typed, ",", ".", 1))
	return amount, err == nil
}

// documents keeps what was enclosed, if all of it is of a kind that is taken.
func (p *Portal) documents(r *http.Request) (kept []disputes.Document, wrong []string) {
	enclosed := r.MultipartForm.File["document"]
	if len(enclosed) > mostDocuments {
		return nil, []string{"Enclose ten documents at most."}
	}
	for _, header := range enclosed {
		if header.Filename == "" && header.Size == 0 {
			continue // no file was chosen
		}
		d, err := p.keep(header)
		switch {
		case errors.Is(err, disputes.ErrKind), errors.Is(err, disputes.ErrTooLarge):
			wrong = append(wrong, err.Error())
		case err != nil:
			p.options.Log.ErrorContext(r.Context(), "a document could not be kept", "cause", err)
			wrong = append(wrong, header.Filename+": could not be kept. Try again in a moment.")
		default:
			kept = append(kept, d)
		}
	}
	return kept, wrong
}

func (p *Portal) keep(header *multipart.FileHeader) (disputes.Document, error) {
	f, err := header.Open()
	if err != nil {
		return disputes.Document{}, err
	}
	text, err := io.ReadAll(io.LimitReader(f, disputes.LargestDocument+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return disputes.Document{}, err
	}
	if err := disputes.Enclosure(header.Filename, text); err != nil {
		return disputes.Document{}, err
	}
	return p.options.Shelf.Keep(header.Filename, text)
}

// mistakes are what the desk says is wrong with a form, as sentences; nil where the error is none of the customer's.
func mistakes(err error) []string {
	var all disputes.Mistakes
	var move disputes.MoveError
	switch {
	case errors.As(err, &all):
		lines := make([]string, len(all))
		for i, m := range all {
			lines[i] = m.Field + ": " + m.Text
		}
		return lines
	case errors.As(err, &move), errors.Is(err, disputes.ErrChanged), errors.Is(err, disputes.ErrNotAllowed):
		return []string{"The dispute has moved on since you opened this page. Look at it again."}
	}
	return nil
}

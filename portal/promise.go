package portal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"arrears/collections"
	"arrears/ledger"
	"arrears/ledger/attempts"
)

// Promises are where a customer's word to pay is written down.
type Promises interface {
	TakePromise(ctx context.Context, who ledger.Actor, key string, w collections.Word) (collections.Done, error)
}

// promisedWithin is how many days ahead a customer may promise without talking to anybody.
const promisedWithin = 31

// A promising is the form by which a customer says when what is paid.
type promising struct {
	filing
	DueOn, First, Last string // YYYY-MM-DD
}

func (p *Portal) showPromise(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	f, ok := p.promising(w, r, asked.Get("customer"))
	if !ok {
		return
	}
	f.begin(asked["invoice"])
	p.show(w, r, http.StatusOK, "promise", "Say when you pay", f)
}

// promising is an empty form for a customer of the visitor's.
func (p *Portal) promising(w http.ResponseWriter, r *http.Request, customer string) (promising, bool) {
	if p.options.Promises == nil {
		p.absent(w, r)
		return promising{}, false
	}
	f, ok := p.form(w, r, customer)
	today := p.options.Now().In(p.options.Zone)
	return promising{filing: f, First: today.Format(time.DateOnly), Last: today.AddDate(0, 0, promisedWithin).Format(time.DateOnly)}, ok
}

// promise takes the customer's word for each invoice that is ticked. Pressing the button twice promises once.
func (p *Portal) promise(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	f, ok := p.promising(w, r, r.PostFormValue("customer"))
	if !ok {
		return
	}
	words := f.read(r)
	if len(f.Wrong) == 0 && !p.tries.Allow("promise "+who(r).Contact, attempts.Every) {
		f.Wrong = []string{"That was often. Wait a minute, then send it again."}
	}
	for i := 0; len(f.Wrong) == 0 && i < len(words); i++ {
		_, err := p.options.Promises.TakePromise(r.Context(), who(r).actor(f.Customer), f.Key+" "+words[i].Invoice, words[i])
		var wrong collections.Mistakes
		switch {
		case errors.As(err, &wrong), errors.Is(err, ledger.ErrKeyReused):
			f.Wrong = []string{"This could not be taken as it is. Load the page again."}
		case err != nil:
			p.failed(w, r, "Your word could not be written down", err)
			return
		}
	}
	if len(f.Wrong) > 0 {
		p.show(w, r, http.StatusUnprocessableEntity, "promise", "Say when you pay", f)
		return
	}
	http.Redirect(w, r, "/account?promised="+f.DueOn, http.StatusSeeOther)
}

// read takes the form's fields over, so that they are shown again, and makes a word of each invoice that is ticked.
func (f *promising) read(r *http.Request) []collections.Word {
	f.Key, f.DueOn = r.PostFormValue("key"), r.PostFormValue("due_on")
	wrong := func(text string, args ...any) { f.Wrong = append(f.Wrong, fmt.Sprintf(text, args...)) }
	if day, err := time.Parse(time.DateOnly, f.DueOn); err != nil || f.DueOn < f.First || f.DueOn > f.Last {
		wrong("Choose a day from %s to %s. For a later one, write to us.", f.First, f.Last)
	} else {
		f.DueOn = day.Format(time.DateOnly)
	}
	var words []collections.Word
	for i := range f.Lines {
		l := &f.Lines[i]
		if typed, ok := r.PostForm["amount:"+l.Invoice]; ok {
			l.Amount = typed[0]
		}
		if l.Chosen = slices.Contains(r.PostForm["invoice"], l.Invoice); !l.Chosen {
			continue
		}
		amount, ok := readAmount(l.Amount)
		if !ok || !amount.IsPositive() || amount.GreaterThan(l.Open) {
			wrong("Invoice %s: write the amount like 1234.50, at most what is open.", l.Invoice)
		}
		words = append(words, collections.Word{Customer: f.Customer, Invoice: l.Invoice, DueOn: f.DueOn, Amount: amount.String(), Currency: l.Currency,
			Text: "the customer's own word, at the portal"})
	}
	if len(words) == 0 {
		wrong("Tick at least one invoice.")
	}
	if f.Key == "" {
		wrong("The form was not complete. Send it again.")
		f.Key = ledger.NewKey()
	}
	return words
}

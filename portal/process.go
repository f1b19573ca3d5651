package portal

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"arrears/disputes"
)

// A process is the company's own model in the customer's words.
type process struct {
	Steps      []processStep
	Hours      string
	Reasons    []disputes.Reason
	FilingDays int
}

type processStep struct {
	Title, Within, Silence string
	Yours                  bool
}

func (p *Portal) process(w http.ResponseWriter, r *http.Request) {
	m, err := p.options.Desk.Model(r.Context())
	if err != nil {
		p.failed(w, r, "The process could not be read", err)
		return
	}
	body := process{Hours: m.Hours.From + " to " + m.Hours.To + ", " + weekdays(m.Hours.Days), Reasons: m.Reasons, FilingDays: m.FilingDays}
	for _, s := range m.States {
		if s.End {
			continue
		}
		step := processStep{Title: forReader(s.Title), Within: fmt.Sprintf("%d hours", s.Within), Silence: silence(s), Yours: s.Owner == disputes.ByCustomer}
		body.Steps = append(body.Steps, step)
	}
	p.show(w, r, http.StatusOK, "process", "How disputes work", body)
}

// weekdays writes the days on which work is done, by their names.
func weekdays(short []string) string {
	var names []string
	for day := time.Monday; day <= time.Saturday+1; day++ {
		name := (day % 7).String()
		if slices.Contains(short, strings.ToLower(name[:3])) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// silence is what follows when the customer does not answer.
func silence(s disputes.State) string {
	switch {
	case s.Silence.Then == disputes.Accepted:
		return fmt.Sprintf("After %d days without an answer the decision counts as accepted.", s.Silence.Days)
	case s.Silence.Days > 0:
		return fmt.Sprintf("After %d days without an answer we go on with what we have.", s.Silence.Days)
	}
	return ""
}

package demo

import (
	"strconv"
	"time"
)

// iso is how the service desk and the treasury write: canonical or nearly so.
var iso = style{delimiter: ",", newline: "\n", day: "2006-01-02", decimal: ".", negative: "-%s"}

const isoMoment = "2006-01-02 15:04:05"

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(isoMoment)
}

// crmFiles are the extracts of the service desk and the treasury by file name.
func crmFiles(c *Company) map[string]sheet {
	return map[string]sheet{
		"crm/cases.csv": crmCases(c), "crm/stages.csv": crmStages(c), "crm/contacts.csv": crmContacts(c),
		"treasury/rates.csv": ratesSheet(c), "treasury/forecasts.csv": forecastSheet(c), "treasury/recoveries.csv": recoverySheet(c),
		"treasury/costs.csv": costSheet(c), "treasury/targets.csv": targetSheet(c), "treasury/gl_balances.csv": balanceSheet(c),
		"treasury/calendar.csv": calendarSheet(c), "treasury/bank_accounts.csv": accountSheet(c),
	}
}

func crmCases(c *Company) sheet {
	s := sheet{header: []string{"case_id", "invoice", "customer", "opened_at", "claimed", "cause", "team", "first_reply_at", "closed_at", "verdict", "upheld", "credited", "recovered"}}
	for _, d := range c.Disputes {
		upheld, credited, recovered := "", "", ""
		if !d.Resolved.IsZero() {
			upheld, credited, recovered = iso.money(d.Upheld), iso.money(d.Credited), iso.money(d.Recovered)
		}
		s.add(d.ID, d.Invoice.ID, d.Invoice.Customer.ID, moment(d.Opened), iso.money(d.Amount), d.Reason, d.Owner, moment(d.Answered),
			moment(d.Resolved), d.Outcome, upheld, credited, recovered)
	}
	return s
}

// crmStages is how each case went through the service desk: a day is allowed until the answer, and a month until it is closed.
func crmStages(c *Company) sheet {
	s := sheet{header: []string{"dispute_id", "stage", "entered_at", "due_at", "owner"}}
	for _, d := range c.Disputes {
		s.add(d.ID, "received", moment(d.Opened), moment(d.Opened.AddDate(0, 0, 1)), d.Owner)
		if !d.Answered.IsZero() {
			s.add(d.ID, "review", moment(d.Answered), moment(d.Opened.AddDate(0, 0, 30)), d.Owner)
		}
		if !d.Resolved.IsZero() {
			s.add(d.ID, "closed", moment(d.Resolved), "", d.Owner)
		}
	}
	return s
}

// crmContacts has contacts and promises in one list, as a service desk keeps them.
func crmContacts(c *Company) sheet {
	s := sheet{header: []string{"type", "id", "customer", "at", "channel", "direction", "by", "outcome", "note", "invoice", "promised_on", "promised_amount", "promised_currency"}}
	for _, a := range c.Activities {
		s.add("contact", a.ID, a.Customer.ID, moment(a.At), a.Channel, a.Direction, a.By, a.Outcome, a.Note, "", "", "", "")
	}
	for _, p := range c.Promises {
		s.add("promise", p.ID, p.Invoice.Customer.ID, iso.date(p.Made), "", "in", p.Invoice.Customer.Collector, "", "", p.Invoice.ID,
			iso.date(p.Due), iso.money(p.Amount), p.Invoice.Currency)
	}
	return s
}

func ratesSheet(c *Company) sheet {
	s := sheet{header: []string{"from_currency", "to_currency", "on", "rate"}}
	for _, r := range c.Rates {
		s.add(r.From, Reporting, iso.date(r.On), r.Rate.String())
	}
	return s
}

func forecastSheet(c *Company) sheet {
	s := sheet{header: []string{"made_on", "due_on", "amount"}}
	for _, f := range c.Forecasts {
		s.add(iso.date(f.Made), iso.date(f.Due), iso.money(f.Amount))
	}
	return s
}

func recoverySheet(c *Company) sheet {
	s := sheet{header: []string{"recovery_id", "recovered_on", "amount"}}
	for _, r := range c.Recoveries {
		s.add(r.ID, iso.date(r.On), iso.money(r.Amount))
	}
	return s
}

func costSheet(c *Company) sheet {
	s := sheet{header: []string{"on", "amount", "fte"}}
	for _, k := range c.Costs {
		s.add(iso.date(k.On), iso.money(k.Amount), k.FTE.String())
	}
	return s
}

func targetSheet(c *Company) sheet {
	s := sheet{header: []string{"kpi", "entity", "month", "value"}}
	for _, t := range c.Targets {
		s.add(t.KPI, t.Entity, iso.date(t.Month), t.Value.String())
	}
	return s
}

func balanceSheet(c *Company) sheet {
	s := sheet{header: []string{"entity", "account", "on", "amount", "currency"}}
	for _, b := range c.Balances {
		s.add(b.Entity, b.Account, iso.date(b.On), iso.money(b.Amount), b.Currency)
	}
	return s
}

func calendarSheet(c *Company) sheet {
	s := sheet{header: []string{"entity", "starts_on", "ends_on", "fiscal_year", "fiscal_period"}}
	for _, p := range c.Periods {
		s.add("", iso.date(p.From), iso.date(p.To), strconv.Itoa(p.Year), strconv.Itoa(p.Period))
	}
	return s
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"time"

	"arrears/dashboard"
	"arrears/ledger"
	letters "arrears/ledger/mail"
	"arrears/transform"
	"arrears/warehouse"
)

// What became of a collector's list of a day.
const (
	listQueued  = "queued"
	listAlready = "sent already today"
	listNowhere = "no address"
	listGone    = "user is not active"
)

// A sentList is one collector's list on its way.
type sentList struct{ collector, to, state string }

// mailLists puts every collector's list of a day into the outbox, each once a day, whoever asks and however often.
func (d *desk) mailLists(ctx context.Context, l *ledger.Ledger, who ledger.Actor, now time.Time, only string) (sent []sentList, err error) {
	v, err := d.at(ctx, transform.Reading{})
	if err != nil {
		return nil, err
	}
	defer closing(v, &err)
	t, err := v.DB.Query(ctx, "select distinct collector from mart.worklist where collector = ? or ? = '' order by collector", only, only)
	if err != nil {
		return nil, fmt.Errorf("read the collectors: %w", err)
	}
	zone, err := time.LoadLocation(d.cfg.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone %s: %w", d.cfg.TimeZone, err)
	}
	day := now.In(zone).Format(time.DateOnly)
	for _, row := range t.Rows {
		s := sentList{collector: row[0].(string)}
		if s.to, s.state, err = d.addressOf(ctx, l, s.collector); err == nil && s.state == "" {
			s.state, err = d.mailList(ctx, l, who, v, s, day)
		}
		if err != nil {
			return sent, fmt.Errorf("mail the worklist of %s: %w", s.collector, err)
		}
		sent = append(sent, s)
	}
	return sent, nil
}

// addressOf is where a collector's mail goes: as the configuration says, else to the collector's own name where it is an address. A user
// of that name who may no longer sign in gets nothing.
func (d *desk) addressOf(ctx context.Context, l *ledger.Ledger, collector string) (to, state string, err error) {
	to = d.cfg.Mail.Worklists.To[collector]
	if to == "" && strings.Contains(collector, "@") {
		if a, err := mail.ParseAddress(collector); err == nil {
			to = a.Address
		}
	}
	if to == "" {
		return "", listNowhere, nil
	}
	for _, name := range []string{strings.ToLower(collector), strings.ToLower(to)} {
		u, err := l.User(ctx, name)
		if errors.Is(err, ledger.ErrNoUser) {
			continue
		}
		if err != nil {
			return "", "", err
		}
		if !u.Active {
			return to, listGone, nil
		}
	}
	return to, "", nil
}

// mailList writes one list down and encloses the letter, unless that was done before on the same day.
func (d *desk) mailList(ctx context.Context, l *ledger.Ledger, who ledger.Actor, v transform.View, s sentList, day string) (string, error) {
	subject, key := ledger.Subject{Kind: "collector", ID: s.collector}, "worklist of "+s.collector+" on "+day
	before, err := l.Of(ctx, subject, 0)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(before, func(e ledger.Event) bool { return e.Key == key }) {
		return listAlready, nil
	}
	table, err := v.DB.Query(ctx, "select * from mart.worklist where collector = ? order by place", s.collector)
	if err != nil {
		return "", fmt.Errorf("read the list: %w", err)
	}
	letter, err := d.listLetter(ctx, v, s.collector, day, table)
	if err != nil {
		return "", err
	}
	message, err := letter.Message(s.to)
	if err != nil {
		return "", err
	}
	_, err = l.Write(ctx, ledger.Draft{
		Key: key, Actor: who, Subject: subject, Type: "list sent",
		Payload: struct {
			Day   string         `json:"day"`
			AsOf  string         `json:"as_of"`
			Run   string         `json:"run"`
			Files []letters.File `json:"files"`
		}{day, v.AsOf.Format(time.DateOnly), v.Run, letter.Files}, Messages: []ledger.Message{message},
	})
	if errors.Is(err, ledger.ErrKeyReused) { // somebody else was faster
		return listAlready, nil
	}
	return listQueued, err
}

// listLetter is a collector's list as a mail: the day in a few lines, the whole as a workbook and as text.
func (d *desk) listLetter(ctx context.Context, v transform.View, collector, day string, t warehouse.Table) (letters.Letter, error) {
	var text strings.Builder
	_, _ = fmt.Fprintf(&text, "%s\nWorklist of %s for %s, as of %s.\n\n", d.cfg.Company, collector, day, v.AsOf.Format(time.DateOnly))
	for i, why := range dashboard.Whys(t) {
		if row := t.Rows[i]; row[t.Index("is_today")] == true {
			_, _ = fmt.Fprintf(&text, "%3d. %s (%s): %s, %d min\n     %s\n", row[t.Index("place")], row[t.Index("name")], row[t.Index("customer_id")],
				row[t.Index("action")], row[t.Index("minutes")], why)
		}
	}
	for _, line := range dayEnds(t) {
		_, _ = fmt.Fprintf(&text, "\n%s.\n", line)
	}
	_, _ = fmt.Fprintf(&text, "\nThe whole list is enclosed. Made by run %s.\n", v.Run)
	letter := letters.Letter{Subject: fmt.Sprintf("Worklist of %s, %s", collector, day), Text: text.String()}
	for _, format := range []string{"xlsx", "csv"} {
		var b bytes.Buffer
		if err := printWorklist(ctx, &b, v.DB, collector, &output{format: format}); err != nil {
			return letter, err
		}
		file, err := letters.Keep(d.cfg.State, fileName("worklist-"+collector+"-"+day)+"."+format, b.Bytes())
		if err != nil {
			return letter, err
		}
		letter.Files = append(letter.Files, file)
	}
	return letter, nil
}

// fileName keeps of a name what every system takes.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, name)
}

// mailNow is --mail: put the lists into the outbox, and send what is due.
func (d *desk) mailNow(ctx context.Context, w io.Writer, collector string, out *output) error {
	if d.cfg.Mail.Server == "" {
		return usageError{errors.New("the configuration names no mail.server: there is nobody to hand letters over to")}
	}
	who, err := ledger.Account()
	if err != nil {
		return err
	}
	l, err := d.openLedger(ctx)
	if err != nil {
		return err
	}
	sent, err := d.mailLists(ctx, l, who, time.Now(), collector)
	if err = errors.Join(err, l.Close()); err != nil {
		return err
	}
	if _, err := d.drain(ctx); err != nil {
		return err
	}
	t := warehouse.Table{}
	for _, name := range []string{"collector", "to", "state"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	for _, s := range sent {
		t.Rows = append(t.Rows, []any{s.collector, s.to, s.state})
	}
	return out.write(w, t)
}

// listsEvery is how often serve looks whether it is time for the lists, and how long it waits where they could not be written.
const listsEvery = time.Minute

// mornings mails the lists every day at the configured time until the context ends.
func (s *service) mornings(ctx context.Context) {
	if s.cfg.Mail.Worklists.At == "" {
		return
	}
	tick := time.NewTicker(listsEvery)
	defer tick.Stop()
	for done := ""; ; {
		done = s.morning(ctx, time.Now(), done)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// morning mails the lists of a day whose time has come, unless that is done, and says which day is done. A time that passed while serve
// was down is caught up on the same day.
func (s *service) morning(ctx context.Context, now time.Time, done string) string {
	zone, err := time.LoadLocation(s.cfg.TimeZone)
	if err != nil { // it has been read before
		return done
	}
	now = now.In(zone)
	day := now.Format(time.DateOnly)
	if now.Format("15:04") < s.cfg.Mail.Worklists.At || day == done || !s.ready.Load() {
		return done
	}
	sent, err := s.mailLists(ctx, s.ledger, ledger.Program("worklist"), now, "")
	for _, list := range sent {
		s.log.InfoContext(ctx, "worklist mailed", "collector", list.collector, "state", list.state)
	}
	if err == nil {
		return day
	}
	if ctx.Err() == nil {
		s.log.ErrorContext(ctx, "worklists could not be mailed; they are tried again", "cause", err)
	}
	return done
}

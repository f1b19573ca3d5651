package correspondence

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"arrears/disputes"
	"arrears/disputes/statement"
	"arrears/ledger"
	outgoing "arrears/ledger/mail"
)

// SentStatement is the PDF of the last decision that the customer was told, as it went out; where no letter went out, for want of an
// address, it is made of the case as it is. The state folder is that in which the clerk keeps files.
func (k Clerk) SentStatement(ctx context.Context, l *ledger.Ledger, state string, c disputes.Case) ([]byte, error) {
	events, err := l.Of(ctx, ledger.Subject{Kind: disputes.Kind, ID: c.ID}, 0)
	if err != nil {
		return nil, fmt.Errorf("the statement of %s: %w", c.ID, err)
	}
	for _, e := range slices.Backward(events) {
		if e.Type != disputes.StatementSent {
			continue
		}
		if f, found := enclosed(e); found {
			return f.Read(state)
		}
		break
	}
	s, language, err := k.StatementOf(ctx, c)
	if err != nil {
		return nil, err
	}
	return statement.PDF(s, language)
}

// enclosed is the PDF in the letter of an event.
func enclosed(e ledger.Event) (outgoing.File, bool) {
	for _, m := range e.Messages {
		var l outgoing.Letter
		if m.Channel != outgoing.Channel || json.Unmarshal(m.Content, &l) != nil {
			continue
		}
		at := slices.IndexFunc(l.Files, func(f outgoing.File) bool { return filepath.Ext(f.Name) == ".pdf" })
		if at >= 0 {
			return l.Files[at], true
		}
	}
	return outgoing.File{}, false
}

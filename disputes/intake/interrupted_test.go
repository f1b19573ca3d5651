package intake

import (
	"context"
	"errors"
	"testing"

	"arrears/disputes"
	"arrears/ledger"
)

// dying is a desk that dies after it has written.
type dying struct {
	Desk
	after string
}

var errDied = errors.New("killed")

func (d dying) File(ctx context.Context, who ledger.Actor, key string, claim disputes.Claim) (disputes.Case, error) {
	c, err := d.Desk.File(ctx, who, key, claim)
	if err == nil && d.after == "file" {
		err = errDied
	}
	return c, err
}

func (d dying) Hear(ctx context.Context, who ledger.Actor, key, id string, w disputes.Word) (disputes.Case, error) {
	c, err := d.Desk.Hear(ctx, who, key, id, w)
	if err == nil && d.after == "hear" {
		err = errDied
	}
	return c, err
}

func (d dying) Remark(ctx context.Context, who ledger.Actor, key, id, text string) (disputes.Case, error) {
	c, err := d.Desk.Remark(ctx, who, key, id, text)
	if err == nil && d.after == "remark" {
		err = errDied
	}
	return c, err
}

func TestMessageThatWasInterruptedIsFinishedOnce(t *testing.T) {
	for _, after := range []string{"file", "hear", "remark"} {
		t.Run(after, func(t *testing.T) {
			d := open(t)
			first := d.take(t, d.message(func(*Message) {}))
			m := d.message(func(m *Message) {
				m.Notes, m.Subject = []string{"a file was left out"}, "INV-1002"
				if after == "hear" {
					m.Subject = "Re: " + first.Case
				}
			})
			whole := d.Desk
			d.Desk = dying{whole, after}
			if _, err := d.Take(context.Background(), m); !errors.Is(err, errDied) {
				t.Fatal(err)
			}
			d.Desk = whole
			if known, err := d.Known(context.Background(), m.Digest, m.Box, m.Place); known || err != nil {
				t.Fatal("it is on record already", err)
			}
			r := d.take(t, m)
			want := Filed
			if after == "hear" {
				want = Heard
			}
			if r.Outcome != want {
				t.Errorf("%+v", r)
			}
			if known, err := d.Known(context.Background(), m.Digest, m.Box, m.Place); !known || err != nil {
				t.Error("it is not on record", err)
			}
			history, err := d.Desk.(*disputes.Desk).History(context.Background(), r.Case)
			if err != nil {
				t.Fatal(err)
			}
			times := map[string]int{}
			for _, m := range history {
				times[m.Type]++
			}
			if times[disputes.Filed] != 1 || times[disputes.Remarked] != 1 || times[disputes.Heard] > 1 {
				t.Errorf("%v", times)
			}
			all, err := whole.(*disputes.Desk).Cases(context.Background(), disputes.Filter{})
			if wanted := map[string]int{"file": 2, "hear": 1, "remark": 2}[after]; err != nil || len(all) != wanted {
				t.Errorf("%d cases, want %d, %v", len(all), wanted, err)
			}
		})
	}
}

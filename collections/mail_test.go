package collections

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"arrears/ledger"
)

// office writes letters to everybody but those without an address.
type office struct{ amount string }

func (o *office) Overdue(_ context.Context, customer, text string) (Letter, error) {
	return Letter{To: "ana@one.example", Subject: "Past due", Body: customer + " owes " + o.amount + ". " + text,
		Message: ledger.Message{Channel: "mail", To: "ana@one.example", Content: []byte(`{"subject":"Past due","text":"x"}`)}}, nil
}

// A letter goes out as it was read, once a day, and is a contact.
func TestALetterGoesOutAsItWasReadOnceADay(t *testing.T) {
	d, l, _ := desk(t, noon)
	o := &office{"100"}
	d.WriteLetters(o)
	who, ctx := account(t), t.Context()
	queued := func() int {
		letters, err := l.Letters(ctx, ledger.Queued)
		if err != nil {
			t.Fatal(err)
		}
		return len(letters)
	}
	_, read, err := d.Mail(ctx, who, "C1", "please", "")
	if !errors.Is(err, ErrUnread) || !strings.Contains(read.Body, "owes 100. please") || queued() != 0 {
		t.Fatalf("unread: %v %v, %d letters", read, err, queued())
	}
	for what, again := range map[string]func() (Done, Letter, error){
		"another text":   func() (Done, Letter, error) { return d.Mail(ctx, who, "C1", "at once", read.Digest()) },
		"another amount": func() (Done, Letter, error) { o.amount = "90"; return d.Mail(ctx, who, "C1", "please", read.Digest()) },
	} {
		if _, _, err := again(); !errors.Is(err, ErrUnread) || queued() != 0 {
			t.Errorf("%s: %v, %d letters", what, err, queued())
		}
	}
	o.amount = "100"
	for range 2 { // the button is pressed twice
		done, _, err := d.Mail(ctx, who, "C1", "please", read.Digest())
		if err != nil || done.Kind != Call || done.Channel != "mail" || done.Direction != "out" || queued() != 1 {
			t.Fatalf("%+v %v, %d letters", done, err, queued())
		}
	}
	_, other, _ := d.Mail(ctx, who, "C1", "at once", "")
	var mistakes Mistakes
	if _, _, err := d.Mail(ctx, who, "C1", "at once", other.Digest()); !errors.As(err, &mistakes) || queued() != 1 {
		t.Errorf("a second one today: %v, %d letters", err, queued())
	}
	d.now = func() time.Time { return noon.AddDate(0, 0, 1) }
	if _, _, err := d.Mail(ctx, who, "C1", "at once", other.Digest()); err != nil || queued() != 2 {
		t.Errorf("tomorrow: %v, %d letters", err, queued())
	}
	if _, _, err := d.Mail(ctx, who, "C2", "", ""); !errors.As(err, &mistakes) {
		t.Errorf("to nobody: %v", err)
	}
}

package collections

import (
	"errors"
	"strings"
	"testing"

	"arrears/ledger"
)

// What a newer program wrote about a customer is not passed over: the extract would never hold it.
func TestEntryOfANewerProgramIsRefused(t *testing.T) {
	d, l, _ := desk(t, noon)
	ctx := t.Context()
	for _, kind := range []string{"link asked for", "came in by link", "swap"} {
		_, err := l.Write(ctx, ledger.Draft{Key: kind, Actor: ledger.Program("test"), Subject: ledger.Subject{Kind: kindCustomer, ID: "C1"}, Type: kind})
		if err != nil {
			t.Fatal(err)
		}
	}
	const says = `event 3, about customer C1, is of the type "swap"`
	if _, err := l.Extract(ctx, Form(berlin)); !errors.Is(err, ledger.ErrNewer) || !strings.Contains(err.Error(), says) {
		t.Errorf("the extract says %v", err)
	}
	if _, err := d.Pending(ctx, 0); !errors.Is(err, ledger.ErrNewer) {
		t.Errorf("what is pending: %v", err)
	}
	if pending, err := d.Pending(ctx, 3); err != nil || len(pending) != 0 {
		t.Errorf("%v %v", pending, err)
	}
}

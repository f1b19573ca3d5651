package disputes

import (
	"errors"
	"strings"
	"testing"

	"arrears/ledger"
)

// An event of a case that a newer program wrote is refused by name: to pass over it would undo it.
func TestEventOfANewerProgramIsRefused(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("the price", "20")))
	_, err := b.l.Write(ctx, ledger.Draft{Key: "newer", Actor: ledger.Program("test"), Subject: ledger.Subject{Kind: Kind, ID: c.ID}, Type: "mediated"})
	if !errors.Is(err, ledger.ErrNewer) || !strings.Contains(err.Error(), `about dispute D-000001, is of the type "mediated"`) {
		t.Errorf("it says %v", err)
	}
}

package intake

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"

	"arrears/disputes"
	"arrears/ledger"
)

// A Marker signs the number of a case for the subject or the reply address of our letters.
type Marker struct {
	// Sign is a text that only we can make of another one.
	Sign func(text string) string
}

var small = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// Of is the signed number of a case, as in D-000042-k7q2m9x4ab.
func (k Marker) Of(id string) string {
	sum := sha256.Sum256([]byte(k.Sign(id)))
	return id + "-" + small.EncodeToString(sum[:])[:10]
}

// markShape is a case number, and what signs it.
var markShape = regexp.MustCompile(`(?i)\bD-\d{6,12}(-[a-z2-9]{10})?\b`)

// find looks for case numbers, those that are signed by us apart.
func (k Marker) find(texts ...string) (signed, bare []string) {
	for _, text := range texts {
		for _, found := range markShape.FindAllString(text, 10) {
			id := strings.ToUpper(found)
			if parts := strings.SplitN(found, "-", 3); len(parts) == 3 {
				id = strings.ToUpper(parts[0] + "-" + parts[1])
				if subtle.ConstantTimeCompare([]byte(strings.ToLower(k.Of(id))), []byte(strings.ToLower(found))) == 1 {
					signed = append(signed, id)
					continue
				}
			}
			bare = append(bare, id)
		}
	}
	return signed, bare
}

// ReplyTo is where an answer to the letter of an event goes: the address, with the signed number of the dispute in place of {case}. A
// letter about anything else is answered to the address without it.
func ReplyTo(ctx context.Context, l *ledger.Ledger, mark Marker, address string, event int64) (string, error) {
	var about ledger.Subject
	err := l.Reader().QueryRowContext(ctx, "select subject_kind, subject from event where sequence = ?", event).Scan(&about.Kind, &about.ID)
	if err != nil {
		return "", fmt.Errorf("find what a letter is about: %w", err)
	}
	if about.Kind != disputes.Kind {
		return strings.ReplaceAll(strings.ReplaceAll(address, "+{case}", ""), "{case}", ""), nil
	}
	return strings.ReplaceAll(address, "{case}", strings.ToLower(mark.Of(about.ID))), nil
}

package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a call, of ours and of those that come to us.
const (
	idHeader        = "Arrears-Id"
	timestampHeader = "Arrears-Timestamp"
	signatureHeader = "Arrears-Signature"

	version = "v1=" // of the signature
)

// Tolerance is how far the timestamp of a call to us may be from our clock.
const Tolerance = 5 * time.Minute

// longestID is how many signs the id of a call to us has at most.
const longestID = 100

// Errors of a call to us. They say no more than its sender may know.
var (
	ErrUnsigned = errors.New("the call is not signed with the key of this webhook")
	ErrLate     = errors.New("the timestamp of the call is more than five minutes from our clock")
	ErrNoID     = errors.New("the call has no id of 1 to 100 printable signs")
)

// Check says whether a call to us is signed like those that we make, and when it should be: the id by which a second one is known. Only who
// has the key learns that a timestamp is old or an id missing.
func Check(secret []byte, header http.Header, body []byte, now time.Time) (id string, err error) {
	id, moment := header.Get(idHeader), header.Get(timestampHeader)
	given, signed := strings.CutPrefix(header.Get(signatureHeader), version)
	mac, err := hex.DecodeString(given)
	if !signed || err != nil || !hmac.Equal(mac, sum(secret, moment, id, body)) {
		return "", ErrUnsigned
	}
	seconds, err := strconv.ParseInt(moment, 10, 64)
	if err != nil || time.Unix(seconds, 0).Sub(now).Abs() > Tolerance {
		return "", ErrLate
	}
	if id == "" || len(id) > longestID || strings.ContainsFunc(id, func(r rune) bool { return r < '!' || r > '~' }) {
		return "", ErrNoID
	}
	return id, nil
}

// Sign sets the headers of a call.
func Sign(secret []byte, header http.Header, id string, now time.Time, body []byte) {
	moment := strconv.FormatInt(now.Unix(), 10)
	header.Set(idHeader, id)
	header.Set(timestampHeader, moment)
	header.Set(signatureHeader, version+hex.EncodeToString(sum(secret, moment, id, body)))
}

// sum is the HMAC-SHA-256 of timestamp.id.body.
func sum(secret []byte, timestamp, id string, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	_, _ = mac.Write([]byte(timestamp + "." + id + ".")) // a hash takes everything
	_, _ = mac.Write(body)
	return mac.Sum(nil)
}

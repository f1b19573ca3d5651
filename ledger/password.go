package ledger

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// What one verification costs: RFC 9106's second choice, 64 MiB and three passes.
const (
	argonTime    = 3
	argonMemory  = 64 << 10 // KiB
	argonThreads = 4
	argonKey     = 32
	saltSize     = 16
)

// verifications bounds how many passwords are checked at once, or signing in would be a way to exhaust the machine.
var verifications = make(chan struct{}, 2)

const verifierForm = "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"

var base = base64.RawStdEncoding

// Bounds of a password, in characters. Nothing else is asked of it.
const (
	shortest = 12
	longest  = 256
)

// CheckPassword says what is wrong with a new password, if anything is.
func CheckPassword(password string) error {
	if n := utf8.RuneCountInString(password); n < shortest || n > longest {
		return fmt.Errorf("a password has %d to %d characters, not %d", shortest, longest, n)
	}
	return nil
}

// newVerifier is what is kept of a password.
func newVerifier(password string) (string, error) {
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails
	key := derive(password, salt, argonTime, argonMemory, argonThreads)
	return fmt.Sprintf(verifierForm, argonMemory, argonTime, argonThreads, base.EncodeToString(salt), base.EncodeToString(key)), nil
}

func derive(password string, salt []byte, time, memory uint32, threads uint8) []byte {
	verifications <- struct{}{}
	defer func() { <-verifications }()
	return argon2.IDKey([]byte(password), salt, time, memory, threads, argonKey)
}

// verify takes as long for a user that is not there as for one that is.
func verify(verifier, password string) (bool, error) {
	if utf8.RuneCountInString(password) > longest {
		return false, nil
	}
	if verifier == "" {
		derive(password, make([]byte, saltSize), argonTime, argonMemory, argonThreads)
		return false, nil
	}
	var memory, time uint32
	var threads uint8
	var rest string
	if _, err := fmt.Sscanf(verifier, "$argon2id$v=19$m=%d,t=%d,p=%d$%s", &memory, &time, &threads, &rest); err != nil {
		return false, errors.New("the verifier of a password cannot be read")
	}
	saltText, keyText, _ := strings.Cut(rest, "$")
	salt, wrongSalt := base.DecodeString(saltText)
	key, wrongKey := base.DecodeString(keyText)
	if wrongSalt != nil || wrongKey != nil || len(key) != argonKey {
		return false, errors.New("the verifier of a password cannot be read")
	}
	return subtle.ConstantTimeCompare(derive(password, salt, time, memory, threads), key) == 1, nil
}

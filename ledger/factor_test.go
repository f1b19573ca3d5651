package ledger

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// codeAt is what a telephone shows.
func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// enrolled is ana with a second factor, in a session that has shown it.
func enrolled(t *testing.T) (l *Ledger, clock *steps, s Session, secret, token string, recovery []string, state string) {
	t.Helper()
	l, clock, state = staffed(t)
	token = signedIn(t, l)
	s, err := l.Session(t.Context(), token)
	if err != nil || s.Second || s.User.SecondFactor {
		t.Fatalf("%+v %v", s, err)
	}
	if secret, err = l.BeginFactor(t.Context(), "ana"); err != nil {
		t.Fatal(err)
	}
	if again, err := l.BeginFactor(t.Context(), "ana"); err != nil || again != secret {
		t.Fatalf("the page loaded again shows another secret: %v", err)
	}
	if _, err := l.ConfirmFactor(t.Context(), s.Actor, token, "000000"); !errors.Is(err, ErrSignIn) {
		t.Fatalf("a guess proves the secret: %v", err)
	}
	if recovery, err = l.ConfirmFactor(t.Context(), s.Actor, token, codeAt(t, secret, clock.now)); err != nil {
		t.Fatal(err)
	}
	return l, clock, s, secret, token, recovery, state
}

func signedIn(t *testing.T, l *Ledger) string {
	t.Helper()
	token, err := l.SignIn(t.Context(), "ana", secret)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func passed(t *testing.T, l *Ledger, token string) bool {
	t.Helper()
	s, err := l.Session(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return s.Second
}

func TestNoCodeIsTakenTwice(t *testing.T) {
	l, clock, s, shared, token, _, state := enrolled(t)
	if !passed(t, l, token) {
		t.Error("who has proved the secret must show it again")
	}
	second := signedIn(t, l)
	if err := l.PassFactor(t.Context(), s.Actor, second, codeAt(t, shared, clock.now)); !errors.Is(err, ErrSignIn) {
		t.Errorf("the code that proved the secret is taken again: %v", err)
	}
	clock.now = clock.now.Add(period)
	code := codeAt(t, shared, clock.now)
	if err := l.PassFactor(t.Context(), s.Actor, second, code); err != nil || !passed(t, l, second) {
		t.Errorf("the next code is not taken: %v", err)
	}
	third := signedIn(t, l)
	if err := l.PassFactor(t.Context(), s.Actor, third, code); !errors.Is(err, ErrSignIn) || passed(t, l, third) {
		t.Errorf("a code is taken twice: %v", err)
	}
	if err := l.PassFactor(t.Context(), s.Actor, third, codeAt(t, shared, clock.now.Add(3*period))); !errors.Is(err, ErrSignIn) {
		t.Errorf("a code of a later time is taken: %v", err)
	}
	soundPlain(t, state)
}

func TestRecoveryCodeWorksOnceAndIsOnRecord(t *testing.T) {
	l, _, s, _, _, recovery, state := enrolled(t)
	if len(recovery) != recoveryMade {
		t.Fatalf("%d codes", len(recovery))
	}
	token := signedIn(t, l)
	if err := l.PassFactor(t.Context(), s.Actor, token, " "+strings.ToUpper(recovery[3])); err != nil || !passed(t, l, token) {
		t.Errorf("a code for when the telephone is lost is not taken: %v", err)
	}
	if err := l.PassFactor(t.Context(), s.Actor, signedIn(t, l), recovery[3]); !errors.Is(err, ErrSignIn) {
		t.Errorf("it is taken twice: %v", err)
	}
	events, err := l.Of(t.Context(), Subject{kindUser, "ana"}, 0)
	if err != nil || events[len(events)-1].Type != codeUsed {
		t.Errorf("%v %v", events, err)
	}
	soundPlain(t, state)
}

func TestSecretIsInNoEvent(t *testing.T) {
	l, _, _, shared, _, recovery, _ := enrolled(t)
	err := l.Events(t.Context(), 0, func(e Event) error {
		for _, hidden := range append(recovery, shared) {
			if strings.Contains(string(e.Payload), hidden) {
				t.Errorf("event %d tells %s", e.Sequence, hidden)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestResetEndsFactorCodesAndSessions(t *testing.T) {
	l, clock, s, shared, token, recovery, state := enrolled(t)
	if _, err := l.BeginFactor(t.Context(), "ana"); !errors.Is(err, ErrFactorSet) {
		t.Errorf("a secret is replaced by who knows the password alone: %v", err)
	}
	if err := l.ResetFactor(t.Context(), someone, "ana", "telephone lost"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Session(t.Context(), token); !errors.Is(err, ErrSignIn) {
		t.Errorf("the session goes on: %v", err)
	}
	clock.now = clock.now.Add(period)
	for _, code := range []string{recovery[0], codeAt(t, shared, clock.now)} {
		if err := l.PassFactor(t.Context(), s.Actor, signedIn(t, l), code); !errors.Is(err, ErrSignIn) {
			t.Errorf("a code of before is taken: %v", err)
		}
	}
	if fresh, err := l.BeginFactor(t.Context(), "ana"); err != nil || fresh == shared {
		t.Errorf("the secret is the old one: %v", err)
	}
	soundPlain(t, state)
}

func TestTokenReadsInTheUsersNameUntilItEnds(t *testing.T) {
	l, _, state := staffed(t)
	first, err := l.SetToken(t.Context(), someone, "ana", "for the report")
	if err != nil {
		t.Fatal(err)
	}
	second, err := l.SetToken(t.Context(), someone, "ana", "")
	if err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]error{first: ErrSignIn, second: nil, "": ErrSignIn, "arrears_": ErrSignIn} {
		if s, err := l.Bearer(t.Context(), token); !errors.Is(err, want) || err == nil && s.Actor.Name() != "ana" {
			t.Errorf("%q: %v %v", token, s, err)
		}
	}
	if err := l.EndToken(t.Context(), someone, "ana", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Bearer(t.Context(), second); !errors.Is(err, ErrSignIn) {
		t.Error(err)
	}
	if _, err := l.SetToken(t.Context(), someone, "nobody", ""); !errors.Is(err, ErrNoUser) {
		t.Error(err)
	}
	soundPlain(t, state)
}

package ledger

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const secret = "correct horse battery"

func staffed(t *testing.T) (*Ledger, *steps, string) {
	t.Helper()
	l, clock, state := posted(t, 0)
	if err := l.SetUser(t.Context(), someone, User{Name: "ana", Title: "Ana", Roles: []string{"collector"}, Active: true}, "hired"); err != nil {
		t.Fatal(err)
	}
	if err := l.SetPassword(t.Context(), someone, "ana", secret, ""); err != nil {
		t.Fatal(err)
	}
	return l, clock, state
}

func TestSignedInUserIsTheActor(t *testing.T) {
	l, _, state := staffed(t)
	token, err := l.SignIn(t.Context(), "ana", secret)
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Session(t.Context(), token)
	if err != nil || s.Actor.Name() != "ana" || s.Actor.Kind() != KindUser || !s.User.Is("cfo", "collector") || s.User.Is("admin") {
		t.Fatalf("%+v %v", s, err)
	}
	if err := l.SignOut(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Session(t.Context(), token); !errors.Is(err, ErrSignIn) {
		t.Error(err)
	}
	soundPlain(t, state)
}

func TestWrongPasswordNobodyAndTheInactiveDoNotSignIn(t *testing.T) {
	l, _, _ := staffed(t)
	token, err := l.SignIn(t.Context(), "ana", secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, password := range map[string]string{"ana": "wrong", "bob": secret, "": "", "an": secret, "ANA": secret} {
		if _, err := l.SignIn(t.Context(), name, password); !errors.Is(err, ErrSignIn) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := l.SetUser(t.Context(), someone, User{Name: "ana", Title: "Ana", Roles: []string{"collector"}}, "left"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Session(t.Context(), token); !errors.Is(err, ErrSignIn) {
		t.Errorf("who may not sign in is still signed in: %v", err)
	}
	if _, err := l.SignIn(t.Context(), "ana", secret); !errors.Is(err, ErrSignIn) {
		t.Error(err)
	}
}

func TestSessionEndsUnusedAndInTheEvening(t *testing.T) {
	l, clock, _ := staffed(t)
	begin := clock.now
	token, err := l.SignIn(t.Context(), "ana", secret)
	if err != nil {
		t.Fatal(err)
	}
	for clock.now.Sub(begin) < atMost-idle {
		clock.now = clock.now.Add(idle - time.Second)
		if _, err := l.Session(t.Context(), token); err != nil {
			t.Fatalf("after %s in use: %v", clock.now.Sub(begin), err)
		}
	}
	clock.now = begin.Add(atMost)
	if _, err := l.Session(t.Context(), token); !errors.Is(err, ErrSignIn) {
		t.Errorf("it outlived the day: %v", err)
	}
	if token, err = l.SignIn(t.Context(), "ana", secret); err != nil {
		t.Fatal(err)
	}
	clock.now = clock.now.Add(idle)
	if _, err := l.Session(t.Context(), token); !errors.Is(err, ErrSignIn) {
		t.Errorf("it outlived its use: %v", err)
	}
}

func TestNewPasswordEndsSessions(t *testing.T) {
	l, _, _ := staffed(t)
	token, err := l.SignIn(t.Context(), "ana", secret)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.SetPassword(t.Context(), someone, "ana", secret+"2", "lost"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Session(t.Context(), token); !errors.Is(err, ErrSignIn) {
		t.Error(err)
	}
	if _, err := l.SignIn(t.Context(), "ana", secret); !errors.Is(err, ErrSignIn) {
		t.Error(err)
	}
}

// A password that was put into the file by another way opens nothing.
func TestExchangedPasswordIsNoticed(t *testing.T) {
	l, _, state := staffed(t)
	other, err := newVerifier("somebody else's")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.write.ExecContext(t.Context(), "update credential set verifier = ?", other); err != nil {
		t.Fatal(err)
	}
	if _, err := l.SignIn(t.Context(), "ana", "somebody else's"); !errors.Is(err, ErrBroken) {
		t.Error(err)
	}
	if found, err := Verify(t.Context(), state, Question{}); err != nil || len(found.Faults) != 1 {
		t.Errorf("%v %v", found.Faults, err)
	}
}

func TestUsersHaveNamesAndRolesThatExist(t *testing.T) {
	l, _, _ := staffed(t)
	for name, u := range map[string]User{
		"no role":     {Name: "bob"},
		"odd role":    {Name: "bob", Roles: []string{"king"}},
		"odd name":    {Name: "B ob", Roles: []string{"cfo"}},
		"long name":   {Name: strings.Repeat("b", 65), Roles: []string{"cfo"}},
		"both checks": {Name: "bob", Roles: []string{"admin", "approver"}},
	} {
		if err := l.SetUser(t.Context(), someone, u, ""); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
	if err := l.SetPassword(t.Context(), someone, "bob", secret, ""); !errors.Is(err, ErrNoUser) {
		t.Error(err)
	}
	if err := l.SetPassword(t.Context(), someone, "ana", "short", ""); err == nil {
		t.Error("a short password was taken")
	}
	if all, err := l.Users(t.Context()); err != nil || len(all) != 1 || all[0].Title != "Ana" {
		t.Errorf("%v %v", all, err)
	}
}

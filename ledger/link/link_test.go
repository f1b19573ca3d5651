package link

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestLinkOpensOneObjectForOnePurposeUntilItExpires(t *testing.T) {
	state := t.TempDir()
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	k, err := Load(state, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	token := k.Sign("statement", "D-000042", now.Add(time.Hour))
	again, err := Load(state, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	if object, opens, err := again.Open(token, "statement"); err != nil || object != "D-000042" || !opens.Equal(now.Add(time.Hour)) {
		t.Errorf("%q until %v: %v", object, opens, err)
	}
	if _, _, err := k.Open(token, "document"); !errors.Is(err, ErrForged) {
		t.Errorf("for another purpose: %v", err)
	}
	other, err := Load(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := other.Open(token, "statement"); !errors.Is(err, ErrForged) {
		t.Errorf("by another key: %v", err)
	}
	now = now.Add(time.Hour)
	if _, _, err := k.Open(token, "statement"); !errors.Is(err, ErrExpired) {
		t.Errorf("after it expired: %v", err)
	}
}

func TestChangedLinkOpensNothing(t *testing.T) {
	k, err := Load(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	token := k.Sign("statement", "D-000042", time.Now().Add(time.Hour))
	for i := range token {
		for _, c := range "Aa0-_.=" {
			if changed := token[:i] + string(c) + token[i+1:]; changed != token {
				if object, _, err := k.Open(changed, "statement"); err == nil {
					t.Errorf("%q opens %q", changed, object)
				}
			}
		}
	}
	for _, odd := range []string{"", ".", token + "A", "." + token, strings.Repeat("A", 1<<16)} {
		if _, _, err := k.Open(odd, "statement"); !errors.Is(err, ErrForged) {
			t.Errorf("%q: %v", odd, err)
		}
	}
}

func TestKeyIsItsOwnersAlone(t *testing.T) {
	state := t.TempDir()
	if _, err := Load(state, nil); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(state, keyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(state, keyFile), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(state, nil); err == nil {
		t.Error("a short key was taken")
	}
}

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	words "arrears/disputes/letter"
)

func TestLettersAreTheCompanysOwn(t *testing.T) {
	dir, path := configured(t, "letters: {folder: texts, language: de}")
	if err := os.MkdirAll(filepath.Join(dir, "texts", "de"), 0o755); err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(dir, "texts", "de", "reminder.txt")
	put(t, own, "Frist {case}\n\nBis {answer_by}: {link}\n")
	if got := must(t, exitDone, "letters", "preview", "reminder", "-c", path).stdout; got != "Frist D-000042\n\nBis 23. November 2026: https://receivables.example.com/case/…\n" {
		t.Errorf("%q", got)
	}
	if got := must(t, exitDone, "letters", "preview", "reminder", "--language", "fr", "-c", path).stdout; !strings.HasPrefix(got, "Votre litige D-000042") {
		t.Errorf("%q", got)
	}
	all := decode[map[string]any](t, must(t, exitDone, "letters", "-c", path, "-o", "json"))
	at := slices.IndexFunc(all, func(l map[string]any) bool { return l["letter"] == "statement" })
	if len(all) != len(words.Kinds) || at < 0 || !strings.Contains(all[at]["placeholders"].(string), "{rights}*") {
		t.Errorf("%v", all)
	}
	if got := must(t, exitDone, "letters", "preview", "overdue", "--language", "en", "--tone", "firm", "-c", path).stdout; !strings.HasPrefix(got, "Payment overdue") {
		t.Errorf("%q", got)
	}
	must(t, exitUsage, "letters", "preview", "invitation", "-c", path)
	must(t, exitDone, "check", "-c", path)
	put(t, own, "Frist {case}\n\nBis {answerby}: {link}\n")
	if got := must(t, exitUsage, "check", "-c", path).stderr; !strings.Contains(got, "de/reminder.txt:3:5: there is no {answerby}") {
		t.Errorf("%q", got)
	}
}

func TestKeyOfAWebhookIsChecked(t *testing.T) {
	dir, path := configured(t, `webhooks: {hosts: [hooks.example.com], calls: [{name: chat, url: "https://hooks.example.com/x", secret_file: chat.key}]}`)
	if got := must(t, exitUsage, "check", "-c", path).stderr; !strings.Contains(got, "key of webhook chat") {
		t.Errorf("%q", got)
	}
	put(t, filepath.Join(dir, "chat.key"), "short\n")
	if got := must(t, exitUsage, "check", "-c", path).stderr; !strings.Contains(got, "has 5 signs") {
		t.Errorf("%q", got)
	}
	put(t, filepath.Join(dir, "chat.key"), strings.Repeat("k", 32)+"\n")
	must(t, exitDone, "check", "-c", path)
}

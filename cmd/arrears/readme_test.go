package main_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"testing"
)

var (
	links   = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	recipes = regexp.MustCompile("(?m)(?:^ {4}|`)make ([a-z-]+)")
	targets = regexp.MustCompile(`(?m)^([a-z-]+):`)
)

// What a newcomer is told to open or to type must be there: in the README and in every page of docs.
func TestDocumentsNameWhatExists(t *testing.T) {
	makefile := read(t, "Makefile")
	known := map[string]bool{}
	for _, m := range targets.FindAllStringSubmatch(makefile, -1) {
		known[m[1]] = true
	}
	for _, page := range pages(t) {
		text := read(t, page)
		for _, m := range links.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(path.Join(root, path.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
			}
		}
		for _, m := range recipes.FindAllStringSubmatch(text, -1) {
			if !known[m[1]] {
				t.Errorf("%s says make %s, which the Makefile does not know", page, m[1])
			}
		}
	}
}

// pages are the Markdown files at the top and anywhere under docs.
func pages(t *testing.T) []string {
	t.Helper()
	tree := os.DirFS(root)
	found, err := fs.Glob(tree, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(tree, "docs", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".md" {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(path.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

package transform

import (
	"archive/zip"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// sums is the file of a bundle that lists the SHA-256 of every other one, as sha256sum writes and checks it.
const sums = "SHA256SUMS"

// packed is the time every entry of a bundle bears: the same files make the same bytes, whenever they are packed.
var packed = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Pack writes a folder as one zip, with the digest of every file in it, and returns the digest of the list of digests, which
// stands for the whole.
func Pack(folder string, w io.Writer) (digest string, err error) {
	tree := os.DirFS(folder)
	files, err := listed(tree) // in the order of their names
	if err != nil {
		return "", fmt.Errorf("pack the bundle: %w", err)
	}
	bundle := zip.NewWriter(w)
	var list strings.Builder
	for _, name := range files {
		sum, err := enter(bundle, tree, name)
		if err != nil {
			return "", fmt.Errorf("pack the bundle: %w", err)
		}
		_, _ = fmt.Fprintf(&list, "%s  %s\n", sum, name)
	}
	if err := os.WriteFile(filepath.Join(folder, sums), []byte(list.String()), 0o644); err != nil {
		return "", fmt.Errorf("pack the bundle: %w", err)
	}
	if digest, err = enter(bundle, tree, sums); err != nil {
		return "", fmt.Errorf("pack the bundle: %w", err)
	}
	return digest, bundle.Close()
}

func listed(tree fs.FS) (files []string, err error) {
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, name)
		}
		return err
	})
	return files, err
}

// enter adds a file and returns its digest. Parquet is compressed already.
func enter(bundle *zip.Writer, tree fs.FS, name string) (digest string, err error) {
	file, err := tree.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	header := zip.FileHeader{Name: name, Method: zip.Deflate, Modified: packed}
	if path.Ext(name) == ".parquet" {
		header.Method = zip.Store
	}
	entry, err := bundle.CreateHeader(&header)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(entry, sum), file); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

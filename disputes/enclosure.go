package disputes

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// ErrKind says that a document is of none of the kinds that are taken.
var ErrKind = errors.New("documents are PDF, PNG, JPEG, XLSX, CSV, TXT and EML files; this is none, or not what its name says")

// kinds are the documents that strangers may enclose: by the end of their names, what their bytes have to be.
var kinds = map[string]func(text []byte) bool{
	".pdf":  func(text []byte) bool { return bytes.HasPrefix(text, []byte("%PDF-")) },
	".png":  isType("image/png"),
	".jpg":  isType("image/jpeg"),
	".jpeg": isType("image/jpeg"),
	".xlsx": isWorkbook,
	".csv":  isText,
	".txt":  isText,
	".eml":  isText,
}

// Enclosure says whether a stranger's document is taken: its bytes, and not only its name, are of a kind that is. It is never
// unpacked or shown by us; who wants to see it downloads it.
func Enclosure(name string, text []byte) error {
	is, known := kinds[strings.ToLower(filepath.Ext(name))]
	switch {
	case len(text) > LargestDocument:
		return fmt.Errorf("%s: %w", name, ErrTooLarge)
	case len(text) == 0:
		return fmt.Errorf("%s is empty: %w", name, ErrKind)
	case !known || !is(text):
		return fmt.Errorf("%s: %w", name, ErrKind)
	}
	return nil
}

func isType(want string) func([]byte) bool {
	return func(text []byte) bool { return http.DetectContentType(text) == want }
}

// isText is for what a text program opens. A page that a browser would run is none, whatever its name.
func isText(text []byte) bool {
	found, _, _ := strings.Cut(http.DetectContentType(text), ";")
	return found == "text/plain" && !bytes.ContainsRune(text, 0) && (utf8.Valid(text) || !bytes.ContainsAny(text, "<>"))
}

// isWorkbook looks at the names in the archive only, and only where there are few.
func isWorkbook(text []byte) bool {
	archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil || len(archive.File) > 10_000 {
		return false
	}
	has := func(name string) bool {
		return slices.ContainsFunc(archive.File, func(f *zip.File) bool { return f.Name == name })
	}
	return has("[Content_Types].xml") && has("xl/workbook.xml") && !has("xl/vbaProject.bin")
}

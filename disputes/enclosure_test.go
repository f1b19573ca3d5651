package disputes

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"
)

// packed is an archive with files of these names.
func packed(t *testing.T, names ...string) string {
	t.Helper()
	var text bytes.Buffer
	w := zip.NewWriter(&text)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func TestEnclosureIsWhatItsNameSays(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n rest"
	sheet := packed(t, "[Content_Types].xml", "xl/workbook.xml")
	for _, c := range []struct {
		name, text string
		taken      bool
	}{
		{"proof.pdf", "%PDF-1.7 rest", true},
		{"PROOF.PDF", "%PDF-1.7 rest", true},
		{"photo.png", png, true},
		{"photo.jpg", "\xff\xd8\xff\xe0 rest", true},
		{"prices.xlsx", sheet, true},
		{"lines.csv", "a;b\n1;2\n", true},
		{"note.txt", "Stückpreis 4,20 €", true},
		{"photo.jpg", png, false},
		{"proof.pdf", "MZ program", false},
		{"proof.pdf.exe", "%PDF-1.7 rest", false},
		{"note.txt", "<html><script>alert(1)</script>", false},
		{"note.txt", "nul \x00 inside", false},
		{"picture.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", false},
		{"prices.xlsx", packed(t, "evil.exe"), false},
		{"prices.xlsx", packed(t, "[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), false},
		{"noname", "text", false},
		{"empty.txt", "", false},
	} {
		if err := Enclosure(c.name, []byte(c.text)); (err == nil) != c.taken || err != nil && !errors.Is(err, ErrKind) {
			t.Errorf("%s of %.12q: %v", c.name, c.text, err)
		}
	}
	if err := Enclosure("large.txt", []byte(strings.Repeat("a", LargestDocument+1))); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a document that is too large: %v", err)
	}
}

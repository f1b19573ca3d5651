package mailbox

import (
	"archive/zip"
	"bytes"
	"net/http"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFile is how large a file may be, in bytes.
const maxFile = 10_000_000

// typeOf finds what a file is by what is in it, or why it is not taken: only what people show as evidence is.
func typeOf(content []byte) (kind, why string) {
	found, _, _ := strings.Cut(http.DetectContentType(content), ";")
	switch found {
	case "application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp":
		return found, ""
	case "application/zip":
		return office(content)
	case "text/plain":
		if utf8.Valid(content) && !bytes.HasPrefix(bytes.TrimSpace(content), []byte("<")) { // drawings and pages may hold programs
			return found, ""
		}
	}
	if bytes.HasPrefix(content, []byte("II*\x00")) || bytes.HasPrefix(content, []byte("MM\x00*")) {
		return "image/tiff", ""
	}
	return "", "by its content it is no PDF, picture, plain text, document or sheet"
}

// office tells documents and sheets from other archives.
func office(content []byte) (kind, why string) {
	files, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", "it is a broken archive"
	}
	for _, f := range files.File {
		switch {
		case strings.EqualFold(path.Base(f.Name), "vbaProject.bin"):
			return "", "it holds a program (macros)"
		case f.Name == "word/document.xml":
			kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		case f.Name == "xl/workbook.xml":
			kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		}
	}
	if kind == "" {
		return "", "it is an archive; what is in it must be sent unpacked"
	}
	return kind, ""
}

// fileName is a name without a folder, control signs or what would turn its reading around.
func fileName(name, kind string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	name = strings.Trim(clean(path.Base(name), 150), ". ")
	if name == "" || name == "/" {
		name = "file"
		if _, sub, ok := strings.Cut(kind, "/"); ok && kind == "message/rfc822" {
			name = "message." + sub
		}
	}
	return name
}

// clean is text for one line: without control signs and without what turns the direction of reading around.
func clean(text string, most int) string {
	var out strings.Builder
	for _, r := range strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ") {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			continue
		}
		if most--; most < 0 {
			break
		}
		out.WriteRune(r)
	}
	return out.String()
}

// tidy is text for several lines.
func tidy(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, text)
	return strings.Trim(text, "\n\t ")
}

package mailbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/inbucket/html2text"
	"github.com/jhillyerd/enmime/v2"
)

// body gathers what a message says and what it brings along.
type body struct {
	message *Message
	folder  string
	plain   strings.Builder
	html    *enmime.Part // the first of several ways to say the same in another dress
	total   int
	broken  error // of the machine
}

// place is a part and how deep it lies.
type place struct {
	part  *enmime.Part
	depth int
}

// walk goes through all parts, without recursion, in the order in which they stand; it says why it stopped.
func (b *body) walk(root *enmime.Part) string {
	waiting := []place{{root, 0}}
	for len(waiting) > 0 {
		p := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		if b.total++; b.total > maxParts+1 { // the message itself is none
			return fmt.Sprintf("it has more than %d parts", maxParts)
		}
		if p.depth > maxDepth {
			return fmt.Sprintf("its parts are nested more than %d deep", maxDepth)
		}
		if p.part.NextSibling != nil {
			waiting = append(waiting, place{p.part.NextSibling, p.depth})
		}
		if p.part.FirstChild != nil {
			waiting = append(waiting, place{p.part.FirstChild, p.depth + 1})
		}
		b.part(p.part)
	}
	return ""
}

func (b *body) part(p *enmime.Part) {
	for _, e := range p.Errors {
		if e.Name != enmime.ErrorPlainTextFromHTML && e.Name != enmime.ErrorCharsetDeclaration {
			b.message.note(clean(fmt.Sprintf("%s: %s", strings.ToLower(e.Name), e.Detail), maxName))
		}
	}
	kind, _ := mediaType(p.ContentType)
	switch {
	case strings.HasPrefix(kind, "multipart/") && (p.FirstChild != nil || len(p.Content) == 0):
	case p.Disposition != "attachment" && p.FileName == "" && (kind == "text/plain" || kind == "" && p.Parent == nil || strings.HasPrefix(kind, "multipart/")):
		b.say(string(p.Content))
	case p.Disposition != "attachment" && p.FileName == "" && kind == "text/html":
		if b.html == nil {
			b.html = p
		}
	case kind == "message/delivery-status" || strings.HasSuffix(kind, "-signature"):
	default:
		b.file(p, kind)
	}
}

func (b *body) say(text string) {
	if room := maxText - b.plain.Len(); len(text) > room {
		text = text[:max(0, room)]
		b.message.note(fmt.Sprintf("of its text the first %d KB are kept", maxText>>10))
	}
	if b.plain.Len() > 0 && strings.TrimSpace(text) != "" {
		b.plain.WriteString("\n")
	}
	b.plain.WriteString(text)
}

// text is what the message says: in plain text, else its pages in plain words.
func (b *body) text() string {
	text := tidy(b.plain.String())
	if text != "" || b.html == nil {
		return text
	}
	page := string(b.html.Content)
	if len(page) > 4*maxText {
		page = page[:4*maxText]
		b.message.note("of its page only the beginning is read")
	}
	words, err := html2text.FromString(page, html2text.Options{OmitLinks: false})
	if err != nil {
		b.message.note("its page cannot be read as text: " + clean(err.Error(), maxName))
	}
	if len(words) > maxText {
		words = words[:maxText]
	}
	return tidy(words)
}

// decoration is the size in bytes below which a picture inside the text is a logo.
const decoration = 8 << 10

// file lays what came along into the folder, if it is of a kind that is taken.
func (b *body) file(p *enmime.Part, kind string) {
	name := fileName(p.FileName, kind)
	found, why := typeOf(p.Content)
	switch {
	case len(p.Content) == 0:
		why = "it is empty"
	case len(p.Content) > maxFile:
		why = fmt.Sprintf("it has %.1f MB, and %d MB are taken at most", float64(len(p.Content))/1e6, maxFile/1_000_000)
	case p.Disposition != "attachment" && p.ContentID != "" && len(p.Content) < decoration:
		why = "it is a small picture in the text"
	case len(b.message.Files) >= maxFiles:
		why = fmt.Sprintf("%d files are taken at most", maxFiles)
	}
	if why != "" {
		b.message.note(fmt.Sprintf("the file %q was left out: %s", name, why))
		return
	}
	path := filepath.Join(b.folder, fmt.Sprint(len(b.message.Files)+1))
	if err := os.WriteFile(path, p.Content, 0o600); err != nil {
		b.broken = err
		return
	}
	b.message.Files = append(b.message.Files, File{Name: name, Type: found, Path: path, Size: int64(len(p.Content))})
}

package mailbox

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// shared is where real messages lie that nobody on this project wrote; they stay there.
const shared = "../../../shared/data"

// corpus are the messages of the shared folder, by name.
func corpus(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	root := filepath.Join(shared, "mail")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("the shared messages are not here: %v", err)
	}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".raw", ".golden", ".txt":
			found[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil || len(found) < 100 {
		t.Fatalf("%d messages, %v", len(found), err)
	}
	return found
}

// sound says what is wrong with what was read of a message: it must be text, within its bounds.
func sound(m Message) string {
	text, err := json.Marshal(m)
	switch {
	case err != nil:
		return err.Error()
	case len(m.Text)+len(m.Quoted) > maxText+16 || len(m.Notes) > maxNotes || len(m.Files) > maxFiles || len(text) > 4<<20:
		return "there is too much of it"
	case !utf8.ValidString(m.Text+m.Subject) || strings.ContainsRune(m.Text+m.Subject+m.ID, 0):
		return "it is no text"
	case m.Digest == "" || m.Place == "":
		return "it has no name"
	}
	return ""
}

// takeAll takes messages through workers and returns them by the place where they lay.
func takeAll(t testing.TB, texts [][]byte) map[string]Message {
	t.Helper()
	c, r := collector(t)
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "new"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		if err := os.WriteFile(filepath.Join(folder, "new", fmt.Sprint(i)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := c.Collect(context.Background(), "box", Maildir{folder}); n != len(texts) || err != nil {
		t.Fatalf("%d of %d messages taken: %v", n, len(texts), err)
	}
	found := map[string]Message{}
	for _, m := range r.taken {
		found[m.Place] = m
		if why := sound(m); why != "" {
			t.Errorf("message %s: %s", m.Place, why)
		}
	}
	return found
}

func TestSharedMessagesAreAllRead(t *testing.T) {
	var texts [][]byte
	var names []string
	for name, text := range corpus(t) {
		names, texts = append(names, name), append(texts, text)
	}
	for place, m := range takeAll(t, texts) {
		var i int
		if _, err := fmt.Sscan(place, &i); err != nil {
			t.Fatal(err)
		}
		if m.Refused != "" {
			t.Errorf("%s: %s", names[i], m.Refused)
		}
	}
}

// 100 mutations of real messages, and 5,000 where there is time.
func TestMutatedMessagesHurtNobody(t *testing.T) {
	n := 100
	if os.Getenv("ARREARS_LONG") != "" {
		n = 5000
	}
	var seeds [][]byte
	for _, text := range corpus(t) {
		seeds = append(seeds, text)
	}
	random := rand.New(rand.NewPCG(5, 1))
	var texts [][]byte
	for range n {
		texts = append(texts, mutate(random, seeds))
	}
	refused := 0
	for _, m := range takeAll(t, texts) {
		if m.Refused != "" {
			refused++
			t.Logf("%s: %s", m.Place, m.Refused)
		}
	}
	if refused > n/50 {
		t.Errorf("%d of %d messages could not be read at all", refused, n)
	}
}

// mutate changes a message at a few places: bytes, lines, what is repeated, cut, or taken from another one.
func mutate(random *rand.Rand, seeds [][]byte) []byte {
	pick := func() []byte { return seeds[random.IntN(len(seeds))] }
	text := bytes.Clone(pick())
	for range 1 + random.IntN(8) {
		if len(text) < 2 {
			break
		}
		at := random.IntN(len(text))
		end := at + random.IntN(min(len(text)-at, 400))
		switch random.IntN(7) {
		case 0:
			text[at] = byte(random.IntN(256))
		case 1:
			text = append(text[:at:at], text[end:]...)
		case 2:
			text = append(text[:end:end], text[at:]...)
		case 3:
			text = append(text[:at:at], pick()...)
		case 4:
			odd := []string{"\r", "\n\n", "--", "\x00", "Content-Type: multipart/mixed; boundary=a\n", "=?utf-8?B?", "\"", "charset=utf-7", "Content-Transfer-Encoding: base64\n\n", "<"}
			text = append(text[:at:at], append([]byte(odd[random.IntN(len(odd))]), text[at:]...)...)
		case 5:
			text = bytes.Replace(text, []byte("\n"), []byte("\r\n"), random.IntN(50))
		case 6:
			text = append(text[:at:at], append(bytes.Repeat(text[at:end], 1+random.IntN(20)), text[end:]...)...)
		}
	}
	return text
}

const from = "From: a@customer.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"

// flat is a message of so many parts, deep one whose parts lie so deep.
func flat(parts int) string {
	return from + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
		strings.Repeat("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n", parts) + "--b--\r\n"
}

func deep(depth int) string {
	var text strings.Builder
	text.WriteString(from)
	for i := range depth {
		_, _ = fmt.Fprintf(&text, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	text.WriteString("Content-Type: text/plain\r\n\r\nat the bottom\r\n")
	for i := depth - 1; i >= 0; i-- {
		_, _ = fmt.Fprintf(&text, "--b%d--\r\n", i)
	}
	return text.String()
}

func TestManyAndDeepPartsAreReadAndMoreAreRefused(t *testing.T) {
	for _, c := range []struct{ name, text, refused, holds string }{
		{"10,000 parts", flat(maxParts), "", "x\n"},
		{"10,001 parts", flat(maxParts + 1), "it has more than 10000 parts", ""},
		{"depth 500", deep(maxDepth), "", "at the bottom"},
		{"depth 501", deep(maxDepth + 1), "its parts are nested more than 500 deep", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			m, _ := collect(t, c.text)
			if m.Refused != c.refused || !strings.Contains(m.Text, c.holds) {
				t.Errorf("%q, %d bytes of text, %v", m.Refused, len(m.Text), m.Notes)
			}
			t.Log(time.Since(start))
		})
	}
}

// A message of 200 MB is refused without being read whole, or copied.
func TestMessageOf200MegabytesIsRefused(t *testing.T) {
	size := int64(2_000_000)
	c, r := collector(t)
	if os.Getenv("ARREARS_LONG") != "" {
		size = 200_000_000
	} else {
		c.Limit = 1_000_000
	}
	box := deliver(t, t.TempDir(), simple)
	path := filepath.Join(box.Folder, "new", "large")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(simple)
	for n := int64(0); n < size; n += int64(len(text)) {
		if _, err := f.Write(text); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			text = bytes.Repeat([]byte("QUJDRA==\r\n"), 100_000)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Collect(context.Background(), "box", box); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if m := r.taken[1]; !strings.Contains(m.Refused, "are read at most") || m.From[0].Address != "ana@customer.example" {
		t.Errorf("%+v", m)
	}
	kept := int64(0)
	err = filepath.WalkDir(c.State, func(_ string, entry fs.DirEntry, err error) error {
		if info, infoErr := entry.Info(); infoErr == nil && !entry.IsDir() {
			kept += info.Size()
		}
		return err
	})
	if err != nil || kept > 1_000_000 {
		t.Errorf("%d bytes are kept, %v", kept, err)
	}
}

func TestWhatCannotBeDecodedBecomesTextWithANote(t *testing.T) {
	for name, text := range map[string]string{
		"bad base64":       from + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nVGhlIHByaWNlIGlz!!!###\r\nIHdyb25n\r\n",
		"half base64":      from + "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nVGhlIHByaWN",
		"unknown encoding": from + "Content-Type: text/plain\r\nContent-Transfer-Encoding: x-rot13\r\n\r\nThe price\r\n",
		"unknown charset":  from + "Content-Type: text/plain; charset=klingon-1\r\n\r\nThe price\r\n",
		"wrong charset":    from + "Content-Type: text/plain; charset=utf-8\r\n\r\nThe price of M\xfcller\r\n",
		"bytes":            from + "\r\nThe price\x00\x01\xff\xfe of it\r\n",
		"open boundary":    from + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe price\r\n",
		"no boundary":      from + "Content-Type: multipart/mixed\r\n\r\nThe price\r\n",
		"bad quoted":       from + "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nThe pri=ZZce =\r\n",
		"page only":        from + "Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><script>alert(1)</script><p>The price</p></body></html>\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := collect(t, text)
			if m.Refused != "" || !strings.Contains(m.Text, "The pri") || strings.Contains(m.Text, "alert") {
				t.Errorf("text %q, notes %q, refused %q", m.Text, m.Notes, m.Refused)
			}
			t.Logf("%q %q", m.Text, m.Notes)
		})
	}
}

// attached is a message with one file.
func attached(kind, name string, content []byte) string {
	return from + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee the file\r\n--b\r\n" +
		"Content-Type: " + kind + "\r\nContent-Disposition: attachment; filename=" + name + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString(content) + "\r\n--b--\r\n"
}

func TestFilesAreTakenByTheirContent(t *testing.T) {
	pdf := []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n")
	for _, c := range []struct {
		name, kind, file string
		content          []byte
		note             string
	}{
		{"a PDF", "application/pdf", "note.pdf", pdf, ""},
		{"a PDF under another flag", "application/octet-stream", "note.exe", pdf, ""},
		{"a program as a PDF", "application/pdf", "note.pdf", []byte("MZ\x90\x00\x03\x00\x00\x00"), "by its content it is no PDF"},
		{"a page", "text/plain", "note.txt", []byte("<html><script>alert(1)</script>"), "by its content it is no PDF"},
		{"a drawing with a program", "image/png", "x.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "by its content it is no PDF"},
		{"an archive", "application/zip", "a.zip", []byte("PK\x03\x04rubbish"), "it is a broken archive"},
		{"nothing", "application/pdf", "note.pdf", nil, "it is empty"},
		{"too much", "application/pdf", "note.pdf", append(bytes.Clone(pdf), make([]byte, maxFile)...), "10 MB are taken at most"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, r := collect(t, attached(c.kind, c.file, c.content))
			if m.Text != "see the file" {
				t.Errorf("text %q", m.Text)
			}
			if c.note != "" {
				if len(m.Files) != 0 || !strings.Contains(strings.Join(m.Notes, "\n"), c.note) {
					t.Errorf("files %v, notes %q", m.Files, m.Notes)
				}
				return
			}
			if len(m.Files) != 1 || m.Files[0].Type != "application/pdf" || !bytes.Equal(r.files[c.file], c.content) {
				t.Errorf("files %+v, notes %q", m.Files, m.Notes)
			}
		})
	}
}

func TestNaughtyStringsStayText(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(shared, "naughty-strings", "blns.txt"))
	if err != nil {
		t.Skipf("the naughty strings are not here: %v", err)
	}
	var texts [][]byte
	var want []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if len(texts)%10 != 0 && os.Getenv("ARREARS_LONG") == "" && len(texts) > 60 {
			break
		}
		want = append(want, line)
		word := mime.BEncoding.Encode("utf-8", line)
		texts = append(texts, []byte("From: "+word+" <a@customer.example>\r\nSubject: "+word+"\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\n"+
			"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"+base64.StdEncoding.EncodeToString([]byte(line))+"\r\n--zz\r\n"+
			"Content-Type: application/pdf; name=\""+word+"\"\r\nContent-Disposition: attachment; filename=\""+word+"\"\r\n\r\n%PDF-1.7\r\n--zz--\r\n"))
	}
	for place, m := range takeAll(t, texts) {
		var i int
		if _, err := fmt.Sscan(place, &i); err != nil {
			t.Fatal(err)
		}
		if m.Refused != "" || m.Subject != clean(want[i], maxName) || tidy(want[i]) != m.Text && m.Quoted == "" {
			t.Errorf("%q: subject %q, text %q, refused %q", want[i], m.Subject, m.Text, m.Refused)
		}
		if len(m.Files) != 1 && len(m.Notes) == 0 || len(m.Files) == 1 && strings.ContainsAny(m.Files[0].Name, "/\\\x00\n") {
			t.Errorf("%q: files %+v, notes %q", want[i], m.Files, m.Notes)
		}
	}
}

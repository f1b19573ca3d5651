package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"arrears/config"
)

// dialect is how a delimited file is written, ready for use.
type dialect struct {
	delimiter byte
	quote     int // -1 where nothing is quoted
	encoding  string
	decoded   bool // the text was another encoding before
	header    int
	closed    bool    // the last record has a line end too
	layout    *layout // of a text of fixed width; nil where a delimiter parts the columns
}

func dialectOf(s config.Source) dialect {
	d := s.CSV
	made := dialect{delimiter: orElse(d.Delimiter, ",")[0], quote: -1, encoding: orElse(d.Encoding, "utf-8"), header: max(d.Header, 1)}
	if quote := orElse(d.Quote, `"`); quote != "none" {
		made.quote = int(quote[0])
	}
	made.closed = d.Closed
	made.decoded = made.encoding != "utf-8"
	if s.Format == "fixed" {
		made.delimiter, made.quote, made.layout = 0, -1, &layout{} // no text holds a zero byte
		if !s.Fixed.Bars {
			made.header = 0
		}
	}
	return made
}

func (d dialect) tokenizer() *tokenizer { return newTokenizer(d.delimiter, d.quote) }

func (d dialect) counter() counter {
	return counter{delimiter: d.delimiter, quote: byte(d.quote), quotes: d.quote >= 0, header: d.header}
}

// decoders of what is not UTF-8. Bytes that an encoding does not have become U+FFFD, and their record is rejected.
var decoders = map[string]encoding.Encoding{
	"utf-16le":     unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"utf-16be":     unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"windows-1252": charmap.Windows1252,
	"iso-8859-1":   charmap.ISO8859_1,
	"iso-8859-15":  charmap.ISO8859_15,
}

// text is the file as UTF-8: the file itself, or a decoded copy that has no name and goes away when it is closed.
func (d dialect) text(in *os.File, folder string) (*os.File, error) {
	if !d.decoded {
		return in, nil
	}
	decoder, ok := decoders[d.encoding]
	if !ok {
		return nil, refusal{reason: fmt.Sprintf("there is no encoding %q", d.encoding)}
	}
	if strings.HasPrefix(d.encoding, "utf-16") {
		head := make([]byte, 512)
		n, err := in.ReadAt(head, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if n > 2 && bytes.IndexByte(head[:n], 0) < 0 && utf8.Valid(head[:n-n%2]) {
			return nil, refusal{1, "", "the file is not written in " + d.encoding + ", which the source declares; declare the encoding in which it is written"}
		}
	}
	out, err := os.CreateTemp(folder, "decoded-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(out.Name()); err != nil {
		return nil, err
	}
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(out, transform.NewReader(io.NewSectionReader(in, 0, info.Size()), decoder.NewDecoder()))
	return out, err
}

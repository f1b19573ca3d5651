package ingest

import (
	"bufio"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// maxManifest is how much a manifest may say.
const maxManifest = 64 << 10

// control is what the sender says of an extract: how many records, their sums by currency, their bytes' digest.
type control struct {
	rows   int64 // -1 where it does not say
	sums   map[string]decimal.Decimal
	digest string
}

// The ways in which who confirms that nothing is missing is written on a receipt.
const (
	byManifest = "manifest"
	byTrailer  = "trailer"
	byNobody   = "unverified"
)

var (
	digestLine   = regexp.MustCompile(`^([0-9a-fA-F]{64})(\s+\*?\S.*)?$`) // as sha256sum writes it
	manifestLine = regexp.MustCompile(`^([A-Za-z0-9]+)(?:[ _.]([A-Z]{3}))?\s*[:=]\s*(\S.*)$`)
)

// readManifest takes a manifest apart: a line a figure, as in "rows: 120", "sum EUR: 1.234,50" and "sha256: ...", in the source's formats; blank
// lines and those that begin with # say nothing.
func readManifest(text string, f *formats) (control, error) {
	c := control{rows: -1, sums: map[string]decimal.Decimal{}}
	if len(text) > maxManifest {
		return c, fmt.Errorf("the manifest is longer than %d bytes", maxManifest)
	}
	lines := bufio.NewScanner(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	lines.Buffer(nil, maxManifest+1)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := c.line(line, f); err != nil {
			return c, fmt.Errorf("line %d of the manifest: %q: %w", number, cut([]byte(line), maxValue), err)
		}
	}
	if err := lines.Err(); err != nil {
		return c, fmt.Errorf("the manifest: %w", err)
	}
	if c.rows < 0 && len(c.sums) == 0 && c.digest == "" {
		return c, fmt.Errorf("the manifest says nothing; it has lines as in rows: 120, sum EUR: 99.50 or sha256: and the digest")
	}
	return c, nil
}

func (c *control) line(line string, f *formats) error {
	if found := digestLine.FindStringSubmatch(line); found != nil {
		return c.setDigest(found[1])
	}
	found := manifestLine.FindStringSubmatch(line)
	if found == nil {
		return fmt.Errorf("it is no figure as in rows: 120")
	}
	switch name, currency, value := strings.ToLower(found[1]), found[2], found[3]; {
	case name == "rows" && currency == "":
		return c.setRows(value)
	case name == "sum" && currency != "":
		return c.setSum(currency, value, f)
	case name == "sha256" && currency == "" && digestLine.MatchString(value):
		return c.setDigest(value[:64])
	}
	return fmt.Errorf("it is neither rows, nor sum with a currency, nor sha256")
}

func (c *control) setRows(text string) error {
	n, err := strconv.ParseInt(text, 10, 63)
	if err != nil || n < 0 || c.rows >= 0 {
		return fmt.Errorf("the number of rows is a whole number, and given once")
	}
	c.rows = n
	return nil
}

func (c *control) setSum(currency, text string, f *formats) error {
	v, err := f.decimalOf(text)
	if err != nil {
		return err
	}
	if _, again := c.sums[currency]; again {
		return fmt.Errorf("the sum of %s is given twice", currency)
	}
	c.sums[currency] = v
	return nil
}

func (c *control) setDigest(text string) error {
	if c.digest != "" {
		return fmt.Errorf("the digest is given twice")
	}
	c.digest = strings.ToLower(text)
	return nil
}

// readTrailer takes the figures out of the last record.
func readTrailer(text string, re *regexp.Regexp, f *formats) (control, error) {
	c := control{rows: -1, sums: map[string]decimal.Decimal{}}
	found := re.FindStringSubmatch(text)
	named := map[string]string{}
	for i, name := range re.SubexpNames() {
		if i < len(found) && name != "" && found[i] != "" {
			named[name] = strings.TrimSpace(found[i])
		}
	}
	for name, value := range named {
		var err error
		switch currency, ofCurrency := strings.CutPrefix(name, "sum_"); {
		case name == "count":
			err = c.setRows(strings.TrimLeft(value[:len(value)-1], "0") + value[len(value)-1:])
		case ofCurrency:
			err = c.setSum(currency, value, f)
		case name == "sum":
			err = c.setSum(named["currency"], value, f)
		}
		if err != nil {
			return c, fmt.Errorf("trailer %q: %w", text, err)
		}
	}
	return c, nil
}

// verify compares what was read with what the sender says of it. A difference fails the batch.
func (j job) verify(r *result) error {
	f := formatsOf(j.Source.CSV)
	r.Completeness = byNobody
	if j.Manifest != "" {
		c, err := readManifest(j.Manifest, &f)
		if err == nil {
			err = c.compare(j, *r)
		}
		if err != nil {
			return refusal{reason: err.Error()}
		}
		r.Completeness = byManifest
	}
	if j.Source.Manifest.Trailer == "" {
		return nil
	}
	if len(r.Trailers) != 1 {
		return refusal{reason: fmt.Sprintf("the extract has %d trailer records with control totals and not 1 (manifest.trailer): it may have been cut off; have it sent again", len(r.Trailers))}
	}
	re, err := regexp.Compile(j.Source.Manifest.Trailer)
	if err != nil {
		return refusal{reason: err.Error()}
	}
	c, err := readTrailer(r.Trailers[0], re, &f)
	if err == nil {
		err = c.compare(j, *r)
	}
	if err != nil {
		return refusal{reason: err.Error()}
	}
	r.Completeness = byTrailer
	return nil
}

// compare says in what sender and extract differ. Declared non-data is nothing that a sender counts.
func (c control) compare(j job, r result) error {
	rows := r.Records
	for _, n := range r.Patterns {
		rows -= n
	}
	if c.digest != "" && c.digest != j.Digest {
		return fmt.Errorf("control totals differ: the sender's digest is %s and the extract's %s; have it sent again", c.digest, j.Digest)
	}
	if c.rows >= 0 && c.rows != rows {
		return fmt.Errorf("control totals differ: the sender counts %d records and the extract has %d; have it sent again", c.rows, rows)
	}
	if len(c.sums) == 0 {
		return nil
	}
	got, err := sumsOf(j, r)
	if err != nil {
		return err
	}
	for currency, sent := range c.sums {
		if !sent.Equal(got[currency]) {
			more := ""
			if r.Rejected > 0 {
				more = fmt.Sprintf("; %d records are in quarantine and in no sum", r.Rejected)
			}
			return fmt.Errorf("control totals differ: the sender's sum is %s %s and the extract's %s%s", sent, currency, got[currency], more)
		}
	}
	return nil
}

// sumsOf are the sums of the dataset that the source's first map feeds. What the sender sums without a currency is compared with the only one.
func sumsOf(j job, r result) (map[string]decimal.Decimal, error) {
	sums := map[string]decimal.Decimal{}
	for _, d := range r.Datasets {
		if d.Dataset != j.Source.Maps[0].Dataset {
			continue
		}
		for currency, text := range d.Sums {
			v, err := decimal.NewFromString(text)
			if err != nil {
				return nil, err
			}
			sums[currency] = v
			if len(d.Sums) == 1 {
				sums[""] = v
			}
		}
	}
	return sums, nil
}

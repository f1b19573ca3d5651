package instruction

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A file of an instruction. Its name begins with the instruction's.
type file struct {
	name string
	text []byte
}

// files are all forms of an instruction: JSON and CSV of the whole, pain.001 of its refunds, and the digests of these.
func (i Instruction) files() ([]file, error) {
	asJSON, err := json.MarshalIndent(i.amounts(), "", "  ")
	if err != nil {
		return nil, err
	}
	asCSV, err := i.csv()
	if err != nil {
		return nil, err
	}
	files := []file{{i.ID + ".json", append(asJSON, '\n')}, {i.ID + ".csv", asCSV}}
	if len(i.Refunds) > 0 {
		asXML, err := i.pain001()
		if err != nil {
			return nil, err
		}
		files = append(files, file{i.ID + ".xml", asXML})
	}
	var digests bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&digests, "%x  %s\n", sha256.Sum256(f.text), f.name)
	}
	return append(files, file{i.ID + ".sha256", digests.Bytes()}), nil
}

// amounts is the instruction with every amount written in its currency's decimals.
func (i Instruction) amounts() any {
	type line struct {
		Kind    string `json:"kind"`
		Invoice string `json:"invoice"`
		Entity  string `json:"entity"`
		Amount  string `json:"amount"`
	}
	type total struct {
		Kind   string `json:"kind"`
		Lines  int    `json:"lines"`
		Amount string `json:"amount"`
	}
	type payment struct {
		Payment
		Amount string `json:"amount"`
	}
	shown := struct {
		Instruction
		Lines   []line    `json:"lines"`
		Totals  []total   `json:"totals"`
		Total   string    `json:"total"`
		Refunds []payment `json:"refunds,omitempty"`
		// Entities is said by each line.
		Entities []string `json:"entities,omitempty"`
	}{Instruction: i, Total: i.money(i.Total)}
	for n, l := range i.Lines {
		shown.Lines = append(shown.Lines, line{l.Kind, l.Invoice, i.Entities[n], i.money(l.Amount)})
	}
	for _, t := range i.Totals {
		shown.Totals = append(shown.Totals, total{t.Kind, t.Lines, i.money(t.Amount)})
	}
	for _, p := range i.Refunds {
		shown.Refunds = append(shown.Refunds, payment{p, i.money(p.Amount)})
	}
	return shown
}

var csvHeader = []string{"instruction", "line", "lines", "kind", "case", "proposal", "customer", "customer_name", "invoice", "entity",
	"amount", "total", "currency", "day", "root_cause", "reference", "at", "approved_hash"}

// csv has a record a line. Each repeats how many there are and what they add up to, so that a file that was cut is noticed.
func (i Instruction) csv() ([]byte, error) {
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	if err := out.Write(csvHeader); err != nil {
		return nil, err
	}
	for n, line := range i.Lines {
		record := []string{i.ID, strconv.Itoa(n + 1), strconv.Itoa(len(i.Lines)), line.Kind, i.Case, i.Proposal, i.Customer,
			harmless(i.CustomerName), line.Invoice, i.Entities[n], i.money(line.Amount), i.money(i.Total), i.Currency, i.Day,
			harmless(i.RootCause), harmless(i.Reference), i.At.UTC().Format(time.RFC3339), i.Hash}
		for n, field := range record {
			record[n] = strings.ToValidUTF8(field, "\uFFFD")
		}
		if err := out.Write(record); err != nil {
			return nil, err
		}
	}
	out.Flush()
	return text.Bytes(), out.Error()
}

// harmless keeps what people wrote from becoming a formula where somebody opens the file in a spreadsheet. Numbers of documents stay as
// they are: another program reads them.
func harmless(text string) string {
	if text != "" && slices.ContainsFunc([]string{"=", "+", "-", "@", "\t", "\r", "\x00", "＝", "＋", "－", "＠"}, func(sign string) bool { return strings.HasPrefix(text, sign) }) {
		return "'" + text
	}
	return text
}

package instruction

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"arrears/disputes"
	"arrears/ledger"
)

// What an ERP or a bank says of an instruction.
const (
	Confirmed = "confirmed" // it is done
	Failed    = "failed"    // it will not be done
)

// An Answer is one row of a return file.
type Answer struct {
	Instruction string `json:"instruction"`
	Status      string `json:"status"`
	Reference   string `json:"reference"` // number of the document there, as of the credit memo
	Reason      string `json:"reason"`    // why it failed
	row         int
}

// A Desk is told what became of instructions. Telling it the same again under the same key changes nothing.
type Desk interface {
	Confirm(ctx context.Context, who ledger.Actor, key, disputed, proposal, said string) (disputes.Case, error)
	Return(ctx context.Context, who ledger.Actor, key, disputed, proposal, why string) (disputes.Case, error)
}

// most is how long a return file may be.
const most = 64 << 20

// ReadAnswers reads a return file: CSV, JSON or pain.002, told apart by the name's end. Every mistake is named with its row, and a file with
// one has no answers at all. Payments that are still under way are left out.
func ReadAnswers(name string, r io.Reader) ([]Answer, error) {
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, err
	}
	if len(text) > most {
		return nil, fmt.Errorf("%s has more than %d bytes", name, most)
	}
	readers := map[string]func([]byte) ([]Answer, error){".csv": fromCSV, ".json": fromJSON, ".xml": fromPain002}
	read, known := readers[strings.ToLower(filepath.Ext(name))]
	if !known {
		return nil, fmt.Errorf("%s is no return file: its name ends in .csv, .json or .xml (pain.002)", name)
	}
	answers, err := read(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := agree(answers); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return answers, nil
}

// agree makes sure that each answer is one, and that none contradicts another.
func agree(answers []Answer) error {
	var wrong []error
	first := map[string]Answer{}
	for _, a := range answers {
		before, again := first[a.Instruction]
		switch {
		case a.Instruction == "":
			wrong = append(wrong, fmt.Errorf("row %d names no instruction", a.row))
		case a.Status != Confirmed && a.Status != Failed:
			wrong = append(wrong, fmt.Errorf("row %d: status is %s or %s, not %q", a.row, Confirmed, Failed, a.Status))
		case a.Status == Failed && strings.TrimSpace(a.Reason) == "":
			wrong = append(wrong, fmt.Errorf("row %d: what failed needs a reason", a.row))
		case again && before.Status != a.Status:
			wrong = append(wrong, fmt.Errorf("row %d says %s of instruction %s, row %d %s", a.row, a.Status, a.Instruction, before.row, before.Status))
		}
		first[a.Instruction] = a
	}
	return errors.Join(wrong...)
}

var answerColumns = []string{"instruction", "status", "reference", "reason"}

func fromCSV(text []byte) ([]Answer, error) {
	in := csv.NewReader(bytes.NewReader(text))
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("it has no header; its columns are %s", strings.Join(answerColumns, ","))
	}
	place := map[string]int{}
	for _, column := range answerColumns {
		place[column] = slices.Index(header, column)
	}
	if place["instruction"] < 0 || place["status"] < 0 {
		return nil, fmt.Errorf("its header is %s; its columns are %s, of which the first two are needed", strings.Join(header, ","), strings.Join(answerColumns, ","))
	}
	var answers []Answer
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return answers, nil
		}
		if err != nil {
			return nil, err
		}
		field := func(column string) string {
			if place[column] < 0 {
				return ""
			}
			return strings.TrimSpace(record[place[column]])
		}
		row, _ := in.FieldPos(0)
		answers = append(answers, Answer{field("instruction"), field("status"), field("reference"), field("reason"), row})
	}
}

func fromJSON(text []byte) ([]Answer, error) {
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	var answers []Answer
	if err := in.Decode(&answers); err != nil {
		return nil, fmt.Errorf("it is no list of answers: %w", err)
	}
	for i := range answers {
		answers[i].row = i + 1
	}
	return answers, nil
}

// statusReport is pain.002 as far as it is read: what a bank says of whole messages and of single payments, in any version.
type statusReport struct {
	Original struct {
		Message string   `xml:"OrgnlMsgId"`
		Status  string   `xml:"GrpSts"`
		Reasons []reason `xml:"StsRsnInf"`
	} `xml:"CstmrPmtStsRpt>OrgnlGrpInfAndSts"`
	Batches []struct {
		Status   string   `xml:"PmtInfSts"`
		Reasons  []reason `xml:"StsRsnInf"`
		Payments []struct {
			ID      string   `xml:"OrgnlEndToEndId"`
			Status  string   `xml:"TxSts"`
			Reasons []reason `xml:"StsRsnInf"`
		} `xml:"TxInfAndSts"`
	} `xml:"CstmrPmtStsRpt>OrgnlPmtInfAndSts"`
}

type reason struct {
	Code string   `xml:"Rsn>Cd"`
	Own  string   `xml:"Rsn>Prtry"`
	Text []string `xml:"AddtlInf"`
}

// settled are the codes of ISO 20022 after which nothing changes any more; others are on their way.
var settled = map[string]string{"ACSC": Confirmed, "ACCC": Confirmed, "RJCT": Failed, "CANC": Failed}

// fromPain002 takes the word about single payments where there is one, else that about the message. The message is the instruction; of
// its payments, one that was refused fails it, and only all together confirm it.
func fromPain002(text []byte) ([]Answer, error) {
	var r statusReport
	if err := xml.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("it is no pain.002: %w", err)
	}
	if r.Original.Message == "" {
		return nil, errors.New("it is no pain.002: it names no original message (OrgnlMsgId)")
	}
	a := Answer{Instruction: r.Original.Message, row: 1, Status: settled[r.Original.Status]}
	a.Reason = because(r.Original.Status, r.Original.Reasons)
	words := 0
	for _, b := range r.Batches {
		if len(b.Payments) == 0 && b.Status != "" {
			a.hear(words, b.Status, b.Reasons)
			words++
		}
		for _, p := range b.Payments {
			a.hear(words, p.Status, p.Reasons)
			words++
		}
	}
	if a.Status == "" {
		return nil, nil
	}
	return []Answer{a}, nil
}

// hear takes in what is said of one payment: the worst of all counts.
func (a *Answer) hear(before int, status string, reasons []reason) {
	word := settled[status]
	switch {
	case before > 0 && a.Status == Failed:
	case word == Failed, before == 0:
		a.Status, a.Reason = word, because(status, reasons)
	case a.Status != word:
		a.Status = "" // some are done and some on their way
	}
}

func because(status string, reasons []reason) string {
	if settled[status] != Failed {
		return ""
	}
	words := []string{status}
	for _, r := range reasons {
		words = append(words, r.Code, r.Own)
		words = append(words, r.Text...)
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

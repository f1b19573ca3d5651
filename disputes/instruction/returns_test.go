package instruction

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"arrears/disputes"
	"arrears/ledger"
)

func TestReturnFilesAreReadInEachForm(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a.csv":  {"\xef\xbb\xbfstatus,instruction,reference,reason\nconfirmed,i-1,CM7,\nfailed,i-2,, closed account \n", "[{i-1 confirmed CM7  2} {i-2 failed  closed account 3}]"},
		"b.JSON": {`[{"instruction":"i-1","status":"confirmed"},{"instruction":"i-1","status":"confirmed"}]`, "[{i-1 confirmed   1} {i-1 confirmed   2}]"},
		"c.xml":  {report("", "ACSC", "ACCC"), "[{i-1 confirmed   1}]"},
		"d.xml":  {report("", "ACSC", "RJCT"), "[{i-1 failed  RJCT AC04 closed 1}]"},
		"e.xml":  {report("", "RJCT", "ACSC"), "[{i-1 failed  RJCT AC04 closed 1}]"},
		"f.xml":  {report("", "ACSC", "PDNG"), "[]"},
		"g.xml":  {report("ACTC"), "[]"},
		"h.xml":  {report("RJCT"), "[{i-1 failed  RJCT AC04 closed 1}]"},
		"i.xml":  {report("ACSC", "PDNG"), "[]"},
	} {
		got, err := ReadAnswers(name, strings.NewReader(c.text))
		if err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v %v, want %s", name, got, err, c.want)
		}
	}
}

// report is a pain.002 about the message i-1, of one status or of its payments'.
func report(group string, payments ...string) string {
	reasons := "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></StsRsnInf>"
	var all strings.Builder
	for n, status := range payments {
		fmt.Fprintf(&all, "<TxInfAndSts><OrgnlEndToEndId>i-1%d</OrgnlEndToEndId><TxSts>%s</TxSts>%s</TxInfAndSts>", n, status, reasons)
	}
	return `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>i-1</OrgnlMsgId><GrpSts>` +
		group + `</GrpSts>` + reasons + `</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>i-1</OrgnlPmtInfId>` + all.String() +
		`</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`
}

func TestReturnFileWithAMistakeHasNoAnswers(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a.csv":  {"instruction,state\n", "its header is instruction,state"},
		"b.csv":  {"", "has no header"},
		"c.csv":  {"instruction,status\ni-1,done\n,failed\n", "row 2: status is confirmed or failed, not \"done\"\nrow 3 names no instruction"},
		"d.csv":  {"instruction,status,reason\ni-1,failed,\n", "row 2: what failed needs a reason"},
		"e.csv":  {"instruction,status,reason\ni-1,confirmed,\ni-1,failed,x\n", "row 3 says failed of instruction i-1, row 2 confirmed"},
		"f.csv":  {"instruction,status\ni-1\n", "wrong number of fields"},
		"g.json": {`{"instruction":"i-1"}`, "no list of answers"},
		"h.json": {`[{"instruction":"i-1","status":"confirmed","amount":1}]`, "unknown field"},
		"i.xml":  {"<Document/>", "names no original message"},
		"j.xml":  {"<Document>", "is no pain.002"},
		"k.pdf":  {"", "is no return file"},
	} {
		got, err := ReadAnswers(name, strings.NewReader(c.text))
		if err == nil || got != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v %v, want %s", name, got, err, c.want)
		}
	}
}

// heard is a desk that writes down what it is told.
type heard struct {
	told []string
	keys map[string]bool
}

func (h *heard) Confirm(_ context.Context, _ ledger.Actor, key, disputed, proposal, said string) (disputes.Case, error) {
	return h.hear(key, "confirmed", disputed, proposal, said)
}

func (h *heard) Return(_ context.Context, _ ledger.Actor, key, disputed, proposal, why string) (disputes.Case, error) {
	return h.hear(key, "returned", disputed, proposal, why)
}

func (h *heard) hear(key string, words ...string) (disputes.Case, error) {
	if !h.keys[key] {
		h.keys[key] = true
		h.told = append(h.told, strings.Join(words, " "))
	}
	return disputes.Case{}, nil
}

func TestAnswersReachTheCaseOnce(t *testing.T) {
	w, _ := office(t, good())
	one := instruct(t, w.Ledger, order(award(disputes.Credit, "I1", "1")))
	two := instruct(t, w.Ledger, order(award(disputes.Refund, "I1", "1")))
	desk := &heard{keys: map[string]bool{}}
	w.Desk = desk
	tell := func(answers ...Answer) error { return w.Answer(t.Context(), ledger.Program("test"), answers) }
	if err := tell(Answer{Instruction: one, Status: Confirmed}); err == nil || !strings.Contains(err.Error(), "has not been handed over") {
		t.Error(err)
	}
	drain(t, w, 2)
	for range 2 {
		if err := tell(Answer{one, Confirmed, "CM7", "", 1}, Answer{two, Failed, "", "closed", 2}); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(desk.told, "; "); got != "confirmed D-000042 D-000042/P1 CM7; returned D-000042 D-000042/P1 closed" {
		t.Error(got)
	}
	for _, id := range []string{"", "nobody", "../../ledger", one + " ", one[:32], one[:33] + "2"} {
		if err := tell(Answer{two, Confirmed, "", "", 1}, Answer{Instruction: id, Status: Confirmed, row: 2}); err == nil || !strings.Contains(err.Error(), "row 2: there is no instruction") {
			t.Errorf("%q: %v", id, err)
		}
	}
	if len(desk.told) != 2 {
		t.Errorf("of a file with a mistake something was told: %v", desk.told)
	}
}

func FuzzReadAnswers(f *testing.F) {
	f.Add("a.csv", "instruction,status,reason\ni,failed,x\n")
	f.Add("a.json", `[{"instruction":"i","status":"confirmed"}]`)
	f.Add("a.xml", report("", "ACSC", "RJCT"))
	f.Fuzz(func(t *testing.T, name, text string) {
		answers, err := ReadAnswers(name, strings.NewReader(text))
		for _, a := range answers {
			if err != nil || a.Instruction == "" || a.Status != Confirmed && a.Status != Failed {
				t.Errorf("%+v %v", a, err)
			}
		}
	})
}

func TestReturnFilesAreTakenFromTheirFolder(t *testing.T) {
	w, clock := office(t, good())
	id := instruct(t, w.Ledger, order(award(disputes.Credit, "I1", "1")))
	drain(t, w, 1)
	desk := &heard{keys: map[string]bool{}}
	w.Desk = desk
	for name, text := range map[string]string{"good.csv": "instruction,status,reference\n" + id + ",confirmed,CM7\n", "bad.csv": "instruction,status\nnobody,confirmed\n",
		"odd.bin": "x", ".partial.csv": "instruction,status\n"} {
		if err := os.WriteFile(w.Box.returns(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	clock.now = time.Now()
	if n, err := w.TakeReturns(t.Context()); err != nil || n != 0 {
		t.Errorf("%d files were taken that may still be written: %v", n, err)
	}
	clock.now = time.Now().Add(time.Minute)
	if n, err := w.TakeReturns(t.Context()); err != nil || n != 3 {
		t.Errorf("%d files were taken: %v", n, err)
	}
	if got := strings.Join(desk.told, "; "); got != "confirmed D-000042 D-000042/P1 CM7" {
		t.Error(got)
	}
	for pattern, want := range map[string]int{"[a-z]*.csv": 0, ".partial.csv": 1, "done/*-good.csv": 1, "refused/*-bad.csv": 1, "refused/*-bad.csv.why": 1, "refused/*-odd.bin.why": 1} {
		found, err := filepath.Glob(w.Box.returns(pattern))
		if err != nil || len(found) != want {
			t.Errorf("%s: %v %v", pattern, found, err)
		}
	}
	if n, err := w.TakeReturns(t.Context()); err != nil || n != 0 {
		t.Errorf("%d files were taken twice: %v", n, err)
	}
}

package dashboard

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
)

func sheetOf(t *testing.T, h http.Handler, path string) *excelize.File {
	t.Helper()
	w := get(t, h, path)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	book, err := excelize.OpenReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	})
	return book
}

func TestWorkbookHasNumbersDatesAndAHead(t *testing.T) {
	h, _, _ := newPages(t)
	book := sheetOf(t, h, "/panel/aging.xlsx?entity=DE01")
	sheet := book.GetSheetName(0)
	raw := excelize.Options{RawCellValue: true}
	for at, want := range map[string]string{
		"A1": "Harrow & Vale", "A2": "Aging by month", "B3": "46326", "B4": "Entity DE01", "B6": "EUR", "B7": "r-20261101-0604",
		"A11": "Month end", "B11": "Not due (EUR)", "A12": "45626", "A35": "46326",
	} {
		if got, err := book.GetCellValue(sheet, at, raw); err != nil || got != want {
			t.Errorf("%s holds %q, want %q (%v)", at, got, want, err)
		}
	}
	want := decimal.New(testSlice(0, -1, 0, 0), -2)
	got, err := book.GetCellValue(sheet, "B35", raw)
	if err != nil || !decimal.RequireFromString(got).Equal(want) {
		t.Errorf("what is not due at the end is %s, want %s (%v)", got, want, err)
	}
	if kind, err := book.GetCellType(sheet, "B35"); err != nil || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
		t.Errorf("an amount is written as %v (%v)", kind, err)
	}
	if shown, err := book.GetCellValue(sheet, "A35"); err != nil || shown != "2026-10-31" {
		t.Errorf("a date shows as %q (%v)", shown, err)
	}
}

func TestWorkbookTotalsAreFormulas(t *testing.T) {
	h, _, _ := newPages(t)
	book := sheetOf(t, h, "/panel/overdue.xlsx")
	sheet := book.GetSheetName(0)
	formula, err := book.GetCellFormula(sheet, "E22")
	if err != nil || formula != "SUM(E12:E21)" {
		t.Errorf("the total is %q (%v)", formula, err)
	}
	sum, err := book.CalcCellValue(sheet, "E22", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var want decimal.Decimal
	for _, row := range panelJSON(t, h, "/panel/overdue.json").Rows {
		want = want.Add(decimal.RequireFromString(row["overdue"].(string)))
	}
	if !decimal.RequireFromString(sum).Round(2).Equal(want) {
		t.Errorf("the total is %s, the rows add up to %s", sum, want)
	}
}

type panelAnswer struct {
	AsOf, Entity, Run, Currency string
	Columns                     []struct{ Name, Kind string }
	Rows                        []map[string]any
}

func panelJSON(t *testing.T, h http.Handler, path string) panelAnswer {
	t.Helper()
	var answer panelAnswer
	if err := json.Unmarshal(get(t, h, path).Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestExportsAreNotRoundedAndDoNotScale(t *testing.T) {
	c := newCompany(t).fill()
	c.do("update mart.kpi set value = 1234567.123456 where kpi = 'ar_net' and dimension = ''")
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	row := panelJSON(t, h, "/panel/headlines.json?scale=M").Rows[0]
	if row["value"] != "1234567.123456" || row["unit"] != "EUR" {
		t.Errorf("JSON says %v", row)
	}
	records, err := csv.NewReader(get(t, h, "/panel/headlines.csv?scale=k").Body).ReadAll()
	if err != nil || records[1][1] != "1234567.123456" {
		t.Errorf("CSV says %v (%v)", records[1], err)
	}
}

func TestFormulasAreNeverFormulas(t *testing.T) {
	c := newCompany(t).fill()
	names := []string{"=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2+3", "@SUM(A1)", "\tx", "plain"}
	for i, name := range names {
		c.do("update mart.customer set name = ? where customer_id = ?", name, "C00"+string(rune('1'+i)))
	}
	h, err := New(testOptions(&marts{db: c.db}))
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(get(t, h, "/panel/overdue.csv").Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, record := range records[1:] {
		if strings.ContainsAny(record[1][:1], "=+-@\t") {
			t.Errorf("CSV gives a spreadsheet the formula %q", record[1])
		}
		if strings.HasPrefix(record[1], "'") {
			seen++
		}
	}
	if seen < 3 {
		t.Fatalf("only %d of the names reached the export: %v", seen, records)
	}
	book := sheetOf(t, h, "/panel/overdue.xlsx")
	sheet := book.GetSheetName(0)
	rows, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows[11:21] {
		at, err := excelize.CoordinatesToCellName(2, 12+i)
		if err != nil {
			t.Fatal(err)
		}
		if formula, err := book.GetCellFormula(sheet, at); err != nil || formula != "" {
			t.Errorf("%s holds the formula %q (%v)", at, formula, err)
		}
		if strings.HasPrefix(row[1], "'") {
			t.Errorf("the workbook changes the name %q", row[1])
		}
	}
}

// naughty are strings that have broken other people's software.
func naughty(t *testing.T) []string {
	t.Helper()
	body, err := os.ReadFile("../../shared/data/naughty-strings/blns.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the big list of naughty strings (blns.json) is not beside this repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	if err := json.Unmarshal(body, &list); err != nil {
		t.Fatal(err)
	}
	return append(list, "</script><script>alert(1)</script>", "__f__alert(document.cookie)__f__", "{a|b}", "--aging-4")
}

// TestNaughtyNamesComeOutAsTheyWentIn gives each of ten customers a naughty name, ten names at a time.
func TestNaughtyNamesComeOutAsTheyWentIn(t *testing.T) {
	list := naughty(t)
	c := newCompany(t)
	c.do("insert into mart.run values ('r1', '2026-10-31', null, null, '2026-11-01 06:04:00', 0, 0, 0, 'New & Co', 'EUR', 'NL')")
	for i := range largest {
		c.do("insert into mart.open_item values (?, 1, ?, 'NL', '2026-01-01', '2026-02-01', 30, '1-30', 'EUR', 1, ?, 'invoice', false, '91+')",
			string(rune('A'+i)), string(rune('A'+i)), 100-i)
	}
	for start := 0; start < len(list); start += largest {
		batch := list[start:min(start+largest, len(list))]
		c.do("delete from mart.customer")
		for i, name := range batch {
			c.do("insert into mart.customer (customer_id, name) values (?, ?)", string(rune('A'+i)), name)
		}
		h, err := New(testOptions(&marts{db: c.db}))
		if err != nil {
			t.Fatal(err)
		}
		checkNames(t, h, batch)
	}
}

func checkNames(t *testing.T, h *Handler, names []string) {
	t.Helper()
	answer := panelJSON(t, h, "/panel/overdue.json")
	records, err := csv.NewReader(get(t, h, "/panel/overdue.csv").Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	book := sheetOf(t, h, "/panel/overdue.xlsx")
	var picture struct {
		Option struct {
			YAxis []struct{ Data []string }
		}
	}
	if err := json.Unmarshal(get(t, h, "/chart/overdue.json").Body.Bytes(), &picture); err != nil {
		t.Fatal(err)
	}
	page := httptest.NewRecorder()
	h.ServeHTTP(page, as(t, "manager", http.MethodGet, "/"))
	if bytes.Count(page.Body.Bytes(), []byte("<script")) != 2 {
		t.Errorf("the page has %d scripts, want 2", bytes.Count(page.Body.Bytes(), []byte("<script")))
	}
	for i, name := range names {
		if got, _ := answer.Rows[i]["name"].(string); got != name {
			t.Errorf("JSON says %q, want %q", got, name)
		}
		if got := strings.TrimPrefix(records[i+1][1], "'"); got != strings.TrimPrefix(strings.ReplaceAll(name, "\r\n", "\n"), "'") {
			t.Errorf("CSV says %q, want %q", got, name)
		}
		if got := picture.Option.YAxis[0].Data[i]; got != name {
			t.Errorf("the chart says %q, want %q", got, name)
		}
		at, err := excelize.CoordinatesToCellName(2, 12+i)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := book.GetCellValue(book.GetSheetName(0), at); err != nil || got != printable(name) {
			t.Errorf("the workbook says %q, want %q (%v)", got, name, err)
		}
	}
}

// printable is what a workbook can hold of a text: XML has no control characters.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF || (r < ' ' && r != '\t' && r != '\n' && r != '\r') {
			return '\uFFFD'
		}
		return r
	}, text)
}

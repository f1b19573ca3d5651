package dashboard

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

func TestTheStepsLeadFromOneDSOToTheOther(t *testing.T) {
	h, _, c := newPages(t)
	for _, path := range []string{"", "?compare=year", "?entity=NL01", "?currency=USD&compare=year"} {
		shown := reads(byID(t, document(t, h, "/"+path), "dso_bridge"))
		if !strings.Contains(shown, "they lead exactly from one DSO to the other") {
			t.Errorf("%s: the bridge says %q", path, shown)
		}
		rows := panelJSON(t, h, "/panel/dso_bridge.json"+path).Rows
		if len(rows) != 7 { // two balances, five steps that moved something
			t.Fatalf("%s: %d rows, want 7: %v", path, len(rows), rows)
		}
		sum := decimal.Zero
		for _, row := range rows[:6] {
			sum = sum.Add(decimal.RequireFromString(row["days"].(string)))
		}
		if closing := decimal.RequireFromString(rows[6]["days"].(string)); !sum.Equal(closing) {
			t.Errorf("%s: the rows add up to %s and DSO is %s", path, sum, closing)
		}
	}
	c.do("update mart.dso_bridge set days = days + 0.00000001 where step = 'terms' and dimension = '' and from_month = 24320")
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if shown := reads(byID(t, document(t, h, "/"), "dso_bridge")); !strings.Contains(shown, "they do not tie, the difference is 0.00000001 days") {
		t.Errorf("a step too long goes unseen: %q", shown)
	}
}

func TestTheBridgeComparesWithTheChosenDay(t *testing.T) {
	h, _, _ := newPages(t)
	for path, want := range map[string]string{"/": "DSO 30 Sep 2026 50.0", "/?compare=year": "DSO 31 Oct 2025 39.3"} {
		if shown := reads(byID(t, document(t, h, path), "dso_bridge")); !strings.Contains(shown, want) {
			t.Errorf("%s lacks %q: %q", path, want, shown)
		}
	}
}

// TestEachStepBeginsWhereTheOneBeforeEnded reads the picture back: a hidden bar carries each step.
func TestEachStepBeginsWhereTheOneBeforeEnded(t *testing.T) {
	h, _, _ := newPages(t)
	var picture struct {
		Option struct {
			Series []struct{ Data []struct{ Value float64 } }
		}
	}
	if err := json.Unmarshal(get(t, h, "/chart/dso_bridge.json").Body.Bytes(), &picture); err != nil {
		t.Fatal(err)
	}
	series := picture.Option.Series
	if len(series) != 2 {
		t.Fatalf("%d series, want the hidden bars and the shown ones", len(series))
	}
	at := series[1].Data[0].Value
	for i, row := range panelJSON(t, h, "/panel/dso_bridge.json").Rows[1:6] {
		change := decimal.RequireFromString(row["days"].(string)).InexactFloat64()
		low, size := series[0].Data[i+1].Value, series[1].Data[i+1].Value
		if math.Abs(low-min(at, at+change)) > 1e-9 || math.Abs(size-math.Abs(change)) > 1e-9 {
			t.Errorf("%s stands from %g, %g high; want from %g, %g high", row["step"], low, size, min(at, at+change), math.Abs(change))
		}
		at += change
	}
}

func TestDSOWithoutWhatIsArguedAbout(t *testing.T) {
	h, _, c := newPages(t)
	shown := reads(byID(t, document(t, h, "/"), "dso_without"))
	for _, want := range []string{
		"DSO as it is 49.6 0.0", "Without disputed items 47.1 −2.5", "Without unapplied cash 50.9 1.3",
		"Without the largest debtor 53.6 4.0 Castellan Works", "At the documents' own rates 49.1 −0.5",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("the panel lacks %q: %q", want, shown)
		}
	}
	c.do("delete from mart.customer where customer_id = 'C003'")
	c.do("delete from mart.dso_bridge where from_month = 24320")
	c.do("delete from mart.dso_sensitivity where dimension = 'currency'")
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	for path, wants := range map[string][2]string{
		"/":              {"dso_without", "4.0 C003"},
		"/?scale=k":      {"dso_bridge", "DSO is not defined on both days"},
		"/?currency=USD": {"dso_without", "There are no sales in the three months"},
	} {
		if shown := reads(byID(t, document(t, h, path), wants[0])); !strings.Contains(shown, wants[1]) {
			t.Errorf("%s: %s lacks %q: %q", path, wants[0], wants[1], shown)
		}
	}
	if w := get(t, h, "/chart/dso_bridge.json"); w.Code != http.StatusOK {
		t.Errorf("the chart of no bridge answers %d", w.Code)
	}
}

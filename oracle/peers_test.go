package oracle

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// peers are the ledgers that were worked out elsewhere, beside the repository.
const peers = "../../shared/peers"

// A workedLedger is a ledger with every figure worked out by another computation.
type workedLedger struct {
	ID      string
	AsOf    string `json:"as_of"`
	Options struct {
		Rates   map[string]decimal.Decimal
		Closing map[string]decimal.Decimal
	}
	Tables struct {
		Customers []struct {
			ID    string
			Terms *int `json:"terms_days"`
		}
		Invoices []struct {
			ID, Customer, Currency string
			Date, Voided           string
			Due                    string `json:"due_date"`
			Amount, Rate           decimal.Decimal
			Installments           []struct {
				Due    string `json:"due_date"`
				Amount decimal.Decimal
			}
		}
		Payments     []workedSource
		Credits      []workedSource `json:"credit_memos"`
		Applications []struct {
			Source, Invoice, Date string
			Amount                decimal.Decimal
		}
		WriteOffs []struct {
			Invoice, Source, Date, Reason string
			Amount                        decimal.Decimal
		} `json:"write_offs"`
		Recoveries []struct {
			Date   string
			Amount decimal.Decimal
		}
		Disputes []struct {
			ID, Invoice, Opened, Resolved, Outcome string
			Response                               string `json:"first_response"`
			Amount, Recovered                      decimal.Decimal
			Upheld                                 decimal.NullDecimal
		}
		Promises []struct {
			Invoice, Customer, Made, Due string
			Amount                       decimal.Decimal
		}
		Forecasts []struct {
			Date     string
			Forecast decimal.Decimal
		}
		Costs []struct {
			Date        string
			Amount, FTE decimal.Decimal
		}
	}
	Expected map[string]json.RawMessage
}

type workedSource struct {
	ID, Customer, Currency, Date, Reversed string
	Amount, Rate                           decimal.Decimal
}

func TestWorkedLedgersAgreeInEveryFigure(t *testing.T) {
	compared := 0
	for _, w := range workedLedgers(t) {
		t.Run(w.ID, func(t *testing.T) {
			on := day(t, w.AsOf)
			got := Compute(w.ledger(t), on, Options{LossRates: w.Options.Rates})
			b := open(w.ledger(t))
			for move, amount := range b.migration(on) {
				got["migration/"+move.From+"/"+move.To] = defined(amount)
			}
			for move, rate := range b.aggregateRolls(on) {
				got["roll_rates_aggregate/"+move.From+">"+move.To] = rate
			}
			kept := b.promises(on, trailing(on))
			got["ptp/kept"], got["ptp/partial"], got["ptp/broken"] = count(kept.kept), count(kept.partial), count(kept.broken)
			got["days"] = count(trailing(on).days())
			for name, want := range w.figures(t) {
				figure, known := got[name]
				if !known {
					t.Errorf("%s is not computed", name)
					continue
				}
				compared++
				if figure.Valid != want.Valid || !figure.Decimal.Round(6).Equal(want.Decimal.Round(6)) {
					t.Errorf("%s is %v, want %v", name, show(figure), show(want))
				}
			}
		})
	}
	t.Logf("%d figures compared", compared)
	if compared < 200 {
		t.Errorf("only %d figures were compared", compared)
	}
}

func show(v Value) string {
	if !v.Valid {
		return "undefined"
	}
	return v.Decimal.Round(9).String()
}

func workedLedgers(t *testing.T) []workedLedger {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(peers, "ledgers.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the worked ledgers are not here: " + err.Error())
	}
	var file struct{ Ledgers []workedLedger }
	if err := errors.Join(err, json.Unmarshal(text, &file)); err != nil {
		t.Fatal(err)
	}
	return file.Ledgers
}

// figures are the expected ones under the names of Compute. The totals beside the buckets have names of their own there.
func (w workedLedger) figures(t *testing.T) map[string]Value {
	t.Helper()
	figures := map[string]Value{}
	add := func(name string, text json.RawMessage) {
		var v Value
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		figures[name] = v
	}
	for name, text := range w.Expected {
		if !strings.HasPrefix(string(text), "{") {
			add(name, text)
			continue
		}
		var rows map[string]json.RawMessage
		if err := json.Unmarshal(text, &rows); err != nil {
			t.Fatal(err)
		}
		name = strings.Replace(name, "roll_rates_item", "roll_rate", 1)
		for row, text := range rows {
			own := map[string]string{"credits": "credits", "gross": "ar_gross", "net": "ar_net"}
			var columns map[string]json.RawMessage
			switch {
			case strings.HasPrefix(name, "aging_") && own[row] != "":
				add(own[row], text)
			case json.Unmarshal(text, &columns) == nil && columns != nil:
				for column, text := range columns {
					add(name+"/"+row+"/"+column, text)
				}
			default:
				add(name+"/"+row, text)
			}
		}
	}
	return figures
}

func day(t *testing.T, text string) Day {
	t.Helper()
	if text == "" {
		return Never
	}
	d, err := ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	if len(text) > len(time.DateOnly) {
		at, err := time.Parse("2006-01-02T15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	if text == "" {
		return time.Time{}
	}
	return day(t, text).Time()
}

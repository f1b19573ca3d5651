package oracle

import (
	"testing"

	"github.com/shopspring/decimal"
)

func d(t *testing.T, text string) decimal.Decimal {
	t.Helper()
	v, err := decimal.NewFromString(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// rounds compares a figure with a published one to as many decimals as that has.
func rounds(t *testing.T, what string, got Value, want string) {
	t.Helper()
	published := d(t, want)
	if !got.Valid || !got.Decimal.Round(-published.Exponent()).Equal(published) {
		t.Errorf("%s is %s, want %s", what, show(got), want)
	}
}

func TestPublishedDSO(t *testing.T) {
	n := func(text string) decimal.Decimal { return d(t, text) }
	rounds(t, "JDE, three months", overDays(n("10869"), 90, n("17674")), "55.35")
	rounds(t, "a year", overDays(n("300000"), 365, n("1500000")), "73")
	rounds(t, "Motley Fool, average", overDays(n("18000"), 30, n("20000")), "27")
	rounds(t, "Kerr and Sage, average", overDays(n("640000"), 30, n("742000")), "25.9")
	rounds(t, "CRF, rolling", overDays(n("16935357").Add(n("17936658")).Add(n("13663598")), 30, n("47881064")), "30.41")
	rounds(t, "best possible", overDays(n("120000"), 365, n("1500000")), "29.2")
	rounds(t, "delinquent", overDays(n("45000"), 90, n("300000")), "13.50")
	rounds(t, "average days delinquent", subtract(count(7), count(3)), "4")
	rounds(t, "turnover", turnover(n("3600000"), 365, n("360000"), n("360000")), "10")
	rounds(t, "turnover", turnover(n("6205000"), 365, n("335000"), n("335000")), "18.52")
}

func TestPublishedCountBack(t *testing.T) {
	hfm := []monthly{
		{30, d(t, "2500")}, {31, d(t, "1750")}, {31, d(t, "2250")}, {30, d(t, "2500")}, {31, d(t, "2000")}, {30, d(t, "2250")},
	}
	for _, c := range []struct {
		what, balance string
		months        []monthly
		days, rest    string
	}{
		{"HFM", "13000", hfm, "179.67", "0"},
		{"HFM as its inputs have it", "12000", hfm, "166.33", "0"},
		{"Benji", "212000", []monthly{{30, d(t, "100000")}, {30, d(t, "80000")}, {30, d(t, "70000")}}, "73.71", "0"},
		{"a month without sales", "150", []monthly{{30, d(t, "100")}, {31, d(t, "0")}, {30, d(t, "100")}}, "76.00", "0"},
		{"a month with more credited than billed", "150", []monthly{{30, d(t, "100")}, {31, d(t, "-9")}, {30, d(t, "100")}}, "76.00", "0"},
		{"a history that runs out", "250", []monthly{{30, d(t, "100")}, {31, d(t, "100")}}, "61", "50"},
		{"a balance that a month just covers", "100", []monthly{{30, d(t, "100")}, {31, d(t, "100")}}, "30", "0"},
		{"customers in credit", "-5", hfm, "0", "0"},
		{"no history", "5", nil, "0", "5"},
	} {
		days, rest := countBack(d(t, c.balance), c.months)
		rounds(t, c.what, defined(days), c.days)
		rounds(t, c.what+", unexhausted", defined(rest), c.rest)
	}
}

func TestPublishedCollectionEffectiveness(t *testing.T) {
	third := func(text string) decimal.Decimal { return d(t, text).DivRound(number(3), places) }
	rounds(t, "CRF", cei(d(t, "12327157"), third("47881064"), d(t, "13663598"), d(t, "7846547")), "71.54")
	rounds(t, "Creditguru", cei(d(t, "6200"), third("10890"), d(t, "6340"), d(t, "3590")), "55.9")
	rounds(t, "Gaviti", cei(d(t, "100000"), d(t, "1000000"), d(t, "120000"), d(t, "100000")), "98")
	if got := cei(d(t, "10"), d(t, "5"), d(t, "15"), d(t, "15")); got.Valid {
		t.Errorf("nothing to collect is %s, want undefined", show(got))
	}
}

func TestPublishedPayments(t *testing.T) {
	of := func(pairs ...[2]string) []paid {
		var all []paid
		for _, p := range pairs {
			late := int(d(t, p[1]).IntPart())
			all = append(all, paid{amount: d(t, p[0]), late: late, toPay: late})
		}
		return all
	}
	fsb := of([2]string{"100", "-10"}, [2]string{"200", "-5"}, [2]string{"300", "0"}, [2]string{"400", "5"}, [2]string{"500", "10"})
	rounds(t, "Fit Small Business, beyond terms", beyondTerms(fsb), "3.33")
	rounds(t, "SAP, weighted terms", daysToPay(of([2]string{"2000", "30"}, [2]string{"1500", "45"})), "36.43")
	rounds(t, "SAP, arrears", beyondTerms(of([2]string{"100000", "2"}, [2]string{"200000", "5"})), "4")
	rounds(t, "JDE, by amount", beyondTerms(of([2]string{"100000", "1"}, [2]string{"500", "30"})), "1.14")
	rounds(t, "a score", paydexLike(of([2]string{"700", "10"}, [2]string{"200", "-11"})), "76.04")
	rounds(t, "a score", paydexLike(of([2]string{"110", "-30"}, [2]string{"165", "10"})), "84.00")
	for late, score := range map[int]string{
		-45: "100", -30: "100", -20: "90", -10: "85", 0: "80", 15: "70", 22: "60", 26: "55", 30: "50", 33: "49", 45: "45",
		60: "40", 90: "30", 120: "20", 400: "20",
	} {
		rounds(t, "Dun & Bradstreet's table", defined(paydex(late)), score)
	}
}

func TestPublishedConcentrationAndProvision(t *testing.T) {
	shares := func(texts ...string) []decimal.Decimal {
		var all []decimal.Decimal
		for _, text := range texts {
			all = append(all, d(t, text))
		}
		return all
	}
	rounds(t, "QuickBooks", hhi(shares("50", "30", "20")), "3800")
	rounds(t, "four", hhi(shares("30", "30", "20", "20")), "2600")
	rounds(t, "the ledger", hhi(shares("950", "750")), "5069.20")
	matrix := func(exposures, rates []string) Value {
		aged, lost := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
		for i, bucket := range DueBuckets {
			aged[bucket], lost[bucket] = decimal.Zero, decimal.Zero
			if i < len(rates) {
				aged[bucket], lost[bucket] = d(t, exposures[i]), d(t, rates[i])
			}
		}
		return ecl(aged, lost)
	}
	rounds(t, "FAQ IFRS", matrix([]string{"15000", "7500", "4000", "2500"}, []string{".005", ".022", ".027", ".045"}), "460.5")
	rounds(t, "Cohen", matrix([]string{"1000000", "200000", "50000", "10000", "5000"}, []string{".003", ".08", ".26", ".58", ".82"}), "41900")
	unrounded := d(t, "2000").DivRound(d(t, "23000"), places).String()
	rounds(t, "IFRS Community, unrounded rate", matrix([]string{"300000", "140000", "60000", "23000", "5000"}, []string{".02", ".04", unrounded, ".25", "1"}), "27567")
}

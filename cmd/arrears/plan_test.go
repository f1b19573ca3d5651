package main

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// What is agreed and decided at the command line is there after the next refresh, and gone once it is ended.
func TestPlansAndLegalStepsAtTheCommandLine(t *testing.T) {
	t.Parallel()
	_, path := configured(t, "")
	must(t, exitDone, "run", "-c", path)
	owed := strings.Fields(must(t, exitDone, "query", "-c", path, "-o", "csv",
		"select customer_id || ' ' || invoice_id || ' ' || currency from mart.open_item where open_amount >= 2 order by 1 limit 1").stdout)
	customer, invoice, currency := owed[len(owed)-3], owed[len(owed)-2], owed[len(owed)-1]
	agreed := []string{"plan", "agree", customer, "-c", path, "--invoice", invoice, "--currency", currency, "--instalment"}
	must(t, exitUsage, append(agreed, "2099-01-01 1.00")...)
	must(t, exitDone, append(agreed, soon()+" 1.00")...)
	must(t, exitDone, "legal", "hand-over", customer, "-c", path, "--next", soon(), "--because", "second notice")
	must(t, exitDone, "run", "-c", path, "--as-of", "today")
	for _, list := range []string{"plan", "legal"} {
		if said := must(t, exitDone, list, "list", "-c", path, "-o", "csv").stdout; !strings.Contains(said, customer) {
			t.Errorf("%s list: %s", list, said)
		}
	}
	must(t, exitUsage, "plan", "end", customer, "-c", path)
	wrong := must(t, exitUsage, "plan", "end", customer, "-c", path, "--because", "pays at once", "--plan", "another").stderr
	plan := regexp.MustCompile(`open are (\w+) of 1 ` + currency).FindStringSubmatch(wrong)
	if plan == nil {
		t.Fatalf("a plan that there is not is answered by %s", wrong)
	}
	must(t, exitDone, "plan", "end", customer, "-c", path, "--because", "pays at once", "--plan", plan[1])
	must(t, exitUsage, "plan", "end", customer, "-c", path, "--because", "none is left")
	must(t, exitDone, "legal", "take-back", customer, "-c", path, "--because", "paid")
	must(t, exitDone, "run", "-c", path, "--as-of", "today")
	for _, list := range []string{"plan", "legal"} {
		if said := must(t, exitDone, list, "list", "-c", path, "-o", "csv").stdout; strings.Contains(said, customer) {
			t.Errorf("%s list: %s", list, said)
		}
	}
}

// soon is a day that a plan may name.
func soon() string { return time.Now().AddDate(0, 0, 10).Format(time.DateOnly) }

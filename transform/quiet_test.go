package transform

import (
	"slices"
	"testing"

	"arrears/config"
)

// 2025-03-31 is a Monday. Quiet days are those in a row from it on, by whichever rule; who is off the list for another reason keeps that one.
func TestQuietDaysEndWithTheLastInARow(t *testing.T) {
	all := accounts("plain", "german", "french", "held", "pinned")
	for id, country := range map[string]string{"C-german": "DE", "C-held": "DE", "C-pinned": "DE", "C-french": "FR"} {
		all["customers"].of(id)["country"] = country
	}
	all["customers"].of("C-held")["on_hold"] = "true"
	all["actions"] = rows{{"action_id": "X1", "customer_id": "C-pinned", "at": "2025-03-01 08:00:00", "kind": "pin"}}
	in := worklistInput(t, all)
	in.Worklist.Quiet = []config.Quiet{
		{Weekdays: []string{"monday"}, When: `country == "DE"`},
		{Days: []string{"2025-04-01", "2025-04-03"}},
		{Days: []string{"2025-04-02"}, When: `country == "FR"`},
	}
	list, others := callList(t, in)
	if want := []string{"french 30000", "plain 30000"}; !slices.Equal(list, want) {
		t.Errorf("on a Monday the list is %q, want %q", list, want)
	}
	if want := []string{"german quiet_days", "held on_hold", "pinned quiet_days"}; !slices.Equal(others, want) {
		t.Errorf("on a Monday not on it are %q, want %q", others, want)
	}
	const until = "select name, cast(until_on as varchar) from mart.not_listed where reason = 'quiet_days' order by name"
	same(t, "until", said(t, in, until), "german 2025-04-01", "pinned 2025-04-01")
	in.AsOf = "2025-04-01"
	refresh(t, in)
	same(t, "on the Tuesday", said(t, in, until), "french 2025-04-03", "german 2025-04-01", "pinned 2025-04-01", "plain 2025-04-01")
	in.AsOf = "2025-04-04"
	refresh(t, in)
	same(t, "on the Friday", said(t, in, until))
}

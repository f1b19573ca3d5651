package transform

import (
	"context"
	"testing"

	"arrears/warehouse"
)

func digestOf(t *testing.T, query string) Digest {
	t.Helper()
	db, err := warehouse.Open(context.Background(), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Exec(context.Background(), "create table t as "+query); err != nil {
		t.Fatal(err)
	}
	d, err := digest(context.Background(), db, "t")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestADigestKnowsNoOrder(t *testing.T) {
	up := digestOf(t, "select n, cast(n as decimal(18, 3)) / 7 as share from range(1000) as r (n) order by n")
	down := digestOf(t, "select n, cast(n as decimal(18, 3)) / 7 as share from range(1000) as r (n) order by n desc")
	if up != down || up.Rows != 1000 {
		t.Errorf("%v upwards, %v downwards", up, down)
	}
}

func TestADigestSeesEveryDifference(t *testing.T) {
	different := map[string]string{
		"one row":                "select 'a' as x, 'bc' as y",
		"a boundary moved":       "select 'ab' as x, 'c' as y",
		"no value":               "select cast(null as varchar) as x, 'bc' as y",
		"an empty value":         "select '' as x, 'bc' as y",
		"the sign of no value":   "select '-' as x, 'bc' as y",
		"a row twice":            "select 'a' as x, 'bc' as y union all select 'a', 'bc'",
		"a row four times":       "select 'a' as x, 'bc' as y from range(4)",
		"another name":           "select 'a' as x, 'bc' as z",
		"no row":                 "select 'a' as x, 'bc' as y where false",
		"a cent":                 "select cast(0.01 as decimal(18, 3)) as x, 'bc' as y",
		"a cent in another type": "select cast(0.01 as decimal(18, 2)) as x, 'bc' as y",
		"a thousandth of a cent": "select cast(0.01001 as decimal(18, 5)) as x, 'bc' as y",
	}
	seen := map[string]string{}
	for what, query := range different {
		d := digestOf(t, query).Digest
		if other, twice := seen[d]; twice {
			t.Errorf("%s and %s have one digest", what, other)
		}
		seen[d] = what
	}
}

package disputes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"arrears/ledger"
)

// assignByRoute asks the routing table who works on the case, and gives it to the least busy.
func (t *turn) assignByRoute(ctx context.Context, db ledger.Reader) error {
	row, err := t.model.route(t.c.facts(nil))
	if err != nil {
		return err
	}
	t.change.Route, t.change.Priority = row.Name, row.Urgency
	owner, err := t.desk.leastBusy(ctx, db, row)
	if err != nil {
		return err
	}
	why := ""
	switch {
	case row.Alert:
		why = cmp.Or(row.Says, "The process has no rule of its own for such a case (row "+row.Name+" of the routing): read it and decide what is to be done.")
	case owner == "":
		why = "Nobody who may sign in is among those who work on such cases (row " + row.Name + " of the routing): give it to somebody."
	}
	t.change.Owner = &owner
	t.alert(why)
	return nil
}

// leastBusy is who of a row's people has the fewest open cases; the first by name of several.
func (d *Desk) leastBusy(ctx context.Context, db ledger.Reader, row Route) (string, error) {
	people, err := d.ledger.Users(ctx)
	if err != nil {
		return "", err
	}
	people = slices.DeleteFunc(people, func(u ledger.User) bool {
		return !u.Active || row.Role != "" && !u.Is(row.Role) || row.Role == "" && !slices.Contains(row.Users, u.Name)
	})
	load, err := loads(ctx, db)
	if err != nil || len(people) == 0 {
		return "", err
	}
	best := people[0].Name
	for _, u := range people {
		if load[u.Name] < load[best] {
			best = u.Name
		}
	}
	return best, nil
}

// loads is how many open cases each owner has.
func loads(ctx context.Context, db ledger.Reader) (map[string]int, error) {
	rows, err := db.QueryContext(ctx, "select owner, count(*) from dispute where closed = 0 group by owner")
	if err != nil {
		return nil, fmt.Errorf("read who works on what: %w", err)
	}
	load := map[string]int{}
	for rows.Next() {
		var owner string
		var n int
		if err := rows.Scan(&owner, &n); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		load[owner] = n
	}
	return load, errors.Join(rows.Err(), rows.Close())
}

package transform

import (
	"context"
	"fmt"
	"strings"

	"arrears/config"
	"arrears/warehouse"
)

// loadSuperseded makes raw.superseded: the rows whose key came again later. Models leave them out; they are a few at most,
// so that finding them once is all that versions cost.
func loadSuperseded(ctx context.Context, db *warehouse.Duck, in *Input) error {
	if err := db.Exec(ctx, "create table raw.superseded (dataset varchar, batch varchar, line bigint)"); err != nil {
		return fmt.Errorf("load the versions: %w", err)
	}
	since := ""
	if in.from != "" { // what was superseded then still is, and only a key that comes now can supersede more
		since = fmt.Sprintf(" where _batch not in (select batch from %s.raw.batch)", earlier)
		if err := db.Exec(ctx, "insert into raw.superseded select * from "+earlier+".raw.superseded"); err != nil {
			return fmt.Errorf("load the versions: %w", err)
		}
	}
	for _, d := range config.Datasets {
		if !in.holds(d.Name) {
			continue
		}
		if err := db.Exec(ctx, superseded(d, since)); err != nil {
			return fmt.Errorf("load the versions of %s: %w", d.Name, err)
		}
	}
	return nil
}

// superseded finds the rows of a dataset that a later batch, or a later line of the same, replaced. A key is looked at only
// if it occurs twice, most never do; or, of what came since, if it occurred before.
func superseded(d config.Dataset, since string) string {
	var keys, same []string
	for _, k := range d.Key {
		keys = append(keys, fmt.Sprintf(`"%s"`, k))
		same = append(same, fmt.Sprintf(`repeated."%s" is not distinct from received."%s"`, k, k))
	}
	key := strings.Join(keys, ", ")
	repeated := fmt.Sprintf("select %[2]s from raw.%[1]s group by %[2]s having count(*) > 1", d.Name, key)
	if since != "" {
		repeated = fmt.Sprintf("select %[2]s from raw.%[1]s%[3]s group by %[2]s", d.Name, key, since)
	}
	return fmt.Sprintf(`insert into raw.superseded
		with repeated as (%[2]s),
		version as (
			select received._batch, received._line, row_number() over (
				partition by %[3]s order by batch.sequence desc, received._line desc) as recency
			from raw.%[1]s as received
			join repeated on %[4]s
			join raw.batch as batch on batch.batch = received._batch
		)
		select '%[1]s', _batch, _line from version where recency > 1 except select dataset, batch, line from raw.superseded`,
		d.Name, repeated, "received."+strings.Join(keys, ", received."), strings.Join(same, " and "))
}

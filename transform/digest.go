package transform

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"arrears/warehouse"
)

// A Digest identifies what a table holds, to the last digit, whatever the order of its rows.
type Digest struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	Digest string `json:"digest"`
}

// digests are those of every mart that the models make. What a refresh notes beside them (the run, the checks) and what
// compares it with the one before is not among them: it says when figures were made, not what they are.
func digests(ctx context.Context, db *warehouse.Duck, models Models) ([]Digest, error) {
	marts := slices.DeleteFunc(slices.Clone(models), func(m Model) bool { return m.Schema() != "mart" || historical(m.Name) })
	all := make([]Digest, len(marts))
	return all, together(ctx, marts, func(ctx context.Context, i int, m Model) (err error) {
		if all[i], err = digest(ctx, db, m.Name); err != nil {
			return fmt.Errorf("digest of %s: %w", m.Name, err)
		}
		return nil
	})
}

// digest takes the key by which the engine would sort each row, which two different rows never share, and adds the two halves of its MD5
// up: no order of the rows changes the sums, and, unlike with exclusive or, a row that comes twice does not vanish. The result is the
// SHA-256 of the columns, the number of rows and the sums.
func digest(ctx context.Context, db *warehouse.Duck, table string) (Digest, error) {
	shape, err := db.Query(ctx, "select * from "+table+" limit 0")
	if err != nil {
		return Digest{}, err
	}
	cells := make([]string, len(shape.Columns))
	var said strings.Builder
	for i, c := range shape.Columns {
		cells[i] = fmt.Sprintf(`"%s", 'asc nulls last'`, c.Name)
		_, _ = fmt.Fprintf(&said, "%s %s\n", c.Name, c.Type)
	}
	sums, err := db.Query(ctx, fmt.Sprintf(`select count(*), coalesce(sum(cast(hash & 18446744073709551615 as ubigint)), 0),
			coalesce(sum(cast(hash >> 64 as ubigint)), 0)
		from (select md5_number(create_sort_key(%s)) as hash from %s)`, strings.Join(cells, ", "), table))
	if err != nil {
		return Digest{}, err
	}
	for _, word := range sums.Rows[0] {
		_, _ = fmt.Fprintln(&said, word)
	}
	sum := sha256.Sum256([]byte(said.String()))
	return Digest{Table: table, Rows: sums.Rows[0][0].(int64), Digest: hex.EncodeToString(sum[:])}, nil
}

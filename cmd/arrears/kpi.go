package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"arrears/sql"
	"arrears/transform"
	"arrears/warehouse"
)

func newKPI() *cobra.Command {
	var where company
	var at moments
	var by string
	var out output
	c := &cobra.Command{
		Use:   "kpi [NAME ...]",
		Short: "The KPIs on a day, all of them or those named",
		Long: "The KPIs on a day. Another day than the one that was published is computed beside it, from the same open spans;\n" +
			"--known-at reads the books as they were known then, without what has landed since.\n\n" +
			"Names and what they mean:\n\n" + catalogue(),
		Example: `  arrears kpi -c arrears.yaml
  arrears kpi -c arrears.yaml --as-of 2026-09-30 dso dso_countback -o json
  arrears kpi -c arrears.yaml --as-of 2026-09-30 --known-at 2026-10-03T08:00:00Z dso
  arrears kpi -c arrears.yaml --by entity ar_net dso
  arrears kpi --data extracts/ --currency EUR -o csv`,
		RunE: func(c *cobra.Command, names []string) (err error) {
			if err := known(names, by); err != nil {
				return err
			}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			dimension := by
			if by == "bucket" {
				dimension = ""
			}
			v, err := d.view(c.Context(), at, dimension, "mart.kpi")
			if err != nil {
				return err
			}
			defer closing(v, &err)
			read, err := v.DB.Query(c.Context(), `select kpi, as_of, entity, currency, dimension, member, bucket, value, unit
				from mart.kpi where dimension = ?`, dimension)
			if err != nil {
				return fmt.Errorf("read the KPIs: %w", err)
			}
			shown, err := figures(read, names, by)
			if err != nil {
				return err
			}
			return out.write(c.OutOrStdout(), shown)
		},
	}
	where.flags(c)
	out.flags(c)
	at.flags(c)
	c.Flags().StringVar(&by, "by", "", "break down by bucket, "+strings.Join(transform.Dimensions, ", ")+" (`DIMENSION`)")
	return c
}

func catalogue() string {
	list, err := sql.KPIs()
	if err != nil {
		return err.Error()
	}
	var text strings.Builder
	for _, k := range list {
		_, _ = fmt.Fprintf(&text, "  %-26s %s (%s)\n", k.Name, k.Title, k.Unit)
	}
	return strings.TrimRight(text.String(), "\n")
}

// known refuses names that no KPI and no dimension has.
func known(names []string, by string) error {
	list, err := sql.KPIs()
	if err != nil {
		return err
	}
	for _, name := range names {
		if !slices.ContainsFunc(list, func(k sql.KPI) bool { return k.Name == name }) {
			return usageError{fmt.Errorf("no KPI is called %q; arrears kpi --help lists them", name)}
		}
	}
	if by != "" && by != "bucket" && !slices.Contains(transform.Dimensions, by) {
		return usageError{fmt.Errorf("--by takes bucket, %s, not %q", strings.Join(transform.Dimensions, ", "), by)}
	}
	return nil
}

// figures puts the KPIs into the order of the catalogue and the columns of the contract: kpi, as_of, entity, currency,
// value, unit; where a figure has them its bucket, or from and to; and the dimension asked for.
func figures(read warehouse.Table, names []string, by string) (warehouse.Table, error) {
	list, err := sql.KPIs()
	if err != nil {
		return warehouse.Table{}, err
	}
	place := map[string]int{}
	for i, k := range list {
		place[k.Name] = i
	}
	shown := warehouse.Table{}
	for _, name := range []string{"kpi", "as_of", "entity", "currency", "value", "unit", "bucket", "from", "to"} {
		shown.Columns = append(shown.Columns, warehouse.Column{Name: name})
	}
	extra := map[string]string{"": "", "bucket": "", "entity": "", "currency": "document_currency"}
	field, own := extra[by]
	if !own {
		field = by
	}
	if field != "" {
		shown.Columns = append(shown.Columns, warehouse.Column{Name: field})
	}
	at := func(row []any, name string) any { return row[read.Index(name)] }
	for _, row := range read.Rows {
		name, bucket := at(row, "kpi").(string), at(row, "bucket").(string)
		if len(names) > 0 && !slices.Contains(names, name) || by == "bucket" && bucket == "" {
			continue
		}
		cells := []any{name, at(row, "as_of"), at(row, "entity"), at(row, "currency"), figure(row, read), at(row, "unit"), nil, nil, nil}
		if from, to, rolled := strings.Cut(bucket, ">"); rolled {
			cells[7], cells[8] = from, to
		} else if bucket != "" {
			cells[6] = bucket
		}
		if field != "" {
			cells = append(cells, at(row, "member"))
		}
		shown.Rows = append(shown.Rows, cells)
	}
	slices.SortStableFunc(shown.Rows, func(a, b []any) int {
		return cmp.Or(
			place[a[0].(string)]-place[b[0].(string)],
			bucketOrder(a[6])-bucketOrder(b[6]), bucketOrder(a[7])-bucketOrder(b[7]), bucketOrder(a[8])-bucketOrder(b[8]),
			strings.Compare(fmt.Sprint(a[len(a)-1], a[2]), fmt.Sprint(b[len(b)-1], b[2])),
		)
	})
	return shown, nil
}

// bucketOrder is the place of a bucket, or of what an open item became, in a list that reads from good to bad.
func bucketOrder(bucket any) int {
	return slices.Index([]any{"current", "0-30", "1-30", "31-60", "61-90", "91+", "cash", "credit", "discount", "write_off", "void"}, bucket)
}

// figure is a KPI's value without the zeros of its storage; an amount keeps at least its currency's decimals.
func figure(row []any, read warehouse.Table) any {
	value, ok := row[read.Index("value")].(decimal.Decimal)
	if !ok {
		return nil
	}
	if row[read.Index("unit")] == "amount" {
		return money{value, row[read.Index("currency")].(string)}
	}
	return value
}

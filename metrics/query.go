package metrics

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/shopspring/decimal"

	"arrears/warehouse"
)

// query is one metric as its file declares it.
type query struct{ name, help, text string }

var (
	metricName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	// personal are labels that would name a customer, a document or a person, or have a series for each of them.
	personal = regexp.MustCompile(`(^|_)(customer|invoice|user|person|email|phone|iban)(_|$)|(^|_)id$|^name$`)
)

// parse reads the file of a metric: its first line is the help text, the whole of it the query.
func parse(queries fs.FS, name string) (query, error) {
	if !metricName.MatchString(name) {
		return query{}, errors.New("the file name is not a metric name: lower case, digits and _ only")
	}
	text, err := fs.ReadFile(queries, name+".sql")
	if err != nil {
		return query{}, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	help, commented := strings.CutPrefix(first, "--")
	help = strings.TrimSpace(help)
	if !commented || help == "" {
		return query{}, errors.New("the first line must be a comment that says what is measured")
	}
	return query{name: name, help: help, text: string(text)}, nil
}

// series turns rows into gauges, at most limit of them, and says how many were left out. A NULL value is a figure that is not
// defined, and has no series.
func (q query) series(table warehouse.Table, limit int) ([]prometheus.Metric, int, error) {
	labels, err := labelNames(table.Columns)
	if err != nil {
		return nil, 0, err
	}
	desc := prometheus.NewDesc(namespace+"_"+q.name, q.help, labels, nil)
	seen := map[string]bool{}
	var series []prometheus.Metric
	for _, row := range table.Rows {
		last := len(row) - 1
		if row[last] == nil {
			continue
		}
		value, err := number(row[last])
		if err != nil {
			return nil, 0, err
		}
		values, err := labelValues(table.Columns, row[:last])
		if err != nil {
			return nil, 0, err
		}
		key := strings.Join(values, "\xff")
		if seen[key] { // two values for one series would fail the whole scrape
			return nil, 0, fmt.Errorf("two rows have the same labels %q", values)
		}
		seen[key] = true
		if len(series) == limit {
			continue
		}
		gauge, err := prometheus.NewConstMetric(desc, prometheus.GaugeValue, value, values...)
		if err != nil {
			return nil, 0, err
		}
		series = append(series, gauge)
	}
	return series, len(seen) - len(series), nil
}

// labelNames are all columns but the last, and none that would name somebody.
func labelNames(columns []warehouse.Column) ([]string, error) {
	if len(columns) == 0 {
		return nil, errors.New("the query has no column for the value")
	}
	var labels []string
	for _, c := range columns[:len(columns)-1] {
		if !metricName.MatchString(c.Name) {
			return nil, fmt.Errorf("column %q is not a label name", c.Name)
		}
		if personal.MatchString(c.Name) {
			return nil, fmt.Errorf("column %q would put a customer, a document or a person into a label", c.Name)
		}
		labels = append(labels, c.Name)
	}
	return labels, nil
}

func labelValues(columns []warehouse.Column, row []any) ([]string, error) {
	values := make([]string, len(row))
	for i, cell := range row {
		switch v := cell.(type) {
		case nil:
		case string:
			values[i] = strings.ToValidUTF8(v, "\uFFFD")
		case bool:
			values[i] = strconv.FormatBool(v)
		case int64:
			values[i] = strconv.FormatInt(v, 10)
		default:
			return nil, fmt.Errorf("column %q is a %s, which is no label", columns[i].Name, columns[i].Type)
		}
	}
	return values, nil
}

// number is the value of a gauge. Dates and timestamps are seconds since 1970, decimals become floats here and nowhere else.
func number(cell any) (float64, error) {
	switch v := cell.(type) {
	case decimal.Decimal:
		return v.InexactFloat64(), nil
	case int64:
		return float64(v), nil
	case time.Time:
		return float64(v.UnixMicro()) / 1e6, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("the value %v is no figure: a divisor is not guarded", v)
		}
		return v, nil
	}
	return 0, fmt.Errorf("the value %v is no number", cell)
}

package ingest

import (
	"errors"
	"path/filepath"

	"github.com/shopspring/decimal"
)

// output gathers the blocks of a file, in their order, into one Parquet file a dataset and one of the quarantine.
type output struct {
	job   job
	plan  *plan
	files []*stitcher // of the datasets, then of the quarantine
	tally tally
}

func newOutput(p *plan, job job) *output {
	o := &output{job: job, plan: p, tally: tally{faults: map[string]int64{}, patterns: make([]int64, len(p.nonData)), sums: make([]map[string]*sum, len(p.datasets))}}
	for i, d := range p.datasets {
		o.files = append(o.files, &stitcher{path: filepath.Join(job.Folder, job.fileName(d.Name))})
		o.tally.sums[i] = map[string]*sum{}
	}
	o.files = append(o.files, &stitcher{path: filepath.Join(job.Folder, job.fileName(rejectsName))})
	return o
}

// add takes one block: its row groups in the order of the files, and its tally.
func (o *output) add(groups []group, t tally) error {
	for i, g := range groups {
		if err := o.files[i].add(g); err != nil {
			return err
		}
	}
	o.tally.landed += t.landed
	o.tally.rejected += t.rejected
	o.tally.nonData += t.nonData
	o.tally.trailers = append(o.tally.trailers, t.trailers...)
	for column, n := range t.faults {
		o.tally.faults[column] += n
	}
	if o.job.rows != nil {
		o.job.rows.Store(o.tally.landed + o.tally.rejected + o.tally.nonData)
	}
	for i, n := range t.patterns {
		o.tally.patterns[i] += n
	}
	for i, sums := range t.sums {
		for currency, s := range sums {
			if o.tally.sums[i][currency] == nil {
				o.tally.sums[i][currency] = &sum{}
			}
			o.tally.sums[i][currency].merge(s)
		}
	}
	return nil
}

// finish puts the files on disk and writes down what is in them.
func (o *output) finish() (result, error) {
	r := result{Landed: o.tally.landed, Rejected: o.tally.rejected, NonData: o.tally.nonData, Patterns: o.tally.patterns,
		Trailers: o.tally.trailers, Faults: o.tally.faults, Columns: o.plan.columns(), Notes: o.plan.notes}
	var errs []error
	for i, f := range o.files {
		errs = append(errs, f.finish())
		switch {
		case f.rows == 0:
		case i == len(o.plan.datasets):
			r.Rejects = o.job.fileName(rejectsName)
		default:
			name := o.plan.datasets[i].Name
			r.Datasets = append(r.Datasets, rows{Dataset: name, Name: o.job.fileName(name), Rows: f.rows, Sums: totals(o.tally.sums[i])})
		}
	}
	return r, errors.Join(errs...)
}

func (o *output) abandon() {
	for _, f := range o.files {
		f.abandon()
	}
}

func totals(sums map[string]*sum) map[string]string {
	texts := map[string]string{}
	for currency, s := range sums {
		texts[currency] = decimal.NewFromBigInt(s.big(), -amountScale).StringFixed(amountScale)
	}
	return texts
}

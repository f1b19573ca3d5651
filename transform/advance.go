package transform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"arrears/warehouse"
)

// A refresh goes on from the last one where that is less work than beginning anew; after so many it begins anew all the same,
// since rows that were replaced leave gaps.
const (
	advanceRows = 200_000 // landed rows from which on it is worth it
	advanceMost = 30
)

// errAnew is returned where a change reaches too far for going on from the earlier marts.
var errAnew = errors.New("begin anew")

// goOn decides whether the run may go on from the marts that are published, and copies their file if so. Program, texts, settings
// and batches have to be those of then, but for batches that came since.
func (in *Input) goOn(models Models, path string, run *Run) error {
	published, last, err := Published(in.State)
	if err != nil || in.Full {
		return nil // nothing to go on from is no fault
	}
	before, err := Recorded(in.State, last)
	if err != nil || before.MadeBy(models) != nil || len(before.Models) != len(models) || before.Advances >= advanceMost {
		return nil
	}
	least := in.AdvanceRows
	if least == 0 {
		least = advanceRows
	}
	known := len(before.Batches) <= len(run.Batches) && slices.Equal(before.Batches, run.Batches[:len(before.Batches)]) &&
		!slices.ContainsFunc(in.Batches[len(before.Batches):], Batch.listed)
	if in.landed() < least || !known || before.Program != run.Program || !in.sameFigures(before.Settings) {
		return nil
	}
	if err := copyFile(published, path); err != nil {
		return fmt.Errorf("go on from run %s: %w", last, err)
	}
	in.from, run.From, run.Advances = published, last, before.Advances+1
	return nil
}

func copyFile(from, to string) (err error) {
	source, err := os.Open(filepath.Clean(from))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := os.Create(filepath.Clean(to))
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// advance brings the copy of earlier marts up to the batches known now: the tables of documents by what changed, sums over them
// by the difference that makes, and everything else anew.
func advance(ctx context.Context, in Input, db *warehouse.Duck, models Models, param Param, run *Run) error {
	if err := clearEarlier(ctx, db, models); err != nil {
		return err
	}
	if err := loadRaw(ctx, db, &in); err != nil {
		return err
	}
	run.Settings = in.Settings
	lasting, dated := models.split()
	before, parts, after := lasting.stages()
	built, err := advanceEach(ctx, db, in, models, before)
	if err != nil {
		return err
	}
	replaced, err := replace(ctx, db, in, models, parts)
	if err != nil {
		return err
	}
	if err := rated(ctx, db); err != nil {
		return err
	}
	keyed, others := after.keyed()
	more, err := advanceEach(ctx, db, in, models, keyed)
	if err != nil {
		return err
	}
	if err := gatherTouched(ctx, db, models, writeOffs); err != nil {
		return err
	}
	rest, err := advanceEach(ctx, db, in, models, others)
	if err != nil {
		return err
	}
	if param.AsOf, err = asOf(ctx, db, in.AsOf, in.Today); err != nil {
		return err
	}
	param.KnownAt, param.Run, run.AsOf = run.KnownAt, run.ID, param.AsOf.Format(time.DateOnly)
	if err := param.load(ctx, db); err != nil {
		return err
	}
	if err := pass(ctx, db, models); err != nil {
		return err
	}
	last, err := advanceEach(ctx, db, in, models, dated)
	run.Models = slices.Concat(built, replaced, more, rest, last)
	if err != nil {
		return err
	}
	return db.Exec(ctx, "drop schema "+changeSchema+" cascade")
}

// pass adds to what is touched what had an event between the two as-of days, if anything had.
func pass(ctx context.Context, db *warehouse.Duck, models Models) error {
	const touched = "select (select count(*) from change.invoice) + (select count(*) from change.source)"
	before, err := count(ctx, db, touched)
	if err != nil {
		return err
	}
	if err := findChange(ctx, db, passed); err != nil {
		return err
	}
	after, err := count(ctx, db, touched)
	if err != nil || after == before {
		return err
	}
	tables := []string{writeOffs}
	keyed, _ := models.keyed()
	for _, m := range keyed {
		if m.kept() {
			tables = append(tables, m.Name)
		}
	}
	return gatherTouched(ctx, db, models, tables...)
}

// advanceEach brings models up to date in their order, each in the way that it allows; those that are made anew one after another are made
// together.
func advanceEach(ctx context.Context, db *warehouse.Duck, in Input, models, some Models) ([]Built, error) {
	var built []Built
	var anew Models
	note := func(one []Built, err error) error {
		built = append(built, one...)
		return err
	}
	for _, m := range some {
		if m.key() == "" && len(m.adds()) == 0 {
			anew = append(anew, m)
			continue
		}
		if err := note(build(ctx, db, anew)); err != nil {
			return nil, err
		}
		anew = nil
		var err error
		if m.key() != "" {
			err = note(replace(ctx, db, in, models, Models{m}))
		} else {
			err = note(addUp(ctx, db, models, m))
		}
		if err != nil {
			return nil, err
		}
	}
	return built, note(build(ctx, db, anew))
}

// clearEarlier leaves of the earlier marts only the tables that are brought up to date row by row.
func clearEarlier(ctx context.Context, db *warehouse.Duck, models Models) error {
	for _, schema := range schemas {
		if schema == "core" {
			continue
		}
		if err := db.Exec(ctx, "drop schema "+schema+" cascade"); err != nil {
			return fmt.Errorf("clear the earlier marts: %w", err)
		}
	}
	for _, m := range models {
		if m.Schema() != "core" || (m.key() != "" && m.kept()) {
			continue
		}
		if err := db.Exec(ctx, "drop table if exists "+m.Name); err != nil {
			return fmt.Errorf("clear the earlier marts: %w", err)
		}
	}
	return nil
}

// rated gives up where sums cannot be brought up to date by differences: where a document has no rate, its amount in the reporting
// currency is unknown.
func rated(ctx context.Context, db *warehouse.Duck) error {
	n, err := count(ctx, db, `select
		(select count(*) from core.invoice where rate is null) + (select count(*) from core.source where rate is null)
		+ (select count(*) from earlier.core.invoice where rate is null) + (select count(*) from earlier.core.source where rate is null)`)
	if err == nil && n > 0 {
		err = fmt.Errorf("%w: %d documents have no rate", errAnew, n)
	}
	return err
}

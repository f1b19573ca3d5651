package transform

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"arrears/warehouse"
)

// A Replayed mart is what it was in a recorded run beside what the same batches give now.
type Replayed struct {
	Recorded, Now Digest
}

// Same says whether every row is as it was, to the last digit.
func (r Replayed) Same() bool { return r.Recorded == r.Now }

// ErrNoDigests is returned for the record of a run that ended before its marts were done.
var ErrNoDigests = errors.New("the run ended before its marts were done, so there is nothing to compare with")

// ErrBatchGone is returned where a batch that a run read is no longer in the lake.
var ErrBatchGone = errors.New("a batch of the run is no longer in the lake")

// Replay builds the marts of a recorded run once more, in memory, from the same batches under the same settings, and
// compares every mart with its digest in the record. The batches of the input are those to choose from; its models are
// those to build with, and where it has none, those of the run itself.
func Replay(ctx context.Context, in Input, recorded Run) ([]Replayed, error) {
	if len(recorded.Marts) == 0 {
		return nil, fmt.Errorf("replay %s: %w", recorded.ID, ErrNoDigests)
	}
	batches, err := chosen(in.Batches, recorded.Batches)
	if err != nil {
		return nil, fmt.Errorf("replay %s: %w", recorded.ID, err)
	}
	in.Batches, in.Settings, in.AsOf, in.KnownAt = batches, recorded.Settings, recorded.AsOf, recorded.KnownAt
	db, err := warehouse.Open(ctx, in.options(""))
	if err != nil {
		return nil, err
	}
	marts, err := replay(ctx, in, db, recorded)
	return marts, errors.Join(err, db.Close())
}

func replay(ctx context.Context, in Input, db *warehouse.Duck, recorded Run) ([]Replayed, error) {
	models, err := in.modelsOf(ctx, db, recorded)
	if err != nil {
		return nil, err
	}
	again := Run{ID: recorded.ID, KnownAt: recorded.KnownAt}
	if err := assemble(ctx, in, db, models, Param{Months: historyMonths}, &again); err != nil {
		return nil, err
	}
	if again.Marts, err = digests(ctx, db, models); err != nil {
		return nil, err
	}
	return compare(recorded.Marts, again.Marts), nil
}

func (in Input) modelsOf(ctx context.Context, db *warehouse.Duck, recorded Run) (Models, error) {
	if in.Models != nil {
		return Find(ctx, in.Models, db)
	}
	texts, err := kept(in.State, recorded.Texts)
	if err != nil {
		return nil, err
	}
	return arrange(ctx, texts, db)
}

// chosen are the batches with these ids, in their order: which of two versions of a row is the later one depends on it.
func chosen(batches []Batch, ids []string) ([]Batch, error) {
	found := make([]Batch, len(ids))
	for i, id := range ids {
		at := slices.IndexFunc(batches, func(b Batch) bool { return b.ID == id })
		if at < 0 {
			return nil, fmt.Errorf("%w: %s", ErrBatchGone, id)
		}
		found[i] = batches[at]
	}
	return found, nil
}

// compare sets the marts of two runs side by side; a mart that one of them lacks has no rows and no digest there.
func compare(recorded, now []Digest) []Replayed {
	var all []Replayed
	for _, d := range recorded {
		other := Digest{Table: d.Table}
		if i := slices.IndexFunc(now, func(n Digest) bool { return n.Table == d.Table }); i >= 0 {
			other = now[i]
		}
		all = append(all, Replayed{d, other})
	}
	for _, n := range now {
		if !slices.ContainsFunc(recorded, func(d Digest) bool { return d.Table == n.Table }) {
			all = append(all, Replayed{Digest{Table: n.Table}, n})
		}
	}
	return all
}

// Changed names the models whose texts are not those of the recorded run, those that are new since, and those that are gone.
func (r Run) Changed(models Models) []string {
	hash := map[string]string{}
	for _, b := range r.Models {
		hash[b.Model] = b.Hash
	}
	var changed []string
	for _, m := range models {
		if hash[m.Name] != m.Hash {
			changed = append(changed, m.Name)
		}
		delete(hash, m.Name)
	}
	for name := range hash {
		changed = append(changed, name)
	}
	slices.Sort(changed)
	return changed
}

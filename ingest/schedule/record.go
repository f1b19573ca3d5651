package schedule

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// How a slot ended. One that has begun and not ended is at work, or was cut off with its process.
const (
	Done     = "done"
	Failed   = "failed"   // the run came back with an error
	Panicked = "panicked" // the run did not come back
	Skipped  = "skipped"  // it came while the run before it was at work, or while nobody was there and missed slots are left out
)

// A Record says what became of one slot of one source.
type Record struct {
	Slot    time.Time `json:"slot"`
	Began   time.Time `json:"began,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	Outcome string    `json:"outcome,omitempty"`
	Tries   int       `json:"tries,omitempty"`
}

// Book holds the records of each source, oldest slot first. A slot of a source is in it once.
type Book map[string][]Record

const (
	bookFile = "schedule.json"
	kept     = 20 // records of a source
	tries    = 2  // of a slot whose process died in it
)

// Read is the book of a state folder, an empty one where there is none yet. One that cannot be understood is an error that comes
// with an empty book: to begin anew costs a landing and loses nothing.
func Read(state string) (Book, error) {
	book := Book{}
	text, err := os.ReadFile(filepath.Join(state, bookFile))
	if errors.Is(err, fs.ErrNotExist) {
		return book, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &book)
	}
	if err != nil {
		return Book{}, fmt.Errorf("read the record of the schedule: %w", err)
	}
	return book, nil
}

// write puts the book in place so that after a crash it is there whole, as it was before or as it is now.
func (b Book) write(state string) (err error) {
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("write the record of the schedule: %w", err)
		}
	}()
	aside, err := os.Create(filepath.Join(state, bookFile+".new")) // one name: a crash leaves one at most
	if err != nil {
		return err
	}
	_, err = aside.Write(append(text, '\n'))
	if err = errors.Join(err, aside.Sync(), aside.Close()); err == nil {
		err = os.Rename(aside.Name(), filepath.Join(state, bookFile))
	}
	if err != nil {
		return errors.Join(err, os.Remove(aside.Name()))
	}
	folder, err := os.Open(state)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// last is the newest record of a source.
func (b Book) last(source string) (Record, bool) {
	records := b[source]
	if len(records) == 0 {
		return Record{}, false
	}
	return records[len(records)-1], true
}

// note adds a record, or brings that of the same slot up to date. The oldest ones beyond those kept are let go.
func (b Book) note(source string, r Record) {
	records := b[source]
	if last, ok := b.last(source); ok && last.Slot.Equal(r.Slot) {
		records[len(records)-1] = r
		return
	}
	b[source] = slices.Clip(append(records, r)[max(0, len(records)+1-kept):])
}

// ran is when a source was last landed in a slot, the zero time where it never was.
func (b Book) ran(source string) time.Time {
	for _, r := range slices.Backward(b[source]) {
		if !r.Began.IsZero() {
			return r.Began
		}
	}
	return time.Time{}
}

// open says whether a slot that has come is still to be run: no record of it, or one of a run that was cut off and may be tried
// again. A record from more than a day ahead was made under a wrong clock, and must not stop the schedule until then.
func (b Book) open(source string, slot, now time.Time) bool {
	last, ok := b.last(source)
	if !ok || last.Slot.Before(slot) || last.Slot.Sub(now) > 24*time.Hour {
		return true
	}
	return last.Slot.Equal(slot) && last.Outcome == "" && last.Tries < tries
}

package transform

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrOutdated is returned where published tables were made by other texts of the models than this program has: another date
// cannot be computed over them.
var ErrOutdated = errors.New("what is published was made by another version of arrears: arrears run makes it anew")

// Recorded reads the record of a run.
func Recorded(state, run string) (Run, error) {
	text, err := os.ReadFile(filepath.Join(state, "runs", run+".json"))
	if err != nil {
		return Run{}, fmt.Errorf("read the record of the run: %w", err)
	}
	var r Run
	if err := json.Unmarshal(text, &r); err != nil {
		var other *json.UnmarshalTypeError
		if errors.As(err, &other) {
			return Run{}, fmt.Errorf("the record of run %s in %s was written by a newer program: its field %s is of another kind (%s) than this one knows; start that one again, or remove the record and run arrears run",
				run, filepath.Join(state, "runs"), other.Field, other.Value)
		}
		return Run{}, fmt.Errorf("the record of run %s in %s is damaged; remove it and run arrears run: %w", run, filepath.Join(state, "runs"), err)
	}
	return r, nil
}

// MadeBy returns ErrOutdated unless the tables of a run were made by these models.
func (r Run) MadeBy(models Models) error {
	hash := map[string]string{}
	for _, b := range r.Models {
		hash[b.Model] = b.Hash
	}
	for _, m := range models {
		if hash[m.Name] != m.Hash {
			return fmt.Errorf("%w (%s differs)", ErrOutdated, m.Name)
		}
	}
	return nil
}

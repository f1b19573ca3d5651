package ingest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"arrears/config"
)

// Receipt says that a file was taken in, what became of each of its records and by which contract. A batch without a
// receipt does not exist.
type Receipt struct {
	Batch     string `json:"batch"` // of the source's name, the file's digest and the contract
	Source    string `json:"source"`
	File      string `json:"file"`             // base name as received
	Format    string `json:"format,omitempty"` // and how it was packed; csv where it is empty
	Packed    string `json:"packed,omitempty"`
	Member    string `json:"member,omitempty"`     // the file of a zip that was read, or the name that a gzip file carries
	Since1904 bool   `json:"since_1904,omitempty"` // a workbook whose days are counted from 1904

	Digest   string    `json:"digest"`
	Contract string    `json:"contract"`
	LandedAt time.Time `json:"landed_at"`
	Bytes    int64     `json:"bytes"`
	Mark     string    `json:"mark,omitempty"` // how far the source had been read, in its own words; see [Extract]

	// Records = Landed + Rejected + NonData, where Records is what the independent counter found. A record that no map
	// selects is NonData; blank lines, the header and the lines above it are no records.
	Records  int64 `json:"records"`
	Landed   int64 `json:"landed"`
	Rejected int64 `json:"rejected"`
	NonData  int64 `json:"non_data"`

	Patterns map[string]int64 `json:"patterns,omitempty"` // records that the source declares no data, by pattern; the rest of NonData no map selects

	// Completeness says who has confirmed that nothing is missing: manifest, trailer, sender, or unverified.
	Completeness string           `json:"completeness,omitempty"`
	Manifest     string           `json:"manifest,omitempty"` // what the sender said of the extract, as received
	Columns      []string         `json:"columns,omitempty"`  // of the file
	Faults       map[string]int64 `json:"faults,omitempty"`   // rejected records by the column at fault
	Drift        []Drift          `json:"drift,omitempty"`    // what differs from the extracts before

	// Day and Vanished are those of a snapshot: the day of which it lists all there was, and what it means to be missing in it.
	Day      string `json:"day,omitempty"`
	Vanished string `json:"vanished,omitempty"`

	Of        string  `json:"of,omitempty"`        // the batch of which this one has rejected records, corrected
	Corrected []int64 `json:"corrected,omitempty"` // the lines of that batch which it stands for

	Datasets []Landing `json:"datasets"`
	Rejects  string    `json:"rejects"` // quarantined records, relative to the state folder; empty when there are none
	Notes    []string  `json:"notes"`   // what is worth knowing about the file but costs no record
	Failed   string    `json:"failed"`  // why the whole file was refused; it is not tried again under the same contract
}

// Landing is what a batch holds of one dataset.
type Landing struct {
	Dataset string            `json:"dataset"`
	Path    string            `json:"path"` // relative to the state folder
	Rows    int64             `json:"rows"`
	Sums    map[string]string `json:"sums"` // by currency, of the column amount; the currency is empty where the dataset has none
}

func receiptPath(state, batch string) string {
	return filepath.Join(state, receiptDir, batch+".json")
}

// Receipts are the current batches as known at a moment, in the order in which they landed. Of a file that landed under
// several contracts the newest counts. The zero time means everything that is known.
func Receipts(state string, knownAt time.Time) ([]Receipt, error) {
	all, err := readReceipts(state)
	if err != nil {
		return nil, err
	}
	latest := map[[2]string]int{}
	for i, r := range all {
		if knownAt.IsZero() || !r.LandedAt.After(knownAt) {
			latest[[2]string{r.Source, r.Digest}] = i
		}
	}
	current := []Receipt{}
	for i, r := range all {
		if at, ok := latest[[2]string{r.Source, r.Digest}]; ok && at == i {
			current = append(current, r)
		}
	}
	return current, nil
}

// readReceipts reads every receipt, superseded ones too, in the order of landing.
func readReceipts(state string) ([]Receipt, error) {
	paths, err := filepath.Glob(filepath.Join(state, receiptDir, "*.json"))
	if err != nil {
		return nil, err
	}
	receipts := make([]Receipt, 0, len(paths))
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read receipt: %w", err)
		}
		var r Receipt
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, unreadable(path, err)
		}
		if err := r.strange(path); err != nil {
			return nil, err
		}
		receipts = append(receipts, r)
	}
	slices.SortFunc(receipts, func(a, b Receipt) int {
		return cmp.Or(a.LandedAt.Compare(b.LandedAt), cmp.Compare(a.File, b.File), cmp.Compare(a.Batch, b.Batch))
	})
	return receipts, nil
}

// ErrNewer says that a newer program landed a batch: figures without what it holds would be wrong.
var ErrNewer = errors.New("a newer program wrote it: start that one again")

// unreadable tells a receipt that is damaged from one that holds what this program does not know.
func unreadable(path string, err error) error {
	var other *json.UnmarshalTypeError
	if errors.As(err, &other) {
		return fmt.Errorf("receipt %s: %w: its field %s is of another kind (%s) than this one knows", path, ErrNewer, other.Field, other.Value)
	}
	return fmt.Errorf("receipt %s is damaged: take it from a backup: %w", path, err)
}

// strange is the error of a receipt of a dataset that this program has not.
func (r Receipt) strange(path string) error {
	for _, d := range r.Datasets {
		if _, known := config.DatasetNamed(d.Dataset); !known {
			return fmt.Errorf("receipt %s: %w: it holds the dataset %s, which this one does not know", path, ErrNewer, d.Dataset)
		}
	}
	return nil
}

func (r Receipt) write(state, folder string) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return writeDurably(filepath.Join(folder, r.Batch+".json"), receiptPath(state, r.Batch), append(data, '\n'))
}

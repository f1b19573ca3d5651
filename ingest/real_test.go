package ingest

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"arrears/config"
)

// TestEveryRecordOfRealFilesIsAccountedFor reads public files of many systems and oddities, and compares the count with that of another library
// where that can read the file.
func TestEveryRecordOfRealFilesIsAccountedFor(t *testing.T) {
	root := filepath.Join("..", "..", "shared", "data")
	source := invoiceSource(t.TempDir())
	id := "x"
	source.Maps = []config.Map{{Dataset: "customers", Columns: map[string]config.Column{"customer_id": {Value: &id}}}}
	files := 0
	for _, folder := range []string{"nasty-csv", "fivetran-seeds"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".csv") {
				return err
			}
			files++
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			r, _ := readHere(t, t.TempDir(), text, source, "")
			if r.Records != r.Landed+r.Rejected+r.NonData {
				t.Errorf("%s: %+v", path, r)
			}
			others, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
			if err == nil && r.Failed == "" && r.Rejected == 0 && r.Records != int64(len(others)-1) {
				t.Errorf("%s: %d records, and encoding/csv reads %d", path, r.Records, len(others)-1)
			}
			return nil
		})
		if err != nil {
			t.Skip("the public files are not at " + root)
		}
	}
	t.Logf("%d files", files)
}

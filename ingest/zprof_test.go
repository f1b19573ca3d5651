package ingest
import ("testing";"os";"path/filepath")
func BenchmarkParseOnly(b *testing.B) {
	dir := b.TempDir()
	dirty, clean := filepath.Join(dir, "dirty.csv"), filepath.Join(dir, "clean.csv")
	generate(b, dirty, clean, 2_000_000)
	f,_ := os.Open(dirty)
	for b.Loop() {
		r := job{Batch:"b",Source:invoiceSource(dir),Folder:dir,File:"x"}.run(f, func(int64){})
		if r.Failed!=""||r.Broken!="" {b.Fatal(r)}
	}
}

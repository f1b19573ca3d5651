package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
)

//go:embed arrears.yaml
var configuration []byte

// Write makes up a company and writes the extracts of its systems, a mail box, the arrears.yaml that maps them, and truth.json with
// the open balances to find. It returns the path of the configuration.
func Write(dir string, opts Options) (string, error) {
	company := Generate(opts)
	files, err := extracts(company)
	if err != nil {
		return "", fmt.Errorf("write the made-up company: %w", err)
	}
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", fmt.Errorf("write the made-up company: %w", err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return "", fmt.Errorf("write the made-up company: %w", err)
		}
	}
	return filepath.Join(dir, "arrears.yaml"), nil
}

// extracts are all files of the company by slash-separated name.
func extracts(c *Company) (map[string][]byte, error) {
	files := map[string][]byte{"arrears.yaml": configuration}
	systems := []struct {
		style  style
		sheets map[string]sheet
	}{{sap, sapFiles(c)}, {erp, erpFiles(c)}, {iso, crmFiles(c)}, {iso, agreedFiles(c)}, {iso, orderFiles(c)}}
	spoilt := erpQuarter(AsOf)
	for _, system := range systems {
		for name, s := range system.sheets {
			content, err := system.style.write(s)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if name == spoilt {
				content = spoil(content, s)
			}
			files[name] = content
		}
	}
	receipts, err := lockbox(c)
	if err != nil {
		return nil, err
	}
	files["bank/receipts.parquet"] = receipts
	maps.Copy(files, mailbox(c))
	files["truth.json"], err = json.MarshalIndent(Truths(c), "", "  ")
	return files, err
}

// Truths are the truth on AsOf, and at the ends of the months three and twelve before.
func Truths(c *Company) []Truth {
	return []Truth{c.Truth(AsOf), c.Truth(monthEnd(3)), c.Truth(monthEnd(12))}
}

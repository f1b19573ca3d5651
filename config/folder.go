package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// folderFormats are those that a folder is looked through for; no other carries canonical columns by itself.
var folderFormats = []string{"csv", "parquet"}

// Folder is the configuration of a folder of canonical files, named after their datasets: invoices*.csv, payments*.parquet.
// They are UTF-8 with commas, ISO dates and decimal points, and their headers are the canonical columns. Each dataset and
// format that is there becomes a source; a later file of the same kind belongs to it. Without a currency, that of the
// configuration is empty.
func Folder(dir, currency string) (Config, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return Config{}, fmt.Errorf("read the data folder: %w", err)
	}
	entries, err := os.ReadDir(absolute)
	if err != nil {
		return Config{}, fmt.Errorf("read the data folder: %w", err)
	}
	var cfg Config
	cfg.setDefaults()
	cfg.Currency = currency
	cfg.State = filepath.Join(absolute, cfg.State)

	found, mistakes := canonicalFiles(dir, entries)
	for _, dataset := range Datasets {
		for _, format := range folderFormats {
			if found[dataset.Name+"."+format] {
				cfg.Sources = append(cfg.Sources, canonicalSource(absolute, dataset.Name, format))
			}
		}
	}
	if len(cfg.Sources) == 0 && len(mistakes) == 0 {
		mistakes = append(mistakes, Mistake{File: dir, Text: "holds no file named after a dataset, as in invoices.csv or payments-2025.parquet"})
	}
	if currency != "" && !currencyShape.MatchString(currency) {
		mistakes = append(mistakes, Mistake{File: dir, Path: "currency", Text: wrongCurrency(currency)})
	}
	cfg.complete()
	return cfg, mistakes.err()
}

// canonicalFiles finds which datasets are there in which format, as in invoices.csv, and the tables that are none of them.
func canonicalFiles(dir string, entries []os.DirEntry) (map[string]bool, Mistakes) {
	found := map[string]bool{}
	var mistakes Mistakes
	for _, entry := range entries {
		name := entry.Name()
		format := strings.TrimPrefix(filepath.Ext(name), ".")
		if entry.IsDir() || strings.HasPrefix(name, ".") || !slices.Contains(folderFormats, format) {
			continue
		}
		stem := strings.TrimSuffix(name, "."+format)
		if dataset := datasetOf(stem); dataset != "" {
			found[dataset+"."+format] = true
			continue
		}
		mistakes = append(mistakes, Mistake{File: filepath.Join(dir, name),
			Text: "is not named after a dataset; " + suggest(stem, datasetNames())})
	}
	return found, mistakes
}

// datasetOf is the dataset a file name begins with. No name of a dataset begins with that of another.
func datasetOf(stem string) string {
	i := slices.IndexFunc(Datasets, func(d Dataset) bool { return strings.HasPrefix(stem, d.Name) })
	if i < 0 {
		return ""
	}
	return Datasets[i].Name
}

func canonicalSource(folder, dataset, format string) Source {
	var source Source
	source.setDefaults()
	source.Name = dataset
	if format != "csv" {
		source.Name += "-" + format
	}
	source.Format = format
	source.Files = []string{filepath.Join(literal(folder), dataset+"*."+format)}
	source.Maps = []Map{{Dataset: dataset, Canonical: true}}
	return source
}

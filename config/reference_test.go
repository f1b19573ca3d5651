package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// The reference of the datasets is written from the datasets, by make golden.
func TestDatasetReferenceIsTrue(t *testing.T) {
	var page strings.Builder
	page.WriteString(`# The canonical datasets

What every extract is turned into, whatever system it came from. A source in [arrears.yaml](configuration.md) maps its columns
to these; a folder of files that already have these columns is read without a configuration (` + "`--data DIR`" + `), each file
named after its dataset: ` + "`invoices.csv`, `invoices-2025-03.csv`, `payments.parquet`" + `.

A key that comes again is a new version of the row, not a second row. Columns with * are required. Texts keep every
leading zero. Amounts are exact, in the currency of their document unless the table says otherwise, with up to three decimals;
rates, prices and quantities have up to nine. Timestamps are without zone.
`)
	for _, dataset := range Datasets {
		fmt.Fprintf(&page, "\n## %s\n\nA row is %s. Key: `%s`.\n\n| column | type | meaning |\n|---|---|---|\n",
			dataset.Name, dataset.Help, strings.Join(dataset.Key, "`, `"))
		for _, field := range dataset.Fields {
			star := ""
			if field.Required {
				star = "*"
			}
			fmt.Fprintf(&page, "| `%s`%s | %s | %s |\n", field.Name, star, field.Kind, field.Help)
		}
	}
	golden(t, "../docs/reference/datasets.md", page.String())
}

func TestEveryColumnIsExplainedAndEveryKeyIsAColumn(t *testing.T) {
	for _, dataset := range Datasets {
		for _, key := range dataset.Key {
			if _, ok := dataset.Field(key); !ok {
				t.Errorf("%s has no column for its key %s", dataset.Name, key)
			}
		}
		var seen []string
		for _, field := range dataset.Fields {
			if field.Help == "" || slices.Contains(seen, field.Name) {
				t.Errorf("%s.%s is unexplained or there twice", dataset.Name, field.Name)
			}
			seen = append(seen, field.Name)
		}
	}
}

func TestExampleOfTheReferenceIsAConfiguration(t *testing.T) {
	page, err := os.ReadFile("../docs/reference/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(page), "```yaml\n")
	for i, part := range parts[1:] {
		text, _, _ := strings.Cut(part, "```")
		if _, err := parse(fmt.Sprintf("example %d", i+1), []byte(text)); err != nil {
			t.Error(err)
		}
	}
	if len(parts) < 2 {
		t.Error("the page shows no example")
	}
}

func TestReferenceNamesEveryKey(t *testing.T) {
	page, err := os.ReadFile("../docs/reference/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range everyKey() {
		if !strings.Contains(string(page), "`"+key+"`") {
			t.Errorf("the reference does not explain `%s`", key)
		}
	}
}

func TestExamplesAreConfigurations(t *testing.T) {
	folders, err := filepath.Glob("../examples/*")
	if err != nil || len(folders) < 16 {
		t.Fatalf("%d examples, %v", len(folders), err)
	}
	kinds := map[string]bool{}
	for _, folder := range folders {
		c, err := Load(filepath.Join(folder, "arrears.yaml"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, s := range c.Sources {
			for _, kind := range s.Kinds() {
				kinds[kind] = true
			}
		}
		if _, err := os.Stat(filepath.Join(folder, "README.md")); err != nil {
			t.Error(err)
		}
	}
	for _, kind := range []string{"files", "postgres", "mysql", "sqlserver", "http", "s3", "sftp"} {
		if !kinds[kind] {
			t.Errorf("no example takes its extracts from %s", kind)
		}
	}
}

// everyKey lists the keys a configuration may hold, whatever block they belong to.
func everyKey() []string {
	var names []string
	for _, block := range []any{&Config{}, &Mail{}, &Lists{}, &Mailbox{}, &Portal{}, &Disputes{}, &Payer{}, &Letters{}, &Webhooks{}, &Hook{}, &Chat{}, &Worklist{}, &Validation{}, &Strategy{}, &Rule{}, &Segment{}, &Style{},
		&Worker{}, &Source{}, &Dialect{}, &Fixed{}, &Manifest{}, &Map{}, &Column{}} {
		_, known := keys(reflect.ValueOf(block).Elem())
		names = append(names, known...)
	}
	return names
}

// The sources behind a network have a page of their own.
func TestPageOfPullsIsTrue(t *testing.T) {
	text, err := os.ReadFile("../docs/reference/pulls.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, block := range []any{&Secret{}, &Database{}, &HTTP{}, &Paging{}, &S3{}, &SFTP{}} {
		_, known := keys(reflect.ValueOf(block).Elem())
		for _, key := range known {
			if !strings.Contains(page, "`"+key+"`") && !strings.Contains(page, "{"+key+":") {
				t.Errorf("the page does not explain `%s`", key)
			}
		}
	}
	examples := strings.Split(page, "```yaml\n")[1:]
	for i, part := range examples {
		example, _, _ := strings.Cut(part, "```")
		if _, err := parse(fmt.Sprintf("example %d", i+1), []byte(example)); err != nil {
			t.Error(err)
		}
	}
	if len(examples) != 4 {
		t.Errorf("the page shows %d examples", len(examples))
	}
}

func TestExampleOfThePageOfMailIsAConfiguration(t *testing.T) {
	text, err := os.ReadFile("../docs/reference/mail.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(text), "```yaml\n")
	example, _, closed := strings.Cut(example, "```")
	if !found || !closed {
		t.Fatal("the page shows no example")
	}
	if _, err := parse("example", []byte(example)); err != nil {
		t.Error(err)
	}
}

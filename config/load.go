package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Load reads a configuration file. A file that can be read and not be used gives [*Mistakes], which names all of them.
func Load(path string) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	cfg, err := parse(path, text)
	if err != nil {
		return Config{}, err
	}
	cfg.Path = absolute
	cfg.resolve(filepath.Dir(absolute))
	return cfg, nil
}

// parse reads and checks the text of a configuration; its paths are still as written.
func parse(name string, text []byte) (Config, error) {
	var cfg Config
	cfg.setDefaults()
	d := &decoder{file: name, lines: map[string]int{}}
	node := d.document(text)
	if node == nil && len(d.mistakes) > 0 {
		return cfg, d.mistakes.err()
	}
	if node != nil {
		d.decode("", node, reflect.ValueOf(&cfg).Elem())
	}
	cfg.complete()
	checker{d}.config(cfg)
	return cfg, d.mistakes.err()
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// document is the one YAML document of a file, nil where the file is empty or no YAML.
func (d *decoder) document(text []byte) *yaml.Node {
	var document, second yaml.Node
	reader := yaml.NewDecoder(bytes.NewReader(text))
	err := reader.Decode(&document)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		found := yamlLine.FindStringSubmatch(err.Error())
		if found == nil {
			found = []string{"", "", err.Error()}
		}
		line, _ := strconv.Atoi(found[1]) // 0 when YAML knows no line
		d.mistakes = append(d.mistakes, Mistake{d.file, line, "", "this is not YAML: " + found[2]})
		return nil
	}
	if reader.Decode(&second) == nil {
		d.mistakes = append(d.mistakes, Mistake{d.file, second.Line, "", "a configuration is one YAML document; remove what begins at ---"})
	}
	return document.Content[0]
}

// complete fills what follows from other values.
func (c *Config) complete() {
	for i := range c.Sources {
		csv := &c.Sources[i].CSV
		c.Sources[i].completePulls()
		if csv.Delimiter == `\t` {
			csv.Delimiter = "\t"
		}
		if c.Sources[i].Format == "tsv" {
			csv.Delimiter = "\t"
		}
		csv.Encoding = strings.ToLower(csv.Encoding)
		if csv.Timestamp == "" {
			csv.Timestamp = timestampOf(csv.Date)
		}
	}
}

// resolve makes every path absolute, seen from the folder of the configuration.
func (c *Config) resolve(folder string) {
	if !filepath.IsAbs(c.State) {
		c.State = filepath.Join(folder, c.State)
	}
	paths := []*string{&c.Disputes.Model, &c.Disputes.Holidays, &c.Mail.PasswordFile, &c.Letters.Folder}
	for i := range c.Webhooks.Calls {
		paths = append(paths, &c.Webhooks.Calls[i].SecretFile)
	}
	for i := range c.Webhooks.Receive {
		paths = append(paths, &c.Webhooks.Receive[i].SecretFile)
	}
	for _, source := range c.Sources {
		paths = append(paths, source.paths()...)
	}
	for i := range c.Mailboxes {
		paths = append(paths, &c.Mailboxes[i].Maildir, &c.Mailboxes[i].PasswordFile)
	}
	for _, path := range paths {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(folder, *path)
		}
	}
	for n, source := range c.Sources {
		if to := &c.Sources[n].Processed; *to != "" && !filepath.IsAbs(*to) {
			*to = filepath.Join(folder, *to)
		}
		for i, glob := range source.Files {
			if !filepath.IsAbs(glob) {
				source.Files[i] = filepath.Join(literal(folder), glob)
			}
		}
	}
}

// literal is a glob that matches the folder and nothing else, whatever signs its name has.
func literal(folder string) string {
	signs := []string{"*", "[*]", "?", "[?]", "[", "[[]"}
	if filepath.Separator != '\\' {
		signs = append(signs, `\`, `\\`)
	}
	return strings.NewReplacer(signs...).Replace(folder)
}

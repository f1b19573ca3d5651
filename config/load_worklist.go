package config

import (
	"fmt"
	"os"
	"reflect"
)

// LoadWorklist reads what a file says of the worklist, to try it beside the configuration in use: a whole configuration, or a file with
// worklist: alone. What is not the worklist is not checked.
func LoadWorklist(path string) (Worklist, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Worklist{}, fmt.Errorf("read the worklist of a configuration: %w", err)
	}
	var cfg Config
	cfg.setDefaults()
	d := &decoder{file: path, lines: map[string]int{}}
	if node := d.document(text); node != nil {
		d.decode("", node, reflect.ValueOf(&cfg).Elem())
	}
	if _, said := d.lines["worklist"]; !said && len(d.mistakes) == 0 {
		d.mistake("worklist", "is missing: the file says nothing of the worklist")
	}
	checker{d}.worklist(cfg.Worklist)
	return cfg.Worklist, d.mistakes.err()
}

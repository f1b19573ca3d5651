package sql

import (
	_ "embed"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// KPI is the declaration of one figure.
type KPI struct {
	Name       string   `yaml:"name"`
	Title      string   `yaml:"title"`
	Unit       string   `yaml:"unit"` // amount, percent, days, hours, count or ratio
	Definition string   `yaml:"definition"`
	Formula    string   `yaml:"formula"`
	Source     string   `yaml:"source"`
	Owner      string   `yaml:"owner"`  // the role that answers for it
	Edges      string   `yaml:"edges"`  // what it does at its limits
	Tests      []string `yaml:"tests"`  // what proves it: tests of this repository, and cases of other systems
	Inputs     []string `yaml:"inputs"` // columns of explain/input.sql
	Rows       string   `yaml:"rows"`   // file of explain/ that lists the rows behind it
}

//go:embed kpi.yaml
var kpis []byte

// KPIs is the catalogue, in the order in which figures are shown.
func KPIs() ([]KPI, error) {
	var list []KPI
	if err := yaml.Unmarshal(kpis, &list); err != nil {
		return nil, fmt.Errorf("read the KPI catalogue: %w", err)
	}
	return list, nil
}

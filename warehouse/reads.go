package warehouse

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrNotOneSelect is returned for a text that is not exactly one SELECT statement.
var ErrNotOneSelect = errors.New("not one SELECT statement")

// tablesRead walks the engine's own syntax tree. GetTableNames is not good enough: it returns nothing for a join ...
// using over tables that are not there yet.
func tablesRead(tree string) ([]string, error) {
	var root struct {
		Error    bool              `json:"error"`
		Type     string            `json:"error_type"`
		Message  string            `json:"error_message"`
		Position string            `json:"position"`
		Nodes    []json.RawMessage `json:"statements"`
	}
	if err := json.Unmarshal([]byte(tree), &root); err != nil {
		return nil, fmt.Errorf("read the syntax tree: %w", err)
	}
	if root.Error && root.Type == "not implemented" {
		return nil, fmt.Errorf("%w: %s", ErrNotOneSelect, root.Message)
	}
	if root.Error {
		return nil, fmt.Errorf("%s error at character %s: %s", root.Type, root.Position, root.Message)
	}
	if len(root.Nodes) != 1 {
		return nil, ErrNotOneSelect
	}
	var node any
	if err := json.Unmarshal(root.Nodes[0], &node); err != nil {
		return nil, fmt.Errorf("read the syntax tree: %w", err)
	}
	found := map[string]bool{}
	collectTables(node, found)
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

func collectTables(node any, found map[string]bool) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			collectTables(child, found)
		}
	case map[string]any:
		schema, _ := n["schema_name"].(string)
		table, _ := n["table_name"].(string)
		if n["type"] == "BASE_TABLE" && schema != "" {
			found[strings.ToLower(schema+"."+table)] = true
		}
		for _, child := range n {
			collectTables(child, found)
		}
	}
}

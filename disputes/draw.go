package disputes

import (
	"fmt"
	"slices"
	"strings"
)

// Mermaid is the model as the text of a state diagram.
func (m Model) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range m.States {
		fmt.Fprintf(&b, "    state \"%s\" as %s\n", strings.ReplaceAll(s.caption(), `"`, "'"), s.Name)
	}
	fmt.Fprintf(&b, "    [*] --> %s\n", m.initial().Name)
	for _, a := range m.arrows() {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", a.from, a.to, strings.Join(a.steps, ", "))
	}
	for _, s := range m.States {
		if s.End {
			fmt.Fprintf(&b, "    %s --> [*]\n", s.Name)
		}
	}
	return b.String()
}

func (s State) caption() string {
	if s.End {
		return s.Title
	}
	return fmt.Sprintf("%s (%s, %d h)", s.Title, s.Owner, s.Within)
}

// An arrow is all steps from one state to another.
type arrow struct {
	from, to string
	steps    []string
}

func (m Model) arrows() []arrow {
	var all []arrow
	for _, t := range m.Steps {
		i := slices.IndexFunc(all, func(a arrow) bool { return a.from == t.From && a.to == t.To })
		if i < 0 {
			all = append(all, arrow{from: t.From, to: t.To})
			i = len(all) - 1
		}
		if !slices.Contains(all[i].steps, t.On) {
			all[i].steps = append(all[i].steps, t.On)
		}
	}
	return all
}

package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing to correct in a configuration.
type Mistake struct {
	File string // as it was named by whoever asked
	Line int    // 0 where the mistake has no line, as for a file in a data folder
	Path string // place in the configuration, as in sources[0].csv.date
	Text string // what is wrong and, where it is known, what to write instead
}

// String is the mistake as an editor understands it: file:line: path: text.
func (m Mistake) String() string {
	place := m.File
	if m.Line > 0 {
		place = fmt.Sprintf("%s:%d", m.File, m.Line)
	}
	if m.Path == "" {
		return place + ": " + m.Text
	}
	return place + ": " + m.Path + ": " + m.Text
}

// Mistakes is the error of a configuration that cannot be used: everything that is wrong with it, in order of lines.
type Mistakes []Mistake

// Error prints one mistake a line.
func (m *Mistakes) Error() string {
	lines := make([]string, len(*m))
	for i, mistake := range *m {
		lines[i] = mistake.String()
	}
	return strings.Join(lines, "\n")
}

// err is nil when there is nothing to correct.
func (m *Mistakes) err() error {
	if len(*m) == 0 {
		return nil
	}
	slices.SortStableFunc(*m, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	return m
}

// nearest is the known name that a misspelt one most likely means, or "" if none is close.
func nearest(name string, known []string) string {
	best, fewest := "", 1+max(1, len(name)/3)
	for _, candidate := range known {
		if edits := distance(strings.ToLower(name), strings.ToLower(candidate)); edits < fewest {
			best, fewest = candidate, edits
		}
	}
	return best
}

// suggest ends a message about an unknown name: with the one that is meant, or else with all there are.
func suggest(name string, known []string) string {
	if best := nearest(name, known); best != "" {
		return fmt.Sprintf("did you mean %s?", best)
	}
	return "it is one of " + strings.Join(known, ", ")
}

// distance counts the letters to insert, delete, replace or swap with their neighbour to turn one name into another.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replaced := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

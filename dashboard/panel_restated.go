package dashboard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

var restatedPanel = panel{
	name: "restated", title: "Restated since the last close", query: "restatement", kind: text, width: "wide",
	definition: "Figures of closed months that are not what an earlier run said of them, the newest run first. A month is closed on its " +
		"last day. The cause is rows that landed since, models that changed, or settings that changed. Nothing is ever taken off this list.",
	empty: "Nothing of a closed month has changed since.",
	missing: func(r reading) string {
		if r.entity == "" && r.currency != "" {
			return "Closed months are compared as a whole and by entity, not by document currency. Choose all currencies to see them."
		}
		return ""
	},
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "known_at", title: "Known at", kind: moment}, {key: "figure", title: "Figure"}, {key: "bucket", title: "Bucket"},
			{key: "month_end", title: "Month end", kind: date}, {key: "before", title: "Before", kind: ratio},
			{key: "after", title: "After", kind: ratio}, {key: "change", title: "Change", kind: ratio}, {key: "unit", title: "Unit"},
			{key: "cause", title: "Cause"}, {key: "run", title: "Run"}, {key: "previous_run", title: "Run before"},
		}}
		for _, s := range r.restated() {
			about, _ := r.about(s.kpi)
			k := kindOf(s.unit)
			t.rows = append(t.rows, []cell{
				momentCell(s.knownAt), textCell(about.Title), textCell(s.bucket), dateCell(s.on), maybeCell(k, s.before),
				maybeCell(k, s.after), maybeCell(k.difference(), s.change), textCell(r.in(s.currency).unit(k)), textCell(s.cause),
				textCell(s.run), textCell(s.previous),
			})
		}
		return t
	},
	note: func(r reading) *note {
		found, months := r.restated(), map[string]bool{}
		for _, s := range found {
			months[monthName(s.on)] = true
		}
		return &note{Text: fmt.Sprintf("Figures restated: %s, closed months among them: %s, last found on %s.",
			r.fixed(decimal.NewFromInt(int64(len(found))), 0), r.fixed(decimal.NewFromInt(int64(len(months))), 0), day(found[0].knownAt.In(r.zone)))}
	},
}

// restatedFilesPanel is what stands behind restatements whose cause is rows.
var restatedFilesPanel = panel{
	name: "restated_files", title: "The files behind it", query: "restatement_batch", kind: count, spare: true,
	definition: "Files that had landed since the run before, with the number of their rows that bear a date of a closed month. A row " +
		"counts in each month that one of its dates falls in. Files are those of the whole company.",
	missing: restatedPanel.missing,
	empty:   "No file with dates of a closed month stands behind it.",
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "known_at", title: "Known at", kind: moment}, {key: "source", title: "Source"}, {key: "file", title: "File"},
			{key: "dataset", title: "Dataset"}, {key: "month_end", title: "Month end", kind: date}, {key: "rows", title: "Rows", kind: count},
			{key: "batch", title: "Batch"}, {key: "run", title: "Run"},
		}}
		for _, f := range r.restatingFiles() {
			t.rows = append(t.rows, []cell{
				momentCell(f.knownAt), textCell(f.source), textCell(f.file), textCell(f.dataset), dateCell(monthEnd(f.month)),
				countCell(f.rows), textCell(f.batch), textCell(f.run),
			})
		}
		return t
	},
}

// restated are the restatements of what the reader chose; figures as a whole come before their buckets.
func (r reading) restated() []restatement {
	var found []restatement
	dimension, member := r.slice()
	for _, s := range r.restatements {
		if s.dimension == dimension && s.member == member {
			found = append(found, s)
		}
	}
	return found
}

// restatingFiles are those behind the restatements of what the reader chose.
func (r reading) restatingFiles() []restatingFile {
	runs := map[string]bool{}
	for _, s := range r.restated() {
		runs[s.run] = true
	}
	var found []restatingFile
	for _, f := range r.restatedBy {
		if runs[f.run] {
			found = append(found, f)
		}
	}
	return found
}

// How much of it stands on the overview; the tables have all.
const (
	restatedOnPage = 6
	filesOnPage    = 3
)

// restatedBody is the short list on the overview and the files behind it.
type restatedBody struct {
	Figures []restatedLine
	More    int
	Behind  tile
}

type restatedLine struct {
	Title, Explain, Then, Now, Cause string
	Change                           change
}

// A fileLine says of one file which of its rows bear dates of closed months.
type fileLine struct{ Title, Text string }

func (r reading) restatedShown() restatedBody {
	all := r.restated()
	body := restatedBody{Behind: restatedFilesPanel.tile(r)}
	for _, s := range all[:min(restatedOnPage, len(all))] {
		body.Figures = append(body.Figures, r.restatedLine(s))
	}
	body.More = len(all) - len(body.Figures)
	lines := fileLines(r.restatingFiles())
	shown := min(filesOnPage, len(lines))
	body.Behind.Extra, body.Behind.More = lines[:shown], len(lines)-shown
	return body
}

func (r reading) restatedLine(s restatement) restatedLine {
	about, _ := r.about(s.kpi)
	k, w := kindOf(s.unit), r.in(s.currency)
	line := restatedLine{
		Title: about.Title + ", " + monthName(s.on), Explain: r.on(s.on).link("/explain/" + s.kpi),
		Then: w.quantity(s.before, k), Now: w.quantity(s.after, k), Cause: causeWords(s.cause),
		Change: change{Sign: "even", Text: "no figure", Mood: "even"},
	}
	if s.bucket != "" {
		line.Title = about.Title + " " + s.bucket + ", " + monthName(s.on)
	}
	if s.change.Valid {
		delta := s.change.Decimal
		line.Change.Sign, line.Change.Word, line.Change.Mood = judge(delta, neitherBetter)
		line.Change.Text = signed(strings.TrimSpace(w.write(s.change, k)+" "+w.unit(k.difference())), delta)
	}
	return line
}

// causeWords says the cause of a restatement; it is lost with the record of the run before.
func causeWords(cause string) string {
	words := map[string]string{"rows": "rows landed", "models": "models changed", "settings": "settings changed"}
	var said []string
	for part := range strings.SplitSeq(cause, ", ") {
		if words[part] != "" {
			said = append(said, words[part])
		}
	}
	if len(said) == 0 {
		return "cause not recorded"
	}
	return strings.Join(said, ", ")
}

// fileLines sums up each file: its datasets, and the first and the last closed month its rows bear dates of.
func fileLines(files []restatingFile) []fileLine {
	type landed struct{ run, batch string }
	byFile := map[landed][]restatingFile{}
	var order []landed
	for _, f := range files {
		k := landed{f.run, f.batch}
		if byFile[k] == nil {
			order = append(order, k)
		}
		byFile[k] = append(byFile[k], f)
	}
	var lines []fileLine
	for _, k := range order {
		var datasets []string
		first, last := byFile[k][0].month, byFile[k][0].month
		for _, f := range byFile[k] {
			first, last = min(first, f.month), max(last, f.month)
			if name := strings.ReplaceAll(f.dataset, "_", " "); !slices.Contains(datasets, name) {
				datasets = append(datasets, name)
			}
		}
		months := monthName(monthEnd(first))
		if first != last {
			months += " to " + monthName(monthEnd(last))
		}
		f := byFile[k][0]
		lines = append(lines, fileLine{f.file, "from " + f.source + ": " + strings.Join(datasets, ", ") + " of " + months})
	}
	return lines
}

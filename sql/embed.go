// Package sql holds every model, check, panel and metric as one statement a file: the folder is the schema and the file is
// the table. What each says and how it is written is in docs/reference/models.md.
package sql

import (
	"embed"
	"io/fs"
)

// Models are the statements that build the tables, by schema: stg, core and mart.
//
//go:embed stg/*.sql core/*.sql mart/*.sql
var Models embed.FS

// Checks are queries that return their faults: no row, no fault.
//
//go:embed check/*.sql
var Checks embed.FS

// Proofs show the two sides that a check of the same name compares, so that what ties can be seen to tie. All have the columns part,
// currency, compared (how many comparisons), left_side, left_amount, right_side and right_amount.
//
//go:embed proof/*.sql
var Proofs embed.FS

// Explanations list what stands behind a figure: the numbers that enter it, and the rows with the file and line each came from.
//
//go:embed explain/*.sql
var Explanations embed.FS

//go:embed panel/*.sql metric/*.sql pane/*.sql drill/*.sql
var readers embed.FS

// Panels are the queries of the pages, one file a panel.
func Panels() fs.FS { return below("panel") }

// Panes are what stands beside the worklist about its customers, one file a part. Each covers every customer; a page reads a few of them.
func Panes() fs.FS { return below("pane") }

// Drills are what a cell of a panel leads to, one file a panel. Each covers all cells; a page reads the rows of one.
func Drills() fs.FS { return below("drill") }

// Metrics are the queries of /metrics, one file a gauge.
func Metrics() fs.FS { return below("metric") }

func below(folder string) fs.FS {
	sub, err := fs.Sub(readers, folder)
	if err != nil {
		panic(err) // the folder is embedded with the program
	}
	return sub
}

// Package sql holds every model, check, panel and metric as one statement a file: the folder is the schema and the file is
// the table. What each says and how it is written is in docs/reference/models.md.
package sql

import "embed"

// Models are the statements that build the tables, by schema: stg, core and mart.
//
//go:embed stg/*.sql core/*.sql mart/*.sql
var Models embed.FS

// Checks are queries that return their faults: no row, no fault.
//
//go:embed check/*.sql
var Checks embed.FS

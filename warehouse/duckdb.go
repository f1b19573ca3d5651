package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"
	"sync"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"
)

// Options bound what one database may use of the machine. The zero value takes the engine's own defaults.
type Options struct {
	Path     string            // database file; empty keeps everything in memory
	ReadOnly bool              // any number of processes may read a file that nobody writes
	Memory   string            // as in "2GB"; what does not fit spills into Temp
	Threads  int               // workers of the engine
	Temp     string            // folder for what does not fit into memory
	Bulk     bool              // a new file that is filled once: put in order by Checkpoint alone; until then what changed takes memory
	Files    []string          // folders whose Parquet files may be read, and nothing else of the machine
	Attach   map[string]string // further databases, read only: name -> file
}

// Duck is one open DuckDB database.
type Duck struct{ pool *sql.DB }

// opening is held while a file is opened: whoever opens it again in this process shares the engine, and has to find it
// set up and locked, or not at all.
var opening sync.Mutex

// Open opens a database and locks its settings: no extension is fetched, and no file outside Options is touched.
func Open(ctx context.Context, o Options) (*Duck, error) {
	if o.Path != "" {
		opening.Lock()
		defer opening.Unlock()
	}
	connector, err := duckdb.NewConnector(o.dsn(), nil)
	if err != nil {
		return nil, fmt.Errorf("open warehouse %s: %w", o.name(), err)
	}
	d := &Duck{pool: sql.OpenDB(connector)}
	locked, err := d.locked(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open warehouse %s: %w", o.name(), err), d.Close())
	}
	if locked {
		return d, nil
	}
	for _, statement := range o.setup() {
		if err := d.Exec(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("open warehouse %s: %w", o.name(), err), d.Close())
		}
	}
	return d, nil
}

// locked says that this process has the file open already: both then share one engine, and its settings.
func (d *Duck) locked(ctx context.Context) (bool, error) {
	t, err := d.Query(ctx, "select cast(current_setting('lock_configuration') as boolean)")
	if err != nil {
		return false, err
	}
	return t.Rows[0][0] == true, nil
}

func (o Options) name() string {
	if o.Path == "" {
		return "in memory"
	}
	return o.Path
}

func (o Options) dsn() string {
	// The engine logs what it was told to read nowhere; order is restored by ORDER BY where it matters.
	settings := []string{
		"preserve_insertion_order=false", "autoinstall_known_extensions=false",
		"autoload_known_extensions=false", "allow_community_extensions=false", "allow_unsigned_extensions=false",
	}
	if o.ReadOnly {
		settings = append(settings, "access_mode=READ_ONLY")
	} else {
		// The newest file format: a database file is built anew by each refresh and read by the program that built it.
		settings = append(settings, "storage_compatibility_version=latest")
	}
	if o.Memory != "" {
		settings = append(settings, "memory_limit="+o.Memory)
	}
	if o.Threads > 0 {
		settings = append(settings, fmt.Sprintf("threads=%d", o.Threads))
	}
	return o.Path + "?" + strings.Join(settings, "&")
}

// nestedLoop is up to how many rows, on one side, the engine compares every row with every other in a join by inequalities. As it comes
// that is 5, and from there on it sorts both sides: of ten million open spans, to find which of them 28 month-ends fall into.
const nestedLoop = 64

// setup runs in this order: what may be read is named before everything else is shut, and the lock comes last.
func (o Options) setup() []string {
	s := []string{fmt.Sprintf("set nested_loop_join_threshold = %d", nestedLoop)}
	if o.Bulk {
		s = append(s, "set checkpoint_threshold = '1TB'")
	}
	if o.Temp != "" {
		s = append(s, "set temp_directory = "+Literal(o.Temp))
	}
	for name, path := range o.Attach {
		s = append(s, fmt.Sprintf("attach %s as %s (read_only)", Literal(path), name))
	}
	if len(o.Files) > 0 {
		dirs := make([]string, len(o.Files))
		for i, dir := range o.Files {
			dirs[i] = Literal(dir)
		}
		s = append(s, "set allowed_directories = ["+strings.Join(dirs, ", ")+"]")
	}
	return append(s, "set enable_external_access = false", "set lock_configuration = true")
}

// Literal quotes text for use in a statement that takes no parameters.
func Literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// Exec runs one statement.
func (d *Duck) Exec(ctx context.Context, statement string, args ...any) error {
	_, err := d.pool.ExecContext(ctx, statement, args...)
	return err
}

// Query runs one query and reads all of its rows.
func (d *Duck) Query(ctx context.Context, query string, args ...any) (Table, error) {
	rows, err := d.pool.QueryContext(ctx, query, args...)
	if err != nil {
		return Table{}, err
	}
	table, err := read(rows)
	return table, errors.Join(err, rows.Close())
}

func read(rows *sql.Rows) (Table, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return Table{}, err
	}
	var t Table
	for _, c := range types {
		t.Columns = append(t.Columns, Column{Name: c.Name(), Type: c.DatabaseTypeName()})
	}
	for rows.Next() {
		row := make([]any, len(types))
		into := make([]any, len(types))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return Table{}, err
		}
		for i := range row {
			row[i] = plain(row[i])
		}
		t.Rows = append(t.Rows, row)
	}
	return t, rows.Err()
}

// plain brings the driver's types down to the few that Table promises.
func plain(value any) any {
	switch v := value.(type) {
	case duckdb.Decimal:
		return decimal.NewFromBigInt(v.Value, -int32(v.Scale))
	case *big.Int:
		return decimal.NewFromBigInt(v, 0)
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case uint8:
		return int64(v)
	case uint16:
		return int64(v)
	case uint32:
		return int64(v)
	case uint64:
		return decimal.NewFromUint64(v)
	case float32:
		return float64(v)
	case []byte:
		return string(v)
	default:
		return v
	}
}

// Reads names the tables a query reads, schema.table in lower case, as DuckDB's own parser sees them. Names without a
// schema are the query's own CTEs and are left out.
func (d *Duck) Reads(ctx context.Context, query string) ([]string, error) {
	t, err := d.Query(ctx, "select cast(json_serialize_sql(cast(? as varchar)) as varchar)", query)
	if err != nil {
		return nil, err
	}
	return tablesRead(t.Rows[0][0].(string))
}

// Checkpoint writes everything into the database file, so that it stands alone.
func (d *Duck) Checkpoint(ctx context.Context) error { return d.Exec(ctx, "checkpoint") }

// Close closes the database.
func (d *Duck) Close() error { return d.pool.Close() }

// Remove deletes a database file and what the engine may have left beside it.
func Remove(path string) error {
	var errs []error
	for _, p := range []string{path, path + ".wal", path + ".tmp"} {
		errs = append(errs, os.RemoveAll(p))
	}
	return errors.Join(errs...)
}

package pull

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"arrears/config"
)

// postgres is a PostgreSQL server, or one that speaks as it does.
type postgres struct{ config config.Database }

func (p postgres) open(ctx context.Context, w *watch) (session, error) {
	c, err := p.connection()
	if err != nil {
		return nil, err
	}
	c.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		return w.dial(ctx, network, address, p.config.Connect)
	}
	conn, err := pgconn.ConnectConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	s := &postgresSession{conn: conn, wait: p.config.Connect}
	if err := s.do(ctx, "begin isolation level repeatable read read only"); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// connection says everything itself, so that no variable of the environment has a part in it. Dates are written ISO, moments in UTC and
// numbers with all their digits, whatever the server's own habits.
func (p postgres) connection() (*pgconn.Config, error) {
	d := p.config
	password, err := d.Password.Read()
	if err != nil {
		return nil, err
	}
	mode := map[string]string{"verify": "verify-full", "none": "disable"}[d.TLS]
	if strings.HasPrefix(d.Host, "/") {
		mode = "disable"
	}
	words := []string{"host", d.Host, "port", strconv.FormatInt(d.Port, 10), "user", d.User, "dbname", d.Database, "sslmode", mode,
		"passfile", "/dev/null", "sslcert", "", "sslkey", "", "sslrootcert", d.CA, "password", "", "target_session_attrs", "any"}
	var text strings.Builder
	for i := 0; i < len(words); i += 2 {
		if words[i] != "sslrootcert" || words[i+1] != "" {
			fmt.Fprintf(&text, "%s='%s' ", words[i], strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(words[i+1]))
		}
	}
	c, err := pgconn.ParseConfig(text.String())
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	c.Password, c.ConnectTimeout, c.Fallbacks = password, d.Connect, nil
	millis := func(d time.Duration) string { return strconv.FormatInt(max(1, d.Milliseconds()), 10) }
	c.RuntimeParams = map[string]string{
		"application_name": "arrears", "client_encoding": "UTF8", "DateStyle": "ISO, YMD", "TimeZone": "UTC", "extra_float_digits": "1",
		"IntervalStyle": "iso_8601", "bytea_output": "hex", "standard_conforming_strings": "on", "default_transaction_read_only": "on",
		"statement_timeout": millis(d.Statement), "lock_timeout": millis(d.Lock), "idle_in_transaction_session_timeout": millis(d.Stall),
	}
	return c, nil
}

// postgresSession is one transaction.
type postgresSession struct {
	conn *pgconn.PgConn
	wait time.Duration
}

func (s *postgresSession) do(ctx context.Context, statement string) error {
	_, err := s.conn.Exec(ctx, statement).ReadAll()
	return err
}

// Close ends the transaction with the connection; nothing was changed in it.
func (s *postgresSession) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.wait)
	defer cancel()
	_ = s.conn.Close(ctx) // what it says is of no interest: all that was asked for has come, or another error says why not
	return nil
}

var postgresKinds = map[uint32]kind{
	pgtype.Int2OID: integer, pgtype.Int4OID: integer, pgtype.Int8OID: integer, pgtype.NumericOID: number,
	pgtype.DateOID: day, pgtype.TimestampOID: moment, pgtype.TimestamptzOID: moment,
}

func (s *postgresSession) columns(ctx context.Context, query string) ([]column, error) {
	described, err := s.conn.Prepare(ctx, "", query, nil)
	if err != nil {
		return nil, err
	}
	var columns []column
	for _, f := range described.Fields {
		columns = append(columns, column{f.Name, postgresKinds[f.DataTypeOID]})
	}
	return columns, nil
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func (s *postgresSession) newest(ctx context.Context, query string, watermark []column) ([]string, error) {
	var texts, falling, nulls []string
	for _, c := range watermark {
		name := quoted(c.name)
		texts, falling, nulls = append(texts, name+"::text"), append(falling, "pulled."+name+" desc"), append(nulls, name+" is null")
	}
	rows, err := s.texts(ctx, fmt.Sprintf("select 1 from (%s) as pulled where %s limit 1", query, strings.Join(nulls, " or ")))
	if err != nil {
		return nil, err
	}
	if rows != nil {
		return nil, errNoWatermark
	}
	// Without the table's name PostgreSQL would put the texts in order, which are called as their columns are: 9 after 10, and no index.
	return s.texts(ctx, fmt.Sprintf("select %s from (%s) as pulled order by %s limit 1", strings.Join(texts, ", "), query, strings.Join(falling, ", ")))
}

var errNoWatermark = errors.New("a row has no value in a watermark column, and would never be read again; let the query leave such rows out or fill the value")

// texts is the first row of an answer, nil without one.
func (s *postgresSession) texts(ctx context.Context, statement string) ([]string, error) {
	results, err := s.conn.Exec(ctx, statement).ReadAll()
	if err != nil || len(results) == 0 || len(results[0].Rows) == 0 {
		return nil, err
	}
	values := []string{}
	for _, v := range results[0].Rows[0] {
		values = append(values, string(v))
	}
	return values, nil
}

func (s *postgresSession) rows(ctx context.Context, q question, to io.Writer) (int64, error) {
	statement := q.query
	if where := q.postgresWhere(); where != "" {
		statement = fmt.Sprintf("select * from (%s) as pulled where %s", q.query, where)
	}
	out := &copied{lines: newLines(to, len(q.columns))}
	tag, err := s.conn.CopyTo(ctx, out, fmt.Sprintf("copy (%s) to stdout with (format text, null '')", statement))
	if err != nil {
		return 0, err
	}
	if err := out.flush(); err != nil {
		return 0, err
	}
	return tag.RowsAffected(), nil
}

// postgresWhere selects what comes after the watermark.
func (q question) postgresWhere() string {
	if len(q.after) == 0 {
		return ""
	}
	if q.overlap > 0 {
		return fmt.Sprintf("%s > timestamp with time zone %s - interval '%d seconds'", quoted(q.watermark[0].name), literal(q.after[0]), int64(q.overlap.Seconds()))
	}
	var names, values []string
	for i, value := range q.after { // fewer than columns after a watermark in the future
		names, values = append(names, quoted(q.watermark[i].name)), append(values, literal(value))
	}
	return fmt.Sprintf("(%s) > (%s)", strings.Join(names, ", "), strings.Join(values, ", "))
}

// copied turns the text that PostgreSQL copies into ours: they are the same but for what stands behind a backslash there, and in quotes
// here. The server copies text as fast as its binary form, and CSV a quarter slower.
type copied struct{ *lines }

// Write takes one row, as the driver hands it over.
func (c *copied) Write(row []byte) (int, error) {
	if bytes.IndexByte(row, '\\') < 0 && bytes.IndexByte(row, '"') < 0 && !c.alone {
		c.line = append(c.line, row...)
		if len(c.line) < full {
			return len(row), nil
		}
		return len(row), c.flush()
	}
	for cell := range bytes.SplitSeq(bytes.TrimSuffix(row, []byte("\n")), []byte("\t")) {
		c.bytes(unescaped(cell))
	}
	return len(row), c.end()
}

var escapes = map[byte]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// unescaped is a value without its backslashes.
func unescaped(cell []byte) []byte {
	if bytes.IndexByte(cell, '\\') < 0 {
		return cell
	}
	text := make([]byte, 0, len(cell))
	for i := 0; i < len(cell); i++ {
		b := cell[i]
		if b == '\\' && i+1 < len(cell) {
			i++
			b = cell[i]
			if meant, ok := escapes[b]; ok {
				b = meant
			}
		}
		text = append(text, b)
	}
	return text
}

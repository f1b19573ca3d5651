package pull

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// dialect is what servers say differently.
type dialect struct {
	kinds    map[string]kind // by the driver's name of a type
	quote    func(name string) string
	text     func(name string) string                         // an expression as text that can be compared again
	first    string                                           // select of the first row only, with the columns, the query and the order
	value    func(k kind, place string) string                // a bound text as what a column is compared with
	back     func(k kind, place string, seconds int64) string // the same, earlier
	place    func(n int) string                               // of the nth bound value
	words    func(v any, k kind, typeName string) string      // a value as the driver hands it over
	begin    []string                                         // statements of a new session
	snapshot *sql.TxOptions
}

// sqlSession is one transaction of a server that is reached by database/sql.
type sqlSession struct {
	dialect
	db   *sql.DB
	conn *sql.Conn
	tx   *sql.Tx
}

func openSQL(ctx context.Context, db *sql.DB, d dialect) (session, error) {
	db.SetMaxOpenConns(1)
	s := &sqlSession{dialect: d, db: db}
	var err error
	if s.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect: %w", err), db.Close())
	}
	for _, statement := range d.begin {
		if _, err := s.conn.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("begin: %w", err), s.Close())
		}
	}
	if s.tx, err = s.conn.BeginTx(ctx, d.snapshot); err != nil {
		return nil, errors.Join(fmt.Errorf("begin: %w", err), s.Close())
	}
	return s, nil
}

// Close ends the transaction, in which nothing was changed.
func (s *sqlSession) Close() error {
	if s.tx != nil {
		_ = s.tx.Rollback() // it may have ended with its connection
	}
	_ = s.conn.Close() // and so may this
	return s.db.Close()
}

func (s *sqlSession) columns(ctx context.Context, query string) ([]column, error) {
	rows, err := s.tx.QueryContext(ctx, fmt.Sprintf("select * from (%s) as pulled where 1 = 0", query))
	if err != nil {
		return nil, err
	}
	types, err := rows.ColumnTypes()
	if err = errors.Join(err, rows.Close()); err != nil {
		return nil, err
	}
	var columns []column
	for _, t := range types {
		columns = append(columns, column{t.Name(), s.kinds[t.DatabaseTypeName()]})
	}
	return columns, nil
}

func (s *sqlSession) newest(ctx context.Context, query string, watermark []column) ([]string, error) {
	var texts, falling, nulls []string
	for _, c := range watermark {
		name := s.quote(c.name)
		texts, falling, nulls = append(texts, s.text(name)), append(falling, name+" desc"), append(nulls, name+" is null")
	}
	var one int
	lacking := fmt.Sprintf("select count(*) from (%s) as pulled where %s", query, strings.Join(nulls, " or "))
	if err := s.tx.QueryRowContext(ctx, lacking).Scan(&one); err != nil {
		return nil, err
	}
	if one > 0 {
		return nil, errNoWatermark
	}
	values, into := make([]string, len(watermark)), make([]any, len(watermark))
	for i := range values {
		into[i] = &values[i]
	}
	err := s.tx.QueryRowContext(ctx, fmt.Sprintf(s.first, strings.Join(texts, ", "), query, strings.Join(falling, ", "))).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return values, err
}

// where selects what comes after the watermark. Rows are compared column by column, for not every server compares lists.
func (s *sqlSession) where(q question) (condition string, values []any) {
	if len(q.after) == 0 {
		return "1 = 1", nil
	}
	bound := func(i int) string {
		values = append(values, q.after[i])
		return s.value(q.watermark[i].kind, s.place(len(values)))
	}
	if q.overlap > 0 {
		values = append(values, q.after[0])
		return s.quote(q.watermark[0].name) + " > " + s.back(q.watermark[0].kind, s.place(1), int64(q.overlap/time.Second)), values
	}
	var ways []string
	for i := range q.after { // the first columns are the same and this one is greater
		var same []string
		for j := range i {
			same = append(same, s.quote(q.watermark[j].name)+" = "+bound(j))
		}
		same = append(same, s.quote(q.watermark[i].name)+" > "+bound(i))
		ways = append(ways, "("+strings.Join(same, " and ")+")")
	}
	return strings.Join(ways, " or "), values
}

// rows also has the server count them by itself, in the same moment of its data.
func (s *sqlSession) rows(ctx context.Context, q question, to io.Writer) (int64, error) {
	condition, values := s.where(q)
	from := fmt.Sprintf("from (%s) as pulled where %s", q.query, condition)
	var count int64
	if err := s.tx.QueryRowContext(ctx, "select count(*) "+from, values...).Scan(&count); err != nil {
		return 0, fmt.Errorf("count the rows: %w", err)
	}
	rows, err := s.tx.QueryContext(ctx, "select * "+from, values...)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }() // its error is that of the rows
	return count, s.write(rows, q, to)
}

func (s *sqlSession) write(rows *sql.Rows, q question, to io.Writer) error {
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	out := newLines(to, len(types))
	values, into := make([]any, len(types)), make([]any, len(types))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			switch v := v.(type) {
			case nil:
				out.cell("")
			case []byte:
				out.bytes(s.bytesOf(v, types[i].DatabaseTypeName()))
			default:
				out.cell(s.words(v, q.columns[i].kind, types[i].DatabaseTypeName()))
			}
		}
		if err := out.end(); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return out.flush()
}

// bytesOf is a value that came as bytes: mostly text.
func (s *sqlSession) bytesOf(v []byte, typeName string) []byte {
	if typeName == "UNIQUEIDENTIFIER" {
		return []byte(s.words(v, other, typeName))
	}
	return v
}

// plainNumber writes a number without an exponent, by the shortest decimal that stands for it; anything else as it is.
func plainNumber(v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(v), 'f', -1, 32)
	}
	return fmt.Sprint(v)
}

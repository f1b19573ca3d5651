package pull

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"arrears/config"
)

// mysql is a MariaDB or MySQL server.
type mysql struct{ config config.Database }

func (m mysql) open(ctx context.Context, w *watch) (session, error) {
	d := m.config
	password, err := d.Password.Read()
	if err != nil {
		return nil, err
	}
	c := driver.NewConfig()
	c.User, c.Passwd, c.DBName = d.User, password, d.Database
	c.Net, c.Addr = "tcp", net.JoinHostPort(d.Host, strconv.FormatInt(d.Port, 10))
	c.InterpolateParams = true // the server then writes values out, to their last digit, and dates as they are
	c.ParseTime = false
	c.Timeout = d.Connect
	c.Params = map[string]string{
		"time_zone": "'+00:00'", "sql_mode": "'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'", "innodb_lock_wait_timeout": atLeastOne(d.Lock),
		"net_write_timeout": atLeastOne(d.Statement),
	}
	c.Logger = &driver.NopLogger{}
	if c.TLS, err = encrypted(d.TLS, d.CA, d.Host); err != nil {
		return nil, err
	}
	c.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		return w.dial(ctx, network, address, d.Connect)
	}
	connector, err := driver.NewConnector(c)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	s, err := openSQL(ctx, sql.OpenDB(connector), mysqlWords)
	if err != nil {
		return nil, err
	}
	return s, m.limit(ctx, s.(*sqlSession))
}

// limit has the server end a statement that takes too long. MariaDB and MySQL call that differently; here the context ends it in any case.
func (m mysql) limit(ctx context.Context, s *sqlSession) error {
	if _, err := s.tx.ExecContext(ctx, "set session max_statement_time = "+strconv.FormatFloat(m.config.Statement.Seconds(), 'f', 3, 64)); err == nil {
		return nil
	}
	_, err := s.tx.ExecContext(ctx, "set session max_execution_time = "+strconv.FormatInt(m.config.Statement.Milliseconds(), 10))
	if err != nil {
		return errors.Join(fmt.Errorf("limit the time of a statement: %w", err), s.Close())
	}
	return nil
}

func atLeastOne(d time.Duration) string { return strconv.FormatInt(max(1, int64(d.Seconds())), 10) }

// encrypted is how the connection to a server is protected; nil where it is not.
func encrypted(mode, ca, host string) (*tls.Config, error) {
	if mode == "none" {
		return nil, nil //nolint:nilnil // no protection is a way to protect
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if ca == "" {
		return c, nil
	}
	text, err := os.ReadFile(ca)
	if err != nil {
		return nil, fmt.Errorf("read the trusted certificates: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("read the trusted certificates: %s holds none", ca)
	}
	return c, nil
}

var mysqlWords = dialect{
	kinds: map[string]kind{
		"TINYINT": integer, "SMALLINT": integer, "MEDIUMINT": integer, "INT": integer, "BIGINT": integer,
		"UNSIGNED TINYINT": integer, "UNSIGNED SMALLINT": integer, "UNSIGNED MEDIUMINT": integer, "UNSIGNED INT": integer, "UNSIGNED BIGINT": integer,
		"DECIMAL": number, "DATE": day, "DATETIME": moment, "TIMESTAMP": moment,
	},
	quote: quoted, // ANSI_QUOTES
	text:  func(name string) string { return "cast(" + name + " as char)" },
	first: "select %s from (%s) as pulled order by %s limit 1",
	place: func(int) string { return "?" },
	value: func(k kind, place string) string {
		as := map[kind]string{integer: "decimal(20)", number: "decimal(65, 30)", day: "date", moment: "datetime(6)"}[k]
		if as == "" {
			return place
		}
		return "cast(" + place + " as " + as + ")"
	},
	back: func(_ kind, place string, seconds int64) string {
		return fmt.Sprintf("cast(%s as datetime(6)) - interval %d second", place, seconds)
	},
	words:    func(v any, _ kind, _ string) string { return plainNumber(v) },
	snapshot: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
}

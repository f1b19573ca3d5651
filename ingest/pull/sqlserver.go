package pull

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"

	"arrears/config"
)

// sqlServer is a Microsoft SQL Server. It has been written from the documentation and not tried against a real one.
type sqlServer struct{ config config.Database }

func (m sqlServer) open(ctx context.Context, w *watch) (session, error) {
	d := m.config
	password, err := d.Password.Read()
	if err != nil {
		return nil, err
	}
	c := msdsn.Config{
		Host: d.Host, Port: uint64(d.Port), Database: d.Database, User: d.User, Password: password, AppName: "arrears",
		DialTimeout: d.Connect, ConnTimeout: d.Statement, KeepAlive: 15 * time.Second, ReadOnlyIntent: true,
		Encryption: msdsn.EncryptionDisabled, Protocols: []string{"tcp"}, Parameters: map[string]string{},
	}
	if c.TLSConfig, err = encrypted(d.TLS, d.CA, d.Host); err != nil {
		return nil, err
	}
	if c.TLSConfig != nil {
		c.Encryption = msdsn.EncryptionRequired
	}
	connector := mssql.NewConnectorConfig(c)
	connector.Dialer = dialer{w, d.Connect}
	words := sqlServerWords
	words.begin = []string{"set lock_timeout " + strconv.FormatInt(d.Lock.Milliseconds(), 10), "set dateformat ymd", "set quoted_identifier on"}
	return openSQL(ctx, sql.OpenDB(connector), words)
}

// dialer reaches a server through a watch.
type dialer struct {
	*watch
	connect time.Duration
}

// DialContext is what the driver calls.
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d.dial(ctx, network, address, d.connect)
}

var sqlServerWords = dialect{
	kinds: map[string]kind{
		"TINYINT": integer, "SMALLINT": integer, "INT": integer, "BIGINT": integer, "DECIMAL": number, "NUMERIC": number, "MONEY": number,
		"SMALLMONEY": number, "DATE": day, "DATETIME": moment, "DATETIME2": moment, "SMALLDATETIME": moment, "DATETIMEOFFSET": moment,
	},
	quote: func(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" },
	text:  func(name string) string { return "convert(nvarchar(4000), " + name + ", 121)" },
	first: "select top 1 %s from (%s) as pulled order by %s",
	place: func(n int) string { return "@p" + strconv.Itoa(n) },
	value: func(k kind, place string) string {
		as := map[kind]string{integer: "bigint", number: "decimal(38, 10)", day: "date", moment: "datetimeoffset(7)"}[k]
		if as == "" {
			return place
		}
		return "convert(" + as + ", " + place + ", 121)"
	},
	back: func(_ kind, place string, seconds int64) string {
		return fmt.Sprintf("dateadd(second, -%d, convert(datetimeoffset(7), %s, 121))", seconds, place)
	},
	words:    sqlServerText,
	snapshot: &sql.TxOptions{Isolation: sql.LevelSnapshot}, // the driver knows no read-only transaction; the user is one who may only read
}

// sqlServerText is a value as other servers write it. Times come as Go's; only those with an offset are moved, to UTC.
func sqlServerText(v any, k kind, typeName string) string {
	switch v := v.(type) {
	case time.Time:
		switch {
		case k == day:
			return v.Format(time.DateOnly)
		case typeName == "TIME":
			return v.Format("15:04:05.9999999")
		case typeName == "DATETIMEOFFSET":
			return v.UTC().Format("2006-01-02 15:04:05.999999")
		}
		return v.Format("2006-01-02 15:04:05.999999")
	case []byte:
		var id mssql.UniqueIdentifier
		if id.Scan(v) == nil {
			return id.String()
		}
		return string(v)
	}
	return plainNumber(v)
}

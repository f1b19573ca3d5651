package pull_test

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	_ "github.com/go-sql-driver/mysql"

	"arrears/config"
)

// maria is a MariaDB of a test's own, which asks for a password.
type maria struct {
	*sql.DB
	address string
}

func startMaria(t testing.TB) *maria {
	t.Helper()
	program, err := exec.LookPath("mariadbd")
	if err != nil {
		if program = "/usr/sbin/mariadbd"; func() bool { _, err := os.Stat(program); return err != nil }() {
			t.Skip("no MariaDB is installed here: apt-get install mariadb-server")
		}
	}
	dir, as := folderOf(t, "mysql")
	data, port := filepath.Join(dir, "data"), freePort(t)
	install := command(t, as, dir, "mariadb-install-db", "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db")
	if said, err := install.CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, said)
	}
	first := filepath.Join(dir, "first.sql")
	if err := os.WriteFile(first, []byte("create database postgres;\ncreate user arrears@'127.0.0.1' identified by '"+secret+"';\ngrant all on *.* to arrears@'127.0.0.1';\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	m := &maria{address: "127.0.0.1:" + port}
	m.DB, err = sql.Open("mysql", fmt.Sprintf("arrears:%s@tcp(%s)/postgres?multiStatements=true", secret, m.address))
	if err != nil {
		t.Fatal(err)
	}
	serve(t, command(t, as, dir, program, "--no-defaults", "--datadir="+data, "--port="+port, "--bind-address=127.0.0.1", "--init-file="+first,
		"--socket="+filepath.Join(dir, "s"), "--pid-file="+filepath.Join(dir, "pid"), "--default-time-zone=+09:00", "--innodb-flush-log-at-trx-commit=0",
		"--skip-log-bin", "--innodb-buffer-pool-size=64M"), m.Ping)
	t.Cleanup(func() { _ = m.Close() })
	return m
}

func (m *maria) do(t testing.TB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := m.Exec(statement); err != nil {
			t.Fatalf("%v in\n%s", err, statement)
		}
	}
}

func (m *maria) source(t *testing.T, query string, watermark ...string) func(string, int64) config.Source {
	return func(host string, port int64) config.Source {
		return config.Source{Name: "erp", Format: "csv", CSV: plainCSV("\t"), Maps: maps(), MySQL: database(t, host, port, query, watermark...)}
	}
}

func TestMariaDB(t *testing.T) {
	m := startMaria(t)
	t.Run("is accepted", func(t *testing.T) { mariaIsAccepted(t, m) })
	t.Run("values come as they are", func(t *testing.T) { mariaValues(t, m) })
}

func mariaIsAccepted(t *testing.T, m *maria) {
	accept(t, stand{
		address: m.address, source: m.source(t, "select * from invoice", "changed_at", "invoice_id"),
		fill: func(t *testing.T, rows int) {
			m.do(t, "drop table if exists invoice", `create table invoice (invoice_id varchar(20), customer_id varchar(20), issued_on date, due_on date,
				amount decimal(12,2), currency char(3), changed_at datetime(6), id integer, index (changed_at, invoice_id))`,
				fmt.Sprintf(`insert into invoice select concat('INV-', lpad(seq, 7, '0')), concat('C', seq %% 500), date '2024-01-01' + interval seq %% 300 day,
					date '2024-01-31' + interval seq %% 300 day, seq %% 9000 + 1 + (seq %% 100) / 100.0, 'EUR', timestamp '2024-01-01 00:00:00' + interval seq second, seq
					from seq_1_to_%d where seq <= %d`, max(rows, 1), rows))
		},
		spoil: func(t *testing.T) { m.do(t, "alter table invoice rename column amount to total") },
		ahead: func(t *testing.T) {
			m.do(t, "insert into invoice values ('FAR', 'C1', '2024-01-01', '2024-01-31', 1, 'EUR', '2099-01-01', 0)")
		},
		wrong: func(s *config.Source) { s.MySQL.User = "nobody" },
	})
}

func mariaValues(t *testing.T, m *maria) {
	m.do(t, "set time_zone = '+00:00'; create table odd (invoice_id varchar(30), customer_id varchar(9), issued_on date, due_on date, amount decimal(30,3), currency char(3), changed_at timestamp(6), terms double, po_no varchar(9), n bigint unsigned, b boolean)",
		"set time_zone = '+00:00'; insert into odd values ('A\tB\nC\\\\D\"E', '0007', '2024-03-31', null, 12345678901234.567, 'EUR', '2024-03-31 00:30:00.5', 1000000, '', 18446744073709551615, true)")
	b := newBench(t, stand{address: m.address, source: m.source(t, "select * from odd", "changed_at", "n")})
	r := b.rows("odd", 1).Landed[0]
	want := "invoice_id\tcustomer_id\tissued_on\tdue_on\tamount\tcurrency\tchanged_at\tterms\tpo_no\tn\tb\n" +
		"\"A\tB\nC\\D\"\"E\"\t0007\t2024-03-31\t\t12345678901234.567\tEUR\t2024-03-31 00:30:00.500000\t1000000\t\t18446744073709551615\t1\n"
	if got := b.kept(r); got != want {
		t.Errorf("it was kept as\n%s\nwant\n%s", got, want)
	}
	b.rows("again", 0)
	m.do(t, "set time_zone = '+00:00'; insert into odd select invoice_id, '8', issued_on, due_on, amount, currency, changed_at, terms, po_no, 18446744073709551614, b from odd",
		"set time_zone = '+00:00'; insert into odd select invoice_id, '9', issued_on, due_on, amount, currency, changed_at + interval 1 second, terms, po_no, 1, b from odd where customer_id = '0007'")
	b.rows("one later, and one as new with a smaller key", 1)
	b.cfg.Sources[0].MySQL.Overlap = 1e10
	b.rows("with an overlap", 3)
}

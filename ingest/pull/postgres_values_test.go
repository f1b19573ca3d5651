package pull_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"arrears/config"
	"arrears/ingest"
	"arrears/ingest/pull"
)

// kept is the text of a batch as it lies in the archive.
func (b *bench) kept(r ingest.Receipt) string {
	b.t.Helper()
	text, err := os.ReadFile(ingest.ArchivePath(b.cfg.State, r.Digest))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

func marked(t *testing.T, r ingest.Receipt) pull.Mark {
	t.Helper()
	var m pull.Mark
	if err := json.Unmarshal([]byte(r.Mark), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPostgresValuesComeAsTheyAre(t *testing.T) {
	c := startPostgres(t)
	c.do(t, "alter system set timezone = 'Asia/Tokyo'", "alter system set datestyle = 'SQL, DMY'", "select pg_reload_conf()",
		`create table odd as select 'A	B
C\D"E' as invoice_id, '0007' as customer_id, date '2024-03-31' as issued_on, null::date as due_on, 12345678901234.567::numeric as amount,
			'EUR' as currency, timestamptz '2024-03-31 02:30:00+02' as changed_at, '' as terms, '"' as po_no, E'\\N' as order_no`)
	b := newBench(t, stand{address: c.address, source: func(host string, port int64) config.Source {
		return fromPostgres(t, database(t, host, port, "select * from odd", "changed_at"))
	}})
	r := b.rows("odd", 1).Landed[0]
	want := "invoice_id\tcustomer_id\tissued_on\tdue_on\tamount\tcurrency\tchanged_at\tterms\tpo_no\torder_no\n" +
		"\"A\tB\nC\\D\"\"E\"\t0007\t2024-03-31\t\t12345678901234.567\tEUR\t2024-03-31 00:30:00+00\t\t\"\"\"\"\t\\N\n"
	if got := b.kept(r); got != want {
		t.Errorf("it was kept as\n%s\nwant\n%s", got, want)
	}
	if m := marked(t, r); m.Rows != 1 || m.Query != "select * from odd" || len(m.Values) != 1 || m.Values[0] != "2024-03-31 00:30:00+00" || !m.At.Equal(b.now) {
		t.Errorf("the mark is %+v", m)
	}
}

func TestWatermarkAdvancesWithTheReceipt(t *testing.T) {
	c := startPostgres(t)
	c.do(t, "create table invoice as "+strings.ReplaceAll(generated, "ROWS", "10"))
	d := database(t, "", 0, "select * from invoice", "changed_at", "invoice_id")
	b := newBench(t, stand{address: c.address, source: func(host string, port int64) config.Source {
		d.Host, d.Port = host, port
		return fromPostgres(t, d)
	}})
	b.rows("all", 10)
	b.rows("nothing new", 0)
	// A row as new as the newest, and by its key behind it, is new; one before it is not.
	c.do(t, "insert into invoice select 'INV-0000011', customer_id, issued_on, due_on, amount, currency, changed_at, 11 from invoice where id = 10",
		"insert into invoice select 'INV-0000009b', customer_id, issued_on, due_on, amount, currency, changed_at - interval '1 second', 12 from invoice where id = 10")
	b.rows("one as new", 1)
	c.do(t, "update invoice set amount = 7, changed_at = '2024-06-01' where id = 3")
	r := b.rows("a change", 1)
	if m := marked(t, r.Landed[0]); strings.Join(m.Values, " ") != "2024-06-01 00:00:00 INV-0000003" {
		t.Errorf("the mark is %+v", m)
	}
	// What is read again because a slow transaction may have come in between lands once more, and a third time only when it differs.
	d.Overlap = 200 * 24 * time.Hour
	b.rows("with an overlap", 12)
	b.rows("the same again", 0)
	d.Overlap = 0
	c.do(t, "update invoice set changed_at = null where id = 4")
	b.fails("a row without a watermark", "no value in a watermark column")
	c.do(t, "update invoice set changed_at = '2024-07-01' where id = 4")
	b.rows("put right", 1)
	d.Watermark = []string{"id"}
	b.rows("another watermark", 12)
	d.Watermark = []string{"nonesuch"}
	b.fails("no such column", "nonesuch", "it has invoice_id")
}

func TestQueryThatWritesOrWaitsIsStopped(t *testing.T) {
	c := startPostgres(t)
	c.do(t, "create table invoice as "+strings.ReplaceAll(generated, "ROWS", "10"), "create sequence s",
		"create function f() returns integer language sql as 'delete from invoice; select 1'")
	for name, words := range map[string]string{
		"select *, f() as f from invoice":                   "read-only",
		"select *, pg_sleep(60)::text as s from invoice":    "statement timeout",
		"select * from invoice where amount / (id - 5) > 0": "division by zero",
	} {
		b := newBench(t, stand{address: c.address, source: func(host string, port int64) config.Source {
			d := database(t, host, port, name)
			d.Statement, d.Stall = 2*time.Second, 3*time.Second
			return fromPostgres(t, d)
		}})
		b.fails(name, words)
	}
}

package warehouse

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/shopspring/decimal"
)

func open(t *testing.T, o Options) *Duck {
	t.Helper()
	d, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func TestMoneyComesBackAsItWasStored(t *testing.T) {
	d := open(t, Options{})
	for _, text := range []string{"0.001", "-0.005", "99999999999999.999", "10.255", "-3"} {
		got, err := d.Query(context.Background(), "select cast(? as decimal(18,3))", text)
		if err != nil {
			t.Fatal(err)
		}
		if want := decimal.RequireFromString(text); !got.Rows[0][0].(decimal.Decimal).Equal(want) {
			t.Errorf("%s came back as %v", text, got.Rows[0][0])
		}
	}
}

func TestReadsSeesJoinsSubqueriesAndLeavesCTEsOut(t *testing.T) {
	d := open(t, Options{})
	got, err := d.Reads(context.Background(), `with c as (select a from stg.x)
		select c.a from c join core.y using (a) where exists (select 1 from Mart.z where z.a = c.a)`)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"core.y", "mart.z", "stg.x"}; !reflect.DeepEqual(got, want) {
		t.Errorf("reads %v, want %v", got, want)
	}
}

func TestReadsTakesOneSelectOnly(t *testing.T) {
	d := open(t, Options{})
	for _, text := range []string{"drop table x", "select 1; select 2", "copy (select 1) to 'x'"} {
		if _, err := d.Reads(context.Background(), text); !errors.Is(err, ErrNotOneSelect) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := d.Reads(context.Background(), "select from where"); err == nil || errors.Is(err, ErrNotOneSelect) {
		t.Errorf("a syntax error must be told as one: %v", err)
	}
}

func TestNothingOutsideTheGivenFoldersIsTouched(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside.csv")
	if err := os.WriteFile(outside, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, Options{Files: []string{filepath.Join(dir, "lake")}})
	for _, statement := range []string{
		"select * from read_csv('" + outside + "')",
		"copy (select 1) to '" + filepath.Join(dir, "out.csv") + "'",
		"attach '" + filepath.Join(dir, "other.duckdb") + "'",
		"set enable_external_access = true",
		"install httpfs",
	} {
		if err := d.Exec(context.Background(), statement); err == nil {
			t.Errorf("%s was allowed", statement)
		}
	}
}

func TestManyReadOneFileThatNobodyWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	w, err := Open(context.Background(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"create table t as select 1 as n", "checkpoint"} {
		if err := w.Exec(context.Background(), s); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	first := open(t, Options{Path: path, ReadOnly: true, Files: []string{filepath.Dir(path)}})
	again := open(t, Options{Path: path, ReadOnly: true, Files: []string{filepath.Dir(path)}})
	session := open(t, Options{Attach: map[string]string{"published": path}})
	for _, q := range []struct {
		db   *Duck
		text string
	}{{first, "select n from t"}, {again, "select n from t"}, {session, "select n from published.main.t"}} {
		got, err := q.db.Query(context.Background(), q.text)
		if err != nil || got.Rows[0][0] != int64(1) {
			t.Errorf("%s: %v %v", q.text, got.Rows, err)
		}
	}
	if err := first.Exec(context.Background(), "create table u as select 1 as n"); err == nil {
		t.Error("a reader wrote")
	}
}

// Pages, metrics and commands open the published file whenever they like: whoever comes second shares the engine of the
// first, also while that one is still being set up.
func TestReadersMayComeAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	w := open(t, Options{Path: path})
	for _, s := range []string{"create table t as select 1 as n", "checkpoint"} {
		if err := w.Exec(context.Background(), s); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		done := make(chan error)
		for range 8 {
			go func() {
				d, err := Open(context.Background(), Options{Path: path, ReadOnly: true, Files: []string{filepath.Dir(path)}})
				if err == nil {
					_, err = d.Query(context.Background(), "select n from t")
					err = errors.Join(err, d.Close())
				}
				done <- err
			}()
		}
		for range 8 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
}

package ledger

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// A harm is one kind of mutation. One that may miss can hit a part of a file that nothing reads; one of a killed process finds
// SQLite's own log beside the database.
type harm struct {
	name    string
	mayMiss bool
	killed  bool
	do      func(m *mutator) string
}

// columns of an event that somebody may want to change.
var columns = []string{"id", "at", "actor_kind", "actor", "subject_kind", "subject", "type", "payload", "reason", "key", "messages", "previous", "hash"}

// logName is SQLite's own log.
const logName = fileName + "-wal"

var harms = []harm{
	{name: "a field of an event is edited", do: func(m *mutator) string {
		column := columns[m.IntN(len(columns))]
		return m.do(fmt.Sprintf("update event set %s = %s || ' ' where sequence = %d", column, column, 1+m.IntN(len(m.records()))))
	}},
	{name: "an event is edited with its hash", do: func(m *mutator) string {
		all := m.records()
		i := m.IntN(len(all))
		all[i].payload = `{"text":"other"}`
		all[i].hash = all[i].digest()
		return m.put(all)
	}},
	{name: "an event is edited with the chain after it", do: func(m *mutator) string {
		all := m.records()
		i := m.IntN(len(all))
		all[i].reason += "!"
		return m.put(chained(all, i))
	}},
	{name: "two fields change places", do: func(m *mutator) string {
		return m.do(fmt.Sprintf("update event set subject = type, type = subject where sequence = %d", 1+m.IntN(len(m.records()))))
	}},
	{name: "an event is deleted", do: func(m *mutator) string {
		return m.do(fmt.Sprintf("delete from event where sequence = %d", 1+m.IntN(len(m.records()))))
	}},
	{name: "an event is deleted and the chain mended", do: func(m *mutator) string {
		all := m.records()
		i := m.IntN(len(all))
		return m.put(chained(slices.Delete(all, i, i+1), i))
	}},
	{name: "an event is put between", do: func(m *mutator) string {
		all := m.records()
		i := m.IntN(len(all))
		r := all[i]
		r.id, r.key = r.id+"x", r.key+"x"
		return m.put(chained(slices.Insert(all, i, r), i))
	}},
	{name: "an event is appended", do: func(m *mutator) string {
		all := m.records()
		r := all[m.IntN(len(all))]
		r.id, r.key = r.id+"x", r.key+"x"
		return m.put(chained(append(all, r), len(all)))
	}},
	{name: "two events change places", do: func(m *mutator) string {
		all := m.records()
		i := m.IntN(len(all) - 1)
		j := i + 1 + m.IntN(len(all)-i-1)
		all[i], all[j] = all[j], all[i]
		all[i].sequence, all[j].sequence = all[j].sequence, all[i].sequence
		return m.put(all)
	}},
	{name: "two events change places and the chain is mended", do: func(m *mutator) string {
		all := m.records()
		i := m.IntN(len(all) - 1)
		all[i], all[i+1] = all[i+1], all[i]
		return m.put(chained(all, i))
	}},
	{name: "the end is cut off", do: func(m *mutator) string {
		return m.do(fmt.Sprintf("delete from event where sequence > %d", m.IntN(len(m.records()))))
	}},
	{name: "the numbers are moved", do: func(m *mutator) string {
		return m.do(fmt.Sprintf("update event set sequence = -sequence where sequence > %d", m.IntN(len(m.records()))),
			"update event set sequence = 1 - sequence where sequence < 0")
	}},
	{name: "the database is an older one", do: func(m *mutator) string { return m.replace(fileName, m.older) }},
	{name: "the database is another one", do: func(m *mutator) string { return m.replace(fileName, m.other) }},
	{name: "database and head are older ones", do: func(m *mutator) string { return m.replace(fileName, m.older) + m.replace(headName, m.older) }},
	{name: "database and head are other ones", do: func(m *mutator) string { return m.replace(fileName, m.other) + m.replace(headName, m.other) }},
	{name: "the head is an older one", do: func(m *mutator) string { return m.replace(headName, m.older) }},
	{name: "the head is another one", do: func(m *mutator) string { return m.replace(headName, m.other) }},
	{name: "a bit of the head is flipped", do: func(m *mutator) string {
		at := m.IntN(headSize)
		m.file(headName, func(b []byte) []byte { b[at] ^= 1 << m.IntN(8); return b })
		return fmt.Sprint("at ", at)
	}},
	{name: "the head is cut or grows", do: func(m *mutator) string {
		size := m.IntN(2 * headSize)
		if size == headSize {
			size++
		}
		m.file(headName, func(b []byte) []byte { return append(b, make([]byte, headSize)...)[:size] })
		return fmt.Sprint("to ", size)
	}},
	{name: "a file is gone", do: func(m *mutator) string {
		name := []string{headName, fileName}[m.IntN(2)]
		if err := os.Remove(filepath.Join(m.state, name)); err != nil {
			m.t.Fatal(err)
		}
		return name
	}},
	{name: "the database is cut", do: func(m *mutator) string {
		share := m.Float64()
		m.file(fileName, func(b []byte) []byte { return b[:int(share*float64(len(b)))] })
		return fmt.Sprint("at ", share)
	}},
	{name: "a bit of the database is flipped", mayMiss: true, do: func(m *mutator) string {
		share := m.Float64()
		m.file(fileName, func(b []byte) []byte { b[int(share*float64(len(b)))] ^= 1 << m.IntN(8); return b })
		return fmt.Sprint("at ", share)
	}},
	{name: "a page of the database is zeroed", mayMiss: true, do: func(m *mutator) string {
		share := m.Float64()
		m.file(fileName, func(b []byte) []byte {
			at := int(share*float64(len(b))) / 4096 * 4096
			clear(b[at:min(at+4096, len(b))])
			return b
		})
		return fmt.Sprint("at ", share)
	}},
	{name: "the log is cut", killed: true, mayMiss: true, do: func(m *mutator) string {
		share := m.Float64()
		m.file(logName, func(b []byte) []byte { return b[:int(share*float64(len(b)))] })
		return fmt.Sprint("at ", share)
	}},
	{name: "a bit of the log is flipped", killed: true, mayMiss: true, do: func(m *mutator) string {
		share := m.Float64()
		m.file(logName, func(b []byte) []byte { b[int(share*float64(len(b)))] ^= 1 << m.IntN(8); return b })
		return fmt.Sprint("at ", share)
	}},
	{name: "the end of the log is zeroed", killed: true, mayMiss: true, do: func(m *mutator) string {
		share := m.Float64()
		m.file(logName, func(b []byte) []byte { clear(b[int(share*float64(len(b))):]); return b })
		return fmt.Sprint("from ", share)
	}},
	{name: "the log is gone", killed: true, do: func(m *mutator) string {
		if err := os.Remove(filepath.Join(m.state, logName)); err != nil {
			m.t.Fatal(err)
		}
		return logName
	}},
	{name: "a message is edited", do: func(m *mutator) string {
		column := []string{"recipient", "content", "state", "channel", "claim", "said"}[m.IntN(6)]
		return m.do(fmt.Sprintf("update outbox set %s = %s || 'x' where id = (select id from outbox order by id limit 1 offset %d)", column, column, m.IntN(10)))
	}},
	{name: "a message is deleted", do: func(m *mutator) string {
		return m.do(fmt.Sprintf("delete from outbox where id = (select id from outbox order by id limit 1 offset %d)", m.IntN(10)))
	}},
	{name: "a user is given a role", do: func(m *mutator) string { return m.do(`update user set roles = '["admin"]'`) }},
	{name: "a user is added", do: func(m *mutator) string {
		return m.do(`insert into user values ('eve', '', '["admin"]', 1, '', '', '')`)
	}},
	{name: "a password is added", do: func(m *mutator) string { return m.do(`insert into credential values ('ana', 'x')`) }},
	{name: "a second factor is added", do: func(m *mutator) string { return m.do(`insert into second_factor values ('ana', 'x', 1, 0)`) }},
	{name: "a projection says it has read less", do: func(m *mutator) string {
		return m.do("update projection set sequence = sequence - 1 where name <> 'users'")
	}},
	{name: "a projection says it has read more", do: func(m *mutator) string { return m.do("update projection set sequence = sequence + 1") }},
	{name: "a trigger is gone", do: func(m *mutator) string {
		db, err := openFile(filepath.Join(m.state, fileName), false)
		if err != nil {
			m.t.Fatal(err)
		}
		defer func() { _ = db.Close() }() // the statement is done
		name := []string{"event_stays", "event_is_kept", "event_goes_to_the_end", "ledger_stays"}[m.IntN(4)]
		m.exec(db, "drop trigger "+name)
		return name
	}},
	{name: "a trigger is added", do: func(m *mutator) string {
		return m.do("create trigger quiet after insert on event begin delete from outbox; end")
	}},
	{name: "the identity is edited", do: func(m *mutator) string { return m.do("update ledger set id = id || 'x'") }},
	{name: "a second identity is added", do: func(m *mutator) string { return m.do("insert into ledger select id, created_at from ledger") }},
	{name: "a migration is edited", do: func(m *mutator) string { return m.do("update migration set digest = 'x' where number = 1") }},
}

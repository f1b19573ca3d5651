package disputes

import (
	"time"

	"arrears/ledger"
)

// transit finds where a step leads and who may take it, and enters the state there.
func (t *turn) transit(kind, to string) error {
	next, ok := t.model.next(t.c.State, kind, to)
	if !ok {
		return MoveError{Case: t.c.ID, State: t.c.State, Step: kind, To: to}
	}
	if len(next.By) > 0 && !t.who.may(next.By) {
		return notAllowed(t.who, kind, next.By)
	}
	t.pending("")
	if next.To != t.c.State { // whoever stays, stays on the same clock
		t.enter(next.To)
	}
	return nil
}

// enter puts the case into a state and sets its clocks. Nothing comes by itself until the plan says so.
func (t *turn) enter(name string) {
	s, _ := t.model.State(name)
	t.change.State = name
	if s.End {
		return
	}
	w := t.model.week(t.c.Entity, t.desk.opts.Calendar, t.desk.opts.Zone)
	within := time.Duration(s.Within) * time.Hour
	t.change.Clock = &spans{Remind: w.add(t.now, within-s.remind()), Due: w.add(t.now, within)}
	if s.Silence.Days > 0 {
		t.change.Clock.Respond = t.now.AddDate(0, 0, s.Silence.Days)
	}
}

func (t *turn) pending(what string) { t.change.Pending = &what }
func (t *turn) alert(why string)    { t.change.Alert = &why }

// writes refuses who may not add to a case: users whose roles have nothing to do with it. An account of the command line may, whether
// or not it is a user's.
func (t *turn) writes(who ledger.Actor) error {
	if who.Kind() == ledger.KindUser {
		return t.staff()
	}
	return nil
}

// staff refuses who doesn't work on cases.
func (t *turn) staff() error {
	if _, ok := t.who.is(working); !ok {
		return notAllowed(t.who, "this", working)
	}
	return nil
}

// open refuses a case that is closed.
func (t *turn) open(kind string) error {
	if t.c.Closed {
		return MoveError{Case: t.c.ID, State: t.c.State, Step: kind}
	}
	return nil
}

package disputes

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"arrears/ledger"
)

// A Conformance is how cases went, held against a model.
type Conformance struct {
	Cases    int
	Followed int     // every step of theirs is one of the model's
	Left     []Leave // where the others first left it, the most frequent first
	Waits    []Wait  // by state, the longest first
	Paths    []Path  // the ways that cases took, the most frequent first
}

// A Leave is a step that the model does not have.
type Leave struct {
	From, Step, To string
	Cases          int
}

// A Wait is what cases spent in a state, in working hours. A stay that goes on counts up to now.
type Wait struct {
	State         string
	Visits, Late  int // Late: longer than the service level
	Hours         float64
	Median, Ninth float64 // of a visit; Ninth is what nine of ten did not exceed
}

// A Path is a sequence of states that cases went through.
type Path struct {
	States []string
	Cases  int
}

// Conform holds the cases filed since a moment against a model.
func (d *Desk) Conform(ctx context.Context, m Model, since time.Time) (Conformance, error) {
	cases, err := d.Cases(ctx, Filter{OpenedAfter: since})
	if err != nil {
		return Conformance{}, err
	}
	mined := mining{desk: d, model: m, left: map[Leave]int{}, stays: map[string][]time.Duration{}, late: map[string]int{}, paths: map[string]int{}}
	r := Conformance{Cases: len(cases)}
	for _, c := range cases {
		followed, err := mined.mine(ctx, c)
		if err != nil {
			return r, err
		}
		r.Followed += btoi(followed)
	}
	mined.sum(&r)
	return r, nil
}

type mining struct {
	desk  *Desk
	model Model
	left  map[Leave]int
	stays map[string][]time.Duration
	late  map[string]int
	paths map[string]int
}

// mine walks through the events of a case.
func (x *mining) mine(ctx context.Context, c Case) (followed bool, err error) {
	events, err := x.desk.ledger.Of(ctx, ledger.Subject{Kind: Kind, ID: c.ID}, 0)
	if err != nil {
		return false, err
	}
	w := x.model.week(c.Entity, x.desk.opts.Calendar, x.desk.opts.Zone)
	state, since, closed := "", time.Time{}, false
	var path []string
	followed = true
	for _, e := range events {
		var ch change
		if err := e.Into(&ch); err != nil {
			return false, err
		}
		if ch.State == "" {
			continue
		}
		_, has := x.model.next(state, e.Type, ch.State)
		if legal := has || e.Type == Filed && ch.State == x.model.initial().Name; !legal && followed {
			followed = false
			x.left[Leave{From: state, Step: e.Type, To: ch.State}]++
		}
		if state != "" && !closed {
			x.stay(state, w.between(since, e.At))
		}
		state, since, closed = ch.State, e.At, ch.Outcome != ""
		path = append(path, state)
	}
	if !closed {
		x.stay(state, w.between(since, x.desk.opts.Now()))
	}
	x.paths[strings.Join(path, " ")]++
	return followed, nil
}

func (x *mining) stay(state string, took time.Duration) {
	x.stays[state] = append(x.stays[state], took)
	if s, ok := x.model.State(state); ok && took > time.Duration(s.Within)*time.Hour {
		x.late[state]++
	}
}

func (x *mining) sum(r *Conformance) {
	for l, n := range x.left {
		l.Cases = n
		r.Left = append(r.Left, l)
	}
	slices.SortFunc(r.Left, func(a, b Leave) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.From+a.Step+a.To, b.From+b.Step+b.To))
	})
	for _, state := range slices.Sorted(maps.Keys(x.stays)) {
		stays := x.stays[state]
		slices.Sort(stays)
		w := Wait{State: state, Visits: len(stays), Late: x.late[state], Median: stays[(len(stays)-1)/2].Hours(), Ninth: stays[(len(stays)-1)*9/10].Hours()}
		for _, s := range stays {
			w.Hours += s.Hours()
		}
		r.Waits = append(r.Waits, w)
	}
	slices.SortStableFunc(r.Waits, func(a, b Wait) int { return cmp.Compare(b.Hours, a.Hours) })
	for _, path := range slices.Sorted(maps.Keys(x.paths)) {
		r.Paths = append(r.Paths, Path{strings.Fields(path), x.paths[path]})
	}
	slices.SortStableFunc(r.Paths, func(a, b Path) int { return cmp.Compare(b.Cases, a.Cases) })
}

// A Load is what one owner has to do, and has done.
type Load struct {
	Owner              string
	Open, Late, Closed int
	Reasons            int // types of dispute among them
}

// A Spread is how one type of dispute is spread over owners: whether the same is given to the same.
type Spread struct {
	Reason        string
	Cases, Owners int
	Most          string // who has most of them
	Share         float64
}

// Assignments are how the cases filed since a moment are spread over people.
func (d *Desk) Assignments(ctx context.Context, since time.Time) ([]Load, []Spread, error) {
	cases, err := d.Cases(ctx, Filter{OpenedAfter: since})
	if err != nil {
		return nil, nil, err
	}
	now := d.opts.Now()
	owners := map[string]*Load{}
	spread := map[string]map[string]int{} // reason -> owner -> cases
	for _, c := range cases {
		if owners[c.Owner] == nil {
			owners[c.Owner] = &Load{Owner: c.Owner}
		}
		o := owners[c.Owner]
		o.Open += btoi(!c.Closed)
		o.Closed += btoi(c.Closed)
		o.Late += btoi(!c.Closed && !c.Due.IsZero() && now.After(c.Due))
		if spread[c.Reason] == nil {
			spread[c.Reason] = map[string]int{}
		}
		o.Reasons += btoi(spread[c.Reason][c.Owner] == 0)
		spread[c.Reason][c.Owner]++
	}
	var loads []Load
	for _, name := range slices.Sorted(maps.Keys(owners)) {
		loads = append(loads, *owners[name])
	}
	var spreads []Spread
	for _, reason := range slices.Sorted(maps.Keys(spread)) {
		s := Spread{Reason: reason, Owners: len(spread[reason])}
		most := 0
		for _, owner := range slices.Sorted(maps.Keys(spread[reason])) {
			n := spread[reason][owner]
			s.Cases += n
			if n > most {
				most, s.Most = n, owner
			}
		}
		s.Share = float64(most) / float64(s.Cases)
		spreads = append(spreads, s)
	}
	return loads, spreads, nil
}

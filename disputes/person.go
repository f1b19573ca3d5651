package disputes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"arrears/ledger"
)

// A person is who acts, with the roles that the ledger gives them at that moment. The account of the command line is the user of the
// same name: one person counts once, by whichever way they come.
type person struct {
	Name     string
	Roles    []string // of a user that may sign in
	customer string   // for which they write, if they are a customer's
	isRule   bool
	isStaff  bool // a user or an account, whatever their roles
	program  bool // a part of Arrears: the mail's intake, the portal's, the instructions'
}

// personOf looks an actor up in what is written.
func personOf(ctx context.Context, written ledger.Reader, who ledger.Actor) (person, error) {
	p := person{Name: who.Name()}
	switch who.Kind() {
	case ledger.KindCustomer:
		id, _, ok := who.Customer()
		if !ok {
			return p, ErrNotAllowed
		}
		p.customer = id
		return p, nil
	case ledger.KindProgram:
		p.program, p.isRule = true, who == Program
		return p, nil
	}
	p.isStaff = true
	u, err := ledger.UserOf(ctx, written, p.Name)
	if errors.Is(err, ledger.ErrNoUser) && who.Kind() == ledger.KindAccount {
		return p, nil
	}
	if err == nil && !u.Active {
		err = fmt.Errorf("%w: %s may no longer sign in", ErrNotAllowed, p.Name)
	}
	p.Roles = u.Roles
	return p, err
}

// same says whether nothing has changed about the person since they were looked up.
func (p person) same(q person) bool {
	return p.Name == q.Name && slices.Equal(p.Roles, q.Roles) && p.customer == q.customer
}

// may says whether the person is one of those who may take a step.
func (p person) may(by []string) bool {
	return slices.ContainsFunc(by, func(who string) bool {
		switch who {
		case ByRule:
			return p.program
		case ByCustomer:
			return p.customer != ""
		}
		return slices.Contains(p.Roles, who)
	})
}

// is finds the first of some roles that the person has.
func (p person) is(roles []string) (string, bool) {
	i := slices.IndexFunc(roles, func(role string) bool { return slices.Contains(p.Roles, role) })
	if i < 0 {
		return "", false
	}
	return roles[i], true
}

func notAllowed(p person, what string, by []string) error {
	return fmt.Errorf("%w: %s is done by %s, and %s is none of them", ErrNotAllowed, what, strings.Join(by, ", "), p.Name)
}

// authority is the person behind an actor, if they have one of these roles.
func (d *Desk) authority(ctx context.Context, written ledger.Reader, who ledger.Actor, roles ...string) (person, error) {
	p, err := personOf(ctx, written, who)
	if err != nil {
		return p, err
	}
	if _, ok := p.is(roles); !ok {
		return p, notAllowed(p, "this", roles)
	}
	return p, nil
}

// working are the roles of those who work on cases.
var working = []string{"analyst", "collector", "manager", "approver", "cfo"}

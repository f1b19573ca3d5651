package demo

// chase is what collectors do while an amount is late, and what customers answer. paid is the day the money will come.
func (s *story) chase(inv *Invoice, amount int64, due, paid Day) {
	if paid <= due+5 {
		return
	}
	steps := []struct {
		after   int
		channel string
	}{{6, "email"}, {16, "call"}, {30, "letter"}, {45, "call"}, {75, "call"}, {110, "letter"}}
	for _, step := range steps {
		on := due + Day(step.after)
		if on >= paid || on > AsOf || s.chance(0.15) {
			continue
		}
		outcome := "sent"
		if step.channel == "call" {
			outcome = []string{"no_answer", "left_message", "will_check", "promised"}[s.rng.IntN(4)]
		}
		s.contact(on, step.channel, "out", outcome, "")
		switch {
		case outcome == "promised":
			s.promise(inv, amount, on, paid)
		case step.channel == "email" && on < AsOf && s.chance(0.1):
			s.contact(on+1, "email", "in", "promised", "answer to the reminder")
			s.promise(inv, amount, on+1, paid)
		}
	}
}

func (s *story) contact(on Day, channel, direction, outcome, note string) {
	s.company.Activities = append(s.company.Activities, &Activity{
		Customer: s.customer, At: s.hour(on), Channel: channel, Direction: direction, By: s.customer.Collector, Outcome: outcome, Note: note,
	})
}

// promise gives the customer's word on the day of a contact. Most name a day they keep; the rest name one too early.
func (s *story) promise(inv *Invoice, amount int64, made, paid Day) {
	due := made + s.between(5, 14)
	if s.chance(0.6) && paid <= AsOf+30 {
		due = paid + s.between(0, 3)
	}
	s.company.Promises = append(s.company.Promises, &Promise{Invoice: inv, Made: made, Due: due, Amount: cents(amount)})
}

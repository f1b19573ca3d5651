package transform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"arrears/config"
	"arrears/warehouse"
)

// facts is the model that the conditions of segments and rules are asked of. The tables of the schema rule are their answers, made when it
// has been built: rule.member, a customer's segment, rule.met, the rules that apply, and rule.action, what is to be done other than a call.
const (
	facts = "core.customer_fact"
	ruled = "rule"
)

// loadStrategies shows the models which strategies and segments there are, and the conditions beside them, so that a reading of another
// date asks the same ones. Of strategies those that were declared first come first; money-days are the last unless declared.
func loadStrategies(ctx context.Context, db *warehouse.Duck, w config.Worklist) error {
	statements := []string{
		"create table raw.worklist_strategy (strategy varchar, place bigint, possible bigint)",
		"create table raw.strategy_rule (strategy varchar, place bigint, rule varchar, points bigint, condition varchar)",
		`create table raw.worklist_segment (segment varchar, place bigint, strategy varchar, minutes bigint, language varchar, tone varchar,
			condition varchar)`,
		"create table raw.worklist_action (place bigint, action varchar, minutes bigint, condition varchar)",
	}
	for _, s := range statements {
		if err := db.Exec(ctx, s); err != nil {
			return fmt.Errorf("load the strategies: %w", err)
		}
	}
	for i, s := range w.Strategies {
		if err := loadStrategy(ctx, db, i+1, s); err != nil {
			return fmt.Errorf("load strategy %s: %w", s.Name, err)
		}
	}
	err := db.Exec(ctx, "insert into raw.worklist_strategy values (?, ?, 0)", config.MoneyDays, len(w.Strategies)+1)
	if err != nil {
		return fmt.Errorf("load the strategies: %w", err)
	}
	for i, a := range w.Actions {
		condition, err := config.NewCondition(a.When)
		if err == nil {
			err = db.Exec(ctx, "insert into raw.worklist_action values (?, ?, ?, ?)", i+1, a.Action, a.Minutes, condition.SQL)
		}
		if err != nil {
			return fmt.Errorf("load the actions of the worklist: %w", err)
		}
	}
	if err := loadQuiet(ctx, db, w.Quiet); err != nil {
		return fmt.Errorf("load the quiet days: %w", err)
	}
	for i, s := range w.Segments {
		condition, err := config.NewCondition(s.When)
		if err == nil {
			err = db.Exec(ctx, "insert into raw.worklist_segment values (?, ?, nullif(?, ''), ?, nullif(?, ''), nullif(?, ''), ?)",
				s.Name, i+1, s.Strategy, minutes(s.Capacity), s.Letters.Language, s.Letters.Tone, condition.SQL)
		}
		if err != nil {
			return fmt.Errorf("load segment %s: %w", s.Name, err)
		}
	}
	return nil
}

// loadQuiet shows the models on which days customers are left alone. A weekday is all of its days, so that a reading of another date finds them.
func loadQuiet(ctx context.Context, db *warehouse.Duck, all []config.Quiet) error {
	for _, s := range []string{
		"create table raw.quiet_rule (place bigint, condition varchar)",
		"create table raw.quiet_day (place bigint, day bigint)",
	} {
		if err := db.Exec(ctx, s); err != nil {
			return err
		}
	}
	for i, q := range all {
		who := "true"
		if q.When != "" {
			condition, err := config.NewCondition(q.When)
			if err != nil {
				return err
			}
			who = condition.SQL
		}
		err := db.Exec(ctx, "insert into raw.quiet_rule values (?, ?)", i+1, who)
		for _, day := range q.Days {
			err = errors.Join(err, db.Exec(ctx, "insert into raw.quiet_day values (?, cast(? as date) - date '1970-01-01')", i+1, day))
		}
		for _, name := range q.Weekdays { // day 4, 1970-01-05, was a Monday
			err = errors.Join(err, db.Exec(ctx, "insert into raw.quiet_day select ?, day from raw.day where day between 0 and 84005 and (day + 3) % 7 = ?",
				i+1, slices.Index(config.Weekdays, name)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func minutes(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

func loadStrategy(ctx context.Context, db *warehouse.Duck, place int, s config.Strategy) error {
	possible, err := s.Possible()
	if err != nil {
		return err
	}
	if err := db.Exec(ctx, "insert into raw.worklist_strategy values (?, ?, ?)", s.Name, place, possible); err != nil {
		return err
	}
	for i, rule := range s.Rules {
		condition, err := config.NewCondition(rule.When)
		if err != nil {
			return err
		}
		if err := db.Exec(ctx, "insert into raw.strategy_rule values (?, ?, ?, ?, ?)", s.Name, i+1, rule.Name, rule.Points, condition.SQL); err != nil {
			return err
		}
	}
	return nil
}

// applyRules asks every condition of every customer.
func applyRules(ctx context.Context, db *warehouse.Duck) error {
	met, err := answers(ctx, db, `select condition, strategy, cast(place as varchar), rule, cast(points as varchar) from raw.strategy_rule order by strategy, place`,
		"cast(null as varchar) as customer_id, cast(null as varchar) as strategy, cast(null as bigint) as place, cast(null as varchar) as rule, cast(null as bigint) as points",
		"fact.customer_id, %s, cast(%s as bigint), %s, cast(%s as bigint)")
	if err == nil {
		err = db.Exec(ctx, "create table "+ruled+".met as "+met)
	}
	if err != nil {
		return fmt.Errorf("apply the rules of the strategies: %w", err)
	}
	member, err := answers(ctx, db, `select condition, segment, cast(place as varchar) from raw.worklist_segment order by place`,
		"cast(null as varchar) as customer_id, cast(null as varchar) as segment, cast(null as bigint) as place",
		"fact.customer_id, %s, cast(%s as bigint)")
	if err == nil {
		err = db.Exec(ctx, "create table "+ruled+".member as select customer_id, arg_min(segment, place) as segment from ("+member+") group by customer_id")
	}
	if err != nil {
		return fmt.Errorf("find the members of the segments: %w", err)
	}
	action, err := answers(ctx, db, `select condition, action, cast(place as varchar), cast(minutes as varchar) from raw.worklist_action order by place`,
		"cast(null as varchar) as customer_id, cast(null as varchar) as action, cast(null as bigint) as place, cast(null as bigint) as minutes",
		"fact.customer_id, %s, cast(%s as bigint), cast(%s as bigint)")
	if err == nil {
		err = db.Exec(ctx, "create table "+ruled+".action as select customer_id, arg_min(action, place) as action, arg_min(minutes, place) as minutes from ("+
			action+") group by customer_id")
	}
	if err != nil {
		return fmt.Errorf("find out what is to be done about customers: %w", err)
	}
	quiet, err := answers(ctx, db, `select condition, cast(place as varchar) from raw.quiet_rule order by place`,
		"cast(null as varchar) as customer_id, cast(null as bigint) as place", "fact.customer_id, cast(%s as bigint)")
	if err == nil {
		err = db.Exec(ctx, "create table "+ruled+".quiet as "+quiet)
	}
	if err != nil {
		return fmt.Errorf("find out who is left alone: %w", err)
	}
	return nil
}

// answers is the query for who meets the conditions that a query lists, beside the texts that follow each of them.
func answers(ctx context.Context, db *warehouse.Duck, conditions, nobody, columns string) (string, error) {
	t, err := db.Query(ctx, conditions)
	if err != nil {
		return "", err
	}
	parts := []string{"select " + nobody + " where false"}
	for _, row := range t.Rows {
		values := make([]any, len(row)-1)
		for i, value := range row[1:] {
			values[i] = warehouse.Literal(value.(string))
		}
		parts = append(parts, fmt.Sprintf("select "+columns+" from %s as fact where %s", append(values, facts, row[0])...))
	}
	return strings.Join(parts, " union all "), nil
}

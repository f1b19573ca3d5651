package dashboard

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"arrears/disputes"
	"arrears/ledger"
)

const rulesPath = "/rules"

// Who may propose rules, and who may put them in force.
var (
	ruleMaking    = []string{"analyst", "manager", "cfo"}
	ruleApproving = []string{"manager", "cfo"}
)

// tried is how many days of history a dry run looks back on, where nothing else is asked for.
const tried = 90

// rulesBody is the process by which disputes are settled: as a picture, as tables, in all its versions, and as a text to change.
type rulesBody struct {
	Digest, Source string
	Picture        template.HTML // written by the model, with every text of a person escaped
	Routing        []ruleRow
	Levels         []ruleRow
	States         []stateRow
	Versions       []versionRow
	Steps          []stepRow
	Deeds          []deed
	Editing        bool
	Text, Key      string
	Mistakes       []string
	DryRun         *dryRun
	Wrong          string
}

type ruleRow struct{ Name, When, Then string }

type stateRow struct{ Title, Owner, Within, Escalates, Silence string }

// A stepRow is a step of the process in words, beside the picture.
type stepRow struct{ From, Step, To, By string }

type versionRow struct {
	Digest, Short, By, At, Approved string
	InForce                         bool
	Read                            string
	Approve                         *deed
}

// A dryRun is what a text would have done with the cases of the past.
type dryRun struct {
	Says           string
	Days           int
	Levels, Routes []fact
	Reverse        []link
}

func (h *Handler) rules(w http.ResponseWriter, r *http.Request) {
	body, trouble := h.rulesOf(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	q := r.URL.Query()
	if digest := q.Get("version"); digest != "" {
		for _, v := range body.Versions {
			if v.Digest == digest {
				body.Editing = true
			}
		}
		text, err := h.versionText(r.Context(), digest)
		if err != nil || !body.Editing {
			h.nothing(w, r)
			return
		}
		body.Text = text
		h.dryRunOf(r.Context(), &body)
	}
	body.Editing = body.Editing || q.Get("edit") != ""
	h.show(w, r, "rules", h.page("Rules", rulesPath, nil, body))
}

func (h *Handler) versionText(ctx context.Context, digest string) (string, error) {
	versions, err := h.opts.Disputes.Versions(ctx)
	for _, v := range versions {
		if v.Digest == digest {
			return v.Text, err
		}
	}
	return "", errors.Join(err, disputes.ErrNoRules)
}

func (h *Handler) rulesOf(r *http.Request) (rulesBody, *problem) {
	v, err := h.caseWords(r)
	if err != nil {
		return rulesBody{}, unreadable(err)
	}
	versions, err := h.opts.Disputes.Versions(r.Context())
	if err != nil {
		return rulesBody{}, unreadable(err)
	}
	m := v.model
	body := rulesBody{Digest: m.Digest, Source: "the file of the configuration, or the process that comes with the program", Text: m.Text,
		Picture: template.HTML(m.SVG()), Key: ledger.NewKey()} //nolint:gosec // the model escapes what people wrote
	body.Routing, body.Levels, body.States, body.Steps = routingRows(m), levelRows(m), v.stateRows(), v.stepRows()
	who := h.reader(r)
	for _, version := range versions {
		if version.InForce {
			body.Source = "approved by " + version.ApprovedBy + ", " + v.moment(version.ApprovedAt)
		}
		body.Versions = append(body.Versions, v.versionRow(version, who))
	}
	return body, nil
}

func (v ledgerView) stepRows() []stepRow {
	var rows []stepRow
	for _, t := range v.model.Steps {
		by := strings.Join(t.By, ", ")
		if by == "" {
			by = "whom the level names"
		}
		rows = append(rows, stepRow{v.state(t.From), t.On, v.state(t.To), by})
	}
	return rows
}

func routingRows(m disputes.Model) []ruleRow {
	rows := slices.Clone(m.Routing)
	slices.SortStableFunc(rows, func(a, b disputes.Route) int {
		if (a.When == "") != (b.When == "") {
			return len(b.When) - len(a.When)
		}
		return b.Priority - a.Priority
	})
	var written []ruleRow
	for _, row := range rows {
		then := "the least busy " + row.Role
		if len(row.Users) > 0 {
			then = "the least busy of " + strings.Join(row.Users, ", ")
		}
		if row.Urgency != "" {
			then += ", urgency " + row.Urgency
		}
		if row.Alert {
			then += ", and somebody should look"
			if row.Says != "" {
				then += ": “" + row.Says + "”"
			}
		}
		written = append(written, ruleRow{fmt.Sprintf("%s (%d)", row.Name, row.Priority), row.When, then})
	}
	return written
}

func levelRows(m disputes.Model) []ruleRow {
	var written []ruleRow
	for _, l := range m.Levels {
		then := "by itself, what is " + l.Grant
		if l.Approvals > 0 {
			then = some(l.Approvals, "approval") + " by " + strings.Join(l.Roles, ", ")
		}
		written = append(written, ruleRow{l.Name, l.When, then})
	}
	return written
}

func (v ledgerView) stateRows() []stateRow {
	var written []stateRow
	for _, s := range v.model.States {
		row := stateRow{Title: s.Title, Owner: s.Owner, Escalates: s.Escalate}
		if !s.End {
			row.Within = some(s.Within, "working hour")
		}
		if s.Silence.Days > 0 {
			row.Silence = some(s.Silence.Days, "day") + ", then " + s.Silence.Then
		}
		written = append(written, row)
	}
	return written
}

func (v ledgerView) versionRow(version disputes.Version, who *reader) versionRow {
	row := versionRow{Digest: version.Digest, Short: version.Digest[:12], By: version.ProposedBy, At: v.moment(version.ProposedAt), InForce: version.InForce,
		Read: rulesPath + "?version=" + version.Digest + "#edit"}
	if version.ApprovedBy != "" {
		row.Approved = version.ApprovedBy + ", " + v.moment(version.ApprovedAt)
	}
	if !version.InForce && who.Is(ruleApproving...) && !slices.Contains(strings.Fields(version.ProposedBy), who.Name) {
		row.Approve = &deed{Kind: "approve-" + row.Short, Title: "Put in force", Button: "Put these rules in force", Text: "Rules " + row.Short + ": they hold for every step from now on.",
			Action: rulesPath + "/approve", Back: rulesPath, Href: rulesPath + "?do=approve#versions", Key: ledger.NewKey(), Hidden: []option{{Title: "digest", Value: version.Digest}},
			Fields: []field{{Name: "why", Label: "Why", Kind: "area", Required: true}}}
	}
	return row
}

// tryRules says what is wrong with a text, or what it would have done; and puts it before the others where that is asked for.
func (h *Handler) tryRules(w http.ResponseWriter, r *http.Request) {
	a, trouble := h.sent(w, r, rulesPath)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	body, trouble := h.rulesOf(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	body.Editing, body.Text, body.Key = true, strings.ReplaceAll(a.form.Get("text"), "\r\n", "\n"), a.key
	status := http.StatusOK
	if !h.dryRunOf(r.Context(), &body) {
		status = http.StatusUnprocessableEntity
	} else if a.get("do") == "propose" {
		_, err := h.opts.Disputes.ProposeRules(r.Context(), a.who, a.key, body.Text, a.get("why"))
		if err == nil {
			http.Redirect(w, r, rulesPath+"#versions", http.StatusSeeOther)
			return
		}
		status, body.Wrong = h.ruleRefusal(r, err)
	}
	h.showWith(w, r, status, "rules", h.page("Rules", rulesPath, nil, body))
}

// dryRunOf checks the text of a page and tries it on the past; false where it has mistakes.
func (h *Handler) dryRunOf(ctx context.Context, body *rulesBody) bool {
	m, err := disputes.Parse("rules", []byte(body.Text))
	if err != nil {
		body.Mistakes = strings.Split(err.Error(), "\n")
		return false
	}
	past, err := h.opts.Disputes.Past(ctx, h.opts.Now().AddDate(0, 0, -tried))
	var run disputes.DryRun
	if err == nil {
		run, err = m.DryRun(past)
	}
	if err != nil {
		h.opts.Log.ErrorContext(ctx, "rules not tried on the past", "error", err)
		body.Mistakes = []string{"the rules could not be tried on the past: " + err.Error()}
		return false
	}
	body.DryRun = &dryRun{Says: run.String(), Days: tried, Levels: counts(run.Levels), Routes: counts(run.Routes)}
	for _, id := range head(run.Reverse, casesOnCard) {
		body.DryRun.Reverse = append(body.DryRun.Reverse, link{id, disputesPath + "/" + id})
	}
	return true
}

func counts(of map[string]int) []fact {
	var facts []fact
	for _, name := range slices.Sorted(maps.Keys(of)) {
		facts = append(facts, fact{Name: plainWords(name), Value: some(of[name], "case")})
	}
	return facts
}

func (h *Handler) approveRules(w http.ResponseWriter, r *http.Request) {
	a, trouble := h.sent(w, r, rulesPath)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	_, err := h.opts.Disputes.ApproveRules(r.Context(), a.who, a.key, a.get("digest"), a.get("why"))
	if err == nil {
		http.Redirect(w, r, rulesPath, http.StatusSeeOther)
		return
	}
	status, says := h.ruleRefusal(r, err)
	body, trouble := h.rulesOf(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	body.Wrong = says
	h.showWith(w, r, status, "rules", h.page("Rules", rulesPath, nil, body))
}

func (h *Handler) ruleRefusal(r *http.Request, err error) (int, string) {
	if errors.Is(err, disputes.ErrNoRules) {
		return http.StatusNotFound, err.Error()
	}
	if errors.Is(err, disputes.ErrRulesStand) {
		return http.StatusConflict, err.Error()
	}
	status, says := refusal(err)
	if status == http.StatusInternalServerError {
		h.opts.Log.ErrorContext(r.Context(), "rules not written", "error", err)
	}
	return status, says
}

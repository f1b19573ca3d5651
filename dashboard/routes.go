package dashboard

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"arrears/ledger"
)

// A route is a page or an export, and who may ask for it.
type route struct {
	pattern string
	roles   []string // never none: what nobody is declared to see does not start
	serve   http.HandlerFunc
}

// everybody who can sign in.
var everybody = ledger.Roles

// routes are all the addresses behind the door. Style sheets, scripts and the door itself lie before it.
func (h *Handler) routes() []route {
	all := []route{
		{"GET /{$}", everybody, h.overview},
		{"GET " + worklistPath, everybody, h.worklist},
		{"POST " + worklistPath + "/{kind}", collecting, h.collect},
		{"GET " + disputesPath, everybody, h.disputes},
		{"POST " + disputesPath, disputing, h.fileOne},
		{"GET " + figuresPath, everybody, h.disputeFigures},
		{"GET " + disputesPath + "/{id}", everybody, h.oneCase},
		{"POST " + disputesPath + "/{id}/{kind}", disputing, h.actOn},
		{"GET " + disputesPath + "/{id}/documents/{digest}", everybody, h.document},
		{"GET " + disputesPath + "/{id}/statement.pdf", everybody, h.statement},
		{"GET " + rulesPath, everybody, h.rules},
		{"POST " + rulesPath, ruleMaking, h.tryRules},
		{"POST " + rulesPath + "/approve", ruleApproving, h.approveRules},
		{"GET " + auditPath, auditing, h.audit},
		{"POST " + auditPath + "/verify", auditing, h.verify},
		{"GET " + settingsPath, everybody, h.settings},
		{"POST " + settingsPath + "/password", everybody, h.changePassword},
		{"POST " + settingsPath + "/users/{kind}", []string{"admin"}, h.setUser},
		{"GET " + agingPath, everybody, h.aging},
		{"GET " + dsoPath, everybody, h.dso},
		{"GET " + riskPath, everybody, h.risk},
		{"GET " + customerPath, everybody, h.customer},
		{"GET " + pipelinePath, everybody, h.pipeline},
		{"GET " + pipelinePath + "/quarantine.csv", everybody, h.rejects},
		{"GET /definitions", everybody, h.definitions},
		{"GET /explain/{name}", everybody, h.explain},
		{"GET /panel/{file}", everybody, h.export},
		{"GET /chart/{file}", everybody, h.chart},
		{"/", everybody, h.nothing},
	}
	for _, e := range h.endpoints() {
		all = append(all, e.route)
	}
	if h.opts.Disputes == nil {
		all = slices.DeleteFunc(all, func(r route) bool {
			return strings.Contains(r.pattern, disputesPath) || strings.Contains(r.pattern, rulesPath) || strings.HasSuffix(r.pattern, openAPIPath)
		})
	}
	if h.opts.Statement == nil {
		all = slices.DeleteFunc(all, func(r route) bool { return strings.HasSuffix(r.pattern, "/statement.pdf") })
	}
	if h.opts.Verify == nil {
		all = slices.DeleteFunc(all, func(r route) bool { return strings.HasSuffix(r.pattern, "/verify") })
	}
	if h.opts.Pipeline == nil {
		all = slices.DeleteFunc(all, func(r route) bool { return strings.Contains(r.pattern, pipelinePath) })
	}
	return all
}

func (h *Handler) nothing(w http.ResponseWriter, r *http.Request) {
	h.fail(w, r, &problem{http.StatusNotFound, "There is no such page", "The address may be misspelt.", nil})
}

// mount puts every route behind the door.
func (h *Handler) mount(routes []route) (http.Handler, error) {
	mux := http.NewServeMux()
	for _, r := range routes {
		if len(r.roles) == 0 {
			return nil, fmt.Errorf("route %s: name the roles that may use it", r.pattern)
		}
		mux.Handle(r.pattern, h.door.Guard(r.serve, r.roles...))
	}
	mux.HandleFunc("GET /static/{file...}", h.asset)
	h.door.Register(mux)
	return mux, nil
}

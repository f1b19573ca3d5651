package dashboard

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

// openAPIPath is where the description of the API for programs lies.
const openAPIPath = "/api/openapi.json"

// An endpoint is a route of the API and what its description says of it. The description is made of the routes and of the types that they read
// and write, so that it cannot say anything else.
type endpoint struct {
	route
	says   string
	query  []parameter
	body   any // that is sent, as a value of its type; nil: nothing
	status int
	answer any // that comes back
}

// A parameter stands in the query of an address.
type parameter struct{ name, says string }

// file stands for bytes that are no JSON.
type file struct{}

// endpoints are all routes of the API.
func (h *Handler) endpoints() []endpoint {
	one := apiPath + "/{id}"
	return []endpoint{
		{route{"GET " + apiPath, everybody, h.apiCases}, "the cases, in the order of their numbers",
			[]parameter{{"state", "only those in it"}, {"reason", "only those about it"}, {"owner", "only that user's"}, {"customer", "only that customer's"},
				{"invoice", "only those about it"}, {"alert", "1: only those that somebody should look at"}, {"closed", "1: closed ones too"},
				{"limit", "how many, 100 unless said, at most 500"}, {"after", "number of the case after which to go on"}}, nil, http.StatusOK, caseList{}},
		{route{"POST " + apiPath, disputing, h.apiFile}, "files a claim", nil, disputes.Claim{}, http.StatusCreated, disputes.Case{}},
		{route{"GET " + one, everybody, h.apiCase}, "one case", nil, nil, http.StatusOK, disputes.Case{}},
		{route{"GET " + one + "/history", everybody, h.apiHistory}, "what happened to a case", nil, nil, http.StatusOK, apiHistory{}},
		{route{"POST " + one + "/documents", disputing, h.apiAttach}, "encloses a document: the body is the file itself", []parameter{{"name", "of the file, with its end, as in note.pdf; required"}},
			file{}, http.StatusCreated, disputes.Case{}},
		{route{"POST " + one + "/{kind}", disputing, h.apiAct}, "", nil, order{}, http.StatusOK, disputes.Case{}},
		{route{"GET " + openAPIPath, everybody, h.openAPI}, "this description", nil, nil, http.StatusOK, map[string]any{}},
	}
}

// An apiDeed is what a program can do with a case: what it means, and the fields of the order that it reads.
type apiDeed struct {
	says   string
	fields []string
}

// apiDeeds are all acts but that of enclosing, which has a route of its own.
var apiDeeds = map[string]apiDeed{
	"validate": {"holds the case against the books", nil},
	"propose":  {"proposes how to settle it", []string{"kind", "lines", "reasons", "root_cause"}},
	"withdraw": {"takes the proposal back", []string{"why"}},
	"approve":  {"approves the proposal; takes a person who has signed in", []string{"hash", "why"}},
	"refuse":   {"refuses the proposal; takes a person who has signed in", []string{"hash", "why"}},
	"send":     {"sends the statement to the customer", nil},
	"accept":   {"notes that the customer accepts; takes a person who has signed in", []string{"hash", "why"}},
	"reject":   {"notes that the customer rejects; takes a person who has signed in", []string{"hash", "why"}},
	"say":      {"writes to the customer", []string{"text", "channel"}},
	"hear":     {"notes what the customer said", []string{"text", "channel", "contact"}},
	"remark":   {"notes something among ourselves", []string{"text"}},
	"share":    {"shares a document with the customer by a link", []string{"document", "days"}},
	"unshare":  {"ends every link to a document that still opens", []string{"document", "why"}},
	"assign":   {"gives the case to a user", []string{"to", "why"}},
	"move":     {"puts it into another state", []string{"to", "why"}},
	"amend":    {"puts the claim right", []string{"customer", "reason", "currency", "claimed", "why"}},
	"verify":   {"notes how somebody made sure who the sender is; takes a person who has signed in", []string{"why"}},
	"reopen":   {"takes up a closed case", []string{"why"}},
	"confirm":  {"notes that the books have done what they were told", []string{"proposal", "text"}},
	"return":   {"notes that they have not", []string{"proposal", "why"}},
}

func (h *Handler) openAPI(w http.ResponseWriter, r *http.Request) {
	h.apiAnswer(w, r, http.StatusOK, openAPIOf(h.endpoints()))
}

// object is a JSON object; its keys are written in order.
type object = map[string]any

// openAPIOf is the OpenAPI 3.1 description of endpoints.
func openAPIOf(all []endpoint) object {
	s := schemas{}
	fault := s.of(reflect.TypeOf(apiFault{}))
	paths := object{}
	add := func(method, path string, o object) {
		if paths[path] == nil {
			paths[path] = object{}
		}
		paths[path].(object)[strings.ToLower(method)] = o //nolint:forcetypeassert // made a line above
	}
	for _, e := range all {
		method, path, _ := strings.Cut(e.pattern, " ")
		if !strings.HasSuffix(path, "/{kind}") {
			add(method, path, s.operation(e, method, path, fault))
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(apiDeeds)) {
			one := strings.Replace(path, "{kind}", kind, 1)
			e.says = apiDeeds[kind].says
			o := s.operation(e, method, one, fault)
			o["requestBody"] = jsonBody(s.part(reflect.TypeOf(order{}), apiDeeds[kind].fields))
			add(method, one, o)
		}
	}
	return object{
		"openapi": "3.1.0",
		"info":    object{"title": "Arrears: disputes", "version": "1", "description": "The desk for disputes, for programs. What it means is said in docs/reference/api.md."},
		"paths":   paths,
		"components": object{"schemas": s, "securitySchemes": object{
			"token": object{"type": "http", "scheme": "bearer"}, "session": object{"type": "apiKey", "in": "cookie", "name": "arrears"}}},
		"security": []object{{"token": []string{}}, {"session": []string{}}},
	}
}

func (s schemas) operation(e endpoint, method, path string, fault object) object {
	answer := jsonBody(s.of(reflect.TypeOf(e.answer)))
	answer["description"] = "done"
	o := object{"summary": e.says, "operationId": nameOf(method, path), "responses": object{
		strconv.Itoa(e.status): answer, "default": object{"description": "why it is not done", "content": jsonBody(fault)["content"]}}}
	switch e.body.(type) {
	case nil:
	case file:
		o["requestBody"] = object{"required": true, "content": object{"application/octet-stream": object{}}}
	default:
		o["requestBody"] = jsonBody(s.part(reflect.TypeOf(e.body), nil))
	}
	if in := parametersOf(e, method, path); len(in) > 0 {
		o["parameters"] = in
	}
	return o
}

func parametersOf(e endpoint, method, path string) []object {
	var in []object
	add := func(place, name, says string, required bool) {
		in = append(in, object{"in": place, "name": name, "description": says, "required": required, "schema": object{"type": "string"}})
	}
	for part := range strings.SplitSeq(path, "/") {
		if name, found := strings.CutPrefix(part, "{"); found {
			add("path", strings.TrimSuffix(name, "}"), "number of the case, as in D-000042", true)
		}
	}
	for _, q := range e.query {
		add("query", q.name, q.says, strings.HasSuffix(q.says, "required"))
	}
	if method == http.MethodPost {
		add("header", keyHeader, "a name of the request's own, the same when it is repeated: what was done under it is done once", true)
	}
	return in
}

// nameOf is the name of an operation, as in post_id_approve.
func nameOf(method, path string) string {
	return strings.ToLower(method) + strings.NewReplacer("/", "_", "{", "", "}", "", ".", "_").Replace(strings.TrimPrefix(path, "/api"))
}

func jsonBody(schema object) object {
	return object{"content": object{"application/json": object{"schema": schema}}}
}

// schemas are the types of the API by their names.
type schemas object

// of is the schema of a type; that of a named structure is a reference.
func (s schemas) of(t reflect.Type) object {
	switch t {
	case reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case reflect.TypeFor[decimal.Decimal]():
		return object{"type": "string", "pattern": `^-?[0-9]+(\.[0-9]+)?$`}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Struct:
		if s[t.Name()] == nil {
			s[t.Name()] = object{} // met before its end
			whole := s.part(t, nil)
			whole["required"] = required(t)
			s[t.Name()] = whole
		}
		return object{"$ref": "#/components/schemas/" + t.Name()}
	default:
		return object{"type": "string"}
	}
}

// part is the schema of some fields of a structure, or of all where none is named, of which none must be sent.
func (s schemas) part(t reflect.Type, names []string) object {
	properties := object{}
	for f := range fieldsOf(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if names == nil && t != reflect.TypeFor[order]() || slices.Contains(names, name) {
			properties[name] = s.of(f.Type)
		}
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

// required are the fields that always come.
func required(t reflect.Type) []string {
	names := []string{}
	for f := range fieldsOf(t) {
		if name, options, _ := strings.Cut(f.Tag.Get("json"), ","); !strings.HasPrefix(options, "omit") {
			names = append(names, name)
		}
	}
	return names
}

// fieldsOf are the fields of a structure that JSON knows.
func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if f := t.Field(i); f.Tag.Get("json") != "" && !yield(f) {
				return
			}
		}
	}
}

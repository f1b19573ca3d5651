package dashboard

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"arrears/disputes"
	"arrears/ledger"
)

// described is the description of the API as a program gets it.
func described(t *testing.T, h http.Handler) map[string]any {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, as(t, "analyst", http.MethodGet, openAPIPath))
	var d map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != http.StatusOK {
		t.Fatal(w.Code, err)
	}
	return d
}

// at goes down into what JSON says.
func at(value any, keys ...string) any {
	for _, key := range keys {
		inside, _ := value.(map[string]any)
		value = inside[key]
	}
	return value
}

// What is described is there, and what is there is described: routes, deeds, parameters.
func TestDescriptionOfTheAPIIsTrue(t *testing.T) {
	h, _ := newCases(t)
	d := described(t, h)
	var want []string
	for _, r := range h.routes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		if before, found := strings.CutSuffix(path, "/{kind}"); found && strings.HasPrefix(path, "/api/") {
			for kind := range acts {
				if kind != "attach" { // has a route of its own
					want = append(want, "POST "+before+"/"+kind)
				}
			}
		} else if strings.HasPrefix(path, "/api/") {
			want = append(want, method+" "+path)
		}
	}
	var got []string
	names := map[string]bool{}
	paths, _ := d["paths"].(map[string]any)
	for path, methods := range paths {
		all, _ := methods.(map[string]any)
		for method, operation := range all {
			got = append(got, strings.ToUpper(method)+" "+path)
			id, _ := at(operation, "operationId").(string)
			if id == "" || names[id] || at(operation, "summary") == "" {
				t.Errorf("%s %s has no name or sentence of its own: %v", method, path, operation)
			}
			names[id] = true
			parameters, _ := at(operation, "parameters").([]any)
			parameters = slices.DeleteFunc(parameters, func(p any) bool { return at(p, "in") != "path" })
			if len(parameters) != strings.Count(path, "{") {
				t.Errorf("%s %s: %d parameters are described", method, path, len(parameters))
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) || len(got) < 20 || d["openapi"] != "3.1.0" {
		t.Errorf("described are %q, there are %q", got, want)
	}
	resolves(t, d, d)
}

// resolves says whether every reference leads somewhere.
func resolves(t *testing.T, whole map[string]any, value any) {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		if ref, is := v["$ref"].(string); is && at(whole, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...) == nil {
			t.Errorf("%s leads nowhere", ref)
		}
		for _, inside := range v {
			resolves(t, whole, inside)
		}
	case []any:
		for _, inside := range v {
			resolves(t, whole, inside)
		}
	}
}

// A deed is described with fields that its body may have, and a case as it comes.
func TestFieldsOfTheDescriptionAreThoseOfTheBodies(t *testing.T) {
	h, _ := newCases(t)
	d := described(t, h)
	text, err := json.Marshal(order{})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for kind, deed := range apiDeeds {
		properties, _ := at(d, "paths", apiPath+"/{id}/"+kind, "post", "requestBody", "content", "application/json", "schema", "properties").(map[string]any)
		if !slices.Equal(slices.Sorted(maps.Keys(properties)), slices.Sorted(slices.Values(deed.fields))) {
			t.Errorf("%s: %v, want %v", kind, properties, deed.fields)
		}
		for name := range properties {
			if _, there := fields[name]; !there {
				t.Errorf("%s: a body has no field %s", kind, name)
			}
			used[name] = true
		}
	}
	if len(used) != len(fields) {
		t.Errorf("of the fields %v only %v are described", slices.Sorted(maps.Keys(fields)), slices.Sorted(maps.Keys(used)))
	}
	id := filed(t, h, "analyst", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, as(t, "analyst", http.MethodGet, apiPath+"/"+id))
	var c map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	schema := at(d, "components", "schemas", "Case")
	properties, _ := at(schema, "properties").(map[string]any)
	for name := range c {
		if properties[name] == nil {
			t.Errorf("a case has %s, which is not described", name)
		}
	}
	always, _ := at(schema, "required").([]any)
	for _, name := range always {
		if _, there := c[name.(string)]; !there { //nolint:forcetypeassert // names
			t.Errorf("a case should have %s", name)
		}
	}
	if len(always) < 15 {
		t.Errorf("%v", always)
	}
}

// Programs enclose documents of the kinds that customers may, once for each key.
func TestProgramsEncloseDocuments(t *testing.T) {
	h, d := newCases(t)
	token, err := staff.SetToken(t.Context(), ledger.Program("test"), "analyst", "")
	if err != nil {
		t.Fatal(err)
	}
	id, run := filed(t, h, "analyst", nil), ledger.NewKey()
	send := func(id, name, key, body string) (int, disputes.Case) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, apiPath+"/"+id+"/documents?name="+name, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Idempotency-Key", key)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var c disputes.Case
		if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil {
			t.Fatalf("%s: %s", err, w.Body)
		}
		return w.Code, c
	}
	status, c := send(id, "delivery%20note.pdf", run, "%PDF-1.7 x")
	if status != http.StatusCreated || len(c.Documents) != 1 || c.Documents[0].Name != "delivery note.pdf" {
		t.Fatalf("%d %+v", status, c)
	}
	if text, err := h.opts.Documents.Open(c.Documents[0].Digest); err != nil || string(text) != "%PDF-1.7 x" {
		t.Errorf("%q %v", text, err)
	}
	if status, again := send(id, "delivery%20note.pdf", run, "%PDF-1.7 x"); status != http.StatusCreated || again.Revision != c.Revision {
		t.Errorf("again: %d %+v", status, again)
	}
	for name, try := range map[string]struct {
		id, file, key, body string
		status              int
	}{
		"another document under the same key": {id, "delivery%20note.pdf", run, "%PDF-1.7 y", http.StatusConflict},
		"no key":                              {id, "a.pdf", "", "%PDF-1.7", http.StatusBadRequest},
		"no name":                             {id, "", "two" + run, "%PDF-1.7", http.StatusUnprocessableEntity},
		"another kind than its name says":     {id, "a.pdf", "two" + run, "<html>", http.StatusUnprocessableEntity},
		"a page":                              {id, "a.html", "two" + run, "<html>", http.StatusUnprocessableEntity},
		"a program":                           {id, "a.exe", "two" + run, "MZ", http.StatusUnprocessableEntity},
		"nothing":                             {id, "a.txt", "two" + run, "", http.StatusUnprocessableEntity},
		"too much":                            {id, "a.txt", "two" + run, strings.Repeat("a", disputes.LargestDocument+1), http.StatusUnprocessableEntity},
		"no such case":                        {"D-999999", "a.txt", "two" + run, "a", http.StatusNotFound},
	} {
		if status, _ := send(try.id, try.file, try.key, try.body); status != try.status {
			t.Errorf("%s: %d, want %d", name, status, try.status)
		}
	}
	if after, err := d.Case(t.Context(), id); err != nil || len(after.Documents) != 1 {
		t.Errorf("%+v %v", after.Documents, err)
	}
}

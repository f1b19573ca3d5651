package dashboard

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"arrears/disputes"
	"arrears/ledger"
)

// A program files, reads and acts with a token; what takes a person it may not.
func TestProgramsFileReadAndActByTheAPI(t *testing.T) {
	h, _ := newCases(t)
	token, err := staff.SetToken(t.Context(), ledger.Program("test"), "analyst", "")
	if err != nil {
		t.Fatal(err)
	}
	call := func(method, path, key, body string, want int, into any) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		if key != "" {
			r.Header.Set("Idempotency-Key", key)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want || w.Header().Get("Content-Type") != "application/json" {
			t.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, want, w.Body)
		}
		if into != nil {
			if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
				t.Fatal(err)
			}
		}
		return w
	}
	const claim = `{"customer":"C009","currency":"EUR","reason":"price","text":"too much","lines":[{"invoice":"INV-1","amount":"12.50"}],"reference":"PO 7"}`
	var c, again disputes.Case
	call("POST", apiPath, "one", claim, http.StatusCreated, &c)
	call("POST", apiPath, "one", claim, http.StatusCreated, &again)
	if c.ID == "" || again.ID != c.ID || c.Channel != disputes.API || c.Claimed().String() != "12.5" {
		t.Errorf("%+v %s", c, again.ID)
	}
	call("POST", apiPath, "one", strings.Replace(claim, "12.50", "13", 1), http.StatusConflict, nil)
	call("POST", apiPath, "", claim, http.StatusBadRequest, nil)
	call("POST", apiPath, "two", `{"custommer":"C009"}`, http.StatusBadRequest, nil)
	var fault apiFault
	call("POST", apiPath, "three", `{"customer":"nobody","lines":[{"invoice":"I","amount":"-1"}]}`, http.StatusUnprocessableEntity, &fault)
	if len(fault.Mistakes) == 0 {
		t.Errorf("%+v", fault)
	}
	call("POST", apiPath+"/"+c.ID+"/validate", "four", "", http.StatusOK, &c)
	if c.State != "review" || c.Report == nil {
		t.Errorf("%+v", c)
	}
	call("POST", apiPath+"/"+c.ID+"/propose", "five", `{"kind":"credit","lines":[{"invoice":"INV-1","amount":"6.00"}],"reasons":["the list"]}`, http.StatusOK, &c)
	call("POST", apiPath+"/"+c.ID+"/approve", "six", `{"hash":"`+c.Proposal.Hash+`"}`, http.StatusForbidden, nil)
	call("POST", apiPath+"/"+c.ID+"/reopen", "seven", `{"why":"x"}`, http.StatusConflict, nil)
	call("POST", apiPath+"/"+c.ID+"/pay", "eight", "", http.StatusNotFound, nil)
	call("GET", apiPath+"/D-999999", "", "", http.StatusNotFound, nil)
	var list struct {
		Cases []disputes.Case `json:"cases"`
	}
	call("GET", apiPath+"?customer=C009", "", "", http.StatusOK, &list)
	if len(list.Cases) != 1 || list.Cases[0].ID != c.ID {
		t.Errorf("%d cases", len(list.Cases))
	}
	var history struct {
		History []apiMoment `json:"history"`
	}
	call("GET", apiPath+"/"+c.ID+"/history", "", "", http.StatusOK, &history)
	if n := len(history.History); n != 3 || history.History[0].By != "analyst" {
		t.Errorf("%+v", history.History)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, disputesPath, strings.NewReader("key=x"))
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
		t.Errorf("a token writes by a page: %d", w.Code)
	}
}

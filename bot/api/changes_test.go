package api_test

import (
	"net/http"
	"strings"
	"testing"

	"orderly.example/bot/api/apitest"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

func TestListing(t *testing.T) {
	w := apitest.New(t, nil)
	first, second := scale(t, w, "k1"), scale(t, w, "k2")
	w.Ledger.Update(first, apitest.Succeed)
	for query, want := range map[string][]string{
		"":                             {second, first},
		"?open=true":                   {second},
		"?state=succeeded":             {first},
		"?requester=me":                {second, first},
		"?requester=bob":               {},
		"?operation=扩缩容":               {second, first},
		"?operation=restart":           {},
		"?service=shop.cart.api&env=":  {second, first},
		"?limit=1":                     {second},
		"?limit=1&page_token=1":        {first},
		"?text=replicas%3D6&limit=200": {second, first},
		"?text=nothing&requester=ann":  {},
	} {
		page := as[ops.Page](t, call(t, w, "GET", "/changes"+strings.ReplaceAll(query, "扩缩容", "%E6%89%A9%E7%BC%A9%E5%AE%B9"), ""), http.StatusOK)
		var got []string
		for _, c := range page.Changes {
			got = append(got, c.ID)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") || page.Changes == nil {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	for query, status := range map[string]int{"?state=gone": 400, "?limit=201": 400, "?limit=many": 400, "?open=perhaps": 400, "?operation=scael": 404} {
		code := ops.Invalid
		if status == 404 {
			code = ops.NotFound
		}
		refused(t, call(t, w, "GET", "/changes"+query, ""), status, code)
	}
}

func TestOneChangeWithItsSecretsHidden(t *testing.T) {
	w := apitest.New(t, nil)
	id := as[wire.Started](t, call(t, w, "POST", "/requests", `{"operation":"restart","params":{"target":["shop.cart.api@idc1:prod","shop.pay.api"],"token":"env:LB_TOKEN","drain":true}}`), http.StatusAccepted).ID
	s := as[ops.Status](t, call(t, w, "GET", "/changes/"+id, ""), http.StatusOK)
	want := map[string]string{"target": "shop.cart.api@idc1:prod,shop.pay.api", "token": "***", "drain": "true", "strategy": "rolling"}
	for name, v := range want {
		if s.Request.Params[name] != v {
			t.Errorf("%s is %q, want %q", name, s.Request.Params[name], v)
		}
	}
	if w.Ledger.Requests()[0].Params["token"] != "env:LB_TOKEN" {
		t.Error("the change itself lost the reference")
	}
	refused(t, call(t, w, "GET", "/changes/scale-nosuchchange", ""), http.StatusNotFound, ops.NotFound)
	refused(t, call(t, w, "GET", "/changes/..%2f..%2fetc", ""), http.StatusNotFound, ops.NotFound)
}

func TestAnApprovalNamesThePlan(t *testing.T) {
	w := apitest.New(t, nil)
	id := scale(t, w, "k1")
	approve := func(person, body string, headers ...string) exchange {
		return call(t, w, "POST", "/changes/"+id+"/approve", body, append([]string{"X-Orderly-As", person}, headers...)...)
	}
	f := refused(t, approve("bob", ""), http.StatusBadRequest, ops.Invalid)
	if f.Field != "plan_hash" || !strings.Contains(f.Text.En, "an answer is about the plan that you saw") {
		t.Errorf("%+v", f)
	}
	refused(t, approve("bob", `{"plan_hash":"xyz"}`), http.StatusBadRequest, ops.Invalid)
	refused(t, approve("bob", `{"plan_hash":"00000000"}`), http.StatusConflict, ops.Conflict)
	if n := len(w.Ledger.Acts()); n != 0 {
		t.Errorf("%d acts arrived", n)
	}
	refused(t, approve("ann", `{"plan_hash":"`+apitest.PlanHash+`"}`), http.StatusForbidden, ops.Denied)
	for range 2 { // the same answer sent again counts once and is answered alike
		reply := as[ops.Reply](t, approve("bob", `{"plan_hash":"3fa9c1d2","note":"go"}`, "Idempotency-Key", "v1"), http.StatusOK)
		if !reply.Accepted {
			t.Errorf("%+v", reply)
		}
	}
	a := w.Ledger.Acts()[1]
	if a.PlanHash != apitest.PlanHash || a.Note != "go" || a.Key != "bob v1" || a.Surface != "api" || a.Kind != ops.ActApprove {
		t.Errorf("act %+v", a)
	}
	if s := as[ops.Status](t, call(t, w, "GET", "/changes/"+id, ""), http.StatusOK); s.State != ops.Running || len(s.Approvals) != 1 {
		t.Errorf("state %s, approvals %+v", s.State, s.Approvals)
	}
	refused(t, call(t, w, "POST", "/changes/"+id+"/reject", `{"plan_hash":"3fa9c1d2"}`), http.StatusConflict, ops.Conflict)
}

func TestTheOtherActs(t *testing.T) {
	w := apitest.New(t, nil)
	id := scale(t, w, "k1")
	if r := as[ops.Reply](t, call(t, w, "POST", "/changes/"+id+"/cancel", `{"note":"no need"}`, "X-Orderly-Client", "cli"), http.StatusOK); !r.Accepted {
		t.Errorf("%+v", r)
	}
	if a := w.Ledger.Acts()[0]; a.Surface != "cli" || a.Note != "no need" {
		t.Errorf("act %+v", a)
	}
	refused(t, call(t, w, "POST", "/changes/"+id+"/retry", ""), http.StatusConflict, ops.Conflict)
	refused(t, call(t, w, "POST", "/changes/"+id+"/review", "{}"), http.StatusConflict, ops.Conflict)
	refused(t, call(t, w, "POST", "/changes/scale-nosuchchange/cancel", ""), http.StatusNotFound, ops.NotFound)
	refused(t, call(t, w, "POST", "/changes/"+id+"/explode", ""), http.StatusNotFound, ops.NotFound)
}

func TestUndoIsARequest(t *testing.T) {
	w := apitest.New(t, nil)
	id := scale(t, w, "k1")
	one := as[wire.Started](t, call(t, w, "POST", "/changes/"+id+"/undo", `{"reason":"wrong"}`, "Idempotency-Key", "u"), http.StatusAccepted)
	two := as[wire.Started](t, call(t, w, "POST", "/changes/"+id+"/undo", `{"reason":"wrong"}`, "Idempotency-Key", "u"), http.StatusAccepted)
	r := w.Ledger.Requests()[1]
	if one.ID != two.ID || r.Operation != "undo" || r.Params["id"] != id || r.Reason != "wrong" {
		t.Errorf("%s %s %+v", one.ID, two.ID, r)
	}
	if x := call(t, w, "POST", "/changes/"+id+"/undo", ""); x.StatusCode != http.StatusAccepted {
		t.Errorf("without a body: %s", x.text)
	}
}

package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"orderly.example/bot/api/apitest"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

func TestARequestStartsOneChange(t *testing.T) {
	w := apitest.New(t, nil)
	x := call(t, w, "POST", "/requests", `{"operation":"扩缩容","params":{"target":"shop.cart.api@idc1:prod","replicas":6.0},"reason":"sale",
		"hold":true,"at":"+30m","channel":"ops"}`, "Idempotency-Key", "k1", "X-Orderly-Client", "cli")
	id := as[wire.Started](t, x, http.StatusAccepted).ID
	r := w.Ledger.Requests()[0]
	if r.Operation != "scale" || r.Params["replicas"] != "6" || r.Reason != "sale" || !r.Hold || !r.At.Equal(apitest.Now.Add(30*time.Minute)) {
		t.Errorf("request %+v", r)
	}
	if r.By.ID != "ann" || r.By.LinkedBy != "dev" || r.From != (ops.Origin{Surface: "console", Channel: "ops"}) || r.Key != "ann k1" {
		t.Errorf("by %+v from %+v key %q", r.By, r.From, r.Key)
	}
	if id != ops.ChangeID(r) {
		t.Errorf("id %s", id)
	}
}

func TestARepeatIsTheSameChangeAndAnotherPersonsKeyIsNot(t *testing.T) {
	w := apitest.New(t, nil)
	first := scale(t, w, "k1")
	if again := scale(t, w, "k1"); again != first {
		t.Errorf("the repeat is %s, not %s", again, first)
	}
	if other := scale(t, w, "k2"); other == first {
		t.Error("another key is the same change")
	}
	body := `{"operation":"scale","params":{"target":"shop.cart.api@idc1:prod","replicas":"6"}}`
	bob := as[wire.Started](t, call(t, w, "POST", "/requests", body, "Idempotency-Key", "k1", "X-Orderly-As", "bob"), http.StatusAccepted)
	if bob.ID == first {
		t.Error("bob got ann's change")
	}
	one, two := call(t, w, "POST", "/requests", body), call(t, w, "POST", "/requests", body)
	if string(one.text) == string(two.text) {
		t.Error("without a key two calls are one change")
	}
	if n := w.Ledger.Count(); n != 5 {
		t.Errorf("%d changes, want 5", n)
	}
}

func TestEveryWrongValueIsSaidAtOnce(t *testing.T) {
	w := apitest.New(t, nil)
	for name, tt := range map[string]struct {
		body   string
		fields []string
	}{
		"values":         {`{"operation":"scale","params":{"target":"Nope","replicas":9999}}`, []string{"target", "replicas"}},
		"missing":        {`{"operation":"scale"}`, []string{"target", "replicas"}},
		"no value types": {`{"operation":"scale","params":{"target":{"a":1},"replicas":[[1]]}}`, []string{"replicas", "target"}},
		"the schema":     {`{"operatio":"scale","hold":"yes"}`, []string{"hold", "operation", "operatio"}},
		"a time":         {`{"operation":"scale","at":"whenever","params":{"target":{}}}`, []string{"at", "target"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := refused(t, call(t, w, "POST", "/requests", tt.body), http.StatusBadRequest, ops.Invalid)
			if len(f.Errors) != len(tt.fields) {
				t.Fatalf("errors %+v", f.Errors)
			}
			for _, want := range tt.fields {
				found := false
				for _, p := range f.Errors {
					found = found || strings.Contains(p.Field+" "+p.Text.En, want)
				}
				if !found {
					t.Errorf("%s is not among %+v", want, f.Errors)
				}
			}
		})
	}
	if n := w.Ledger.Count(); n != 0 {
		t.Errorf("%d changes were started", n)
	}
}

func TestRefusals(t *testing.T) {
	w := apitest.New(t, nil)
	ok := `{"operation":"scale","params":{"target":"shop.cart.api@idc1:prod","replicas":6}}`
	f := refused(t, call(t, w, "POST", "/requests", ok, "X-Orderly-As", "eve"), http.StatusForbidden, ops.Denied)
	if !strings.Contains(f.Text.En, "guests only look") {
		t.Errorf("text %q", f.Text.En)
	}
	f = refused(t, call(t, w, "POST", "/requests", `{"operation":"scael"}`), http.StatusNotFound, ops.NotFound)
	if !strings.Contains(f.Text.En, "did you mean scale") {
		t.Errorf("text %q", f.Text.En)
	}
	refused(t, call(t, w, "POST", "/requests", ok, "Idempotency-Key", strings.Repeat("k", 201)), http.StatusBadRequest, ops.Invalid)
	refused(t, call(t, w, "POST", "/requests", strings.Replace(ok, "{", `{"channel":"a/b",`, 1)), http.StatusBadRequest, ops.Invalid)
	w.Ledger.Break(ops.Errorf(ops.Unavailable, "the engine does not answer", "引擎暂无响应"))
	refused(t, call(t, w, "POST", "/requests", ok), http.StatusServiceUnavailable, ops.Unavailable)
}

func TestALineOfChat(t *testing.T) {
	w := apitest.New(t, nil)
	o := as[wire.Outcome](t, call(t, w, "POST", "/say", `{"text":"scale shop.cart.api@idc1:prod 6","room":"ops","key":"l1"}`), http.StatusOK)
	if o.ChangeID == "" || !strings.Contains(o.Text.En, "scale") {
		t.Fatalf("outcome %+v", o)
	}
	if again := as[wire.Outcome](t, call(t, w, "POST", "/say", `{"text":"scale shop.cart.api@idc1:prod 6","room":"ops"}`, "Idempotency-Key", "l1"), http.StatusOK); again.ChangeID != o.ChangeID {
		t.Errorf("the repeat is %s, not %s", again.ChangeID, o.ChangeID)
	}
	if from := w.Ledger.Requests()[0].From; from != (ops.Origin{Surface: "console", Channel: "ops"}) {
		t.Errorf("from %+v", from)
	}
	show := as[wire.Outcome](t, call(t, w, "POST", "/say", `{"text":"show `+o.ChangeID+`","room":"ops"}`), http.StatusOK)
	if show.Status == nil || show.Status.ID != o.ChangeID {
		t.Errorf("show %+v", show)
	}
	reply := as[wire.Outcome](t, call(t, w, "POST", "/say", `{"text":"approve `+o.ChangeID+`","room":"ops"}`, "X-Orderly-As", "bob"), http.StatusOK)
	if reply.Reply == nil || !reply.Reply.Accepted || w.Ledger.Acts()[0].Surface != "console" {
		t.Errorf("reply %+v", reply)
	}
	form := as[wire.Outcome](t, call(t, w, "POST", "/say", `{"text":"scale","room":"ops"}`), http.StatusOK)
	if form.Form == nil || len(form.Form.Asked()) != 2 {
		t.Errorf("form %+v", form)
	}
	f := refused(t, call(t, w, "POST", "/say", `{"text":"scale shop.cart.api@idc1:prod 9999","room":"ops"}`), http.StatusBadRequest, ops.Invalid)
	if len(f.Errors) != 1 || f.Errors[0].Field != "replicas" {
		t.Errorf("errors %+v", f.Errors)
	}
	refused(t, call(t, w, "POST", "/say", `{"text":"help","room":""}`), http.StatusBadRequest, ops.Invalid)
}

func TestAFormSaysWhatIsMissing(t *testing.T) {
	w := apitest.New(t, nil)
	x := call(t, w, "POST", "/forms", `{"operation":"restart","params":{"strategy":"slowly","token":"env:LB"}}`)
	if x.StatusCode != http.StatusOK || !strings.Contains(string(x.text), `"options":["rolling","all"]`) || strings.Contains(string(x.text), "env:LB") {
		t.Errorf("%d %s", x.StatusCode, x.text)
	}
}

package api_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"orderly.example/bot/api"
	"orderly.example/bot/api/apitest"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

func TestTheCatalogueSaysWhatThePersonMayDo(t *testing.T) {
	w := apitest.New(t, nil)
	for _, o := range as[wire.Offers](t, call(t, w, "GET", "/operations", ""), http.StatusOK).Operations {
		if !o.Allowed || o.Schema["type"] != "object" {
			t.Errorf("%s: %+v", o.Operation.Name, o)
		}
	}
	o := as[wire.Offer](t, call(t, w, "GET", "/operations/scale", "", "X-Orderly-As", "eve"), http.StatusOK)
	if o.Allowed || o.Why.En != "guests only look" {
		t.Errorf("eve: %+v", o)
	}
	refused(t, call(t, w, "GET", "/operations/scael", ""), http.StatusNotFound, ops.NotFound)
}

func TestTheSchemaSpeaksTheLanguageThatWasAskedFor(t *testing.T) {
	w := apitest.New(t, nil)
	for name, tt := range map[string]struct {
		path, want string
		headers    []string
	}{
		"the default":       {"/operations/scale", "change how many instances run", nil},
		"the person's":      {"/operations/scale", "调整实例数", []string{"X-Orderly-As", "wei"}},
		"Accept-Language":   {"/operations/scale", "调整实例数", []string{"Accept-Language", "fr, zh-CN;q=0.9"}},
		"the query wins":    {"/operations/scale?lang=en", "change how many instances run", []string{"Accept-Language", "zh", "X-Orderly-As", "wei"}},
		"a foreign query":   {"/operations/scale?lang=fr", "change how many instances run", nil},
		"an alias is fine":  {"/operations/%E6%89%A9%E7%BC%A9%E5%AE%B9?lang=zh-CN", "调整实例数", nil},
		"a strange header":  {"/operations/scale", "change how many instances run", []string{"Accept-Language", ";;;,,"}},
		"a header of stars": {"/operations/scale", "change how many instances run", []string{"Accept-Language", "*"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := as[wire.Offer](t, call(t, w, "GET", tt.path, "", tt.headers...), http.StatusOK)
			if o.Schema["description"] != tt.want {
				t.Errorf("described as %v, want %s", o.Schema["description"], tt.want)
			}
		})
	}
}

type broken struct{}

func (broken) Decide(context.Context, ops.Facts) (ops.Decision, error) {
	return ops.Decision{}, errors.New("no rules")
}

func TestAPolicyThatFailsHidesNothing(t *testing.T) {
	w := apitest.New(t, func(o *api.Options) { o.Desk.Policy = broken{} })
	if o := as[wire.Offer](t, call(t, w, "GET", "/operations/scale", ""), http.StatusOK); !o.Allowed {
		t.Errorf("%+v", o)
	}
	// the request itself says it, under an id of the log
	body := `{"operation":"scale","params":{"target":"shop.cart.api@idc1:prod","replicas":6}}`
	if f := refused(t, call(t, w, "POST", "/requests", body), http.StatusInternalServerError, ops.Internal); f.ID == "" {
		t.Errorf("no id: %+v", f)
	}
}

func TestMeAndTargets(t *testing.T) {
	w := apitest.New(t, nil)
	if m := as[wire.Me](t, call(t, w, "GET", "/me", ""), http.StatusOK); m.Person.ID != "ann" || m.Version != "v1.2.3" || !m.Demo {
		t.Errorf("me %+v", m)
	}
	if l := as[wire.Targets](t, call(t, w, "GET", "/targets?prefix=shop.cart&limit=1", ""), http.StatusOK); len(l.Targets) != 1 || l.Targets[0] != "shop.cart.api@idc1:prod" {
		t.Errorf("targets %+v", l)
	}
	refused(t, call(t, w, "GET", "/targets?limit=0", ""), http.StatusBadRequest, ops.Invalid)
	none := apitest.New(t, func(o *api.Options) { o.Places = nil })
	if l := as[wire.Targets](t, call(t, none, "GET", "/targets", ""), http.StatusOK); l.Targets == nil || len(l.Targets) != 0 {
		t.Errorf("targets %+v", l)
	}
}

package api_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"orderly.example/bot/api"
	"orderly.example/bot/api/apitest"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

func TestEveryFailureHasOneForm(t *testing.T) {
	w := apitest.New(t, nil)
	for name, tt := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		code               ops.Code
	}{
		"no such path":      {"GET", "/nothing", "", nil, 404, ops.NotFound},
		"another method":    {"DELETE", "/changes", "", nil, 405, ops.Invalid},
		"no JSON":           {"POST", "/requests", "{", nil, 400, ops.Invalid},
		"no body":           {"POST", "/requests", "", nil, 400, ops.Invalid},
		"an array":          {"POST", "/requests", "[]", nil, 400, ops.Invalid},
		"another type":      {"POST", "/requests", "a=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, ops.Invalid},
		"too large":         {"POST", "/requests", `{"reason":"` + strings.Repeat("x", 1<<20) + `"}`, nil, 413, ops.Invalid},
		"no number":         {"GET", "/changes?limit=x", "", nil, 400, ops.Invalid},
		"no event id":       {"GET", "/changes/scale-aaaabbbbcccc/events", "", []string{"Last-Event-ID", "x"}, 400, ops.Invalid},
		"no change":         {"GET", "/changes/scale-aaaabbbbcccc/events", "", nil, 404, ops.NotFound},
		"no room":           {"GET", "/rooms/a%20b/events", "", nil, 400, ops.Invalid},
		"an act, elsewhere": {"GET", "/changes/scale-aaaabbbbcccc/approve", "", nil, 405, ops.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			x := call(t, w, tt.method, tt.path, tt.body, tt.headers...)
			refused(t, x, tt.status, tt.code)
			if ct := x.Header.Get("Content-Type"); ct != "application/json" {
				t.Errorf("content type %s", ct)
			}
			if tt.status == http.StatusMethodNotAllowed && x.Header.Get("Allow") == "" {
				t.Error("no Allow")
			}
		})
	}
}

func TestEveryCodeHasItsStatus(t *testing.T) {
	w := apitest.New(t, nil)
	for code, status := range map[ops.Code]int{
		ops.Invalid: 400, ops.Denied: 403, ops.NotFound: 404, ops.Conflict: 409, ops.Frozen: 423, ops.Unsafe: 422, ops.Unavailable: 503, ops.Internal: 500,
	} {
		w.Ledger.Break(ops.Errorf(code, "no: %s", "不行:%s", code).At("x").Because(errors.New("/etc/secret.go:12")))
		f := refused(t, call(t, w, "GET", "/changes", ""), status, code)
		if f.Field != "x" || wire.CodeOf(status) != code {
			t.Errorf("%s: %+v, back %s", code, f, wire.CodeOf(status))
		}
	}
}

// exploding is a policy with a defect.
type exploding struct{}

func (exploding) Decide(context.Context, ops.Facts) (ops.Decision, error) { panic("out of rules") }

func TestADefectIsAnIDInTheLog(t *testing.T) {
	var l log
	w := apitest.New(t, func(o *api.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&l, nil))
		o.Desk.Policy = exploding{}
	})
	f := refused(t, call(t, w, "GET", "/operations/scale", ""), http.StatusInternalServerError, ops.Internal)
	if f.ID == "" || !strings.Contains(f.Text.En, f.ID) {
		t.Errorf("%+v", f)
	}
	l.logged(t, f.ID, "out of rules", "failure_test.go")
	w.Ledger.Break(errors.New("pq: connection to 10.0.0.1 refused"))
	f = refused(t, call(t, w, "GET", "/changes", ""), http.StatusInternalServerError, ops.Internal)
	if f.ID == "" || strings.Contains(f.Text.En, "10.0.0.1") {
		t.Errorf("%+v", f)
	}
	l.logged(t, f.ID, "connection to 10.0.0.1 refused")
}

func TestACallThatTakesTooLongIsNotHeldAgainstAnybody(t *testing.T) {
	w := apitest.New(t, nil)
	w.Ledger.Break(context.DeadlineExceeded)
	refused(t, call(t, w, "GET", "/changes", ""), http.StatusServiceUnavailable, ops.Unavailable)
}

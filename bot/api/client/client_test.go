package client_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orderly.example/bot/api"
	"orderly.example/bot/api/apitest"
	"orderly.example/bot/api/client"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// dial makes a client of the world; a server given instead stands between.
func dial(t *testing.T, server, as string) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{Server: server + "/", As: as, Lang: "en", Program: "cli"})
	if err != nil {
		t.Fatal(err)
	}
	return c.WithoutPauses(apitest.Limit)
}

// flaky stands between a client and the API: it breaks the connection when broken says so, after the API has answered.
func flaky(t *testing.T, w *apitest.World, broken func(r *http.Request) bool) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !broken(r) {
			w.Config.Handler.ServeHTTP(rw, r)
			return
		}
		w.Config.Handler.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(s.Close)
	return s
}

func submission() wire.Submission {
	return wire.Submission{Operation: "scale", Params: client.Params(map[string]string{"target": "shop.cart.api@idc1:prod", "replicas": "6"}), Reason: "sale"}
}

func TestEveryCall(t *testing.T) {
	w := apitest.New(t, nil)
	ann, bob, ctx := dial(t, w.URL, "ann"), dial(t, w.URL, "bob"), t.Context()
	if m, err := ann.Me(ctx); err != nil || m.Person.ID != "ann" {
		t.Errorf("me %+v %v", m, err)
	}
	if all, err := ann.Operations(ctx); err != nil || len(all) != len(apitest.Operations) {
		t.Errorf("operations %v %v", len(all), err)
	}
	if o, err := ann.Operation(ctx, "扩缩容"); err != nil || o.Operation.Name != "scale" || len(o.Operation.Params) != 2 {
		t.Errorf("operation %+v %v", o, err)
	}
	if l, err := ann.Targets(ctx, "shop.pay"); err != nil || len(l) != 1 {
		t.Errorf("targets %v %v", l, err)
	}
	if f, err := ann.Form(ctx, wire.Submission{Operation: "scale"}); err != nil || len(f.Asked()) != 2 {
		t.Errorf("form %+v %v", f, err)
	}
	id, err := ann.Request(ctx, submission(), "k")
	if err != nil || !strings.HasPrefix(id, "scale-") {
		t.Fatalf("%s %v", id, err)
	}
	if from := w.Ledger.Requests()[0].From; from.Surface != "cli" {
		t.Errorf("from %+v", from)
	}
	if o, err := ann.Say(ctx, "ops", "show "+id, ""); err != nil || o.Status == nil {
		t.Errorf("say %+v %v", o, err)
	}
	if p, err := ann.List(ctx, ops.Filter{Operation: "scale", Open: true, Limit: 5}); err != nil || len(p.Changes) != 1 {
		t.Errorf("list %+v %v", p, err)
	}
	s, err := ann.Status(ctx, id)
	if err != nil || s.State != ops.WaitingApproval {
		t.Fatalf("%+v %v", s, err)
	}
	if r, err := bob.Act(ctx, id, ops.ActApprove, s.Plan.Hash, "go", ""); err != nil || !r.Accepted {
		t.Errorf("%+v %v", r, err)
	}
	if u, err := bob.Undo(ctx, id, wire.UndoBody{}, "u"); err != nil || !strings.HasPrefix(u, "undo-") {
		t.Errorf("%s %v", u, err)
	}
}

func TestFailuresComeBackAsTheyWereSaid(t *testing.T) {
	w := apitest.New(t, nil)
	ann, ctx := dial(t, w.URL, "ann"), t.Context()
	_, err := ann.Request(ctx, wire.Submission{Operation: "scale"}, "")
	var f *wire.Failure
	if e := ops.AsError(err); e == nil || e.Code != ops.Invalid || e.Text.Zh == "" || !errors.As(err, &f) || len(f.Errors) != 2 {
		t.Errorf("%v", err)
	}
	if _, err = ann.Status(ctx, "scale-aaaabbbbcccc"); ops.CodeOf(err) != ops.NotFound {
		t.Errorf("%v", err)
	}
	id, err := ann.Request(ctx, submission(), "k")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = ann.Act(ctx, id, ops.ActApprove, apitest.PlanHash, "", ""); ops.CodeOf(err) != ops.Denied {
		t.Errorf("%v", err)
	}
	if _, err = dial(t, w.URL, "").Me(ctx); ops.CodeOf(err) != ops.Denied {
		t.Errorf("%v", err)
	}
	if _, err = dial(t, "http://127.0.0.1:1", "ann").Me(ctx); ops.CodeOf(err) != ops.Unavailable || !strings.Contains(ops.TextOf(err).En, "orderly dev") {
		t.Errorf("%v", err)
	}
	for _, address := range []string{"", "127.0.0.1:7080", "ftp://x", "http://", "://"} {
		if _, err := client.New(client.Config{Server: address}); ops.CodeOf(err) != ops.Invalid {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestAnotherServerIsNotTakenForOurs(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		want   ops.Code
	}{
		"a page":           {200, "<html>", ops.Unavailable},
		"a proxy's 502":    {502, "<html>bad gateway</html>", ops.Unavailable},
		"a proxy's 403":    {403, "no", ops.Denied},
		"a foreign JSON":   {404, `{"error":"x"}`, ops.NotFound},
		"a redirect":       {302, "", ops.Invalid},
		"a foreign 418":    {418, "", ops.Invalid},
		"a server's crash": {500, "", ops.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			}))
			defer s.Close()
			_, err := dial(t, s.URL, "ann").Me(t.Context())
			if ops.CodeOf(err) != tt.want || ops.TextOf(err).Zh == "" {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestACallThatWasLostIsSentAgainAndCountsOnce(t *testing.T) {
	w := apitest.New(t, nil)
	var calls atomic.Int32
	s := flaky(t, w, func(*http.Request) bool { return calls.Add(1)%3 != 0 })
	ann := dial(t, s.URL, "ann")
	id, err := ann.Request(t.Context(), submission(), "")
	if err != nil {
		t.Fatal(err)
	}
	r := w.Ledger.Requests()
	if len(r) != 3 || w.Ledger.Count() != 1 || r[0].Key != r[2].Key {
		t.Errorf("%d requests, %d changes, keys %q and %q", len(r), w.Ledger.Count(), r[0].Key, r[2].Key)
	}
	bob := dial(t, s.URL, "bob")
	if reply, err := bob.Act(t.Context(), id, ops.ActApprove, apitest.PlanHash, "", ""); err != nil || !reply.Accepted {
		t.Errorf("%+v %v", reply, err)
	}
	if st, err := dial(t, w.URL, "ann").Status(t.Context(), id); err != nil || len(st.Approvals) != 1 {
		t.Errorf("%+v %v", st.Approvals, err)
	}
}

func TestATokenIsSentAndGoesNowhereElse(t *testing.T) {
	token, hash := api.NewToken()
	tokens, err := api.NewTokens([]api.Token{{Person: "bob", Hash: hash}})
	if err != nil {
		t.Fatal(err)
	}
	w := apitest.New(t, func(o *api.Options) { o.Tokens, o.Dev = tokens, false })
	c, err := client.New(client.Config{Server: w.URL, Token: token, As: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := c.Me(t.Context()); err != nil || m.Person.ID != "bob" {
		t.Errorf("%+v %v", m, err)
	}
	var leaked atomic.Bool
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		leaked.Store(leaked.Load() || r.Header.Get("Authorization") != "")
	}))
	defer other.Close()
	s := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer s.Close()
	c, err = client.New(client.Config{Server: s.URL, Token: token})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = c.Me(t.Context()); err == nil || leaked.Load() || strings.Contains(err.Error(), token) {
		t.Errorf("leaked %v, %v", leaked.Load(), err)
	}
}

func TestTheWaitBetweenTriesEndsWithTheContext(t *testing.T) {
	c, err := client.New(client.Config{Server: "http://127.0.0.1:1", As: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := c.Me(t.Context()); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("%v", err)
	}
	if took := time.Since(began); took < 200*time.Millisecond || took > apitest.Limit {
		t.Errorf("it took %s", took)
	}
}

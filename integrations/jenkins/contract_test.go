package jenkins

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"orderly.example/activities"
	"orderly.example/integrations/jenkins/jenkinstest"
)

// described is a description of a part of the API; nil when it is not at hand.
func described(t *testing.T) routers.Router {
	t.Helper()
	dir := os.Getenv("ORDERLY_SPECS")
	if dir == "" {
		t.Log("ORDERLY_SPECS is not set: the fake and the client were not checked against a description of the API")
		return nil
	}
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(dir, "jenkins-community.yml"))
	if err != nil {
		t.Fatal(err)
	}
	doc.Components.Schemas["FreeStyleBuild"].Value.Properties["result"].Value.Nullable = true // while it runs
	doc.Servers = openapi3.Servers{{URL: "/"}}
	r, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestContract: in the whole life of deploys every call that the description knows is one of it, and so is its answer.
func TestContract(t *testing.T) {
	spec := described(t)
	l := newLab(t)
	l.job = l.Job("cart-deploy", "VERSION", "ENV", "ORDERLY_KEY") // the description knows no folders
	seen := map[string]int{}
	l.Handles = func(next http.Handler) http.Handler { return checked(t, spec, seen, next) }
	l.Crumbs, l.Busy = true, true
	forth, homeward := deploy(), back()
	forth.Place.External.Job, homeward.Place.External.Job = "cart-deploy", "cart-deploy"
	l.deploy(forth)
	l.land(forth)
	l.Work()
	l.job.Builds()[0].Ask(jenkinstest.Input{ID: "Ship", Message: "Ship it?"})
	_, err := l.Answer(t.Context(), activities.AnswerIn{DeployIn: forth, Question: l.land(forth).Question})
	l.must(err)
	l.land(forth)
	l.deploy(homeward)
	if _, err := l.Land(t.Context(), forth); err == nil {
		t.Error("a stopped build is no failure")
	}
	l.must(l.client.Check(t.Context()))
	if spec != nil && len(seen) != 4 {
		t.Errorf("only %v was checked against the description", seen)
	}
	t.Logf("%d operations of the description: %v", len(seen), seen)
}

// checked checks calls and answers against the description, as far as it goes.
func checked(t *testing.T, spec routers.Router, seen map[string]int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if spec != nil {
			compare(t, spec, seen, r, rec)
		}
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	})
}

func compare(t *testing.T, spec routers.Router, seen map[string]int, r *http.Request, rec *httptest.ResponseRecorder) {
	t.Helper()
	route, params, err := spec.FindRoute(r)
	if err != nil {
		return // the description is of a part
	}
	seen[route.Method+" "+route.Path]++
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	answer := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: rec.Code, Header: rec.Header(), Body: io.NopCloser(strings.NewReader(rec.Body.String())), Options: options}
	if err := openapi3filter.ValidateResponse(r.Context(), answer); err != nil {
		t.Errorf("the answer to %s %s: %v", r.Method, r.URL, err)
	}
}

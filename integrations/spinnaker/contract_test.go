package spinnaker

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/goccy/go-yaml"

	"orderly.example/activities"
)

// described is the description of Gate's API; nil when it is not at hand.
func described(t *testing.T) routers.Router {
	t.Helper()
	dir := os.Getenv("ORDERLY_SPECS")
	if dir == "" {
		t.Log("ORDERLY_SPECS is not set: the fake and the client were not checked against the description of the API")
		return nil
	}
	raw, err := os.ReadFile(filepath.Join(dir, "spinnaker-gate.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if raw, err = yaml.YAMLToJSON(raw); err != nil {
		t.Fatal(err)
	}
	var v2 openapi2.T
	if err := json.Unmarshal(raw, &v2); err != nil {
		t.Fatal(err)
	}
	doc, err := openapi2conv.ToV3(&v2)
	if err != nil {
		t.Fatal(err)
	}
	doc.Paths.Delete("/pipelines/{application}/{pipelineName}") // the router takes it for the one that starts
	for _, p := range doc.Paths.Map() {
		for _, o := range p.Operations() {
			anyFields(o.Responses.Value("200"))
		}
	}
	doc.Servers = openapi3.Servers{{URL: "/"}}
	r, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// anyFields lets the fields of an answer be of any type, where the description says that they all are objects.
func anyFields(r *openapi3.ResponseRef) {
	if r == nil || r.Value == nil {
		return
	}
	for _, m := range r.Value.Content {
		if m.Schema != nil && m.Schema.Value != nil {
			m.Schema.Value.AdditionalProperties = openapi3.AdditionalProperties{}
		}
	}
}

// TestContract: in the whole life of deploys every call is one of the description, and so is its answer.
func TestContract(t *testing.T) {
	spec := described(t)
	l := newLab(t)
	seen := map[string]int{}
	l.Handles = func(next http.Handler) http.Handler { return checked(t, spec, seen, next) }
	in := deploy()
	in.DryRun = true
	l.deploy(in)
	l.deploy(deploy())
	l.Executions()[0].Ask("Ship it?")
	_, err := l.Answer(t.Context(), activities.AnswerIn{DeployIn: deploy(), Question: l.land(deploy()).Question})
	l.must(err)
	l.deploy(back())
	l.must(l.client.Check(t.Context()))
	if spec != nil && len(seen) != 7 {
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
		t.Errorf("%s %s is not in the description: %v", r.Method, r.URL, err)
		return
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

package harbor

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

	"orderly.example/ops"
)

// described is the official description of the API; nil when it is not at hand.
func described(t *testing.T) routers.Router {
	t.Helper()
	dir := os.Getenv("ORDERLY_SPECS")
	if dir == "" {
		t.Log("ORDERLY_SPECS is not set: the fake and the client were not checked against the official description of the API")
		return nil
	}
	raw, err := os.ReadFile(filepath.Join(dir, "harbor.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if raw, err = yaml.YAMLToJSON(raw); err != nil {
		t.Fatal(err)
	}
	var old openapi2.T
	if err := json.Unmarshal(raw, &old); err != nil {
		t.Fatal(err)
	}
	doc, err := openapi2conv.ToV3(&old)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: "/api/v2.0"}} // the fake is where it is
	r, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestContract: every call of the life of a project and of a scan is one of the official description, and so is every
// answer to the last field.
func TestContract(t *testing.T) {
	spec := described(t)
	l := newLab(t)
	seen := map[string]int{}
	if spec != nil {
		l.Handles = func(next http.Handler) http.Handler { return checked(t, spec, seen, next) }
	}
	l.must(l.client.Check(t.Context()))
	in := l.project("shop-pay")
	_, err := l.client.MakeProject(t.Context(), in)
	l.must(err)
	_, err = l.client.LookProject(t.Context(), in)
	l.must(err)
	_, err = l.client.DropProject(t.Context(), in)
	l.must(err)
	_, err = l.client.LookProject(t.Context(), in)
	l.refused(err, ops.NotFound, "knows no project shop-pay")
	l.image.Counts = map[string]int{"Critical": 1, "High": 2}
	_, err = l.client.StartScan(t.Context(), l.scan("1.4.3"))
	l.must(err)
	_, err = l.client.LookScan(t.Context(), l.scan("1.4.3"))
	l.must(err)
	_, err = l.client.LookScan(t.Context(), l.scan("1.4.4"))
	l.refused(err, ops.NotFound, "did you mean 1.4.3?")
	if spec != nil && len(seen) < 9 {
		t.Errorf("only %v were called", seen)
	}
	t.Logf("%d operations of the description: %v", len(seen), seen)
}

// checked checks calls and answers against the description.
func checked(t *testing.T, spec routers.Router, seen map[string]int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		route, params, err := spec.FindRoute(r)
		if err != nil {
			t.Errorf("%s %s is not described: %v", r.Method, r.URL.Path, err)
			next.ServeHTTP(w, r)
			return
		}
		seen[route.Operation.OperationID]++
		options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
		in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		known := route.Operation.Responses.Status(rec.Code)
		if known == nil {
			t.Errorf("%s %s answers with %d, which is not described", r.Method, r.URL, rec.Code)
		} else if rec.Body.Len() > 0 && known.Value.Content != nil {
			answer := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: rec.Code, Header: rec.Header(), Body: io.NopCloser(strings.NewReader(rec.Body.String())), Options: options}
			if err := openapi3filter.ValidateResponse(r.Context(), answer); err != nil {
				t.Errorf("the answer to %s %s: %v", r.Method, r.URL, err)
			}
			undescribed(t, route.Operation.OperationID, known.Value.Content.Get("application/json"), rec.Body.Bytes())
		}
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	})
}

package apollo

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
	"orderly.example/ops"
)

// described is the official description of the open API; nil when it is not at hand.
func described(t *testing.T) routers.Router {
	t.Helper()
	dir := os.Getenv("ORDERLY_SPECS")
	if dir == "" {
		t.Log("ORDERLY_SPECS is not set: the fake and the client were not checked against the official description of the open API")
		return nil
	}
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(dir, "apollo-portal.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = nil // the fake is where it is
	r, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestContract: every call of a whole life of a change is one of the official description, and so is every answer.
func TestContract(t *testing.T) {
	spec := described(t)
	l := newLab(t)
	seen := map[string]int{}
	if spec != nil {
		l.Handles = func(next http.Handler) http.Handler { return checked(t, spec, seen, next) }
	}
	in := l.set("timeout", "60", "greeting", "", "a/b c", "2", "color", "red")
	out, err := l.client.EditConfig(t.Context(), in)
	l.must(err)
	made, err := l.client.PublishConfig(t.Context(), activities.PublishIn{At: at, Title: "t", Content: out.Content, Release: "1"})
	l.must(err)
	_, err = l.client.ConfigReceived(t.Context(), at, made.Release)
	l.must(err)
	_, err = l.client.ConfigReleases(t.Context(), at, 10)
	l.must(err)
	now := l.read()
	_, err = l.client.EditConfig(t.Context(), activities.EditIn{At: at, Restore: "1", Was: "2", Release: now.Release, Content: now.Content})
	l.must(err)
	_, err = l.client.PublishConfig(t.Context(), activities.PublishIn{At: at, Title: "back", Content: activities.ConfigContent(start()), Release: "2"})
	l.must(err)
	l.gray(gray("10.0.0.1"))
	_, err = l.client.EndGray(t.Context(), end("all"))
	l.must(err)
	in2 := gray("10.0.0.1")
	in2.Title = "other"
	l.gray(in2)
	_, err = l.client.EndGray(t.Context(), activities.EndGrayIn{At: at, Title: "other", Changes: in2.Changes})
	l.must(err)
	nowhere := at
	nowhere.Namespace = "nowhere"
	_, err = l.client.ReadConfig(t.Context(), nowhere)
	l.refused(err, ops.NotFound, "nowhere")
	if spec != nil && len(seen) < 16 {
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
		options := &openapi3filter.Options{IncludeResponseStatus: false, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
		in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		known := route.Operation.Responses.Status(rec.Code)
		if rec.Body.Len() > 0 && known != nil && known.Value.Content != nil {
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

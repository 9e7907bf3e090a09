package gitlab

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/activities"
	"orderly.example/integrations/gitlab/gitlabtest"
)

// described is a description of a part of the API; nil when it is not at hand.
func described(t *testing.T) routers.Router {
	t.Helper()
	dir := os.Getenv("ORDERLY_SPECS")
	if dir == "" {
		t.Log("ORDERLY_SPECS is not set: the fake and the client were not checked against a description of the API")
		return nil
	}
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(dir, "gitlab-partial.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	project := doc.Components.Schemas["Project"].Value.Properties // where it differs from GitLab itself
	project["id"].Value = openapi3.NewInt64Schema()
	project["permissions"].Value.Properties["group_access"].Value.Nullable = true
	doc.Servers = openapi3.Servers{{URL: "/api"}}
	r, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// answers are the types that the official client reads of each call: an answer may hold nothing else.
var answers = []struct {
	call string
	into func() any
}{
	{`GET /projects/[^/]+|POST /projects`, func() any { return &api.Project{} }},
	{`DELETE /projects/[^/]+`, func() any { return &map[string]string{} }},
	{`GET /groups/[^/]+`, func() any { return &api.Group{} }},
	{`GET /projects/[^/]+/repository/tree`, func() any { return &[]api.TreeNode{} }},
	{`POST /projects/[^/]+/repository/commits|GET /projects/[^/]+/repository/commits/[^/]+`, func() any { return &api.Commit{} }},
	{`GET /projects/[^/]+/repository/commits`, func() any { return &[]api.Commit{} }},
	{`GET /projects/[^/]+/repository/commits/[^/]+/refs`, func() any { return &[]api.CommitRef{} }},
	{`GET /projects/[^/]+/repository/files/[^/]+`, func() any { return &api.File{} }},
	{`GET /projects/[^/]+/repository/tags`, func() any { return &[]api.Tag{} }},
	{`GET /projects/[^/]+/repository/tags/[^/]+`, func() any { return &api.Tag{} }},
	{`GET /projects/[^/]+/merge_requests`, func() any { return &[]api.BasicMergeRequest{} }},
	{`(POST /projects/[^/]+/merge_requests)|((GET|PUT) /projects/[^/]+/merge_requests/[0-9]+)|(PUT /projects/[^/]+/merge_requests/[0-9]+/merge)`, func() any { return &api.MergeRequest{} }},
	{`GET /projects/[^/]+/pipelines`, func() any { return &[]api.PipelineInfo{} }},
	{`POST /projects/[^/]+/pipeline|GET /projects/[^/]+/pipelines/[0-9]+|POST /projects/[^/]+/pipelines/[0-9]+/cancel`, func() any { return &api.Pipeline{} }},
	{`GET /projects/[^/]+/pipelines/[0-9]+/variables`, func() any { return &[]variable{} }},
	{`GET /projects/[^/]+/pipelines/[0-9]+/jobs`, func() any { return &[]api.Job{} }},
	{`POST /projects/[^/]+/jobs/[0-9]+/play`, func() any { return &api.Job{} }},
	{`GET /personal_access_tokens/self`, func() any { return &api.PersonalAccessToken{} }},
}

// variable has one thing that the client does not read.
type variable struct {
	api.PipelineVariable
	Raw bool `json:"raw"`
}

// TestContract: in the whole life of releases every answer is one that the official client reads to the last field, and
// where a description of the API is at hand, one of that.
func TestContract(t *testing.T) {
	spec := described(t)
	l := yard(t)
	seen, read := map[string]int{}, map[string]int{}
	l.Handles = func(next http.Handler) http.Handler { return checked(t, spec, seen, read, next) }
	l.code.Tag("v1")
	l.code.Jobs = []gitlabtest.Job{{Name: "build"}, {Name: "smoke", Status: "manual"}}
	run := l.code.Run("main", "success")
	_, err := l.build("pipeline:" + jsonNumber(run.ID))
	l.must(err)
	_, err = l.build("latest")
	l.must(err)
	in := gate()
	in.Run.Job = "smoke"
	l.must(l.client.TryPipeline(t.Context(), in))
	started, err := l.client.StartPipeline(t.Context(), in)
	l.must(err)
	_, err = l.client.LookPipeline(t.Context(), in, started.ID)
	l.must(err)
	_, err = l.client.CancelPipeline(t.Context(), in)
	l.must(err)
	l.must(l.whole(deploy()))
	_, err = l.client.Runs(t.Context(), activities.RunsIn{Place: place()})
	l.must(err)
	_, err = l.client.Deploy(t.Context(), inverse(deploy()))
	l.must(err)
	_, err = l.client.Deploy(t.Context(), deploy()) // closes it again
	l.must(err)
	_, err = l.client.MakeRepository(t.Context(), newRepository())
	l.must(err)
	_, err = l.client.DropRepository(t.Context(), newRepository())
	l.must(err)
	l.must(l.put(newEntry()))
	l.must(l.client.Check(t.Context()))
	if len(read) != len(answers) {
		t.Errorf("only %d of %d kinds of answers were read: %v", len(read), len(answers), read)
	}
	if spec != nil && len(seen) == 0 {
		t.Error("nothing was checked against the description")
	}
	t.Logf("%d operations of the description: %v", len(seen), seen)
}

func jsonNumber(n int64) string {
	raw, _ := json.Marshal(n) // a number always has a form
	return string(raw)
}

// checked checks calls and answers.
func checked(t *testing.T, spec routers.Router, seen, read map[string]int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		if rec.Code/100 == 2 && rec.Body.Len() > 0 {
			strict(t, read, r.Method+" "+strings.TrimPrefix(r.URL.EscapedPath(), "/api/v4"), rec.Body.Bytes())
		}
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

// strict reads an answer into the type of the client, which has to know every field.
func strict(t *testing.T, read map[string]int, call string, body []byte) {
	t.Helper()
	for _, a := range answers {
		if !regexp.MustCompile(`^(` + a.call + `)$`).MatchString(call) {
			continue
		}
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		if err := d.Decode(a.into()); err != nil {
			t.Errorf("the answer to %s: %v", call, err)
		}
		read[a.call]++
		return
	}
	t.Errorf("nobody reads the answer to %s", call)
}

// compare compares a call and its answer with the description, as far as it goes.
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

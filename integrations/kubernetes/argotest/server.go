package argotest

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/rest"

	"orderly.example/deploy/parts/faulttest"
)

const path = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/web"

// Server is an API server with one Rollout, shop/web, and empty lists of everything else.
type Server struct {
	faulttest.Queue // by method and the end of the path, such as "PATCH /status"
	http            *httptest.Server
	mu              sync.Mutex
	object          map[string]any
	version         int
	ledger          []string
}

// New is a server with the Rollout; it ends with the test.
func New(t testing.TB, raw string) *Server {
	t.Helper()
	s := &Server{version: 1}
	if err := utiljson.Unmarshal([]byte(raw), &s.object); err != nil {
		t.Fatal(err)
	}
	child(s.object, "metadata")["generation"] = int64(1)
	s.Is = func(r *http.Request, call string) bool {
		method, end, _ := strings.Cut(call, " ")
		return r.Method == method && strings.HasSuffix(r.URL.Path, end)
	}
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.http.Start()
	t.Cleanup(s.http.Close)
	return s
}

// Config is how the server is reached.
func (s *Server) Config() *rest.Config { return &rest.Config{Host: s.http.URL, QPS: -1} }

// Written is every effective write of clients, such as "PUT web:2" and "PATCH promoteFull".
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

// Spec is what is wanted of the Rollout.
func (s *Server) Spec() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return runtime.DeepCopyJSON(child(s.object, "spec"))
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Serve(w, r, http.HandlerFunc(s.answer), func(kind faulttest.Fault) {
		switch kind {
		case faulttest.Unavailable:
			refuse(w, http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable)
		case faulttest.Limited:
			refuse(w, http.StatusTooManyRequests, metav1.StatusReasonTooManyRequests)
		default:
			refuse(w, http.StatusConflict, metav1.StatusReasonConflict)
		}
	})
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	var body map[string]any
	if err == nil && len(raw) > 0 {
		err = utiljson.Unmarshal(raw, &body)
	}
	if v, _, _ := unstructured.NestedString(body, "metadata", "resourceVersion"); err == nil && len(raw) > 0 && v != fmt.Sprint(s.version) {
		refuse(w, http.StatusConflict, metav1.StatusReasonConflict)
		return
	}
	switch {
	case err != nil:
		refuse(w, http.StatusBadRequest, metav1.StatusReasonBadRequest)
	case r.Method == http.MethodGet && r.URL.Path == path:
		if Move(s.object) {
			s.version++
		}
		s.say(w)
	case r.Method == http.MethodGet: // a list of something else
		say(w, map[string]any{"kind": "List", "apiVersion": "v1", "metadata": map[string]any{}, "items": []any{}})
	case r.Method == http.MethodPut && r.URL.Path == path:
		s.wanted(child(body, "spec"), r)
		s.say(w)
	case r.Method == http.MethodPut && r.URL.Path == path+"/scale":
		spec := runtime.DeepCopyJSON(child(s.object, "spec"))
		spec["replicas"] = child(body, "spec")["replicas"]
		s.wanted(spec, r)
		s.say(w)
	case r.Method == http.MethodPatch && r.URL.Path == path+"/status" && r.Header.Get("Content-Type") == "application/merge-patch+json":
		for name, v := range child(body, "status") {
			s.ledger = append(s.ledger, "PATCH "+name)
			if child(s.object, "status")[name] = v; v == nil {
				delete(child(s.object, "status"), name)
			}
		}
		s.version++
		s.say(w)
	default:
		refuse(w, http.StatusNotFound, metav1.StatusReasonNotFound)
	}
}

// wanted keeps a new spec if it differs, and if it was no dry run.
func (s *Server) wanted(spec map[string]any, r *http.Request) {
	if reflect.DeepEqual(spec, s.object["spec"]) || r.URL.Query().Get("dryRun") != "" {
		return
	}
	s.object["spec"] = spec
	child(s.object, "metadata")["generation"] = number(child(s.object, "metadata")["generation"]) + 1
	s.version++
	s.ledger = append(s.ledger, fmt.Sprintf("PUT %v x%d", image(spec), number(spec["replicas"])))
}

func (s *Server) say(w http.ResponseWriter) {
	child(s.object, "metadata")["resourceVersion"] = fmt.Sprint(s.version)
	say(w, s.object)
}

func say(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // whoever has gone misses it
}

func refuse(w http.ResponseWriter, code int, reason metav1.StatusReason) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(metav1.Status{ // whoever has gone misses it
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Code: int32(code), Reason: reason, Message: string(reason),
	})
}

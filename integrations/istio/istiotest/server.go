package istiotest

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"

	"orderly.example/deploy/parts/faulttest"
)

const (
	prefix   = "/apis/networking.istio.io/v1/namespaces/"
	modified = "the object has been modified; please apply your changes to the latest version and try again"
)

// kinds are what the server serves.
var kinds = map[string]string{"virtualservices": "VirtualService", "destinationrules": "DestinationRule"}

// Server is the API server of a cluster with Istio.
type Server struct {
	faulttest.Queue
	http    *httptest.Server
	mu      sync.Mutex
	objects map[string]*unstructured.Unstructured // by namespace/resource/name
	version int
	ledger  []string
}

// New is a server without objects; it ends with the test.
func New(t testing.TB) *Server {
	s := &Server{objects: map[string]*unstructured.Unstructured{}}
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.http.Start()
	t.Cleanup(s.http.Close)
	return s
}

// Config is how the server is reached.
func (s *Server) Config() *rest.Config { return &rest.Config{Host: s.http.URL, QPS: -1} }

// Set keeps an object, as somebody else would write it.
func (s *Server) Set(t testing.TB, raw string) {
	t.Helper()
	o := &unstructured.Unstructured{}
	if err := o.UnmarshalJSON([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	for resource, kind := range kinds {
		if kind == o.GetKind() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.keep(o.GetNamespace()+"/"+resource+"/"+o.GetName(), o)
			return
		}
	}
	t.Fatalf("%s is not served", o.GetKind())
}

// Get is an object, and nil when there is none.
func (s *Server) Get(namespace, resource, name string) *unstructured.Unstructured {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.objects[namespace+"/"+resource+"/"+name].DeepCopy()
}

// Written is every effective write of clients, such as "PUT shop/virtualservices/web".
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

// keep keeps an object under a new version.
func (s *Server) keep(key string, o *unstructured.Unstructured) {
	s.version++
	o.SetResourceVersion(strconv.Itoa(s.version))
	s.objects[key] = o
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, prefix), "/")
	if !strings.HasPrefix(r.URL.Path, prefix) || len(parts) < 2 || kinds[parts[1]] == "" {
		refuse(w, http.StatusNotFound, metav1.StatusReasonNotFound, "", "the server could not find the requested resource")
		return
	}
	key := strings.Join(parts, "/")
	switch {
	case r.Method == http.MethodGet && len(parts) == 2:
		s.list(w, key, kinds[parts[1]])
	case r.Method == http.MethodPost && len(parts) == 2:
		s.create(w, r, key)
	case r.Method == http.MethodPut && len(parts) == 3:
		s.update(w, r, key)
	case r.Method == http.MethodDelete && len(parts) == 3:
		s.remove(w, r, key)
	default:
		refuse(w, http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed, "", r.Method)
	}
}

func (s *Server) list(w http.ResponseWriter, key, kind string) {
	items := []any{}
	for _, k := range slices.Sorted(maps.Keys(s.objects)) {
		if strings.HasPrefix(k, key+"/") {
			items = append(items, s.objects[k].Object)
		}
	}
	say(w, http.StatusOK, map[string]any{"apiVersion": "networking.istio.io/v1", "kind": kind + "List", "metadata": map[string]any{}, "items": items})
}

func (s *Server) create(w http.ResponseWriter, r *http.Request, key string) {
	o, ok := s.read(w, r)
	if !ok {
		return
	}
	key += "/" + o.GetName()
	if s.objects[key] != nil {
		refuse(w, http.StatusConflict, metav1.StatusReasonAlreadyExists, o.GetName(), key+" already exists")
		return
	}
	s.keep(key, o)
	s.ledger = append(s.ledger, "POST "+key)
	say(w, http.StatusCreated, o.Object)
}

func (s *Server) update(w http.ResponseWriter, r *http.Request, key string) {
	o, ok := s.read(w, r)
	if !ok {
		return
	}
	old := s.objects[key]
	switch {
	case old == nil:
		refuse(w, http.StatusNotFound, metav1.StatusReasonNotFound, o.GetName(), key+" not found")
	case o.GetResourceVersion() == "":
		refuse(w, http.StatusUnprocessableEntity, metav1.StatusReasonInvalid, o.GetName(), "metadata.resourceVersion: must be specified for an update")
	case o.GetResourceVersion() != old.GetResourceVersion():
		refuse(w, http.StatusConflict, metav1.StatusReasonConflict, o.GetName(), modified)
	case equality.Semantic.DeepEqual(o.Object, old.Object):
		say(w, http.StatusOK, old.Object)
	default:
		s.keep(key, o)
		s.ledger = append(s.ledger, "PUT "+key)
		say(w, http.StatusOK, o.Object)
	}
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request, key string) {
	var options metav1.DeleteOptions
	if raw, err := io.ReadAll(r.Body); err != nil || len(raw) > 0 && json.Unmarshal(raw, &options) != nil {
		refuse(w, http.StatusBadRequest, metav1.StatusReasonBadRequest, "", "no delete options")
		return
	}
	old := s.objects[key]
	if old == nil {
		refuse(w, http.StatusNotFound, metav1.StatusReasonNotFound, key, key+" not found")
		return
	}
	if p := options.Preconditions; p != nil && p.ResourceVersion != nil && *p.ResourceVersion != old.GetResourceVersion() {
		refuse(w, http.StatusConflict, metav1.StatusReasonConflict, old.GetName(), modified)
		return
	}
	delete(s.objects, key)
	s.ledger = append(s.ledger, "DELETE "+key)
	say(w, http.StatusOK, metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusSuccess})
}

// read reads an object that a client wants kept.
func (s *Server) read(w http.ResponseWriter, r *http.Request) (*unstructured.Unstructured, bool) {
	raw, err := io.ReadAll(r.Body)
	o := &unstructured.Unstructured{}
	if err == nil {
		err = o.UnmarshalJSON(raw)
	}
	if err == nil && r.Header.Get("Content-Type") != "application/json" {
		err = fmt.Errorf("the body is %q", r.Header.Get("Content-Type"))
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, metav1.StatusReasonBadRequest, "", err.Error())
		return nil, false
	}
	if why := wrong(o); why != "" {
		refuse(w, http.StatusUnprocessableEntity, metav1.StatusReasonInvalid, o.GetName(), why)
		return nil, false
	}
	return o, true
}

// wrong is what Istio finds wrong with an object: routes without hosts, or weights that are not 100 in all.
func wrong(o *unstructured.Unstructured) string {
	if o.GetKind() != "VirtualService" {
		return ""
	}
	if hosts, _, _ := unstructured.NestedSlice(o.Object, "spec", "hosts"); len(hosts) == 0 {
		return "spec.hosts: Required value"
	}
	routes, _, _ := unstructured.NestedSlice(o.Object, "spec", "http")
	for _, r := range routes {
		route, _ := r.(map[string]any)
		to, _ := route["route"].([]any)
		sum := int64(0)
		for _, d := range to {
			weight, _, _ := unstructured.NestedInt64(d.(map[string]any), "weight")
			sum += weight
		}
		if len(to) > 1 && sum != 100 {
			return fmt.Sprintf("total destination weight %d != 100", sum)
		}
	}
	return ""
}

func say(w http.ResponseWriter, code int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		code = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(raw) // whoever has gone misses it
}

func refuse(w http.ResponseWriter, code int, reason metav1.StatusReason, name, message string) {
	s := metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Code: int32(code), Reason: reason, Message: message}
	if name != "" {
		s.Details = &metav1.StatusDetails{Name: name}
	}
	say(w, code, s)
}

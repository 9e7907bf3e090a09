package simulated

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// request is an API request, taken apart.
type request struct {
	method    string
	verb      string // as RBAC names it: get, list, create, update, patch, delete
	group     schema.GroupVersion
	resource  string
	sub       string
	namespace string
	name      string
	query     url.Values
	body      []byte
	patchType string
	user      string // impersonated; empty: the administrator
}

// parse takes an HTTP request apart.
func parse(r *http.Request) (request, error) {
	q, ok := parsePath(r.URL.Path)
	if !ok {
		q.resource = "unknown"
	}
	q.method, q.query, q.user = r.Method, r.URL.Query(), r.Header.Get("Impersonate-User")
	q.patchType, _, _ = strings.Cut(r.Header.Get("Content-Type"), ";")
	q.verb = verbOf(r.Method, q.name)
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err := errors.Join(err, r.Body.Close()); err != nil {
			return q, err
		}
		q.body = body
	}
	return q, nil
}

func verbOf(method, name string) string {
	switch method {
	case http.MethodGet:
		if name == "" {
			return "list"
		}
		return "get"
	case http.MethodPost:
		return "create"
	case http.MethodPut:
		return "update"
	default:
		return strings.ToLower(method)
	}
}

// parsePath reads paths of the forms /api/v1/... and /apis/group/version/..., each followed by
// [namespaces/NAMESPACE/]RESOURCE[/NAME[/SUBRESOURCE]].
func parsePath(path string) (request, bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	var q request
	if slices.Contains(parts, "") {
		return q, false
	}
	switch {
	case len(parts) >= 3 && parts[0] == "api":
		q.group, parts = schema.GroupVersion{Version: parts[1]}, parts[2:]
	case len(parts) >= 4 && parts[0] == "apis":
		q.group, parts = schema.GroupVersion{Group: parts[1], Version: parts[2]}, parts[3:]
	default:
		return q, false
	}
	if parts[0] == "namespaces" && len(parts) >= 3 {
		q.namespace, parts = parts[1], parts[2:]
	}
	if len(parts) > 3 {
		return q, false
	}
	q.resource = parts[0]
	if len(parts) > 1 {
		q.name = parts[1]
	}
	if len(parts) > 2 {
		q.sub = parts[2]
	}
	return q, true
}

// full is the resource with its subresource, as in deployments/scale.
func (q request) full() string {
	if q.sub == "" {
		return q.resource
	}
	return q.resource + "/" + q.sub
}

func (q request) dryRun() bool { return slices.Contains(q.query["dryRun"], metav1.DryRunAll) }

// manager is the field manager of a write.
func (q request) manager() string {
	if m := q.query.Get("fieldManager"); m != "" {
		return m
	}
	return "unknown"
}

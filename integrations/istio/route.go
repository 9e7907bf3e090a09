package istio

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"orderly.example/ops"
)

// share is which requests go to the canary.
type share struct {
	Header  string `json:"header,omitempty"` // name=value
	Percent int    `json:"percent,omitempty"`
}

// spec is what a VirtualService says, as the JSON that it is.
type spec = map[string]any

// objects are the objects in a list of JSON.
func objects(list any) []map[string]any {
	all, _ := list.([]any)
	out := make([]map[string]any, 0, len(all))
	for _, v := range all {
		if o, ok := v.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// leads says whether a route of a VirtualService in a namespace has the host among its destinations.
func (h host) leads(route map[string]any, namespace string) bool {
	for _, to := range objects(route["route"]) {
		destination, _ := to["destination"].(map[string]any)
		if name, _ := destination["host"].(string); h.is(name, namespace) {
			return true
		}
	}
	return false
}

// routed says whether a VirtualService routes HTTP to the host, or otherwise takes care of it.
func (h host) routed(s spec, namespace string) (http, other bool) {
	for _, r := range objects(s["http"]) {
		http = http || h.leads(r, namespace)
	}
	for _, kind := range []string{"tcp", "tls"} {
		for _, r := range objects(s[kind]) {
			other = other || h.leads(r, namespace)
		}
	}
	names, _ := s["hosts"].([]any)
	for _, n := range names {
		name, _ := n.(string)
		other = other || h.is(name, namespace)
	}
	return http, other
}

// divided is what a VirtualService says when the canary of the host has its share. Nothing of the given spec is changed.
func (h host) divided(s spec, namespace string, to share) (spec, error) {
	out := runtime.DeepCopyJSON(s)
	var routes []any
	for _, r := range objects(out["http"]) {
		if !h.leads(r, namespace) {
			routes = append(routes, r)
			continue
		}
		destinations := objects(r["route"])
		if len(destinations) != 1 {
			return nil, ops.Errorf(ops.Invalid, "a route to %s has %d destinations already: somebody else divides that traffic; leave it one", "指向 %s 的路由已有 %d 个目的地:流量已被他人划分;请只保留一个", h, len(destinations))
		}
		if to.Header != "" {
			chosen, err := h.chosen(r, destinations[0], to.Header)
			if err != nil {
				return nil, err
			}
			routes = append(routes, chosen)
		}
		weigh(r, destinations[0], to.Percent)
		routes = append(routes, r)
	}
	out["http"] = routes
	return out, nil
}

// toCanary is a destination with the canary in place of the host.
func toCanary(destination map[string]any) map[string]any {
	out := runtime.DeepCopyJSON(destination)
	at := out["destination"].(map[string]any) // leads has found the host in it
	at["host"] = canary(at["host"].(string))
	delete(at, "subset")
	delete(out, "weight")
	return out
}

// weigh gives the canary its percentage of a route.
func weigh(route, old map[string]any, percent int) {
	new := toCanary(old)
	switch percent {
	case 0:
		return
	case 100:
		route["route"] = []any{new}
	default:
		old["weight"], new["weight"] = int64(100-percent), int64(percent)
		route["route"] = []any{old, new}
	}
}

// chosen is a route to the canary for the requests with a header, and otherwise as the given one.
func (h host) chosen(route, destination map[string]any, header string) (map[string]any, error) {
	name, value, _ := strings.Cut(header, "=")
	name = strings.ToLower(name)
	out := runtime.DeepCopyJSON(route)
	out["route"] = []any{toCanary(destination)}
	if name, ok := out["name"].(string); ok && name != "" {
		out["name"] = canary(name)
	}
	matches := objects(out["match"])
	if len(matches) == 0 {
		matches = []map[string]any{{}}
	}
	var all []any
	for _, m := range matches {
		headers, _ := m["headers"].(map[string]any)
		if headers == nil {
			headers = map[string]any{}
		}
		if _, ok := headers[name]; ok {
			return nil, ops.Errorf(ops.Invalid, "a route to %s asks for the header %s itself; choose another header for the canary", "指向 %s 的路由本身已匹配请求头 %s;请为灰度改用其他请求头", h, name)
		}
		headers[name] = map[string]any{"exact": value}
		m["headers"] = headers
		all = append(all, m)
	}
	out["match"] = all
	return out, nil
}

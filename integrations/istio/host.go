package istio

import (
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

// host is a Service as routes name it.
type host struct{ name, namespace string }

// hostOf reads what the strategy calls the host: a Service of the place's namespace.
func hostOf(in activities.SteerIn) (host, error) {
	h := host{name: in.Host, namespace: in.Place.Namespace}
	h.name, _, _ = strings.Cut(in.Host, ".")
	if h.name == "" || !h.is(in.Host, in.Place.Namespace) {
		return host{}, ops.Errorf(ops.Invalid, "host is %q, and has to be a Service of namespace %s, such as %s; correct it in the strategy of the service", "host 为 %q,须为命名空间 %s 中的 Service,如 %s;请在服务的发布策略中更正", in.Host, in.Place.Namespace, in.Place.Name)
	}
	return h, nil
}

// String is the name of the host with its namespace.
func (h host) String() string { return h.name + "." + h.namespace }

// is says whether a name in an object of a namespace means the host: web, web.shop, web.shop.svc or with the domain.
func (h host) is(name, namespace string) bool {
	first, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		return first == h.name && namespace == h.namespace
	}
	second, rest, more := strings.Cut(rest, ".")
	return first == h.name && second == h.namespace && (!more || rest == "svc" || strings.HasPrefix(rest, "svc."))
}

// canary is the name of the canary where the host is called so.
func canary(name string) string {
	first, rest, dotted := strings.Cut(name, ".")
	if dotted {
		return first + activities.CanarySuffix + "." + rest
	}
	return first + activities.CanarySuffix
}

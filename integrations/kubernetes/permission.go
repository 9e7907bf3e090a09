package kubernetes

import (
	"fmt"
	"slices"
	"strings"
)

// RoleName is the name of the ClusterRole that gives a client what it needs.
const RoleName = "orderly"

// Permission is one thing that a client must be allowed to do, and what for.
type Permission struct {
	Group    string // of the API; empty is the core group
	Resource string // with the subresource, such as deployments/scale
	Verb     string
	Why      string
}

// String names the permission, such as "update deployments.apps/scale".
func (p Permission) String() string {
	if p.Group == "" {
		return p.Verb + " " + p.Resource
	}
	name, sub, ok := strings.Cut(p.Resource, "/")
	if ok {
		sub = "/" + sub
	}
	return p.Verb + " " + name + "." + p.Group + sub
}

// Permissions are all that a client ever needs, and nothing more; ClusterRole and Check are made from them.
var Permissions = []Permission{
	{"apps", "deployments", "get", "status, scale, restart, history"},
	{"apps", "deployments", "list", "discovery of services by labels"},
	{"apps", "deployments", "patch", "restart, release"},
	{"apps", "deployments", "create", "a canary, the copies of an environment"},
	{"apps", "deployments", "update", "a canary"},
	{"apps", "deployments", "delete", "a canary"},
	{"apps", "deployments/scale", "update", "scale"},
	{"apps", "statefulsets", "get", "status, scale, restart, history"},
	{"apps", "statefulsets", "list", "discovery of services by labels"},
	{"apps", "statefulsets", "patch", "restart, release"},
	{"apps", "statefulsets/scale", "update", "scale"},
	{"apps", "replicasets", "list", "the owners of pods, history"},
	{"apps", "controllerrevisions", "list", "history of StatefulSets"},
	{"", "pods", "get", "restart of one instance"},
	{"", "pods", "list", "status, top"},
	{"", "pods/eviction", "create", "restart of one instance, drain"},
	{"", "configmaps", "get", "configuration that is kept in a ConfigMap, or that a copied workload reads"},
	{"", "configmaps", "patch", "configuration that is kept in a ConfigMap"},
	{"", "nodes", "get", "top of a node, cordon, drain"},
	{"", "nodes", "list", "whether there is room for many scalings, nodes that come and go"},
	{"", "nodes", "patch", "cordon, drain"},
	{"", "nodes", "delete", "a node whose machine was given back"},
	{"", "events", "list", "why a StatefulSet makes no pods"},
	{"", "resourcequotas", "list", "top of a quota, scaling inside quotas"},
	{"autoscaling", "horizontalpodautoscalers", "list", "status, scale"},
	{"autoscaling", "horizontalpodautoscalers", "patch", "bounds of autoscalers"},
	{"policy", "poddisruptionbudgets", "list", "status, restart of one instance"},
	{"", "namespaces", "get", "namespaces and environments"},
	{"", "namespaces", "create", "namespaces and environments"},
	{"", "namespaces", "patch", "when an environment is to go"},
	{"", "namespaces", "delete", "namespaces and environments that Orderly made"},
	{"", "resourcequotas", "create", "the quota of a new namespace"},
	{"", "resourcequotas", "update", "change of a quota"},
	{"", "limitranges", "create", "the limits of a new namespace"},
	{"", "serviceaccounts", "create", "the account of a new environment"},
	{"", "configmaps", "create", "what a copied workload reads"},
	{"", "services", "list", "what leads to a copied workload or to a canary"},
	{"", "services", "create", "what leads to a copied workload or to a canary"},
	{"", "services", "patch", "blue-green"},
	{"", "persistentvolumeclaims", "list", "whether a namespace is empty"},
	{"networking.k8s.io", "networkpolicies", "create", "the network policy of a new namespace"},
	{"rbac.authorization.k8s.io", "rolebindings", "get", "access for a time"},
	{"rbac.authorization.k8s.io", "rolebindings", "list", "access for a time"},
	{"rbac.authorization.k8s.io", "rolebindings", "create", "access for a time"},
	{"rbac.authorization.k8s.io", "rolebindings", "update", "longer access"},
	{"rbac.authorization.k8s.io", "rolebindings", "delete", "the end of access"},
	{"rbac.authorization.k8s.io", "clusterroles", verbBind, "access for a time, of these roles and no others"},
	{groupArgo, "rollouts", "get", "status, release of a Rollout of Argo; optional"},
	{groupArgo, "rollouts", "update", "release, restart of a Rollout of Argo; optional"},
	{groupArgo, "rollouts/scale", "update", "scale of a Rollout of Argo; optional"},
	{groupArgo, "rollouts/status", "patch", "promote of a Rollout of Argo; optional"},
	{"metrics.k8s.io", "pods", "list", "measured use in top; optional"},
}

// verbBind allows to bind a role without having what it gives. The API server asks about it by itself.
const verbBind = "bind"

// Names are the only objects that the permission is about; empty: all.
func (p Permission) Names() []string {
	if p.Verb == verbBind {
		return Bindable
	}
	return nil
}

// Optional says whether the client does its work without the permission.
func (p Permission) Optional() bool { return p.Group == "metrics.k8s.io" || p.Group == groupArgo }

// ClusterRole renders the role that gives a client what it needs, as YAML.
func ClusterRole() string {
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: %s\nrules:\n", RoleName)
	for _, r := range rules() {
		fmt.Fprintf(&b, "- apiGroups: [%q]\n  resources: [%q]\n  verbs: [%s]\n", r.group, r.resource, strings.Join(r.verbs, ", "))
		if len(r.names) > 0 {
			fmt.Fprintf(&b, "  resourceNames: [%s]\n", strings.Join(r.names, ", "))
		}
	}
	return b.String()
}

// rule is all verbs of one resource, or of the objects of it that it names.
type rule struct {
	group, resource string
	verbs, names    []string
}

func rules() []rule {
	var out []rule
	for _, p := range Permissions {
		i := slices.IndexFunc(out, func(r rule) bool {
			return r.group == p.Group && r.resource == p.Resource && slices.Equal(r.names, p.Names())
		})
		if i < 0 {
			out = append(out, rule{group: p.Group, resource: p.Resource, names: p.Names()})
			i = len(out) - 1
		}
		out[i].verbs = append(out[i].verbs, p.Verb)
	}
	return out
}

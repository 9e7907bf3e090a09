package simulated

import (
	"errors"
	"fmt"
	"slices"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// access is something that a user wants to do.
type access struct{ user, verb, group, resource, namespace, name string }

// authorize asks RBAC. Whoever impersonates nobody is the administrator.
func (c *cluster) authorize(q request) error {
	a := access{q.user, q.verb, q.group.Group, q.full(), q.namespace, q.name}
	if c.permits(a) {
		return nil
	}
	where := "at the cluster scope"
	if q.namespace != "" {
		where = fmt.Sprintf("in the namespace %q", q.namespace)
	}
	why := fmt.Sprintf("User %q cannot %s resource %q in API group %q %s", a.user, a.verb, a.resource, a.group, where)
	return apierrors.NewForbidden(schema.GroupResource{Group: a.group, Resource: q.resource}, q.name, errors.New(why))
}

func (c *cluster) permits(a access) bool {
	if a.user == "" {
		return true
	}
	for _, b := range all[*rbacv1.ClusterRoleBinding](c.store, "clusterrolebindings", "") {
		bound := slices.ContainsFunc(b.Subjects, func(s rbacv1.Subject) bool { return s.Kind == rbacv1.UserKind && s.Name == a.user })
		role, ok := c.store.find(key{"clusterroles", "", b.RoleRef.Name})
		if bound && ok && slices.ContainsFunc(role.(*rbacv1.ClusterRole).Rules, a.within) {
			return true
		}
	}
	return false
}

func (a access) within(r rbacv1.PolicyRule) bool {
	named := len(r.ResourceNames) == 0 || slices.Contains(r.ResourceNames, a.name)
	return has(r.Verbs, a.verb) && has(r.APIGroups, a.group) && has(r.Resources, a.resource) && named
}

// mayBind refuses a binding of a role that the user may not bind. The API server would also let those bind it who have
// all that the role gives; nobody here does.
func (w write) mayBind(o object) error {
	b, ok := o.(*rbacv1.RoleBinding)
	if !ok || w.permits(access{w.user, "bind", rbacv1.GroupName, "clusterroles", "", b.RoleRef.Name}) {
		return nil
	}
	why := fmt.Sprintf("user %q is attempting to grant RBAC permissions not currently held", w.user)
	return apierrors.NewForbidden(w.resource.qualified(), b.Name, errors.New(why))
}

func has(list []string, s string) bool { return slices.Contains(list, s) || slices.Contains(list, "*") }

// review answers a SelfSubjectAccessReview.
func (c *cluster) review(q request) (any, error) {
	r, err := read(q.body, &authorizationv1.SelfSubjectAccessReview{})
	if err != nil || r.Spec.ResourceAttributes == nil {
		return nil, apierrors.NewBadRequest("a review needs resourceAttributes")
	}
	r.TypeMeta = metav1.TypeMeta{Kind: "SelfSubjectAccessReview", APIVersion: "authorization.k8s.io/v1"}
	of := r.Spec.ResourceAttributes
	resource := of.Resource
	if of.Subresource != "" {
		resource += "/" + of.Subresource
	}
	r.Status.Allowed = c.permits(access{q.user, of.Verb, of.Group, resource, of.Namespace, of.Name})
	return r, nil
}

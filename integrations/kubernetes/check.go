package kubernetes

import (
	"context"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/ops"
)

// Finding says whether a cluster allows one permission, and what to do when it does not.
type Finding struct {
	Cluster    string
	Permission Permission // zero when the cluster could not be asked at all
	Allowed    bool
	Text       ops.Text
}

// Check asks every cluster about every permission. A cluster that does not answer gives one finding that says so.
func (c *Client) Check(ctx context.Context) []Finding {
	var out []Finding
	for _, name := range c.Clusters() {
		out = append(out, c.clusters[name].check(ctx)...)
	}
	return out
}

func (k *cluster) check(ctx context.Context) []Finding {
	out := make([]Finding, 0, len(Permissions))
	for _, p := range Permissions {
		allowed, err := k.allowed(ctx, p)
		if err != nil {
			return append(out, Finding{Cluster: k.name, Text: ops.TextOf(k.explain(err, k.name))})
		}
		out = append(out, Finding{Cluster: k.name, Permission: p, Allowed: allowed, Text: k.finding(p, allowed)})
	}
	return out
}

// allowed says whether the cluster allows a permission, for each of the objects that it names.
func (k *cluster) allowed(ctx context.Context, p Permission) (bool, error) {
	for _, name := range append([]string{""}, p.Names()...) {
		if name == "" && len(p.Names()) > 0 {
			continue
		}
		if yes, err := k.allowedOn(ctx, p, name); err != nil || !yes {
			return false, err
		}
	}
	return true, nil
}

func (k *cluster) allowedOn(ctx context.Context, p Permission, name string) (bool, error) {
	resource, sub, _ := strings.Cut(p.Resource, "/")
	review, err := k.api.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Verb: p.Verb, Group: p.Group, Resource: resource, Subresource: sub, Name: name,
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	return review.Status.Allowed, nil
}

func (k *cluster) finding(p Permission, allowed bool) ops.Text {
	if allowed {
		return ops.Textf("%s: %s is allowed", "%s:已允许 %s", k.name, p)
	}
	return ops.Textf("%s: %s is not allowed (needed for: %s); apply the ClusterRole %s and bind it to the account of this program",
		"%s:未允许 %s(用途:%s);请应用 ClusterRole %s 并绑定到本程序所用账号", k.name, p, p.Why, RoleName)
}

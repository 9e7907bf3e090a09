package contract

import (
	clientset "k8s.io/client-go/kubernetes"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes"
	"orderly.example/ops"
)

// stranger is a client that acts as somebody without any role.
func (l *lab) stranger() *kubernetes.Client {
	return kubernetes.NewFor(map[string]clientset.Interface{l.Name: l.as("stranger")})
}

func forbidden(l *lab) {
	l.makeDeployment("web:1", 1)
	c := l.stranger()
	_, err := c.Status(l.Context(), activities.StatusIn{Place: l.deployment()})
	l.refused(err, ops.Denied, "stranger", "get deployments.apps", l.ns, kubernetes.RoleName)
	_, err = c.Scale(l.Context(), activities.ScaleIn{Place: l.deployment(), From: 1, Replicas: 2})
	l.refused(err, ops.Denied, "stranger")
	_, err = c.Top(l.Context(), activities.TopIn{Context: l.Name, Of: "namespace", Name: l.ns})
	l.refused(err, ops.Denied, "stranger", "list pods", l.ns)
	for _, f := range c.Check(l.Context()) {
		if f.Allowed || !says(f.Text, f.Permission.String(), kubernetes.RoleName) {
			l.Fatalf("got %+v", f)
		}
	}
}

func permitted(l *lab) {
	found := l.client.Check(l.Context())
	l.equal("findings", len(found), len(kubernetes.Permissions))
	for _, f := range found {
		if !f.Allowed || f.Cluster != l.Name || !says(f.Text, f.Permission.String()) {
			l.Fatalf("got %+v", f)
		}
	}
}

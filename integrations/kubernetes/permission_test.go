package kubernetes

import (
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/client-go/kubernetes/scheme"
)

func TestTheRoleIsTheTable(t *testing.T) {
	o, _, err := scheme.Codecs.UniversalDeserializer().Decode([]byte(ClusterRole()), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	role := o.(*rbacv1.ClusterRole)
	n := 0
	for _, r := range role.Rules {
		n += len(r.Verbs)
		for _, p := range Permissions {
			if slices.Equal(r.APIGroups, []string{p.Group}) && slices.Equal(r.Resources, []string{p.Resource}) && !slices.Contains(r.Verbs, p.Verb) {
				t.Errorf("%s is not in the role", p)
			}
		}
	}
	if role.Name != RoleName || n != len(Permissions) {
		t.Errorf("%s has %d permissions, want %d", role.Name, n, len(Permissions))
	}
	for _, p := range Permissions {
		if p.Why == "" || p.Optional() != strings.HasSuffix(p.Why, "; optional") {
			t.Errorf("%s has no reason", p)
		}
	}
}

package contract

import (
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// grant: given once, seen, taken over by a later change, and taken back by its own change only.
func grant(l *lab) {
	until := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	in := activities.GrantIn{Room: l.room(), Who: "user:ann", Role: "view", Until: until, Change: "access-grant-1"}
	try := in
	try.DryRun = true
	out, err := l.client.Grant(l.Context(), try)
	l.did("a dry run", out, err, true)
	l.equal("grants", len(l.grants()), 0)
	for _, changed := range []bool{true, false} {
		out, err := l.client.Grant(l.Context(), in)
		l.did("granting", out, err, changed)
	}
	l.equal("the grant", l.grants()[0], activities.Granted{Who: "user:ann", Role: "view", Until: until, Change: "access-grant-1"})

	longer := in
	longer.Change, longer.Until = "access-grant-2", until.Add(time.Hour)
	_, err = l.client.Grant(l.Context(), longer)
	l.refused(err, ops.Conflict, "user:ann", "access-grant-1", "2030-01-02T03:04:05Z")
	longer.Over = in.Change
	out, err = l.client.Grant(l.Context(), longer)
	l.did("extending", out, err, true)
	out, err = l.client.Revoke(l.Context(), in)
	l.did("taking back what another change has taken over", out, err, false)
	l.equal("until", l.grants()[0].Until, longer.Until)
	for _, changed := range []bool{true, false} {
		out, err := l.client.Revoke(l.Context(), longer)
		l.did("taking back", out, err, changed)
	}
	l.equal("grants", len(l.grants()), 0)
}

func (l *lab) grants() []activities.Granted {
	l.Helper()
	all, err := l.client.Grants(l.Context(), l.room())
	l.must(err)
	return all
}

// grantBounds: no other role, nobody of the system, and not over what was made by hand.
func grantBounds(l *lab) {
	in := activities.GrantIn{Room: l.room(), Who: "user:ann", Role: "admin", Until: time.Now(), Change: "c"}
	_, err := l.client.Grant(l.Context(), in)
	l.refused(err, ops.Invalid, "admin", "view")
	for _, who := range []string{"group:system:masters", "ann", "user:", "robot:x"} {
		in.Who, in.Role = who, "view"
		_, err = l.client.Grant(l.Context(), in)
		l.refused(err, ops.Invalid, who)
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "orderly:view:group:sre"}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "sre"}},
	}
	_, err = l.admin.RbacV1().RoleBindings(l.ns).Create(l.Context(), binding, metav1.CreateOptions{})
	l.must(err)
	in.Who = "group:sre"
	_, err = l.client.Grant(l.Context(), in)
	l.refused(err, ops.Conflict, "group:sre", "orderly:view:group:sre")
	// The cluster itself holds the client to these roles: with its account nobody can bind another.
	binding.Name, binding.RoleRef.Name = "more", "cluster-admin"
	_, err = l.as(user).RbacV1().RoleBindings(l.ns).Create(l.Context(), binding, metav1.CreateOptions{})
	if err == nil {
		l.Fatal("the role lets its holder bind cluster-admin")
	}
}

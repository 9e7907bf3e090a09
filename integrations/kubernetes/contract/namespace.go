package contract

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// room is the namespace of the case.
func (l *lab) room() activities.Room { return activities.Room{Context: l.Name, Name: l.ns} }

// another is a namespace that the case makes by itself. It is removed in the end.
func (l *lab) another() activities.Room {
	l.Helper()
	r := activities.Room{Context: l.Name, Name: l.ns + "-own"}
	l.Cleanup(func() { _ = l.admin.CoreV1().Namespaces().Delete(background, r.Name, metav1.DeleteOptions{}) }) // the case may have
	return r
}

func (l *lab) did(what string, out activities.Done, err error, changed bool) {
	l.Helper()
	l.must(err)
	if out.Changed != changed {
		l.Fatalf("%s: got changed %v, want %v", what, out.Changed, changed)
	}
}

func spacious(r activities.Room, by string) activities.MakeNamespaceIn {
	return activities.MakeNamespaceIn{
		Room: r, Change: by, Owner: "shop", Labels: map[string]string{"orderly.example/env": "dev"}, Account: "worker", Traffic: activities.TrafficInside,
		Quota: map[string]string{"pods": "5", "requests.cpu": "2"}, Default: map[string]string{"cpu": "100m", "memory": "64Mi"}, Limit: map[string]string{"memory": "128Mi"},
	}
}

// gone waits until a namespace is gone.
func (l *lab) gone(r activities.Room) {
	l.Helper()
	l.eventually(r.Name+" is gone", func() bool {
		_, err := l.client.Namespace(l.Context(), activities.LookIn{Room: r})
		return ops.CodeOf(err) == ops.NotFound
	})
}

func namespaceOnce(l *lab) {
	r := l.another()
	in := spacious(r, "namespace-create-1")
	try := in
	try.DryRun = true
	out, err := l.client.MakeNamespace(l.Context(), try)
	l.did("a dry run", out, err, true)
	_, err = l.client.Namespace(l.Context(), activities.LookIn{Room: r})
	l.refused(err, ops.NotFound, r.Name)
	for _, changed := range []bool{true, false} {
		out, err := l.client.MakeNamespace(l.Context(), in)
		l.did("making it", out, err, changed)
	}
	n, err := l.client.Namespace(l.Context(), activities.LookIn{Room: r, Inside: true})
	l.must(err)
	if n.Change != in.Change || n.Owner != "shop" || n.Labels["orderly.example/env"] != "dev" || n.Ending || len(n.Workloads) != 0 {
		l.Fatalf("got %+v", n)
	}
	quotas, err := l.client.Quotas(l.Context(), r)
	l.must(err)
	if len(quotas) != 1 || quotas[0].Name != "orderly" || quotas[0].Hard["pods"] != "5" || quotas[0].Hard["requests.cpu"] != "2" {
		l.Fatalf("got %+v", quotas)
	}
	ranges, err := l.admin.CoreV1().LimitRanges(r.Name).List(l.Context(), metav1.ListOptions{})
	l.must(err)
	l.equal("limit ranges", len(ranges.Items), 1)
	policies, err := l.admin.NetworkingV1().NetworkPolicies(r.Name).Get(l.Context(), "orderly", metav1.GetOptions{})
	l.must(err)
	l.equal("policy types", len(policies.Spec.PolicyTypes), 2)
	_, err = l.admin.CoreV1().ServiceAccounts(r.Name).Get(l.Context(), "worker", metav1.GetOptions{})
	l.must(err)
	binding, err := l.admin.RbacV1().RoleBindings(r.Name).Get(l.Context(), "orderly", metav1.GetOptions{})
	l.must(err)
	l.equal("its role", binding.RoleRef.Name, "view")

	_, err = l.client.MakeNamespace(l.Context(), spacious(r, "namespace-create-2"))
	l.refused(err, ops.Conflict, r.Name, "namespace-create-1")
	_, err = l.client.MakeNamespace(l.Context(), spacious(l.room(), "namespace-create-1"))
	l.refused(err, ops.Conflict, l.ns)
	in.Quota = map[string]string{"pods": "many"}
	_, err = l.client.MakeNamespace(l.Context(), in)
	l.refused(err, ops.Invalid, "pods", "many")
}

// namespaceHalf: what an attempt left half made is finished.
func namespaceHalf(l *lab) {
	r := l.another()
	in := spacious(r, "namespace-create-1")
	_, err := l.admin.CoreV1().Namespaces().Create(l.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: r.Name, Annotations: map[string]string{"orderly.example/change": in.Change},
	}}, metav1.CreateOptions{})
	l.must(err)
	out, err := l.client.MakeNamespace(l.Context(), in)
	l.did("finishing it", out, err, true)
	out, err = l.client.MakeNamespace(l.Context(), in)
	l.did("a repeat", out, err, false)
}

func namespaceDrop(l *lab) {
	r := l.another()
	_, err := l.client.MakeNamespace(l.Context(), activities.MakeNamespaceIn{Room: r, Change: "namespace-create-1", Owner: "shop", Traffic: activities.TrafficOpen})
	l.must(err)
	out, err := l.client.DropNamespace(l.Context(), activities.DropNamespaceIn{Room: r, Change: "namespace-create-2"})
	l.did("by another change", out, err, false)
	_, err = l.client.DropNamespace(l.Context(), activities.DropNamespaceIn{Room: l.room()})
	l.refused(err, ops.Conflict, l.ns)
	out, err = l.client.DropNamespace(l.Context(), activities.DropNamespaceIn{Room: l.room(), Change: "namespace-create-1"})
	l.did("one of somebody else", out, err, false)
	alone, err := l.admin.CoreV1().PersistentVolumeClaims(r.Name).Create(l.Context(), volume(), metav1.CreateOptions{})
	l.must(err)
	_, err = l.client.DropNamespace(l.Context(), activities.DropNamespaceIn{Room: r, Change: "namespace-create-1", Empty: true})
	l.refused(err, ops.Unsafe, "PersistentVolumeClaim/"+alone.Name, "env.delete")
	out, err = l.client.DropNamespace(l.Context(), activities.DropNamespaceIn{Room: r, Change: "namespace-create-1"})
	l.did("dropping it", out, err, true)
	l.gone(r)
	out, err = l.client.DropNamespace(l.Context(), activities.DropNamespaceIn{Room: r, Change: "namespace-create-1"})
	l.did("a repeat", out, err, false)
}

func namespaceRemember(l *lab) {
	r := l.another()
	until := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	_, err := l.client.MakeNamespace(l.Context(), activities.MakeNamespaceIn{Room: r, Change: "c1", Owner: "shop", Traffic: activities.TrafficNone, Until: until})
	l.must(err)
	in := activities.RememberIn{Room: r, Change: "c1", Until: until.Add(time.Hour), Notes: map[string]string{"asleep": "web=3"}}
	for _, changed := range []bool{true, false} {
		out, err := l.client.Remember(l.Context(), in)
		l.did("remembering", out, err, changed)
	}
	n, err := l.client.Namespace(l.Context(), activities.LookIn{Room: r})
	l.must(err)
	l.equal("until", n.Until, until.Add(time.Hour))
	l.equal("note", n.Notes["asleep"], "web=3")
	out, err := l.client.DropNamespace(l.Context(), activities.DropNamespaceIn{Room: r, Change: "c1", Due: until})
	l.did("dropping it before its time", out, err, false)
	out, err = l.client.Remember(l.Context(), activities.RememberIn{Room: r, Change: "c1", Notes: map[string]string{"asleep": ""}})
	l.did("forgetting", out, err, true)
	_, err = l.client.Remember(l.Context(), activities.RememberIn{Room: r, Change: "c2", Until: until})
	l.refused(err, ops.Conflict, "c1")
}

func quotaChange(l *lab) {
	l.makeDeployment("web:1", 2)
	l.done(l.deployment())
	l.makeQuota("3")
	l.eventually("the quota counts both", func() bool { return l.quotaUsed() == 2 })
	in := activities.QuotaIn{Room: l.room(), Quota: "few", Change: "quota-change-1", Hard: map[string]string{"pods": "5", "requests.cpu": "4"}, From: map[string]string{"pods": "3"}}
	try := in
	try.DryRun = true
	out, err := l.client.SetQuota(l.Context(), try)
	l.did("a dry run", out, err, true)
	l.equal("limit", l.quota().Hard["pods"], "3")
	for _, changed := range []bool{true, false} {
		out, err := l.client.SetQuota(l.Context(), in)
		l.did("raising it", out, err, changed)
	}
	l.equal("limit", l.quota().Hard["pods"], "5")
	l.equal("new limit", l.quota().Hard["requests.cpu"], "4")
	_, err = l.client.SetQuota(l.Context(), activities.QuotaIn{Room: l.room(), Quota: "few", Hard: map[string]string{"pods": "1"}, From: map[string]string{"pods": "5"}})
	l.refused(err, ops.Unsafe, "pods", "2", "1")
	_, err = l.client.SetQuota(l.Context(), activities.QuotaIn{Room: l.room(), Quota: "few", Hard: map[string]string{"pods": "9"}, From: map[string]string{"pods": "3"}})
	l.refused(err, ops.Conflict, "pods", "5", "3")
	out, err = l.client.SetQuota(l.Context(), activities.QuotaIn{Room: l.room(), Quota: "few", Hard: map[string]string{"requests.cpu": ""}, From: map[string]string{"requests.cpu": "4"}})
	l.did("taking a limit away", out, err, true)
	_, ok := l.quota().Hard["requests.cpu"]
	l.equal("limited", ok, false)
	_, err = l.client.SetQuota(l.Context(), activities.QuotaIn{Room: l.room(), Quota: "many", Hard: map[string]string{"pods": "1"}})
	l.refused(err, ops.NotFound, "many")
}

func (l *lab) quota() activities.Quota {
	l.Helper()
	all, err := l.client.Quotas(l.Context(), l.room())
	l.must(err)
	i := slices.IndexFunc(all, func(q activities.Quota) bool { return q.Name == "few" })
	if i < 0 {
		l.Fatalf("no quota few: %+v", all)
	}
	return all[i]
}

package contract

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

func (l *lab) deploy(in activities.DeployIn, changed bool) {
	l.Helper()
	out, err := l.client.Deploy(l.Context(), in)
	l.must(err)
	if out.Changed != changed {
		l.Fatalf("deploying %s: got changed %v, want %v", in.Image, out.Changed, changed)
	}
}

func (l *lab) runs(p ops.Place, container string) activities.Runs {
	l.Helper()
	r, err := l.client.Runs(l.Context(), activities.RunsIn{Place: p, Container: container})
	l.must(err)
	return r
}

func deployOnce(l *lab) {
	l.makeDeployment("web:1", 2)
	before := l.done(l.deployment())
	in := activities.DeployIn{Place: l.deployment(), Image: "web:2", From: "web:1"}
	l.deploy(in, true)
	l.deploy(in, false)
	after := l.done(l.deployment())
	l.equal("version", after.Version, "2")
	l.equal("generation", after.Generation, before.Generation+1)
	l.deploy(activities.DeployIn{Place: l.deployment(), Image: "web:3", From: "web:2"}, true)
	l.done(l.deployment())
	r := l.runs(l.deployment(), "")
	l.equal("image", r.Image, "web:3")
	l.equal("former images", len(r.Former), 2)
	l.equal("the last one", r.Former[0].Image, "web:2")
	l.equal("the one before", r.Former[1].Image, "web:1")
	l.deploy(activities.DeployIn{Place: l.deployment(), Image: "web:2", From: "web:3"}, true)
	l.done(l.deployment())
	l.eventually("the way back is the newest revision", func() bool {
		r := l.runs(l.deployment(), "main")
		return r.Image == "web:2" && len(r.Former) == 2 && r.Former[0].Image == "web:3"
	})
}

func deployDryRun(l *lab) {
	l.makeDeployment("web:1", 1)
	before := l.done(l.deployment())
	l.deploy(activities.DeployIn{Place: l.deployment(), Image: "web:2", From: "web:1", DryRun: true}, true)
	after := l.status(l.deployment())
	l.equal("version", after.Version, "1")
	l.equal("generation", after.Generation, before.Generation)
}

func deployConflict(l *lab) {
	l.makeDeployment("web:1", 1)
	l.edit(func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "web:9" })
	_, err := l.client.Deploy(l.Context(), activities.DeployIn{Place: l.deployment(), Image: "web:2", From: "web:1"})
	l.refused(err, ops.Conflict, "web:9", "web:1", "kubectl-edit")
	l.equal("image", l.readDeployment().Spec.Template.Spec.Containers[0].Image, "web:9")
	l.edit(func(d *appsv1.Deployment) { d.Spec.Paused = true })
	_, err = l.client.Deploy(l.Context(), activities.DeployIn{Place: l.deployment(), Image: "web:2", From: "web:9"})
	l.refused(err, ops.Conflict, "kubectl rollout resume")
}

func deployOneContainer(l *lab) {
	l.makeDeployment("web:1", 1, func(d *appsv1.Deployment) {
		d.Spec.Template.Spec.Containers = append(d.Spec.Template.Spec.Containers, corev1.Container{Name: "proxy", Image: "proxy:7"})
	})
	_, err := l.client.Deploy(l.Context(), activities.DeployIn{Place: l.deployment(), Image: "web:2", From: "web:1"})
	l.refused(err, ops.Invalid, "main", "proxy")
	_, err = l.client.Runs(l.Context(), activities.RunsIn{Place: l.deployment(), Container: "mian"})
	l.refused(err, ops.Invalid, "main")
	l.deploy(activities.DeployIn{Place: l.deployment(), Container: "main", Image: "web:2", From: "web:1"}, true)
	pod := l.readDeployment().Spec.Template.Spec
	l.equal("main", pod.Containers[0].Image, "web:2")
	l.equal("proxy", pod.Containers[1].Image, "proxy:7")
}

func deployStateful(l *lab) {
	l.makeStatefulSet("db:1", 2)
	l.done(l.statefulSet())
	l.deploy(activities.DeployIn{Place: l.statefulSet(), Image: "db:2", From: "db:1"}, true)
	l.equal("version", l.done(l.statefulSet()).Version, "2")
	l.eventually("the former version is known", func() bool {
		r := l.runs(l.statefulSet(), "")
		return r.Image == "db:2" && len(r.Former) == 1 && r.Former[0].Image == "db:1"
	})
}

// canary: its instances are in the traffic of the workload and in nobody's way, and it is there once.
func canary(l *lab) {
	l.makeDeployment("web:1", 3)
	before := l.done(l.deployment())
	in := activities.CanaryIn{Place: l.deployment(), Image: "web:2", Replicas: 1, Owner: "release-1"}
	out, err := l.client.Canary(l.Context(), in)
	l.must(err)
	l.equal("changed", out.Changed, true)
	again, err := l.client.Canary(l.Context(), in)
	l.must(err)
	l.equal("changed by a repeat", again.Changed, false)
	w := l.done(out.Place)
	l.equal("version of the canary", w.Version, "2")
	l.equal("instances of the canary", w.Ready, 1)
	pods, err := l.admin.CoreV1().Pods(l.ns).List(l.Context(), metav1.ListOptions{LabelSelector: "app=web"})
	l.must(err)
	l.equal("instances that a Service selects", len(pods.Items), 4)
	base := l.done(l.deployment())
	l.equal("instances of the workload", base.Running, 3)
	l.equal("generation of the workload", base.Generation, before.Generation)

	_, err = l.client.Canary(l.Context(), activities.CanaryIn{Place: l.deployment(), Image: "web:3", Replicas: 1, Owner: "release-2"})
	l.refused(err, ops.Conflict, "release-1", "web-canary")
	in.Replicas = 2
	out, err = l.client.Canary(l.Context(), in)
	l.must(err)
	l.equal("changed", out.Changed, true)
	l.equal("instances of the canary", l.done(out.Place).Ready, 2)
	in.Replicas = 0
	for n, changed := range []bool{true, false} {
		out, err := l.client.Canary(l.Context(), in)
		l.must(err)
		if out.Changed != changed {
			l.Fatalf("removal %d: changed %v", n, out.Changed)
		}
	}
	l.eventually("its instances are gone", func() bool {
		pods, err := l.admin.CoreV1().Pods(l.ns).List(l.Context(), metav1.ListOptions{LabelSelector: "app=web"})
		l.must(err)
		return len(pods.Items) == 3
	})
}

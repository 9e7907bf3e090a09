package contract

import (
	"encoding/json"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

func (l *lab) readStatefulSet() *appsv1.StatefulSet {
	l.Helper()
	s, err := l.admin.AppsV1().StatefulSets(l.ns).Get(l.Context(), "db", metav1.GetOptions{})
	l.must(err)
	return s
}

// strategy is what a StatefulSet says about its updates, and what Orderly keeps at it.
func (l *lab) strategy() string {
	l.Helper()
	s := l.readStatefulSet()
	raw, err := json.Marshal(s.Spec.UpdateStrategy)
	l.must(err)
	return string(raw) + s.Annotations["orderly.example/canary"]
}

// runsImages waits until the instances of the stateful set run these images and are ready.
func (l *lab) runsImages(want ...string) {
	l.Helper()
	l.eventually("the instances run as wanted", func() bool {
		for n, image := range want {
			p, err := l.admin.CoreV1().Pods(l.ns).Get(l.Context(), []string{"db-0", "db-1", "db-2"}[n], metav1.GetOptions{})
			if err != nil || p.DeletionTimestamp != nil || p.Spec.Containers[0].Image != image || !readyPod(p) {
				return false
			}
		}
		return true
	})
}

func readyPod(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

func canaryStateful(l *lab) {
	l.makeStatefulSet("db:1", 3)
	l.done(l.statefulSet())
	before := l.strategy()
	in := activities.CanaryIn{Place: l.statefulSet(), Image: "db:2", Replicas: 1, Owner: "release-1"}
	l.setCanary(in, true)
	l.setCanary(in, false)
	l.done(l.statefulSet())
	l.runsImages("db:1", "db:1", "db:2")
	all := activities.DeployIn{Place: l.statefulSet(), Image: "db:2", From: "db:1"}
	l.deploy(all, true)
	l.deploy(all, false)
	l.runsImages("db:2", "db:2", "db:2")
	l.equal("the update strategy", l.strategy(), before)
	in.Replicas = 0
	l.setCanary(in, false)
}

func canaryStatefulBack(l *lab) {
	l.makeStatefulSet("db:1", 3)
	l.done(l.statefulSet())
	before := l.strategy()
	in := activities.CanaryIn{Place: l.statefulSet(), Image: "db:2", Replicas: 1, Owner: "release-1"}
	l.setCanary(in, true)
	in.Replicas = 2
	l.setCanary(in, true)
	l.runsImages("db:1", "db:2", "db:2")
	other := in
	other.Owner = "release-2"
	_, err := l.client.Canary(l.Context(), other)
	l.refused(err, ops.Conflict, "release-1")
	other.Replicas = 0
	l.setCanary(other, false)
	in.Replicas = 0
	l.setCanary(in, true)
	l.setCanary(in, false)
	l.runsImages("db:1", "db:1", "db:1")
	l.equal("the update strategy", l.strategy(), before)
	in.Replicas, in.Aside = 1, true
	_, err = l.client.Canary(l.Context(), in)
	l.refused(err, ops.Invalid, "StatefulSet", "traffic")
}

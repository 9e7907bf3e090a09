package contract

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

func (l *lab) restart(in activities.RestartIn, changed bool) {
	l.Helper()
	out, err := l.client.Restart(l.Context(), in)
	l.must(err)
	if out.Changed != changed {
		l.Fatalf("restart %s %s: got changed %v, want %v", in.Object(), in.Key, out.Changed, changed)
	}
}

func restartOnce(l *lab) {
	l.makeDeployment("web:1", 2)
	before := l.done(l.deployment())
	first := activities.RestartIn{Place: l.deployment(), Key: "change-1/step-1"}
	l.restart(first, true)
	l.restart(first, false)
	after := l.done(l.deployment())
	l.equal("key", after.Restarted, first.Key)
	l.equal("generation", after.Generation, before.Generation+1)
	for _, p := range after.Pods {
		for _, old := range before.Pods {
			if p.UID == old.UID {
				l.Fatalf("%s was not replaced", p.Name)
			}
		}
	}
	l.restart(first, false)
	l.restart(activities.RestartIn{Place: l.deployment(), Key: "change-2/step-1"}, true)
	l.equal("key", l.done(l.deployment()).Restarted, "change-2/step-1")
}

func restartStateful(l *lab) {
	l.makeStatefulSet("db:1", 2)
	before := l.done(l.statefulSet())
	in := activities.RestartIn{Place: l.statefulSet(), Key: "change-1/step-1"}
	l.restart(in, true)
	l.restart(in, false)
	var after activities.Workload
	l.eventually("both are replaced", func() bool {
		after = l.status(l.statefulSet())
		return after.Done() && after.Pods[0].UID != before.Pods[0].UID && after.Pods[1].UID != before.Pods[1].UID
	})
	_, err := l.client.Restart(l.Context(), activities.RestartIn{Place: l.statefulSet(), Pod: "db-0"})
	l.refused(err, ops.Invalid, "db-0", "UID")
	one := activities.RestartIn{Place: l.statefulSet(), Pod: "db-0", UID: after.Pods[0].UID}
	l.restart(one, true)
	l.eventually("its successor is up", func() bool {
		w := l.status(l.statefulSet())
		return w.Done() && w.Pods[0].UID != one.UID
	})
	l.restart(one, false)
}

func evictOne(l *lab) {
	l.makeDeployment("web:1", 3)
	before := l.done(l.deployment())
	l.makeBudget(2)
	in := activities.RestartIn{Place: l.deployment(), Pod: before.Pods[0].Name, UID: before.Pods[0].UID, Key: "k"}
	l.restart(in, true)
	l.restart(in, false)
	l.eventually("another has taken its place", func() bool {
		w := l.status(l.deployment())
		return w.Done() && len(w.Pods) == 3
	})
	for _, p := range l.status(l.deployment()).Pods {
		if p.UID == in.UID {
			l.Fatalf("%s is still there", p.Name)
		}
	}
	l.restart(in, false)
	l.restart(activities.RestartIn{Place: l.deployment(), Pod: l.status(l.deployment()).Pods[0].Name, UID: "another", Key: "k"}, false)
	l.equal("instances", len(l.status(l.deployment()).Pods), 3)
}

func evictBudget(l *lab) {
	l.makeDeployment("web:1", 2)
	w := l.done(l.deployment())
	l.makeBudget(2)
	_, err := l.client.Restart(l.Context(), activities.RestartIn{Place: l.deployment(), Pod: w.Pods[0].Name, UID: w.Pods[0].UID, Key: "k"})
	l.refused(err, ops.Unavailable, "web-pdb", "2")
	l.equal("the instance", l.status(l.deployment()).Pods[0].UID, w.Pods[0].UID)
}

func evictForeign(l *lab) {
	l.makeDeployment("web:1", 1)
	l.done(l.deployment())
	l.makeStatefulSet("db:1", 1)
	db := l.done(l.statefulSet()).Pods[0]
	_, err := l.client.Restart(l.Context(), activities.RestartIn{Place: l.deployment(), Pod: db.Name, UID: db.UID, Key: "k"})
	l.refused(err, ops.Invalid, db.Name)
	// A pod of somebody else with the same labels is not one of ours either.
	alone, err := l.admin.CoreV1().Pods(l.ns).Create(l.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "alone", Labels: map[string]string{"app": "web"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "web:1"}}},
	}, metav1.CreateOptions{})
	l.must(err)
	for _, p := range l.status(l.deployment()).Pods {
		if p.UID == string(alone.UID) {
			l.Fatalf("%s does not belong to the deployment", p.Name)
		}
	}
	_, err = l.client.Restart(l.Context(), activities.RestartIn{Place: l.deployment(), Pod: "alone", UID: string(alone.UID), Key: "k"})
	l.refused(err, ops.Invalid, "alone")
}

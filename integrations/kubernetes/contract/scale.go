package contract

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

func scaleOnce(l *lab) {
	l.makeDeployment("web:1", 2)
	before := l.done(l.deployment())
	up := activities.ScaleIn{Place: l.deployment(), From: 2, Replicas: 4}
	l.scale(up, true)
	l.scale(up, false)
	after := l.done(l.deployment())
	l.equal("instances", after.Ready, 4)
	l.equal("generation", after.Generation, before.Generation+1)
	l.scale(up, false)
	l.equal("generation after a repeat", l.status(l.deployment()).Generation, after.Generation)
	l.scale(activities.ScaleIn{Place: l.deployment(), From: 4, Replicas: 0}, true)
	l.equal("instances", len(l.done(l.deployment()).Pods), 0)
	l.scale(activities.ScaleIn{Place: l.deployment(), From: 0, Replicas: 1}, true)
	l.equal("instances", len(l.done(l.deployment()).Pods), 1)
}

func scaleConflict(l *lab) {
	l.makeDeployment("web:1", 2)
	l.edit(func(d *appsv1.Deployment) { d.Spec.Replicas = new(int32(5)) })
	_, err := l.client.Scale(l.Context(), activities.ScaleIn{Place: l.deployment(), From: 2, Replicas: 4})
	l.refused(err, ops.Conflict, "kubectl-edit", "5", "2")
	l.equal("replicas", *l.readDeployment().Spec.Replicas, int32(5))
	l.scale(activities.ScaleIn{Place: l.deployment(), From: 2, Replicas: 5}, false)
}

// scaleDuringRollout writes while the controller writes the status all the time.
func scaleDuringRollout(l *lab) {
	l.makeDeployment("web:1", 4)
	l.done(l.deployment())
	l.edit(func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "web:2" })
	for n := 4; n < 10; n++ {
		l.scale(activities.ScaleIn{Place: l.deployment(), From: n, Replicas: n + 1}, true)
	}
	w := l.done(l.deployment())
	l.equal("instances", w.Ready, 10)
	l.equal("version", w.Version, "2")
}

func dryRun(l *lab) {
	l.makeDeployment("web:1", 2)
	l.makeAutoscaler(2, 4)
	before := l.done(l.deployment())
	l.scale(activities.ScaleIn{
		Place: l.deployment(), From: 2, Replicas: 6, DryRun: true,
		Bounds: &activities.Autoscaler{Name: "web-hpa", Min: 6, Max: 6}, Was: before.Autoscaler,
	}, true)
	after := l.status(l.deployment())
	l.equal("wanted", after.Wanted, 2)
	l.equal("generation", after.Generation, before.Generation)
	l.equal("bounds", *after.Autoscaler, *before.Autoscaler)
	for _, m := range l.readDeployment().ManagedFields {
		if m.Manager == "orderly" {
			l.Fatalf("the dry run is remembered: %v", m)
		}
	}
}

func bounds(l *lab) {
	l.makeDeployment("web:1", 2)
	l.makeAutoscaler(2, 4)
	l.done(l.deployment())
	low, high := &activities.Autoscaler{Name: "web-hpa", Min: 2, Max: 4}, &activities.Autoscaler{Name: "web-hpa", Min: 6, Max: 8}
	up := activities.ScaleIn{Place: l.deployment(), From: 2, Replicas: 6, Was: low, Bounds: high}
	l.scale(up, true)
	l.equal("replicas at once", *l.readDeployment().Spec.Replicas, int32(6))
	l.scale(up, false)
	w := l.done(l.deployment())
	l.equal("bounds", *w.Autoscaler, *high)
	l.equal("instances", w.Ready, 6)
	owner := ""
	for _, m := range l.readAutoscaler().ManagedFields {
		if m.Operation == metav1.ManagedFieldsOperationApply {
			owner = m.Manager
		}
	}
	l.equal("who applied the bounds", owner, "orderly")
	down := activities.ScaleIn{Place: l.deployment(), From: 6, Replicas: 2, Was: high, Bounds: low}
	l.scale(down, true)
	w = l.done(l.deployment())
	l.equal("bounds", *w.Autoscaler, *low)
	if w.Ready < 2 || w.Ready > 4 { // inside its bounds the number is the autoscaler's, which may act in between
		l.Fatalf("instances: got %d, want 2 to 4", w.Ready)
	}
	l.scale(activities.ScaleIn{Place: l.deployment(), From: w.Wanted, Replicas: w.Wanted, Was: high, Bounds: low}, false)
}

func boundsConflict(l *lab) {
	l.makeDeployment("web:1", 3)
	l.makeAutoscaler(3, 9)
	_, err := l.client.Scale(l.Context(), activities.ScaleIn{
		Place: l.deployment(), From: 2, Replicas: 6, Was: &activities.Autoscaler{Name: "web-hpa", Min: 2, Max: 4}, Bounds: &activities.Autoscaler{Name: "web-hpa", Min: 6, Max: 6},
	})
	l.refused(err, ops.Conflict, "web-hpa", "kubectl-create", "9", "4")
	h := l.readAutoscaler()
	l.equal("bounds", *h.Spec.MinReplicas, int32(3))
	l.equal("replicas", *l.readDeployment().Spec.Replicas, int32(3))
}

func outsideBounds(l *lab) {
	l.makeDeployment("web:1", 2)
	l.makeAutoscaler(2, 4)
	_, err := l.client.Scale(l.Context(), activities.ScaleIn{Place: l.deployment(), From: 2, Replicas: 6})
	l.refused(err, ops.Unsafe, "web-hpa", "2", "4", "6")
	l.scale(activities.ScaleIn{Place: l.deployment(), From: 2, Replicas: 0}, true)
}

func scaleStateful(l *lab) {
	l.makeStatefulSet("db:1", 1)
	before := l.done(l.statefulSet())
	l.scale(activities.ScaleIn{Place: l.statefulSet(), From: 1, Replicas: 3}, true)
	l.scale(activities.ScaleIn{Place: l.statefulSet(), From: 1, Replicas: 3}, false)
	after := l.done(l.statefulSet())
	l.equal("instances", len(after.Pods), 3)
	l.equal("the last instance", after.Pods[2].Name, "db-2")
	l.equal("generation", after.Generation, before.Generation+1)
	l.scale(activities.ScaleIn{Place: l.statefulSet(), From: 3, Replicas: 2}, true)
	l.equal("instances", len(l.done(l.statefulSet()).Pods), 2)
	_, err := l.client.Scale(l.Context(), activities.ScaleIn{Place: l.statefulSet(), From: 7, Replicas: 8})
	l.refused(err, ops.Conflict, "orderly", "2", "7")
}

func quotaPlan(l *lab) {
	l.makeDeployment("web:1", 2)
	l.done(l.deployment())
	l.makeQuota("3")
	l.eventually("the quota counts both", func() bool { return l.quotaUsed() == 2 })
	_, err := l.client.Scale(l.Context(), activities.ScaleIn{Place: l.deployment(), From: 2, Replicas: 5, DryRun: true})
	l.refused(err, ops.Denied, "few", "pods", "2", "3")
	_, err = l.client.Scale(l.Context(), activities.ScaleIn{Place: l.deployment(), From: 2, Replicas: 5})
	l.refused(err, ops.Denied, "few")
	l.equal("replicas", *l.readDeployment().Spec.Replicas, int32(2))
	l.scale(activities.ScaleIn{Place: l.deployment(), From: 2, Replicas: 3}, true)
	l.done(l.deployment())
}

func quotaStuck(l *lab) {
	l.makeQuota("2")
	l.makeDeployment("web:1", 4)
	l.stuck(l.deployment(), "few", "pods", "2")
	l.eventually("two instances serve", func() bool { return l.status(l.deployment()).Ready == 2 })
}

func quotaStuckStateful(l *lab) {
	l.makeQuota("1")
	l.makeStatefulSet("db:1", 2)
	l.stuck(l.statefulSet(), "few", "pods", "1")
	scale, err := l.admin.AppsV1().StatefulSets(l.ns).GetScale(l.Context(), "db", metav1.GetOptions{})
	l.must(err)
	_, err = l.admin.AppsV1().StatefulSets(l.ns).UpdateScale(l.Context(), "db", &autoscalingv1.Scale{
		ObjectMeta: metav1.ObjectMeta{Name: "db", Namespace: l.ns}, Spec: autoscalingv1.ScaleSpec{Replicas: scale.Spec.Replicas - 1},
	}, metav1.UpdateOptions{})
	l.must(err)
	l.equal("instances", l.done(l.statefulSet()).Ready, 1)
}

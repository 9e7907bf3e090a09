package contract

import (
	appsv1 "k8s.io/api/apps/v1"
)

func healthy(l *lab) {
	l.makeDeployment("registry.example/web:1.4.2", 3)
	l.done(l.deployment())
	l.makeAutoscaler(2, 5)
	l.makeBudget(1)
	w := l.status(l.deployment())
	if !w.Done() || w.Wanted != 3 || w.Version != "1.4.2" || !w.Stuck.IsZero() || w.Generation != 1 {
		l.Fatalf("got %+v", w)
	}
	if a := w.Autoscaler; a == nil || a.Name != "web-hpa" || a.Min != 2 || a.Max != 5 {
		l.Fatalf("autoscaler: got %+v", a)
	}
	l.equal("budget", w.Budget, "web-pdb: at least 1")
	l.equal("instances", len(w.Pods), 3)
	for _, p := range w.Pods {
		if p.Name == "" || p.UID == "" || p.Node == "" || p.Version != "1.4.2" || !p.Ready || p.Reason != "" || p.Started.IsZero() {
			l.Fatalf("instance: got %+v", p)
		}
	}
}

func rollout(l *lab) {
	l.makeDeployment("web:1", 3)
	before := l.done(l.deployment())
	l.edit(func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "web:2" })
	if w := l.status(l.deployment()); w.Done() {
		l.Fatalf("right after the change it is done: %+v", w)
	}
	w := l.done(l.deployment())
	l.equal("version", w.Version, "2")
	for _, p := range w.Pods {
		l.equal("version of "+p.Name, p.Version, "2")
		for _, old := range before.Pods {
			if p.UID == old.UID {
				l.Fatalf("%s is still there", old.Name)
			}
		}
	}
}

func brokenImage(l *lab) {
	l.makeDeployment("web:1", 2)
	l.done(l.deployment())
	l.edit(func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "web:broken" })
	l.stuck(l.deployment(), "web:broken", "ImagePullBackOff")
	w := l.status(l.deployment())
	if w.Ready < 1 || w.Done() {
		l.Fatalf("the old version should go on serving: %+v", w)
	}
	l.edit(func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "web:1" })
	if w := l.done(l.deployment()); !w.Stuck.IsZero() {
		l.Fatalf("after the way back it is stuck: %+v", w)
	}
}

func lateRollout(l *lab) {
	l.makeDeployment("web:broken", 1, func(d *appsv1.Deployment) { d.Spec.ProgressDeadlineSeconds = new(int32(2)) })
	l.eventually("the deadline is over", func() bool {
		for _, c := range l.readDeployment().Status.Conditions {
			if c.Type == appsv1.DeploymentProgressing && c.Reason == "ProgressDeadlineExceeded" {
				return true
			}
		}
		return false
	})
	l.stuck(l.deployment(), "web:broken")
	if w := l.status(l.deployment()); !w.GaveUp {
		l.Fatalf("the cluster has given up: %+v", w)
	}
}

func unschedulable(l *lab) {
	l.makeDeployment("web:1", 1, asking("90000", "1Gi"))
	l.stuck(l.deployment(), "Insufficient cpu")
}

func paused(l *lab) {
	l.makeDeployment("web:1", 2)
	l.done(l.deployment())
	l.edit(func(d *appsv1.Deployment) {
		d.Spec.Paused = true
		d.Spec.Template.Spec.Containers[0].Image = "web:2"
	})
	l.stuck(l.deployment(), "kubectl rollout resume")
	l.edit(func(d *appsv1.Deployment) { d.Spec.Paused = false })
	l.equal("version", l.done(l.deployment()).Version, "2")
}

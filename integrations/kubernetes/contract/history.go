package contract

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

func (l *lab) history(p ops.Place) []activities.Touch {
	l.Helper()
	out, err := l.client.History(l.Context(), activities.HistoryIn{Place: p})
	l.must(err)
	for i, t := range out {
		if t.By == "" || t.What == "" || (t.At.IsZero() && t.What != "replicas") { // Kubernetes keeps no time for a scale
			l.Fatalf("incomplete: %+v", t)
		}
		if i > 0 && t.At.After(out[i-1].At) {
			l.Fatalf("not the newest first: %+v", out)
		}
	}
	return out
}

// touched checks that somebody changed something.
func (l *lab) touched(all []activities.Touch, by, what string) {
	l.Helper()
	if !slices.ContainsFunc(all, func(t activities.Touch) bool {
		return t.By == by && slices.Contains(strings.Split(t.What, ", "), what)
	}) {
		l.Fatalf("%s has not touched %s: %+v", by, what, all)
	}
}

func history(l *lab) {
	l.makeDeployment("web:1", 1)
	l.done(l.deployment())
	l.edit(func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "web:2" })
	l.done(l.deployment())
	l.scale(activities.ScaleIn{Place: l.deployment(), From: 1, Replicas: 2}, true)
	l.restart(activities.RestartIn{Place: l.deployment(), Key: "k"}, true)
	l.done(l.deployment())
	all := l.history(l.deployment())
	l.touched(all, "kubectl-edit", "image")
	l.touched(all, "orderly", "replicas")
	l.touched(all, "orderly", "restart")
	l.touched(all, "revision 1", "web:1")
	l.touched(all, "revision 2", "web:2")
	l.touched(all, "revision 3", "web:2")
	for _, t := range all {
		if t.By == "kube-controller-manager" {
			l.Fatalf("the controller's own report is no change: %+v", t)
		}
	}
}

func historyStateful(l *lab) {
	l.makeStatefulSet("db:1", 1)
	l.done(l.statefulSet())
	l.restart(activities.RestartIn{Place: l.statefulSet(), Key: "k"}, true)
	l.eventually("there is a second revision", func() bool { return len(l.history(l.statefulSet())) >= 4 })
	all := l.history(l.statefulSet())
	l.touched(all, "kubectl-create", "image")
	l.touched(all, "orderly", "restart")
	l.touched(all, "revision 1", "db:1")
	l.touched(all, "revision 2", "db:1")
}

func deleted(l *lab) {
	l.makeDeployment("web:1", 1)
	w := l.done(l.deployment())
	l.must(l.admin.AppsV1().Deployments(l.ns).Delete(l.Context(), "web", metav1.DeleteOptions{}))
	p := l.deployment()
	_, err := l.client.Status(l.Context(), activities.StatusIn{Place: p})
	l.refused(err, ops.NotFound, "web", l.Name)
	_, err = l.client.Scale(l.Context(), activities.ScaleIn{Place: p, From: 1, Replicas: 2})
	l.refused(err, ops.NotFound, "web")
	_, err = l.client.Restart(l.Context(), activities.RestartIn{Place: p, Key: "k"})
	l.refused(err, ops.NotFound, "web")
	_, err = l.client.Restart(l.Context(), activities.RestartIn{Place: p, Pod: w.Pods[0].Name, UID: w.Pods[0].UID, Key: "k"})
	l.refused(err, ops.NotFound, "web")
	_, err = l.client.History(l.Context(), activities.HistoryIn{Place: p})
	l.refused(err, ops.NotFound, "web")
}

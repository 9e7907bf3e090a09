package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"orderly.example/activities"
	"orderly.example/ops"
)

// makeService makes a Service that leads to the pods with the labels.
func (l *lab) makeService(name string, selector map[string]string) {
	l.Helper()
	_, err := l.admin.CoreV1().Services(l.ns).Create(l.Context(), &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{"team": "shop"}},
		Spec:       corev1.ServiceSpec{Selector: selector, Ports: []corev1.ServicePort{{Port: 80}}},
	}, metav1.CreateOptions{FieldManager: "kubectl-create"})
	l.must(err)
}

func (l *lab) service(name string) *corev1.Service {
	l.Helper()
	s, err := l.admin.CoreV1().Services(l.ns).Get(l.Context(), name, metav1.GetOptions{})
	l.must(err)
	return s
}

// behind are the images of the pods that a Service leads to, each with their number.
func (l *lab) behind(name string) string {
	l.Helper()
	pods, err := l.admin.CoreV1().Pods(l.ns).List(l.Context(), metav1.ListOptions{LabelSelector: labels.Set(l.service(name).Spec.Selector).String()})
	l.must(err)
	n := map[string]int{}
	for _, p := range pods.Items {
		if p.DeletionTimestamp == nil {
			n[p.Spec.Containers[0].Image]++
		}
	}
	var out []string
	for _, image := range slices.Sorted(maps.Keys(n)) {
		out = append(out, fmt.Sprintf("%dx %s", n[image], image))
	}
	return strings.Join(out, ", ")
}

// standAside makes the deployment with two Services and a canary of as many instances aside of it.
func (l *lab) standAside() activities.CanaryIn {
	l.Helper()
	l.makeDeployment("web:1", 2, func(d *appsv1.Deployment) { d.Spec.Template.Labels["tier"] = "front" })
	l.makeService("web", map[string]string{"app": "web"})
	l.makeService("front", map[string]string{"tier": "front"})
	l.makeService("other", map[string]string{"app": "other"})
	l.done(l.deployment())
	in := activities.CanaryIn{Place: l.deployment(), Image: "web:2", Replicas: 2, Owner: "release-1", Aside: true}
	l.setCanary(in, true)
	l.done(l.place("Deployment", "web-canary"))
	return in
}

func (l *lab) setCanary(in activities.CanaryIn, changed bool) {
	l.Helper()
	out, err := l.client.Canary(l.Context(), in)
	l.must(err)
	l.equal("changed", out.Changed, changed)
}

func (l *lab) steer(in activities.SteerIn, changed bool) {
	l.Helper()
	out, err := l.client.Steer(l.Context(), in)
	l.must(err)
	l.equal("changed", out.Changed, changed)
}

// noCanary waits until the canary and its Services are no more.
func (l *lab) noCanary() {
	l.Helper()
	l.eventually("the canary and its Services are gone", func() bool {
		_, a := l.admin.CoreV1().Services(l.ns).Get(l.Context(), "web-canary", metav1.GetOptions{})
		_, b := l.admin.CoreV1().Services(l.ns).Get(l.Context(), "front-canary", metav1.GetOptions{})
		pods, err := l.admin.CoreV1().Pods(l.ns).List(l.Context(), metav1.ListOptions{LabelSelector: "orderly.example/track=canary"})
		l.must(err)
		return apierrors.IsNotFound(a) && apierrors.IsNotFound(b) && len(pods.Items) == 0
	})
}

// canaryAside: nobody of the workload's traffic gets to it, and its own Services lead to it alone.
func canaryAside(l *lab) {
	in := l.standAside()
	l.setCanary(in, false)
	for service, want := range map[string]string{"web": "2x web:1", "front": "2x web:1", "web-canary": "2x web:2", "front-canary": "2x web:2"} {
		l.equal("behind "+service, l.behind(service), want)
	}
	l.equal("instances of the workload", l.done(l.deployment()).Running, 2)
	in.Replicas = 3
	l.setCanary(in, true)
	l.equal("instances of the canary", l.done(l.place("Deployment", "web-canary")).Ready, 3)
	in.Replicas = 0
	l.setCanary(in, true)
	l.setCanary(in, false)
	l.noCanary()
	l.equal("behind web", l.behind("web"), "2x web:1")
}

func canaryNowhere(l *lab) {
	l.makeDeployment("web:1", 1)
	_, err := l.client.Canary(l.Context(), activities.CanaryIn{Place: l.deployment(), Image: "web:2", Replicas: 1, Owner: "release-1", Aside: true})
	l.refused(err, ops.Invalid, "web", "Service")
	l.makeService("web", map[string]string{"app": "web"})
	l.makeService("web-canary", map[string]string{"app": "mine"})
	_, err = l.client.Canary(l.Context(), activities.CanaryIn{Place: l.deployment(), Image: "web:2", Replicas: 1, Owner: "release-1", Aside: true})
	l.refused(err, ops.Conflict, "web-canary", "traffic")
	l.setCanary(activities.CanaryIn{Place: l.deployment(), Owner: "release-1", Aside: true}, true)
	l.equal("the Service of somebody else", l.service("web-canary").Spec.Selector["app"], "mine")
}

// steerOnce: every Service of the workload leads to the canary alone, the workload may be replaced meanwhile, and then they
// are exactly what they were.
func steerOnce(l *lab) {
	aside := l.standAside()
	before := map[string]*corev1.Service{"web": l.service("web"), "front": l.service("front"), "other": l.service("other")}
	in := activities.SteerIn{Place: l.deployment(), Percent: 100, Owner: "release-1"}
	dry := in
	dry.DryRun = true
	l.steer(dry, true)
	l.equal("behind web after a dry run", l.behind("web"), "2x web:1")
	l.steer(in, true)
	l.steer(in, false)
	for _, service := range []string{"web", "front", "web-canary"} {
		l.equal("behind "+service, l.behind(service), "2x web:2")
	}
	l.setCanary(aside, false)

	aside.Replicas = 0
	_, err := l.client.Canary(l.Context(), aside)
	l.refused(err, ops.Conflict, "web-canary", "Service front")
	l.deploy(activities.DeployIn{Place: l.deployment(), Image: "web:2", From: "web:1"}, true)
	l.done(l.deployment())

	back := activities.SteerIn{Place: l.deployment(), Owner: "release-1"}
	l.steer(back, true)
	l.steer(back, false)
	for name, was := range before {
		now := l.service(name)
		if !maps.Equal(now.Spec.Selector, was.Spec.Selector) || !maps.Equal(now.Annotations, was.Annotations) {
			l.Errorf("%s was %v %v and is %v %v", name, was.Spec.Selector, was.Annotations, now.Spec.Selector, now.Annotations)
		}
	}
	l.setCanary(aside, true)
	l.noCanary()
}

func steerUnready(l *lab) {
	l.makeDeployment("web:1", 2)
	in := activities.SteerIn{Place: l.deployment(), Percent: 100, Owner: "release-1"}
	_, err := l.client.Steer(l.Context(), in)
	l.refused(err, ops.Invalid, "Service", "kind: rolling")
	l.makeService("web", map[string]string{"app": "web"})
	_, err = l.client.Steer(l.Context(), in)
	l.refused(err, ops.Unsafe, "web")
	l.setCanary(activities.CanaryIn{Place: l.deployment(), Image: "web:2", Replicas: 1, Owner: "release-1", Aside: true}, true)
	l.done(l.place("Deployment", "web-canary"))
	_, err = l.client.Steer(l.Context(), in)
	l.refused(err, ops.Unsafe, "web")
	in.Percent = 50
	_, err = l.client.Steer(l.Context(), in)
	l.refused(err, ops.Invalid, "istio")
	in.Percent = 100
	l.makeAutoscaler(1, 3)
	_, err = l.client.Steer(l.Context(), in)
	l.refused(err, ops.Invalid, "web-hpa", "kind: canary")
}

func steerConflict(l *lab) {
	l.standAside()
	l.steer(activities.SteerIn{Place: l.deployment(), Percent: 100, Owner: "release-1"}, true)
	_, err := l.client.Steer(l.Context(), activities.SteerIn{Place: l.deployment(), Percent: 100, Owner: "release-2"})
	l.refused(err, ops.Conflict, "release-1")
	l.steer(activities.SteerIn{Place: l.deployment(), Owner: "release-2"}, false)
	s := l.service("front")
	s.Spec.Selector = map[string]string{"app": "mine"}
	_, err = l.admin.CoreV1().Services(l.ns).Update(l.Context(), s, metav1.UpdateOptions{})
	l.must(err)
	_, err = l.client.Steer(l.Context(), activities.SteerIn{Place: l.deployment(), Owner: "release-1"})
	l.refused(err, ops.Conflict, "front", "tier:front", "app:mine")
	l.equal("the Service of somebody else", l.service("front").Spec.Selector["app"], "mine")
}

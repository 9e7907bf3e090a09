package contract

import (
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.example/activities"
	"orderly.example/ops"
)

// ownKey is the label and the taint of nodes that only one case uses.
const ownKey = "contract"

// makeNode makes a node that takes only pods which ask for it. It is removed in the end.
func (l *lab) makeNode(name string) activities.Machine {
	l.Helper()
	m := activities.Machine{Context: l.Name, Name: l.ns + "-" + name}
	has := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("8"), corev1.ResourceMemory: resource.MustParse("8Gi"), corev1.ResourcePods: resource.MustParse("50")}
	_, err := l.admin.CoreV1().Nodes().Create(l.Context(), &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: m.Name, Labels: map[string]string{ownKey: l.ns}},
		Spec:       corev1.NodeSpec{Taints: []corev1.Taint{{Key: ownKey, Value: l.ns, Effect: corev1.TaintEffectNoSchedule}}},
		Status:     corev1.NodeStatus{Allocatable: has, Capacity: has},
	}, metav1.CreateOptions{})
	l.must(err)
	l.Cleanup(func() {
		if err := l.admin.CoreV1().Nodes().Delete(background, m.Name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			l.Errorf("removing the node: %v", err)
		}
	})
	return m
}

// homed has a pod run on the case's own nodes.
func (l *lab) homed(p *corev1.PodSpec) {
	p.NodeSelector = map[string]string{ownKey: l.ns}
	p.Tolerations = []corev1.Toleration{{Key: ownKey, Operator: corev1.TolerationOpExists}}
}

// put makes a pod on a node without asking the scheduler.
func (l *lab) put(name string, m activities.Machine, edit func(*corev1.Pod)) {
	l.Helper()
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.PodSpec{NodeName: m.Name, Containers: []corev1.Container{{Name: "main", Image: "web:1"}}}}
	l.homed(&p.Spec)
	edit(p)
	_, err := l.admin.CoreV1().Pods(l.ns).Create(l.Context(), p, metav1.CreateOptions{})
	l.must(err)
}

// daemon makes a DaemonSet with a pod on the node. Where a controller looks after it, it may have one of its own already.
func (l *lab) daemon(m activities.Machine) {
	l.Helper()
	labels := map[string]string{"app": "agent"}
	d := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "agent"}, Spec: appsv1.DaemonSetSpec{
		Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "agent:1"}}},
		},
	}}
	l.homed(&d.Spec.Template.Spec)
	d, err := l.admin.AppsV1().DaemonSets(l.ns).Create(l.Context(), d, metav1.CreateOptions{})
	l.must(err)
	l.put("agent-here", m, func(p *corev1.Pod) {
		p.Labels = labels
		p.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(d, appsv1.SchemeGroupVersion.WithKind("DaemonSet"))}
	})
}

func (l *lab) node(m activities.Machine) activities.Node {
	l.Helper()
	n, err := l.client.Node(l.Context(), m)
	l.must(err)
	return n
}

func cordonOnce(l *lab) {
	m := l.makeNode("a")
	in := activities.CordonIn{Machine: m, Cordoned: true, Change: "node-cordon-1"}
	try := in
	try.DryRun = true
	out, err := l.client.Cordon(l.Context(), try)
	l.did("a dry run", out, err, true)
	l.equal("cordoned by a dry run", l.node(m).Cordoned, false)
	for _, changed := range []bool{true, false} {
		out, err := l.client.Cordon(l.Context(), in)
		l.did("the cordon", out, err, changed)
	}
	n := l.node(m)
	l.equal("cordoned", n.Cordoned, true)
	l.equal("by", n.Change, "node-cordon-1")
	for _, changed := range []bool{true, false} {
		out, err := l.client.Cordon(l.Context(), activities.CordonIn{Machine: m})
		l.did("the end of the cordon", out, err, changed)
	}
	l.equal("by", l.node(m).Change, "")
	_, err = l.client.Cordon(l.Context(), activities.CordonIn{Machine: activities.Machine{Context: l.Name, Name: "no-such-node"}, Cordoned: true})
	l.refused(err, ops.NotFound, "no-such-node")
}

func cordonOwn(l *lab) {
	m := l.makeNode("a")
	_, err := l.admin.CoreV1().Nodes().Patch(l.Context(), m.Name, types.MergePatchType, []byte(`{"spec":{"unschedulable":true}}`), metav1.PatchOptions{})
	l.must(err)
	out, err := l.client.Cordon(l.Context(), activities.CordonIn{Machine: m, Cordoned: true, Change: "node-drain-1"})
	l.did("the cordon of a cordoned node", out, err, false)
	out, err = l.client.Cordon(l.Context(), activities.CordonIn{Machine: m, Change: "node-drain-1", Own: true})
	l.did("its undo", out, err, false)
	l.equal("cordoned", l.node(m).Cordoned, true)
	out, err = l.client.Cordon(l.Context(), activities.CordonIn{Machine: activities.Machine{Context: l.Name, Name: "no-such-node"}, Change: "node-drain-1", Own: true})
	l.did("the undo on a node that is gone", out, err, false)
}

func drain(l *lab) {
	m := l.makeNode("a")
	l.makeDeployment("web:1", 2, func(d *appsv1.Deployment) { l.homed(&d.Spec.Template.Spec) })
	l.done(l.deployment())
	l.daemon(m)
	l.put("mirror", m, func(p *corev1.Pod) { p.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"} })
	l.makeBudget(1)
	l.eventually("everybody is there and knows their fate", func() bool { // a controller may replace the pod of its daemon set first
		fates := map[string]activities.Fate{}
		for _, t := range l.node(m).Tenants {
			name, _, _ := strings.Cut(t.Name, "-")
			fates[name] = t.Fate
			if name == "web" {
				l.equal("whose instance", t.Of, "Deployment/web")
			}
		}
		return fates["web"] == activities.FateMoves && fates["agent"] == activities.FateStays && fates["mirror"] == activities.FateStays
	})

	_, err := l.client.Cordon(l.Context(), activities.CordonIn{Machine: m, Cordoned: true, Change: "node-drain-1"})
	l.must(err)
	in := activities.DrainIn{Machine: m}
	l.eventually("one has gone, and the budget keeps the other", func() bool {
		d, err := l.client.Evict(l.Context(), in)
		l.must(err)
		return len(d.Left) == 1 && strings.Contains(d.Left[0].Why.En, "budget")
	})
	l.makeNode("b") // where the others find a home
	l.eventually("all have gone", func() bool {
		d, err := l.client.Evict(l.Context(), in)
		l.must(err)
		return len(d.Left) == 0
	})
	for _, t := range l.node(m).Tenants {
		if t.Fate != activities.FateStays {
			l.Fatalf("still there: %+v", t)
		}
	}
	l.done(l.deployment())
}

func drainLost(l *lab) {
	m := l.makeNode("a")
	l.put("alone", m, func(p *corev1.Pod) {
		p.Spec.Volumes = []corev1.Volume{{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	})
	t := l.node(m).Tenants[0]
	l.equal("its fate", t.Fate, activities.FateLost)
	l.equal("its data", t.Data, true)
	_, err := l.client.Evict(l.Context(), activities.DrainIn{Machine: m})
	l.refused(err, ops.Unsafe, "alone", "--unmanaged")
	l.eventually("it is gone", func() bool {
		d, err := l.client.Evict(l.Context(), activities.DrainIn{Machine: m, Unmanaged: true})
		l.must(err)
		return len(d.Left) == 0
	})
}

package simulated

import (
	"maps"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Labels and annotations of the deployment controller.
const (
	labelHash    = appsv1.DefaultDeploymentUniqueLabelKey
	markRevision = "deployment.kubernetes.io/revision"
)

func appsKind(kind string) schema.GroupVersionKind { return appsv1.SchemeGroupVersion.WithKind(kind) }

// rollout is one look of the deployment controller at a Deployment.
type rollout struct {
	*life
	d       *appsv1.Deployment
	current *appsv1.ReplicaSet   // of the template as it is now
	old     []*appsv1.ReplicaSet // of former templates, the oldest first
	wanted  int
	surge   int // how many more than wanted there may be
	down    int // how many fewer than wanted may serve
}

// rollDeployment moves a Deployment's ReplicaSets one move further.
func (l *life) rollDeployment(d *appsv1.Deployment) {
	r := l.look(d)
	if r.current == nil {
		r.begin()
		return
	}
	if d.Spec.Paused && r.oldTotal() > 0 {
		return
	}
	if d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType {
		r.recreate()
	} else if !r.grow() {
		r.shrink()
	}
	r.forget()
}

func (l *life) look(d *appsv1.Deployment) *rollout {
	r := &rollout{life: l, d: d, wanted: int(*d.Spec.Replicas)}
	hash := templateHash(d.Spec.Template)
	for _, s := range belonging[*appsv1.ReplicaSet](l.store, "replicasets", d) {
		if s.Labels[labelHash] == hash {
			r.current = s
		} else {
			r.old = append(r.old, s)
		}
	}
	slices.SortStableFunc(r.old, func(a, b *appsv1.ReplicaSet) int { return revision(a) - revision(b) })
	if u := d.Spec.Strategy.RollingUpdate; u != nil {
		r.surge, _ = intstr.GetScaledValueFromIntOrPercent(u.MaxSurge, r.wanted, true)
		r.down, _ = intstr.GetScaledValueFromIntOrPercent(u.MaxUnavailable, r.wanted, false)
	}
	if r.surge == 0 && r.down == 0 {
		r.down = 1
	}
	if r.current != nil && len(r.old) > 0 && revision(r.current) < revision(r.old[len(r.old)-1]) {
		r.renew() // a former template is back
	}
	return r
}

func revision(s *appsv1.ReplicaSet) int {
	n, _ := strconv.Atoi(s.Annotations[markRevision])
	return n
}

func (r *rollout) newest() int {
	n := 0
	for _, s := range r.old {
		n = max(n, revision(s))
	}
	return n
}

// begin makes the ReplicaSet of a new template.
func (r *rollout) begin() {
	hash := templateHash(r.d.Spec.Template)
	t := *r.d.Spec.Template.DeepCopy()
	t.Labels = maps.Clone(t.Labels)
	if t.Labels == nil {
		t.Labels = map[string]string{}
	}
	t.Labels[labelHash] = hash
	s := r.d.Spec.Selector.DeepCopy()
	if s.MatchLabels == nil {
		s.MatchLabels = map[string]string{}
	}
	s.MatchLabels[labelHash] = hash
	r.store.add(named("replicasets"), &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Name: r.d.Name + "-" + hash, Namespace: r.d.Namespace, Labels: t.Labels,
			Annotations:     map[string]string{markRevision: strconv.Itoa(r.newest() + 1)},
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(r.d, appsKind("Deployment"))},
		},
		Spec: appsv1.ReplicaSetSpec{Replicas: new(int32(0)), Selector: s, Template: t},
	}, r.now)
	r.announce()
}

func (r *rollout) renew() {
	o := copyOf(r.current)
	o.Annotations = maps.Clone(o.Annotations)
	o.Annotations[markRevision] = strconv.Itoa(r.newest() + 1)
	r.keep("replicasets", r.current, o)
	r.current = o
	r.announce()
}

// announce says that a rollout begins.
func (r *rollout) announce() {
	o := copyOf(r.d)
	r.condition(o, appsv1.DeploymentProgressing, true, reasonNew, "")
	r.keep("deployments", r.d, o)
	r.d = o
	r.moved()
}

// moved starts the deadline of the rollout anew.
func (r *rollout) moved() { r.progress[key{"deployments", r.d.Namespace, r.d.Name}] = r.now }

func (r *rollout) set(s *appsv1.ReplicaSet, n int) bool {
	if int(*s.Spec.Replicas) == n {
		return false
	}
	o := copyOf(s)
	o.Spec.Replicas = new(int32(n))
	r.store.put(key{"replicasets", o.Namespace, o.Name}, o)
	return true
}

func (r *rollout) oldTotal() int {
	n := 0
	for _, s := range r.old {
		n += int(*s.Spec.Replicas)
	}
	return n
}

// recreate takes all old pods down before it makes new ones.
func (r *rollout) recreate() {
	left := 0
	for _, s := range r.old {
		r.set(s, 0)
		left += len(r.pods(s))
	}
	if left == 0 {
		r.set(r.current, r.wanted)
	}
}

// grow moves the current ReplicaSet towards the wanted number, as far as the surge allows, or down to it.
func (r *rollout) grow() bool {
	has := int(*r.current.Spec.Replicas)
	if has >= r.wanted {
		return r.set(r.current, r.wanted)
	}
	room := r.wanted + r.surge - r.oldTotal() - has
	return room > 0 && r.set(r.current, has+min(room, r.wanted-has))
}

// shrink takes old pods down: first those that do not serve, then as many as the new ones have replaced.
func (r *rollout) shrink() {
	if r.oldTotal() == 0 {
		return
	}
	least := r.wanted - r.down
	has := int(*r.current.Spec.Replicas)
	spare := r.oldTotal() + has - least - (has - r.serving(r.current))
	serving := r.serving(r.current)
	for _, s := range r.old {
		serving += r.serving(s)
	}
	for _, s := range r.old {
		n := int(*s.Spec.Replicas)
		idle := min(n-r.serving(s), max(0, spare))
		busy := min(n-idle, max(0, min(serving-least, spare-idle)))
		spare, serving = spare-idle-busy, serving-busy
		r.set(s, n-idle-busy)
	}
}

// forget removes old ReplicaSets beyond the history that is kept.
func (r *rollout) forget() {
	for i := 0; i < len(r.old)-int(*r.d.Spec.RevisionHistoryLimit); i++ {
		if s := r.old[i]; *s.Spec.Replicas == 0 && len(r.pods(s)) == 0 {
			r.store.remove(key{"replicasets", s.Namespace, s.Name})
		}
	}
}

func (l *life) pods(owner object) []*corev1.Pod {
	return belonging[*corev1.Pod](l.store, "pods", owner)
}

// serving counts the pods of an owner that are ready.
func (l *life) serving(owner object) int {
	n := 0
	for _, p := range l.pods(owner) {
		if isReady(p) {
			n++
		}
	}
	return n
}

// podName is a name that no pod of the namespace has.
func (l *life) podName(namespace, owner string) string {
	for n := l.store.made + 1; ; n++ {
		name := owner + "-" + suffix(n)
		if _, taken := l.store.find(key{"pods", namespace, name}); !taken {
			return name
		}
	}
}

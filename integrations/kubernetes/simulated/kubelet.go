package simulated

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// brokenTag is the image tag that no registry has.
const brokenTag = ":broken"

// newPod makes a pod of a template for an owner. It fails as the API server would when a quota is used up.
func (l *life) newPod(owner object, kind, name string, t corev1.PodTemplateSpec) error {
	p := &corev1.Pod{ObjectMeta: *t.ObjectMeta.DeepCopy(), Spec: *t.Spec.DeepCopy()}
	p.Name, p.Namespace = name, owner.GetNamespace()
	p.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(owner, appsKind(kind))}
	l.fillIn(p)
	if err := l.admit(p); err != nil {
		return err
	}
	l.store.add(named("pods"), p, l.now)
	l.begin(p)
	return nil
}

// begin shows a new pod to the scheduler.
func (l *life) begin(p *corev1.Pod) {
	l.homeless[key{"pods", p.Namespace, p.Name}] = true
	l.house()
}

// house finds nodes for the pods that have none.
func (l *life) house() {
	for _, k := range slices.SortedFunc(maps.Keys(l.homeless), byName) {
		o, ok := l.store.find(k)
		if !ok {
			delete(l.homeless, k)
			continue
		}
		p := copyOf(o.(*corev1.Pod))
		p.Status.Phase = corev1.PodPending
		node, why := p.Spec.NodeName, "" // who makes a pod may choose its node
		if node == "" {
			node, why = l.place(p)
		}
		if node == "" {
			setCondition(p, corev1.PodScheduled, false, corev1.PodReasonUnschedulable, why, l.now)
		} else {
			l.start(k, p, node)
		}
		l.keep("pods", o, p)
	}
}

// start hands a pod to the kubelet of a node; the pods of one owner come up one after the other.
func (l *life) start(k key, p *corev1.Pod, node string) {
	delete(l.homeless, k)
	p.Spec.NodeName = node
	setCondition(p, corev1.PodScheduled, true, "", "", l.now)
	setCondition(p, corev1.PodReady, false, "ContainersNotReady", "", l.now)
	for _, c := range p.Spec.Containers {
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{
			Name: c.Name, Image: c.Image, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}},
		})
	}
	l.due[k] = l.turn(p).Add(l.delay)
}

// turn is when a pod may begin: now, or when the one before it is up.
func (l *life) turn(p *corev1.Pod) time.Time {
	at, owner := l.now, metav1.GetControllerOf(p)
	for k, due := range l.due {
		o, ok := l.store.find(k)
		if !ok || owner == nil || !due.After(at) {
			continue
		}
		if c := metav1.GetControllerOf(o); c != nil && c.UID == owner.UID {
			at = due
		}
	}
	return at
}

// started is the kubelet's report: the containers run, or their image cannot be pulled.
func (l *life) started(k key) {
	o, ok := l.store.find(k)
	if !ok {
		return
	}
	old := o.(*corev1.Pod)
	p := copyOf(old)
	ready := true
	now := metav1.NewTime(l.now)
	for i, c := range p.Spec.Containers {
		s := &p.Status.ContainerStatuses[i]
		if strings.HasSuffix(c.Image, brokenTag) {
			ready = false
			s.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{
				Reason: "ImagePullBackOff", Message: fmt.Sprintf("Back-off pulling image %q: not found", c.Image),
			}}
			continue
		}
		s.Ready, s.State = true, corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}}
	}
	p.Status.StartTime = &now
	if ready {
		p.Status.Phase = corev1.PodRunning
		setCondition(p, corev1.PodReady, true, "", "", l.now)
	}
	l.keep("pods", old, p)
}

func isReady(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

func setCondition(p *corev1.Pod, kind corev1.PodConditionType, value bool, reason, message string, now time.Time) {
	c := corev1.PodCondition{Type: kind, Status: truth(value), Reason: reason, Message: message, LastTransitionTime: metav1.NewTime(now)}
	for i := range p.Status.Conditions {
		if p.Status.Conditions[i].Type == kind {
			if old := p.Status.Conditions[i]; old.Status != c.Status || old.Reason != reason || old.Message != message {
				p.Status.Conditions[i] = c
			}
			return
		}
	}
	p.Status.Conditions = append(p.Status.Conditions, c)
}

func truth(b bool) corev1.ConditionStatus {
	if b {
		return corev1.ConditionTrue
	}
	return corev1.ConditionFalse
}

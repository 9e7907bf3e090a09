package simulated

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// labelRevision is the label that tells which revision a pod of a StatefulSet is of.
const labelRevision = appsv1.StatefulSetRevisionLabel

// rollStatefulSet moves a StatefulSet one move further: the pods have an order, and each waits for the one before it.
func (l *life) rollStatefulSet(s *appsv1.StatefulSet) {
	revision := l.revise(s)
	pods := l.ordinals(s)
	wanted := int(*s.Spec.Replicas)
	ordered := s.Spec.PodManagementPolicy == appsv1.OrderedReadyPodManagement
	for i := range wanted {
		p := pods[i]
		if p == nil && !l.newOrdinal(s, i, revision) {
			return
		}
		if ordered && (p == nil || !isReady(p)) {
			return
		}
	}
	for i := highest(pods); i >= wanted; i-- {
		if p := pods[i]; p != nil {
			l.store.remove(key{"pods", p.Namespace, p.Name})
			if ordered {
				return
			}
		}
	}
	if s.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType {
		return
	}
	for i := wanted - 1; i >= partition(s); i-- {
		p := pods[i]
		if p == nil || (p.Labels[labelRevision] == revision && !isReady(p)) {
			return
		}
		if p.Labels[labelRevision] != revision {
			l.store.remove(key{"pods", p.Namespace, p.Name})
			return
		}
	}
}

func partition(s *appsv1.StatefulSet) int {
	if r := s.Spec.UpdateStrategy.RollingUpdate; r != nil && r.Partition != nil {
		return int(*r.Partition)
	}
	return 0
}

// revise makes the revision of the template as it is now, and returns its name.
func (l *life) revise(s *appsv1.StatefulSet) string {
	name, newest := s.Name+"-"+templateHash(s.Spec.Template), int64(0)
	for _, r := range belonging[*appsv1.ControllerRevision](l.store, "controllerrevisions", s) {
		newest = max(newest, r.Revision)
	}
	k := key{"controllerrevisions", s.Namespace, name}
	if had, ok := l.store.find(k); ok {
		if r := had.(*appsv1.ControllerRevision); r.Revision < newest {
			o := copyOf(r)
			o.Revision = newest + 1
			l.keep("controllerrevisions", r, o)
		}
		return name
	}
	raw, err := json.Marshal(map[string]any{"spec": map[string]any{"template": s.Spec.Template}})
	if err != nil {
		panic("simulated: a pod template that was decoded cannot be encoded: " + err.Error())
	}
	l.store.add(named("controllerrevisions"), &appsv1.ControllerRevision{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: s.Namespace, Labels: maps.Clone(s.Spec.Template.Labels),
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(s, appsKind("StatefulSet"))},
		},
		Data: runtime.RawExtension{Raw: raw}, Revision: newest + 1,
	}, l.now)
	return name
}

// ordinals are a StatefulSet's pods by their number.
func (l *life) ordinals(s *appsv1.StatefulSet) map[int]*corev1.Pod {
	out := map[int]*corev1.Pod{}
	for _, p := range l.pods(s) {
		if n, err := strconv.Atoi(p.Name[len(s.Name)+1:]); err == nil {
			out[n] = p
		}
	}
	return out
}

func highest(pods map[int]*corev1.Pod) int {
	n := -1
	for i := range pods {
		n = max(n, i)
	}
	return n
}

// newOrdinal makes one pod. A refusal becomes an event, because a StatefulSet has no condition for it.
func (l *life) newOrdinal(s *appsv1.StatefulSet, i int, revision string) bool {
	name := fmt.Sprintf("%s-%d", s.Name, i)
	t := *s.Spec.Template.DeepCopy()
	t.Labels = maps.Clone(t.Labels)
	t.Labels[labelRevision], t.Labels[appsv1.StatefulSetPodNameLabel] = revision, name
	err := l.newPod(s, "StatefulSet", name, t)
	if err == nil {
		return true
	}
	k := key{"events", s.Namespace, name + ".failedcreate"}
	if _, ok := l.store.find(k); !ok {
		at := metav1.NewTime(l.now)
		l.store.add(named("events"), &corev1.Event{
			ObjectMeta:     metav1.ObjectMeta{Name: k.name, Namespace: k.namespace},
			InvolvedObject: corev1.ObjectReference{Kind: "StatefulSet", Namespace: s.Namespace, Name: s.Name, UID: s.UID, APIVersion: "apps/v1"},
			Type:           corev1.EventTypeWarning, Reason: "FailedCreate", FirstTimestamp: at, LastTimestamp: at, Count: 1,
			Message: fmt.Sprintf("create Pod %s in StatefulSet %s failed error: %v", name, s.Name, err),
		}, l.now)
	}
	return false
}

// reportStatefulSet writes the status of a StatefulSet.
func (l *life) reportStatefulSet(s *appsv1.StatefulSet) {
	o := copyOf(s)
	revision := s.Name + "-" + templateHash(s.Spec.Template)
	o.Status.ObservedGeneration, o.Status.UpdateRevision = s.Generation, revision
	if o.Status.CurrentRevision == "" {
		o.Status.CurrentRevision = revision
	}
	o.Status.Replicas, o.Status.ReadyReplicas, o.Status.UpdatedReplicas = 0, 0, 0
	for _, p := range l.pods(s) {
		o.Status.Replicas++
		if isReady(p) {
			o.Status.ReadyReplicas++
		}
		if p.Labels[labelRevision] == revision {
			o.Status.UpdatedReplicas++
		}
	}
	o.Status.AvailableReplicas = o.Status.ReadyReplicas
	if n := *s.Spec.Replicas; o.Status.UpdatedReplicas == n && o.Status.ReadyReplicas == n {
		o.Status.CurrentRevision = revision
	}
	o.Status.CurrentReplicas = 0
	for _, p := range l.pods(s) {
		if p.Labels[labelRevision] == o.Status.CurrentRevision {
			o.Status.CurrentReplicas++
		}
	}
	l.keep("statefulsets", s, o)
}

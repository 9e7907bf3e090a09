package simulated

import (
	"cmp"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// fillReplicaSet makes the pods that are missing and deletes those that are too many.
func (l *life) fillReplicaSet(s *appsv1.ReplicaSet) {
	pods, wanted := l.pods(s), int(*s.Spec.Replicas)
	for _, p := range surplus(pods, len(pods)-wanted) {
		l.store.remove(key{"pods", p.Namespace, p.Name})
	}
	var refused error
	for range wanted - len(pods) {
		if refused = l.newPod(s, "ReplicaSet", l.podName(s.Namespace, s.Name), s.Spec.Template); refused != nil {
			break
		}
	}
	o := copyOf(s)
	o.Status.ObservedGeneration = s.Generation
	o.Status.Replicas, o.Status.ReadyReplicas = int32(len(l.pods(s))), int32(l.serving(s))
	o.Status.AvailableReplicas = o.Status.ReadyReplicas
	o.Status.Conditions = nil
	if refused != nil {
		o.Status.Conditions = []appsv1.ReplicaSetCondition{{
			Type: appsv1.ReplicaSetReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: refused.Error(), LastTransitionTime: metav1.NewTime(l.now),
		}}
		if had := s.Status.Conditions; len(had) == 1 {
			o.Status.Conditions = had // the name of the pod and the time differ with every try
		}
	}
	l.keep("replicasets", s, o)
}

// surplus chooses n pods to delete: first those that do not serve, then the youngest.
func surplus(pods []*corev1.Pod, n int) []*corev1.Pod {
	if n <= 0 {
		return nil
	}
	pods = slices.Clone(pods)
	slices.SortFunc(pods, func(a, b *corev1.Pod) int {
		return cmp.Or(rank(a)-rank(b), b.CreationTimestamp.Compare(a.CreationTimestamp.Time), cmp.Compare(b.UID[len(b.UID)-12:], a.UID[len(a.UID)-12:]))
	})
	return pods[:n]
}

func rank(p *corev1.Pod) int {
	if isReady(p) {
		return 1
	}
	return 0
}

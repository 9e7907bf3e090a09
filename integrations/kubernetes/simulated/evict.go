package simulated

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// evict deletes a pod if every disruption budget allows it.
func (w write) evict() (any, *Entry, error) {
	o, err := w.live()
	if err != nil {
		return nil, nil, err
	}
	e, err := read(w.body, &policyv1.Eviction{})
	if err != nil {
		return nil, nil, err
	}
	if e.DeleteOptions != nil {
		if err := checkUID(w.resource, o, e.DeleteOptions.Preconditions); err != nil {
			return nil, nil, err
		}
	}
	pod, ok := o.(*corev1.Pod)
	if !ok {
		return nil, nil, apierrors.NewMethodNotSupported(w.resource.qualified(), w.verb)
	}
	if err := w.budgetAllows(pod); err != nil {
		return nil, nil, err
	}
	done := metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusSuccess}
	if w.dryRun() {
		return done, nil, nil
	}
	w.store.remove(w.key())
	return done, &Entry{Verb: "evict", Object: w.key().String(), Key: string(pod.UID)}, nil
}

func (w write) budgetAllows(pod *corev1.Pod) error {
	if !isReady(pod) {
		return nil // it serves nobody, so nobody loses it
	}
	for _, b := range all[*policyv1.PodDisruptionBudget](w.store, "poddisruptionbudgets", pod.Namespace) {
		s, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
		if err != nil || !s.Matches(labels.Set(pod.Labels)) || b.Status.DisruptionsAllowed > 0 {
			continue
		}
		refused := apierrors.NewTooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0)
		refused.ErrStatus.Details.Causes = append(refused.ErrStatus.Details.Causes, metav1.StatusCause{
			Type:    policyv1.DisruptionBudgetCause,
			Message: fmt.Sprintf("The disruption budget %s needs %d healthy pods and has %d currently", b.Name, b.Status.DesiredHealthy, b.Status.CurrentHealthy),
		})
		return refused
	}
	return nil
}

package simulated

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
)

// autoscalerManager is the field manager of the autoscaler's controller.
const autoscalerManager = "kube-controller-manager"

// autoscale keeps workloads inside the bounds of their autoscalers. Zero instances switch an autoscaler off. It does
// not look at load: a demo in which numbers move by themselves would explain nothing.
func (l *life) autoscale(namespace string) {
	for _, h := range all[*autoscalingv2.HorizontalPodAutoscaler](l.store, "horizontalpodautoscalers", namespace) {
		r := named(map[string]string{"Deployment": "deployments", "StatefulSet": "statefulsets"}[h.Spec.ScaleTargetRef.Kind])
		k := key{r.name, namespace, h.Spec.ScaleTargetRef.Name}
		old, ok := l.store.find(k)
		if !ok {
			continue
		}
		has := *replicasOf(old)
		n := max(*h.Spec.MinReplicas, min(has, h.Spec.MaxReplicas))
		if has != 0 && has != n {
			o := copyOf(old)
			*replicasOf(o) = n
			o.SetGeneration(old.GetGeneration() + 1)
			if kept, err := l.fields.updated(r, old, o, autoscalerManager, scaleSub); err == nil {
				l.store.put(k, kept)
			}
			has = n
		}
		o := copyOf(h)
		o.Status.CurrentReplicas, o.Status.DesiredReplicas = has, has
		l.keep("horizontalpodautoscalers", h, o)
	}
}

package simulated

import (
	"hash/fnv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// metrics says what pods use, in the form of the metrics API: between a third and all of what they request, always the
// same for the same pod.
func (c *cluster) metrics(namespace string) any {
	items := []any{}
	for _, p := range all[*corev1.Pod](c.store, "pods", namespace) {
		if !isReady(p) {
			continue
		}
		h := fnv.New32a()
		h.Write([]byte(p.UID))
		part := 33 + int64(h.Sum32()%67)
		var containers []any
		for _, k := range p.Spec.Containers {
			cpu, memory := k.Resources.Requests.Cpu().MilliValue(), k.Resources.Requests.Memory().Value()
			containers = append(containers, map[string]any{"name": k.Name, "usage": map[string]any{
				"cpu": resource.NewMilliQuantity(cpu*part/100, resource.DecimalSI), "memory": resource.NewQuantity(memory*part/100, resource.BinarySI),
			}})
		}
		items = append(items, map[string]any{
			"metadata": map[string]string{"name": p.Name, "namespace": p.Namespace}, "containers": containers,
		})
	}
	return map[string]any{"kind": "PodMetricsList", "apiVersion": "metrics.k8s.io/v1beta1", "items": items}
}

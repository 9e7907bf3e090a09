package simulated

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
)

// fillIn gives the containers of a new pod what the limit ranges of its namespace say when they say nothing themselves.
func (l *life) fillIn(p *corev1.Pod) {
	for _, r := range all[*corev1.LimitRange](l.store, "limitranges", p.Namespace) {
		for _, item := range r.Spec.Limits {
			if item.Type != corev1.LimitTypeContainer {
				continue
			}
			for i := range p.Spec.Containers {
				needs := &p.Spec.Containers[i].Resources
				needs.Limits = orDefaults(needs.Limits, item.Default)
				needs.Requests = orDefaults(needs.Requests, item.DefaultRequest)
			}
		}
	}
}

// orDefaults is a list with what is missing from it.
func orDefaults(has, missing corev1.ResourceList) corev1.ResourceList {
	if len(missing) == 0 {
		return has
	}
	out := maps.Clone(missing)
	maps.Copy(out, has)
	return out
}

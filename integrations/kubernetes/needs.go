package kubernetes

import (
	corev1 "k8s.io/api/core/v1"
)

// requestsOf and limitsOf choose one side of a container's resources.
func requestsOf(r corev1.ResourceRequirements) corev1.ResourceList { return r.Requests }
func limitsOf(r corev1.ResourceRequirements) corev1.ResourceList   { return r.Limits }

// needs sums up what a pod takes as the scheduler and quotas count it: its containers and its sidecars (init containers
// that keep running) together, or what its largest init container takes if that is more, plus the overhead.
func needs(pod corev1.PodSpec, side func(corev1.ResourceRequirements) corev1.ResourceList) corev1.ResourceList {
	total, sidecars, peak := corev1.ResourceList{}, corev1.ResourceList{}, corev1.ResourceList{}
	for _, c := range pod.Containers {
		add(total, side(c.Resources))
	}
	for _, c := range pod.InitContainers {
		if p := c.RestartPolicy; p != nil && *p == corev1.ContainerRestartPolicyAlways {
			add(sidecars, side(c.Resources))
			raise(peak, sidecars)
			continue
		}
		now := corev1.ResourceList{}
		add(now, sidecars)
		add(now, side(c.Resources))
		raise(peak, now)
	}
	add(total, sidecars)
	raise(total, peak)
	add(total, pod.Overhead)
	return total
}

func add(to, more corev1.ResourceList) {
	for name, q := range more {
		to[name] = sum(to[name], q)
	}
}

func raise(to, atLeast corev1.ResourceList) {
	for name, q := range atLeast {
		if has := to[name]; q.Cmp(has) > 0 {
			to[name] = q.DeepCopy()
		}
	}
}

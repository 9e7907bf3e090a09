package kubernetes

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"orderly.example/activities"
	"orderly.example/ops"
)

func podOf(p corev1.Pod) activities.Pod {
	out := activities.Pod{
		Name: p.Name, UID: string(p.UID), Node: p.Spec.NodeName, IP: p.Status.PodIP, Version: version(p.Spec), Ready: ready(p), Started: p.CreationTimestamp.Time,
	}
	if p.Status.StartTime != nil {
		out.Started = p.Status.StartTime.Time
	}
	for _, s := range p.Status.ContainerStatuses {
		out.Restarts += int(s.RestartCount)
	}
	if !out.Ready {
		out.Reason = reason(p)
	}
	return out
}

// ready says whether a pod serves.
func ready(p corev1.Pod) bool {
	c := podCondition(p, corev1.PodReady)
	return c != nil && c.Status == corev1.ConditionTrue && p.DeletionTimestamp == nil
}

func podCondition(p corev1.Pod, kind corev1.PodConditionType) *corev1.PodCondition {
	for i := range p.Status.Conditions {
		if p.Status.Conditions[i].Type == kind {
			return &p.Status.Conditions[i]
		}
	}
	return nil
}

// reason is why a pod is not ready, in the cluster's own word, such as ImagePullBackOff.
func reason(p corev1.Pod) string {
	if p.DeletionTimestamp != nil {
		return "Terminating"
	}
	for _, s := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
		switch {
		case s.State.Waiting != nil && s.State.Waiting.Reason != "" && s.State.Waiting.Reason != "PodInitializing":
			return s.State.Waiting.Reason
		case s.State.Terminated != nil && s.State.Terminated.Reason != "" && s.State.Terminated.Reason != "Completed":
			return s.State.Terminated.Reason
		}
	}
	if c := podCondition(p, corev1.PodScheduled); c != nil && c.Status == corev1.ConditionFalse {
		return c.Reason
	}
	if p.Status.Reason != "" {
		return p.Status.Reason
	}
	if c := podCondition(p, corev1.PodReady); c != nil && c.Reason != "" {
		return c.Reason
	}
	return string(p.Status.Phase)
}

// trouble is something that keeps pods from becoming ready and does not pass by itself.
type trouble struct {
	pods int
	text func(pods int) ops.Text
}

// troubles explains what keeps pods down, each cause once, with the number of pods that have it.
func troubles(pods []corev1.Pod) []ops.Text {
	found := map[string]*trouble{}
	var order []string
	for _, p := range pods {
		if ready(p) || p.DeletionTimestamp != nil {
			continue
		}
		cause, text := diagnose(p)
		if cause == "" {
			continue
		}
		if found[cause] == nil {
			found[cause] = &trouble{text: text}
			order = append(order, cause)
		}
		found[cause].pods++
	}
	out := make([]ops.Text, len(order))
	for i, cause := range order {
		out[i] = found[cause].text(found[cause].pods)
	}
	return out
}

// chosen are the pods that a selector chooses; an empty one chooses all.
func chosen(pods []corev1.Pod, selector string) ([]activities.Pod, error) {
	by, err := labels.Parse(selector)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "%q chooses no instances; write a label like track=canary", "%q 不是有效的标签选择;请写成 track=canary", selector).Because(err).At("label")
	}
	var out []corev1.Pod
	for _, p := range pods {
		if by.Matches(labels.Set(p.Labels)) {
			out = append(out, p)
		}
	}
	return podsOf(out), nil
}

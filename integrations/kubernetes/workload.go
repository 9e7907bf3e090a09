package kubernetes

import (
	"context"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"orderly.example/ops"
)

// The kinds of workloads.
const (
	kindDeployment  = "Deployment"
	kindStatefulSet = "StatefulSet"
	kindRollout     = "Rollout" // of Argo Rollouts
)

// keyRestart is the annotation of the pod template that holds the key of the last restart asked for by Restart.
const keyRestart = "orderly.example/restart-key"

// keyRestartedAt is the annotation by which kubectl restarts; it makes a restart of ours look familiar.
const keyRestartedAt = "kubectl.kubernetes.io/restartedAt"

// kind is how one kind of workload is spoken to. Its errors are those of the API server.
type kind interface {
	get(ctx context.Context, namespace, name string) (workload, error)
	scale(ctx context.Context, s *autoscalingv1.Scale, o metav1.UpdateOptions) error
	patch(ctx context.Context, namespace, name string, strategic []byte, o metav1.PatchOptions) error
	pods(ctx context.Context, w workload) ([]corev1.Pod, error)
	revisions(ctx context.Context, w workload) ([]revision, error)
	refusals(ctx context.Context, w workload) ([]string, error)
}

// workload is what Deployments and StatefulSets have in common.
type workload struct {
	kind       string
	meta       metav1.ObjectMeta
	replicas   int
	template   corev1.PodTemplateSpec
	selector   *metav1.LabelSelector
	observed   int64
	ready      int
	updated    int
	running    int
	conditions []condition
	held       ops.Text // why it will not replace pods by itself, and what to do
	failed     ops.Text // why its controller has given the rollout up
	pause      int      // see activities.Workload
}

// condition is one line of a workload's status.
type condition struct {
	Type, Reason, Message string
	True                  bool
}

// fits says whether the labels of the workload's pods match.
func (w workload) fits(s *metav1.LabelSelector) bool {
	sel, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && !sel.Empty() && sel.Matches(labels.Set(w.template.Labels))
}

// condition returns the condition of that type, and whether there is one.
func (w workload) condition(kind string) (condition, bool) {
	for _, c := range w.conditions {
		if c.Type == kind {
			return c, true
		}
	}
	return condition{}, false
}

// done says whether the cluster has made the world as wanted.
func (w workload) done() bool {
	return w.observed >= w.meta.Generation && w.pause == 0 && w.ready == w.replicas && w.updated == w.replicas && w.running == w.replicas
}

// owned keeps the pods whose controller is one of the given.
func owned(pods []corev1.Pod, owner func(uid string) bool) []corev1.Pod {
	var out []corev1.Pod
	for _, p := range pods {
		if c := metav1.GetControllerOf(&p); c != nil && owner(string(c.UID)) {
			out = append(out, p)
		}
	}
	return out
}

// count is the number of replicas asked for; left out it is one.
func count(replicas *int32) int {
	if replicas == nil {
		return 1
	}
	return int(*replicas)
}

package kubernetes

import (
	"context"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.example/ops"
)

// deployments speaks to Deployments.
type deployments struct{ *cluster }

func (d deployments) get(ctx context.Context, namespace, name string) (workload, error) {
	o, err := d.api.AppsV1().Deployments(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return workload{}, err
	}
	return ofDeployment(o), nil
}

func ofDeployment(o *appsv1.Deployment) workload {
	w := workload{
		kind: kindDeployment, meta: o.ObjectMeta, replicas: count(o.Spec.Replicas), template: o.Spec.Template,
		selector: o.Spec.Selector, observed: o.Status.ObservedGeneration, ready: int(o.Status.ReadyReplicas),
		updated: int(o.Status.UpdatedReplicas), running: int(o.Status.Replicas),
	}
	for _, c := range o.Status.Conditions {
		w.conditions = append(w.conditions, condition{
			Type: string(c.Type), Reason: c.Reason, Message: c.Message, True: c.Status == corev1.ConditionTrue,
		})
	}
	if o.Spec.Paused {
		w.held = ops.Textf("its rollout is paused; resume it with `kubectl rollout resume deployment/%s -n %s`",
			"其发布已被暂停;请用 `kubectl rollout resume deployment/%s -n %s` 恢复", o.Name, o.Namespace)
	}
	return w
}

func (d deployments) scale(ctx context.Context, s *autoscalingv1.Scale, o metav1.UpdateOptions) error {
	_, err := d.api.AppsV1().Deployments(s.Namespace).UpdateScale(ctx, s.Name, s, o)
	return err
}

func (d deployments) patch(ctx context.Context, namespace, name string, strategic []byte, o metav1.PatchOptions) error {
	_, err := d.api.AppsV1().Deployments(namespace).Patch(ctx, name, types.StrategicMergePatchType, strategic, o)
	return err
}

// replicaSets are those that the Deployment controls; a selector alone may match those of another.
func (d deployments) replicaSets(ctx context.Context, w workload) ([]appsv1.ReplicaSet, error) {
	list, err := d.api.AppsV1().ReplicaSets(w.meta.Namespace).List(ctx, metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(w.selector)})
	if err != nil {
		return nil, err
	}
	var out []appsv1.ReplicaSet
	for _, r := range list.Items {
		if metav1.IsControlledBy(&r, &w.meta) {
			out = append(out, r)
		}
	}
	return out, nil
}

func (d deployments) pods(ctx context.Context, w workload) ([]corev1.Pod, error) {
	sets, err := d.replicaSets(ctx, w)
	if err != nil {
		return nil, err
	}
	list, err := d.api.CoreV1().Pods(w.meta.Namespace).List(ctx, metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(w.selector)})
	if err != nil {
		return nil, err
	}
	uids := map[string]bool{}
	for _, r := range sets {
		uids[string(r.UID)] = true
	}
	return owned(list.Items, func(uid string) bool { return uids[uid] }), nil
}

func (d deployments) revisions(ctx context.Context, w workload) ([]revision, error) {
	return d.numbered(ctx, w, "deployment.kubernetes.io/revision")
}

// numbered are the revisions that the controller has numbered by an annotation of their ReplicaSets.
func (d deployments) numbered(ctx context.Context, w workload, annotation string) ([]revision, error) {
	sets, err := d.replicaSets(ctx, w)
	if err != nil {
		return nil, err
	}
	out := make([]revision, 0, len(sets))
	for _, r := range sets {
		n, err := strconv.ParseInt(r.Annotations[annotation], 10, 64)
		if err != nil {
			continue // the controller has not numbered it yet
		}
		out = append(out, revision{number: n, at: r.CreationTimestamp.Time, pod: r.Spec.Template.Spec})
	}
	return out, nil
}

// refusals are what the API server said when the controller tried to make pods.
func (d deployments) refusals(_ context.Context, w workload) ([]string, error) {
	if c, ok := w.condition(string(appsv1.DeploymentReplicaFailure)); ok && c.True {
		return []string{c.Message}, nil
	}
	return nil, nil
}

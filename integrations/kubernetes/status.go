package kubernetes

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Status reads one workload. It reads its pods only when they are asked for, or to explain why it is not done.
func (c *Client) Status(ctx context.Context, in activities.StatusIn) (activities.Workload, error) {
	k, api, err := c.at(in.Place)
	if err != nil {
		return activities.Workload{}, err
	}
	out, err := k.status(ctx, api, in)
	return out, k.explain(err, nameOf(in.Place))
}

func (k *cluster) status(ctx context.Context, api kind, in activities.StatusIn) (activities.Workload, error) {
	w, err := api.get(ctx, in.Place.Namespace, in.Place.Name)
	if err != nil {
		return activities.Workload{}, err
	}
	h, err := k.autoscaler(ctx, w)
	if err != nil {
		return activities.Workload{}, err
	}
	budgets, err := k.budgets(ctx, w)
	if err != nil {
		return activities.Workload{}, err
	}
	out := activities.Workload{
		Place: in.Place, Wanted: w.replicas, Ready: w.ready, Updated: w.updated, Running: w.running,
		Version: version(w.template.Spec), Observed: w.observed >= w.meta.Generation, Generation: w.meta.Generation,
		Autoscaler: boundsOf(h), Budget: budgetWords(budgets), Restarted: w.template.Annotations[keyRestart], Pause: w.pause,
	}
	if w.done() && !in.Pods {
		return out, nil
	}
	pods, err := api.pods(ctx, w)
	if err != nil {
		return activities.Workload{}, err
	}
	if in.Pods {
		if out.Pods, err = chosen(pods, in.Label); err != nil {
			return out, err
		}
	}
	if !w.done() {
		out.Stuck, err = stuck(ctx, api, w, pods)
		out.GaveUp = w.gaveUp()
	}
	return out, err
}

// gaveUp says whether the cluster itself holds the rollout for failed.
func (w workload) gaveUp() bool {
	c, ok := w.condition("Progressing")
	return !w.failed.IsZero() || ok && !c.True && c.Reason == "ProgressDeadlineExceeded"
}

// stuck explains why a workload that is not done cannot get on; empty while it can.
func stuck(ctx context.Context, api kind, w workload, pods []corev1.Pod) (ops.Text, error) {
	var why []ops.Text
	if !w.held.IsZero() && w.updated < w.replicas {
		why = append(why, w.held)
	}
	if !w.failed.IsZero() {
		why = append(why, w.failed)
	}
	refusals, err := api.refusals(ctx, w)
	if err != nil {
		return ops.Text{}, err
	}
	for _, message := range refusals {
		why = append(why, refused(message))
	}
	why = append(why, troubles(pods)...)
	if len(why) == 0 {
		if w.gaveUp() {
			why = append(why, ops.Textf("its rollout has made no progress within its deadline; look at its instances, or roll it back",
				"发布在期限内没有进展;请检查实例,或回滚"))
		}
	}
	return ops.JoinTexts(why, ops.Text{En: "; also: ", Zh: ";另外:"}), nil
}

// refused explains why the cluster makes no new pods.
func refused(message string) ops.Text {
	if q, ok := parseQuota(message); ok {
		return q.text()
	}
	if m := webhookDenied.FindStringSubmatch(message); m != nil {
		return ops.Textf("the admission webhook %s refuses its new instances: %s; change the workload, or ask the owner of the webhook",
			"准入 webhook %s 拒绝了新实例:%s;请修改该服务,或联系 webhook 负责人", m[1], m[2])
	}
	return ops.Textf("the cluster makes no new instances: %s; correct the cause, it goes on by itself then",
		"集群无法创建新实例:%s;解决后将自动继续", message)
}

// podsOf describes pods, by name.
func podsOf(pods []corev1.Pod) []activities.Pod {
	out := make([]activities.Pod, len(pods))
	for i, p := range pods {
		out[i] = podOf(p)
	}
	slices.SortFunc(out, func(a, b activities.Pod) int { return strings.Compare(a.Name, b.Name) })
	return out
}

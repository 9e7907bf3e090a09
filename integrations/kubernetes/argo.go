package kubernetes

import (
	"context"
	"encoding/json"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/rest"

	"orderly.example/ops"
)

// groupArgo is the API group of Argo Rollouts.
const groupArgo = "argoproj.io"

// rollouts speaks to Rollouts of Argo. Their API is read and written as JSON, because the types of Argo would bring its whole
// controller along, and because what they do not know must not be lost.
type rollouts struct{ *cluster }

// rollout is what of a Rollout matters here.
type rollout struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		Replicas    *int32                 `json:"replicas"`
		Selector    *metav1.LabelSelector  `json:"selector"`
		Template    corev1.PodTemplateSpec `json:"template"`
		WorkloadRef *struct{}              `json:"workloadRef"`
		Paused      bool                   `json:"paused"`
		Strategy    struct {
			Canary *struct {
				Steps []struct {
					Pause *struct {
						Duration any `json:"duration"`
					} `json:"pause"`
				} `json:"steps"`
			} `json:"canary"`
			BlueGreen *struct {
				AutoPromotionSeconds int `json:"autoPromotionSeconds"`
			} `json:"blueGreen"`
		} `json:"strategy"`
	} `json:"spec"`
	Status struct {
		ObservedGeneration string `json:"observedGeneration"`
		Replicas           int    `json:"replicas"`
		UpdatedReplicas    int    `json:"updatedReplicas"`
		ReadyReplicas      int    `json:"readyReplicas"`
		CurrentPodHash     string `json:"currentPodHash"`
		StableRS           string `json:"stableRS"`
		CurrentStepIndex   int    `json:"currentStepIndex"`
		Phase              string `json:"phase"`
		Message            string `json:"message"`
		PromoteFull        bool   `json:"promoteFull"`
		PauseConditions    []struct {
			Reason string `json:"reason"`
		} `json:"pauseConditions"`
	} `json:"status"`
}

// at is a request about a Rollout or its subresource.
func (r rollouts) at(q *rest.Request, namespace, name string, sub ...string) *rest.Request {
	return q.AbsPath(append([]string{"/apis", groupArgo, "v1alpha1", "namespaces", namespace, "rollouts", name}, sub...)...)
}

// raw reads a Rollout as the JSON that it is.
func (r rollouts) raw(ctx context.Context, namespace, name string) ([]byte, error) {
	return r.at(r.api.CoreV1().RESTClient().Get(), namespace, name).SetHeader("Accept", "application/json").Do(ctx).Raw()
}

func (r rollouts) read(ctx context.Context, namespace, name string) (rollout, error) {
	var o rollout
	raw, err := r.raw(ctx, namespace, name)
	if err != nil {
		return o, err
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return o, err
	}
	if o.Spec.WorkloadRef != nil {
		return o, ops.Errorf(ops.Invalid, "the Rollout %s takes its pods from another workload (workloadRef); that is not supported: have it say its own template", "Rollout %s 通过 workloadRef 引用其他工作负载,暂不支持;请改为自带模板", name)
	}
	return o, nil
}

func (r rollouts) get(ctx context.Context, namespace, name string) (workload, error) {
	o, err := r.read(ctx, namespace, name)
	if err != nil {
		return workload{}, err
	}
	return ofRollout(o), nil
}

func ofRollout(o rollout) workload {
	observed, _ := strconv.ParseInt(o.Status.ObservedGeneration, 10, 64) // what the controller has not seen is no number
	w := workload{
		kind: kindRollout, meta: o.ObjectMeta, replicas: count(o.Spec.Replicas), template: o.Spec.Template, selector: o.Spec.Selector, observed: observed,
		ready: o.Status.ReadyReplicas, updated: o.Status.UpdatedReplicas, running: o.Status.Replicas, pause: o.pause(),
	}
	if o.Status.StableRS != o.Status.CurrentPodHash {
		w.updated = min(w.updated, w.replicas-1) // the new version counts as out when it is the stable one
	}
	if o.Spec.Paused {
		w.held = ops.Textf("its rollout is paused; resume it with `kubectl argo rollouts resume %s -n %s`", "其发布已被暂停;请用 `kubectl argo rollouts resume %s -n %s` 恢复", o.Name, o.Namespace)
	}
	switch {
	case o.Status.Phase == "Degraded":
		w.failed = ops.Textf("Argo Rollouts has given it up: %s; release another version, or roll back", "Argo Rollouts 已判定失败:%s;请发布其他版本或回滚", o.Status.Message)
	case o.inconclusive():
		w.failed = ops.Textf("an analysis of Argo Rollouts is inconclusive, which is no pass; look at it, or roll back", "Argo Rollouts 的分析无结论,不视为通过;请查看,或回滚")
	}
	return w
}

// inconclusive says whether it stands still because an analysis has found nothing.
func (o rollout) inconclusive() bool {
	for _, c := range o.Status.PauseConditions {
		if c.Reason == "InconclusiveAnalysisRun" || c.Reason == "InconclusiveExperiment" {
			return true
		}
	}
	return false
}

// pause is the pause at which it stands: its number from 1, or -1 when it ends by itself.
func (o rollout) pause() int {
	if len(o.Status.PauseConditions) == 0 || o.inconclusive() {
		return 0
	}
	step := o.Status.CurrentStepIndex
	if c := o.Spec.Strategy.Canary; c != nil && step < len(c.Steps) && c.Steps[step].Pause != nil && c.Steps[step].Pause.Duration != nil {
		return -1
	}
	if b := o.Spec.Strategy.BlueGreen; b != nil && b.AutoPromotionSeconds > 0 {
		return -1
	}
	return step + 1
}

func (r rollouts) scale(ctx context.Context, s *autoscalingv1.Scale, o metav1.UpdateOptions) error {
	scale := s.DeepCopy()
	scale.TypeMeta = metav1.TypeMeta{APIVersion: "autoscaling/v1", Kind: "Scale"}
	body, err := json.Marshal(scale)
	if err != nil {
		return err
	}
	return r.write(ctx, r.at(r.api.CoreV1().RESTClient().Put(), s.Namespace, s.Name, "scale"), body, "application/json", o.FieldManager, o.DryRun)
}

// patch merges by the rules of a Deployment's fields, which those of a Rollout share: the API server itself does not know
// them for a Rollout.
func (r rollouts) patch(ctx context.Context, namespace, name string, strategic []byte, o metav1.PatchOptions) error {
	raw, err := r.raw(ctx, namespace, name)
	if err != nil {
		return err
	}
	body, err := strategicpatch.StrategicMergePatch(raw, strategic, appsv1.Deployment{})
	if err != nil {
		return err
	}
	return r.write(ctx, r.at(r.api.CoreV1().RESTClient().Put(), namespace, name), body, "application/json", o.FieldManager, o.DryRun)
}

func (r rollouts) write(ctx context.Context, q *rest.Request, body []byte, kind, manager string, dryRun []string) error {
	q = q.Param("fieldManager", manager).SetHeader("Content-Type", kind).SetHeader("Accept", "application/json")
	for _, d := range dryRun {
		q = q.Param("dryRun", d)
	}
	_, err := q.Body(body).Do(ctx).Raw()
	return err
}

func (r rollouts) pods(ctx context.Context, w workload) ([]corev1.Pod, error) {
	return deployments(r).pods(ctx, w)
}

func (r rollouts) revisions(ctx context.Context, w workload) ([]revision, error) {
	return deployments(r).numbered(ctx, w, "rollout.argoproj.io/revision")
}

// refusals are none: what keeps a Rollout from making pods is in its message.
func (r rollouts) refusals(context.Context, workload) ([]string, error) { return nil, nil }

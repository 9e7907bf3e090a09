package kubernetes

import (
	"context"
	"encoding/json"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.example/activities"
	"orderly.example/ops"
)

// keyTraffic is the annotation of a Service that leads to a canary: whose it is, and how it was.
const keyTraffic = "orderly.example/traffic"

// mark is what is kept at a Service while it leads to a canary.
type mark struct {
	Change string            `json:"change"`
	Of     string            `json:"of"`   // the workload
	From   map[string]string `json:"from"` // the selector before
	To     map[string]string `json:"to"`   // the selector that was written
}

// markOf reads the mark of a Service; it is empty where there is none.
func markOf(s corev1.Service) (mark, error) {
	var m mark
	if s.Annotations[keyTraffic] == "" {
		return m, nil
	}
	if err := json.Unmarshal([]byte(s.Annotations[keyTraffic]), &m); err != nil {
		return m, ops.Errorf(ops.Conflict, "the annotation %s of the Service %s cannot be read; somebody has changed it: correct its selector by hand and remove the annotation", "无法读取 Service %[2]s 的注解 %[1]s,可能被他人修改;请手工更正其 selector 并删除该注解", keyTraffic, s.Name).Because(err)
	}
	return m, nil
}

// former is the selector of the Service when nothing steers it.
func (m mark) former(s corev1.Service) map[string]string {
	if m.Change == "" {
		return s.Spec.Selector
	}
	return m.From
}

// Steer leads the Services of a workload to the canary that stands aside of it, or back: all of the traffic at once,
// because a Service cannot do less.
func (c *Client) Steer(ctx context.Context, in activities.SteerIn) (activities.SteerOut, error) {
	k, api, err := c.at(in.Place)
	if err != nil {
		return activities.SteerOut{}, err
	}
	if _, ok := api.(deployments); !ok || in.Header != "" || in.Percent != 0 && in.Percent != 100 {
		return activities.SteerOut{}, ops.Errorf(ops.Invalid, "%s: Services of Kubernetes lead to all instances of a Deployment or to none; for weights and headers name a mesh as traffic, such as istio",
			"%s:Kubernetes 的 Service 只能整体切换 Deployment 的流量;按权重或请求头划分请将 traffic 设为服务网格,如 istio", nameOf(in.Place))
	}
	var out activities.SteerOut
	err = k.overLatest(ctx, nameOf(in.Place), func() error {
		steer := k.steerBack
		if in.Percent == 100 {
			steer = k.steerAway
		}
		changed, err := steer(ctx, in)
		out.Changed = out.Changed || changed
		return err
	})
	return out, err
}

// steerAway leads every Service of the workload to the canary.
func (k *cluster) steerAway(ctx context.Context, in activities.SteerIn) (bool, error) {
	w, err := deployments{k}.get(ctx, in.Place.Namespace, in.Place.Name)
	if err != nil {
		return false, err
	}
	services, err := k.leading(ctx, in.Place.Namespace, w.template.Labels)
	if err != nil {
		return false, err
	}
	canary, err := k.mayTake(ctx, in, w, len(services))
	if err != nil {
		return false, err
	}
	changed := false
	for _, s := range services {
		m, err := markOf(s)
		if err != nil {
			return changed, err
		}
		if m.Change != "" && (m.Change != in.Owner || !maps.Equal(s.Spec.Selector, m.To)) {
			return changed, elsewhere(s, m)
		}
		if m.Change != "" || in.DryRun {
			continue
		}
		to := toCanary(s.Spec.Selector, canary)
		if err := k.point(ctx, s, to, &mark{Change: in.Owner, Of: in.Place.Name, From: s.Spec.Selector, To: to}); err != nil {
			return changed, err
		}
		changed = true
	}
	return changed || in.DryRun, nil
}

// mayTake finds out whether the canary could take the traffic, and gives the labels of its pods.
func (k *cluster) mayTake(ctx context.Context, in activities.SteerIn, w workload, services int) (map[string]string, error) {
	if services == 0 {
		return nil, ops.Errorf(ops.Invalid, "no Service leads to %s, so there is no traffic to switch; release it with kind: rolling", "没有指向 %s 的 Service,没有流量可切换;请使用 kind: rolling 发布", nameOf(in.Place))
	}
	h, err := k.autoscaler(ctx, w)
	if err != nil {
		return nil, err
	}
	if b := boundsOf(h); b != nil && b.Min < w.replicas {
		return nil, ops.Errorf(ops.Invalid, "the autoscaler %s would take instances of %s away while it has no traffic, and the way back would be too narrow; set its minimum to %d, or release with kind: canary",
			"无流量期间自动扩缩容 %s 会缩减 %s 的实例,切回时容量不足;请将其最小值设为 %d,或使用 kind: canary 发布", b.Name, nameOf(in.Place), w.replicas)
	}
	canary, err := k.canaryOf(ctx, in.Place, in.Owner)
	if err != nil || canary == nil && in.DryRun {
		return nil, err
	}
	if canary == nil || int(canary.Status.ReadyReplicas) < w.replicas {
		return nil, ops.Errorf(ops.Unsafe, "the canary of %s is not fully there, so it cannot take the traffic; look at its instances", "%s 的灰度实例未全部就绪,无法承接流量;请检查其实例", nameOf(in.Place))
	}
	return canary.Spec.Template.Labels, nil
}

// steerBack gives every Service that a change has led away from the workload the selector that it had.
func (k *cluster) steerBack(ctx context.Context, in activities.SteerIn) (bool, error) {
	list, err := k.api.CoreV1().Services(in.Place.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	changed := false
	for _, s := range list.Items {
		m, err := markOf(s)
		if err != nil {
			return changed, err
		}
		if m.Change != in.Owner || m.Of != in.Place.Name {
			continue
		}
		if !maps.Equal(s.Spec.Selector, m.To) && !maps.Equal(s.Spec.Selector, m.From) {
			return changed, elsewhere(s, m)
		}
		if !in.DryRun {
			if err := k.point(ctx, s, m.From, nil); err != nil {
				return changed, err
			}
		}
		changed = true
	}
	return changed, nil
}

// elsewhere says that a Service is not as this change has left it.
func elsewhere(s corev1.Service, m mark) error {
	return ops.Errorf(ops.Conflict, "the selector of the Service %s is %v: it is led by %s, or somebody has changed it meanwhile; before it was %v: put it right by hand and remove its annotation %s, then try again",
		"Service %s 的 selector 为 %v:正由 %s 切换,或已被他人修改;原值为 %v:请手工更正并删除注解 %s 后重试", s.Name, s.Spec.Selector, m.Change, m.From, keyTraffic)
}

// point writes the selector of a Service and its mark in one patch, over the version that was read.
func (k *cluster) point(ctx context.Context, s corev1.Service, selector map[string]string, m *mark) error {
	wanted, kept := map[string]any{}, any(nil)
	for key := range s.Spec.Selector {
		wanted[key] = nil
	}
	for key, value := range selector {
		wanted[key] = value
	}
	if m != nil {
		raw, err := json.Marshal(m)
		if err != nil {
			return err
		}
		kept = string(raw)
	}
	body, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": s.ResourceVersion, "annotations": map[string]any{keyTraffic: kept}},
		"spec":     map[string]any{"selector": wanted},
	})
	if err != nil {
		return err
	}
	_, err = k.api.CoreV1().Services(s.Namespace).Patch(ctx, s.Name, types.MergePatchType, body, metav1.PatchOptions{FieldManager: k.manager})
	return err
}

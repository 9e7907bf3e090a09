package kubernetes

import (
	"context"
	"encoding/json"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// keyPartition is the annotation of a StatefulSet whose last instances are a canary: whose it is, and how it was.
const keyPartition = "orderly.example/canary"

// held is what is kept at a StatefulSet while its last instances are a canary.
type held struct {
	Change    string `json:"change"`
	Container string `json:"container"`
	Image     string `json:"image"`               // before
	Partition *int32 `json:"partition,omitempty"` // before; nil: none was given
	Rolling   bool   `json:"rolling,omitempty"`   // whether anything was said about the rolling update
}

// heldOf reads what is kept at a StatefulSet; it is empty where there is nothing.
func heldOf(s metav1.ObjectMeta) (held, error) {
	var h held
	if s.Annotations[keyPartition] == "" {
		return h, nil
	}
	if err := json.Unmarshal([]byte(s.Annotations[keyPartition]), &h); err != nil {
		return h, ops.Errorf(ops.Conflict, "the annotation %s of StatefulSet %s cannot be read; somebody has changed it: correct its image and partition by hand and remove the annotation", "无法读取 StatefulSet %[2]s 的注解 %[1]s,可能被他人修改;请手工更正其镜像与 partition 并删除该注解", keyPartition, s.Name).Because(err)
	}
	return h, nil
}

// partitionOnce has the last instances of a StatefulSet run another image, by its partition: the others stay as they are.
// It says whether it has written.
func (k *cluster) partitionOnce(ctx context.Context, in activities.CanaryIn) (bool, error) {
	s, err := k.api.AppsV1().StatefulSets(in.Place.Namespace).Get(ctx, in.Place.Name, metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	h, err := heldOf(s.ObjectMeta)
	if err != nil {
		return false, err
	}
	if in.Replicas == 0 {
		if h.Change != in.Owner {
			return false, nil
		}
		return k.endPartition(ctx, in, s, h)
	}
	has, err := containerOf(s.Spec.Template.Spec, in.Container, in.Place)
	if err != nil {
		return false, err
	}
	before := partitionOf(s)
	switch {
	case in.Aside || s.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType:
		return false, ops.Errorf(ops.Invalid, "%s is a StatefulSet, whose last instances can be a canary in the same traffic and under the update strategy RollingUpdate only; take traffic out of its strategy", "%s 是 StatefulSet,仅支持 RollingUpdate 更新策略下由末尾实例在同一流量中灰度;请从策略中去掉 traffic", nameOf(in.Place))
	case h.Change != "" && h.Change != in.Owner, h.Change == "" && before != nil && *before > 0:
		return false, ops.Errorf(ops.Conflict, "instances of %s are held back at their version already, by %s; wait for it, or set its partition to 0", "%s 的部分实例已由 %s 保持在原版本;请等待其结束,或将 partition 设为 0", nameOf(in.Place), orUnknown(h.Change))
	}
	wanted := int32(max(0, count(s.Spec.Replicas)-in.Replicas))
	if h.Change == "" {
		h = held{Change: in.Owner, Container: has.Name, Image: has.Image, Partition: before, Rolling: s.Spec.UpdateStrategy.RollingUpdate != nil}
	} else if has.Image == in.Image && before != nil && *before == wanted {
		return false, nil
	}
	raw, err := json.Marshal(h)
	if err != nil {
		return false, err
	}
	return true, k.partition(ctx, s, string(raw), map[string]any{"partition": wanted}, has.Name, in.Image)
}

func partitionOf(s *appsv1.StatefulSet) *int32 {
	if r := s.Spec.UpdateStrategy.RollingUpdate; r != nil {
		return r.Partition
	}
	return nil
}

// endPartition brings the image and the partition back.
func (k *cluster) endPartition(ctx context.Context, in activities.CanaryIn, s *appsv1.StatefulSet, h held) (bool, error) {
	has, err := containerOf(s.Spec.Template.Spec, h.Container, in.Place)
	if err != nil {
		return false, err
	}
	if has.Image != in.Image && has.Image != h.Image {
		return false, ops.Errorf(ops.Conflict, "%s runs %s, and neither %s nor its canary's %s: somebody else has changed it; look at it", "%s 当前为 %s,既非 %s 也非灰度版本 %s:已被他人修改,请查看", nameOf(in.Place), has.Image, h.Image, in.Image)
	}
	return true, k.partition(ctx, s, nil, h.rolling(), has.Name, h.Image)
}

// rolling is what was said about the rolling update before.
func (h held) rolling() any {
	switch {
	case !h.Rolling:
		return nil
	case h.Partition == nil:
		return map[string]any{"partition": nil}
	}
	return map[string]any{"partition": *h.Partition}
}

// lift has the rest of a StatefulSet follow its canary, when that runs the image which all shall have. It says whether it
// has written.
func (k *cluster) lift(ctx context.Context, w workload, container string, in activities.DeployIn) (bool, error) {
	h, err := heldOf(w.meta)
	if err != nil || h.Change == "" || h.Container != container || h.Image != in.From || w.kind != kindStatefulSet {
		return false, err
	}
	if in.DryRun {
		return true, nil
	}
	s := &appsv1.StatefulSet{ObjectMeta: w.meta}
	return true, k.partition(ctx, s, nil, h.rolling(), container, in.Image)
}

// partition writes the image, what is said about the rolling update and what is kept, in one patch over the version that was
// read.
func (k *cluster) partition(ctx context.Context, s *appsv1.StatefulSet, keep, rolling any, container, image string) error {
	body, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": s.ResourceVersion, "annotations": map[string]any{keyPartition: keep}},
		"spec": map[string]any{
			"updateStrategy": map[string]any{"rollingUpdate": rolling},
			"template":       map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"name": container, "image": image}}}},
		},
	})
	if err != nil {
		return err
	}
	return statefulSets{k}.patch(ctx, s.Namespace, s.Name, body, metav1.PatchOptions{FieldManager: k.manager})
}

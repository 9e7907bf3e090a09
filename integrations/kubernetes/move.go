package kubernetes

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"

	"orderly.example/activities"
	"orderly.example/ops"
)

// move is what has to be written to get from the world as it is to the world as wanted.
type move struct {
	setBounds   bool
	setReplicas bool
	replicas    int // to set
}

// moveTo decides what to write. It refuses when the world is neither as it was when the plan was made nor as wanted,
// because then somebody else has changed it and the plan is about a world that is gone.
func moveTo(in activities.ScaleIn, w workload, h *autoscalingv2.HorizontalPodAutoscaler) (move, error) {
	name := nameOf(in.Place)
	if in.Replicas < 0 {
		return move{}, ops.Errorf(ops.Invalid, "%s cannot have %d instances; ask for 0 or more", "%s 不能有 %d 个实例;请指定 0 或以上", name, in.Replicas)
	}
	if in.Bounds != nil {
		return moveBounds(in, w, h)
	}
	if w.replicas == in.Replicas {
		return move{}, nil
	}
	if w.replicas != in.From {
		return move{}, ops.Errorf(ops.Conflict, "%s has %d instances now and not the %d of the plan: %s; look at it, then ask again",
			"%s 现有 %d 个实例,而预案中为 %d 个:%s;请查看后重新申请", name, w.replicas, in.From, lastTouch(w.meta.ManagedFields, "spec", "replicas"))
	}
	if b := boundsOf(h); b != nil && in.Replicas != 0 && (in.Replicas < b.Min || in.Replicas > b.Max) {
		return move{}, ops.Errorf(ops.Unsafe, "the autoscaler %s keeps %s between %d and %d instances and would undo %d at once; change its bounds too",
			"自动伸缩 %s 将 %s 的实例数保持在 %d 到 %d 之间,会立即撤销 %d;请同时修改其上下限", b.Name, name, b.Min, b.Max, in.Replicas)
	}
	return move{setReplicas: true, replicas: in.Replicas}, nil
}

// moveBounds decides with an autoscaler in the picture. Inside its bounds the autoscaler may have moved the number
// since the plan, which is its work and no conflict; outside of the new bounds the number is set here, so that nobody
// waits for the autoscaler's next look.
func moveBounds(in activities.ScaleIn, w workload, h *autoscalingv2.HorizontalPodAutoscaler) (move, error) {
	name, want, has := nameOf(in.Place), *in.Bounds, boundsOf(h)
	if has == nil || (want.Name != "" && want.Name != has.Name) {
		return move{}, ops.Errorf(ops.Conflict, "%s is not scaled by the autoscaler %q any more; make a new plan",
			"%s 已不再由自动伸缩 %q 管理;请重新生成预案", name, want.Name)
	}
	if want.Min > want.Max {
		return move{}, ops.Errorf(ops.Invalid, "the autoscaler %s of %s cannot keep between %d and %d instances; the first number must not be larger",
			"%[2]s 的自动伸缩 %[1]s 无法保持在 %[3]d 到 %[4]d 之间;下限不能大于上限", has.Name, name, want.Min, want.Max)
	}
	var m move
	if has.Min != want.Min || has.Max != want.Max {
		if was := in.Was; was != nil && (has.Min != was.Min || has.Max != was.Max) {
			return move{}, ops.Errorf(ops.Conflict, "the autoscaler %s of %s keeps between %d and %d instances now and not %d to %d as in the plan: %s; look at it, then ask again",
				"%[2]s 的自动伸缩 %[1]s 当前范围为 %[3]d 到 %[4]d,而预案中为 %[5]d 到 %[6]d:%[7]s;请查看后重新申请",
				has.Name, name, has.Min, has.Max, was.Min, was.Max, lastTouch(h.ManagedFields, "spec"))
		}
		m.setBounds = true
	}
	m.replicas = in.Replicas
	if m.replicas != 0 { // zero switches the autoscaler off
		m.replicas = max(want.Min, min(m.replicas, want.Max))
	}
	outside := w.replicas < want.Min || w.replicas > want.Max
	m.setReplicas = w.replicas != m.replicas && (outside || w.replicas == in.From)
	return m, nil
}

package kubernetes

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"orderly.example/ops"
)

// diagnose names what keeps a pod down, and how to say it of a number of pods. The cause is the same for pods that have
// the same trouble, and empty while there is none.
func diagnose(p corev1.Pod) (cause string, text func(pods int) ops.Text) {
	for _, s := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
		if s.State.Waiting == nil {
			continue
		}
		why := s.State.Waiting.Reason
		switch why {
		case "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull":
			return "image " + s.Image, func(n int) ops.Text {
				return ops.Textf("%d of its instances cannot get the image %s (%s); check that the tag exists in the registry, or release another version",
					"有 %d 个实例无法拉取镜像 %s(%s);请确认仓库中存在该 tag,或发布其他版本", n, s.Image, why)
			}
		case "CrashLoopBackOff", "RunContainerError":
			return "crash " + s.Name, func(n int) ops.Text {
				return ops.Textf("%d of its instances end right after the start (container %s, %s); read the log with `kubectl logs --previous`, or roll it back",
					"有 %d 个实例启动后立即退出(容器 %s,%s);请用 `kubectl logs --previous` 查看日志,或回滚", n, s.Name, lastEnd(s))
			}
		case "CreateContainerConfigError", "CreateContainerError":
			return "config " + s.Name, func(n int) ops.Text {
				return ops.Textf("%d of its instances cannot be started (container %s: %s); check the config maps and secrets that it names",
					"有 %d 个实例无法启动(容器 %s:%s);请检查其引用的 ConfigMap 和 Secret", n, s.Name, s.State.Waiting.Message)
			}
		}
	}
	if c := podCondition(p, corev1.PodScheduled); c != nil && c.Status == corev1.ConditionFalse && c.Reason == corev1.PodReasonUnschedulable {
		return "node", func(n int) ops.Text {
			return ops.Textf("%d of its instances find no node (%s); add nodes, or ask for less cpu and memory",
				"有 %d 个实例找不到可用节点(%s);请增加节点,或降低 CPU 和内存申请量", n, c.Message)
		}
	}
	return "", nil
}

// lastEnd says how a container ended last.
func lastEnd(s corev1.ContainerStatus) ops.Text {
	end := s.LastTerminationState.Terminated
	if end == nil {
		return ops.Plain(s.State.Waiting.Reason)
	}
	return ops.Textf("%s, exit code %d", "%s,退出码 %d", end.Reason, end.ExitCode)
}

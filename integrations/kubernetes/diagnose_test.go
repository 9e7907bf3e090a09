package kubernetes

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"orderly.example/ops"
)

func waiting(reason, message string, last *corev1.ContainerStateTerminated) corev1.Pod {
	return corev1.Pod{Status: corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{
		Name: "main", Image: "web:1", RestartCount: 3, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}},
		LastTerminationState: corev1.ContainerState{Terminated: last},
	}}}}
}

func TestTroubles(t *testing.T) {
	node := corev1.Pod{Status: corev1.PodStatus{Conditions: []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "0/3 nodes are available"}}}}
	ready := waiting("CrashLoopBackOff", "", nil)
	ready.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	going := waiting("CrashLoopBackOff", "", nil)
	going.DeletionTimestamp = new(metav1.Now())
	for name, test := range map[string]struct {
		pods   []corev1.Pod
		reason string // of the first
		want   string
	}{
		"starting":      {[]corev1.Pod{waiting("ContainerCreating", "", nil)}, "ContainerCreating", ""},
		"image":         {[]corev1.Pod{waiting("ErrImagePull", "", nil), waiting("ErrImagePull", "", nil)}, "ErrImagePull", "2 of its instances cannot get the image web:1 (ErrImagePull); check that the tag exists in the registry, or release another version"},
		"crash":         {[]corev1.Pod{waiting("CrashLoopBackOff", "", &corev1.ContainerStateTerminated{Reason: "OOMKilled", ExitCode: 137})}, "CrashLoopBackOff", "1 of its instances end right after the start (container main, OOMKilled, exit code 137); read the log with `kubectl logs --previous`, or roll it back"},
		"crash, no end": {[]corev1.Pod{waiting("CrashLoopBackOff", "", nil)}, "CrashLoopBackOff", "1 of its instances end right after the start (container main, CrashLoopBackOff); read the log with `kubectl logs --previous`, or roll it back"},
		"config":        {[]corev1.Pod{waiting("CreateContainerConfigError", `secret "db" not found`, nil)}, "CreateContainerConfigError", `1 of its instances cannot be started (container main: secret "db" not found); check the config maps and secrets that it names`},
		"node":          {[]corev1.Pod{node}, "Unschedulable", "1 of its instances find no node (0/3 nodes are available); add nodes, or ask for less cpu and memory"},
		"ready":         {[]corev1.Pod{ready}, "", ""},
		"going":         {[]corev1.Pod{going}, "Terminating", ""},
		"two causes":    {[]corev1.Pod{node, waiting("ErrImagePull", "", nil)}, "Unschedulable", "1 of its instances find no node (0/3 nodes are available); add nodes, or ask for less cpu and memory|1 of its instances cannot get the image web:1 (ErrImagePull); check that the tag exists in the registry, or release another version"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for i, text := range troubles(test.pods) {
				if i > 0 {
					got += "|"
				}
				got += text.En
				if text.Zh == "" || text.Zh == text.En {
					t.Errorf("no Chinese: %+v", text)
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if p := podOf(test.pods[0]); p.Reason != test.reason {
				t.Errorf("reason: got %q, want %q", p.Reason, test.reason)
			}
		})
	}
}

func TestReasonsOfPods(t *testing.T) {
	ended := corev1.Pod{Status: corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Error"}}}}}}
	evicted := corev1.Pod{Status: corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Evicted"}}
	probed := corev1.Pod{Status: corev1.PodStatus{Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse, Reason: "ContainersNotReady"}}}}
	for want, p := range map[string]corev1.Pod{"Error": ended, "Evicted": evicted, "ContainersNotReady": probed, "Pending": {Status: corev1.PodStatus{Phase: corev1.PodPending}}} {
		if got := reason(p); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if p := podOf(waiting("CrashLoopBackOff", "", nil)); p.Restarts != 3 {
		t.Errorf("restarts: got %d", p.Restarts)
	}
}

func TestUpdateStrategiesOfStatefulSets(t *testing.T) {
	o := &appsv1.StatefulSet{Spec: appsv1.StatefulSetSpec{Replicas: new(int32(5))}}
	o.Status.Replicas, o.Status.ReadyReplicas, o.Status.UpdatedReplicas = 5, 5, 2
	o.Spec.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateStatefulSetStrategy{Partition: new(int32(3))}
	if w := ofStatefulSet(o); !w.done() {
		t.Errorf("below the partition pods stay old: %+v", w)
	}
	o.Status.UpdatedReplicas = 1
	if w := ofStatefulSet(o); w.done() {
		t.Errorf("one is missing: %+v", w)
	}
	o.Spec.UpdateStrategy = appsv1.StatefulSetUpdateStrategy{Type: appsv1.OnDeleteStatefulSetStrategyType}
	if w := ofStatefulSet(o); w.held.IsZero() || w.held.En == w.held.Zh {
		t.Errorf("OnDelete is not explained: %+v", w.held)
	}
}

func TestBudgetWords(t *testing.T) {
	half, one := intstr.FromString("50%"), intstr.FromInt32(1)
	budgets := []policyv1.PodDisruptionBudget{{ObjectMeta: metav1.ObjectMeta{Name: "a"}}, {ObjectMeta: metav1.ObjectMeta{Name: "b"}}, {ObjectMeta: metav1.ObjectMeta{Name: "c"}}}
	budgets[0].Spec.MinAvailable, budgets[1].Spec.MaxUnavailable = &half, &one
	if got := budgetWords(budgets); got != "a: at least 50%, b: at most 1 down, c: all" {
		t.Errorf("got %q", got)
	}
}

func TestRefusedInstances(t *testing.T) {
	for message, want := range map[string]string{
		`pods "x" is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2`: "few",
		`admission webhook "images.example" denied the request: no`:                                    "images.example",
		`pods "x" is forbidden: error looking up service account shop/bot`:                             "service account shop/bot",
	} {
		text := refused(message)
		explained(t, &ops.Error{Code: ops.Denied, Text: text}, ops.Denied, want)
	}
}

package kubernetes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func container(cpu string, sidecar bool) corev1.Container {
	c := corev1.Container{Resources: corev1.ResourceRequirements{
		Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu)}, Limits: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("1Gi")},
	}}
	if sidecar {
		c.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
	}
	return c
}

func TestNeeds(t *testing.T) {
	for name, test := range map[string]struct {
		pod  corev1.PodSpec
		want int64
	}{
		"nothing":                     {corev1.PodSpec{}, 0},
		"two containers":              {corev1.PodSpec{Containers: []corev1.Container{container("1", false), container("500m", false)}}, 1500},
		"a small init container":      {corev1.PodSpec{Containers: []corev1.Container{container("1", false)}, InitContainers: []corev1.Container{container("500m", false)}}, 1000},
		"a large init container":      {corev1.PodSpec{Containers: []corev1.Container{container("1", false)}, InitContainers: []corev1.Container{container("3", false)}}, 3000},
		"a sidecar":                   {corev1.PodSpec{Containers: []corev1.Container{container("1", false)}, InitContainers: []corev1.Container{container("500m", true)}}, 1500},
		"an init container beside it": {corev1.PodSpec{Containers: []corev1.Container{container("1", false)}, InitContainers: []corev1.Container{container("500m", true), container("3", false)}}, 3500},
		"overhead":                    {corev1.PodSpec{Containers: []corev1.Container{container("1", false)}, Overhead: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m")}}, 1100},
	} {
		all := needs(test.pod, requestsOf)
		if got := all.Cpu().MilliValue(); got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
}

func TestShortages(t *testing.T) {
	pod := corev1.PodSpec{Containers: []corev1.Container{container("500m", false)}}
	quota := func(name corev1.ResourceName, hard, used string) corev1.ResourceQuota {
		return corev1.ResourceQuota{
			Spec:   corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{name: resource.MustParse(hard)}},
			Status: corev1.ResourceQuotaStatus{Used: corev1.ResourceList{name: resource.MustParse(used)}},
		}
	}
	for name, test := range map[string]struct {
		quota corev1.ResourceQuota
		want  string
	}{
		"room for all":             {quota("pods", "5", "3"), ""},
		"one too many":             {quota("pods", "5", "4"), "pods: 4 of 5 used, 2 more needed"},
		"counted":                  {quota("count/pods", "5", "5"), "count/pods: 5 of 5 used, 2 more needed"},
		"cpu":                      {quota("requests.cpu", "4", "3500m"), "requests.cpu: 3500m of 4 used, 1 more needed"},
		"cpu, short name":          {quota("cpu", "4", "3"), ""},
		"limits":                   {quota("limits.memory", "4Gi", "3Gi"), "limits.memory: 3Gi of 4Gi used, 2Gi more needed"},
		"left to a limit range":    {quota("requests.memory", "1", "1"), ""},
		"no business of instances": {quota("services", "1", "1"), ""},
	} {
		got := ""
		for _, s := range shortages(test.quota, demand{work: workload{template: corev1.PodTemplateSpec{Spec: pod}}, more: 2}) {
			got += s.En
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

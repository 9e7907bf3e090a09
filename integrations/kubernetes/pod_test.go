package kubernetes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/ops"
)

func TestPodsByLabel(t *testing.T) {
	pods := []corev1.Pod{
		{ObjectMeta: metav1.ObjectMeta{Name: "a", Labels: map[string]string{"track": "canary"}}, Status: corev1.PodStatus{PodIP: "10.0.0.1"}},
		{ObjectMeta: metav1.ObjectMeta{Name: "b"}},
	}
	for selector, want := range map[string]int{"": 2, "track=canary": 1, "track=stable": 0, "track": 1} {
		got, err := chosen(pods, selector)
		if err != nil || len(got) != want || selector == "track=canary" && got[0].IP != "10.0.0.1" {
			t.Errorf("%q: %+v, %v", selector, got, err)
		}
	}
	if _, err := chosen(pods, "=="); ops.CodeOf(err) != ops.Invalid || ops.AsError(err).Field != "label" || ops.TextOf(err).Zh == "" {
		t.Errorf("got %v", err)
	}
}

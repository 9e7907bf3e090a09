package smoke

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func TestEvictionKeepsTheBudget(t *testing.T) {
	t.Parallel()
	ns := namespace(t, shared)
	create(t, shared, ns, deployment("web", "web:1", 3))
	available(t, shared, ns, "web", 3)
	budgets := shared.PolicyV1().PodDisruptionBudgets(ns)
	_, err := budgets.Create(t.Context(), &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: policyv1.PodDisruptionBudgetSpec{
			MinAvailable: new(intstr.FromInt32(2)),
			Selector:     &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the budget allows one disruption", func() bool {
		b, err := budgets.Get(t.Context(), "web", metav1.GetOptions{})
		return err == nil && b.Status.DisruptionsAllowed == 1
	})

	running := pods(t, shared, ns)
	evict := func(i int) error {
		return shared.PolicyV1().Evictions(ns).Evict(t.Context(), &policyv1.Eviction{ObjectMeta: running[i].ObjectMeta})
	}
	if err := evict(0); err != nil {
		t.Fatalf("the first eviction: %v", err)
	}
	if err := evict(1); !apierrors.IsTooManyRequests(err) {
		t.Fatalf("the second eviction: got %v, want too many requests", err)
	}
	available(t, shared, ns, "web", 3)
	eventually(t, "the second pod may be evicted, too", func() bool { return evict(1) == nil })
}

func TestQuotaRefuses(t *testing.T) {
	t.Parallel()
	ns := namespace(t, shared)
	quotas := shared.CoreV1().ResourceQuotas(ns)
	_, err := quotas.Create(t.Context(), &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "few"},
		Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("2")}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the quota is counted", func() bool {
		q, err := quotas.Get(t.Context(), "few", metav1.GetOptions{})
		return err == nil && len(q.Status.Hard) == 1
	})
	create(t, shared, ns, deployment("web", "web:1", 2))
	available(t, shared, ns, "web", 2)

	third := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "third"}, Spec: deployment("web", "web:1", 1).Spec.Template.Spec}
	_, err = shared.CoreV1().Pods(ns).Create(t.Context(), third, metav1.CreateOptions{})
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "exceeded quota: few") {
		t.Errorf("a third pod: got %v, want exceeded quota", err)
	}
}

func TestDryRunDoesNotPersist(t *testing.T) {
	t.Parallel()
	ns := namespace(t, shared)
	maps := shared.CoreV1().ConfigMaps(ns)
	apply := func(dryRun ...string) (*corev1.ConfigMap, error) {
		body := `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"plan"},"data":{"replicas":"3"}}`
		return maps.Patch(t.Context(), "plan", types.ApplyPatchType, []byte(body),
			metav1.PatchOptions{FieldManager: "orderly", DryRun: dryRun})
	}
	m, err := apply(metav1.DryRunAll)
	if err != nil || m.UID == "" {
		t.Fatalf("dry run: got %v, %v, want an object with defaults", m, err)
	}
	if _, err := maps.Get(t.Context(), "plan", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		t.Fatalf("after the dry run: got %v, want not found", err)
	}
	if _, err := apply(); err != nil {
		t.Fatal(err)
	}
	if _, err := maps.Get(t.Context(), "plan", metav1.GetOptions{}); err != nil {
		t.Fatalf("after the real thing: %v", err)
	}
}

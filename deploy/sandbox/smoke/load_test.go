package smoke

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestThousandDeployments(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute or two") // with -short only, which no target of the Makefile says
	}
	const many = 1000
	ns := namespace(t, shared)
	name := func(i int) string { return fmt.Sprintf("web-%03d", i) }
	began := time.Now()
	for i := range many {
		create(t, shared, ns, deployment(name(i), "web:1", 1))
	}
	eventually(t, "all are available", func() bool { return count(t, ns, 1) == many })
	t.Logf("created in %s", time.Since(began))

	began = time.Now()
	for i := range many {
		patch(t, ns, name(i), `{"spec":{"replicas":2}}`)
	}
	eventually(t, "all are scaled", func() bool { return count(t, ns, 2) == many })
	took := time.Since(began)
	t.Logf("scaled in %s", took)
	if took > time.Minute {
		t.Errorf("scaled in %s, want less than a minute", took)
	}
	if err := shared.CoreV1().Namespaces().Delete(t.Context(), ns, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all is deleted", func() bool { return count(t, ns, 2) == 0 })
}

// count says how many deployments have so many available replicas. The list is
// large, so it is not asked for too often.
func count(t *testing.T, ns string, replicas int32) int {
	t.Helper()
	time.Sleep(time.Second)
	l, err := shared.AppsV1().Deployments(ns).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, d := range l.Items {
		if d.Status.AvailableReplicas == replicas {
			n++
		}
	}
	return n
}

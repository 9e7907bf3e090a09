package smoke

import (
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func TestVersion(t *testing.T) {
	v, err := shared.Discovery().ServerVersion()
	if err != nil {
		t.Fatal(err)
	}
	if v.GitVersion != "v1.37.2" {
		t.Errorf("the server says that it is %s, want v1.37.2", v.GitVersion)
	}
}

func TestRollout(t *testing.T) {
	t.Parallel()
	ns := namespace(t, shared)
	began := time.Now()
	create(t, shared, ns, deployment("web", "web:1", 3))
	available(t, shared, ns, "web", 3)
	if d := time.Since(began); d < 300*time.Millisecond {
		t.Errorf("available after %s, which is too fast to be seen", d)
	}

	patch(t, ns, "web", `{"spec":{"replicas":5}}`)
	available(t, shared, ns, "web", 5)
	zones := map[string]bool{}
	for _, p := range pods(t, shared, ns) {
		zones[p.Spec.NodeName] = true
	}
	if len(zones) != 3 {
		t.Errorf("the pods run on %d nodes, want 3", len(zones))
	}

	if err := shared.AppsV1().Deployments(ns).Delete(t.Context(), "web", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all pods of the deleted deployment are gone", func() bool { return len(pods(t, shared, ns)) == 0 })
}

func TestBrokenImage(t *testing.T) {
	t.Parallel()
	ns := namespace(t, shared)
	d := deployment("web", "registry.example:5000/web:1", 2)
	d.Spec.ProgressDeadlineSeconds = new(int32(3))
	create(t, shared, ns, d)
	available(t, shared, ns, "web", 2)

	patch(t, ns, "web", `{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"registry.example:5000/web:broken"}]}}}}`)
	eventually(t, "the deployment reports that it does not progress", func() bool {
		d, err := shared.AppsV1().Deployments(ns).Get(t.Context(), "web", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range d.Status.Conditions {
			if c.Type == appsv1.DeploymentProgressing && c.Reason == "ProgressDeadlineExceeded" {
				return c.Status == corev1.ConditionFalse && d.Status.AvailableReplicas == 2
			}
		}
		return false
	})
	broken := 0
	for _, p := range pods(t, shared, ns) {
		for _, s := range p.Status.ContainerStatuses {
			if w := s.State.Waiting; w != nil && w.Reason == "ImagePullBackOff" && p.Status.Phase == corev1.PodPending {
				broken++
			}
		}
	}
	if broken != 1 {
		t.Errorf("%d pods wait for their image, want 1 (25%% surge of 2)", broken)
	}

	patch(t, ns, "web", `{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"registry.example:5000/web:2"}]}}}}`)
	available(t, shared, ns, "web", 2)
}

// patch changes a deployment of the shared sandbox.
func patch(t *testing.T, ns, name, body string) {
	t.Helper()
	_, err := shared.AppsV1().Deployments(ns).Patch(t.Context(), name, types.StrategicMergePatchType, []byte(body), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

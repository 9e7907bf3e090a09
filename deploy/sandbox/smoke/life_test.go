package smoke

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestRestart runs beside the shared sandbox, which shows that two can.
func TestRestart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 25)) // longer than a unix socket's path may be
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	args := []string{"-name", "again", "-dir", dir, "-nodes", "1", "-metrics=false"}
	first, err := start(kubeconfig, args...)
	if err != nil {
		t.Fatal(err)
	}
	create(t, first.client, "default", deployment("web", "web:1", 1))
	available(t, first.client, "default", "web", 1)

	out, err := exec.Command(binary, args...).CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("another sandbox runs in")) {
		t.Errorf("a second one in the same directory: got %v, %s", err, out)
	}
	took := first.stop()
	t.Logf("stopped in %s", took)
	if took > 8*time.Second || !first.cmd.ProcessState.Success() {
		t.Errorf("stopped in %s: %s: %s", took, first.cmd.ProcessState, first.out)
	}
	if _, err := os.Stat(kubeconfig); err == nil {
		t.Error("the kubeconfig is still there after the end")
	}

	second, err := start(kubeconfig, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer second.stop()
	available(t, second.client, "default", "web", 1)
	scale, err := second.client.AppsV1().Deployments("default").GetScale(t.Context(), "web", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	scale.Spec.Replicas = 2
	if _, err := second.client.AppsV1().Deployments("default").UpdateScale(t.Context(), "web", scale, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	available(t, second.client, "default", "web", 2)
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	ns := namespace(t, shared)
	create(t, shared, ns, deployment("web", "web:1", 1))
	available(t, shared, ns, "web", 1)
	eventually(t, "the pod's use of cpu is known", func() bool {
		b, err := shared.Discovery().RESTClient().Get().
			AbsPath("/apis/metrics.k8s.io/v1beta1/namespaces/" + ns + "/pods").DoRaw(t.Context())
		return err == nil && (bytes.Contains(b, []byte(`"cpu":"250`)) || bytes.Contains(b, []byte(`"cpu":"249`)))
	})
}

func TestForeignKubeconfigIsLeftAlone(t *testing.T) {
	t.Parallel()
	mine := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(mine, []byte("apiVersion: v1\nkind: Config\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(binary, "-kubeconfig", mine).CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("was not written by a sandbox")) {
		t.Errorf("got %v, %s", err, out)
	}
}

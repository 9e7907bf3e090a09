//go:build e2e

package contract_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/argotest"
	"orderly.example/ops"
)

// argoVersion is the version of Argo Rollouts whose definition of a Rollout is used.
const argoVersion = "v1.10.1"

// TestRollouts releases through the pauses of a Rollout and back, on a real API server with Argo's own definition. No
// controller of Argo runs there: the test moves the status as the controller does.
func TestRollouts(t *testing.T) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig(t, "ORDERLY_SANDBOX_IDC1"))
	check(t, err)
	api, err := dynamic.NewForConfig(config)
	check(t, err)
	admin, err := clientset.NewForConfig(config)
	check(t, err)
	defineRollouts(t, api)
	ns := fmt.Sprintf("argo-%d", time.Now().UnixNano())
	create(t, admin.CoreV1().Namespaces().Create, admin.CoreV1().Namespaces().Delete, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}})
	of := api.Resource(schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "rollouts"}).Namespace(ns)
	o := &unstructured.Unstructured{}
	check(t, json.Unmarshal([]byte(`{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"web"},"spec":{
		"replicas":4,"selector":{"matchLabels":{"app":"web"}},"strategy":{"canary":{"steps":[{"setWeight":25},{"pause":{}}]}},
		"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"web:1"}]}}}}`), &o.Object))
	_, err = of.Create(t.Context(), o, metav1.CreateOptions{})
	check(t, err)

	c := kubernetes.NewFor(map[string]clientset.Interface{"idc1": admin})
	at := ops.Place{Context: "idc1", Namespace: ns, Kind: "Rollout", Name: "web"}
	until := func(what string, so func(activities.Workload) bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); ; <-time.After(20 * time.Millisecond) {
			move(t, of)
			w, err := c.Status(t.Context(), activities.StatusIn{Place: at})
			check(t, err)
			if so(w) {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("it is never %s: %+v", what, w)
			}
		}
	}
	deploy := func(from, to string) {
		t.Helper()
		for _, changed := range []bool{true, false} {
			out, err := c.Deploy(t.Context(), activities.DeployIn{Place: at, Image: to, From: from})
			if err != nil || out.Changed != changed {
				t.Fatalf("to %s: changed %v, %v", to, out.Changed, err)
			}
		}
	}
	promote := func(in activities.PromoteIn) {
		t.Helper()
		in.Place = at
		for _, changed := range []bool{true, false} {
			out, err := c.Promote(t.Context(), in)
			if err != nil || out.Changed != changed {
				t.Fatalf("%+v: changed %v, %v", in, out.Changed, err)
			}
		}
	}
	paused := func(w activities.Workload) bool { return w.Observed && w.Pause == 2 }
	until("done", activities.Workload.Done)
	deploy("web:1", "web:2")
	until("paused", paused)
	promote(activities.PromoteIn{Pause: 2})
	until("done", activities.Workload.Done)
	deploy("web:2", "web:1")
	until("paused", paused)
	promote(activities.PromoteIn{All: true})
	until("done", activities.Workload.Done)
	deploy("web:1", argotest.Broken)
	until("given up", func(w activities.Workload) bool { return w.GaveUp })
	deploy(argotest.Broken, "web:1")
	until("done", activities.Workload.Done)
}

// move does one move of the controller.
func move(t *testing.T, of dynamic.ResourceInterface) {
	t.Helper()
	o, err := of.Get(t.Context(), "web", metav1.GetOptions{})
	check(t, err)
	if argotest.Move(o.Object) {
		if _, err := of.UpdateStatus(t.Context(), o, metav1.UpdateOptions{}); !apierrors.IsConflict(err) { // then the next move sees more
			check(t, err)
		}
	}
}

// defineRollouts gives the API server the definition of a Rollout that comes with Argo.
func defineRollouts(t *testing.T, client dynamic.Interface) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", "github.com/argoproj/argo-rollouts@"+argoVersion)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	check(t, err)
	var module struct{ Dir string }
	check(t, json.Unmarshal(out, &module))
	raw, err := os.ReadFile(filepath.Join(module.Dir, "manifests", "crds", "rollout-crd.yaml"))
	check(t, err)
	o := &unstructured.Unstructured{}
	check(t, yaml.Unmarshal(raw, &o.Object))
	api := client.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
	if _, err := api.Create(t.Context(), o, metav1.CreateOptions{}); !apierrors.IsAlreadyExists(err) {
		check(t, err)
	}
	served := client.Resource(schema.GroupVersionResource{Group: "argoproj.io", Version: "v1alpha1", Resource: "rollouts"})
	for end := time.Now().Add(time.Minute); ; <-time.After(50 * time.Millisecond) {
		if _, err := served.List(context.Background(), metav1.ListOptions{Limit: 1}); err == nil {
			return
		} else if time.Now().After(end) {
			t.Fatalf("after a minute Rollouts are still not served: %v", err)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

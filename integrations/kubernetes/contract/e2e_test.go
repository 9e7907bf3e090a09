//go:build e2e

package contract_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/contract"
	"orderly.example/ops"
)

// TestControlPlane runs the contract against two real control planes.
func TestControlPlane(t *testing.T) {
	for _, variable := range []string{"ORDERLY_SANDBOX_IDC1", "ORDERLY_SANDBOX_IDC2"} {
		path := kubeconfig(t, variable)
		file, err := clientcmd.LoadFromFile(path)
		if err != nil {
			t.Fatal(err)
		}
		config, err := clientcmd.BuildConfigFromFlags("", path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(file.CurrentContext, func(t *testing.T) {
			contract.Run(t, func(*testing.T) contract.Cluster {
				return contract.Cluster{Name: file.CurrentContext, Config: config, Patience: 2 * time.Minute}
			})
		})
	}
}

// TestConfigured reads both sandboxes' kubeconfigs as the program does, and asks both.
func TestConfigured(t *testing.T) {
	list := kubeconfig(t, "ORDERLY_SANDBOX_IDC1") + string(os.PathListSeparator) + kubeconfig(t, "ORDERLY_SANDBOX_IDC2")
	c, err := kubernetes.New(kubernetes.Config{Kubeconfig: list})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Clusters(); !slices.Equal(got, []string{"idc1", "idc2"}) {
		t.Fatalf("got %v", got)
	}
	for _, f := range c.Check(t.Context()) {
		if !f.Allowed {
			t.Errorf("got %+v", f)
		}
	}
}

// TestAdmission: what an admission policy says arrives with its name, for the scaling itself and for the instances.
func TestAdmission(t *testing.T) {
	path := kubeconfig(t, "ORDERLY_SANDBOX_IDC1")
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := clientset.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("few-%d", time.Now().UnixNano())
	policies, bindings := admin.AdmissionregistrationV1().ValidatingAdmissionPolicies(), admin.AdmissionregistrationV1().ValidatingAdmissionPolicyBindings()
	create(t, admin.CoreV1().Namespaces().Create, admin.CoreV1().Namespaces().Delete, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	create(t, policies.Create, policies.Delete, &admissionv1.ValidatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionv1.ValidatingAdmissionPolicySpec{
			MatchConstraints: &admissionv1.MatchResources{ResourceRules: []admissionv1.NamedRuleWithOperations{{RuleWithOperations: admissionv1.RuleWithOperations{
				Operations: []admissionv1.OperationType{admissionv1.Update},
				Rule:       admissionv1.Rule{APIGroups: []string{"apps"}, APIVersions: []string{"v1"}, Resources: []string{"deployments/scale"}},
			}}}},
			Validations: []admissionv1.Validation{{Expression: "object.spec.replicas <= 5", Message: "at most 5 replicas"}},
		},
	})
	create(t, bindings.Create, bindings.Delete, &admissionv1.ValidatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName: name, ValidationActions: []admissionv1.ValidationAction{admissionv1.Deny},
			MatchResources: &admissionv1.MatchResources{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": name}}},
		},
	})
	labels := map[string]string{"app": "web"}
	create(t, admin.AppsV1().Deployments(name).Create, admin.AppsV1().Deployments(name).Delete, &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: appsv1.DeploymentSpec{Replicas: new(int32(1)), Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "web:1"}}},
		}},
	})
	c, err := kubernetes.New(kubernetes.Config{Kubeconfig: path})
	if err != nil {
		t.Fatal(err)
	}
	in := activities.ScaleIn{
		Place: ops.Place{Context: "idc1", Namespace: name, Kind: "Deployment", Name: "web"}, From: 1, Replicas: 6, DryRun: true,
	}
	for end := time.Now().Add(30 * time.Second); ; <-time.After(100 * time.Millisecond) { // until the API server has read the policy
		_, err = c.Scale(t.Context(), in)
		if err != nil || time.Now().After(end) {
			break
		}
	}
	text := ops.TextOf(err)
	if ops.CodeOf(err) != ops.Denied || !strings.Contains(text.En, name) || !strings.Contains(text.Zh, "at most 5 replicas") {
		t.Fatalf("got %q, %v", ops.CodeOf(err), err)
	}
	t.Log(text)
}

// create makes an object that goes with the test.
func create[T metav1.Object](t *testing.T, create func(context.Context, T, metav1.CreateOptions) (T, error), remove func(context.Context, string, metav1.DeleteOptions) error, o T) {
	t.Helper()
	if _, err := create(t.Context(), o, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := remove(context.Background(), o.GetName(), metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
}

// kubeconfig is the file of a sandbox.
func kubeconfig(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Fatalf("%s names no kubeconfig; run this with: deploy/sandbox/with.sh idc1 idc2 -- go test -tags e2e ./integrations/kubernetes/...", variable)
	}
	return path
}

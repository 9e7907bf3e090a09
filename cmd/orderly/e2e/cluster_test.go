//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// cluster is one real control plane and a namespace in it that belongs to one test.
type cluster struct {
	t          *testing.T
	name       string
	kubeconfig string
	namespace  string
	api        kubernetes.Interface
}

// real opens idc1 or idc2 with a fresh namespace.
func real(t *testing.T, name string) *cluster {
	t.Helper()
	c := &cluster{t: t, name: name, kubeconfig: needed(t, "ORDERLY_SANDBOX_"+strings.ToUpper(name))}
	config, err := clientcmd.BuildConfigFromFlags("", c.kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	if c.api, err = kubernetes.NewForConfig(config); err != nil {
		t.Fatal(err)
	}
	ns, err := c.api.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "e2e-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c.namespace = ns.Name
	t.Cleanup(func() {
		if err := c.api.CoreV1().Namespaces().Delete(context.Background(), c.namespace, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	return c
}

// service runs a service with the labels that Orderly's inventory reads.
func (c *cluster) service(name string, replicas int32, image string, change ...func(*appsv1.Deployment)) {
	c.t.Helper()
	labels := map[string]string{"app": strings.ReplaceAll(name, ".", "-")}
	deadline := int32(5)
	d := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: labels["app"], Labels: map[string]string{
			"orderly.example/service": name, "orderly.example/env": "prod", "orderly.example/idc": c.name, "orderly.example/cluster": "c1", "orderly.example/owner": "shop",
		}},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, ProgressDeadlineSeconds: &deadline, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: image}}}},
		},
	}
	for _, f := range change {
		f(d)
	}
	if _, err := c.api.AppsV1().Deployments(c.namespace).Create(c.t.Context(), d, metav1.CreateOptions{}); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cluster) get(name string) *appsv1.Deployment {
	c.t.Helper()
	d, err := c.api.AppsV1().Deployments(c.namespace).Get(c.t.Context(), strings.ReplaceAll(name, ".", "-"), metav1.GetOptions{})
	if err != nil {
		c.t.Fatal(err)
	}
	return d
}

// ready waits until a service serves with all its instances.
func (c *cluster) ready(name string, replicas int32) *appsv1.Deployment {
	c.t.Helper()
	var d *appsv1.Deployment
	eventually(c.t, 30*time.Second, name+" is ready", func() error {
		d = c.get(name)
		if d.Status.ReadyReplicas != replicas || *d.Spec.Replicas != replicas {
			return fmt.Errorf("%d of %d ready, wanted %d", d.Status.ReadyReplicas, *d.Spec.Replicas, replicas)
		}
		return nil
	})
	return d
}

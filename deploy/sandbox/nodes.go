package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// capacity is that of a node: enough for a load test, and still so little that a
// pod can ask for too much.
var capacity = corev1.ResourceList{
	corev1.ResourceCPU:    resource.MustParse("500"),
	corev1.ResourceMemory: resource.MustParse("2Ti"),
	corev1.ResourcePods:   resource.MustParse("5000"),
}

// startNodes registers the simulated nodes and waits until pods can run.
func (c *cluster) startNodes() error {
	for i := range c.nodes {
		if err := c.register(node(i)); err != nil {
			return err
		}
	}
	return c.until(time.Minute, c.schedulable)
}

// register creates a node, or finds it, and tells everybody where its kubelet
// listens this time.
func (c *cluster) register(n *corev1.Node) error {
	nodes := c.client.CoreV1().Nodes()
	if _, err := nodes.Create(c.ctx, n, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("creating node %s: %w", n.Name, err)
	}
	port := fmt.Appendf(nil, `{"status":{"daemonEndpoints":{"kubeletEndpoint":{"Port":%d}}}}`, c.kubeletPort)
	if _, err := nodes.Patch(c.ctx, n.Name, types.MergePatchType, port, metav1.PatchOptions{}, "status"); err != nil {
		return fmt.Errorf("setting the kubelet port of node %s: %w", n.Name, err)
	}
	return nil
}

// schedulable reports whether the scheduler may use every node (the taint
// not-ready is gone) and pods may be created in the namespace default (its
// service account is there).
func (c *cluster) schedulable(ctx context.Context) bool {
	l, err := c.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil || len(l.Items) < c.nodes {
		return false
	}
	for _, n := range l.Items {
		for _, t := range n.Spec.Taints {
			if t.Key == corev1.TaintNodeNotReady {
				return false
			}
		}
	}
	_, err = c.client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
	return err == nil
}

// node is the i-th simulated node. The zones take turns.
func node(i int) *corev1.Node {
	name := fmt.Sprintf("node-%03d", i)
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name,
			Annotations: map[string]string{ // where metrics-server finds the node's metrics
				"metrics.k8s.io/resource-metrics-path": "/metrics/nodes/" + name + "/metrics/resource",
			},
			Labels: map[string]string{
				corev1.LabelHostname:     name,
				corev1.LabelOSStable:     "linux",
				corev1.LabelArchStable:   "amd64",
				corev1.LabelTopologyZone: fmt.Sprintf("zone-%c", 'a'+i%3),
			},
		},
		Status: corev1.NodeStatus{Allocatable: capacity, Capacity: capacity},
	}
}

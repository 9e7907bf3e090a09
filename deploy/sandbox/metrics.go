package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	registration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	metricsserver "sigs.k8s.io/metrics-server/cmd/metrics-server/app/options"
)

// metricsAPI is the name under which the API server knows metrics-server.
const metricsAPI = "v1beta1.metrics.k8s.io"

// startMetrics runs metrics-server, if wanted. What it measures is what KWOK
// reads from the pods' annotations kwok.x-k8s.io/usage-cpu and usage-memory.
func (c *cluster) startMetrics() error {
	if !c.metrics {
		return nil
	}
	l, err := listen(0)
	if err != nil {
		return err
	}
	if err := c.registerMetrics(portOf(l)); err != nil {
		return fmt.Errorf("registering the metrics API: %w", err)
	}
	c.clients.run("metrics-server", func(ctx context.Context) error { return c.runMetricsServer(ctx, l) })
	return nil
}

// registerMetrics has the API server pass metrics.k8s.io on to metrics-server.
//
// Why a Service of type ExternalName: an APIService names a Service, and this
// one leads to this machine without endpoints or a proxy.
func (c *cluster) registerMetrics(port int) error {
	svc := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "metrics-server"},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "localhost"},
	}
	_, err := c.client.CoreV1().Services(metav1.NamespaceSystem).Create(c.ctx, svc, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	b, err := json.Marshal(registration.APIService{
		TypeMeta:   metav1.TypeMeta{APIVersion: registration.SchemeGroupVersion.String(), Kind: "APIService"},
		ObjectMeta: metav1.ObjectMeta{Name: metricsAPI},
		Spec: registration.APIServiceSpec{
			Group: "metrics.k8s.io", Version: "v1beta1", GroupPriorityMinimum: 100, VersionPriority: 100,
			InsecureSkipTLSVerify: true,
			Service:               &registration.ServiceReference{Namespace: metav1.NamespaceSystem, Name: svc.Name, Port: new(int32(port))},
		},
	})
	if err != nil {
		return err
	}
	return c.client.Discovery().RESTClient().Patch(types.ApplyPatchType).
		AbsPath("/apis/apiregistration.k8s.io/v1/apiservices/"+metricsAPI).
		Param("fieldManager", "sandbox").Param("force", "true").Body(b).Do(c.ctx).Error()
}

// runMetricsServer serves until ctx ends.
func (c *cluster) runMetricsServer(ctx context.Context, l net.Listener) error {
	o := metricsserver.NewOptions()
	kubeconfig := c.state.path("kubeconfig")
	if err := parse(o.Flags(),
		"--kubeconfig="+kubeconfig,
		"--authentication-kubeconfig="+kubeconfig,
		"--authorization-kubeconfig="+kubeconfig,
		"--bind-address=127.0.0.1",
		"--tls-cert-file="+c.state.path("tls.crt"),
		"--tls-private-key-file="+c.state.path("tls.key"),
		"--metric-resolution=10s",
		"--kubelet-request-timeout=5s",
		"--kubelet-insecure-tls",
		"--kubelet-use-node-status-port",
		"--kubelet-preferred-address-types=InternalIP",
	); err != nil {
		return err
	}
	o.SecureServing.Listener = l
	cfg, err := o.ServerConfig() // without o.Validate, which would turn the logs on again
	if err != nil {
		return err
	}
	s, err := cfg.Complete()
	if err != nil {
		return err
	}
	return s.RunUntil(ctx.Done())
}

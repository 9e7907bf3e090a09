//go:build bench

package bench

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	fleetSize     = 1000
	fleetParallel = 25
	fleetQPS      = 2000 // enough that neither side waits for its own brake
)

// TestBenchFleet is figure d: scale.fleet over a thousand Deployments of a real control plane against a plain loop of
// client-go with the same parallelism, which sets the number and waits until all instances serve.
func TestBenchFleet(t *testing.T) {
	path := os.Getenv("ORDERLY_SANDBOX_IDC1")
	if path == "" {
		t.Fatal("ORDERLY_SANDBOX_IDC1 is not set; run it with `make bench`")
	}
	f := newFleet(t, path, fleetSize)
	loop := f.plainLoop(2)
	ours := f.scaleFleet(1, path)
	again := f.plainLoop(2)
	floor := min(loop, again)
	r := ratio(ours, floor)
	fmt.Println(figure{fmt.Sprintf("d scale.fleet of %d, %d at a time", fleetSize, fleetParallel), ms(ours), ms(floor), r, "<= 1.3x, < 60 s", r <= 1.3 && ours < time.Minute})
}

// fleet is a namespace with many Deployments of one instance each.
type fleet struct {
	t         *testing.T
	size      int
	api       clientset.Interface
	namespace string
}

func newFleet(t *testing.T, path string, size int) *fleet {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS, config.Burst = fleetQPS, fleetQPS
	api, err := clientset.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	ns, err := api.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "bench-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{t: t, size: size, api: api, namespace: ns.Name}
	f.each(func(ctx context.Context, i int) error {
		if _, err := api.AppsV1().Deployments(f.namespace).Create(ctx, f.deployment(i), metav1.CreateOptions{}); err != nil {
			return err
		}
		return f.ready(ctx, i, 1)
	})
	return f
}

func (f *fleet) name(i int) string { return fmt.Sprintf("svc%04d", i) }

func (f *fleet) deployment(i int) *appsv1.Deployment {
	labels := map[string]string{"app": f.name(i)}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: f.name(i), Labels: map[string]string{
			"orderly.example/service": "fleet." + f.name(i) + ".api", "orderly.example/env": "bench", "orderly.example/idc": "idc1",
			"orderly.example/cluster": "c1", "orderly.example/owner": "shop",
		}},
		Spec: appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "fleet:1"}}},
		}},
	}
}

// each does something for every Deployment, as many at a time as the fleet's waves do, and says how long that took.
func (f *fleet) each(do func(ctx context.Context, i int) error) time.Duration {
	f.t.Helper()
	began := time.Now()
	group, ctx := errgroup.WithContext(f.t.Context())
	group.SetLimit(fleetParallel)
	for i := range f.size {
		group.Go(func() error { return do(ctx, i) })
	}
	if err := group.Wait(); err != nil {
		f.t.Fatal(err)
	}
	return time.Since(began)
}

// ready waits until a Deployment serves with n instances, looking as often as Orderly does.
func (f *fleet) ready(ctx context.Context, i, n int) error {
	for deadline := time.Now().Add(2 * time.Minute); ; {
		d, err := f.api.AppsV1().Deployments(f.namespace).Get(ctx, f.name(i), metav1.GetOptions{})
		if err != nil {
			return err
		}
		if s := d.Status; s.ObservedGeneration >= d.Generation && int(s.ReadyReplicas) == n && int(s.Replicas) == n {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s does not get ready: %+v", f.name(i), d.Status)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// plainLoop is the floor.
func (f *fleet) plainLoop(n int) time.Duration {
	return f.each(func(ctx context.Context, i int) error {
		s, err := f.api.AppsV1().Deployments(f.namespace).GetScale(ctx, f.name(i), metav1.GetOptions{})
		if err != nil {
			return err
		}
		s.Spec.Replicas = int32(n)
		if _, err := f.api.AppsV1().Deployments(f.namespace).UpdateScale(ctx, f.name(i), s, metav1.UpdateOptions{}); err != nil {
			return err
		}
		return f.ready(ctx, i, n)
	})
}

// scaleFleet asks the whole program, with its engine on a file, and waits until the change is over.
func (f *fleet) scaleFleet(n int, kubeconfig string) time.Duration {
	f.t.Helper()
	return newProgram(f.t, kubeconfig).run("scale.fleet", map[string]string{
		"targets": "fleet.*:bench", "replicas": fmt.Sprint(n), "wave": "200", "pause": "0s", "parallel": fmt.Sprint(fleetParallel),
	}, succeeded)
}

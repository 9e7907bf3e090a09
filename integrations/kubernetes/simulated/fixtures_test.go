package simulated_test

import (
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/simulated"
	"orderly.example/ops"
)

const idc1 = "idc1/c1"

// clock is a time that moves when a test says so.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// web is the workload of most tests.
var web = ops.Place{
	Target: ops.Target{Service: "shop.cart.api", IDC: "idc1", Cluster: "c1", Env: "prod"}, Provider: kubernetes.Provider,
	Context: idc1, Namespace: "shop", Kind: "Deployment", Name: "web",
}

// world is one cluster with web at n instances.
func world(n int, tags ...string) simulated.World {
	return simulated.World{Clusters: []simulated.ClusterWorld{{Name: idc1, Workloads: []simulated.Workload{{
		Place: web, Owner: "shop", Image: "registry.example/web", Tags: tags, Replicas: n, CPU: "100m", Memory: "64Mi",
	}}}}}
}

// stage is an open cloud with a clock that stands still.
type stage struct {
	*testing.T
	clock  *clock
	cloud  *simulated.Cloud
	client *kubernetes.Client
}

func open(t *testing.T, dir string, w simulated.World, c *clock) *stage {
	t.Helper()
	cloud, err := simulated.Open(dir, w, simulated.Options{PodDelay: 400 * time.Millisecond, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	return &stage{t, c, cloud, kubernetes.NewFor(cloud.Clients())}
}

func (s *stage) status() activities.Workload {
	s.Helper()
	w, err := s.client.Status(s.Context(), activities.StatusIn{Place: web, Pods: true})
	if err != nil {
		s.Fatal(err)
	}
	return w
}

func (s *stage) scale(from, to int) {
	s.Helper()
	if _, err := s.client.Scale(s.Context(), activities.ScaleIn{Place: web, From: from, Replicas: to}); err != nil {
		s.Fatal(err)
	}
}

// release gives web another image, as a pipeline would.
func (s *stage) release(image string) {
	s.Helper()
	api := s.cloud.Clients()[idc1].AppsV1().Deployments(web.Namespace)
	d, err := api.Get(s.Context(), web.Name, metav1.GetOptions{})
	if err != nil {
		s.Fatal(err)
	}
	d.Spec.Template.Spec.Containers[0].Image = image
	if _, err := api.Update(s.Context(), d, metav1.UpdateOptions{FieldManager: "gitlab-ci"}); err != nil {
		s.Fatal(err)
	}
}

func (s *stage) sets() []appsv1.ReplicaSet {
	s.Helper()
	list, err := s.cloud.Clients()[idc1].AppsV1().ReplicaSets(web.Namespace).List(s.Context(), metav1.ListOptions{})
	if err != nil {
		s.Fatal(err)
	}
	return list.Items
}

// condition is the reason of web's condition Progressing.
func condition(s *stage) string {
	s.Helper()
	d, err := s.cloud.Clients()[idc1].AppsV1().Deployments(web.Namespace).Get(s.Context(), web.Name, metav1.GetOptions{})
	if err != nil {
		s.Fatal(err)
	}
	for _, c := range d.Status.Conditions {
		if c.Type == appsv1.DeploymentProgressing {
			return c.Reason
		}
	}
	return ""
}

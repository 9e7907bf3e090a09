package simulated_test

import (
	"errors"
	"slices"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes/simulated"
)

// TestFaultsOfTraffic: a canary is made, gets the traffic, gives it back and goes, each once, whatever fails on the way.
func TestFaultsOfTraffic(t *testing.T) {
	for fault, broken := range map[string]error{
		"refused": syscall.ECONNREFUSED, "too many": apierrors.NewTooManyRequests("slow down", 0), "away": apierrors.NewInternalError(errors.New("etcd")),
		"modified": apierrors.NewConflict(webs, "web", errors.New("modified")), "lost": simulated.ErrLost,
	} {
		for _, call := range [][2]string{{"create", "deployments"}, {"create", "services"}, {"patch", "services"}, {"delete", "deployments"}} {
			t.Run(fault+" "+call[0]+" "+call[1], func(t *testing.T) {
				clock := newClock()
				s := open(t, "", world(2), clock)
				_, err := s.cloud.Clients()[idc1].CoreV1().Services(web.Namespace).Create(t.Context(), &corev1.Service{
					ObjectMeta: metav1.ObjectMeta{Name: "web"}, Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "web"}},
				}, metav1.CreateOptions{})
				if err != nil {
					t.Fatal(err)
				}
				before, failed := len(s.cloud.Ledger()), false
				s.cloud.Fail(idc1, func(verb, resource string) error {
					if failed || verb != call[0] || resource != call[1] {
						return nil
					}
					failed = true
					return broken
				})
				canary := activities.CanaryIn{Place: web, Image: "web:2", Replicas: 2, Owner: "release-1", Aside: true}
				steer := activities.SteerIn{Place: web, Owner: "release-1", Percent: 100}
				ends := activities.SteerIn{Place: web, Owner: "release-1"}
				gone := canary
				gone.Replicas = 0
				insist(t, func() error { _, err := s.client.Canary(t.Context(), canary); return err })
				clock.pass(time.Minute)
				insist(t, func() error { _, err := s.client.Steer(t.Context(), steer); return err })
				insist(t, func() error { _, err := s.client.Steer(t.Context(), ends); return err })
				insist(t, func() error { _, err := s.client.Canary(t.Context(), gone); return err })
				var wrote []string
				for _, e := range s.cloud.Ledger()[before:] {
					wrote = append(wrote, e.Verb+" "+e.Object)
				}
				ns := web.Namespace + "/"
				want := []string{"create deployments/" + ns + "web-canary", "create services/" + ns + "web-canary", "update services/" + ns + "web", "update services/" + ns + "web", "delete deployments/" + ns + "web-canary"}
				if !failed || !slices.Equal(wrote, want) {
					t.Errorf("failed %v, wrote %q", failed, wrote)
				}
			})
		}
	}
}

// TestFaultsOfAPartition: the last instances of a StatefulSet become a canary, the rest follows, or all is as before; each once.
func TestFaultsOfAPartition(t *testing.T) {
	db := web
	db.Kind, db.Name = "StatefulSet", "db"
	for fault, broken := range map[string]error{
		"refused": syscall.ECONNREFUSED, "too many": apierrors.NewTooManyRequests("slow down", 0), "away": apierrors.NewInternalError(errors.New("etcd")),
		"modified": apierrors.NewConflict(webs, "db", errors.New("modified")), "lost": simulated.ErrLost,
	} {
		for end := range 2 {
			for _, first := range []bool{true, false} {
				clock := newClock()
				s := open(t, "", simulated.World{Clusters: []simulated.ClusterWorld{{Name: idc1, Workloads: []simulated.Workload{{
					Place: db, Owner: "shop", Image: "registry.example/db", Tags: []string{"1"}, Replicas: 3, CPU: "100m", Memory: "64Mi",
				}}}}}, clock)
				runs, err := s.client.Runs(t.Context(), activities.RunsIn{Place: db})
				if err != nil {
					t.Fatal(err)
				}
				writes, failed := 0, false
				s.cloud.Fail(idc1, func(verb, resource string) error {
					if verb != "patch" || resource != "statefulsets" {
						return nil
					}
					if writes++; failed || writes == 1 != first {
						return nil
					}
					failed = true
					return broken
				})
				canary := activities.CanaryIn{Place: db, Image: "db:2", Replicas: 1, Owner: "release-1"}
				insist(t, func() error { _, err := s.client.Canary(t.Context(), canary); return err })
				clock.pass(time.Minute)
				want := "db:2"
				if end == 0 {
					insist(t, func() error {
						_, err := s.client.Deploy(t.Context(), activities.DeployIn{Place: db, Image: "db:2", From: runs.Image})
						return err
					})
				} else {
					want, canary.Replicas = runs.Image, 0
					insist(t, func() error { _, err := s.client.Canary(t.Context(), canary); return err })
				}
				after, err := s.client.Runs(t.Context(), activities.RunsIn{Place: db})
				if l := s.cloud.Ledger(); err != nil || !failed || len(l) != 2 || after.Image != want {
					t.Errorf("%s at the first write %v: %v, it runs %s, failed %v, ledger %+v", fault, first, err, after.Image, failed, l)
				}
			}
		}
	}
}

package simulated_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/simulated"
	"orderly.example/ops"
)

var webs = schema.GroupResource{Group: "apps", Resource: "deployments"}

// on is a rule that fails one verb of one resource.
func on(verb, resource string, fault error) func(string, string) error {
	return func(v, r string) error {
		if v == verb && r == resource {
			return fault
		}
		return nil
	}
}

func TestFaults(t *testing.T) {
	up := activities.ScaleIn{Place: web, From: 2, Replicas: 4}
	for name, test := range map[string]struct {
		fault  error
		code   ops.Code
		effect bool
	}{
		"refused":         {syscall.ECONNREFUSED, ops.Unavailable, false},
		"too many":        {apierrors.NewTooManyRequests("slow down", 0), ops.Unavailable, false},
		"always modified": {apierrors.NewConflict(webs, "web", errors.New("modified")), ops.Unavailable, false},
		"forbidden":       {apierrors.NewForbidden(webs, "web", errors.New("no")), ops.Denied, false},
		"lost":            {simulated.ErrLost, ops.Unavailable, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, "", world(2), newClock())
			s.cloud.Fail(idc1, on("update", "deployments/scale", test.fault))
			_, err := s.client.Scale(t.Context(), up)
			if ops.CodeOf(err) != test.code {
				t.Errorf("got %q, %v, want %s", ops.CodeOf(err), err, test.code)
			}
			s.cloud.Fail(idc1, nil)
			if n := len(s.cloud.Ledger()); (n == 1) != test.effect {
				t.Errorf("the ledger has %d entries", n)
			}
			out, err := s.client.Scale(t.Context(), up)
			if err != nil || out.Changed == test.effect {
				t.Errorf("the repeat: %+v, %v", out, err)
			}
			if n := len(s.cloud.Ledger()); n != 1 {
				t.Errorf("after the repeat the ledger has %d entries", n)
			}
		})
	}
}

// TestFaultsOfAConfigMap: a repeat after each of them leaves one write.
func TestFaultsOfAConfigMap(t *testing.T) {
	maps := schema.GroupResource{Resource: "configmaps"}
	at := ops.ConfigAt{Provider: kubernetes.Provider, Cluster: idc1, App: "shop", Namespace: "settings"}
	for name, fault := range map[string]error{
		"refused": syscall.ECONNREFUSED, "too many": apierrors.NewTooManyRequests("slow down", 0), "away": apierrors.NewInternalError(errors.New("etcd")),
		"modified": apierrors.NewConflict(maps, "settings", errors.New("modified")), "lost": simulated.ErrLost,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, "", world(2), newClock())
			api := s.cloud.Clients()[idc1]
			if _, err := api.CoreV1().ConfigMaps("shop").Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "settings"}, Data: map[string]string{"a": "1", "b": "2"}}, metav1.CreateOptions{}); err != nil {
				t.Fatal(err)
			}
			now, err := s.client.ReadConfig(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			before := len(s.cloud.Ledger())
			in := activities.EditIn{At: at, Content: now.Content, Changes: []activities.ConfigChange{{Key: "a", From: "1", To: "9"}, {Key: "b", From: "2", Remove: true}}}
			s.cloud.Fail(idc1, on("patch", "configmaps", fault))
			if _, err := s.client.EditConfig(t.Context(), in); ops.CodeOf(err) != ops.Unavailable {
				t.Errorf("got %q, %v", ops.CodeOf(err), err)
			}
			s.cloud.Fail(idc1, nil)
			if _, err := s.client.EditConfig(t.Context(), in); err != nil {
				t.Error(err)
			}
			after, err := s.client.ReadConfig(t.Context(), at)
			if err != nil || len(after.Values) != 1 || after.Values["a"] != "9" || len(s.cloud.Ledger()) != before+1 {
				t.Errorf("%v, %v, %+v", after.Values, err, s.cloud.Ledger()[before:])
			}
		})
	}
}

func TestAServerThatHangs(t *testing.T) {
	s := open(t, "", world(2), newClock())
	s.cloud.Fail(idc1, on("update", "deployments/scale", simulated.ErrHang))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.client.Scale(ctx, activities.ScaleIn{Place: web, From: 2, Replicas: 4}); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("got %q, %v", ops.CodeOf(err), err)
	}
	if w := s.status(); w.Wanted != 2 { // the others are answered meanwhile
		t.Errorf("got %+v", w)
	}
}

// TestNoEffectIsDoubled repeats what fails, as the engine does, through faults of every kind.
func TestNoEffectIsDoubled(t *testing.T) {
	faults := []error{
		nil, nil, nil, syscall.ECONNREFUSED, simulated.ErrLost, apierrors.NewTooManyRequests("slow down", 0),
		apierrors.NewConflict(webs, "web", errors.New("modified")), apierrors.NewInternalError(errors.New("etcd")),
	}
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := open(t, "", world(2), newClock())
		s.cloud.Fail(idc1, func(verb, _ string) error {
			if f := faults[r.IntN(len(faults))]; verb != "get" && verb != "list" { // a lost read costs client-go a second
				return f
			}
			return nil
		})
		insist(t, func() error {
			_, err := s.client.Scale(t.Context(), activities.ScaleIn{Place: web, From: 2, Replicas: 4})
			return err
		})
		insist(t, func() error {
			_, err := s.client.Restart(t.Context(), activities.RestartIn{Place: web, Key: "change/step"})
			return err
		})
		s.cloud.Fail(idc1, nil)
		pod := s.status().Pods[0]
		s.cloud.Fail(idc1, on("create", "pods/eviction", simulated.ErrLost))
		insistOn := activities.RestartIn{Place: web, Pod: pod.Name, UID: pod.UID, Key: "change/evict"}
		insist(t, func() error {
			_, err := s.client.Restart(t.Context(), insistOn)
			return err
		})
		l := s.cloud.Ledger()
		if len(l) != 3 || l[0].Verb != "scale" || l[1].Verb != "restart" || l[1].Key != "change/step" || l[2].Verb != "evict" || l[2].Key != pod.UID {
			t.Fatalf("seed %d: %+v", seed, l)
		}
	}
}

func insist(t *testing.T, call func() error) {
	t.Helper()
	for range 100 {
		err := call()
		if err == nil {
			return
		}
		if ops.CodeOf(err) != ops.Unavailable {
			t.Fatal(err)
		}
	}
	t.Fatal("it never succeeds")
}

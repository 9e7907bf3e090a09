package kubernetes_test

import (
	"slices"
	"strings"
	"testing"

	clientset "k8s.io/client-go/kubernetes"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/argotest"
	"orderly.example/ops"
)

// guestbook has a weight, a pause for a person, and then the rest; future is a field that nobody here knows.
const guestbook = `{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"web","namespace":"shop"},"spec":{
	"replicas":4,"future":{"kept":[1]},"selector":{"matchLabels":{"app":"web"}},"strategy":{"canary":{"steps":[{"setWeight":25},{"pause":{}},{"setWeight":50},{"pause":{}}]}},
	"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"web:1","future":true},{"name":"proxy","image":"proxy:1"}]}}}}`

var rolled = ops.Place{Provider: "kubernetes", Context: "idc1", Namespace: "shop", Kind: "Rollout", Name: "web"}

// argo is a cluster with a Rollout and a client of it.
type argo struct {
	*testing.T
	*argotest.Server
	client *kubernetes.Client
}

func newArgo(t *testing.T, raw string) *argo {
	t.Helper()
	s := argotest.New(t, raw)
	api, err := clientset.NewForConfig(s.Config())
	if err != nil {
		t.Fatal(err)
	}
	return &argo{t, s, kubernetes.NewFor(map[string]clientset.Interface{"idc1": api})}
}

// until reads the state until it rests.
func (a *argo) until(what string, so func(activities.Workload) bool) activities.Workload {
	a.Helper()
	var w activities.Workload
	for range 20 { // each reading moves it
		var err error
		if w, err = a.client.Status(a.Context(), activities.StatusIn{Place: rolled}); err != nil {
			a.Fatal(err)
		}
		if so(w) {
			return w
		}
	}
	a.Fatalf("it is never %s: %+v", what, w)
	return w
}

func (a *argo) deploy(from, to string, changed bool) {
	a.Helper()
	out, err := a.client.Deploy(a.Context(), activities.DeployIn{Place: rolled, Container: "main", Image: to, From: from})
	if err != nil || out.Changed != changed {
		a.Fatalf("to %s: changed %v, %v", to, out.Changed, err)
	}
}

func (a *argo) promote(in activities.PromoteIn, changed bool) {
	a.Helper()
	in.Place = rolled
	out, err := a.client.Promote(a.Context(), in)
	if err != nil || out.Changed != changed {
		a.Fatalf("%+v: changed %v, %v", in, out.Changed, err)
	}
}

func paused(n int) func(activities.Workload) bool {
	return func(w activities.Workload) bool { return w.Observed && w.Pause == n && !w.Done() }
}

// TestARollout goes through its pauses by promote, each once; what nobody here knows of it stays.
func TestARollout(t *testing.T) {
	a := newArgo(t, guestbook)
	a.until("done", activities.Workload.Done)
	a.deploy("web:1", "web:2", true)
	a.deploy("web:1", "web:2", false)
	if w := a.until("at its pause", paused(2)); w.Updated != 1 || w.Version != "2, 1" {
		t.Errorf("at the first pause: %+v", w)
	}
	a.promote(activities.PromoteIn{Pause: 2}, true)
	a.promote(activities.PromoteIn{Pause: 2}, false)
	if w := a.until("at its second pause", paused(4)); w.Updated != 2 {
		t.Errorf("at the second pause: %+v", w)
	}
	a.promote(activities.PromoteIn{Pause: 2}, false)
	a.promote(activities.PromoteIn{Pause: 4}, true)
	a.until("done", activities.Workload.Done)
	a.promote(activities.PromoteIn{All: true}, false)
	spec := a.Spec()
	pod := spec["template"].(map[string]any)["spec"].(map[string]any)["containers"].([]any)[0].(map[string]any)
	if spec["future"] == nil || pod["future"] != true || pod["image"] != "web:2" {
		t.Errorf("it is %v", spec)
	}
	if got := a.Written(); !slices.Equal(got, []string{"PUT web:2 x4", "PATCH pauseConditions", "PATCH pauseConditions"}) {
		t.Errorf("written %q", got)
	}
	a.deploy("web:2", "web:1", true)
	a.until("at its pause", paused(2))
	a.promote(activities.PromoteIn{All: true}, true)
	a.promote(activities.PromoteIn{All: true}, false)
	a.until("done", activities.Workload.Done)
}

// TestTheWayBackOfARollout: the former image ends a canary at once, also one that has failed.
func TestTheWayBackOfARollout(t *testing.T) {
	a := newArgo(t, guestbook)
	a.until("done", activities.Workload.Done)
	a.deploy("web:1", "web:2", true)
	a.until("at its pause", paused(2))
	a.deploy("web:2", "web:1", true)
	a.until("done", activities.Workload.Done)
	a.deploy("web:1", argotest.Broken, true)
	w := a.until("given up", func(w activities.Workload) bool { return w.GaveUp })
	if !strings.Contains(w.Stuck.En, "ProgressDeadlineExceeded") || !strings.Contains(w.Stuck.Zh, "ProgressDeadlineExceeded") || w.Stuck.En == w.Stuck.Zh {
		t.Errorf("it says %v", w.Stuck)
	}
	a.deploy(argotest.Broken, "web:1", true)
	a.until("done", activities.Workload.Done)
}

// TestWhatARolloutDoesNot is refused with what to do.
func TestWhatARolloutDoesNot(t *testing.T) {
	a := newArgo(t, guestbook)
	out, err := a.client.Scale(t.Context(), activities.ScaleIn{Place: rolled, From: 4, Replicas: 6})
	if err != nil || !out.Changed || a.Spec()["replicas"] != int64(6) {
		t.Errorf("scale: %+v, %v", out, err)
	}
	if _, err := a.client.Canary(t.Context(), activities.CanaryIn{Place: rolled, Replicas: 1}); ops.CodeOf(err) != ops.Invalid || !strings.Contains(err.Error(), "steps of its own canary") {
		t.Errorf("canary: %v", err)
	}
	plain := rolled
	plain.Kind = "Deployment"
	if _, err := a.client.Promote(t.Context(), activities.PromoteIn{Place: plain}); ops.CodeOf(err) != ops.Invalid {
		t.Errorf("promote of a Deployment: %v", err)
	}
	timed := newArgo(t, strings.Replace(guestbook, `{"pause":{}}`, `{"pause":{"duration":"10m"}}`, 1))
	timed.until("done", activities.Workload.Done)
	timed.deploy("web:1", "web:2", true)
	timed.until("at a pause that ends by itself", paused(-1))
	refers := newArgo(t, strings.Replace(guestbook, `"replicas":4`, `"replicas":4,"workloadRef":{"kind":"Deployment","name":"web"}`, 1))
	if _, err := refers.client.Status(t.Context(), activities.StatusIn{Place: rolled}); ops.CodeOf(err) != ops.Invalid || !strings.Contains(ops.TextOf(err).Zh, "workloadRef") {
		t.Errorf("workloadRef: %v", err)
	}
}

// TestFaultsOfARollout: each write once, whatever fails.
func TestFaultsOfARollout(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{"PUT /web", "PATCH /status"} {
			a := newArgo(t, guestbook)
			a.until("done", activities.Workload.Done)
			a.Inject(kind, call)
			again := func(do func() error) {
				t.Helper()
				for range 3 {
					err := do()
					if err == nil {
						return
					}
					if ops.CodeOf(err) != ops.Unavailable {
						t.Fatal(err)
					}
				}
				t.Fatal("it does not end")
			}
			again(func() error {
				_, err := a.client.Deploy(t.Context(), activities.DeployIn{Place: rolled, Container: "main", Image: "web:2", From: "web:1"})
				return err
			})
			a.until("at its pause", paused(2))
			again(func() error {
				_, err := a.client.Promote(t.Context(), activities.PromoteIn{Place: rolled, Pause: 2})
				return err
			})
			a.until("at its second pause", paused(4))
			if got := a.Written(); !slices.Equal(got, []string{"PUT web:2 x4", "PATCH pauseConditions"}) {
				t.Errorf("%s at %s: written %q", kind, call, got)
			}
		}
	}
}

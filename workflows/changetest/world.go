package changetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Provider is the name under which the World answers.
const Provider = "world"

// World is a runtime and an inventory in memory. A workload is ready as soon as it is scaled, unless it is Stuck.
type World struct {
	mu        sync.Mutex
	Workloads map[string]*activities.Workload            // by target
	Ledger    []string                                   // every effective write, such as "scale shop.cart.api@idc1/c1:prod 3->6"
	Fail      func(verb string, t ops.Target) error      // asked before every read and every effective write, with the World locked; nil: nothing fails
	After     func(verb string, t ops.Target) error      // asked after every effective write: the effect is there, the answer is lost
	Restarts  map[string]string                          // by target: the key of the last restart
	Release   *ops.Strategy                              // of every service
	Releases  func(service string) *ops.Strategy         // of one service; nil: Release
	Centre    *Centre                                    // nil: there is none
	Config    *ops.ConfigPlace                           // of every service
	Forge     *Forge                                     // nil: there is none
	Yard      *Yard                                      // nil: there is none
	Git       ops.GitPlace                               // where the version of every place is written, its file apart
	Outside   *Jobs                                      // nil: there is none
	External  ops.External                               // who deploys every place from outside
	Former    map[string][]string                        // by target: the images before, the newest first
	Canaries  map[string]int                             // by target: instances
	Kinds     map[string]string                          // by target: what runs it, such as StatefulSet; left out: a Deployment
	Pauses    map[string]int                             // by target: how many pauses the rollout of a new version has by itself
	Traffic   map[string]string                          // by target: what its canary gets, such as "x-canary=1 25%"; left out: as before
	Capacity  map[string]int                             // by cluster: how many more instances fit; one that is left out has room for all
	Cloud     *Cloud                                     // nil: there is none
	Estate    Estate                                     // besides workloads
	Data      Data                                       // topics and databases
	Values    func(query string) ([]string, error)       // what is measured, with the World locked; nil: 0
	Pages     func(url string) int                       // the status of an address, with the World locked; nil: 200
	Moved     int                                        // instances that were replaced: the addresses of the others are higher
	halfway   map[string]string                          // by target: the stable version while a rollout with pauses is on its way
	OnStatus  func(t ops.Target, w *activities.Workload) // may change what is seen
}

var (
	_ activities.Statuser  = (*World)(nil)
	_ activities.Scaler    = (*World)(nil)
	_ activities.Restarter = (*World)(nil)
	_ activities.Finder    = (*World)(nil)
	_ activities.Historian = (*World)(nil)
	_ activities.Topper    = (*World)(nil)
)

// NewWorld is a world with the targets, each at n instances.
func NewWorld(n int, targets ...string) *World {
	w := &World{Workloads: map[string]*activities.Workload{}, Restarts: map[string]string{}, Former: map[string][]string{}, Canaries: map[string]int{}, Traffic: map[string]string{}, halfway: map[string]string{}}
	for _, t := range targets {
		w.Workloads[t] = &activities.Workload{Wanted: n, Ready: n, Updated: n, Running: n, Version: "1.0", Observed: true}
	}
	return w
}

// Wanted is how many instances of a target are wanted now.
func (w *World) Wanted(target string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Workloads[target].Wanted
}

// Set changes a workload behind the program's back.
func (w *World) Set(target string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	o := w.Workloads[target]
	o.Wanted, o.Ready, o.Updated, o.Running = n, n, n, n
}

// Written is a copy of the ledger.
func (w *World) Written() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.Ledger)
}

// Status reads one workload.
func (w *World) Status(_ context.Context, in activities.StatusIn) (activities.Workload, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.fails("status", in.Place.Target); err != nil {
		return activities.Workload{}, err
	}
	o, ok := w.Workloads[in.Place.Target.String()]
	if !ok {
		return activities.Workload{}, gone(in.Place.Target)
	}
	if w.OnStatus != nil {
		w.OnStatus(in.Place.Target, o)
	}
	out := *o
	out.Place = in.Place
	if in.Pods {
		for i := range o.Running {
			out.Pods = append(out.Pods, activities.Pod{Name: fmt.Sprintf("pod-%d", i), UID: fmt.Sprintf("uid-%d", i), Node: fmt.Sprintf("node-%d", i%2), IP: podIP(in.Place.Target, i+w.Moved), Version: o.Version, Ready: true})
		}
	}
	return out, nil
}

// Scale sets the number of instances, as the contract says.
func (w *World) Scale(_ context.Context, in activities.ScaleIn) (activities.ScaleOut, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	o, ok := w.Workloads[in.Place.Target.String()]
	if !ok {
		return activities.ScaleOut{}, gone(in.Place.Target)
	}
	sameBounds := in.Bounds == nil || o.Autoscaler == nil || *in.Bounds == *o.Autoscaler
	if o.Wanted == in.Replicas && sameBounds {
		return activities.ScaleOut{}, nil
	}
	verb := "scale"
	if in.DryRun {
		verb = "scale.try"
	}
	if err := w.fails(verb, in.Place.Target); err != nil {
		return activities.ScaleOut{}, err
	}
	if o.Wanted != in.From && o.Wanted != in.Replicas {
		return activities.ScaleOut{}, ops.Errorf(ops.Conflict, "%s is at %d and not at %d", "%s 为 %d 而非 %d", in.Place.Target, o.Wanted, in.From)
	}
	if in.DryRun {
		return activities.ScaleOut{Changed: true}, nil
	}
	w.Ledger = append(w.Ledger, fmt.Sprintf("scale %s %d->%d", in.Place.Target, o.Wanted, in.Replicas))
	o.Wanted = in.Replicas
	if o.Stuck.IsZero() {
		o.Ready, o.Updated, o.Running = in.Replicas, in.Replicas, in.Replicas
	}
	if in.Bounds != nil {
		o.Autoscaler = in.Bounds
	}
	return activities.ScaleOut{Changed: true}, w.after("scale", in.Place.Target)
}

// Restart notes the restart once per key.
func (w *World) Restart(_ context.Context, in activities.RestartIn) (activities.RestartOut, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.fails("restart", in.Place.Target); err != nil {
		return activities.RestartOut{}, err
	}
	if w.Restarts[in.Place.Target.String()] == in.Key {
		return activities.RestartOut{}, nil
	}
	w.Restarts[in.Place.Target.String()] = in.Key
	w.Ledger = append(w.Ledger, fmt.Sprintf("restart %s %s", in.Place.Target, in.Pod))
	return activities.RestartOut{Changed: true}, w.after("restart", in.Place.Target)
}

// History tells of one foreign hand.
func (w *World) History(_ context.Context, in activities.HistoryIn) ([]activities.Touch, error) {
	return []activities.Touch{{By: "kubectl-edit", What: "replicas"}}, w.Fails("history", in.Place.Target)
}

// Top answers with two users.
func (w *World) Top(context.Context, activities.TopIn) ([]activities.Usage, error) {
	return []activities.Usage{{Name: "big", CPU: 2000, Memory: 1 << 30, Pods: 3}, {Name: "small", CPU: 100, Memory: 64 << 20, Pods: 1}}, nil
}

// Find knows the world's own targets.
func (w *World) Find(_ context.Context, in activities.FindIn) (activities.FindOut, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out activities.FindOut
	for name := range w.Workloads {
		t, err := ops.ParseTarget(name)
		if err != nil {
			return out, err
		}
		if slices.ContainsFunc(in.Targets, func(p ops.Target) bool { return p.Matches(t) }) {
			out.Places = append(out.Places, ops.Place{Target: t, Provider: Provider, Context: t.IDC + "/" + t.Cluster, Namespace: w.home(t), Kind: cmp.Or(w.Kinds[name], "Deployment"), Name: t.Service, Git: w.git(name), External: w.External})
			out.Services = append(out.Services, ops.Service{Name: t.Service, Owner: t.Product(), OnCall: "bob", Release: w.strategy(t.Service), Config: w.Config})
		}
	}
	slices.SortFunc(out.Places, func(a, b ops.Place) int {
		return slices.Compare([]string{a.Target.String()}, []string{b.Target.String()})
	})
	slices.SortFunc(out.Services, func(a, b ops.Service) int { return slices.Compare([]string{a.Name}, []string{b.Name}) })
	out.Services = slices.CompactFunc(out.Services, func(a, b ops.Service) bool { return a.Name == b.Name })
	for _, t := range in.Targets { // as the inventory does
		if !in.Many && (t.IsPattern() && t.Env == "" || !t.IsPattern() && len(out.Places) > 1) {
			return activities.FindOut{}, ops.Errorf(ops.Invalid, "%q means several", "%q 不唯一", t)
		}
	}
	if len(out.Places) == 0 {
		return out, ops.Errorf(ops.NotFound, "nothing matches", "没有匹配")
	}
	return out, nil
}

// git is where the version of a target is written.
func (w *World) git(target string) ops.GitPlace {
	g := w.Git
	if g != (ops.GitPlace{}) && g.File == "" {
		g.File = target
	}
	return g
}

func (w *World) strategy(service string) *ops.Strategy {
	if w.Releases == nil {
		return w.Release
	}
	return w.Releases(service)
}

// Fails asks Fail under the lock.
func (w *World) Fails(verb string, t ops.Target) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.fails(verb, t)
}

func (w *World) fails(verb string, t ops.Target) error {
	if w.Fail == nil {
		return nil
	}
	return w.Fail(verb, t)
}

func (w *World) after(verb string, t ops.Target) error {
	if w.After == nil {
		return nil
	}
	return w.After(verb, t)
}

func gone(t ops.Target) error {
	return ops.Errorf(ops.NotFound, "%s is gone", "%s 已不存在", t)
}

// Add adds a target with n instances.
func (w *World) Add(n int, target string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Workloads[target] = &activities.Workload{Wanted: n, Ready: n, Updated: n, Running: n, Version: "1.0", Observed: true}
}
